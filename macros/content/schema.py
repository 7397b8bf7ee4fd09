"""JSON Schemas of the data files and a reference of their fields for editors, made from the model, never by hand."""

import json
from collections.abc import Iterator
from types import GenericAlias
from typing import Any

import msgspec

from macros.content.loading import DATA_FILES, DataFile
from macros.content.model import NewsItem, Record
from macros.content.prose import EnglishMeta

REFERENCE = "docs-editing/fields.md"
_HEAD = "# Поля записей\n\n<!-- Написано командой make schema по macros/content/model.py; руками не правят. -->\n"
_COLUMNS = "\n| Поле | Обязательно | Что это | Что писать |\n| --- | --- | --- | --- |\n"


def build_files() -> dict[str, str]:
    """Return the text of each file that is made from the model, by its path in the project."""
    kinds = {data_file.name.removesuffix(".yaml"): _type_of(data_file) for data_file in DATA_FILES}
    schemas = {name: _schema_of(kind) for name, kind in {**kinds, "news": NewsItem}.items()}
    texts = {f"data/schema/{name}.json": json.dumps(one, ensure_ascii=False, indent=2) for name, one in schemas.items()}
    return {**{name: text + "\n" for name, text in texts.items()}, REFERENCE: _HEAD + "".join(_reference())}


def _type_of(data_file: DataFile) -> Any:
    """The type of a whole file."""
    types = {"record": data_file.model, "list": GenericAlias(list, (data_file.model,))}
    return types.get(data_file.shape) or GenericAlias(dict, (str, data_file.model))


def _schema_of(kind: Any) -> dict[str, Any]:
    schema = msgspec.json.schema(kind, schema_hook=lambda _: {})
    records = schema.get("$defs", {})
    if "$ref" in schema:
        schema = {**records.pop(schema["$ref"].rpartition("/")[2]), "$defs": records}
    if kind is NewsItem:
        del schema["properties"]["id"]  # the name of the file
        schema["required"].remove("id")
    _take_numbers(schema)
    titles = {record.__name__: record.TITLE for record in _records_below(Record)}
    for record in (schema, *records.values()):
        record.pop("description", None)  # the docstring, in English
        if "title" in record:
            record["title"] = titles[record["title"]]
    return {**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"}


def _records_below(kind: type[Record]) -> Iterator[type[Record]]:
    for record in kind.__subclasses__():
        yield record
        yield from _records_below(record)


def _take_numbers(schema: Any) -> None:
    """Allow numbers wherever text is allowed: our parser keeps `360` or `2017` as text, other YAML parsers do not."""
    if isinstance(schema, dict) and schema.get("type") == "string" and "enum" not in schema:
        schema["type"] = ["string", "number"]
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _take_numbers(inner)


def _reference() -> Iterator[str]:
    """Yield a table for each record: that of a file, then those inside it that no file before had."""
    places: dict[type[Record], list[str]] = {}
    for data_file in DATA_FILES:
        places.setdefault(data_file.model, []).append(f"data/{data_file.name}")
    places |= {NewsItem: ["data/news/"], EnglishMeta: ["docs/"]}
    told: set[str] = set()
    for kind, files in places.items():
        schema = _schema_of(kind)
        inner = schema.get("$defs", {})
        yield f"\n## {schema['title']}: {', '.join(files)}\n{_describe_fields(schema, inner)}"
        for name in [name for name in inner if name not in told]:
            yield f"\n### {inner[name]['title']}\n{_describe_fields(inner[name], inner)}"
        told |= inner.keys()


def _describe_fields(record: dict[str, Any], records: dict[str, Any]) -> str:
    rows = [_COLUMNS]
    for name, field in sorted(record["properties"].items(), key=lambda one: one[0] == "pending"):
        required = "да" if name in record.get("required", ()) else "нет"
        rows.append(f"| `{name}` | {required} | {field.get('description', '')} | {_form(field, records)} |\n")
    return "".join(rows)


def _form(schema: dict[str, Any], records: dict[str, Any]) -> str:
    """Return the form of a value, in Russian."""
    if "$ref" in schema:
        title = records[schema["$ref"].rpartition("/")[2]]["title"]
        return f"[{title}](#{title.lower().replace(' ', '-')})"
    if kinds := schema.get("anyOf") or schema.get("oneOf"):
        return " или ".join(_form(kind, records) for kind in kinds if kind.get("type") != "null")
    if words := schema.get("enum") or schema.get("propertyNames", {}).get("enum"):
        return ", ".join(f"`{word}`" for word in words)
    if "items" in schema:
        return f"список{', не пустой' if 'minItems' in schema else ''}: {_form(schema['items'], records)}"
    return str(schema.get("title", "текст"))
