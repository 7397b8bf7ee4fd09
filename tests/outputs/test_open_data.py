"""Open data, version 1: what the tables hold, and that a spreadsheet runs nothing of them."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from macros.content.model import LANGUAGES, Language
from macros.content.site import Site
from macros.outputs.open_data import TABLES, write_csv
from macros.render.macros import CALLS
from macros.render.view import View
from tests.built import Built, BuiltPage, resolve

LISTS = ("sources", "tags", "organisations", "based_on")
COLUMNS_OF_V1 = json.loads(Path(__file__).with_name("open-data-v1.json").read_text("utf-8"))


def read_csv(raw: bytes) -> list[dict[str, str]]:
    assert raw.startswith(b"\xef\xbb\xbf"), "the mark by which a spreadsheet knows UTF-8"
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def table(built: Built, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((built.folder / f"data/v1/{name}.json").read_text("utf-8"))
    return rows


def test_version_one_keeps_its_columns_and_their_order() -> None:
    assert set(COLUMNS_OF_V1) <= set(TABLES)
    for name, columns in COLUMNS_OF_V1.items():
        assert list(TABLES[name])[: len(columns)] == columns, name


@pytest.mark.parametrize("name", COLUMNS_OF_V1)
def test_csv_and_json_hold_the_same(built: Built, name: str) -> None:
    rows = table(built, name)
    plain = read_csv((built.folder / f"data/v1/{name}.csv").read_bytes())
    assert len(rows) == len(plain) > 0
    for row, cells in zip(rows, plain, strict=True):
        assert list(row) == list(cells)
        for column, value in row.items():
            assert isinstance(value, list) == (column in LISTS)
            written = " ".join(value) if isinstance(value, list) else value
            assert cells[column] in (written, f"'{written}"), (column, value)


def test_organisations_facts_news_and_sources_are_all_there(built: Built) -> None:
    assert [row["id"] for row in table(built, "organisations")] == [item["id"] for item in built.organisations]
    for row, item in zip(table(built, "organisations"), built.organisations, strict=True):
        assert {"ru": row["name_ru"], "en": row["name_en"]} == item["name"]
        assert (row["role"], row["status"], row["sources"]) == (item["role"], item["status"], item["sources"])
        assert row["region"] == item.get("region", "") and row["website"] == item.get("website", "")
    cluster, chain = built.data("cluster.yaml"), built.data("value_chain.yaml")
    owners = [("cluster", cluster), ("chain", chain)]
    owners += [(item["id"], item) for item in (*built.organisations, *built.data("topics.yaml"))]
    facts = {fact["id"]: (owner, fact) for owner, record in owners for fact in record.get("facts", [])}
    facts[cluster["status"]["id"]] = ("cluster", cluster["status"])
    rows = {row["id"]: row for row in table(built, "facts")}
    assert set(rows) == set(facts) and len(table(built, "facts")) == len(facts)
    for name, (owner, fact) in facts.items():
        row = rows[name]
        assert (row["subject"], row["status"], row["as_of"]) == (owner, fact["status"], fact["as_of"])
        assert " ".join(row["text_ru"].split()) == " ".join(fact["text"]["ru"].split())
        assert row["sources"] == fact["sources"]
    assert [row["id"] for row in table(built, "news")] == sorted(built.news, reverse=True)
    assert {row["id"] for row in table(built, "sources")} == {item["id"] for item in built.data("sources.yaml")}


def test_the_table_of_links_says_what_the_data_say(built: Built) -> None:
    chain = built.data("value_chain.yaml")
    names = {item["id"]: item["name"] for item in (*built.organisations, *chain["materials"], *chain["markets"])}
    rows = table(built, "links")
    assert [row["id"] for row in rows] == [link["id"] for link in chain["links"]]
    for row, link in zip(rows, chain["links"], strict=True):
        assert (row["status"], row["as_of"]) == (link["status"], link["as_of"])
        assert (row["sources"], row["based_on"]) == (link.get("sources", []), link.get("based_on", []))
        assert {"ru": row["material_ru"], "en": row["material_en"]} == names[link["material"]]
        for side in ("from", "to"):
            ((kind, key),) = link[side].items()
            assert (row[f"{side}_kind"], row[f"{side}_id"]) == (kind, key)
            said = {"ru": row[f"{side}_ru"], "en": row[f"{side}_en"]}
            if kind == "stage":
                assert "не назван" in said["ru"] and "not named" in said["en"]
            else:
                assert said == names[key]


def test_what_the_site_infers_names_facts_and_no_source(built: Built) -> None:
    facts = {row["id"]: row for row in table(built, "facts")}
    inferred = [row for row in table(built, "links") if row["status"] == "inferred"]
    assert inferred and all(row["sources"] == [] and row["based_on"] for row in inferred)
    assert all(facts[name]["sources"] for row in inferred for name in row["based_on"])
    assert all(row["based_on"] == [] for row in table(built, "links") if row not in inferred)


def test_nothing_in_a_table_is_a_formula() -> None:
    values = ["=1+1", "+7", "-1", "@x", "\tx", "a=b", 'a "b", c', "line\nline"]
    rows = read_csv(write_csv(["a"], [{"a": value} for value in values]))
    assert [row["a"] for row in rows] == ["'=1+1", "'+7", "'-1", "'@x", "'\tx", *values[5:]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_list_names_every_file_in_both_languages(built: Built, site: Site, lang: Language) -> None:
    view = View(site, lang, "data/")
    links = LexborHTMLParser(CALLS["open_data"](view)).css(".cl-open-data a")
    page = BuiltPage("en/data/" if lang == "en" else "data/", "")
    files = {resolve(page, link.attributes["href"] or "") for link in links}
    assert files == {f"data/v1/{path.name}" for path in (built.folder / "data" / "v1").iterdir()}
