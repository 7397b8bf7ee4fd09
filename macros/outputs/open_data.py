"""Open data, version 1: the records as tables, each as JSON and as CSV, with their schema, licence and checksums.

Columns of version 1 stay: a test holds them. A new column goes to the end of its table.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from macros.content.model import LANGUAGES, End, Fact, Localised
from macros.content.site import Site

VERSION = "1.0"
FOLDER = "data/v1/"
LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Value = str | list[str]
Row = dict[str, Value]


def export_open_data(site: Site) -> dict[str, bytes]:
    """Return every file of the open data by address: tables, schema, index, checksums."""
    files: dict[str, bytes] = {}
    for name, (columns, list_rows) in TABLES.items():
        rows = [{column: row.get(column, "") for column in columns} for row in list_rows(site)]
        files[f"{FOLDER}{name}.json"] = _write_json(rows)
        files[f"{FOLDER}{name}.csv"] = write_csv(columns, rows)
    files[f"{FOLDER}schema.json"] = _write_json(describe_tables())
    digests = {path.removeprefix(FOLDER): hashlib.sha256(raw).hexdigest() for path, raw in files.items()}
    files[f"{FOLDER}index.json"] = _write_json({"version": VERSION, "licence": LICENCE, "files": digests})
    digests["index.json"] = hashlib.sha256(files[f"{FOLDER}index.json"]).hexdigest()
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return files | {f"{FOLDER}SHA256SUMS": sums.encode()}


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> bytes:
    """Return a table by RFC 4180, in UTF-8 with the mark by which spreadsheets know it; lists are parted by spaces.

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


def describe_tables() -> dict[str, object]:
    """Return a JSON Schema (draft 2020-12) with a definition for the rows of each table."""
    lists = {"sources", "tags", "organisations"}
    strings, arrays = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Open data, version {VERSION}",
        "$defs": {
            name: {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {column: arrays if column in lists else strings for column in columns},
                    "required": list(columns),
                },
            }
            for name, (columns, _) in TABLES.items()
        },
    }


def _write_json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _both(name: str, text: Localised | None) -> Row:
    return {f"{name}_{lang}": text.in_language(lang) if text else "" for lang in LANGUAGES}


def _list_organisations(site: Site) -> Iterator[Row]:
    for item in site.organisations:
        yield {
            "id": item.id,
            **_both("name", item.name),
            "role": item.role,
            "status": item.status,
            "region": item.region or "",
            "stage": item.stage or "",
            **_both("group", item.group),
            "website": item.website or "",
            **_both("summary", item.summary),
            "as_of": item.as_of,
            "sources": list(item.sources),
        }


def _list_facts(site: Site) -> Iterator[Row]:
    yield _fact("cluster", site.cluster.status)
    owners: list[tuple[str, tuple[Fact, ...]]] = [("cluster", site.cluster.facts), ("chain", site.chain.facts)]
    owners += [(item.id, item.facts) for item in site.organisations]
    owners += [(topic.id, topic.facts) for topic in site.topics]
    for subject, facts in owners:
        for fact in facts:
            yield _fact(subject, fact)


def _fact(subject: str, fact: Fact) -> Row:
    return {
        "id": fact.id,
        "subject": subject,
        **_both("text", fact.text),
        "status": fact.status,
        "as_of": fact.as_of,
        **_both("stated_by", fact.stated_by),
        "sources": list(fact.sources),
    }


def _list_links(site: Site) -> Iterator[Row]:
    for link in site.chain.links:
        yield {
            "id": link.id,
            **_both("material", site.term("material", link.material).name),
            **_end("from", site, link.source_end, "supplier_unnamed"),
            **_end("to", site, link.target_end, "recipient_unnamed"),
            "status": link.status,
            "as_of": link.as_of,
            "sources": list(link.sources),
        }


def _end(side: str, site: Site, end: End, unnamed: str) -> Row:
    """One end of a link: of which kind it is, its id (of an unnamed one, that of its stage), its name."""
    kind, key = next((kind, value) for kind, value in end if value)
    if kind == "stage":
        words = site.strings[unnamed]
        names: Row = {f"{side}_ru": str(words.ru), f"{side}_en": str(words.en)}
    else:
        named = site.organisation(key) if kind == "organisation" else site.term("market", key)
        names = _both(side, named.name)
    return {f"{side}_kind": kind, f"{side}_id": key, **names}


def _list_news(site: Site) -> Iterator[Row]:
    for item in site.news:
        yield {
            "id": item.id,
            "date": item.date.isoformat(),
            "updated": item.updated.isoformat() if item.updated else "",
            **_both("title", item.title),
            **_both("lead", item.lead),
            "tags": list(item.tags),
            "organisations": list(item.organisations),
            "sources": list(item.sources),
        }


def _list_sources(site: Site) -> Iterator[Row]:
    for source in site.sources:
        yield {
            "id": source.id,
            **_both("publisher", source.publisher),
            **_both("title", source.title),
            "url": source.url,
            "date": source.date or "",
            "checked": source.checked.isoformat(),
            "grade": source.grade,
        }


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[Site], Iterator[Row]]]] = {
    "organisations": (
        _columns("""
            id name_ru name_en role status region stage group_ru group_en website summary_ru summary_en as_of sources
        """),
        _list_organisations,
    ),
    "facts": (
        _columns("id subject text_ru text_en status as_of stated_by_ru stated_by_en sources"),
        _list_facts,
    ),
    "links": (
        _columns("""
            id material_ru material_en from_kind from_id from_ru from_en to_kind to_id to_ru to_en status as_of sources
        """),
        _list_links,
    ),
    "news": (
        _columns("id date updated title_ru title_en lead_ru lead_en tags organisations sources"),
        _list_news,
    ),
    "sources": (
        _columns("id publisher_ru publisher_en title_ru title_en url date checked grade"),
        _list_sources,
    ),
}
"""The tables of version 1: their columns, and what lists their rows."""
