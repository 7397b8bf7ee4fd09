"""The rules that typed records and pages must keep together. The docstring of a check is the rule.

To add one: a function here, a line in `CHECKS`, its message in `messages/ru.yaml` and `en.yaml`,
a case in `tests/cases/`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from string import Formatter
from typing import cast, get_args

from pydantic import BaseModel

from macros.content.calls import MACROS, Macro, Parameter
from macros.content.draft import Draft
from macros.content.model import (
    LANGUAGES,
    PARTICIPANT_ROLES,
    Cluster,
    Language,
    Menu,
    NewsItem,
    Organisation,
    Phrase,
    Plural,
    Record,
    Role,
    Source,
    Status,
    Unknown,
    ValueChain,
    Vocabulary,
    walk_refs,
)
from macros.content.problems import Problem, nearest, shorten
from macros.content.prose import Call, ProsePage
from macros.content.strings import STRINGS

Check = Callable[[Draft], Iterator[Problem]]

_UNIQUE_KINDS = (
    "organisation",
    "source",
    "topic",
    "unknown",
    "fact",
    "link",
    "milestone",
    "material",
    "market",
    "region",
    "stage",
    "tag",
    "group",
    "role",
    "status",
    "grade",
)
_HOMES = {
    "source": "data/sources.yaml",
    "organisation": "data/organisations.yaml",
    "topic": "data/topics.yaml",
    "subject": "data/organisations.yaml",
    "unknown": "data/unknowns.yaml",
    "fact": "data/",
    "news": "data/news/",
    "material": "data/value_chain.yaml",
    "market": "data/value_chain.yaml",
    "region": "data/vocabulary.yaml",
    "stage": "data/vocabulary.yaml",
    "tag": "data/vocabulary.yaml",
    "group": "data/vocabulary.yaml",
}
"""Where a missing record would have to be added."""

OTHER_SUBJECTS = frozenset({"cluster", "chain"})
"""What facts can be about beside organisations and topics."""

MAX_PROBLEMS = 1000
"""As many are told by one check, so that a ruined file cannot make the run endless."""

_EARLIEST = "1900"
_PLACEHOLDER = re.compile(r"[a-z_]+")
_ANY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|[A-Z]{2}-[A-Z0-9]{1,3}")
"""Any other text where an id is wanted is told by its type already."""


def check_unique_ids(draft: Draft) -> Iterator[Problem]:
    """Номер (id) в своём роде записей встречается один раз; у фактов — один раз на всём сайте."""
    for kind in _UNIQUE_KINDS:
        first: dict[str, str] = {}
        for named in draft.names.get(kind, ()):
            line = named.document.position(named.path)[0]
            if named.id in first:
                yield named.document.problem("duplicate-id", named.path, id=named.id, first=first[named.id], kind=kind)
            first.setdefault(named.id, f"{named.document.file}:{line}")


def check_references(draft: Draft) -> Iterator[Problem]:
    """Источник, организация, регион, стадия, метка и всё, на что ссылается запись, существует."""
    for record in draft.written:
        for path, kind, ref in walk_refs(record.record_type, record.value):
            if _ANY_ID.fullmatch(ref) and not draft.is_known(kind, ref):
                details = {"record": record.label, "kind": kind, "value": ref, "home": _HOMES[kind]}
                hint = nearest(ref, draft.ids(kind))
                yield record.document.problem("unknown-reference", (*record.path, *path), details, nearest=hint)


def check_subjects(draft: Draft) -> Iterator[Problem]:
    """По id макрос facts() узнаёт, о чём речь: он не занят организацией и темой сразу, и это не cluster и не chain."""
    taken = {named.id: named for named in draft.names.get("organisation", ())}
    for named in draft.names.get("topic", ()):
        if first := taken.get(named.id):
            place = f"{first.document.file}:{first.document.position(first.path)[0]}"
            yield named.document.problem("duplicate-id", named.path, id=named.id, first=place, kind="topic")
    for named in (*taken.values(), *draft.names.get("topic", ())):
        if named.id in OTHER_SUBJECTS:
            yield named.document.problem("reserved-id", named.path, id=named.id)


def check_participant_roles(draft: Draft) -> Iterator[Problem]:
    """В participants.yaml стоят только участники и якорное предприятие; все остальные — в organisations.yaml."""
    for entry in draft.of("organisation"):
        organisation = cast(Organisation, entry.record)
        is_here = entry.document.file.endswith("participants.yaml")
        if is_here != (organisation.role in PARTICIPANT_ROLES):
            yield entry.problem("wrong-file", "role", value=organisation.role)


def check_news_names(draft: Draft) -> Iterator[Problem]:
    """Имя файла новости начинается с той же даты, что стоит внутри."""
    for entry in draft.of("news"):
        item = cast(NewsItem, entry.record)
        if not item.id.startswith(item.date.isoformat()):
            yield entry.problem("news-date", "date", value=item.date.isoformat(), name=item.id[:10])


def check_dates(draft: Draft) -> Iterator[Problem]:
    """Новость, проверка источника, поиск и «по состоянию на» не датированы будущим и не старше 1900 года."""
    for entry in draft.of(*draft.entries):
        for path, day in _past_days(entry.record):
            if day > draft.today.isoformat():
                yield entry.problem("future-date", *path, value=day, today=draft.today.isoformat())
            elif day < _EARLIEST:
                yield entry.problem("old-date", *path, value=day)


def _past_days(record: BaseModel) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each date in a record and in the records inside it that tells of the past, as written."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        if isinstance(value, date):
            yield (name,), value.isoformat()
        elif isinstance(value, str) and (name == "as_of" or (name == "date" and isinstance(record, Source))):
            yield (name,), value
        for tail, inner in [((name,), value), *(((name, n), item) for n, item in enumerate(_items(value)))]:
            if isinstance(inner, BaseModel):
                yield from (((*tail, *path), day) for path, day in _past_days(inner))


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def check_role_words(draft: Draft) -> Iterator[Problem]:
    """Для каждой роли и каждого статуса, которые встречаются, в словаре есть слова на обоих языках."""
    for words in draft.of("vocabulary"):
        vocabulary = cast(Vocabulary, words.record)
        phrases: dict[tuple[Role, Status], bool] = {
            (role.id, status): True for role in vocabulary.roles for status in role.phrases
        }
        statuses = {status.id for status in vocabulary.statuses}
        grades = {grade.id for grade in vocabulary.grades}
        for entry in draft.of("organisation"):
            organisation = cast(Organisation, entry.record)
            if (organisation.role, organisation.status) not in phrases:
                yield entry.problem(
                    "missing-words", "role", value=f"roles / {organisation.role} / {organisation.status}"
                )
        for entry in draft.of(*draft.entries):
            for path, status in _statuses(entry.record):
                if status not in statuses:
                    yield entry.problem("missing-words", *path, value=f"statuses / {status}")
        for entry in draft.of("source"):
            if (grade := cast(Source, entry.record).grade) not in grades:
                yield entry.problem("missing-words", "grade", value=f"grades / {grade}")


def _statuses(record: Record) -> Iterator[tuple[tuple[str | int, ...], Status]]:
    """Yield each status in a record and its facts, links, milestones."""
    if isinstance(status := getattr(record, "status", None), str):
        yield ("status",), cast(Status, status)
    if isinstance(record, Cluster):
        yield ("status", "status"), record.status.status
    for name in ("facts", "links", "milestones"):
        for index, item in enumerate(getattr(record, name, ())):
            if isinstance(status := getattr(item, "status", None), str):
                yield (name, index, "status"), cast(Status, status)


def check_disputed_unknowns(draft: Draft) -> Iterator[Problem]:
    """У разногласия источников приведены по меньшей мере два ответа."""
    for entry in draft.of("unknown"):
        unknown = cast(Unknown, entry.record)
        if unknown.kind == "disputed" and len(unknown.answers) < 2:
            yield entry.problem("one-answer", "kind")


def check_chain_ends(draft: Draft) -> Iterator[Problem]:
    """Звено цепочки ведёт к организации или на рынок; рынок ничего не поставляет."""
    for entry in draft.of("chain"):
        for index, link in enumerate(cast(ValueChain, entry.record).links):
            if link.source_end.market:
                yield entry.problem("market-supplies", "links", index, "from", "market", value=link.id)


def check_menu(draft: Draft) -> Iterator[Problem]:
    """Страницы, названные в меню, существуют, и каждая названа один раз."""
    known = {page.path for page in draft.pages}
    for entry in draft.of("menu"):
        menu = cast(Menu, entry.record)
        seen: set[str] = set()
        for part in ("header", "footer"):
            for index, path in enumerate(getattr(menu, part)):
                if path not in known:
                    yield entry.problem("unknown-page", part, index, value=path, nearest=nearest(path, known))
                elif path in seen:
                    yield entry.problem("duplicate-page", part, index, value=path)
                seen.add(path)


def check_placeholders(draft: Draft) -> Iterator[Problem]:
    """Места для подстановки, такие как {n}, в строках интерфейса написаны верно."""
    for entry in draft.of("string"):
        for lang in LANGUAGES:
            for path, text in _wordings(getattr(cast(Phrase, entry.record), lang)):
                if _placeholders(text) is None:
                    yield entry.problem("bad-placeholder", lang, *path, value=shorten(text))


def _wordings(wording: str | Plural) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each form of a phrase in one language, with its path."""
    if isinstance(wording, str):
        yield (), wording
    else:
        yield from (((form,), text) for form, text in wording if text)


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
    for name in sorted(STRINGS.keys() - written):
        yield Problem("data/strings.yaml", 0, 0, "missing-string", {"name": name})
    for entry in draft.of("string"):
        name = str(entry.path[0])
        if (wanted := STRINGS.get(name)) is None:
            hint = nearest(name, STRINGS.keys() - written)
            yield entry.document.problem("unknown-string", entry.path, {"name": name, "nearest": hint}, at_key=True)
            continue
        for lang in LANGUAGES:
            wording = getattr(cast(Phrase, entry.record), lang)
            if isinstance(wording, Plural) != wanted.is_plural:
                rule = "string-plural" if wanted.is_plural else "string-plain"
                yield entry.problem(rule, lang, name=name)
                continue
            for path, text in _wordings(wording):
                found = _placeholders(text)
                # «Один участник» need not repeat the number; every other form must.
                needed = wanted.placeholders - ({"n"} if path == ("one",) else set())
                if found is not None and not needed <= found <= wanted.placeholders:
                    names = ", ".join(f"{{{word}}}" for word in sorted(wanted.placeholders)) or "—"
                    yield entry.problem("string-placeholders", lang, *path, name=name, wanted=names)


def check_bodies(draft: Draft) -> Iterator[Problem]:
    """В тексте новости нет вызовов макросов: они работают только на страницах."""
    for entry in draft.of("news"):
        body = cast(NewsItem, entry.record).body
        for lang in LANGUAGES:
            if mark := re.search(r"\{\{|\{%|\{#", body.in_language(lang)):
                yield entry.problem("macro-in-data", "body", lang, written=mark.group())


def check_page_pairs(draft: Draft) -> Iterator[Problem]:
    """Каждая страница есть на обоих языках под одним и тем же путём."""
    paths = {lang: {page.path for page in draft.pages if page.lang == lang} for lang in LANGUAGES}
    for page in draft.pages:
        other: Language = "en" if page.lang == "ru" else "ru"
        if page.path not in paths[other]:
            yield Problem(page.file, 0, 0, "page-pair", {"lang": other, "path": f"docs/{other}/{page.path}"})
    if not any("index.md" in paths[lang] for lang in LANGUAGES):
        yield from (Problem(f"docs/{lang}/index.md", 0, 0, "missing-file") for lang in LANGUAGES)


def check_addresses(draft: Draft) -> Iterator[Problem]:
    """Две страницы не занимают один адрес: ни страницы docs/, ни те, что сайт делает из данных."""
    taken: dict[tuple[str, str], str] = {}
    for kind, folder in (("organisation", "organisations"), ("news", "news")):
        for named in draft.names.get(kind, ()):
            taken |= {(lang, f"{folder}/{named.id}/"): named.document.file for lang in LANGUAGES}
    for entry in draft.of("news"):
        item = cast(NewsItem, entry.record)
        for address in (f"news/{item.date.year}/", *(f"news/tags/{tag}/" for tag in item.tags)):
            taken |= {(lang, address): entry.document.file for lang in LANGUAGES}
    for page in draft.pages:
        first = taken.setdefault((page.lang, page.address), page.file)
        if first != page.file:
            yield Problem(page.file, 0, 0, "same-address", {"first": first, "address": f"/{page.address}"})


def check_page_titles(draft: Draft) -> Iterator[Problem]:
    """Название и описание страницы не повторяют другую страницу того же языка."""
    seen: dict[tuple[str, str, str], str] = {}
    for page in draft.pages:
        value = page.front_matter.value
        for field in ("title", "description"):
            text = value.get(field) if isinstance(value, dict) else None
            if not isinstance(text, str):
                continue
            first = seen.setdefault((page.lang, field, text), page.file)
            if first != page.file:
                yield page.front_matter.problem("duplicate-page-text", (field,), field=field, value=text, first=first)


def check_headings(draft: Draft) -> Iterator[Problem]:
    """На странице ровно один заголовок первого уровня: строка с «# » или макрос hero()."""
    for page in draft.pages:
        first, *others = page.main_headings() or [0]
        if not first and page.is_whole and not page.problems:
            yield Problem(page.file, page.first_line, 1, "no-heading")
        for line in others:
            yield Problem(page.file, line, 1, "second-heading", {"first": str(first)})


def check_macro_calls(draft: Draft) -> Iterator[Problem]:
    """Страница вызывает только известные макросы с известными аргументами; блочный стоит один в строке."""
    macros = {macro.name: macro for macro in MACROS}
    for page in draft.pages:
        for call in page.calls:
            if (macro := macros.get(call.name)) is None:
                hint = nearest(call.name, macros)
                yield _call_problem(page, call, "unknown-macro", name=call.name, nearest=hint)
                continue
            if macro.place == "block" and not call.alone:
                yield _call_problem(page, call, "macro-place", name=call.name)
            yield from _check_arguments(draft, page, call, macro)
        yield from _check_repeated_calls(page, macros)


def _check_repeated_calls(page: ProsePage, macros: dict[str, Macro]) -> Iterator[Problem]:
    first: dict[tuple[object, ...], int] = {}
    for call in page.calls:
        if call.name in macros and macros[call.name].place == "block":
            same = (call.name, call.positional, call.named)
            if same in first:
                yield _call_problem(page, call, "macro-repeated", name=call.name, first=str(first[same]))
            first.setdefault(same, call.line)


def _check_arguments(draft: Draft, page: ProsePage, call: Call, macro: Macro) -> Iterator[Problem]:
    allowed = ", ".join(macro.parameters) or "—"
    given: dict[str, str | int] = dict(zip(macro.parameters, call.positional, strict=False))
    if len(call.positional) > len(macro.parameters):
        yield _call_problem(page, call, "macro-too-many", name=call.name, arguments=allowed)
    for name, value in call.named:
        if name not in macro.parameters:
            hint = nearest(name, macro.parameters)
            yield _call_problem(
                page, call, "macro-argument", name=call.name, argument=name, arguments=allowed, nearest=hint
            )
        elif name in given:
            yield _call_problem(page, call, "macro-twice", name=call.name, argument=name)
        else:
            given[name] = value
    if macro.name == "count" and given.get("of") != "participants":
        for name in given.keys() - {"of"}:
            yield _call_problem(page, call, "macro-argument", name=call.name, argument=name, arguments="of")
    for name, parameter in macro.parameters.items():
        if name in given:
            yield from _check_value(draft, page, call, name, parameter, given[name])
        elif parameter.required:
            yield _call_problem(page, call, "macro-missing", name=call.name, argument=name)


def _check_value(
    draft: Draft, page: ProsePage, call: Call, name: str, parameter: Parameter, value: str | int
) -> Iterator[Problem]:
    if parameter.kind in ("number", "year"):
        if not isinstance(value, int) or value < 1:
            yield _call_problem(page, call, "macro-number", name=call.name, argument=name, value=str(value))
        return
    known = known_values(draft, parameter.kind)
    if value in known or (isinstance(value, str) and is_unsure(draft, parameter.kind)):
        return
    hint = nearest(str(value), known)
    if isinstance(parameter.kind, str) and parameter.kind not in _CLOSED_LISTS:
        home = _HOMES[parameter.kind]
        yield _call_problem(
            page, call, "unknown-reference", kind=parameter.kind, value=str(value), nearest=hint, home=home
        )
    else:
        allowed = ", ".join(sorted(known))
        yield _call_problem(
            page, call, "macro-value", name=call.name, argument=name, value=str(value), allowed=allowed, nearest=hint
        )


_CLOSED_LISTS: dict[str, frozenset[str]] = {"role": frozenset(get_args(Role)), "status": frozenset(get_args(Status))}


def known_values(draft: Draft, kind: str | tuple[str, ...]) -> frozenset[str]:
    """Return what a macro's argument of this kind may be."""
    if isinstance(kind, tuple):
        return frozenset(kind)
    if kind == "subject":
        return OTHER_SUBJECTS | draft.ids("organisation") | draft.ids("topic")
    return _CLOSED_LISTS.get(kind) or draft.ids(kind)


def is_unsure(draft: Draft, kind: str | tuple[str, ...]) -> bool:
    """Whether a file that holds ids of this kind cannot be read."""
    return bool(draft.unsure & ({"organisation", "topic"} if kind == "subject" else {str(kind)}))


_WHOLE = ("allowed", "arguments", "home", "nearest")
"""Details that are ours, not the editor's, and so are never cut."""


def _call_problem(page: ProsePage, call: Call, rule: str, **details: str) -> Problem:
    shown = {key: value if key in _WHOLE else shorten(value) for key, value in details.items()}
    return Problem(page.file, call.line, call.column, rule, shown)


CHECKS: tuple[Check, ...] = (
    check_unique_ids,
    check_references,
    check_subjects,
    check_participant_roles,
    check_news_names,
    check_dates,
    check_role_words,
    check_disputed_unknowns,
    check_chain_ends,
    check_menu,
    check_placeholders,
    check_strings,
    check_bodies,
    check_page_pairs,
    check_addresses,
    check_page_titles,
    check_headings,
    check_macro_calls,
)


def find_problems(draft: Draft) -> Iterator[Problem]:
    """Yield what every check finds in `draft`."""
    for check in CHECKS:
        yield from islice(check(draft), MAX_PROBLEMS)
