"""Editors' Markdown to HTML with one set of extensions, for bodies in data as for pages."""

from functools import cache

import markdown
from markdown.extensions.toc import slugify_unicode
from markupsafe import Markup

from macros.content.model import Language
from macros.render.typography import TypographyExtension

EXTENSIONS: tuple[str, ...] = ("attr_list", "fenced_code", "sane_lists", "tables", "toc")


@cache
def _converter(lang: Language) -> markdown.Markdown:
    return markdown.Markdown(
        extensions=[*EXTENSIONS, TypographyExtension(lang=lang)],
        extension_configs={"toc": {"slugify": slugify_unicode}},
        output_format="html",
    )


def render_markdown(text: str, lang: Language) -> Markup:
    """Return a body as HTML. The text has passed the checks."""
    return Markup(_converter(lang).reset().convert(text))
