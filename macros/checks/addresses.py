"""The rules of addresses: one page each, and redirects from former ones. The docstring of a check is the rule."""

from collections.abc import Iterator

from macros.content.addresses import RECORD_FOLDERS, address
from macros.content.draft import Draft
from macros.content.model import LANGUAGES, Language, Move
from macros.content.problems import Problem, shorten

_RESERVED = ("en/",)
"""Folders below the root that no page moves out of: the other language."""


def check_addresses(draft: Draft) -> Iterator[Problem]:
    """Две страницы не занимают один адрес: ни страницы docs/, ни те, что сайт делает из данных."""
    written: dict[tuple[Language, str], str] = {}
    for page in draft.pages:
        first = draft.made_pages.get(page.address) or written.setdefault((page.lang, page.address), page.file)
        if first != page.file:
            yield Problem(page.file, 0, 0, "same-address", {"first": first, "address": f"/{page.address}"})


def check_former(draft: Draft) -> Iterator[Problem]:
    """Прежний id или путь не занят другой страницей, назван один раз и отличается от нынешнего."""
    tags = {f"{RECORD_FOLDERS['tag']}/{named.id}/": named.document.file for named in draft.names.get("tag", ())}
    taken = {**draft.made_pages, **{page.address: page.file for page in reversed(draft.pages)}, **tags}
    first: dict[str, str] = {}
    for one in draft.former:
        old = address(one.old)
        details = {"value": shorten(one.written), "address": f"/{old}", "record": one.record}
        place = one.file, one.line, one.column
        if one.old == one.new:
            yield Problem(*place, "former-own", details)
        elif old in taken or old.startswith(_RESERVED):
            first_taken = taken.get(old, f"/{old.split('/')[0]}/")
            yield Problem(*place, "former-taken", {**details, "first": first_taken})
        elif old in first:
            yield Problem(*place, "former-twice", {**details, "first": first[old]})
        first.setdefault(old, f"{one.file}:{one.line}")


def check_moves(draft: Draft) -> Iterator[Problem]:
    """Страница, на которую ведёт прежний адрес из moved.yaml, существует."""
    for entry in draft.of(Move):
        if not all(draft.has_page(lang, entry.record.new) for lang in LANGUAGES):
            hint = draft.hint_at_path("ru", entry.record.new)
            yield entry.problem("unknown-page", "to", value=shorten(entry.record.new), **hint)
