"""All files as read, before anything is known to be right: what the rules examine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from macros.content.around import NOTHING_AROUND, Around
from macros.content.assets import Picture
from macros.content.model import Language, Record, walk_records, walk_refs
from macros.content.problems import Problem
from macros.content.prose import ProsePage
from macros.content.reading import Document, Path, Value

HOMES = {
    "source": "data/sources.yaml",
    "organisation": "data/organisations.yaml",
    "topic": "data/topics.yaml",
    "subject": "data/organisations.yaml",
    "unknown": "data/unknowns.yaml",
    "fact": "data/",
    "news": "data/news/",
    "material": "data/value_chain.yaml",
    "market": "data/value_chain.yaml",
    "region": "data/vocabulary.yaml",
    "stage": "data/vocabulary.yaml",
    "tag": "data/vocabulary.yaml",
    "group": "data/vocabulary.yaml",
}
"""Where a missing record would have to be added."""


class Entry(NamedTuple):
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


class Written(NamedTuple):
    """A record as written, valid or not. `label` is what a message calls it."""

    record_type: type[Record]
    value: Value
    document: Document
    path: Path
    label: str


class Named(NamedTuple):
    """An id as written, and where. Ids of records that are wrong otherwise count too, so references to them hold."""

    id: str
    document: Document
    path: Path


@dataclass(frozen=True, eq=False)
class Draft:
    """What was read: valid records by kind, ids by kind, every record as written, prose pages, and today's date.

    `assets` are the paths of pictures and documents beside the pages of each language; `unsure` are the kinds whose
    ids are not all known, because a file that holds them cannot be read; `photos` are the originals by name, None for
    one that cannot be read. `around` answers what rules ask about files that the draft does not hold.
    """

    today: date
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    pages: tuple[ProsePage, ...] = ()
    unsure: frozenset[str] = frozenset()
    written: tuple[Written, ...] = ()
    assets: Mapping[Language, frozenset[str]] = field(default_factory=dict)
    photos: Mapping[str, Picture | None] = field(default_factory=dict)
    around: Around = NOTHING_AROUND

    def of(self, *kinds: str) -> Iterator[Entry]:
        """Yield the valid records of these kinds, in the order of the files."""
        for kind in kinds:
            yield from self.entries.get(kind, ())

    def page_pairs(self) -> Iterator[tuple[ProsePage, ProsePage]]:
        """Yield each page that can be read in both languages: Russian, English."""
        russian = {page.path: page for page in self.pages if page.lang == "ru" and page.is_whole}
        for page in self.pages:
            if page.lang == "en" and page.is_whole and page.path in russian:
                yield russian[page.path], page

    @cached_property
    def refs(self) -> tuple[tuple[Written, Path, str, str], ...]:
        """Every reference as written: its record, its path in that, the kind it refers to, the id it names."""
        return tuple(
            (record, path, kind, ref)
            for record in self.written
            for path, kind, ref in walk_refs(record.record_type, record.value)
        )

    @cached_property
    def walked(self) -> tuple[tuple[Entry, Path, Record], ...]:
        """Every valid record and every record inside one, with the path to it."""
        return tuple(
            (entry, path, record) for entry in self.of(*self.entries) for path, record in walk_records(entry.record)
        )

    def ids(self, kind: str) -> frozenset[str]:
        """Return every id of this kind that is written anywhere, valid record or not."""
        return self._ids.get(kind, frozenset())

    @cached_property
    def _ids(self) -> Mapping[str, frozenset[str]]:
        return {kind: frozenset(named.id for named in items) for kind, items in self.names.items()}
