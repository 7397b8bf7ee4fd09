"""A folder with `data/` and `docs/` to a draft, with every problem that reading and typing it brought up."""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from macros.content import model
from macros.content.draft import Draft, Entry, Named
from macros.content.model import LANGUAGES, Record
from macros.content.problems import Problem, nearest
from macros.content.prose import PageMeta, ProsePage, read_page
from macros.content.reading import Document, Path, Value, read_text, read_yaml


@dataclass(frozen=True)
class DataFile:
    """A file of `data/`: the kind of its records, their model, and whether it is a list, one record or a mapping."""

    name: str
    kind: str
    model: type[Record]
    shape: Literal["list", "record", "mapping"]


DATA_FILES: tuple[DataFile, ...] = (
    DataFile("cluster.yaml", "cluster", model.Cluster, "record"),
    DataFile("participants.yaml", "organisation", model.Organisation, "list"),
    DataFile("organisations.yaml", "organisation", model.Organisation, "list"),
    DataFile("value_chain.yaml", "chain", model.ValueChain, "record"),
    DataFile("sources.yaml", "source", model.Source, "list"),
    DataFile("topics.yaml", "topic", model.Topic, "list"),
    DataFile("unknowns.yaml", "unknown", model.Unknown, "list"),
    DataFile("vocabulary.yaml", "vocabulary", model.Vocabulary, "record"),
    DataFile("menu.yaml", "menu", model.Menu, "record"),
    DataFile("strings.yaml", "string", model.Phrase, "mapping"),
)

NEWS_FOLDER = "news"

_TERMS = {
    "regions": "region",
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
    problems: list[Problem] = []
    entries: dict[str, list[Entry]] = {}
    names: dict[str, list[Named]] = {}
    for data_file in DATA_FILES:
        path = root / "data" / data_file.name
        if not path.is_file():
            problems.append(Problem(f"data/{data_file.name}", 0, 0, "missing-file"))
            continue
        document = _read_document(root, path)
        problems.extend(document.problems)
        for record_path, value in _split(data_file, document, problems):
            _collect(document, record_path, value, data_file.kind, data_file.model, entries, names, problems)
    for path in sorted((root / "data" / NEWS_FOLDER).glob("*.yaml")):
        document = _read_document(root, path)
        problems.extend(document.problems)
        value = document.value
        if isinstance(value, dict):
            value = {**value, "id": path.stem}
        _collect(document, (), value, "news", model.NewsItem, entries, names, problems)
    pages = tuple(_read_pages(root))
    for page in pages:
        problems.extend(page.problems)
        if page.front_matter.value != {} and not page.front_matter.problems:
            problems.extend(_typed(page.front_matter, (), page.front_matter.value, PageMeta)[1])
    draft = Draft(
        today,
        {kind: tuple(items) for kind, items in entries.items()},
        {kind: tuple(items) for kind, items in names.items()},
        pages,
    )
    return draft, tuple(problems)


def _read_document(root: FilePath, path: FilePath) -> Document:
    file = path.relative_to(root).as_posix()
    text, problems = read_text(file, path.read_bytes())
    return Document(file, None, problems=problems) if problems else read_yaml(file, text)


def _read_pages(root: FilePath) -> Iterator[ProsePage]:
    for lang in LANGUAGES:
        folder = root / "docs" / lang
        for path in sorted(folder.rglob("*.md")):
            file = path.relative_to(root).as_posix()
            inner = path.relative_to(folder).as_posix()
            text, problems = read_text(file, path.read_bytes())
            if problems:
                yield ProsePage(file, lang, inner, Document(file, {}), (), problems)
            else:
                yield read_page(file, lang, inner, text)


def _split(data_file: DataFile, document: Document, problems: list[Problem]) -> Iterator[tuple[Path, Value]]:
    """Yield the path and value of each record of a file."""
    value = document.value
    if document.problems and value is None:
        return
    if data_file.shape == "record":
        yield (), value
    elif data_file.shape == "list":
        if value is None:
            value = []
        if not isinstance(value, list):
            problems.append(document.problem("not-a-list", (), field=data_file.name))
            return
        for index, item in enumerate(value):
            yield (index,), item
    else:
        if not isinstance(value, dict):
            problems.append(document.problem("not-a-mapping", (), field=data_file.name))
            return
        for key, item in value.items():
            yield (key,), item


def _collect(
    document: Document,
    path: Path,
    value: Value,
    kind: str,
    record_type: type[Record],
    entries: dict[str, list[Entry]],
    names: dict[str, list[Named]],
    problems: list[Problem],
) -> None:
    """Type one record; keep it when valid, keep its ids in any case."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        names.setdefault(kind, []).append(Named(value["id"], document, (*path, "id")))
    for inner_kind, named in _inner_ids(document, path, value):
        names.setdefault(inner_kind, []).append(named)
    record, found = _typed(document, path, value, record_type)
    problems.extend(found)
    if record is not None:
        entries.setdefault(kind, []).append(Entry(record, document, path))


def _inner_ids(document: Document, path: Path, value: Value) -> Iterator[tuple[str, Named]]:
    """Yield the ids of facts, links, terms … inside a record, wherever they stand."""
    if not isinstance(value, dict):
        return
    status = value.get("status")
    if isinstance(status, dict) and isinstance(status.get("id"), str):
        yield "fact", Named(status["id"], document, (*path, "status", "id"))
    for key, kind in _TERMS.items():
        items = value.get(key)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                yield kind, Named(item["id"], document, (*path, key, index, "id"))


def _typed(
    document: Document, path: Path, value: Value, record_type: type[Record]
) -> tuple[Record | None, list[Problem]]:
    """Return the record, or None and what is wrong with it."""
    try:
        return record_type.model_validate(value), []
    except ValidationError as error:
        label = str(value.get("id", "")) if isinstance(value, dict) else ""
        found = [
            _type_problem(document, path, value, record_type, detail, label)
            for detail in error.errors(include_url=False, include_context=True)
        ]
        return None, found


def _type_problem(
    document: Document, path: Path, value: Value, record_type: type[Record], detail: Any, label: str
) -> Problem:
    """Turn one pydantic error into a problem at its place."""
    loc = _existing(value, detail["loc"])
    where = (*path, *loc)
    name = next((str(part) for part in reversed(loc) if isinstance(part, str)), document.file)
    kind, given = detail["type"], detail["input"]
    shown = {"record": label, "field": name, "value": str(given)[:80]}
    context = detail.get("ctx", {})
    match kind:
        case "missing" if name in LANGUAGES:
            parent = next((str(part) for part in reversed(loc[:-1]) if isinstance(part, str)), "")
            return document.problem("missing-language", where, shown, field=parent, lang=name)
        case "missing" | "too_short" if name == "sources":
            return document.problem("no-source", where, shown)
        case "missing":
            return document.problem("missing-field", where, shown)
        case "too_short":
            return document.problem("empty-list", where, shown)
        case "extra_forbidden":
            allowed = _fields_at(record_type, loc[:-1])
            hint = nearest(name, allowed)
            return document.problem(
                "unknown-field", where, shown, at_key=True, allowed=", ".join(allowed), nearest=hint
            )
        case "literal_error":
            allowed = [word.strip("' ") for word in context["expected"].replace(" or ", ", ").split(",")]
            hint = nearest(str(given), allowed)
            return document.problem("bad-value", where, shown, allowed=", ".join(allowed), nearest=hint)
        case "string_too_long":
            limit = str(context["max_length"])
            return document.problem("too-long", where, shown, limit=limit, length=str(len(str(given))))
        case "string_pattern_mismatch":
            rule = "bad-region-code" if "A-Z" in context["pattern"] else "bad-id"
            if context["pattern"].startswith(r"^\d"):
                rule = "news-name"
            return document.problem(rule, where, shown)
        case "bad_date" | "bad_when" | "bad_url" | "bad_end":
            return document.problem(kind.replace("_", "-"), where, shown)
        case "string_too_short":
            return document.problem("empty-text", where, shown)
        case _ if given is None:
            return document.problem("empty-text", where, shown)
        case "tuple_type":
            return document.problem("not-a-list", where, shown)
        case "model_type" | "dict_type" | "model_attributes_type":
            return document.problem("not-a-mapping", where, shown)
        case _:
            return document.problem("not-text", where, shown)


def _existing(value: Value, loc: tuple[str | int, ...]) -> Path:
    """Drop the parts of pydantic's location that the file does not have (names of union members)."""
    path: list[str | int] = []
    for number, part in enumerate(loc):
        is_last = number == len(loc) - 1
        is_there = (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        )
        if is_there:
            value = value[part]
        if is_there or (is_last and isinstance(value, dict)):
            path.append(part)
    return tuple(path)


def _fields_at(record_type: type[BaseModel], loc: Path) -> list[str]:
    """The names of the fields that the record at `loc` below `record_type` may have."""
    current: type[BaseModel] | None = record_type
    for part in loc:
        if isinstance(part, str) and current is not None:
            fields = {field.alias or name: field for name, field in current.model_fields.items()}
            current = _record_in(fields[part].annotation) if part in fields else current
    return [field.alias or name for name, field in current.model_fields.items()] if current else []


def _record_in(annotation: Any) -> type[BaseModel] | None:
    """The record type inside an annotation such as `tuple[Fact, ...]` or `Localised | None`."""
    if isinstance(annotation, type) and not get_origin(annotation) and issubclass(annotation, BaseModel):
        return annotation
    if isinstance(annotation, types.NoneType):
        return None
    return next((found for part in get_args(annotation) if (found := _record_in(part))), None)
