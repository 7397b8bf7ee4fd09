"""Every outside address of the site, in data and prose, with the places where it stands."""

from collections.abc import Iterator, Mapping

from macros.content.draft import Draft, Entry
from macros.content.markup import find_outside
from macros.content.model import LANGUAGES, LongLocalised, walk_records
from macros.content.source_checks import ADDRESS_FIELDS

Place = tuple[str, int, int]
"""File, line and column, both from 1."""


def find_addresses(draft: Draft) -> Mapping[str, tuple[Place, ...]]:
    """Return each address, without its anchor, and where it stands, in the order of files and lines."""
    places: dict[str, list[Place]] = {}
    for address, place in (*_in_data(draft), *_in_pages(draft)):
        places.setdefault(address.partition("#")[0], []).append(place)
    return {address: tuple(sorted(set(places[address]))) for address in sorted(places)}


def _in_data(draft: Draft) -> Iterator[tuple[str, Place]]:
    for entry in draft.of(*draft.entries):
        for path, record in walk_records(entry.record):
            if isinstance(record, LongLocalised):
                yield from _in_body(entry, path, record)
            for name in ADDRESS_FIELDS:
                if isinstance(value := getattr(record, name, None), str):
                    yield value, (entry.document.file, *entry.document.position((*entry.path, *path, name)))


def _in_body(entry: Entry, path: tuple[str | int, ...], body: LongLocalised) -> Iterator[tuple[str, Place]]:
    document = entry.document
    for lang in LANGUAGES:
        for link in find_outside(body.in_language(lang).split("\n")):
            where = document.place_in_text((*entry.path, *path, lang), link.row, link.column)
            yield link.target, (document.file, *where)


def _in_pages(draft: Draft) -> Iterator[tuple[str, Place]]:
    for page in draft.pages:
        for link in find_outside(page.body.split("\n")):
            yield link.target, (page.file, page.first_line + link.row, link.column)
