"""Editors' Markdown to HTML with one set of extensions, for bodies in data as for pages."""

import html
import re
from collections.abc import Callable
from functools import cache
from xml.etree.ElementTree import Element, SubElement

import markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from markupsafe import Markup

from macros.content.dialect import EXTENSION_SETTINGS, EXTENSIONS, Dialect
from macros.content.markup import find_scheme
from macros.content.model import Language
from macros.render.typography import typeset

SCHEMES = ("https", "http", "mailto", "tel")

_SITE_LINK = re.compile(r'(<(?:a|img) [^>]*?(?:href|src)=")(?![a-z]+:|#|/)([^"]+)"')
_INLINE = re.compile(r"[\\`*_\[&<@\x02]|  \n|://|www\.", re.IGNORECASE)
"""Without any of these a text is plain: most texts are, and none of Python-Markdown's patterns need be tried on it."""
_ALIGNMENTS = {"text-align: right;": "cl-right", "text-align: center;": "cl-center", "text-align: left;": ""}


def render_markdown(text: str, lang: Language, address_of: Callable[[str], str] = str, is_page: bool = False) -> Markup:
    """Return a body, or a page, as HTML: Markdown without raw HTML, or links that a browser would run.

    `address_of` turns a link into the site, such as `about.md#status`, into its address where the text is shown. Not
    for several threads at once: converters are kept.
    """

    def resolve(link: re.Match[str]) -> str:
        return f'{link[1]}{html.escape(address_of(html.unescape(link[2])))}"'

    return Markup(_SITE_LINK.sub(resolve, _converter(lang, is_page).reset().convert(text)))


@cache
def _converter(lang: Language, is_page: bool) -> markdown.Markdown:
    return markdown.Markdown(
        extensions=[*EXTENSIONS, SiteExtension(lang, is_page)], extension_configs=EXTENSION_SETTINGS
    )


class SiteExtension(Dialect):
    """What bodies and pages get beside `EXTENSIONS`; only a page may show images of the site, and has sections."""

    def __init__(self, lang: Language, is_page: bool = False) -> None:
        super().__init__()
        self.lang: Language = lang
        self.is_page = is_page

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Finish after inline patterns, and after `toc` has given ids."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_Plain(md), "plain", 21)
        md.treeprocessors.register(_Finish(md, self.lang, self.is_page), "finish", 1)


class _Plain(Treeprocessor):
    """Lets inline patterns pass by what is plain."""

    def run(self, root: Element) -> None:
        for part in root.iter():
            if part.text and not _INLINE.search(part.text):
                part.text = AtomicString(part.text)


class _Finish(Treeprocessor):
    """Makes the tree what the site shows."""

    def __init__(self, md: markdown.Markdown, lang: Language, is_page: bool) -> None:
        super().__init__(md)
        self.lang: Language = lang
        self.is_page = is_page

    def run(self, root: Element) -> None:
        _box_tables(root)
        _disarm_links(root, self.is_page)
        _typeset(root, self.lang)
        if self.is_page:
            _wrap_sections(root)


def _box_tables(root: Element) -> None:
    """Put each table into `div.cl-table`, which scrolls where the screen is narrow."""
    for parent in list(root.iter()):
        for index, child in enumerate(parent):
            if child.tag == "table":
                parent[index] = box = Element("div", {"class": "cl-table", "tabindex": "0"})
                box.append(child)
    for cell in (*root.iter("th"), *root.iter("td")):
        # A strict Content-Security-Policy forbids the style attribute that Python-Markdown 3.11 sets.
        if name := _ALIGNMENTS[cell.attrib.pop("style", "text-align: left;")]:
            cell.set("class", name)


def _disarm_links(root: Element, images: bool) -> None:
    """Leave only the text of links that a browser would run instead of open, and of images from elsewhere."""
    for image in list(root.iter("img")):
        if not images or find_scheme(image.get("src", "")) is not None:
            image.tag, image.text = "span", image.get("alt", "")
            image.attrib.clear()
    for link in list(root.iter("a")):
        if find_scheme(link.get("href", "")) not in (None, *SCHEMES):
            link.tag = "span"
            link.attrib.clear()


def _typeset(part: Element, lang: Language) -> None:
    """Set all text but code as the typography of the language wants it."""
    if part.tag in ("code", "pre"):
        return
    if part.text:
        part.text = type(part.text)(typeset(part.text, lang))  # Python-Markdown marks code as AtomicString
    for child in part:
        _typeset(child, lang)
        if child.tail:
            child.tail = typeset(child.tail, lang)


def _wrap_sections(root: Element) -> None:
    """Wrap each `h2` and what follows it in `section.cl-section`, so that the layout can set them apart.

    What follows a rule (`---`) goes into `div.cl-next-step`, the closing box of a page.
    """
    body = root
    for child in list(root):
        if child.tag == "h2":
            root.remove(child)
            section = SubElement(root, "section", {"class": "cl-section"})
            section.append(child)
            body = SubElement(section, "div", {"class": "cl-section__body"})
        elif child.tag == "hr":
            root.remove(child)
            body = SubElement(root, "div", {"class": "cl-next-step"})
        elif body is not root:
            root.remove(child)
            body.append(child)
