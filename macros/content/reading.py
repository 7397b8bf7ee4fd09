"""Parses YAML into plain values with positions: every scalar stays a string, aliases and tags are refused."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import takewhile
from types import SimpleNamespace
from typing import Any

import yaml
from msgspec import Struct, field

from macros.content.files import find_hidden, remove_characters
from macros.content.problems import MAX_PER_FILE, Problem, shorten
from macros.content.syntax import syntax_problem

Path = tuple[str | int, ...]
Value = Any
"""`str`, `None` (nothing written), `list[Value]` or `dict[str, Value]`; recursive, so not spelt out for mypy."""

MAX_DEPTH = 12
_NOTHING = ("", "~", "null", "Null", "NULL")
_ODD_SPACE = re.compile(
    r"^(?=.*[^\S \t\n])[^\S\n]*(?:-[^\S\n]+)*(?:[a-z_]+:(?!\S)[^\S\n]*|(?<=-[^\S\n]))|[^\S \t\n]+$", re.MULTILINE
)
"""Non-breaking and other spaces that YAML takes for letters: before a value, and at the end of a line."""
_LOST_TEXT = re.compile(r"\s+(?P<lost>#[^\s#].*)")


class Document(Struct, frozen=True):
    """A parsed file. `values` and `keys` map paths to the (line, column), from 1, of a value and of the key's name.

    `nothing` are the paths where nothing is written. `is_whole` is false when parsing stopped early, so that not
    every id of the file is known.
    """

    file: str
    value: Value
    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True
    lines: tuple[str, ...] = ()
    nothing: tuple[Path, ...] = ()

    def position(self, path: Path) -> tuple[int, int]:
        """Return (line, column) of the value at `path`, else of its nearest existing ancestor, else (1, 1)."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def lines_of(self, path: Path) -> list[str]:
        """Return the lines that the text at `path` takes in the file, without what stands before it."""
        line, start = self.position(path)
        indent = self.keys.get(path, (line, start))[1]
        below = takewhile(lambda written: not written[:indent].strip(), self.lines[line:])
        return [self.lines[line - 1][start - 1 :], *below]

    def place_in_text(self, path: Path, row: int, column: int, written: str) -> tuple[int, int]:
        """Return line and column in the file of what is written in a row, from 0, of the text at `path`.

        Exact for a block that opens with `|`; else where it stands first, or the whole text.
        """
        line, start = self.position(path)
        lines = self.lines_of(path)
        if lines[0].startswith("|"):
            first = next((number for number, below in enumerate(lines[1:]) if below.strip()), 0)
            indent = len(lines[first + 1]) - len(lines[first + 1].lstrip()) if lines[1:] else 0
            return line + 1 + first + row, indent + column
        for number, found in enumerate(lines):
            if (offset := found.find(written)) >= 0:
                return line + number, offset + (1 if number else start)
        return line, start

    def problem(
        self,
        rule: str,
        path: Path,
        details: Mapping[str, str] | None = None,
        *,
        at_key: bool = False,
        **more: str,
    ) -> Problem:
        """Return a problem at `path`, or at the name of that key."""
        line, column = self.keys[path] if at_key and path in self.keys else self.position(path)
        return Problem(self.file, line, column, rule, {**(details or {}), **more})


class _Stop(Exception):
    """The rest of the document cannot be parsed."""


class _Builder:
    """Builds the plain value from parser events; PyYAML's own composer recurses in C and expands aliases."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.values: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.nothing: list[Path] = []
        self.problems: list[Problem] = []

    def report(self, rule: str, mark: Any, **details: str) -> None:
        self.problems.append(Problem(self.file, *_place(mark), rule, details))
        if len(self.problems) > MAX_PER_FILE:
            raise _Stop

    def build(self, event: Any, events: Iterator[Any], path: Path) -> Value:
        if event.anchor or event.tag:
            self.refuse_anchor_or_tag(event)
        start = event.start_mark
        if len(path) > MAX_DEPTH:
            self.report("yaml-depth", start, limit=str(MAX_DEPTH))
            raise _Stop
        self.values[path] = _place(start)
        if isinstance(event, yaml.ScalarEvent):
            self.check_rest(event)
            if not event.style and event.value in _NOTHING:
                self.nothing.append(path)
                return None
            return self.text(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Value] = []
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                items.append(self.build(item, events, (*path, len(items))))
            return items
        return self.build_mapping(events, path)

    def check_rest(self, event: Any) -> None:
        """Report text lost after `#`: YAML takes it for a comment, but editors put a space after `#` in a comment."""
        end = event.end_mark
        if event.style in ("|", ">") or end.line >= len(self.lines) or end.column >= len(self.lines[end.line]):
            return  # a block of text, or nothing, where the file breaks off, or the line
        if lost := _LOST_TEXT.match(self.lines[end.line], end.column):
            mark = SimpleNamespace(line=end.line, column=lost.start("lost"))
            self.report("text-after-hash", mark, written=shorten(lost["lost"]))

    def build_mapping(self, events: Iterator[Any], path: Path) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if event.anchor or event.tag:
                self.refuse_anchor_or_tag(event)
            if not isinstance(event, yaml.ScalarEvent):
                self.report("yaml-key", event.start_mark)
                raise _Stop
            key = self.text(event)
            inner = (*path, key)
            if key in mapping:
                first = self.keys[inner][0]
                self.report("duplicate-key", event.start_mark, key=shorten(key), first=str(first))
                self.build(next(events), events, (*inner, "duplicate"))
                continue
            self.keys[inner] = _place(event.start_mark)
            mapping[key] = self.build(next(events), events, inner)
        return mapping

    def refuse_anchor_or_tag(self, event: Any) -> None:
        if event.anchor:
            self.report("yaml-anchor", event.start_mark, name=shorten(event.anchor))
            raise _Stop
        self.report("yaml-tag", event.start_mark, tag=shorten(event.tag))

    def text(self, event: Any) -> str:
        """Return a scalar's text in NFC, without spaces around it. An escape such as `"\\0"` can hide a character."""
        value: str = event.value.strip()
        if event.style not in ("|", ">") and "  " in value:
            value = re.sub(" {2,}", " ", value)
        if event.style != '"':
            return value  # as clean as the file: only double-quoted scalars have escapes
        if hidden := find_hidden(value):
            first = next(character for character in value if character in hidden)
            self.report("control-character", event.start_mark, code=f"U+{ord(first):04X}")
        return unicodedata.normalize("NFC", remove_characters(value, hidden))


def _place(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def read_yaml(file: str, text: str) -> Document:
    """Parse one YAML document. Never raises for bad input: `problems` say what is wrong, `value` is what was parsed."""
    if not text.replace("\n", " ").isprintable():  # few texts, and much faster to know
        text = _ODD_SPACE.sub(lambda space: re.sub(r"\s", " ", space[0]), text)
    builder = _Builder(file, text)
    value: Value = None
    is_whole = False
    try:
        events: Iterator[Any] = iter(yaml.parse(text, yaml.CSafeLoader))
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and builder.values:
                builder.report("yaml-documents", event.start_mark)
                break
            if isinstance(event, yaml.NodeEvent):
                value = builder.build(event, events, ())
        is_whole = True
    except _Stop:
        pass
    except yaml.YAMLError as error:
        value = None
        builder.problems.append(syntax_problem(file, text, error))
    return Document(
        file,
        value,
        builder.values,
        builder.keys,
        tuple(builder.problems),
        is_whole,
        tuple(builder.lines),
        tuple(builder.nothing),
    )
