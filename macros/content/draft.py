"""All files as read, before anything is known to be right: what the rules examine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from macros.content.model import Record
from macros.content.problems import Problem
from macros.content.prose import ProsePage
from macros.content.reading import Document, Path, Value


@dataclass(frozen=True)
class Entry:
    """A valid record and where it stands."""

    record: Record
    document: Document
    path: Path

    @property
    def label(self) -> str:
        """What a message calls the record: its id or key; nothing when it is the whole file."""
        name = self.path[-1] if self.path else ""
        return name if isinstance(name, str) else str(getattr(self.record, "id", ""))

    def problem(self, rule: str, *tail: str | int, **details: str) -> Problem:
        """Return a problem at a field of this record."""
        return self.document.problem(rule, (*self.path, *tail), details, record=self.label)


@dataclass(frozen=True)
class Written:
    """A record as written, valid or not. `label` is what a message calls it."""

    record_type: type[Record]
    value: Value
    document: Document
    path: Path
    label: str


@dataclass(frozen=True)
class Named:
    """An id as written, and where. Ids of records that are wrong otherwise count too, so references to them hold."""

    id: str
    document: Document
    path: Path


@dataclass(frozen=True)
class Draft:
    """What was read: valid records by kind, ids by kind, every record as written, prose pages, and today's date.

    `unsure` are the kinds whose ids are not all known, because a file that holds them cannot be read.
    """

    today: date
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    pages: tuple[ProsePage, ...] = ()
    unsure: frozenset[str] = frozenset()
    written: tuple[Written, ...] = ()

    def of(self, *kinds: str) -> Iterator[Entry]:
        """Yield the valid records of these kinds, in the order of the files."""
        for kind in kinds:
            yield from self.entries.get(kind, ())

    def is_known(self, kind: str, ref: str) -> bool:
        """Whether a record of this kind has this id, or may have it for all that can be read."""
        return ref in self.ids(kind) or kind in self.unsure

    def ids(self, kind: str) -> frozenset[str]:
        """Return every id of this kind that is written anywhere, valid record or not."""
        return self._ids.get(kind, frozenset())

    @cached_property
    def _ids(self) -> Mapping[str, frozenset[str]]:
        return {kind: frozenset(named.id for named in items) for kind, items in self.names.items()}
