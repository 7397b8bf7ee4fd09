"""The schemas in data/schema/: what the model says, with Russian words for every field."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from macros.content.loading import DATA_FILES
from macros.content.schema import build_schemas, read_words

PROJECT = Path(__file__).parents[2]
GUIDE = (PROJECT / "EDITING.md").read_text("utf-8")
NAMES = [*(data_file.name.removesuffix(".yaml") for data_file in DATA_FILES), "news"]


@pytest.fixture
def schemas() -> dict[str, str]:
    return build_schemas(read_words(GUIDE))


def test_the_committed_schemas_are_those_of_the_model(schemas: dict[str, str]) -> None:
    committed = {path.stem: path.read_text("utf-8") for path in (PROJECT / "data" / "schema").glob("*.json")}
    assert committed == schemas, "make schema"


def test_a_change_of_the_guide_changes_the_schemas(schemas: dict[str, str]) -> None:
    assert build_schemas(read_words(GUIDE.replace("| `lead` | да |", "| `lead` | да | сперва"))) != schemas


def fields(schema: Any) -> list[tuple[str, dict[str, Any]]]:
    records = [schema, *schema.get("$defs", {}).values()]
    return [(name, field) for record in records for name, field in record.get("properties", {}).items()]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_explained_in_russian(schemas: dict[str, str], name: str) -> None:
    unexplained = [
        field
        for field, schema in fields(json.loads(schemas[name]))
        if not re.search("[а-я]", schema.get("description", ""))
    ]
    assert unexplained == []


class EditorLoader(yaml.SafeLoader):
    """Reads as the YAML extension of an editor does: numbers are numbers, dates are text."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def faults(text: str, schema: Any) -> list[str]:
    """Where an editor underlines; in a file of comments there is nothing to underline."""
    value = yaml.load(text, EditorLoader)
    return [] if value is None else [error.json_path for error in Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.parametrize("file", sorted((PROJECT / "data").rglob("*.yaml")), ids=lambda file: file.stem)
def test_each_data_file_names_the_schema_that_it_fits(file: Path) -> None:
    text = file.read_text("utf-8")
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", text.split("\n")[0])
    assert named is not None
    schema = json.loads((file.parent / named[1]).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert faults(text, schema) == []


@pytest.mark.parametrize(
    ("written", "instead", "place"),
    [
        ("status: planned", "status: plannd", "$[0].status"),
        ("role: anchor", "rol: anchor", "$[0]"),
        ("as_of: 2024-06-10", "as_of: 10.06.2024", "$[0].as_of"),
        (
            "  sources:\n    - frp71-2024-06-10\n    - myslo-2024-05-21\n    - zanmsk\n",
            "  sources: []\n",
            "$[0].sources",
        ),
    ],
)
def test_the_schema_refuses_what_the_check_refuses(
    schemas: dict[str, str], written: str, instead: str, place: str
) -> None:
    text = (PROJECT / "data" / "participants.yaml").read_text("utf-8")
    head, mark, tail = text.rpartition("\n- id:")
    assert written in tail
    assert place in faults(head + mark + tail.replace(written, instead, 1), json.loads(schemas["participants"]))
