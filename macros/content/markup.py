"""The Markdown that editors may use: no HTML, no links that run code, no images without alternative text."""

import html
import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from macros.content.problems import shorten

SCHEMES = ("https", "mailto", "tel")

_FENCES = ("```", "~~~")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_OPENED = re.compile(r"(?:`{3,}|~{3,})[^`]*")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)")
_HTML = re.compile(r"<(?!(?:https|mailto):[^\s<>]+>)[A-Za-z/!?]")
_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?(?P<target>[^\s)>]*)")
"""Of an image too: an exclamation mark stands before it."""

_DEFINITION = re.compile(r"\s{0,3}\[[^\]]+\]:\s*<?(?P<target>[^\s>]+)")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):|//", re.IGNORECASE)
_BAD_HTTPS = re.compile(r"https:(?!//)|https://[^/?#]*@", re.IGNORECASE)


class Found(NamedTuple):
    """Markup to look at: its row from 0, its column from 1, the rule that it breaks, what is written.

    A link into the site breaks no rule yet: whoever knows the pages sees where it leads.
    """

    row: int
    column: int
    rule: str
    written: str


def link_target(target: str, folder: str = "") -> str:
    """Return the path below the docs folder that a link in `folder` names, without anchor; empty for its own page."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)) if path else ""


def as_browsers_read(target: str) -> str:
    """Return an address without references and the control characters that browsers drop (URL standard, 4.4)."""
    return re.sub(r"[\x00-\x20\x7f]", "", html.unescape(target))


def find_scheme(target: str) -> str | None:
    """Return the scheme of an address in small letters, empty for `//host`; None inside the site."""
    scheme = _SCHEME.match(as_browsers_read(target))
    return (scheme[1] or "").lower() if scheme else None


def find_targets(text: str) -> frozenset[str]:
    """Return where the links and images of a Markdown text lead, as written."""
    return frozenset(link["target"] for line in text.split("\n") for link in _LINK.finditer(line))


def find_text_rows(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the row, from 0, and the text of each line; code between fences is left out."""
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


def find_problems(lines: Sequence[str]) -> Iterator[Found]:
    """Yield the markup of a text that is not allowed, and every link into the site; code is left out."""
    for row, line in find_text_rows(lines):
        if line.startswith(_FENCES) and _OPENED.fullmatch(line):
            yield Found(row, 1, "unclosed-fence", shorten(line))
        yield from _find_in_line(row, _CODE.sub(lambda code: " " * len(code.group()), line))


def _find_in_line(row: int, line: str) -> Iterator[Found]:
    if tag := _HTML.search(line):
        yield Found(row, tag.start() + 1, "raw-html", shorten(line[tag.start() :]))
    for link in _LINK.finditer(line):
        column = link.start("target") + 1
        is_image = link.start() > 0 and line[link.start() - 1] == "!"
        if is_image and not link["text"].strip():
            yield Found(row, link.start(), "image-without-text", shorten(link["target"]))
        yield from _check_target(row, column, link["target"], is_image)
    if definition := _DEFINITION.match(line):
        yield from _check_target(row, definition.start("target") + 1, definition["target"], is_image=False)


def _check_target(row: int, column: int, target: str, is_image: bool) -> Iterator[Found]:
    scheme = find_scheme(target)
    if scheme is None:
        yield Found(row, column, "", target)
    elif is_image:
        yield Found(row, column, "foreign-image", shorten(target))
    elif scheme not in SCHEMES or _BAD_HTTPS.match(as_browsers_read(target)):
        yield Found(row, column, "bad-link", shorten(target))
