"""Prose pages: front matter and macro calls, parsed with positions; nothing is executed."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, NamedTuple

from msgspec import Struct

from macros.content.addresses import address
from macros.content.markup import find_main_headings, hide_code
from macros.content.model import Day, Language, Record, Text, described, read_as, read_day
from macros.content.problems import Problem, shorten
from macros.content.reading import Document, read_yaml

MAX_PAGE_BYTES = 80_000

_TEMPLATE_SYNTAX = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_ARGUMENT = r"""(?:([a-z_]+)[ ]*=[ ]*)?("[^"\\{}]*"|'[^'\\{}]*'|[0-9]{1,6})"""
_CALL = re.compile(
    rf"[ ]*(?P<name>[A-Za-z_][A-Za-z0-9_]*)\([ ]*(?P<arguments>{_ARGUMENT}(?:[ ]*,[ ]*{_ARGUMENT})*)?[ ]*\)[ ]*"
)

_SECTION = re.compile(r" *##(?!#)\s*\S")


class PageMeta(Record, title="Шапка страницы"):
    """The front matter of a page."""

    title: Annotated[Text, described("название страницы, не такое, как у других")]
    description: Annotated[Text, described("описание для поисковиков, не такое, как у других")]


class EnglishMeta(PageMeta, title="Шапка страницы"):
    """The front matter of an English page, which may be out of date until a day."""

    pending: Annotated[Day | None, described("только в docs/en: до какого дня страница может отставать от русской")] = (
        None
    )


META: Mapping[Language, type[PageMeta]] = {"ru": PageMeta, "en": EnglishMeta}


class Call(NamedTuple):
    """A macro call as written: positional and named literal arguments.

    `alone`: nothing else on its line, and empty lines around it.
    """

    name: str
    positional: tuple[str | int, ...]
    named: tuple[tuple[str, str | int], ...]
    line: int
    column: int
    alone: bool


class ProsePage(Struct, frozen=True):
    """One Markdown page of one language. `path` is the same in both languages, such as `news/index.md`.

    `first_line` is the line of the file on which `body` begins. `is_whole` is false when the file cannot be read.
    """

    file: str
    lang: Language
    path: str
    front_matter: Document
    calls: tuple[Call, ...] = ()
    problems: tuple[Problem, ...] = ()
    body: str = ""
    first_line: int = 1
    is_whole: bool = True

    @property
    def address(self) -> str:
        """The address of the page below the root of its language."""
        return address(self.path)

    @property
    def meta(self) -> PageMeta:
        """The front matter as a record. Raises ValidationError on a page with problems."""
        return read_as(META[self.lang], self.front_matter.value)

    @property
    def pending(self) -> date | None:
        """The day until which the page may be out of date, as its front matter says; None when it is no date."""
        value = self.front_matter.value
        return read_day(value.get("pending")) if isinstance(value, dict) else None

    def main_headings(self) -> list[int]:
        """Return the lines with a heading of the first level, the macro `hero` among them."""
        headings = {self.first_line + row for row in find_main_headings(self.body)}
        return sorted(headings | {call.line for call in self.calls if call.name == "hero"})

    def sections(self) -> list["Section"]:
        """Return the page split at headings of the second level; the first section begins with the page."""
        lines = self.body.split("\n")
        rows = [0, *(row for row, line in enumerate(hide_code(self.body).split("\n")) if row and _SECTION.match(line))]
        value = self.front_matter.value if isinstance(self.front_matter.value, dict) else {}
        opening = "\n".join(str(value.get(name) or "") for name in ("title", "description"))
        return [
            Section(self.first_line + start, "\n".join(([] if number else [opening]) + lines[start:end]))
            for number, (start, end) in enumerate(pairwise([*rows, len(lines)]))
        ]


class Section(NamedTuple):
    """A part of a page, with the line of the file on which it begins. Title and description belong to the first."""

    line: int
    text: str


def read_page(file: str, lang: Language, path: str, text: str) -> ProsePage:
    """Read a page from its text. Never raises for bad input."""
    lines = text.split("\n")
    problems: list[Problem] = []
    calls: list[Call] = []
    front_matter, first = _read_front_matter(file, lines)
    if not first:
        problems.append(Problem(file, 1, 1, "no-front-matter"))
    problems.extend(front_matter.problems)
    for number, line in enumerate(lines, start=1):
        is_apart = number > first and not "".join(lines[max(number - 2, first) : number - 1]).strip()
        is_apart = is_apart and not "".join(lines[number : number + 1]).strip()
        for found in _read_line(file, number, line, is_apart):
            if isinstance(found, Problem):
                problems.append(found)
            elif number <= first:
                problems.append(Problem(file, number, found.column, "template-syntax", {"written": "{{"}))
            else:
                calls.append(found)
    body = "\n".join(lines[first:])
    return ProsePage(file, lang, path, front_matter, tuple(calls), tuple(problems), body, first + 1)


def _read_front_matter(file: str, lines: list[str]) -> tuple[Document, int]:
    """Return the front matter and how many lines it takes with its two fences: as MkDocs reads it, or none."""
    fences = [row for row, line in enumerate(lines) if line.rstrip() in ("---", "...")]
    if len(fences) < 2 or fences[0] != 0 or lines[0].startswith("."):
        return Document(file, None), 0
    document = read_yaml(file, "\n".join(["", *lines[1 : fences[1]]]))  # an empty line for the fence: positions hold
    if document.value is None and not document.problems:
        document = Document(file, {}, {(): (1, 1)})
    return document, fences[1] + 1


def _read_line(file: str, number: int, line: str, is_apart: bool) -> Iterator[Call | Problem]:
    """Yield the calls on one line; whatever else looks like template syntax is a problem."""
    position, outside = 0, []
    while (start := line.find("{{", position)) >= 0 and (end := line.find("}}", start)) >= 0:
        outside.append((position, line[position:start]))
        alone = is_apart and start == 0 and not line[end + 2 :].strip()
        yield _read_call(file, number, start + 1, line[start + 2 : end], alone)
        position = end + 2
    for offset, text in [*outside, (position, line[position:])]:
        if syntax := _TEMPLATE_SYNTAX.search(text):
            yield Problem(file, number, offset + syntax.start() + 1, "template-syntax", {"written": syntax.group()})
            return


def _read_call(file: str, line: int, column: int, written: str, alone: bool) -> Call | Problem:
    """Read `name("literal", key=1)` and nothing else."""
    wrong = Problem(file, line, column, "macro-syntax", {"written": shorten(written)})
    if (call := _CALL.fullmatch(written)) is None:
        return wrong
    positional: list[str | int] = []
    named: list[tuple[str, str | int]] = []
    for name, literal in re.findall(_ARGUMENT, call["arguments"] or ""):
        value = int(literal) if literal.isdigit() else literal[1:-1]
        if name:
            named.append((name, value))
        elif named:
            return wrong
        else:
            positional.append(value)
    return Call(call["name"], tuple(positional), tuple(named), line, column, alone)
