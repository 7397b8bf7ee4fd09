"""What records and moved.yaml say of addresses: which pages are made, which they had before, which are short."""

import posixpath
from collections.abc import Iterator
from typing import cast

from macros.content.addresses import RECORD_FOLDERS, Claims, Former, Short, Spot, Taken, hint_at_path, path_of
from macros.content.draft import Draft, Entry
from macros.content.model import LANGUAGES, Move, NewsItem, NewsTag, Organisation, Vocabulary
from macros.content.problems import Problem, shorten
from macros.content.reading import Path
from macros.content.short_codes import short_path

_WITH_SHORT = ("organisation", "news")


def find_claims(draft: Draft) -> Claims:
    """Return the addresses that a part of the content claims."""
    return Claims(tuple(_find_own(draft)), tuple(_find_lists(draft)), find_former(draft), tuple(_find_short(draft)))


def _find_own(draft: Draft) -> Iterator[Taken]:
    for kind in _WITH_SHORT:
        yield from ((f"{RECORD_FOLDERS[kind]}/{named.id}/", named.document.file) for named in draft.names.get(kind, ()))


def _find_lists(draft: Draft) -> Iterator[Taken]:
    for entry in draft.of("news"):
        item, file = cast(NewsItem, entry.record), entry.document.file
        yield f"news/{item.date.year}/", file
        yield from ((f"{RECORD_FOLDERS['tag']}/{tag}/", file) for tag in item.tags if draft.around.is_known("tag", tag))


def find_former(draft: Draft) -> tuple[Former, ...]:
    """Return every path that the data name as a former one."""
    return tuple(_find_former(draft))


def _find_former(draft: Draft) -> Iterator[Former]:
    for kind in _WITH_SHORT:
        for entry in draft.of(kind):
            yield from _former_ids(kind, cast(Organisation | NewsItem, entry.record), entry, ())
    for entry in draft.of("vocabulary"):
        for index, tag in enumerate(cast(Vocabulary, entry.record).tags):
            yield from _former_ids("tag", tag, entry, ("tags", index))
    for entry in draft.of("move"):
        move = cast(Move, entry.record)
        yield Former(move.old, move.new, move.old, "move", _spot(entry, ("from",)))


def _former_ids(kind: str, record: Organisation | NewsItem | NewsTag, entry: Entry, place: Path) -> Iterator[Former]:
    for index, old in enumerate(record.former_ids):
        spot = _spot(entry, (*place, "former_ids", index))
        yield Former(path_of(kind, old), path_of(kind, record.id), old, kind, spot)


def _find_short(draft: Draft) -> Iterator[Short]:
    """Yield the short addresses of each record: one for every id that it has or had, the oldest first.

    The first is printed. The others are for what was printed before somebody named an id older still. A record that is
    gone keeps its own as long as `moved.yaml` says where its page has gone.
    """
    for kind in _WITH_SHORT:
        for entry in draft.of(kind):
            record, spot = cast(Organisation | NewsItem, entry.record), _spot(entry, ("id",))
            for name in record.all_ids:
                yield Short(short_path(kind, name), kind, name, path_of(kind, record.id), kind, spot)
    for entry in draft.of("move"):
        move = cast(Move, entry.record)
        folder, name = posixpath.split(move.old.removesuffix(".md"))
        for kind in _WITH_SHORT:
            if folder == RECORD_FOLDERS[kind]:
                yield Short(short_path(kind, name), kind, name, move.new, "move", _spot(entry, ("from",)))


def _spot(entry: Entry, place: Path) -> Spot:
    return Spot(entry.document.file, *entry.document.position((*entry.path, *place)), entry.label)


def check_moves(draft: Draft) -> Iterator[Problem]:
    """Страница, на которую ведёт прежний адрес из moved.yaml, существует."""
    for entry in draft.of("move"):
        move = cast(Move, entry.record)
        if not all(draft.around.has_page(lang, move.new) for lang in LANGUAGES):
            hint = hint_at_path(draft.around, "ru", move.new)
            yield entry.problem("unknown-page", "to", value=shorten(move.new), **hint)
