"""All files as read, before anything is known to be right: what the rules examine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from macros.content.model import Record
from macros.content.problems import Problem
from macros.content.prose import ProsePage
from macros.content.reading import Document, Path


@dataclass(frozen=True)
class Entry:
    """A valid record and where it stands."""

    record: Record
    document: Document
    path: Path

    def problem(self, rule: str, *tail: str | int, **details: str) -> Problem:
        """Return a problem at a field of this record."""
        label = str(getattr(self.record, "id", ""))
        return self.document.problem(rule, (*self.path, *tail), details, record=label)


@dataclass(frozen=True)
class Named:
    """An id as written, and where. Ids of records that are wrong otherwise count too, so references to them hold."""

    id: str
    document: Document
    path: Path


@dataclass(frozen=True)
class Draft:
    """What was read: valid records by kind, ids by kind, prose pages, and today's date."""

    today: date
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    pages: tuple[ProsePage, ...] = ()

    def of(self, *kinds: str) -> Iterator[Entry]:
        """Yield the valid records of these kinds, in the order of the files."""
        for kind in kinds:
            yield from self.entries.get(kind, ())

    def ids(self, kind: str) -> frozenset[str]:
        """Return every id of this kind that is written anywhere, valid record or not."""
        return frozenset(named.id for named in self.names.get(kind, ()))
