"""What one run of the checks found, kept in a file for the next: safe to delete, to damage, and for two runs at once.

It is JSON, so that what is read is never code. The first line has a digest of the rest, and what stands for the code.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from macros.content.addresses import Claims, Former, Short, Spot
from macros.content.around import Answer, Facts, Question, facts_from_plain, facts_to_plain
from macros.content.assets import Picture
from macros.content.folders import PHOTO_FOLDER, Folders
from macros.content.problems import Problem
from macros.content.snapshot import Stamps
from macros.content.uses import Found, Rest, Unless, Uses

MEMORY = Path(".cache", "check")
"""The folder, below that of a site, in which its checks and builds keep it."""

NAME = "found"


@dataclass(frozen=True)
class Remembered:
    """A part as it was: what stands for all that it was made from, what was found, and the key of its item, if any."""

    digest: str
    found: Found
    key: str = ""


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
        first, _, index = (folder / NAME).read_bytes().partition(b"\n")
        if first != _head(index, code):
            return Memory()
        memory = _memory(json.loads(index), root)
    except (OSError, ValueError):
        return Memory()
    _latest[folder] = (code, root, stamp), memory
    return memory


def remember(folder: Path, code: str, root: Path, memory: Memory) -> None:
    """Keep what a run found for the next one of this process."""
    _latest[folder] = (code, root, _stamp(folder / NAME)), memory


def write_memory(folder: Path, code: str, root: Path, memory: Memory) -> None:
    """Keep what a run found, in one step; where nothing may be written, do without."""
    table = _Table()
    plain = {
        "news": {name: table.part(part) for name, part in memory.news.items()},
        "rest": table.part(memory.rest),
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
    index = json.dumps(plain, separators=(",", ":")).encode()
    unfinished = folder / f"{NAME}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as stream:
            stream.writelines((_head(index, code), b"\n", index))
        unfinished.replace(folder / NAME)
        remember(folder, code, root, memory)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()


def _head(index: bytes, code: str) -> bytes:
    return f"{hashlib.sha256(index).hexdigest()} {code}".encode()


@dataclass
class _Table:
    """Questions with their answers, each once, and the parts that asked them as plain values."""

    asked: list[tuple[Question, Answer]] = field(default_factory=list)
    numbers: dict[Question, int] = field(default_factory=dict)

    def part(self, part: Remembered) -> list[Any]:
        """Return a part as values that JSON has."""
        found, uses = part.found, part.found.uses
        return [
            part.digest,
            [_plain(problem) for problem in found.problems],
            sorted(uses.needs),
            [uses.claims.own, uses.claims.lists, uses.claims.former, uses.claims.short],
            [self._number(one, answer) for one, answer in found.asked.items()],
            part.key,
        ]

    def _number(self, one: Question, answer: Answer) -> int:
        if one not in self.numbers:
            self.numbers[one] = len(self.asked)
            self.asked.append((one, answer))
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


def _memory(plain: Mapping[str, Any], root: Path) -> Memory:
    asked: list[tuple[Question, Answer]] = [(tuple(one), answer) for one, answer in plain["asked"]]
    return Memory(
        news={name: _part(row, asked) for name, row in plain["news"].items()},
        rest=_part(plain["rest"], asked),
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


def _part(row: list[Any], asked: list[tuple[Question, Answer]]) -> Remembered:
    digest, problems, needs, claims, numbers, key = row
    uses = Uses(frozenset(map(tuple, needs)), _claims(claims))
    found = Found(tuple(Problem(*problem) for problem in problems), uses, dict([asked[number] for number in numbers]))
    return Remembered(digest, found, key)


def _claims(plain: list[Any]) -> Claims:
    own, lists, former, short = plain
    return Claims(
        tuple(map(tuple, own)),
        tuple(map(tuple, lists)),
        tuple(Former(old, new, written, teller, Spot(*spot)) for old, new, written, teller, spot in former),
        tuple(Short(path, kind, name, new, teller, Spot(*spot)) for path, kind, name, new, teller, spot in short),
    )
