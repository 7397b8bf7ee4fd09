"""Open data: records as tables that a spreadsheet opens and a program reads."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from macros.content.model import LANGUAGES, End, Localised
from macros.content.site import Site

LINKS = "data/v1/links.csv"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return a table by RFC 4180, in UTF-8 with the mark by which spreadsheets know it.

    A value that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection).
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {name: f"'{value}" if value.startswith(FORMULA_STARTS) else value for name, value in row.items()}
        )
    return text.getvalue().encode("utf-8-sig")


def export_links(site: Site) -> bytes:
    """Return the links of the value chain as CSV: one row for each, names in both languages."""
    rows = []
    for link in site.chain.links:
        row = {"id": link.id, **_both("material", site.term("material", link.material).name)}
        row |= _end("from", site, link.source_end, "supplier_unnamed")
        row |= _end("to", site, link.target_end, "recipient_unnamed")
        row |= {"status": link.status, "as_of": link.as_of, "sources": " ".join(link.sources)}
        rows.append(row)
    ends = [f"{side}_{name}" for side in ("from", "to") for name in ("kind", "id", *LANGUAGES)]
    return write_csv(["id", "material_ru", "material_en", *ends, "status", "as_of", "sources"], rows)


def _both(name: str, text: Localised) -> dict[str, str]:
    return {f"{name}_{lang}": text.in_language(lang) for lang in LANGUAGES}


def _end(side: str, site: Site, end: End, unnamed: str) -> dict[str, str]:
    """One end of a link: of which kind it is, its id (of an unnamed one, that of its stage), its name."""
    kind, key = next((kind, value) for kind, value in end if value)
    if kind == "stage":
        words = site.strings[unnamed]
        names = {f"{side}_ru": str(words.ru), f"{side}_en": str(words.en)}
    else:
        named = site.organisation(key) if kind == "organisation" else site.term("market", key)
        names = _both(side, named.name)
    return {f"{side}_kind": kind, f"{side}_id": key, **names}
