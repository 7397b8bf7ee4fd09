"""A folder with `data/` and `docs/` to a draft, with every problem that reading and typing it brought up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Literal, NamedTuple

from macros.content import model
from macros.content.draft import Draft, Entry, Named, Written
from macros.content.files import TextFile, news_id, read_file, shown_name
from macros.content.folders import Folders, find_news, find_pages, look_into_folders
from macros.content.languages import LANGUAGES, Language
from macros.content.model import Record
from macros.content.problems import MAX_PER_FILE, Problem
from macros.content.prose import MAX_PAGE_BYTES, META, ProsePage, read_page
from macros.content.reading import Document, Path, Value, read_yaml
from macros.content.records import read_record


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


def load_draft(root: FilePath, today: date) -> tuple[Draft, tuple[Problem, ...]]:
    """Read `root/data` and `root/docs`.

    Returns the draft and the problems of reading and typing, unsorted. Raises only what a programmer must see.
    """
    folders = look_into_folders(root, DATA_NAMES)
    loader = _Loader(root)
    for data_file in DATA_FILES:
        loader.load_data(data_file)
    for path in find_news(root):
        loader.load_news(path.name, read_file(root, path))
    loader.load_pages()
    return loader.draft(today, folders), (*folders.problems, *loader.problems)


def load_rest(root: FilePath, today: date, folders: Folders) -> tuple[Draft, tuple[Problem, ...]]:
    """Read everything but news; else as `load_draft`."""
    loader = _Loader(root)
    for data_file in DATA_FILES:
        loader.load_data(data_file)
    loader.load_pages()
    return loader.draft(today, folders), tuple(loader.problems)


def load_news(root: FilePath, today: date, name: str, text_file: TextFile) -> tuple[Draft, tuple[Problem, ...]]:
    """Return the draft of one news file and nothing else, and the problems of reading and typing it."""
    loader = _Loader(root)
    loader.load_news(name, text_file)
    return loader.draft(today, Folders()), tuple(loader.problems)


@dataclass
class _Loader:
    """Collects what the files hold, one after another."""

    root: FilePath
    problems: list[Problem] = field(default_factory=list)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    names: dict[str, list[Named]] = field(default_factory=dict)
    pages: list[ProsePage] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    written: list[Written] = field(default_factory=list)

    def draft(self, today: date, folders: Folders) -> Draft:
        """Return what was collected, frozen."""
        return Draft(
            today,
            {kind: tuple(items) for kind, items in self.entries.items()},
            {kind: tuple(items) for kind, items in self.names.items()},
            tuple(self.pages),
            frozenset(self.unsure),
            tuple(self.written),
            folders.assets,
            folders.photos,
        )

    def load_data(self, data_file: DataFile) -> None:
        """Read one file of `DATA_FILES`."""
        path = self.root / "data" / data_file.name
        if not path.exists() and not path.is_symlink():
            if data_file.is_optional:
                return
            self.problems.append(Problem(f"data/{data_file.name}", 0, 0, "missing-file"))
            self.unsure.update(data_file.holds)
            return
        self.add(_read_data(data_file, self.note(read_file(self.root, path))))

    def note(self, text_file: TextFile) -> TextFile:
        """Take over what is wrong with a file as text. Return it without that: two problems at one place are equal."""
        self.problems.extend(text_file.problems)
        return text_file._replace(problems=())

    def add(self, other: "_Loader") -> None:
        """Take over all that another loader has collected."""
        self.problems.extend(other.problems)
        for kind, entries in other.entries.items():
            self.entries.setdefault(kind, []).extend(entries)
        for kind, names in other.names.items():
            self.names.setdefault(kind, []).extend(names)
        self.pages.extend(other.pages)
        self.unsure.update(other.unsure)
        self.written.extend(other.written)

    def take_data(self, data_file: DataFile, document: Document) -> None:
        """Type the records of one file of `DATA_FILES`."""
        records = self.split(data_file, document)
        is_empty = data_file.is_optional and document.value is None and not document.problems
        if (records is None and not is_empty) or not document.is_whole:
            self.unsure.update(data_file.holds)
        self.collect(document, records or [], data_file.kind, data_file.model)

    def parse(self, text_file: TextFile, may_be_empty: bool = False) -> Document:
        """Parse the text of a YAML file; one that says nothing is a problem as well, unless it may be empty."""
        self.problems.extend(text_file.problems)
        if text_file.text is None:
            return Document(text_file.file, None, is_whole=False)
        document = read_yaml(text_file.file, text_file.text)
        self.problems.extend(document.problems)
        if document.value is None and not document.problems and not may_be_empty:
            self.problems.append(Problem(document.file, 0, 0, "empty-file"))
        return document

    def split(self, data_file: DataFile, document: Document) -> list[tuple[Path, Value]] | None:
        """Return path and value of each record of a file, or None when the file has not the shape for any."""
        value = document.value
        if value is None:
            return None
        if not isinstance(value, list if data_file.shape == "list" else dict):
            rule = "not-a-list" if data_file.shape == "list" else "not-a-mapping"
            self.problems.append(document.problem(rule, (), field=document.file))
            return None
        if data_file.shape == "record" and isinstance(value, dict):
            for key, model_field in data_file.model.model_fields.items():
                given = value.get(key, None if model_field.is_required() else [])
                if key in _TERMS and not isinstance(given, list):
                    self.unsure.add(_TERMS[key])
            return [((), value)]
        return [((key,), item) for key, item in (enumerate(value) if isinstance(value, list) else value.items())]

    def load_news(self, name: str, text_file: TextFile) -> None:
        """Read one news item; its id is the name of its file."""
        self.take_news(news_id(name), self.parse(text_file))

    def take_news(self, stem: str, document: Document) -> None:
        """Type one news item."""
        self.names.setdefault("news", []).append(Named(stem, document, ()))
        value = document.value
        if isinstance(value, dict):
            if "id" in value:
                allowed = ", ".join(name for name in model.NewsItem.model_fields if name != "id")
                details = {"field": "id", "allowed": allowed}
                self.problems.append(document.problem("unknown-field", ("id",), details, at_key=True))
            self.collect(document, [((), {**value, "id": stem})], "news", model.NewsItem)
        elif value is not None:
            self.problems.append(document.problem("not-a-mapping", (), field=document.file))

    def load_pages(self) -> None:
        """Read the pages of both languages."""
        for lang in LANGUAGES:
            for path in find_pages(self.root, lang):
                inner = shown_name(path.relative_to(self.root / "docs" / lang))
                self.add(_read_page(lang, inner, self.note(read_file(self.root, path, MAX_PAGE_BYTES))))

    def take_page(self, lang: Language, inner: str, text_file: TextFile) -> None:
        """Read one page of prose from its text."""
        self.problems.extend(text_file.problems)
        if text_file.text is None:
            self.pages.append(ProsePage(text_file.file, lang, inner, Document(text_file.file, None), is_whole=False))
            return
        page = read_page(text_file.file, lang, inner, text_file.text)
        self.pages.append(page)
        self.problems.extend(page.problems)
        if page.front_matter.value is not None:
            self.problems.extend(read_record(page.front_matter, (), page.front_matter.value, META[lang])[1])

    def collect(
        self, document: Document, records: list[tuple[Path, Value]], kind: str, record_type: type[Record]
    ) -> None:
        """Type the records of one file; keep the valid ones, and the ids of all."""
        told = 0
        for path, value in records:
            for id_kind, named in _ids_in(document, path, value, kind):
                self.names.setdefault(id_kind, []).append(named)
            label = _label(path, value)
            self.written.append(Written(record_type, value, document, path, label))
            if told > MAX_PER_FILE:
                continue
            record, found = read_record(document, path, value, record_type, label)
            self.problems.extend(found)
            if record is not None:
                self.entries.setdefault(kind, []).append(Entry(record, document, path))
            told += len(found)


@lru_cache(maxsize=2 * len(DATA_FILES))
def _read_data(data_file: DataFile, text_file: TextFile) -> _Loader:
    """Return what one file of `DATA_FILES` holds. A process that goes on reads only those that have changed."""
    loader = _Loader(FilePath())
    loader.take_data(data_file, loader.parse(text_file, data_file.is_optional))
    return loader


@lru_cache(maxsize=256)
def _read_page(lang: Language, inner: str, text_file: TextFile) -> _Loader:
    loader = _Loader(FilePath())
    loader.take_page(lang, inner, text_file)
    return loader


def _label(path: Path, value: Value) -> str:
    """What a message calls a record: its id, or its key in a mapping; nothing when it is the whole file."""
    name = path[-1] if path and isinstance(path[-1], str) else value.get("id") if isinstance(value, dict) else ""
    return name if path and isinstance(name, str) else ""


def _ids_in(document: Document, path: Path, value: Value, kind: str) -> Iterator[tuple[str, Named]]:
    """Yield the ids of a record and of the facts, links, terms … inside it, valid or not."""
    if not isinstance(value, dict):
        return
    if path and isinstance(value.get("id"), str):
        yield kind, Named(value["id"], document, (*path, "id"))
    status = value.get("status")
    if isinstance(status, dict) and isinstance(status.get("id"), str):
        yield "fact", Named(status["id"], document, (*path, "status", "id"))
    for key, inner_kind in _TERMS.items():
        items = value.get(key)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                yield inner_kind, Named(item["id"], document, (*path, key, index, "id"))
