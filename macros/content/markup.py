"""What Markdown of editors may hold: no HTML, links that a browser only opens, images with words, nothing too heavy."""

import html
import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from macros.content.problems import shorten

SCHEMES = ("https", "mailto", "tel")

MAX_PARAGRAPH = 5_000
"""Characters up to the next empty line, line ends included."""

MAX_OF: dict[str, int] = {"brackets": 200, "unclosed": 20, "lines": 300, "columns": 20, "nesting": 8}
"""What else a paragraph may hold, so that every page is rendered within a second: Markdown 3.11 takes seconds for a few
thousand brackets or underlined lines, and goes on nesting lists until the interpreter's stack is full."""

_FENCES = ("```", "~~~")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_OPENED = re.compile(r"(?:`{3,}|~{3,})[^`]*")
_MARK = r">|(?:[-*+]|\d+\.)(?=\s)"
_MARKS = re.compile(rf"(?:\s*(?:{_MARK}))*")
_DEEP = re.compile(rf"(?:\s*(?:{_MARK})){{{MAX_OF['nesting'] + 1}}}")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)")
_HTML = re.compile(r"<(?!(?:https|mailto):[^\s<>]+>)[A-Za-z/!?]")
_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?(?P<target>[^\s)>]*)")
"""Of an image too: an exclamation mark stands before it. The pattern begins with a letter that is found soon."""

_DEFINITION = re.compile(r"\s{0,3}\[[^\]]+\]:\s*<?(?P<target>[^\s>]+)")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):|//", re.IGNORECASE)


class Finding(NamedTuple):
    """Something in a text that may not stand there: its row from 0, its column from 1, and what it is.

    `unit` says of what there is more than `limit`.
    """

    row: int
    column: int
    rule: str
    written: str = ""
    unit: str = ""
    limit: int = 0

    @property
    def details(self) -> dict[str, str]:
        """What the message of the rule needs."""
        details = {"written": self.written, "unit": self.unit, "limit": str(self.limit or "")}
        return {name: value for name, value in details.items() if value}


class Link(NamedTuple):
    """A link, to a place of the site itself or to another one, as written."""

    row: int
    column: int
    target: str


def link_target(target: str, folder: str = "") -> str:
    """Return the path below the docs folder that a link in `folder` names, without anchor; empty for its own page."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)) if path else ""


def find_targets(text: str) -> frozenset[str]:
    """Return where the links and images of a Markdown text lead, as written."""
    lines = text.split("\n") if "](" in text else ()
    return frozenset(link["target"] for line in lines if "](" in line for link in _LINK.finditer(line))


def find_text_rows(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the row, from 0, and the text of each line; code between fences is left out."""
    return _outside_fences(lines) if any(line.startswith(_FENCES) for line in lines) else enumerate(lines)


def _outside_fences(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    closing: dict[str, list[int]] = {}
    for row, line in enumerate(lines):
        closing.setdefault(line.rstrip(), []).append(row)
    fence_end = -1
    for row, line in enumerate(lines):
        if row <= fence_end:
            continue
        if fence := _FENCE.match(line):
            # Without the same mark further down it is not a fence for Markdown's fenced_code.
            ends = closing.get(fence.group(), [])
            following = bisect_right(ends, row)
            fence_end = ends[following] if following < len(ends) else -1
        if row > fence_end:
            yield row, line


def find_faults(lines: Sequence[str]) -> Iterator[Finding | Link]:
    """Yield what may not stand in a Markdown text, and every link inside the site; code is left out."""
    for row, line in find_text_rows(lines):
        if line.startswith(_FENCES) and _OPENED.fullmatch(line):
            yield Finding(row, 1, "unclosed-fence", shorten(line))
        if "](" in line or "<" in line or "]:" in line:
            text = _CODE.sub(lambda code: " " * len(code.group()), line) if "`" in line else line
            yield from _find_in_line(row, text)
    yield from find_heavy(lines)


def find_heavy(lines: Sequence[str]) -> Iterator[Finding]:
    """Yield each paragraph, list or table that is too long, or holds too much of something, where it does so."""
    if _is_light(lines):
        return
    size: dict[str, int] = dict.fromkeys(("length", *MAX_OF), 0)
    previous, depth = -1, 0
    for row, line in find_text_rows(lines):
        if not line.strip() or row != previous + 1:
            size, depth = dict.fromkeys(size, 0), 0
        previous = row
        if not line.strip():
            continue
        before = dict(size)
        size["length"] += len(line) + 1
        for bracket in re.findall(r"[\[\]]", line) if "[" in line or "]" in line else ():
            depth = max(depth + (1 if bracket == "[" else -1), 0)
            size["brackets"] += bracket == "["
            size["unclosed"] = max(size["unclosed"], depth)
        size["lines"] += 1
        size["columns"] = max(size["columns"], line.count("|"))
        size["nesting"] = max(size["nesting"], _count_marks(line))
        if size["length"] > MAX_PARAGRAPH >= before["length"]:
            yield Finding(row, 1, "long-paragraph", limit=MAX_PARAGRAPH)
        for unit, limit in MAX_OF.items():
            if size[unit] > limit >= before[unit]:
                yield Finding(row, 1, "heavy-paragraph", unit=unit, limit=limit)


def _is_light(lines: Sequence[str]) -> bool:
    """Whether a whole text holds no more than a paragraph may: of most that is seen at once."""
    text = "\n".join(lines)
    few = len(text) < MAX_PARAGRAPH and len(lines) <= MAX_OF["lines"] and text.count("|") <= MAX_OF["columns"]
    opened = min(MAX_OF["brackets"], MAX_OF["unclosed"])
    if not few or text.count("[") > opened:
        return False
    return not any(_DEEP.match(line) for line in lines if line and not line[0].isalpha())


def _count_marks(line: str) -> int:
    """How many lists and quotations a line opens one inside another."""
    first = line.lstrip()[:1]
    if first not in (">", "-", "*", "+") and not first.isdecimal():
        return 0
    marks = _MARKS.match(line)
    return len(re.findall(_MARK, marks.group() + " ")) if marks else 0


def _find_in_line(row: int, line: str) -> Iterator[Finding | Link]:
    if "<" in line and (tag := _HTML.search(line)):
        yield Finding(row, tag.start() + 1, "raw-html", shorten(line[tag.start() :]))
    for link in _LINK.finditer(line) if "](" in line else ():
        column = link.start("target") + 1
        is_image = link.start() > 0 and line[link.start() - 1] == "!"
        if is_image and not link["text"].strip():
            yield Finding(row, link.start(), "image-without-text", shorten(link["target"]))
        yield from _judge(row, column, link["target"], is_image)
    if "]:" in line and (definition := _DEFINITION.match(line)):
        yield from _judge(row, definition.start("target") + 1, definition["target"], is_image=False)


def _judge(row: int, column: int, target: str, is_image: bool) -> Iterator[Finding | Link]:
    """Tell what is wrong with an address, or that it leads into the site."""
    seen = re.sub(r"[\x00-\x20\x7f]", "", html.unescape(target))
    scheme = _SCHEME.match(seen)
    if scheme is None:
        yield Link(row, column, target)
    elif is_image:
        yield Finding(row, column, "foreign-image", shorten(target))
    elif (scheme[1] or "").lower() not in SCHEMES or re.match(r"https:(?!//)|https://[^/?#]*@", seen, re.IGNORECASE):
        yield Finding(row, column, "bad-link", shorten(target))
