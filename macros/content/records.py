"""Turns plain values into typed records, and pydantic's errors into problems at their places."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from macros.content.model import LANGUAGES, Localised, LongLocalised, NewsItem, Phrase, Record, record_in
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
    record: Record | None = None
    problems: list[Problem] = []
    told: set[Path] = set()
    try:
        record = record_type.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        told_by_pydantic = error.errors(include_url=False, include_context=True)
        unknown = [detail["loc"] for detail in told_by_pydantic if detail["type"] == "extra_forbidden"]
        only_causes = [one for one in told_by_pydantic if not _is_echo(one) and not _is_misnamed(one, unknown)]
        for detail in only_causes[: MAX_PER_FILE + 1]:
            problems.append(_type_problem(document, path, value, record_type, detail, label))
            told.add(_existing(value, detail["loc"]))
    for empty in _find_nothing(value):
        if len(problems) <= MAX_PER_FILE and not any(empty[:length] in told for length in range(1, len(empty) + 1)):
            details = {"record": label, "field": _field_name(empty, document)}
            problems.append(document.problem("empty-text", (*path, *empty), details))
    return record, problems


def _is_echo(detail: Any) -> bool:
    """Whether pydantic calls a list too short only because it does not count the items that are wrong themselves."""
    return bool(detail["type"] == "too_short" and detail["input"])


def _is_misnamed(detail: Any, unknown: list[Path]) -> bool:
    """Whether pydantic misses a field that is there, under a name that it calls unknown."""
    loc = detail["loc"]
    beside = (str(other[-1]) for other in unknown if other[:-1] == loc[:-1])
    return detail["type"] == "missing" and bool(nearest(str(loc[-1]), beside))


def _find_nothing(value: Value, path: Path = ()) -> Iterator[Path]:
    """Yield each place below `value` where a field or a list item is written with nothing after it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if item is None:
            yield (*path, key)
        elif not isinstance(item, str):
            yield from _find_nothing(item, (*path, key))


def _field_name(path: Path, document: Document) -> str:
    """The nearest field name on a path, with its field for a language (`title.ru`), or the file's name."""
    names = [shorten(part) for part in path if isinstance(part, str)]
    return ".".join(names[-2:] if names[-1] in LANGUAGES else names[-1:]) if names else document.file


def _type_problem(
    document: Document, path: Path, value: Value, record_type: type[Record], detail: Any, label: str
) -> Problem:
    """Turn one pydantic error into a problem at its place."""
    loc = _existing(value, detail["loc"])
    where = (*path, *loc)
    name = _field_name(loc or path, document)
    kind, given = detail["type"], detail["input"]
    context = detail.get("ctx", {})
    is_text = isinstance(given, str)
    shown = {"record": label, "field": name, "value": shorten(given) if is_text else ""}
    if record_type is NewsItem and loc == ("id",):
        example = suggest_name(given, r"^\d{4}-\d{2}-\d{2}-[a-z]", "2024-06-10-primer")
        return Problem(document.file, 0, 0, "news-name", {"value": shorten(given), "suggested": example})
    match kind:
        case "literal_error" if detail["loc"][-1] == "[key]":
            return _unknown_field(document, where, label, _words(context))
        case "extra_forbidden":
            return _unknown_field(document, where, label, _fields_at(record_type, loc[:-1]))
        case "missing" if where and where[-1] in LANGUAGES:
            parent = _field_name(where[:-1], document)
            return document.problem("missing-language", where, shown, field=parent, lang=str(where[-1]))
        case "missing" | "too_short" if name == "sources":
            return document.problem("no-source", where, shown)
        case "missing":
            return document.problem("missing-field", where, shown)
        case "too_short":
            return document.problem("empty-list", where, shown)
        case "bad_end":
            return document.problem("bad-end", where, shown)
        case _ if given is None or (is_text and not given.strip()):
            return document.problem("empty-text", where, shown)
        case "tuple_type":
            return document.problem("not-a-list", where, shown)
        case "model_type" | "model_attributes_type" if _record_at(record_type, loc) in _BILINGUAL:
            return document.problem("not-bilingual", where, shown)
        case "model_type" | "dict_type" | "model_attributes_type":
            return document.problem("not-a-mapping", where, shown)
        case _ if not is_text:
            return document.problem("not-text", where, shown)
        case "literal_error":
            allowed = _words(context)
            return document.problem(
                "bad-value", where, shown, allowed=", ".join(allowed), nearest=nearest(given, allowed)
            )
        case "string_too_long":
            limit = str(context["max_length"])
            return document.problem("too-long", where, shown, limit=limit, length=str(len(given)))
        case "bad_url" | "string_pattern_mismatch" if kind == "bad_url" or "https" in context["pattern"]:
            return document.problem("bad-url", where, shown, suggested=suggest_url(given))
        case "string_pattern_mismatch":
            named = (_PATTERNS[part] for part in _PATTERNS if part in context["pattern"])
            rule, example = next(named, ("bad-id", "primer"))
            return document.problem(rule, where, shown, suggested=suggest_name(given, context["pattern"], example))
        case "bad_date" | "bad_when" | "bad_zone":
            return document.problem(kind.replace("_", "-"), where, shown)
    raise NotImplementedError(f"no rule for what pydantic calls {kind!r}: {detail}")


_PATTERNS = {
    "@": ("bad-email", "info@example.com"),
    "A-Z": ("bad-region-code", "RU-TUL"),
    r"\d{4}": ("bad-news-id", "2024-06-10-primer"),
    r"\.md": ("bad-path", "news/index.md"),
    "jpeg": ("bad-photo-name", "primer.jpg"),
}
"""Parts of patterns, the rules that they break, and examples."""

_BILINGUAL = (Localised, LongLocalised, Phrase)


def _unknown_field(document: Document, where: Path, label: str, allowed: list[str]) -> Problem:
    name = str(where[-1])
    details = {
        "record": label,
        "field": shorten(name),
        "allowed": ", ".join(allowed),
        "nearest": nearest(name, allowed),
    }
    return document.problem("unknown-field", where, details, at_key=True)


def _words(context: dict[str, Any]) -> list[str]:
    """The words of a `Literal` out of pydantic's sentence `'a', 'b' or 'c'`."""
    return re.findall(r"'([^']*)'", context["expected"])


def _existing(value: Value, loc: tuple[str | int, ...]) -> Path:
    """Drop the parts of pydantic's location that the file does not have: names of union members and `[key]`."""
    path: list[str | int] = []
    for number, part in enumerate(loc):
        is_last = number == len(loc) - 1
        is_there = (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        )
        if is_there:
            value = value[part]
        if is_there or (is_last and isinstance(value, dict) and part != "[key]"):
            path.append(part)
    return tuple(path)


def _record_at(record_type: type[BaseModel], loc: Path) -> type[BaseModel] | None:
    """The type of the record that belongs at `loc` below `record_type`."""
    current: type[BaseModel] | None = record_type
    for part in loc:
        if isinstance(part, str) and current is not None:
            fields = {field.alias or name: field for name, field in current.model_fields.items()}
            current = record_in(fields[part].annotation) if part in fields else current
    return current


def _fields_at(record_type: type[BaseModel], loc: Path) -> list[str]:
    """The names of the fields that the record at `loc` below `record_type` may have."""
    current = _record_at(record_type, loc)
    return [field.alias or name for name, field in current.model_fields.items()] if current else []
