"""The rules of prose pages: pairs, addresses, headings, macro calls. The docstring of a check is the rule."""

from collections.abc import Iterator
from typing import get_args

from macros.content.draft import HOMES, Draft
from macros.content.macro_signatures import MACROS, Macro, Parameter
from macros.content.model import LANGUAGES, Language, Role, Status
from macros.content.problems import Problem, nearest, shorten
from macros.content.prose import Call, ProsePage


def check_page_pairs(draft: Draft) -> Iterator[Problem]:
    """Каждая страница есть на обоих языках под одним и тем же путём."""
    paths = {lang: {page.path for page in draft.pages if page.lang == lang} for lang in LANGUAGES}
    for page in draft.pages:
        other: Language = "en" if page.lang == "ru" else "ru"
        if page.path not in paths[other]:
            yield Problem(page.file, 0, 0, "page-pair", {"lang": other, "path": f"docs/{other}/{page.path}"})
    if not any("index.md" in paths[lang] for lang in LANGUAGES):
        yield from (Problem(f"docs/{lang}/index.md", 0, 0, "missing-file") for lang in LANGUAGES)


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
                yield _call_problem(page, call, "unknown-macro", nearest=hint)
                continue
            if macro.place == "block" and not call.alone:
                yield _call_problem(page, call, "macro-place")
            yield from _check_arguments(draft, page, call, macro)
        yield from _check_repeated_calls(page, macros)


def _check_repeated_calls(page: ProsePage, macros: dict[str, Macro]) -> Iterator[Problem]:
    first: dict[tuple[object, ...], int] = {}
    for call in page.calls:
        if call.name in macros and macros[call.name].place == "block" and not macros[call.name].is_repeatable:
            same = (call.name, call.positional, call.named)
            if same in first:
                yield _call_problem(page, call, "macro-repeated", first=str(first[same]))
            first.setdefault(same, call.line)


def _check_arguments(draft: Draft, page: ProsePage, call: Call, macro: Macro) -> Iterator[Problem]:
    allowed = ", ".join(macro.parameters) or "—"
    given: dict[str, str | int] = dict(zip(macro.parameters, call.positional, strict=False))
    if len(call.positional) > len(macro.parameters):
        yield _call_problem(page, call, "macro-too-many", arguments=allowed)
    for name, value in call.named:
        if name not in macro.parameters:
            hint = nearest(name, macro.parameters)
            yield _call_problem(page, call, "macro-argument", argument=name, arguments=allowed, nearest=hint)
        elif name in given:
            yield _call_problem(page, call, "macro-twice", argument=name)
        else:
            given[name] = value
    if macro.name == "count" and given.get("of") != "participants":
        for name in (name for name in given if name != "of"):
            yield _call_problem(page, call, "macro-argument", argument=name, arguments="of")
    for name, parameter in macro.parameters.items():
        if name in given:
            yield from _check_value(draft, page, call, name, parameter, given[name])
        elif parameter.required:
            yield _call_problem(page, call, "macro-missing", argument=name)


def _check_value(
    draft: Draft, page: ProsePage, call: Call, name: str, parameter: Parameter, value: str | int
) -> Iterator[Problem]:
    if parameter.kind in ("number", "year"):
        if not isinstance(value, int) or value < 1:
            yield _call_problem(page, call, "macro-number", argument=name, value=str(value))
        return
    kind, text = parameter.kind, str(value)
    known = frozenset(kind) if isinstance(kind, tuple) else _CLOSED_LISTS.get(kind)
    if known is not None:
        if value not in known and str(kind) not in draft.unsure:
            allowed, hint = ", ".join(sorted(known)), nearest(text, known)
            yield _call_problem(page, call, "macro-value", argument=name, value=text, allowed=allowed, nearest=hint)
    elif not isinstance(value, str) or not draft.is_known(str(kind), value):
        details = {"kind": str(kind), "value": text, "home": HOMES[str(kind)]}
        details |= draft.hint_at_id(str(kind), text)
        yield _call_problem(page, call, "unknown-reference", **details)


_CLOSED_LISTS: dict[str, frozenset[str]] = {"role": frozenset(get_args(Role)), "status": frozenset(get_args(Status))}


_WHOLE = ("allowed", "arguments", "home", "nearest", "renamed")
"""Details that are ours, not the editor's, and so are never cut."""


def _call_problem(page: ProsePage, call: Call, rule: str, **details: str) -> Problem:
    shown = {key: value if key in _WHOLE else shorten(value) for key, value in details.items()}
    return Problem(page.file, call.line, call.column, rule, {"name": shorten(call.name), **shown})
