"""Editors' Markdown to HTML with one set of extensions, for bodies in data as for pages."""

import html
import re
from functools import cache
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from macros.content.model import Language
from macros.render.tables import TablesExtension
from macros.render.typography import TypographyExtension

# No attr_list: `{onclick=…}` would become an attribute.
EXTENSIONS: tuple[str, ...] = ("fenced_code", "sane_lists", "tables", "toc")

SCHEMES = ("https", "http", "mailto", "tel")


class _HarmlessLinks(Treeprocessor):
    """Takes the address off every link that a browser would run instead of open, and every image."""

    def run(self, root: Element) -> None:
        for parent in root.iter():
            for child in list(parent):
                if child.tag == "img":
                    child.tag, child.text = "span", child.get("alt", "")
                    child.attrib.clear()
        for link in root.iter("a"):
            if not is_harmless(link.get("href", "")):
                link.attrib.clear()


class _PlainExtension(Extension):
    """Python-Markdown without raw HTML: it is shown as the text it is."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.treeprocessors.register(_HarmlessLinks(md), "harmless_links", 2)


def is_harmless(address: str) -> bool:
    """Whether a browser that follows `address` only opens a page; it is read as a browser reads it (URL standard)."""
    seen = re.sub(r"[\x00-\x20\x7f]", "", html.unescape(address))
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", seen, re.IGNORECASE)
    return scheme is None or scheme[1].lower() in SCHEMES


def own_extensions(lang: Language) -> list[Extension]:
    """Return what bodies and pages get beside `EXTENSIONS`."""
    return [TypographyExtension(lang=lang), TablesExtension()]


@cache
def _converter(lang: Language) -> markdown.Markdown:
    return markdown.Markdown(
        extensions=[*EXTENSIONS, *own_extensions(lang), _PlainExtension()],
        extension_configs={"toc": {"slugify": slugify_unicode}},
        output_format="html",
    )


def render_markdown(text: str, lang: Language) -> Markup:
    """Return a body as HTML: Markdown, but no HTML of its own, no images, no addresses that a browser would run."""
    return Markup(_converter(lang).reset().convert(text))
