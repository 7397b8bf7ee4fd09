"""The rules that typed records and pages must keep together. The docstring of a check is the rule.

To add one: a function here, a line in `CHECKS`, its message in `messages/ru.yaml` and `en.yaml`,
a case in `tests/cases/`.
"""

import re
from collections.abc import Callable, Iterator
from typing import cast

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
    Record,
    Role,
    Source,
    Status,
    Unknown,
    ValueChain,
    Vocabulary,
    walk_refs,
)
from macros.content.problems import Problem, nearest
from macros.content.prose import Call, ProsePage

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
)


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
    for entry in draft.of(*draft.entries):
        for path, kind, ref in walk_refs(entry.record):
            if ref not in (known := draft.ids(kind)):
                yield entry.problem("unknown-reference", *path, kind=kind, value=ref, nearest=nearest(ref, known))


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


def check_future_dates(draft: Draft) -> Iterator[Problem]:
    """Новость, проверка источника и поиск не могут быть датированы будущим."""
    for kind, field in (("news", "date"), ("source", "checked"), ("source", "date"), ("unknown", "searched")):
        for entry in draft.of(kind):
            day = getattr(cast(NewsItem | Source | Unknown, entry.record), field)
            if day is not None and day > draft.today:
                yield entry.problem("future-date", field, value=day.isoformat(), today=draft.today.isoformat())


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


def check_page_pairs(draft: Draft) -> Iterator[Problem]:
    """Каждая страница есть на обоих языках под одним и тем же путём."""
    paths = {lang: {page.path for page in draft.pages if page.lang == lang} for lang in LANGUAGES}
    for page in draft.pages:
        other: Language = "en" if page.lang == "ru" else "ru"
        if page.path not in paths[other]:
            yield Problem(page.file, 0, 0, "page-pair", {"lang": other, "path": f"docs/{other}/{page.path}"})


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
        if page.problems:
            continue
        offset = next(iter(_heading_offset(page)), 1)
        heads = [call.line for call in page.calls if call.name == "hero"]
        fence = ""
        for number, line in enumerate(page.body.split("\n"), start=offset):
            if mark := re.match(r"(```+|~~~+)", line):
                fence = "" if fence and line.startswith(fence) else fence or mark.group()
            elif not fence and re.match(r"# \S", line):
                heads.append(number)
        if not heads:
            yield Problem(page.file, offset, 1, "no-heading")
        for number in sorted(heads)[1:]:
            yield Problem(page.file, number, 1, "second-heading", {"first": str(min(heads))})


def _heading_offset(page: ProsePage) -> Iterator[int]:
    """The line on which the body begins: two fences and the front matter's lines before it."""
    if page.front_matter.values:
        yield max(line for line, _ in page.front_matter.values.values()) + 2


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


def _check_arguments(draft: Draft, page: ProsePage, call: Call, macro: Macro) -> Iterator[Problem]:
    given: dict[str, str | int] = dict(zip(macro.parameters, call.positional, strict=False))
    if len(call.positional) > len(macro.parameters):
        yield _call_problem(page, call, "macro-too-many", name=call.name, allowed=", ".join(macro.parameters))
    for name, value in call.named:
        if name not in macro.parameters:
            hint = nearest(name, macro.parameters)
            allowed = ", ".join(macro.parameters)
            yield _call_problem(
                page, call, "macro-argument", name=call.name, argument=name, allowed=allowed, nearest=hint
            )
        elif name in given:
            yield _call_problem(page, call, "macro-twice", name=call.name, argument=name)
        else:
            given[name] = value
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
    known = frozenset(parameter.kind) if isinstance(parameter.kind, tuple) else known_values(draft, parameter.kind)
    if value not in known:
        kind = parameter.kind if isinstance(parameter.kind, str) else "word"
        hint = nearest(str(value), known)
        yield _call_problem(page, call, "unknown-reference", kind=kind, value=str(value), nearest=hint)


def known_values(draft: Draft, kind: str) -> frozenset[str]:
    """Return what a macro's argument of this kind may be."""
    if kind == "role":
        return frozenset(Role.__args__)  # type: ignore[attr-defined]
    if kind == "status":
        return frozenset(Status.__args__)  # type: ignore[attr-defined]
    if kind == "subject":
        return frozenset({"cluster", "chain"}) | draft.ids("organisation") | draft.ids("topic")
    return draft.ids(kind)


def _call_problem(page: ProsePage, call: Call, rule: str, **details: str) -> Problem:
    return Problem(page.file, call.line, call.column, rule, details)


CHECKS: tuple[Check, ...] = (
    check_unique_ids,
    check_references,
    check_participant_roles,
    check_news_names,
    check_future_dates,
    check_role_words,
    check_disputed_unknowns,
    check_chain_ends,
    check_menu,
    check_page_pairs,
    check_page_titles,
    check_headings,
    check_macro_calls,
)
