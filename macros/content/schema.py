"""JSON Schema of the data files, for editors that complete and explain fields. Made from the model, never by hand.

The words for fields are those of the tables in EDITING.md, which tests hold to the model.
"""

import json
import re
from collections.abc import Mapping
from types import GenericAlias
from typing import Any

from pydantic import TypeAdapter

from macros.content.loading import DATA_FILES, DataFile
from macros.content.model import NewsItem

_TABLE = re.compile(r"^<!-- поля: (?P<records>.*) -->\n\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")

Words = Mapping[str, Mapping[str, str]]
"""Record -> field -> what to write there."""


def read_words(guide: str) -> Words:
    """Return the words for each field out of the tables of EDITING.md."""
    words: dict[str, dict[str, str]] = {}
    for table in _TABLE.finditer(guide):
        for row in table["rows"].strip().split("\n")[2:]:
            names, _, text = (cell.strip() for cell in row.strip("|").split("|", 2))
            plain = _LINK.sub(r"\1", text).replace("`", "")
            for record in table["records"].split():
                words.setdefault(record, {}).update({name: plain for name in re.findall(r"`(\w+)`", names)})
    return words


def build_schemas(words: Words) -> dict[str, str]:
    """Return the text of each schema by the name of its data file without ending; `news` is for every news item."""
    types = {data_file.name.removesuffix(".yaml"): _type_of(data_file) for data_file in DATA_FILES}
    schemas = {name: TypeAdapter(kind).json_schema(by_alias=True) for name, kind in {**types, "news": NewsItem}.items()}
    del schemas["news"]["properties"]["id"]
    schemas["news"]["required"].remove("id")
    for schema in schemas.values():
        _take_numbers(schema)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        for name, record in (*schema.get("$defs", {}).items(), (schema.get("title"), schema)):
            _explain(record, words.get(name, {}))
    return {name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in schemas.items()}


def _type_of(data_file: DataFile) -> Any:
    """The type of a whole file."""
    if data_file.shape == "record":
        return data_file.model
    return (
        GenericAlias(list, (data_file.model,))
        if data_file.shape == "list"
        else GenericAlias(dict, (str, data_file.model))
    )


def _take_numbers(schema: Any) -> None:
    """Let every text look like a number: to the check `360` or `2017` is text, to other programs it is not."""
    if isinstance(schema, dict) and schema.get("type") == "string" and "enum" not in schema:
        schema["type"] = ["string", "number"]
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _take_numbers(inner)


def _explain(record: dict[str, Any], words: Mapping[str, str]) -> None:
    """Put the words for its fields into the schema of a record, and take out what pydantic says of it in English."""
    record.pop("description", None)
    for name, field in record.get("properties", {}).items():
        field.pop("title", None)
        if name in words:
            field["description"] = words[name]
