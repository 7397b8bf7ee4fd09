"""The data as they were: revisions of `data/` out of Git as typed records, each version of a file read once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from macros.content.loading import Typed, read_alone
from macros.content.model import Phrase, Record, ValueChain, Vocabulary
from macros.content.repository import RevisionError, ask, ask_text

Blobs = Mapping[str, str]
"""The files of a revision, by their paths below `data/`: the ids of their contents."""

_FILE_MODES = ("100644", "100755")
_REFERRED = (
    "organisations.yaml",
    "participants.yaml",
    "sources.yaml",
    "strings.yaml",
    "unknowns.yaml",
    "value_chain.yaml",
    "vocabulary.yaml",
)
"""The files whose records and terms others refer to."""


class Archive:
    """The versions of the data files of one repository. Each is read from Git, and typed, once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._typed: dict[tuple[str, str], Typed | None] = {}

    def list_files(self, tree: str) -> Blobs:
        """Return the files of a tree of `data/`. Raises RevisionError."""
        listed = ask_text(self.root, "ls-tree", "-r", "-z", "--full-tree", tree)
        entries = [entry.partition("\t") for entry in listed.split("\0") if entry]
        return {name: about.split()[2] for about, _, name in entries if about.split()[0] in _FILE_MODES}

    def fetch(self, files: Iterable[tuple[str, str]]) -> None:
        """Read and type these versions, (path, id), in one go. Raises RevisionError when one is not in this copy."""
        wanted = sorted({one for one in files if one not in self._typed})
        if not wanted:
            return
        answer = ask(self.root, "cat-file", "--batch", given="".join(f"{blob}\n" for _, blob in wanted).encode())
        start = 0
        for name, blob in wanted:
            end = answer.index(b"\n", start)
            head = answer[start:end].split()
            if len(head) != 3:
                raise RevisionError(f"В этой копии нет прежнего содержания файла data/{name}.")
            start = end + 1 + int(head[2])
            self._typed[name, blob] = read_alone(name, answer[end + 1 : start])
            start += 1

    def typed(self, name: str, blob: str) -> Typed | None:
        """Return a version as typed records. Raises RevisionError."""
        self.fetch([(name, blob)])
        return self._typed[name, blob]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The data of one revision, a tree of `data/`. What cannot be read stands as it last could be."""

    archive: Archive
    tree: str
    previous: "Snapshot | None" = field(default=None, repr=False)

    @cached_property
    def files(self) -> Blobs:
        """The files of the revision. Raises RevisionError."""
        return self.archive.list_files(self.tree)

    def fetch(self, names: Iterable[str]) -> None:
        """Read these files, as far as they are there, in one go. Raises RevisionError."""
        self.archive.fetch((name, self.files[name]) for name in names if name in self.files)

    def records_in(self, names: Iterable[str]) -> Iterator[tuple[str, str, Record]]:
        """Yield kind, id and record of everything in these files, in their order. Raises RevisionError."""
        for name in names:
            typed = self._settled(name)
            if typed is not None:
                yield from ((typed.kind, key, record) for key, record in typed.records.items())

    def unread_in(self, names: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Return kind and id of what is written in these files and was never readable; id `*`: everything in one."""
        found = set()
        for name in names:
            typed = self._settled(name)
            if typed is not None:
                found |= {(typed.kind, key) for key in ("*",) if typed.unread is None}
                found |= {(typed.kind, key) for key in typed.unread or ()}
        return frozenset(found)

    def _settled(self, name: str) -> Typed | None:
        """The records of a file, with those that cannot be read as they were before."""
        if name not in self.files:
            return None
        typed = self.archive.typed(name, self.files[name])
        earlier = self.previous
        while earlier and typed and typed.unread != frozenset():
            if name in earlier.files and (was := self.archive.typed(name, earlier.files[name])):
                typed = _fill(typed, was)
            earlier = earlier.previous
        return typed

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], Record]:
        """What other records refer to: organisations, sources, open questions, terms, phrases."""
        names = [name for name in _REFERRED if name in self.files]
        self.fetch(names)
        found: dict[tuple[str, str], Record] = {}
        for kind, key, record in self.records_in(names):
            found[kind, key] = record
            if isinstance(record, Vocabulary | ValueChain):
                found |= {(kind, str(getattr(term, "id", ""))): term for kind, term in _terms_of(record)}
        return found

    def find(self, kind: str, key: str) -> Record | None:
        """Return the record or term of this kind with this id, or None. Raises RevisionError."""
        return self._named.get((kind, key))

    def phrase(self, name: str) -> Phrase | None:
        """Return a string of the interface, or None. Raises RevisionError."""
        return cast(Phrase | None, self.find("string", name))


def _fill(now: Typed, was: Typed) -> Typed:
    """Return `now` with what it lacks as it was."""
    if now.unread is None:
        return was
    known = {key: record for key, record in was.records.items() if key in now.unread}
    return Typed(now.kind, {**now.records, **known}, now.unread - known.keys())


def _terms_of(record: Vocabulary | ValueChain) -> Iterator[tuple[str, Record]]:
    if isinstance(record, ValueChain):
        lists: dict[str, tuple[Record, ...]] = {"material": record.materials, "market": record.markets}
    else:
        lists = {
            "region": record.regions,
            "role": record.roles,
            "status": record.statuses,
            "grade": record.grades,
            "stage": record.stages,
            "group": record.groups,
        }
    yield from ((kind, term) for kind, terms in lists.items() for term in terms)
