"""YAML text to plain values with positions: scalars stay text, nothing is guessed, nothing is expanded."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from macros.content.problems import Problem

Path = tuple[str | int, ...]
Value = Any
"""`str`, `None` (nothing written), `list[Value]` or `dict[str, Value]`; recursive, so not spelt out for mypy."""

MAX_DEPTH = 12
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Document:
    """A file as read. `values` and `keys` give (line, column), from 1, of each value and of each key's name."""

    file: str
    value: Value
    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def position(self, path: Path) -> tuple[int, int]:
        """Return where `path` stands: its value, else its nearest ancestor that exists; (1, 1) at worst."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

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

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.values: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def report(self, rule: str, mark: Any, **details: str) -> None:
        line, column = self.place(mark)
        self.problems.append(Problem(self.file, line, column, rule, details))

    def place(self, mark: Any) -> tuple[int, int]:
        return mark.line + self.first_line, mark.column + 1

    def build(self, event: Any, events: Iterator[Any], path: Path) -> Value:
        if getattr(event, "anchor", None):
            self.report("yaml-anchor", event.start_mark, name=event.anchor)
            raise _Stop
        if len(path) > MAX_DEPTH:
            self.report("yaml-depth", event.start_mark, limit=str(MAX_DEPTH))
            raise _Stop
        self.values[path] = self.place(event.start_mark)
        if getattr(event, "tag", None):
            self.report("yaml-tag", event.start_mark, tag=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            is_nothing = not event.style and event.value in ("", "~", "null", "Null", "NULL")
            return None if is_nothing else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Value] = []
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                items.append(self.build(item, events, (*path, len(items))))
            return items
        return self.build_mapping(events, path)

    def build_mapping(self, events: Iterator[Any], path: Path) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent) or key.anchor:
                self.report("yaml-key", key.start_mark)
                raise _Stop
            inner = (*path, key.value)
            if key.value in mapping:
                first = self.keys[inner][0]
                self.report("duplicate-key", key.start_mark, key=key.value, first=str(first))
                self.build(next(events), events, (*path, key.value, "duplicate"))
                continue
            self.keys[inner] = self.place(key.start_mark)
            mapping[key.value] = self.build(next(events), events, inner)
        return mapping


def read_text(file: str, raw: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of a file in NFC with LF line ends and no BOM, or the problem that forbids reading it."""
    if len(raw) > MAX_BYTES:
        return "", (Problem(file, 0, 0, "file-too-big", {"size": str(len(raw)), "limit": str(MAX_BYTES)}),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        return "", (Problem(file, line, column, "not-utf8"),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text), ()


def read_yaml(file: str, text: str, first_line: int = 1) -> Document:
    """Read one YAML document. `first_line` is the line of `file` on which `text` begins.

    Never raises for bad input: what is wrong stands in `problems`, and `value` holds what could be read.
    """
    builder = _Builder(file, first_line)
    value: Value = None
    try:
        events = yaml.parse(text, Loader=yaml.CSafeLoader)
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    builder.report("yaml-documents", event.start_mark)
                    break
            elif isinstance(event, yaml.NodeEvent):
                value = builder.build(event, events, ())
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = builder.place(mark) if mark else (first_line, 1)
        if line - first_line >= text.count("\n") + 1:
            line, column = first_line + max(text.rstrip("\n").count("\n"), 0), 1
        builder.problems.append(_syntax_problem(file, text, line, column, first_line, error))
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line = before.count("\n") + first_line
        column = len(before) - before.rfind("\n")
        builder.problems.append(Problem(file, line, column, "control-character", {"code": f"U+{error.character:04X}"}))
    except RecursionError:
        builder.problems.append(Problem(file, first_line, 1, "yaml-depth", {"limit": str(MAX_DEPTH)}))
    return Document(file, value, builder.values, builder.keys, tuple(builder.problems))


def _syntax_problem(
    file: str, text: str, line: int, column: int, first_line: int, error: yaml.MarkedYAMLError
) -> Problem:
    """Turn the parser's complaint into the likeliest cause that an editor can see."""
    lines = text.split("\n")
    written = lines[line - first_line] if 0 <= line - first_line < len(lines) else ""
    if written.lstrip().startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return Problem(file, line, 1, "conflict-marker")
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return Problem(file, line, written.index("\t") + 1, "tab-indent")
    if "mapping values are not allowed" in str(error.problem):
        return Problem(file, line, column, "colon-in-text", {"written": written.strip()[:60]})
    return Problem(file, line, column, "yaml-syntax", {"written": written.strip()[:60]})
