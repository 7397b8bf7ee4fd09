"""Reads `data/` and `docs/` into a `Draft`, with every problem found by parsing and typing."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path as FilePath
from typing import Any, Literal, NamedTuple

from macros.content import model
from macros.content.draft import Draft, Entry, Named, Written
from macros.content.files import (
    find_assets,
    find_news,
    find_pages,
    find_photos,
    read_file,
    shown_name,
)
from macros.content.media import read_picture
from macros.content.model import LANGUAGES, Language, Record
from macros.content.problems import MAX_PER_FILE, Problem
from macros.content.prose import MAX_PAGE_BYTES, META, ProsePage, read_page
from macros.content.reading import Document, Path, Value, read_yaml
from macros.content.records import is_id, read_record


class DataFile(NamedTuple):
    """A file of `data/`: the kind of its records, their model, and whether it is a list, one record or a mapping.

    `holds`: kinds of ids that stand in it. While it cannot be read, nobody knows which of those exist.
    `is_optional`: it may be missing, or say nothing.
    """

    name: str
    kind: str
    model: type[Record]
    shape: Literal["list", "record", "mapping"]
    holds: tuple[str, ...] = ()
    is_optional: bool = False


DATA_FILES: tuple[DataFile, ...] = (
    DataFile("cluster.yaml", "cluster", model.Cluster, "record", ("fact", "milestone")),
    DataFile("participants.yaml", "organisation", model.Organisation, "list", ("organisation", "fact")),
    DataFile("organisations.yaml", "organisation", model.Organisation, "list", ("organisation", "fact")),
    DataFile("value_chain.yaml", "chain", model.ValueChain, "record", ("material", "market", "link", "fact")),
    DataFile("sources.yaml", "source", model.Source, "list", ("source",)),
    DataFile("topics.yaml", "topic", model.Topic, "list", ("topic", "fact")),
    DataFile("unknowns.yaml", "unknown", model.Unknown, "list", ("unknown",)),
    DataFile("vocabulary.yaml", "vocabulary", model.Vocabulary, "record", ("region", "stage", "tag", "group")),
    DataFile("menu.yaml", "menu", model.Menu, "record"),
    DataFile("moved.yaml", "move", model.Move, "list", is_optional=True),
    DataFile("strings.yaml", "string", model.Phrase, "mapping", ("string",)),
    DataFile("exceptions.yaml", "exemption", model.Exemption, "list", ("exemption",), is_optional=True),
    DataFile("glossary.yaml", "term", model.Term, "list", ("term",), is_optional=True),
    DataFile("words.yaml", "words", model.Words, "record", is_optional=True),
)

DATA_NAMES = frozenset(data_file.name for data_file in DATA_FILES)

_TERMS = {
    "regions": "region",
    "roles": "role",
    "statuses": "status",
    "grades": "grade",
    "stages": "stage",
    "tags": "tag",
    "groups": "group",
    "materials": "material",
    "markets": "market",
    "links": "link",
    "milestones": "milestone",
    "facts": "fact",
}
"""Lists inside records whose items have ids of their own, and the kind of those ids."""


def load_draft(root: FilePath, today: date, parts: "Parts | None" = None) -> tuple[Draft, tuple[Problem, ...]]:
    """Read `root/data` and `root/docs`. Returns the draft and the problems of parsing and typing, unsorted.

    `parts` holds what was read before in this process, and is brought up to date.
    """
    known, now = parts if parts is not None else {}, Parts()

    def read(path: FilePath, load: Callable[["_Reader"], None]) -> None:
        state = _state(path)
        if path not in known or known[path][0] != state:
            known[path] = state, _Reader(root)
            load(known[path][1])
        now[path] = known[path]

    for data_file in DATA_FILES:
        read(root / "data" / data_file.name, partial(_Reader.read_data, data_file=data_file))
    for path in find_news(root):
        read(path, partial(_Reader.read_news, path=path))
    for lang in LANGUAGES:
        for path in find_pages(root, lang):
            read(path, partial(_Reader.read_page, lang=lang, path=path))
    known.clear()
    known.update(now)
    found = _Reader(root)
    for _, part in now.values():
        found.add(part)
    draft = Draft(
        root,
        today,
        {record_type: tuple(items) for record_type, items in found.entries.items()},
        {kind: tuple(items) for kind, items in found.names.items()},
        tuple(found.pages),
        frozenset(found.unread),
        frozenset(found.unsure),
        tuple(found.written),
        {lang: find_assets(root, lang) for lang in LANGUAGES},
        {path.name: read_picture(path) for path in find_photos(root)},
    )
    return draft, tuple(found.problems)


def _state(path: FilePath) -> object:
    """What changes whenever a file does."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


class _Reader:
    """Reads a file and collects what it holds, under the names that `Draft` has for it."""

    def __init__(self, root: FilePath) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.entries: defaultdict[type[Record], list[Entry[Any]]] = defaultdict(list)
        self.names: defaultdict[str, list[Named]] = defaultdict(list)
        self.pages: list[ProsePage] = []
        self.unread: set[type[Record]] = set()
        self.unsure: set[str] = set()
        self.written: list[Written] = []

    def add(self, other: "_Reader") -> None:
        """Take over what another reader has collected."""
        self.problems += other.problems
        for record_type, entries in other.entries.items():
            self.entries[record_type] += entries
        for kind, names in other.names.items():
            self.names[kind] += names
        self.pages += other.pages
        self.unread |= other.unread
        self.unsure |= other.unsure
        self.written += other.written

    def read_data(self, data_file: DataFile) -> None:
        """Read one file of `DATA_FILES`."""
        path = self.root / "data" / data_file.name
        if not path.exists() and not path.is_symlink():
            if not data_file.is_optional:
                self.problems.append(Problem(f"data/{data_file.name}", 0, 0, "missing-file"))
                self._miss(data_file)
            return
        document = self._parse(path, data_file.is_optional)
        records = self._split(data_file, document)
        is_empty = data_file.is_optional and document.value is None and not document.problems
        if (records is None and not is_empty) or not document.is_whole:
            self._miss(data_file)
        self._collect(document, records or [], data_file.kind, data_file.model)

    def _miss(self, data_file: DataFile) -> None:
        self.unread.add(data_file.model)
        self.unsure.update(data_file.holds)

    def read_news(self, path: FilePath) -> None:
        """Read one news item; its id is the name of its file."""
        stem = shown_name(FilePath(path.stem))
        document = self._parse(path)
        self.names["news"].append(Named(stem, document, ()))
        value = document.value
        if isinstance(value, dict):
            if "id" in value:
                allowed = ", ".join(name for name in model.fields_of(model.NewsItem) if name != "id")
                details = {"field": "id", "allowed": allowed}
                self.problems.append(document.problem("unknown-field", ("id",), details, at_key=True))
            self._collect(document, [((), {**value, "id": stem})], "news", model.NewsItem)
            return
        self.unread.add(model.NewsItem)
        if value is not None:
            self.problems.append(document.problem("not-a-mapping", (), field=document.file))

    def read_page(self, lang: Language, path: FilePath) -> None:
        """Read one page of prose."""
        inner = shown_name(path.relative_to(self.root / "docs" / lang))
        file, text, problems = read_file(self.root, path, MAX_PAGE_BYTES)
        self.problems.extend(problems)
        if text is None:
            self.unread.add(META[lang])
            self.pages.append(ProsePage(file, lang, inner, Document(file, None), is_whole=False))
            return
        page = read_page(file, lang, inner, text)
        self.pages.append(page)
        self.problems.extend(page.problems)
        if page.problems:
            self.unread.add(META[lang])
        if page.front_matter.value is not None:
            self.problems.extend(read_record(page.front_matter, (), page.front_matter.value, META[lang])[1])

    def _parse(self, path: FilePath, may_be_empty: bool = False) -> Document:
        """Parse a YAML file; an empty one is a problem unless it may be empty."""
        file, text, problems = read_file(self.root, path)
        self.problems.extend(problems)
        if text is None:
            return Document(file, None, is_whole=False)
        document = read_yaml(file, text)
        self.problems.extend(document.problems)
        if document.value is None and not document.problems and not may_be_empty:
            self.problems.append(Problem(file, 0, 0, "empty-file"))
        return document

    def _split(self, data_file: DataFile, document: Document) -> list[tuple[Path, Value]] | None:
        """Return path and value of each record of a file, or None when the file has the wrong shape."""
        value = document.value
        if value is None:
            return None
        if not isinstance(value, list if data_file.shape == "list" else dict):
            rule = "not-a-list" if data_file.shape == "list" else "not-a-mapping"
            self.problems.append(document.problem(rule, (), field=document.file))
            return None
        if data_file.shape == "record" and isinstance(value, dict):
            for key, field in model.fields_of(data_file.model).items():
                given = value.get(key, None if field.required else [])
                if key in _TERMS and not isinstance(given, list):
                    self.unsure.add(_TERMS[key])
            return [((), value)]
        return [((key,), item) for key, item in (enumerate(value) if isinstance(value, list) else value.items())]

    def _collect(
        self, document: Document, records: list[tuple[Path, Value]], kind: str, record_type: type[Record]
    ) -> None:
        """Type the records of a file; keep the valid ones, and the ids of all."""
        told = 0
        for path, value in records:
            ids = list(_ids_in(path, value, kind, record_type))
            for id_kind, id_path, name in ids:
                if isinstance(name, str):
                    self.names[id_kind].append(Named(name, document, id_path))
            label = _label(path, value)
            self.written.append(Written(record_type, value, document, path, label))
            if told > MAX_PER_FILE:
                self.unread.add(record_type)
                continue
            record, found = read_record(document, path, value, record_type, label)
            self.problems.extend(found)
            told += len(found)
            if record is not None:
                self.entries[record_type].append(Entry(record, document, path, label))
            else:
                self.unread.add(record_type)
                self.unsure.update(id_kind for id_kind, _, name in ids if not is_id(name))


Parts = dict[FilePath, tuple[object, _Reader]]
"""What each file held, with its state when it was read: `serve` reads again only what has changed."""


def _label(path: Path, value: Value) -> str:
    """What a message calls a record: its id, or its key in a mapping; nothing when it is the whole file."""
    name = path[-1] if path and isinstance(path[-1], str) else value.get("id") if isinstance(value, dict) else ""
    return name if path and isinstance(name, str) else ""


def _ids_in(path: Path, value: Value, kind: str, record_type: type[Record]) -> Iterator[tuple[str, Path, Value]]:
    """Yield kind, path and value of the ids of a record and of the facts, links, terms … inside it, valid or not."""
    fields = value if isinstance(value, dict) else {}
    if path and "id" in record_type.__struct_fields__:
        yield kind, (*path, "id"), fields.get("id")
    if isinstance(status := fields.get("status"), dict):
        yield "fact", (*path, "status", "id"), status.get("id")
    for key, inner_kind in _TERMS.items():
        items = fields.get(key)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            yield inner_kind, (*path, key, index, "id"), item.get("id") if isinstance(item, dict) else None
