"""What one run of the checks found, kept in a file for the next: safe to delete, to damage, and for two runs at once.

It is JSON, so that what is read is never code. The first line has a digest of the rest, and what stands for the code;
the second has all but news, and each other line one news file. A line is written again as it was while what was found
in the file is the same: so questions with their answers stand in the second line, and keep their numbers.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from macros.content.addresses import Claims, Former, Spot
from macros.content.around import Answer, Facts, Question, facts_from_plain, facts_to_plain
from macros.content.assets import Picture
from macros.content.folders import PHOTO_FOLDER, Folders
from macros.content.problems import Problem
from macros.content.snapshot import Stamps
from macros.content.uses import Found, Rest, Unless, Uses

MEMORY = Path(".cache", "check")
"""The folder, below that of a site, in which its checks and builds keep it."""

NAME = "found"

Asked = tuple[Question, Answer] | None
"""A question with its answer; None where a number is free."""


class Remembered(NamedTuple):
    """A part as it was: what stands for all that it was made from, what was found, and the key of its item, if any.

    `line` is what stands for it in the file that was read, if it does.
    """

    digest: str
    found: Found
    key: str = ""
    line: bytes = b""


class Numbered(Mapping[Question, Answer]):
    """What a part asked, by numbers: few runs want to know more than whether all answers are still the same."""

    def __init__(self, numbers: Sequence[int], table: Sequence[Asked]) -> None:
        self.numbers = numbers
        self.table = table

    def __getitem__(self, one: Question) -> Answer:
        return self._answers[one]

    def __iter__(self) -> Iterator[Question]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def _answers(self) -> Mapping[Question, Answer]:
        return dict(pair for number in self.numbers if (pair := self.table[number]))


@dataclass(frozen=True)
class Memory:
    """All that one run found: news by the names of their files, and the rest; `words` are those of `spelling.WORDS`.

    `folders_digest` stands for what lies in the folders, `stamps` tell which files have been read.
    """

    news: Mapping[str, Remembered] = field(default_factory=dict)
    rest: Remembered = field(default_factory=lambda: Remembered("", Found((), Uses(), {})))
    stock: Rest = field(default_factory=lambda: Rest((), ()))
    facts: Facts = field(default_factory=Facts)
    folders: Folders = field(default_factory=Folders)
    folders_digest: str = ""
    words: Mapping[str, Iterable[str]] = field(default_factory=dict)
    stamps: Stamps = field(default_factory=dict)

    @property
    def table(self) -> Sequence[Asked]:
        """What was asked by the parts that were read from a file, by number: all that were come from one file."""
        asked = (part.found.asked for part in (self.rest, *self.news.values()))
        return next((one.table for one in asked if isinstance(one, Numbered)), ())

    @property
    def answers(self) -> Mapping[Question, Answer]:
        """All that the parts asked, with the answers: to one question all were given the same."""
        answers = dict(pair for pair in self.table if pair)
        for part in (self.rest, *self.news.values()):
            if not isinstance(part.found.asked, Numbered):
                answers.update(part.found.asked)
        return answers


_latest: dict[Path, tuple[tuple[object, ...], Memory]] = {}
"""What this process has kept last, by the folder: as long as the file is the same, it need not be read."""


def _stamp(file: Path) -> tuple[int, ...] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def read_memory(folder: Path, code: str, root: Path) -> Memory:
    """Return what is kept in `folder` by the same code; nothing when there is nothing, or it is damaged."""
    stamp = _stamp(folder / NAME)
    if (latest := _latest.get(folder)) and latest[0] == (code, root, stamp):
        return latest[1]
    try:
        first, _, whole = (folder / NAME).read_bytes().partition(b"\n")
        if first != _head(whole, code):
            return Memory()
        index, *lines = whole.split(b"\n")
        memory = _memory(json.loads(index), lines, root)
    except (OSError, ValueError):
        return Memory()
    _latest[folder] = (code, root, stamp), memory
    return memory


def remember(folder: Path, code: str, root: Path, memory: Memory) -> None:
    """Keep what a run found for the next one of this process."""
    _latest[folder] = (code, root, _stamp(folder / NAME)), memory


def write_memory(folder: Path, code: str, root: Path, memory: Memory) -> None:
    """Keep what a run found, in one step; where nothing may be written, do without."""
    table = _Table.of(memory)
    lines = [part.line or table.line(name, part) for name, part in memory.news.items()]
    plain = {
        "rest": table.row(memory.rest),
        "unless": [[_plain(one.problem), sorted(one.needs)] for one in memory.stock.unless],
        "pages": memory.stock.pages,
        "tags": memory.stock.tags,
        "facts": facts_to_plain(memory.facts),
        "folders": _plain_folders(memory.folders),
        "folders_digest": memory.folders_digest,
        "words": {name: " ".join(sorted(words)) for name, words in memory.words.items()},
        "stamps": memory.stamps,
        "asked": table.asked,
    }
    whole = b"\n".join((_dump(plain), *lines))
    unfinished = folder / f"{NAME}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as stream:
            stream.writelines((_head(whole, code), b"\n", whole))
        unfinished.replace(folder / NAME)
        remember(folder, code, root, memory)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()


def _head(whole: bytes, code: str) -> bytes:
    return f"{hashlib.sha256(whole).hexdigest()} {code}".encode()


def _dump(plain: object) -> bytes:
    return json.dumps(plain, separators=(",", ":")).encode()


@dataclass
class _Table:
    """Questions with their answers, each once, and the parts that asked them as plain values."""

    asked: list[Asked] = field(default_factory=list)
    numbers: dict[Question, int] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, memory: Memory) -> "_Table":
        """Return a table of what is asked by the parts whose lines are kept."""
        kept = (part.found.asked for part in memory.news.values() if part.line)
        used = {number for asked in kept if isinstance(asked, Numbered) for number in asked.numbers}
        table = cls([pair if number in used else None for number, pair in enumerate(memory.table)])
        table.numbers = {pair[0]: number for number, pair in enumerate(table.asked) if pair}
        table.free = [number for number, pair in enumerate(table.asked) if not pair][::-1]
        return table

    def line(self, name: str, part: Remembered) -> bytes:
        """Return the line for a news file."""
        return _dump([name, *self.row(part)])

    def row(self, part: Remembered) -> list[Any]:
        """Return a part as values that JSON has."""
        found, uses = part.found, part.found.uses
        return [
            part.digest,
            [_plain(problem) for problem in found.problems],
            sorted(uses.needs),
            [uses.claims.own, uses.claims.lists, uses.claims.former],
            [self._number(one, answer) for one, answer in found.asked.items()],
            part.key,
        ]

    def _number(self, one: Question, answer: Answer) -> int:
        if one not in self.numbers:
            if not self.free:
                self.free.append(len(self.asked))
                self.asked.append(None)
            self.numbers[one] = self.free.pop()
            self.asked[self.numbers[one]] = one, answer
        return self.numbers[one]


def _plain(problem: Problem) -> list[Any]:
    return [problem.file, problem.line, problem.column, problem.rule, dict(problem.details)]


def _plain_folders(folders: Folders) -> dict[str, Any]:
    photos = {
        name: picture and [picture.width, picture.height, picture.digest] for name, picture in folders.photos.items()
    }
    return {
        "problems": [_plain(problem) for problem in folders.problems],
        "assets": {lang: sorted(paths) for lang, paths in folders.assets.items()},
        "photos": photos,
    }


def _folders(plain: Mapping[str, Any], root: Path) -> Folders:
    photos = root / "data" / PHOTO_FOLDER
    return Folders(
        tuple(Problem(*problem) for problem in plain["problems"]),
        {lang: frozenset(paths) for lang, paths in plain["assets"].items()},
        {name: picture and Picture(photos / name, *picture) for name, picture in plain["photos"].items()},
    )


def _memory(plain: Mapping[str, Any], lines: Sequence[bytes], root: Path) -> Memory:
    table: list[Asked] = [pair and (tuple(pair[0]), pair[1]) for pair in plain["asked"]]
    news = json.loads(b"[%s]" % b",".join(lines))
    return Memory(
        news={name: _part(row, table, line) for (name, *row), line in zip(news, lines, strict=True)},
        rest=_part(plain["rest"], table),
        stock=Rest(
            tuple(Unless(Problem(*problem), frozenset(map(tuple, needs))) for problem, needs in plain["unless"]),
            tuple((lang, address, file) for lang, address, file in plain["pages"]),
            tuple((address, file) for address, file in plain["tags"]),
        ),
        facts=facts_from_plain(plain["facts"]),
        folders=_folders(plain["folders"], root),
        folders_digest=plain["folders_digest"],
        words={name: frozenset(words.split()) for name, words in plain["words"].items()},
        stamps={name: (stamp, digest) for name, (stamp, digest) in plain["stamps"].items()},
    )


def _part(row: list[Any], table: Sequence[Asked], line: bytes = b"") -> Remembered:
    digest, problems, needs, claims, numbers, key = row
    uses = Uses(frozenset(map(tuple, needs)), _claims(claims))
    found = Found(tuple([Problem(*problem) for problem in problems]), uses, Numbered(numbers, table))
    return Remembered(digest, found, key, line)


def _claims(plain: list[Any]) -> Claims:
    own, lists, former = plain
    return Claims(
        tuple(map(tuple, own)),
        tuple(map(tuple, lists)),
        tuple([Former(old, new, written, teller, Spot(*spot)) for old, new, written, teller, spot in former]),
    )
