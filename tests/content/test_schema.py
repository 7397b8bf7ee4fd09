"""What is made from the model: the schemas in data/schema/, and the reference of fields for editors."""

import json
import re
from pathlib import Path
from typing import Annotated, Any, get_origin

import pytest
import yaml
from jsonschema import Draft202012Validator
from msgspec import Meta

from macros.content import model
from macros.content.prose import EnglishMeta
from macros.content.schema import REFERENCE, build_files
from tests.built import PROJECT
from tests.checks.cases import BASE

FILES = build_files()


def stale(root: Path) -> list[str]:
    """The files below `root` that are not as the model makes them, and schemas that it does not make."""
    old = [
        name for name, text in FILES.items() if not (root / name).is_file() or (root / name).read_text("utf-8") != text
    ]
    return old + [path.name for path in root.glob("data/schema/*") if f"data/schema/{path.name}" not in FILES]


def test_the_committed_files_are_those_of_the_model() -> None:
    assert stale(PROJECT) == [], "make schema"


def test_a_file_that_differs_lacks_or_is_too_many_is_found(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    assert stale(tmp_path) == []
    (tmp_path / REFERENCE).write_text(FILES[REFERENCE].replace("| да |", "| нет |", 1), "utf-8")
    (tmp_path / "data/schema/news.json").unlink()
    (tmp_path / "data/schema/boats.json").touch()
    assert stale(tmp_path) == ["data/schema/news.json", REFERENCE, "boats.json"]


def undescribed(record: type[model.Record]) -> list[str]:
    described = {
        name: "".join(mark.description or "" for mark in field.type.__metadata__ if isinstance(mark, Meta))
        for name, field in model.fields_of(record).items()
        if get_origin(field.type) is Annotated
    }
    return [name for name in model.fields_of(record) if not re.search("[а-я]", described.get(name, ""))]


RECORDS = [
    EnglishMeta,
    *(item for item in vars(model).values() if isinstance(item, type) and issubclass(item, model.Record)),
]


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_is_described_in_russian(record: type[model.Record]) -> None:
    assert undescribed(record) == []


def test_a_field_without_a_description_is_found() -> None:
    class Planted(model.Fact):
        planted: model.Text

    assert undescribed(Planted) == ["planted"]


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


@pytest.mark.parametrize("file", sorted((BASE / "data").rglob("*.yaml")), ids=lambda file: file.stem)
def test_valid_data_fit_their_schema(file: Path) -> None:
    name = "news" if file.parent.name == "news" else file.stem
    schema = json.loads(FILES[f"data/schema/{name}.json"])
    Draft202012Validator.check_schema(schema)
    assert faults(file.read_text("utf-8"), schema) == []


@pytest.mark.parametrize(
    ("written", "instead", "place"),
    [
        ("status: planned", "status: plannd", "$[0].status"),
        ("role: anchor", "rol: anchor", "$[0]"),
        ("as_of: 2024-05-01", "as_of: 01.05.2024", "$[0].as_of"),
        ("sources: [harbour-news]", "sources: []", "$[0].sources"),
    ],
)
def test_the_schema_refuses_what_the_check_refuses(written: str, instead: str, place: str) -> None:
    text = (BASE / "data/participants.yaml").read_text("utf-8")
    schema = json.loads(FILES["data/schema/participants.json"])
    assert written in text and faults(text, schema) == []
    assert place in faults(text.replace(written, instead, 1), schema)
