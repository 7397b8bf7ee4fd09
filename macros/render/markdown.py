"""Editors' Markdown to HTML with one set of extensions, for bodies in data as for pages."""

import html
import re
from collections.abc import Callable
from functools import cache
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from macros.content.anchors import EXTENSIONS, extension_settings
from macros.content.model import Language
from macros.render.tables import TablesExtension
from macros.render.typography import TypographyExtension

SCHEMES = ("https", "http", "mailto", "tel")


class _HarmlessLinks(Treeprocessor):
    """Leaves only the words of links that a browser would run instead of open, and of images from elsewhere."""

    def __init__(self, md: markdown.Markdown, images: bool) -> None:
        super().__init__(md)
        self.images = images

    def run(self, root: Element) -> None:
        for image in list(root.iter("img")):
            if not self.images or _SCHEME.match(_as_browsers_read(image.get("src", ""))):
                image.tag, image.text = "span", image.get("alt", "")
                image.attrib.clear()
        for link in list(root.iter("a")):
            if not is_harmless(link.get("href", "")):
                link.tag = "span"
                link.attrib.clear()


class PlainExtension(Extension):
    """Python-Markdown without raw HTML: it is shown as the text it is. `images`: those of the site may stand."""

    def __init__(self, images: bool) -> None:
        super().__init__()
        self.images = images

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Take out what reads HTML; look at links before MkDocs does."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.treeprocessors.register(_HarmlessLinks(md, self.images), "harmless_links", 2)


_PAGE_LINK = re.compile(r'<a href="(?![a-z]+:|#)([^"]+)"')
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):|//", re.IGNORECASE)


def _as_browsers_read(address: str) -> str:
    """Without references and without the control characters that browsers drop (URL standard, basic URL parser)."""
    return re.sub(r"[\x00-\x20\x7f]", "", html.unescape(address))


def is_harmless(address: str) -> bool:
    """Whether a browser that follows `address` only opens a page."""
    scheme = _SCHEME.match(_as_browsers_read(address))
    return scheme is None or (scheme[1] or "").lower() in SCHEMES


def own_extensions(lang: Language, images: bool) -> list[Extension]:
    """Return what bodies and pages get beside `EXTENSIONS`."""
    return [TypographyExtension(lang=lang), TablesExtension(), PlainExtension(images)]


@cache
def _converter(lang: Language) -> markdown.Markdown:
    return markdown.Markdown(
        extensions=[*EXTENSIONS, *own_extensions(lang, images=False)],
        extension_configs=extension_settings(),
        output_format="html",
    )


def render_markdown(text: str, lang: Language, address_of: Callable[[str], str] = str) -> Markup:
    """Return a body as HTML: Markdown, but no HTML of its own, no images, no addresses that a browser would run.

    `address_of` turns a link to a page, such as `about.md#status`, into its address where the body is shown.
    """
    page = _converter(lang).reset().convert(text)
    return Markup(_PAGE_LINK.sub(lambda match: f'<a href="{html.escape(address_of(html.unescape(match[1])))}"', page))
