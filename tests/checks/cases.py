"""Cases: changes to a small valid site, and the complete list of problems that the check must then find.

A case is a file `tests/cases/<rule>/<what it proves>.yaml` (`accepted/` holds what is no problem) with any of

    edit:    {file: {text that stands there once: what replaces it}}
    append:  {file: text added at the end}
    write:   {file: its whole text}
    bytes:   {file: its bytes, as characters U+0000 to U+00FF}
    recode:  {file: codec in which its text is saved}
    copy:    {new file: file of the base}
    delete:  [files]
    folder:  [empty folders]
    link:    {file: where the link leads}
    expect:  ["file:line:column [rule]", …], all of them, in the order of the report
    says:    [fragments of the Russian report]

What a change does to what both languages share counts only in the folders about these rules.

where `!repeat [number, text]` stands for a long text.
"""

import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from macros.checks import CHECKS, records, run
from macros.checks import find as find_in
from macros.checks.translations import check_translations
from macros.content.loading import Parts, load_draft
from macros.content.model import LANGUAGES
from macros.content.problems import Problem, by_place, explain, limit_per_file
from macros.content.strings import String, find_strings

BASE = Path(__file__).parent / "base"
CASES = Path(__file__).parents[1] / "cases"
FORMS = {"ru": ("one", "few", "many", "other"), "en": ("one", "other")}
PARITY_RULES = {"calls-differ", "headings-differ", "links-differ", "lists-differ", "numbers-differ"}
ELSEWHERE = {"no-dictionary", "no-history", "no-history-in-ci", "translation-lags", "translation-lagged"}
"""Rules that depend on more than the files: test_spelling.py, test_translations.py."""

RULES = [rule for rule in CHECKS if rule is not check_translations]
"""All that depends on the files alone: what asks Git starts a process, in each of some five hundred checks."""

OFFERS = ("renamed", "suggested", "nearest", "wanted")
"""Details that are offered in place of what is written."""
WRITTEN = ("value", "written", "word", "field", "name", "argument")

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Case:
    """One case. `name` is its rule's folder and its own file name, such as `bad-date/with-dots`."""

    name: str
    expect: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    edit: dict[str, dict[str, str]] = field(default_factory=dict)
    append: dict[str, str] = field(default_factory=dict)
    write: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, str] = field(default_factory=dict)
    recode: dict[str, str] = field(default_factory=dict)
    copy: dict[str, str] = field(default_factory=dict)
    delete: list[str] = field(default_factory=list)
    folder: list[str] = field(default_factory=list)
    link: dict[str, str] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        return self.name.split("/")[0]

    def find(self, base: "Base") -> tuple[Problem, ...]:
        """Change the base and return its problems."""
        with base.restored(self.changed):
            self.change(base.root)
            problems = base.find()
        left_out = PARITY_RULES if self.rule not in {*PARITY_RULES, "translation-pending"} else set()
        return tuple(problem for problem in problems if problem.rule not in left_out)

    def find_refused_offers(self, base: "Base", problems: tuple[Problem, ...]) -> list[str]:
        """Write each value that a message offers where the wrong one stands; return what is refused again."""
        offers = [
            (problem, offer.split(", ")[0])
            for problem in sorted(problems, key=by_place, reverse=True)  # so that no column is moved before it is used
            if (offer := next((problem.details[name] for name in OFFERS if problem.details.get(name)), ""))
        ]
        with base.restored({*self.changed, *(problem.file for problem, _ in offers)}):
            self.change(base.root)
            put_there = [problem for problem, offer in offers if put_in(base.root / problem.file, problem, offer)]
            after = base.find() if put_there else ()
        before, left, mended = (
            Counter((one.rule, one.file, one.line) for one in of) for of in (problems, after, put_there)
        )
        return [str(place) for place in mended if left[place] > before[place] - mended[place]]

    @property
    def changed(self) -> list[str]:
        """The files and folders that it changes, makes or removes."""
        changes = (self.edit, self.append, self.write, self.bytes, self.recode, self.copy, self.link)
        return [*self.delete, *self.folder, *(name for change in changes for name in change)]

    def change(self, root: Path) -> None:
        """Change a copy of the base."""
        for name, changes in self.edit.items():
            text = (root / name).read_text("utf-8")
            for old, new in changes.items():
                assert text.count(old) == 1, f"{self.name}: {old!r} stands {text.count(old)} times in {name}"
                text = text.replace(old, new)
            put(root / name, text.encode())
        for name, text in self.append.items():
            put(root / name, (root / name).read_bytes() + text.encode())
        for name, text in self.write.items():
            put(root / name, text.encode())
        for name, text in self.bytes.items():
            put(root / name, text.encode("latin-1"))
        for name, codec in self.recode.items():
            put(root / name, (root / name).read_text("utf-8").encode(codec))
        for name, old in self.copy.items():
            put(root / name, (BASE / old).read_bytes())
        for name in self.delete:
            (root / name).unlink()
        for name in self.folder:
            (root / name).mkdir(parents=True)
        for name, target in self.link.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(target)


def put_in(path: Path, problem: Problem, offer: str) -> bool:
    """Put what a message offers in the place of what it says is written; return whether that was found."""
    if not problem.line:
        return False
    lines = path.read_text("utf-8").split("\n")
    line, start = lines[problem.line - 1], problem.column - 1
    for value in (problem.details[name] for name in WRITTEN if problem.details.get(name)):
        if (at := line.find(value, start)) >= 0:
            lines[problem.line - 1] = line[:at] + line[at:].replace(value, offer, int(problem.details.get("count", 1)))
            put(path, "\n".join(lines).encode())
            return True
    return False


class Base:
    """A copy of the base for many changes, each of which is put back; files that stay the same are read only once.

    It has a few strings, and needs no others: to check all those of the site takes three quarters of a check.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(shutil.copytree(BASE, root))
        self.parts: Parts = {}
        self.files = {
            path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
        }

    def find(self) -> tuple[Problem, ...]:
        """Return the problems that it has now."""
        with patch.object(records, "find_strings", strings_of_base):
            return find(self.root, self.parts)

    @contextmanager
    def restored(self, names: Collection[str]) -> Iterator[None]:
        """Put these files and folders back after the block."""
        try:
            yield
        finally:
            for name in names:
                self._put_back(name)

    def _put_back(self, name: str) -> None:
        path = self.root / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        if name in self.files:
            put(path, self.files[name])
        for folder in path.relative_to(self.root).parents:
            if not any((self.root / folder).iterdir()):
                (self.root / folder).rmdir()


def copy_base(root: Path) -> Path:
    """Make a copy of the base, complete."""
    shutil.copytree(BASE, root)
    complete_strings(root / "data" / "strings.yaml")
    return root


def complete_strings(path: Path) -> None:
    """Add to the few strings of the base, below them, the others that the site needs."""
    text = path.read_text("utf-8")
    put(path, (text + other_strings(frozenset(yaml.load(text, yaml.CBaseLoader)))).encode())


@cache
def strings_of_base() -> dict[str, String]:
    """What the site needs of the strings that the base has."""
    written = yaml.load((BASE / "data" / "strings.yaml").read_bytes(), yaml.CBaseLoader)
    return {name: wanted for name, wanted in find_strings().items() if name in written}


@cache
def other_strings(written: frozenset[str]) -> str:
    """The strings that the site needs beside those written, as YAML."""
    others = {name: wanted for name, wanted in find_strings().items() if name not in written}
    phrases = {
        name: "".join([name, *(f" {{{word}}}" for word in sorted(wanted.placeholders))])
        for name, wanted in sorted(others.items())
    }
    more = {
        name: {
            lang: {form: text for form in forms} if others[name].is_plural else text for lang, forms in FORMS.items()
        }
        for name, text in phrases.items()
    }
    return yaml.safe_dump(more, allow_unicode=True, sort_keys=False)


def put(path: Path, raw: bytes) -> None:
    """Write a file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


class _Loader(yaml.CSafeLoader):
    """Reads cases."""


def _repeat(loader: _Loader, node: yaml.SequenceNode) -> str:
    number, text = loader.construct_sequence(node)
    return str(text) * int(number)


_Loader.add_constructor("!repeat", _repeat)


def load_case(path: Path) -> Case:
    """Read a case. Raises TypeError for a field that a case does not have."""
    content: dict[str, Any] = yaml.load(path.read_text("utf-8"), _Loader) or {}
    return Case(f"{path.parent.name}/{path.stem}", **content)


def load_cases() -> list[Case]:
    """Return every case, in order; `everything/` is compared as text instead."""
    return [load_case(path) for path in sorted(CASES.glob("*/*.yaml")) if path.parent.name != "everything"]


def find(root: Path, parts: Parts | None = None) -> tuple[Problem, ...]:
    """Return the problems of the site at `root` on the day of the tests, but for what depends on its history."""
    draft, problems = load_draft(root, TODAY, parts)
    return tuple(limit_per_file([*problems, *run(draft, lambda draft: find_in(draft, RULES))]))


def report(problems: tuple[Problem, ...]) -> list[str]:
    """Return the problems as a case lists them; each can be told whole, in both languages."""
    for problem in problems:
        assert type(problem.line) is type(problem.column) is int, problem
        assert all(isinstance(detail, str) for detail in problem.details.values()), problem
        for lang in LANGUAGES:
            assert all(explain(problem, lang)), problem
    return [f"{problem.place} [{problem.rule}]" for problem in problems]
