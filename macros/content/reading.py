"""YAML text to plain values with positions: scalars stay text, nothing is guessed, nothing is expanded."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import yaml

from macros.content.files import find_hidden, without_hidden
from macros.content.problems import MAX_PER_FILE, Problem, shorten
from macros.content.syntax import syntax_problem

Path = tuple[str | int, ...]
Value = Any
"""`str`, `None` (nothing written), `list[Value]` or `dict[str, Value]`; recursive, so not spelt out for mypy."""

MAX_DEPTH = 12
_NOTHING = ("", "~", "null", "Null", "NULL")
_LOST_TEXT = re.compile(r"\s+(?P<lost>#[^\s#].*)")


@dataclass(frozen=True)
class Document:
    """A file as read. `values` and `keys` give (line, column), from 1, of each value and of each key's name; `ends`
    gives the line and the column at which each value ends, the column being that after its last character.

    `is_whole` is false when reading stopped early, so that what the file holds is not known. `lines` are those of the
    text as written, from line `first_line` of the file.
    """

    file: str
    value: Value
    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    ends: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True
    lines: tuple[str, ...] = ()
    first_line: int = 1

    def position(self, path: Path) -> tuple[int, int]:
        """Return where `path` stands: its value, else its nearest ancestor that exists; (1, 1) at worst."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def place_in_text(self, path: Path, row: int, column: int) -> tuple[int, int]:
        """Return line and column in the file of a row, from 0, and a column, from 1, of the text at `path`.

        Exact for a block that opens with `|`, the only form that keeps its lines; else the place of the whole text.
        """
        line, start = self.position(path)
        if not self.lines[line - self.first_line][start - 1 :].startswith("|"):
            return line, start
        block = self.lines[line - self.first_line + 1 :]
        first = next((number for number, written in enumerate(block) if written.strip()), 0)
        indent = len(block[first]) - len(block[first].lstrip()) if block else 0
        return line + 1 + first + row, indent + column

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
    """The rest of the document cannot be read."""


class _Builder:
    """Builds the plain value from parser events: no recursion in C, no aliases, no tags."""

    def __init__(self, file: str, text: str, first_line: int) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.first_line = first_line
        self.values: dict[Path, tuple[int, int]] = {}
        self.ends: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def report(self, rule: str, mark: Any, **details: str) -> None:
        line, column = self.place(mark)
        self.problems.append(Problem(self.file, line, column, rule, details))
        if len(self.problems) > MAX_PER_FILE:
            raise _Stop

    def place(self, mark: Any) -> tuple[int, int]:
        return mark.line + self.first_line, mark.column + 1

    def build(self, event: Any, events: Iterator[Any], path: Path) -> Value:
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor or event.tag:
            self.check_node(event)
        start = event.start_mark
        if len(path) > MAX_DEPTH:
            self.report("yaml-depth", start, limit=str(MAX_DEPTH))
            raise _Stop
        self.values[path] = (start.line + self.first_line, start.column + 1)
        if kind is yaml.ScalarEvent:
            self.ends[path] = self.end(event)
            self.check_rest(event)
            value, style = event.value, event.style
            if not style:
                return None if value in _NOTHING else value
            return self.text(event) if style == '"' else value
        if kind is yaml.SequenceStartEvent:
            items: list[Value] = []
            while type(item := next(events)) is not yaml.SequenceEndEvent:
                items.append(self.build(item, events, (*path, len(items))))
            self.ends[path] = (
                self.place(item.end_mark) if event.flow_style else self.last((*path, len(items) - 1), path)
            )
            return items
        return self.build_mapping(event, events, path)

    def end(self, event: Any) -> tuple[int, int]:
        """Where a scalar ends; the parser takes the empty lines and comments after a block of text for its own."""
        mark = event.end_mark
        line, column = mark.line + self.first_line, mark.column + 1
        if column == 1 and event.style in ("|", ">"):
            row = event.end_mark.line - 1
            keeps_empty_lines = "+" in self.lines[event.start_mark.line][event.start_mark.column :].partition("#")[0]
            while not keeps_empty_lines and row > event.start_mark.line and not self.lines[row].strip():
                row -= 1
            return row + self.first_line, len(self.lines[row]) + 1
        return line, column

    def check_rest(self, event: Any) -> None:
        """Report what is lost after `#`: YAML takes it for a comment, but a comment has a space after its sign."""
        end = event.end_mark
        if event.style in ("|", ">") or end.line >= len(self.lines) or end.column >= len(self.lines[end.line]):
            return  # a block of text, or nothing, where the file breaks off, or the line
        if lost := _LOST_TEXT.match(self.lines[end.line], end.column):
            mark = SimpleNamespace(line=end.line, column=lost.start("lost"))
            self.report("text-after-hash", mark, written=shorten(lost["lost"]))

    def last(self, inner: Path, path: Path) -> tuple[int, int]:
        """Where a block collection ends: where its last value does."""
        return self.ends.get(inner, self.values[path])

    def build_mapping(self, start: Any, events: Iterator[Any], path: Path) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        inner = path
        while type(event := next(events)) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent or event.anchor or event.tag:
                self.check_node(event)
            if type(event) is not yaml.ScalarEvent:
                self.report("yaml-key", event.start_mark)
                raise _Stop
            key = self.text(event)
            inner = (*path, key)
            if key in mapping:
                first = self.keys[inner][0]
                self.report("duplicate-key", event.start_mark, key=shorten(key), first=str(first))
                self.build(next(events), events, (*inner, "duplicate"))
                continue
            self.keys[inner] = self.place(event.start_mark)
            mapping[key] = self.build(next(events), events, inner)
        self.ends[path] = self.place(event.end_mark) if start.flow_style else self.last(inner, path)
        return mapping

    def check_node(self, event: Any) -> None:
        """Report what only programmers need: anchors, aliases, tags."""
        if getattr(event, "anchor", None):
            self.report("yaml-anchor", event.start_mark, name=shorten(event.anchor))
            raise _Stop
        if getattr(event, "tag", None):
            self.report("yaml-tag", event.start_mark, tag=shorten(event.tag))

    def text(self, event: Any) -> str:
        """Return a scalar's text in NFC; an escape such as `"\\0"` can hide what the file itself does not show."""
        value: str = event.value
        if event.style != '"':
            return value  # as clean as the file; escapes stand between straight double quotes only
        if hidden := find_hidden(value):
            first = next(character for character in value if character in hidden)
            self.report("control-character", event.start_mark, code=f"U+{ord(first):04X}")
        return unicodedata.normalize("NFC", without_hidden(value))


def read_yaml(file: str, text: str, first_line: int = 1) -> Document:
    """Read one YAML document. `first_line` is the line of `file` on which `text` begins.

    Never raises for bad input: what is wrong stands in `problems`, and `value` holds what could be read.
    """
    builder = _Builder(file, text, first_line)
    value: Value = None
    is_whole = False
    try:
        events = iter(yaml.CSafeLoader(text).get_event, None)  # as yaml.parse, but half as long
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    builder.report("yaml-documents", event.start_mark)
                    break
            elif isinstance(event, yaml.NodeEvent):
                value = builder.build(event, events, ())
        is_whole = True
    except _Stop:
        pass
    except yaml.YAMLError as error:
        value = None
        builder.problems.append(syntax_problem(file, text, first_line, error))
    return Document(
        file,
        value,
        builder.values,
        builder.keys,
        builder.ends,
        tuple(builder.problems),
        is_whole,
        tuple(builder.lines),
        first_line,
    )
