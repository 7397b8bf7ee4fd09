"""The Markdown that editors may use: no HTML, no links that run code, no images without alternative text."""

import html
import posixpath
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from macros.content.problems import shorten

SCHEMES = ("https", "mailto", "tel")

_FENCES = ("```", "~~~")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_OPENED = re.compile(r"(?:`{3,}|~{3,})[^`]*")
_CODE = re.compile(r"(`(?<![\\`]`)`*)(?!`).+?(?<!`)\1(?!`)")
_HTML = re.compile(r"<(?!(?:https|mailto):[^\s<>]+>)[A-Za-z/!?].*")
_LINK = re.compile(r"\[(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]\([^\S\n]*<?(?P<target>[^\s)>]*)")
"""Of an image too: an exclamation mark stands before it."""

_DEFINITION = re.compile(r"^[^\S\n]{0,3}\[[^\]\n]+\]:[^\S\n]*<?(?P<target>[^\s>]+)", re.MULTILINE)
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
    return frozenset(link["target"] for link in _LINK.finditer(text))


def hide_code(text: str) -> list[str]:
    """Return the lines of a text; those of code between fences are empty."""
    lines = text.split("\n")
    fences = [(row, fence.group()) for row, line in enumerate(lines) if (fence := _FENCE.match(line))]
    closing: defaultdict[str, list[int]] = defaultdict(list)
    for row, mark in fences:
        if lines[row].rstrip() == mark:
            closing[mark].append(row)
    end = -1
    for row, mark in fences:
        # Without the same mark further down it is not a fence for Markdown's fenced_code.
        following = bisect_right(closing[mark], row)
        if row > end and following < len(closing[mark]):
            end = closing[mark][following]
            lines[row : end + 1] = [""] * (end + 1 - row)
    return lines


def find_problems(text: str) -> Iterator[Found]:
    """Yield the markup of a text that is not allowed, and every link into the site; code is left out."""
    lines = hide_code(text)
    for row, line in enumerate(lines):
        if line.startswith(_FENCES) and _OPENED.fullmatch(line):
            yield Found(row, 1, "unclosed-fence", shorten(line))
    shown = _CODE.sub(lambda code: " " * len(code.group()), "\n".join(lines))

    def place(offset: int) -> tuple[int, int]:
        return shown.count("\n", 0, offset), offset - shown.rfind("\n", 0, offset)

    for tag in _HTML.finditer(shown):
        yield Found(*place(tag.start()), "raw-html", shorten(tag.group()))
    for link in _LINK.finditer(shown):
        is_image = shown[link.start() - 1 : link.start()] == "!"
        if is_image and not link["text"].strip():
            yield Found(*place(link.start() - 1), "image-without-text", shorten(link["target"]))
        yield from _check_target(*place(link.start("target")), link["target"], is_image)
    for definition in _DEFINITION.finditer(shown):
        yield from _check_target(*place(definition.start("target")), definition["target"], is_image=False)


def _check_target(row: int, column: int, target: str, is_image: bool) -> Iterator[Found]:
    scheme = find_scheme(target)
    if scheme is None:
        yield Found(row, column, "", target)
    elif is_image:
        yield Found(row, column, "foreign-image", shorten(target))
    elif scheme not in SCHEMES or _BAD_HTTPS.match(as_browsers_read(target)):
        yield Found(row, column, "bad-link", shorten(target))
