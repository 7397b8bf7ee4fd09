"""Prose pages: their front matter and the macros they call, read with positions and without running anything."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from macros.content.model import Language, Record, Text
from macros.content.problems import Problem
from macros.content.reading import Document, read_yaml

_CALL = re.compile(r"\{\{(.*?)\}\}")
_TEMPLATE_SYNTAX = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


class PageMeta(Record):
    """What a page says of itself between the two `---` lines."""

    title: Text
    description: Text


@dataclass(frozen=True)
class Call:
    """A macro call as written: positional and named literal arguments. `alone`: nothing else on its line."""

    name: str
    positional: tuple[str | int, ...]
    named: tuple[tuple[str, str | int], ...]
    line: int
    column: int
    alone: bool


@dataclass(frozen=True)
class ProsePage:
    """One Markdown page of one language. `path` is the same in both languages, such as `news/index.md`."""

    file: str
    lang: Language
    path: str
    front_matter: Document
    calls: tuple[Call, ...]
    problems: tuple[Problem, ...]
    body: str = ""

    @property
    def meta(self) -> BaseModel | None:
        """The front matter as a record, when it is valid."""
        value = self.front_matter.value
        return PageMeta.model_validate(value) if not self.problems else None


def read_page(file: str, lang: Language, path: str, text: str) -> ProsePage:
    """Read a page from its text. Never raises for bad input."""
    lines = text.split("\n")
    problems: list[Problem] = []
    front_matter = Document(file, {})
    first = 0
    if lines[0].rstrip() == "---" and "---" in (rest := [line.rstrip() for line in lines[1:]]):
        first = rest.index("---") + 2
        front_matter = read_yaml(file, "\n".join(lines[1 : first - 1]), first_line=2)
    else:
        problems.append(Problem(file, 1, 1, "no-front-matter"))
    calls: list[Call] = []
    for number, line in enumerate(lines[first:], start=first + 1):
        for found in _read_line(file, number, line):
            (calls if isinstance(found, Call) else problems).append(found)  # type: ignore[arg-type]
    problems.extend(front_matter.problems)
    return ProsePage(file, lang, path, front_matter, tuple(calls), tuple(problems), "\n".join(lines[first:]))


def _read_line(file: str, number: int, line: str) -> Iterator[Call | Problem]:
    """Yield the calls on one line; whatever else looks like template syntax is a problem."""
    rest = line
    for match in _CALL.finditer(line):
        rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
        alone = match.group() == line.rstrip()
        yield _read_call(file, number, match.start() + 1, match.group(1).strip(), alone)
    if syntax := _TEMPLATE_SYNTAX.search(rest):
        yield Problem(file, number, syntax.start() + 1, "template-syntax", {"written": syntax.group()})


def _read_call(file: str, line: int, column: int, written: str, alone: bool) -> Call | Problem:
    """Parse `name("literal", key=1)` and nothing else."""
    wrong = Problem(file, line, column, "macro-syntax", {"written": written[:60]})
    try:
        call = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return wrong
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return wrong
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if any(not isinstance(value, ast.Constant) or type(value.value) not in (str, int) for value in values):
        return wrong
    if any(keyword.arg is None for keyword in call.keywords):
        return wrong
    return Call(
        call.func.id,
        tuple(value.value for value in call.args if isinstance(value, ast.Constant)),  # type: ignore[misc]
        tuple(
            (keyword.arg or "", keyword.value.value)  # type: ignore[misc]
            for keyword in call.keywords
            if isinstance(keyword.value, ast.Constant)
        ),
        line,
        column,
        alone,
    )
