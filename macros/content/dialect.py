"""The Markdown of this site, for Python-Markdown: one for pages and bodies, which reads what its writer meant."""

import re
import string
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import slugify_unicode
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor

from macros.content.markup import ADDRESS, DELIMITERS, full_address

EXTENSIONS: tuple[str, ...] = ("fenced_code", "sane_lists", "tables", "toc")
"""Of Python-Markdown, the same as in mkdocs.yml. No attr_list: `{onclick=…}` would become an attribute."""
EXTENSION_SETTINGS: dict[str, dict[str, Any]] = {"toc": {"slugify": slugify_unicode, "marker": ""}}

_MARK = r"(?P<mark>[-*+•●◦▪‣·]|\d{1,9}[.)])"
_ITEM = re.compile(rf" *{_MARK}[ \u00a0]+(?P<text>\S.*)")
_RULE = re.compile(r" *([-*_])(?: *\1){2,} *")
_QUOTE = re.compile(r" ?> ?")


class Dialect(Extension):
    """Less than Python-Markdown has, and more: `prepare` before it, addresses as links.

    No raw HTML; no code by indentation, and no headings by underlining: both are made by accident.
    """

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Prepare lines when fences are hidden already; find addresses before emphasis."""
        md.ESCAPED_CHARS = list(string.punctuation)
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(_Lines(md), "lines", 22)
        for name in ("code", "setextheader"):
            md.parser.blockprocessors.deregister(name)
        for name in ("html", "autolink", "automail"):
            md.inlinePatterns.deregister(name)
        md.inlinePatterns.register(_Addresses(ADDRESS.pattern, md), "addresses", 120)


class _Lines(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return prepare(lines)


class _Addresses(InlineProcessor):
    """Makes links of addresses, between angle brackets or bare."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        link = Element("a", {"href": full_address(m["address"])})
        link.text = m["address"]
        return link, m.start(), m.end()


def prepare(lines: Iterable[str]) -> list[str]:
    """Return lines of Markdown as Python-Markdown must have them to show what was meant, mostly as CommonMark has it.

    A list, table or quotation needs no empty line before it; two spaces are enough for what belongs to an item; «•» and
    `1)` begin items too; a backslash ends a line. No other indent means anything.
    """
    ready: list[str] = []
    for is_quoted, run in groupby(lines, key=lambda line: _QUOTE.match(line) is not None):
        if is_quoted:
            ready += ["", *(f"> {line}" for line in prepare(_QUOTE.sub("", line) for line in run))]
        else:
            _prepare_run(list(run), ready)
    return [line[:-1] + "  " if line.endswith("\\") and not line.endswith("\\\\") else line for line in ready]


def _prepare_run(lines: Sequence[str], ready: list[str]) -> None:
    """Append lines without quotations, prepared."""
    levels: list[tuple[int, bool]] = []  # of the items that are open: the indent of the mark, whether it is a number
    is_apart = False  # whether the lines above are a further paragraph of an item
    for line, following in pairwise([*lines, ""]):
        above = ready[-1].strip() if ready else ""
        indent, item = len(line) - len(line.lstrip(" ")), None if _RULE.fullmatch(line) else _ITEM.match(line)
        is_number = item is not None and item["mark"][0].isdigit()
        # A year or another number at the beginning of a line does not end the paragraph above it.
        if item and (levels or not above or not is_number or item["mark"][:-1] == "1" or above.endswith(":")):
            twin = None
            while levels and indent < levels[-1][0] + 2:
                twin = levels.pop()
            if above and (is_apart or (twin[1] != is_number if twin else not levels)):
                ready.append("")
            mark = item["mark"].replace(")", ".") if is_number else "-"
            ready.append(f"{'    ' * len(levels)}{mark} {item['text']}")
            levels.append((indent, is_number))
            is_apart = False
            continue
        is_table = bool("|" in line and DELIMITERS.fullmatch(following))
        if is_table or line.startswith("#"):
            levels = []
        while levels and not above and line.strip() and indent < levels[-1][0] + 2:
            levels.pop()
        if is_table and above:
            ready.append("")
        depth = len(levels) - bool(above)
        is_apart = bool(levels and line.strip() and (is_apart or not above))
        ready.append("    " * depth + line.lstrip(" ") if line.strip() else "")
