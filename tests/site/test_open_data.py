"""Open data: what the tables hold, and that a spreadsheet runs nothing of it."""

import csv
import io

from macros.outputs.open_data import write_csv
from tests.built import Built


def read_csv(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_table_of_links_says_what_the_data_say(built: Built) -> None:
    raw = (built.folder / "data" / "v1" / "links.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "the mark by which a spreadsheet knows UTF-8"
    chain = built.data("value_chain.yaml")
    names = {item["id"]: item["name"] for item in (*built.organisations, *chain["materials"], *chain["markets"])}
    rows = read_csv(raw)
    assert [row["id"] for row in rows] == [link["id"] for link in chain["links"]]
    for row, link in zip(rows, chain["links"], strict=True):
        assert (row["status"], row["as_of"], row["sources"].split()) == (link["status"], link["as_of"], link["sources"])
        assert {"ru": row["material_ru"], "en": row["material_en"]} == names[link["material"]]
        for side in ("from", "to"):
            ((kind, key),) = link[side].items()
            assert (row[f"{side}_kind"], row[f"{side}_id"]) == (kind, key)
            if kind != "stage":
                assert names[key] in (
                    {"ru": row[f"{side}_ru"], "en": row[f"{side}_en"]},
                    {"ru": row[f"{side}_ru"].removeprefix("'"), "en": row[f"{side}_en"].removeprefix("'")},
                )
            else:
                assert (row[f"{side}_ru"], row[f"{side}_en"]) in (
                    ("поставщик не назван", "supplier not named"),
                    ("получатель не назван", "recipient not named"),
                )


def test_nothing_in_a_table_is_a_formula() -> None:
    values = ["=1+1", "+7", "-1", "@x", "\tx", "a=b", 'a "b", c', "line\nline"]
    rows = read_csv(write_csv(["a"], [{"a": value} for value in values]))
    assert [row["a"] for row in rows] == ["'=1+1", "'+7", "'-1", "'@x", "'\tx", *values[5:]]
