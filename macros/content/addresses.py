"""Which addresses pages take, and by which others they are found: former ones, and short ones for paper."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from macros.content.around import Around
from macros.content.languages import Language
from macros.content.problems import Problem, shorten
from macros.content.short_codes import FOLDER

RECORD_FOLDERS = {"organisation": "organisations", "news": "news", "tag": "news/tags"}
"""Where the pages stand that are made from records of a kind."""

_NOT_PAGES = ("en/", FOLDER)
"""Folders below the root that no page moves out of: the other language, and short addresses."""

_TELLERS = ("organisation", "news", "tag", "move")
"""The kinds of records that tell of former and short addresses, in the order in which they count."""

Taken = tuple[str, str]
"""An address, and the file that makes or names the page there."""

Place = tuple[Language, str, str]
"""A written page: its language, its address, its file."""


class Spot(NamedTuple):
    """Where a record says something, and what a message calls the record."""

    file: str
    line: int
    column: int
    record: str

    def problem(self, rule: str, **details: str) -> Problem:
        """Return a problem at this place."""
        return Problem(self.file, self.line, self.column, rule, {**details, "record": self.record})

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Former(NamedTuple):
    """A path that a page had before, the path that it has now, the kind of record that says so, and where.

    Paths are as in links from the docs folder: `organisations/alfa.md`. `written` is what the data say for the old one.
    """

    old: str
    new: str
    written: str
    teller: str
    spot: Spot


class Short(NamedTuple):
    """A short address, the kind and id that it comes from, the path of the page that it leads to, and as `Former`.

    All that one record tells of have the same place, and no two records have.
    """

    path: str
    kind: str
    id: str
    new: str
    teller: str
    spot: Spot


_Told = TypeVar("_Told", Former, Short)


class Claims(NamedTuple):
    """The addresses that a part of the content claims: of the pages made from it, and others by which these are found.

    `own` are those of its records, `lists` those of lists that its records stand in.
    """

    own: tuple[Taken, ...] = ()
    lists: tuple[Taken, ...] = ()
    former: tuple[Former, ...] = ()
    short: tuple[Short, ...] = ()


@cache
def address(path: str) -> str:
    """Return the directory address of a prose page: `news/index.md` is at `news/`, `about.md` at `about/`."""
    stem = path.removesuffix(".md")
    return stem.removesuffix("index") if stem.split("/")[-1] == "index" else f"{stem}/"


def path_of(kind: str, record_id: str) -> str:
    """Return the path of the page made from a record, as links have it."""
    return f"{RECORD_FOLDERS[kind]}/{record_id}.md"


def find_made(claims: Iterable[Claims]) -> dict[str, str]:
    """Return the addresses of the pages made from data, short ones too, each with the file that it comes from."""
    parts = tuple(claims)
    taken = {short.path: short.spot.file for short in _short(parts)}
    for part in parts:
        taken.update(part.own)
    for part in parts:
        taken.update(part.lists)
    return taken


def _former(claims: Iterable[Claims]) -> Sequence[Former]:
    return _in_order(one for part in claims for one in part.former)


def _short(claims: Iterable[Claims]) -> Sequence[Short]:
    return _in_order(one for part in claims for one in part.short)


def _in_order(told: Iterable[_Told]) -> Sequence[_Told]:
    by_teller: dict[str, list[_Told]] = {teller: [] for teller in _TELLERS}
    for one in told:
        by_teller[one.teller].append(one)
    return [one for ones in by_teller.values() for one in ones]


def list_redirects(claims: Iterable[Claims], pages: Iterable[Place]) -> dict[str, str]:
    """Return the address to go to for each former and each short one, in this order, below the root of a language.

    A tag that no news has any longer has no page, so nothing leads to it.
    """
    parts = tuple(claims)
    living = find_made(parts).keys() | {taken for _, taken, _ in pages}
    all_of_them = {address(one.old): address(one.new) for one in _former(parts)}
    all_of_them |= {one.path: address(one.new) for one in _short(parts)}
    return {old: new for old, new in all_of_them.items() if new in living}


def find_new_id(around: Around, kind: str, record_id: str) -> str:
    """Return the id of the record that had this one before, or an empty string."""
    kind = "organisation" if kind == "subject" else kind
    if kind not in RECORD_FOLDERS:
        return ""
    folder, name = posixpath.split(around.new_path(path_of(kind, record_id)))
    return name.removesuffix(".md") if folder == RECORD_FOLDERS[kind] else ""


def hint_at_id(around: Around, kind: str, record_id: str) -> dict[str, str]:
    """Return what a message adds about an id that no record has: `renamed` to what, or the `nearest` that there is."""
    new = find_new_id(around, kind, record_id)
    return {"renamed": new} if new else {"nearest": around.nearest_id(kind, record_id)}


def hint_at_path(around: Around, lang: Language, path: str) -> dict[str, str]:
    """Return the same about a path that no page of a language has."""
    new = around.new_path(path)
    return {"renamed": new} if new else {"nearest": around.nearest_page(lang, path)}


def check_all(claims: Iterable[Claims], pages: Iterable[Place], tags: Iterable[Taken]) -> Iterator[Problem]:
    """Yield what is wrong with the addresses of all parts together. `tags` are those of tags, with news or without."""
    parts, written = tuple(claims), tuple(pages)
    made = find_made(parts)
    yield from check_addresses(made, written)
    yield from check_former(_former(parts), made, written, tags)
    yield from check_short(_short(parts))


def check_addresses(made: dict[str, str], pages: Iterable[Place]) -> Iterator[Problem]:
    """Две страницы не занимают один адрес: ни страницы docs/, ни те, что сайт делает из данных."""
    written: dict[tuple[Language, str], str] = {}
    for lang, taken, file in pages:
        first = made.get(taken) or written.setdefault((lang, taken), file)
        if first != file:
            yield Problem(file, 0, 0, "same-address", {"first": first, "address": f"/{taken}"})


def check_former(
    former: Sequence[Former], made: dict[str, str], pages: Sequence[Place], tags: Iterable[Taken]
) -> Iterator[Problem]:
    """Прежний id или путь не занят другой страницей, назван один раз и отличается от нынешнего."""
    if not former:
        return
    taken = {**made, **{at: file for _, at, file in reversed(pages)}, **dict(tags)}
    first: dict[str, str] = {}
    for one in former:
        old, spot = address(one.old), one.spot
        details = {"value": shorten(one.written), "address": f"/{old}"}
        if one.old == one.new:
            yield spot.problem("former-own", **details)
        elif old in taken or old.startswith(_NOT_PAGES):
            yield spot.problem("former-taken", **details, first=taken.get(old, f"/{old.split('/')[0]}/"))
        elif old in first:
            yield spot.problem("former-twice", **details, first=first[old])
        first.setdefault(old, str(spot))


def check_short(short: Iterable[Short]) -> Iterator[Problem]:
    """Короткий адрес, который печатается вместе с QR-кодом, у каждой организации и новости свой."""
    first: dict[str, Short] = {}
    for one in short:
        other = first.setdefault(one.path, one)
        if other is not one and (other.kind, other.id) != (one.kind, one.id) and other.spot != one.spot:
            yield one.spot.problem("short-taken", address=f"/{one.path}", first=str(other.spot))
