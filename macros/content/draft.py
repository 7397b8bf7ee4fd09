"""The draft: all files as read and not yet checked, with look-ups for the checks."""

import posixpath
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path as FilePath
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import Struct, field

from macros.content.addresses import RECORD_FOLDERS, Former, address, path_of
from macros.content.media import Picture
from macros.content.model import (
    Language,
    Move,
    NewsItem,
    NewsTag,
    Organisation,
    Record,
    Vocabulary,
    walk_records,
    walk_refs,
)
from macros.content.problems import Problem, nearest
from macros.content.prose import ProsePage
from macros.content.reading import Document, Path, Value
from macros.content.records import is_id

R = TypeVar("R", bound=Record)

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

OTHER_SUBJECTS = frozenset({"cluster", "chain"})
"""What facts can be about beside organisations and topics."""


class Entry(NamedTuple, Generic[R]):
    """A valid record and where it stands. `label` names it in messages: its id or key, empty for a whole file."""

    record: R
    document: Document
    path: Path
    label: str

    def place(self, *tail: str | int) -> tuple[str, int, int]:
        """Return file, line and column of a field of this record."""
        return self.document.file, *self.document.position((*self.path, *tail))

    def problem(self, rule: str, *tail: str | int, **details: str) -> Problem:
        """Return a problem at a field of this record."""
        return self.document.problem(rule, (*self.path, *tail), details, record=self.label)


class Written(NamedTuple):
    """A record as written, valid or not; otherwise as `Entry`."""

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


class Draft(Struct, frozen=True, eq=False, dict=True):
    """What was read: valid records by type, ids by kind, every record as written, prose pages, and today's date.

    `assets` are the paths of pictures and documents beside the pages of each language; `unread` are the types
    of which a record, or a whole file, cannot be read: what is not found may stand there. `unsure` are the kinds whose
    ids are not all known for that reason. `photos` are the originals by name, None for one that cannot be read.
    """

    root: FilePath
    today: date
    entries: Mapping[type[Record], tuple[Entry[Any], ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    pages: tuple[ProsePage, ...] = ()
    unread: frozenset[type[Record]] = frozenset()
    unsure: frozenset[str] = frozenset()
    written: tuple[Written, ...] = ()
    assets: Mapping[Language, frozenset[str]] = field(default_factory=dict)
    photos: Mapping[str, Picture | None] = field(default_factory=dict)

    # Records

    def of(self, record_type: type[R]) -> tuple[Entry[R], ...]:
        """Return the valid records of a type, in the order of the files."""
        return self.entries.get(record_type, ())

    @cached_property
    def refs(self) -> tuple[tuple[Written, Path, str, str], ...]:
        """Every reference as written: its record, its path in that, the kind it refers to, the id it names."""
        return tuple(
            (record, path, kind, ref)
            for record in self.written
            for path, kind, ref in walk_refs(record.record_type, record.value)
        )

    @cached_property
    def walked(self) -> tuple[tuple[Entry[Any], Path, Record], ...]:
        """Every valid record and every record inside one, with the path to it."""
        entries = chain.from_iterable(self.entries.values())
        return tuple((entry, path, record) for entry in entries for path, record in walk_records(entry.record))

    def ids(self, kind: str) -> frozenset[str]:
        """Return every id of this kind that is written anywhere, valid record or not."""
        if kind == "subject":
            return OTHER_SUBJECTS | self.ids("organisation") | self.ids("topic")
        return self._ids.get(kind, frozenset())

    @cached_property
    def _ids(self) -> Mapping[str, frozenset[str]]:
        return {kind: frozenset(named.id for named in items) for kind, items in self.names.items()}

    def is_known(self, kind: str, ref: str) -> bool:
        """Whether a record of this kind has this id, or may have it for all that can be read."""
        unsure = {"organisation", "topic"} if kind == "subject" else {kind}
        return ref in self.ids(kind) or not unsure.isdisjoint(self.unsure)

    # Pages

    def page_pairs(self) -> Iterator[tuple[ProsePage, ProsePage]]:
        """Yield each page that can be read in both languages: Russian, English."""
        for page in self.pages:
            english = self.page_at.get(("en", page.path))
            if page.lang == "ru" and page.is_whole and english and english.is_whole:
                yield page, english

    @cached_property
    def page_at(self) -> Mapping[tuple[Language, str], ProsePage]:
        """The prose pages by language and path."""
        return {(page.lang, page.path): page for page in self.pages}

    def has_page(self, lang: Language, path: str) -> bool:
        """Whether `path`, such as `about.md` or `organisations/alfa.md`, is a page, written or made from data."""
        folder, _, name = path.rpartition("/")
        stem = name.removesuffix(".md")
        if (lang, path) in self.page_at or stem == name:
            return (lang, path) in self.page_at
        if folder == "news":
            return self.is_known("news", stem) or stem in {news_id[:4] for news_id in self.ids("news")}
        kind = next((kind for kind, own in RECORD_FOLDERS.items() if own == folder), None)
        return kind is not None and self.is_known(kind, stem)

    @cached_property
    def made_pages(self) -> Mapping[str, str]:
        """The addresses of the pages made from data, each with the file that it comes from."""
        made: dict[str, str] = {}
        for kind in ("organisation", "news"):
            made |= {address(path_of(kind, named.id)): named.document.file for named in self.names.get(kind, ())}
        for entry in self.of(NewsItem):
            file = entry.document.file
            made[f"news/{entry.record.date.year}/"] = file
            made |= {address(path_of("tag", tag)): file for tag in entry.record.tags if self.is_known("tag", tag)}
        return made

    # Former addresses

    @cached_property
    def former(self) -> tuple[Former, ...]:
        """Every path that the data name as a former one; where two records name the same, the first counts."""
        return tuple(self._find_former())

    def _find_former(self) -> Iterator[Former]:
        records: list[tuple[str, Entry[Any], Path, Organisation | NewsItem | NewsTag]]
        records = [("organisation", entry, (), entry.record) for entry in self.of(Organisation)]
        records += [("news", entry, (), entry.record) for entry in self.of(NewsItem)]
        for words in self.of(Vocabulary):
            records += [("tag", words, ("tags", index), tag) for index, tag in enumerate(words.record.tags)]
        for kind, holder, path, record in records:
            for index, old in enumerate(record.former_ids):
                place = holder.place(*path, "former_ids", index)
                yield Former(path_of(kind, old), path_of(kind, record.id), old, *place, holder.label)
        for entry in self.of(Move):
            old, new = entry.record.old, entry.record.new
            yield Former(old, new, old, *entry.place("from"), entry.label)

    @cached_property
    def _new_paths(self) -> Mapping[str, str]:
        return {one.old: one.new for one in reversed(self.former)}

    @property
    def redirects(self) -> Mapping[str, str]:
        """The address to go to for each former one, below the root of a language.

        A tag that no news has any longer has no page, so nothing leads to it.
        """
        living = self.made_pages.keys() | {page.address for page in self.pages}
        moved = {address(one.old): address(one.new) for one in self.former}
        return {old: new for old, new in moved.items() if new in living}

    # What was probably meant

    def hint_at_id(self, kind: str, ref: str) -> dict[str, str]:
        """Return what a message adds about an unknown id: `renamed` to what, or the `nearest` that there is."""
        own = "organisation" if kind == "subject" else kind
        if own in RECORD_FOLDERS:
            folder, name = posixpath.split(self._new_paths.get(path_of(own, ref), ""))
            if folder == RECORD_FOLDERS[own]:
                return {"renamed": name.removesuffix(".md")}
        return {"nearest": nearest(ref, filter(is_id, self.ids(kind)))}

    def hint_at_path(self, lang: Language, path: str, start: str = "") -> dict[str, str]:
        """Return the same about an unknown path; as links in the folder `start` must have it."""
        new = self._new_paths.get(path)
        meant = new or nearest(path, (known for own, known in self.page_at if own == lang))
        return {"renamed" if new else "nearest": posixpath.relpath(meant, start or ".") if meant else ""}
