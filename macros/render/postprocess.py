"""Processes a page's HTML after Markdown: inserts the HTML of macros, shifts headings, numbers sources."""

import re

from markupsafe import Markup

from macros.content.model import Source
from macros.render.components import render_template, source_fields
from macros.render.view import View

_PLACEHOLDER = re.compile("<p>\ue000([0-9]+)\ue001</p>|\ue000([0-9]+)\ue001")
_HEADING = re.compile(r"<(?P<tag>h[1-6])(?P<attributes>(?: [^>]*)?)>(?P<text>.*?)</(?P=tag)>", re.DOTALL)
_SHORT_WORD = re.compile(r"(?<!\w)(?:\w{1,3}-\w{1,8}|\w{1,8}-\w{1,3}|\w{1,5}-\w{1,5})(?![\w-])(?=[^<>]*<(?!/text>))")
"""A short word with a hyphen, in text that is not that of a drawing: what follows is the beginning of a tag."""
_SOURCE_NUMBERS = re.compile(r'<sup class="cl-source-mark__numbers">([a-z0-9 -]+)</sup>')


class Placeholders:
    """Keeps the HTML of macro calls out of Markdown: a placeholder stands for it until the page is converted.

    So pages need no raw HTML, and text from data is never parsed as Markdown. Placeholders are made of private-use
    characters, which the check refuses in every file (`content.files.is_hidden`), so editors cannot write one.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[str, bool]] = []

    def put(self, html: Markup, is_block: bool) -> str:
        """Store `html` and return its placeholder."""
        self._parts.append((str(html), is_block))
        return f"\ue000{len(self._parts) - 1}\ue001"

    def fill(self, html: str) -> str:
        """Return the page with the stored HTML; a block, or nothing, replaces the paragraph around its placeholder."""
        return _PLACEHOLDER.sub(self._part, html)

    def _part(self, placeholder: re.Match[str]) -> str:
        part, is_block = self._parts[int(placeholder[1] or placeholder[2])]
        return f"<p>{part}</p>" if placeholder[1] and part and not is_block else part


def shift_headings(html: str) -> str:
    """Return `html` with each component's `<h3 class="cl-…">` one level below the last heading of the page itself.

    A component cannot know where a page will call it, and a skipped level misleads screen readers (WCAG 2.1, 1.3.1).
    """
    above = 1

    def shift(match: re.Match[str]) -> str:
        nonlocal above
        tag, attributes = match["tag"], match["attributes"]
        if tag == "h3" and ' class="cl-' in attributes:
            tag = f"h{above + 1}"
        else:
            above = int(tag[1])
        return f"<{tag}{attributes}>{match['text']}</{tag}>"

    return _HEADING.sub(shift, html)


def keep_whole(html: str) -> str:
    """Return `html` with its short words that have a hyphen («что-то») in spans, which no line breaks at the hyphen.

    A non-breaking hyphen would do too, but neither the font nor a reader's search knows it.
    """
    return _SHORT_WORD.sub(r'<span class="cl-whole">\g<0></span>', html)


def add_footnotes(view: View, html: str) -> str:
    """Return a page's HTML with its sources numbered in the order of their marks, and listed at the end for print."""
    numbers: dict[str, int] = {}

    def number(mark: re.Match[str]) -> str:
        found = [numbers.setdefault(source_id, len(numbers) + 1) for source_id in mark[1].split()]
        return f'<sup class="cl-source-mark__numbers">[{", ".join(map(str, found))}]</sup>'

    numbered = _SOURCE_NUMBERS.sub(number, html)
    if not numbers:
        return html

    notes = [source_fields(view, view.site.find(Source, source_id)) for source_id in numbers]
    footnotes = render_template("footnotes", view, notes=notes)
    return f"{numbered}{footnotes}"  # a sum would escape the page
