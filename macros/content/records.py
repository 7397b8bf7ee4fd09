"""Turns plain values into typed records, and says what is wrong with those that do not fit."""

import re
from collections.abc import Iterator
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta, ValidationError

from macros.content.model import (
    LANGUAGES,
    Localised,
    Phrase,
    Record,
    fields_of,
    read_as,
)
from macros.content.problems import MAX_PER_FILE, Problem, nearest, shorten
from macros.content.reading import Document, Path, Value
from macros.content.suggestions import suggest_name, suggest_url

_ANY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|[A-Z]{2}-[A-Z0-9]{1,3}")


def is_id(value: Value) -> bool:
    """Whether a value may be the id of a record."""
    return isinstance(value, str) and bool(_ANY_ID.fullmatch(value))


def read_record(
    document: Document, path: Path, value: Value, record_type: type[Record], label: str = ""
) -> tuple[Record | None, list[Problem]]:
    """Return the record at `path`, or None, and what is wrong with it. `label` names the record in messages."""
    record = _read(value, record_type)
    if record is not None and not any(empty[: len(path)] == path for empty in document.nothing):
        return record, []
    finder = _Finder(document, path, label)
    problems = list(islice(finder.find(record_type, value), MAX_PER_FILE + 1))
    if not problems:
        raise NotImplementedError(f"{document.file}: no rule for what is wrong with {label!r}")
    return record, problems


def _read(value: Value, kind: Any) -> Any:
    """Return a value as a type of the model, or None."""
    try:
        return read_as(kind, value)
    except ValidationError:
        return None


class _Finder:
    """Finds what is wrong with the record at a path of a document, value by value as the model describes them."""

    def __init__(self, document: Document, path: Path, label: str) -> None:
        self.document = document
        self.path = path
        self.label = label

    def find(self, kind: Any, value: Value, inner: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong with the value at a path inside the record, and with all values inside it."""
        bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
        marks = [mark for mark in getattr(kind, "__metadata__", ()) if isinstance(mark, Meta)]
        if get_origin(bare) in (UnionType, Union):
            members = [member for member in get_args(bare) if member is not NoneType]
            yield from self.find(members[-1 if isinstance(value, dict) else 0], value, inner)
        elif value in (None, ""):
            yield self.problem("empty-text", inner)
        elif get_origin(bare) is tuple:
            yield from self.find_in_list(get_args(bare)[0], value, inner, any(mark.min_length for mark in marks))
        elif get_origin(bare) is dict:
            keys, item = get_args(bare)
            yield from self.find_in_mapping(get_args(keys), item, value, inner)
        elif isinstance(bare, type) and issubclass(bare, Record):
            yield from self.find_in_record(bare, value, inner)
        elif not isinstance(value, str):
            yield self.problem("not-text", inner)
        elif get_origin(bare) is Literal:
            allowed = get_args(bare)
            if value not in allowed:
                offered = {"allowed": ", ".join(allowed), "nearest": nearest(value, allowed)}
                yield self.problem("bad-value", inner, value, **offered)
        elif _read(value, kind) is None:
            yield self.describe(marks, value, inner)

    def find_in_list(self, kind: Any, value: Value, inner: Path, must_have_one: bool) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield self.problem("not-a-list", inner, value)
        elif not value and must_have_one:
            yield self.problem("no-source" if inner[-1] == "sources" else "empty-list", inner)
        else:
            for index, item in enumerate(value):
                yield from self.find(kind, item, (*inner, index))

    def find_in_mapping(self, keys: tuple[str, ...], kind: Any, value: Value, inner: Path) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield self.problem("not-a-mapping", inner, value)
            return
        for key, item in value.items():
            if key in keys:
                yield from self.find(kind, item, (*inner, key))
            else:
                yield self.unknown_field((*inner, key), list(keys))

    def find_in_record(self, record_type: type[Record], value: Value, inner: Path) -> Iterator[Problem]:
        if not isinstance(value, dict):
            is_bilingual = issubclass(record_type, Localised | Phrase)
            yield self.problem("not-bilingual" if is_bilingual else "not-a-mapping", inner, value)
            return
        fields = fields_of(record_type)
        unknown = [key for key in value if key not in fields]
        found = [self.unknown_field((*inner, key), list(fields)) for key in unknown]
        for name, field in fields.items():
            if name in value:
                found += self.find(field.type, value[name], (*inner, name))
            elif field.required and not nearest(name, unknown):
                found.append(self.missing_field((*inner, name)))
        if not found and _read(value, record_type) is None:
            found.append(self.problem("bad-end", inner))
        yield from found

    def describe(self, marks: list[Meta], value: str, inner: Path) -> Problem:
        """Say why a text is not of the form that its type asks for."""
        form = next((mark for mark in marks if mark.title), Meta())
        rule, example = form.extra.values() if form.extra else ("", "")
        suggested = suggest_name(value, str(form.pattern), example) if example else suggest_url(value)
        if rule == "bad-news-id" and inner == ("id",):
            return Problem(self.document.file, 0, 0, "news-name", {"value": shorten(value), "suggested": suggested})
        if form.max_length and len(value) > form.max_length:
            return self.problem("too-long", inner, value, limit=str(form.max_length), length=str(len(value)))
        return self.problem(rule, inner, value, **({"suggested": suggested} if form.pattern else {}))

    def unknown_field(self, inner: Path, allowed: list[str]) -> Problem:
        name = str(inner[-1])
        offered = {"allowed": ", ".join(allowed), "nearest": nearest(name, allowed)}
        details = {"record": self.label, "field": shorten(name), **offered}
        return self.document.problem("unknown-field", (*self.path, *inner), details, at_key=True)

    def missing_field(self, inner: Path) -> Problem:
        if inner[-1] in LANGUAGES:
            parent = self.field_name((*self.path, *inner)[:-1])
            return self.problem("missing-language", inner, field=parent, lang=str(inner[-1]))
        return self.problem("no-source" if inner[-1] == "sources" else "missing-field", inner)

    def problem(self, rule: str, inner: Path, value: Value = None, **details: str) -> Problem:
        shown = {
            "record": self.label,
            "field": self.field_name(inner or self.path),
            "value": shorten(value) if isinstance(value, str) else "",
        }
        return self.document.problem(rule, (*self.path, *inner), {**shown, **details})

    def field_name(self, path: Path) -> str:
        """The nearest field name on a path, with its field for a language (`title.ru`), or the file's name."""
        names = [shorten(part) for part in path if isinstance(part, str)]
        return ".".join(names[-2:] if names[-1] in LANGUAGES else names[-1:]) if names else self.document.file
