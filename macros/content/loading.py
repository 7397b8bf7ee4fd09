"""A folder with `data/` and `docs/` to a draft, with every problem that reading and typing it brought up.

Each file is read by itself into a `Part`; the draft is all parts together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path as FilePath
from typing import Literal, NamedTuple, TypeVar

from macros.content import model
from macros.content.draft import Draft, Entry, Named, Written
from macros.content.files import (
    find_assets,
    find_news,
    find_pages,
    find_photos,
    news_id,
    read_file,
    shown_name,
)
from macros.content.media import read_picture
from macros.content.model import LANGUAGES, Language, Record
from macros.content.problems import MAX_PER_FILE, Problem
from macros.content.prose import MAX_PAGE_BYTES, META, ProsePage, read_page
from macros.content.reading import Document, Path, Value, read_yaml
from macros.content.records import read_record

T = TypeVar("T")


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


@dataclass
class Part:
    """What one file holds."""

    problems: list[Problem] = field(default_factory=list)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    names: dict[str, list[Named]] = field(default_factory=dict)
    pages: list[ProsePage] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    written: list[Written] = field(default_factory=list)


Parts = dict[FilePath, tuple[object, Part]]
"""Parts by file, each with the state of the file when it was read: `serve` reads again only what has changed."""


def load_draft(root: FilePath, today: date, parts: Parts | None = None) -> tuple[Draft, tuple[Problem, ...]]:
    """Read `root/data` and `root/docs`.

    Returns the draft and the problems of reading and typing, unsorted. Raises only what a programmer must see.
    `parts` holds what was read before in this process, and is brought up to date.
    """
    known: Parts = {} if parts is None else parts
    seen: Parts = {}

    def read(path: FilePath, load: Callable[[], Part]) -> Part:
        state = _state(path)
        seen[path] = known[path] if path in known and known[path][0] == state else (state, load())
        return seen[path][1]

    found = [read(root / "data" / one.name, partial(_read_data, root, one)) for one in DATA_FILES]
    found += [read(path, partial(_read_news, root, path)) for path in find_news(root)]
    found += [
        read(path, partial(_read_page, root, lang, path)) for lang in LANGUAGES for path in find_pages(root, lang)
    ]
    known.clear()
    known.update(seen)
    draft = Draft(
        root,
        today,
        {kind: tuple(items) for kind, items in _join(part.entries for part in found).items()},
        {kind: tuple(items) for kind, items in _join(part.names for part in found).items()},
        tuple(page for part in found for page in part.pages),
        frozenset(kind for part in found for kind in part.unsure),
        tuple(record for part in found for record in part.written),
        {lang: find_assets(root, lang) for lang in LANGUAGES},
        {path.name: read_picture(path) for path in find_photos(root)},
    )
    return draft, tuple(problem for part in found for problem in part.problems)


def _state(path: FilePath) -> object:
    """What changes whenever a file does."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _join(parts: Iterable[Mapping[str, list[T]]]) -> dict[str, list[T]]:
    joined: dict[str, list[T]] = {}
    for part in parts:
        for kind, items in part.items():
            joined.setdefault(kind, []).extend(items)
    return joined


def _read_data(root: FilePath, data_file: DataFile) -> Part:
    """Read one file of `DATA_FILES`."""
    part, path = Part(), root / "data" / data_file.name
    if not path.exists() and not path.is_symlink():
        if not data_file.is_optional:
            part.problems.append(Problem(f"data/{data_file.name}", 0, 0, "missing-file"))
            part.unsure.update(data_file.holds)
        return part
    document = _parse(part, root, path, data_file.is_optional)
    records = _split(part, data_file, document)
    is_empty = data_file.is_optional and document.value is None and not document.problems
    if (records is None and not is_empty) or not document.is_whole:
        part.unsure.update(data_file.holds)
    _collect(part, document, records or [], data_file.kind, data_file.model)
    return part


def _read_news(root: FilePath, path: FilePath) -> Part:
    """Read one news item; its id is the name of its file."""
    part, stem = Part(), news_id(path.name)
    document = _parse(part, root, path)
    part.names["news"] = [Named(stem, document, ())]
    value = document.value
    if isinstance(value, dict):
        if "id" in value:
            allowed = ", ".join(name for name in model.NewsItem.model_fields if name != "id")
            details = {"field": "id", "allowed": allowed}
            part.problems.append(document.problem("unknown-field", ("id",), details, at_key=True))
        _collect(part, document, [((), {**value, "id": stem})], "news", model.NewsItem)
    elif value is not None:
        part.problems.append(document.problem("not-a-mapping", (), field=document.file))
    return part


def _read_page(root: FilePath, lang: Language, path: FilePath) -> Part:
    """Read one page of prose."""
    inner = shown_name(path.relative_to(root / "docs" / lang))
    text_file = read_file(root, path, MAX_PAGE_BYTES)
    part = Part(list(text_file.problems))
    if text_file.text is None:
        part.pages.append(ProsePage(text_file.file, lang, inner, Document(text_file.file, None), is_whole=False))
        return part
    page = read_page(text_file.file, lang, inner, text_file.text)
    part.pages.append(page)
    part.problems.extend(page.problems)
    if page.front_matter.value is not None:
        part.problems.extend(read_record(page.front_matter, (), page.front_matter.value, META[lang])[1])
    return part


def _parse(part: Part, root: FilePath, path: FilePath, may_be_empty: bool = False) -> Document:
    """Parse a YAML file; one that says nothing is a problem as well, unless it may be empty."""
    text_file = read_file(root, path)
    part.problems.extend(text_file.problems)
    if text_file.text is None:
        return Document(text_file.file, None, is_whole=False)
    document = read_yaml(text_file.file, text_file.text)
    part.problems.extend(document.problems)
    if document.value is None and not document.problems and not may_be_empty:
        part.problems.append(Problem(document.file, 0, 0, "empty-file"))
    return document


def _split(part: Part, data_file: DataFile, document: Document) -> list[tuple[Path, Value]] | None:
    """Return path and value of each record of a file, or None when the file has not the shape for any."""
    value = document.value
    if value is None:
        return None
    if not isinstance(value, list if data_file.shape == "list" else dict):
        rule = "not-a-list" if data_file.shape == "list" else "not-a-mapping"
        part.problems.append(document.problem(rule, (), field=document.file))
        return None
    if data_file.shape == "record" and isinstance(value, dict):
        for key, model_field in data_file.model.model_fields.items():
            given = value.get(key, None if model_field.is_required() else [])
            if key in _TERMS and not isinstance(given, list):
                part.unsure.add(_TERMS[key])
        return [((), value)]
    return [((key,), item) for key, item in (enumerate(value) if isinstance(value, list) else value.items())]


def _collect(
    part: Part, document: Document, records: list[tuple[Path, Value]], kind: str, record_type: type[Record]
) -> None:
    """Type the records of a file; keep the valid ones, and the ids of all."""
    told = 0
    for path, value in records:
        for id_kind, named in _ids_in(document, path, value, kind):
            part.names.setdefault(id_kind, []).append(named)
        label = _label(path, value)
        part.written.append(Written(record_type, value, document, path, label))
        if told > MAX_PER_FILE:
            continue
        record, found = read_record(document, path, value, record_type, label)
        part.problems.extend(found)
        if record is not None:
            part.entries.setdefault(kind, []).append(Entry(record, document, path))
        told += len(found)


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
