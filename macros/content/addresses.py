"""Which addresses pages take, and by which others they are found: former ones, and short ones for paper."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from macros.content.draft import Draft, Entry
from macros.content.model import LANGUAGES, Move, NewsItem, NewsTag, Organisation, Vocabulary
from macros.content.problems import Problem, nearest, shorten
from macros.content.prose import address
from macros.content.reading import Path
from macros.content.short_codes import FOLDER, short_path

FOLDERS = {"organisation": "organisations", "news": "news", "tag": "news/tags"}
"""Where the pages stand that are made from records of a kind."""

_WITH_SHORT = ("organisation", "news")
_NOT_PAGES = ("en/", FOLDER)
"""Folders below the root that no page moves out of: the other language, and short addresses."""


@dataclass(frozen=True)
class Former:
    """A path that a page had before, the path that it has now, and where the data say so.

    Paths are as in links from the docs folder: `organisations/alfa.md`. `written` is what the data say for the old one.
    """

    old: str
    new: str
    written: str
    entry: Entry
    place: Path


@dataclass(frozen=True)
class Short:
    """A short address, the kind and id that it comes from, and the path of the page that it leads to."""

    path: str
    origin: tuple[str, str]
    new: str
    entry: Entry
    place: Path


def find_made(draft: Draft) -> dict[str, str]:
    """Return the addresses of the pages made from data, short ones too, each with the file that it comes from."""
    taken = {short.path: short.entry.document.file for short in find_short(draft)}
    for kind in ("organisation", "news"):
        taken |= {f"{FOLDERS[kind]}/{named.id}/": named.document.file for named in draft.names.get(kind, ())}
    for entry in draft.of("news"):
        item = cast(NewsItem, entry.record)
        for made in (
            f"news/{item.date.year}/",
            *(f"{FOLDERS['tag']}/{tag}/" for tag in item.tags if draft.is_known("tag", tag)),
        ):
            taken[made] = entry.document.file
    return taken


def find_former(draft: Draft) -> Iterator[Former]:
    """Yield every path that the data name as a former one."""
    for kind in _WITH_SHORT:
        for entry in draft.of(kind):
            yield from _former_ids(kind, cast(Organisation | NewsItem, entry.record), entry, ())
    for entry in draft.of("vocabulary"):
        for index, tag in enumerate(cast(Vocabulary, entry.record).tags):
            yield from _former_ids("tag", tag, entry, ("tags", index))
    for entry in draft.of("move"):
        move = cast(Move, entry.record)
        yield Former(move.old, move.new, move.old, entry, ("from",))


def _former_ids(kind: str, record: Organisation | NewsItem | NewsTag, entry: Entry, place: Path) -> Iterator[Former]:
    for index, old in enumerate(record.former_ids):
        yield Former(_path(kind, old), _path(kind, record.id), old, entry, (*place, "former_ids", index))


def _path(kind: str, record_id: str) -> str:
    return f"{FOLDERS[kind]}/{record_id}.md"


def find_short(draft: Draft) -> Iterator[Short]:
    """Yield the short addresses of each record: one for every id that it has or had, the oldest first.

    The first is printed. The others are for what was printed before somebody named an id older still. A record that is
    gone keeps its own as long as `moved.yaml` says where its page has gone.
    """
    for kind in _WITH_SHORT:
        for entry in draft.of(kind):
            record = cast(Organisation | NewsItem, entry.record)
            for name in record.all_ids:
                yield Short(short_path(kind, name), (kind, name), _path(kind, record.id), entry, ("id",))
    for entry in draft.of("move"):
        move = cast(Move, entry.record)
        folder, name = posixpath.split(move.old.removesuffix(".md"))
        for kind in _WITH_SHORT:
            if folder == FOLDERS[kind]:
                yield Short(short_path(kind, name), (kind, name), move.new, entry, ("from",))


def list_redirects(draft: Draft) -> dict[str, str]:
    """Return the address to go to for each former and each short one, in this order, below the root of a language.

    A tag that no news has any longer has no page, so nothing leads to it.
    """
    living = find_made(draft).keys() | {page.address for page in draft.pages}
    all_of_them = {address(found.old): address(found.new) for found in find_former(draft)}
    all_of_them |= {short.path: address(short.new) for short in find_short(draft)}
    return {old: new for old, new in all_of_them.items() if new in living}


def find_new_path(draft: Draft, path: str) -> str:
    """Return the path of the page that had this one before, or an empty string."""
    return next((former.new for former in find_former(draft) if former.old == path), "")


def find_new_id(draft: Draft, kind: str, record_id: str) -> str:
    """Return the id of the record that had this one before, or an empty string."""
    kind = "organisation" if kind == "subject" else kind
    if kind not in FOLDERS:
        return ""
    folder, name = posixpath.split(find_new_path(draft, _path(kind, record_id)))
    return name.removesuffix(".md") if folder == FOLDERS[kind] else ""


def hint_at_id(draft: Draft, kind: str, record_id: str, known: Iterable[str]) -> dict[str, str]:
    """Return what a message adds about an id that no record has: `renamed` to what, or the `nearest` that there is."""
    new = find_new_id(draft, kind, record_id)
    return {"renamed": new} if new else {"nearest": nearest(record_id, known)}


def hint_at_path(draft: Draft, path: str, known: Iterable[str]) -> dict[str, str]:
    """Return the same about a path that no page has."""
    new = find_new_path(draft, path)
    return {"renamed": new} if new else {"nearest": nearest(path, known)}


def check_former(draft: Draft) -> Iterator[Problem]:
    """Прежний id или путь не занят другой страницей, назван один раз и отличается от нынешнего."""
    taken = find_made(draft) | {page.address: page.file for page in reversed(draft.pages)}
    taken |= {address(_path("tag", named.id)): named.document.file for named in draft.names.get("tag", ())}
    first: dict[str, str] = {}
    for former in find_former(draft):
        old, entry, place = address(former.old), former.entry, former.place
        details = {"value": shorten(former.written), "address": f"/{old}"}
        if former.old == former.new:
            yield entry.problem("former-own", *place, **details)
        elif old in taken or old.startswith(_NOT_PAGES):
            yield entry.problem("former-taken", *place, **details, first=taken.get(old, f"/{old.split('/')[0]}/"))
        elif old in first:
            yield entry.problem("former-twice", *place, **details, first=first[old])
        first.setdefault(old, _where(entry, place))


def check_moves(draft: Draft) -> Iterator[Problem]:
    """Страница, на которую ведёт прежний адрес из moved.yaml, существует."""
    for entry in draft.of("move"):
        move = cast(Move, entry.record)
        if not all(draft.has_page(lang, move.new) for lang in LANGUAGES):
            hint = hint_at_path(draft, move.new, draft.paths("ru"))
            yield entry.problem("unknown-page", "to", value=shorten(move.new), **hint)


def check_short(draft: Draft) -> Iterator[Problem]:
    """Короткий адрес, который печатается вместе с QR-кодом, у каждой организации и новости свой."""
    first: dict[str, Short] = {}
    for short in find_short(draft):
        other = first.setdefault(short.path, short)
        if other.origin != short.origin and other.entry is not short.entry:
            details = {"address": f"/{short.path}", "first": _where(other.entry, other.place)}
            yield short.entry.problem("short-taken", *short.place, **details)


def _where(entry: Entry, place: Path) -> str:
    """The file and line of a field."""
    return f"{entry.document.file}:{entry.document.position((*entry.path, *place))[0]}"
