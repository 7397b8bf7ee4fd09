"""Open data: the records as tables, each as JSON and as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from macros.content.model import LANGUAGES, End, Localised, Organisation
from macros.content.site import Site
from macros.outputs import Makers

FOLDER = "data/v1/"
TABLES: Mapping[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "organisations": """
            id name_ru name_en role status region stage group_ru group_en website summary_ru summary_en as_of sources
        """,
        "facts": "id subject text_ru text_en status as_of stated_by_ru stated_by_en sources",
        "links": """
            id material_ru material_en from_kind from_id from_ru from_en to_kind to_id to_ru to_en status as_of sources
            based_on
        """,
        "news": "id date updated title_ru title_en lead_ru lead_en tags organisations sources",
        "sources": "id publisher_ru publisher_en title_ru title_en url date checked grade",
    }.items()
}
"""The columns of each table, version 1. Whoever reads them counts on these: a new one goes to the end of its table."""

FORMS = ("json", "csv")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Value = str | list[str]
Row = dict[str, Value]


def export_open_data(site: Site) -> Makers:
    """Return how to make every file of the open data, by address."""
    return {f"{FOLDER}{name}.{form}": partial(_write_table, site, name, form) for name in TABLES for form in FORMS}


def _write_table(site: Site, name: str, form: str) -> bytes:
    columns = TABLES[name]
    rows: list[Row] = [
        {column: more[column] if column in more else _find_value(record, column) for column in columns}
        for record, more in _list_records(site, name)
    ]
    return write_csv(columns, rows) if form == "csv" else f"{json.dumps(rows, ensure_ascii=False, indent=1)}\n".encode()


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> bytes:
    """Return a table as CSV (RFC 4180) in UTF-8 with a byte order mark, for spreadsheets; lists are joined by spaces.

    A value that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection).
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    for row in rows:
        plain = {name: value if isinstance(value, str) else " ".join(value) for name, value in row.items()}
        writer.writerow(
            {name: f"'{value}" if value.startswith(FORMULA_STARTS) else value for name, value in plain.items()}
        )
    return text.getvalue().encode("utf-8-sig")


def _list_records(site: Site, table: str) -> Iterator[tuple[Any, Row]]:
    """Yield the records of a table, each with the columns that are not fields of it."""
    match table:
        case "facts":
            yield site.cluster.status, {"subject": "cluster"}
            owners: list[tuple[str, Any]] = [("cluster", site.cluster), ("chain", site.chain)]
            owners += [*((item.id, item) for item in site.organisations), *((item.id, item) for item in site.topics)]
            for subject, owner in owners:
                for fact in owner.facts:
                    yield fact, {"subject": subject}
        case "links":
            for link in site.chain.links:
                material = _both("material", site.term("material", link.material).name)
                supplier = _end("from", site, link.source_end, "supplier_unnamed")
                yield link, {**material, **supplier, **_end("to", site, link.target_end, "recipient_unnamed")}
        case _:
            yield from ((record, {}) for record in getattr(site, table))


def _find_value(record: Any, column: str) -> Value:
    """A field of a record, of a text in two languages the one that the name of the column ends in."""
    field, _, lang = column.rpartition("_")
    if lang in LANGUAGES:
        text = getattr(record, field)
        return str(text.in_language(lang)) if text else ""
    value = getattr(record, column)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value or ""


def _both(name: str, text: Localised) -> Row:
    return {f"{name}_{lang}": text.in_language(lang) for lang in LANGUAGES}


def _end(side: str, site: Site, end: End, unnamed: str) -> Row:
    """One end of a link: of which kind it is, its id (of an unnamed one, that of its stage), its name."""
    kind, key = next((kind, value) for kind, value in end if value)
    if kind == "stage":
        words = site.strings[unnamed]
        names: Row = {f"{side}_ru": str(words.ru), f"{side}_en": str(words.en)}
    else:
        names = _both(side, (site.find(Organisation, key) if kind == "organisation" else site.term("market", key)).name)
    return {f"{side}_kind": kind, f"{side}_id": key, **names}
