"""The rules of addresses: one page each, and redirects from former ones. The docstring of a check is the rule."""

import re
from collections.abc import Iterator

from macros.content.addresses import FOLDERS, RECORD_FOLDERS, address
from macros.content.draft import Draft
from macros.content.files import NEWS_FOLDER
from macros.content.model import LANGUAGES, Move
from macros.content.problems import Problem, shorten

_RESERVED = {
    r"en/.*": "docs/en/",
    r"404/": "404.html",
    r"news/(.+/)?page/[0-9]+/": f"data/{NEWS_FOLDER}/",
    r"diagram\.png": "data/value_chain.yaml",
}
"""Addresses that no page has, and for what they are kept; some hosts take `404/` for the page of missing addresses."""


def check_addresses(draft: Draft) -> Iterator[Problem]:
    """Два файла не занимают один адрес: ни страницы docs/ и файлы рядом с ними, ни то, что сайт делает из данных."""
    taken: dict[str, str] = {}
    claims = [(page.lang, page.address, page.file) for page in draft.pages]
    claims += [(lang, path, f"docs/{lang}/{path}") for lang in LANGUAGES for path in sorted(draft.assets[lang])]
    for lang, path, file in claims:
        kept_for = next((what for pattern, what in _RESERVED.items() if re.fullmatch(pattern, path)), None)
        first = draft.made_pages.get(path) or kept_for or taken.setdefault(FOLDERS[lang] + path, file)
        if first != file:
            yield Problem(file, 0, 0, "same-address", {"first": first, "address": f"/{FOLDERS[lang]}{path}"})


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
        elif old in taken or old.startswith(FOLDERS["en"]):
            first_taken = taken.get(old, "docs/en/")
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
