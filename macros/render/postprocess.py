"""Processes a page's HTML after Markdown: inserts the HTML of macros, shifts headings, names and numbers sources."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from posixpath import join, normpath
from typing import NamedTuple

from markupsafe import Markup

from macros.content.addresses import FOLDERS
from macros.render.components import SHARED_MARK, render_template
from macros.render.view import View

_PLACEHOLDER = re.compile("<p>\ue000([0-9]+)\ue001</p>|\ue000([0-9]+)\ue001")
_HEADING = re.compile(r"<(?P<tag>h[1-6])(?P<attributes>(?: [^>]*)?)>(?P<text>.*?)</(?P=tag)>", re.DOTALL)
_IMAGE = re.compile(r'<img (?=[^>]*?src="([^"]*)")')
_MARK = re.compile("\ue002(.*?)\ue003")
_SECTION = re.compile(r'(?=<section class="cl-(?:section|topic)")|(?<=</section>)')
_HYPHENATED = re.compile(r"(?:^|>)[^<>-]*-[^<>]*<(?!/text>)")
"""Text between two tags that has a hyphen; not that of a drawing."""
_SHORT_WORD = re.compile(r"(?<!\w)(?:\w{1,3}-\w{1,8}|\w{1,8}-\w{1,3}|\w{1,5}-\w{1,5})(?![\w-])")
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
        if is_block and _MARK.search(part):
            return f"{SHARED_MARK}{part}"
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


def size_images(view: View, html: str) -> str:
    """Return `html` with the size of each picture of an editor, so that nothing jumps while it loads."""

    def size(image: re.Match[str]) -> str:
        picture = view.site.pictures.get(normpath(join(FOLDERS[view.lang], view.path, image[1])))
        return f'<img width="{picture.width}" height="{picture.height}" ' if picture else image[0]

    return _IMAGE.sub(size, html)


class Mark(NamedTuple):
    """Where a statement comes from, as `components.render_source_mark` has put it."""

    sources: Sequence[str]
    as_of: str
    stated_by: str
    is_overdue: bool
    is_alone: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What statements must have in common to share a mark."""
        return self.sources[0], self.as_of, self.is_overdue, self.is_alone


def write_marks(view: View, html: str) -> str:
    """Return a page's HTML with its source marks; what most statements of a section share is named once, above them."""
    parts: list[str] = []
    for part in _SECTION.split(html) if SHARED_MARK in html else [html]:
        if parts and SHARED_MARK not in part:
            parts[-1] += part
        else:
            parts.append(part)
    return "".join(_write_section(view, part) for part in parts)


def _write_section(view: View, html: str) -> str:
    marks = [Mark(**json.loads(told)) for told in _MARK.findall(html)]
    shared = _find_shared(marks, is_led=f"{SHARED_MARK}\ue002" in html)
    scope = view.t("source") if len(shared) in (1, len(marks)) else view.t("source_unless")

    written = ("" if shared and mark.key == shared[0].key else _render_mark(view, [mark]) for mark in marks)
    head = _render_mark(view, shared, scope) if shared else ""
    return _MARK.sub(lambda _: next(written), html).replace(SHARED_MARK, head, 1).replace(SHARED_MARK, "")


def _find_shared(marks: Sequence[Mark], is_led: bool) -> list[Mark]:
    """Return the marks that all, or at least three and a third, agree on; if one leads, those like the first."""
    sharing = marks[:1] if is_led else [mark for mark in marks if not mark.is_alone]
    if not sharing:
        return []
    key = Counter(mark.key for mark in sharing).most_common(1)[0][0]
    shared = [mark for mark in marks if mark.key == key]
    is_most = len(shared) == len(sharing) > 1 or len(shared) >= max(3, len(marks) / 3)
    return shared if is_led or is_most else []


def _render_mark(view: View, marks: Sequence[Mark], scope: str = "") -> str:
    """One mark, or one for all statements of a section: the first source is named, details of all open."""
    ids = dict.fromkeys(source for mark in marks for source in mark.sources)
    return render_template(
        "source_mark",
        view,
        scope=scope,
        sources=view.find_sources(ids),
        is_mixed=len({tuple(mark.sources) for mark in marks}) > 1,
        as_of=marks[0].as_of,
        is_overdue=marks[0].is_overdue,
        stated_by="; ".join(dict.fromkeys(mark.stated_by for mark in marks if mark.stated_by)),
    )


def keep_whole(html: str) -> str:
    """Return `html` with its short words that have a hyphen («что-то») in spans, which no line breaks at the hyphen.

    A non-breaking hyphen would do too, but neither the font nor a reader's search knows it.
    """
    return _HYPHENATED.sub(lambda text: _SHORT_WORD.sub(r'<span class="cl-whole">\g<0></span>', text[0]), html)


def add_footnotes(view: View, html: str) -> str:
    """Return a page's HTML with its sources numbered in the order of their marks, and listed at the end for print."""
    numbers: dict[str, int] = {}

    def number(mark: re.Match[str]) -> str:
        found = [numbers.setdefault(source_id, len(numbers) + 1) for source_id in mark[1].split()]
        return f'<sup class="cl-source-mark__numbers">[{", ".join(map(str, found))}]</sup>'

    numbered = _SOURCE_NUMBERS.sub(number, html)
    if not numbers:
        return html
    footnotes = render_template("footnotes", view, notes=view.find_sources(numbers))
    return f"{numbered}{footnotes}"  # a sum would escape the page
