"""The rules of records: ids, references, dates, words, strings. The docstring of a check is the rule."""

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Any

from macros.checks.numbers import find_missing_numbers
from macros.content.draft import HOMES, OTHER_SUBJECTS, Draft, Entry
from macros.content.model import (
    LANGUAGES,
    PARTICIPANT_ROLES,
    Cluster,
    Fact,
    Menu,
    Organisation,
    Phrase,
    Plural,
    Record,
    Source,
    ValueChain,
    Vocabulary,
    wordings,
)
from macros.content.problems import Problem, nearest, shorten
from macros.content.reading import Path
from macros.content.records import is_id
from macros.content.strings import find_strings

_EARLIEST = "1900"
_DAYS_AHEAD = ("check_by", "expires", "pending")
_PLACEHOLDER = re.compile(r"[a-z_]+")


def check_unique_ids(draft: Draft) -> Iterator[Problem]:
    """Номер (id) в своём роде записей встречается один раз; у фактов — один раз на всём сайте."""
    for all_of_kind in draft.names.values():
        first: dict[str, str] = {}
        for named in all_of_kind:
            line = named.document.position(named.path)[0]
            if named.id in first:
                yield named.document.problem("duplicate-id", named.path, id=named.id, first=first[named.id])
            first.setdefault(named.id, f"{named.document.file}:{line}")


def check_references(draft: Draft) -> Iterator[Problem]:
    """Источник, организация, регион, стадия, метка и всё, на что ссылается запись, существует."""
    for record, path, kind, ref in draft.refs:
        if is_id(ref) and not draft.is_known(kind, ref):
            details = {"record": record.label, "kind": kind, "value": ref, "home": HOMES[kind]}
            details |= draft.hint_at_id(kind, ref)
            yield record.document.problem("unknown-reference", (*record.path, *path), details)


def check_subjects(draft: Draft) -> Iterator[Problem]:
    """По id макрос facts() узнаёт, о чём речь: он не занят организацией и темой сразу, и это не cluster и не chain."""
    taken = {named.id: named for named in draft.names.get("organisation", ())}
    for named in draft.names.get("topic", ()):
        if first := taken.get(named.id):
            place = f"{first.document.file}:{first.document.position(first.path)[0]}"
            yield named.document.problem("duplicate-id", named.path, id=named.id, first=place)
    for named in (*taken.values(), *draft.names.get("topic", ())):
        if named.id in OTHER_SUBJECTS:
            yield named.document.problem("reserved-id", named.path, id=named.id)


def check_participant_roles(draft: Draft) -> Iterator[Problem]:
    """В participants.yaml стоят только участники и якорное предприятие; все остальные — в organisations.yaml."""
    for entry in draft.of(Organisation):
        is_here = entry.document.file.endswith("participants.yaml")
        if is_here != (entry.record.role in PARTICIPANT_ROLES):
            yield entry.problem("wrong-file", "role", value=entry.record.role)


def check_dates(draft: Draft) -> Iterator[Problem]:
    """Новость, проверка источника, поиск и «по состоянию на» не датированы будущим и не старше 1900 года."""
    today = draft.today.isoformat()
    for entry, inner, record in draft.walked:
        for name, day in _past_days(record):
            path = (*inner, name)
            if day > today:
                yield entry.problem("future-date", *path, value=day, today=today)
            elif day < _EARLIEST:
                yield entry.problem("old-date", *path, value=day)


def _past_days(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each date field that must not be in the future."""
    for name, value in record:
        if isinstance(value, date) and name not in _DAYS_AHEAD:
            yield name, value.isoformat()
        elif isinstance(value, str) and (name == "as_of" or (name == "date" and isinstance(record, Source))):
            yield name, value


def check_role_words(draft: Draft) -> Iterator[Problem]:
    """Для каждой роли и каждого статуса, которые встречаются, в словаре есть слова на обоих языках."""
    for words in draft.of(Vocabulary):
        vocabulary = words.record
        known = {f"roles / {role.id} / {status}" for role in vocabulary.roles for status in role.phrases}
        known |= {f"statuses / {status.id}" for status in vocabulary.statuses}
        known |= {f"grades / {grade.id}" for grade in vocabulary.grades}
        for entry, path, value in _find_words_needed(draft):
            if value not in known:
                yield entry.problem("missing-words", *path, value=value)


def _find_words_needed(draft: Draft) -> Iterator[tuple[Entry[Any], Path, str]]:
    """Yield what records need words for, as paths of the vocabulary: `statuses / planned`."""
    for entry, path, record in draft.walked:
        if isinstance(record, Organisation):
            yield entry, (*path, "role"), f"roles / {record.role} / {record.status}"
        if isinstance(record, Source):
            yield entry, (*path, "grade"), f"grades / {record.grade}"
        if isinstance(status := getattr(record, "status", None), str):
            yield entry, (*path, "status"), f"statuses / {status}"
        if isinstance(record, ValueChain):
            reached = {link.target_end.market for link in record.links}
            for index, market in enumerate(record.markets):
                if market.id not in reached:  # shown as unknown
                    yield entry, ("markets", index, "id"), "statuses / unknown"


def check_menu(draft: Draft) -> Iterator[Problem]:
    """Страницы, названные в меню, существуют, и каждая названа один раз; вверху не больше семи пунктов."""
    known = {page.path for page in draft.pages}
    for entry in draft.of(Menu):
        menu = entry.record
        if len(menu.header) > 7:
            yield entry.problem("long-menu", "header", 7, value=str(len(menu.header)))
        seen: set[str] = set()
        for part in ("header", "footer"):
            for index, path in enumerate(getattr(menu, part)):
                if path not in known:
                    yield entry.problem("unknown-page", part, index, value=path, **draft.hint_at_path("ru", path))
                elif path in seen:
                    yield entry.problem("duplicate-page", part, index, value=path)
                seen.add(path)


def check_first_screen(draft: Draft) -> Iterator[Problem]:
    """На первом экране только подтверждённые цифры, каждая — из своего факта, а кнопки ведут на имеющиеся страницы."""
    facts = {record.id: record for _, _, record in draft.walked if isinstance(record, Fact)}
    known = {page.path for page in draft.pages}
    for entry in draft.of(Cluster):
        for index, figure in enumerate(entry.record.figures):
            fact = facts.get(figure.fact)
            if fact is None:
                continue
            if fact.status != "confirmed":
                yield entry.problem("figure-unconfirmed", "figures", index, "fact", id=fact.id, status=fact.status)
            for lang in LANGUAGES:
                told = f"{getattr(figure.value, lang)}; {getattr(figure.label, lang)}"
                if numbers := ", ".join(find_missing_numbers(told, lang, getattr(fact.text, lang), lang)):
                    yield entry.problem("figure-differs", "figures", index, "value", lang, id=fact.id, value=numbers)
        for index, action in enumerate(entry.record.actions):
            if action.page not in known:
                hint = draft.hint_at_path("ru", action.page)
                yield entry.problem("unknown-page", "actions", index, "page", value=action.page, **hint)


def check_placeholders(draft: Draft) -> Iterator[Problem]:
    """Места для подстановки, такие как {n}, в строках интерфейса написаны верно."""
    for entry in draft.of(Phrase):
        for lang in LANGUAGES:
            for path, text in wordings(getattr(entry.record, lang)):
                if _placeholders(text) is None:
                    yield entry.problem("bad-placeholder", lang, *path, value=shorten(text))


def _placeholders(text: str) -> set[str] | None:
    """The names in braces in `text`, or None when the braces are wrong. Only plain names: `{n.x}` reaches into code."""
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return None
    if any(not _PLACEHOLDER.fullmatch(str(name)) or spec or conversion for _, name, spec, conversion in parts):
        return None
    return {str(name) for _, name, _, _ in parts}


def check_strings(draft: Draft) -> Iterator[Problem]:
    """В strings.yaml есть каждая строка, которую выводит сайт, с её подстановками и формами числа, и нет лишних."""
    if "string" in draft.unsure:
        return
    written = {str(record.path[0]) for record in draft.written if record.record_type is Phrase}
    strings = find_strings()
    for name in sorted(strings.keys() - written):
        yield Problem("data/strings.yaml", 0, 0, "missing-string", {"name": name})
    for entry in draft.of(Phrase):
        name = str(entry.path[0])
        if (wanted := strings.get(name)) is None:
            hint = nearest(name, strings.keys() - written)
            yield entry.document.problem("unknown-string", entry.path, {"name": name, "nearest": hint}, at_key=True)
            continue
        for lang in LANGUAGES:
            wording = getattr(entry.record, lang)
            if isinstance(wording, Plural) != wanted.is_plural:
                rule = "string-plural" if wanted.is_plural else "string-plain"
                yield entry.problem(rule, lang, name=name)
                continue
            for path, text in wordings(wording):
                found = _placeholders(text)
                # «Один участник» need not repeat the number; every other form must.
                needed = wanted.placeholders - ({"n"} if path == ("one",) else set())
                if found is not None and not needed <= found <= wanted.placeholders:
                    names = ", ".join(f"{{{word}}}" for word in sorted(wanted.placeholders)) or "—"
                    yield entry.problem("string-placeholders", lang, *path, name=name, wanted=names)
