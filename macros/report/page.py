"""The report as one HTML file that needs nothing else: no script, no network, readable on a phone and on paper."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from macros.content.draft import Draft
from macros.content.model import LANGUAGES, Source
from macros.content.problems import Problem, explain
from macros.content.source_checks import SOON
from macros.render.assets import follow_devices
from macros.render.rewording import compare_words
from macros.render.typography import typeset
from macros.report.changes import Difference, Item, Translation
from macros.report.pages import PageChange
from macros.report.profile import Profile
from macros.report.revisions import Revision

_OVERRIDES = Path(__file__).parents[2] / "overrides"

_KINDS = {
    "cluster": "Кластер",
    "organisation": "Организации",
    "chain": "Цепочка",
    "topic": "Законы, программы, кластеры",
    "unknown": "Открытые вопросы",
    "news": "Новости",
    "page": "Страницы",
    "vocabulary": "Словарь",
    "menu": "Меню",
    "string": "Слова интерфейса",
}
_FIELDS = {
    "as_of": "по состоянию на",
    "body": "текст",
    "checked": "проверен",
    "check_by": "проверить до",
    "date": "дата",
    "description": "описание",
    "grade": "надёжность",
    "group": "группа",
    "how_to_check": "как проверить",
    "kind": "вид",
    "lead": "вступление",
    "name": "название",
    "name_note": "пояснение к названию",
    "note": "пояснение",
    "organisations": "организации",
    "publisher": "издатель",
    "question": "вопрос",
    "region": "регион",
    "role": "роль",
    "searched": "искали",
    "sources": "источники",
    "stage": "стадия",
    "stated_by": "кто сказал",
    "status": "статус",
    "summary": "кратко",
    "tagline": "девиз",
    "tags": "метки",
    "text": "текст",
    "title": "заголовок",
    "url": "адрес",
    "website": "сайт",
    "facts": "факты",
    "links": "место в цепочке",
}
_CHANGES = {"new": "добавлено", "changed": "изменено", "gone": "удалено"}
_LANGUAGES = {"ru": "по-русски", "en": "по-английски", "": ""}


@dataclass(frozen=True)
class Report:
    """All that the report says. `pages` is None when one of the versions cannot be built; `why` says which."""

    name: str
    revision: Revision
    today: date
    problems: Sequence[Problem]
    differences: Sequence[Difference]
    draft: Draft
    old_lags: Mapping[tuple[str, str, str], Translation]
    new_lags: Mapping[tuple[str, str, str], Translation]
    pages: Sequence[PageChange] | None = None
    why: str = ""
    profiles: Sequence[Profile] = field(default=())


def render_report(report: Report) -> str:
    """Return the HTML of a report. The same report gives the same bytes."""
    environment = Environment(
        loader=FileSystemLoader(_OVERRIDES / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sources = [difference for difference in report.differences if difference.kind == "source"]
    others = [difference for difference in report.differences if difference.kind != "source"]
    return environment.get_template("report.html").render(
        style=_style(),
        name=report.name,
        revision=report.revision,
        revision_day=_day(date.fromisoformat(report.revision.day)),
        today=_day(report.today),
        problems=[_problem_row(problem) for problem in report.problems],
        stops=any(problem.level == "problem" for problem in report.problems),
        groups=_groups(others),
        sources=[_difference_row(difference) for difference in sources],
        overdue=_due(report.draft, report.today, is_over=True),
        due=_due(report.draft, report.today, is_over=False),
        opened=[lag for key, lag in report.new_lags.items() if key not in report.old_lags],
        still=[lag for key, lag in report.new_lags.items() if key in report.old_lags],
        closed=[lag for key, lag in report.old_lags.items() if key not in report.new_lags],
        pages=None if report.pages is None else _page_groups(report.pages),
        page_count=len(report.pages or ()),
        why=report.why,
        profiles=[_profile_row(profile) for profile in report.profiles],
    )


def _style() -> str:
    """The tokens of the site without its fonts, which would be files, and the report's own style."""
    tokens = (_OVERRIDES / "styles" / "tokens.css").read_text("utf-8")
    own = (_OVERRIDES / "report" / "report.css").read_text("utf-8")
    return follow_devices(re.sub(r"@font-face\s*{[^}]*}|/\*.*?\*/", "", tokens + own, flags=re.DOTALL))


def _problem_row(problem: Problem) -> dict[str, str]:
    what, why, fix = explain(problem, "ru")
    return {"place": problem.place, "level": problem.level, "what": problem.subject + what, "why": why, "fix": fix}


def _groups(differences: Iterable[Difference]) -> list[tuple[str, list[dict[str, object]]]]:
    """Differences by kind of record, in the order of `_KINDS`."""
    rows: dict[str, list[dict[str, object]]] = {kind: [] for kind in _KINDS}
    for difference in differences:
        rows.setdefault(difference.kind, []).append(_difference_row(difference))
    return [(_KINDS.get(kind, kind), found) for kind, found in rows.items() if found]


def _difference_row(difference: Difference) -> dict[str, object]:
    item = difference.item
    fields = []
    for name in difference.fields():
        old, new = (dict(side.fields.get(name, {})) if side else {} for side in (difference.old, difference.new))
        for lang in [lang for lang in ("", *LANGUAGES) if old.get(lang) != new.get(lang)]:
            head, _, tail = name.partition(".")
            label = _FIELDS.get(head, head) + (f" · {tail}" if tail else "")
            before, after = (typeset(side.get(lang, ""), "en" if lang == "en" else "ru") for side in (old, new))
            fields.append(
                {"name": label, "lang": lang, "language": _LANGUAGES[lang], "parts": compare_words(before, after)}
            )
    place = f"{item.file}:{item.line}"
    return {"title": _title(item), "place": place, "change": difference.change,
            "word": _CHANGES[difference.change], "fields": fields}  # fmt: skip


def _title(item: Item) -> str:
    """What the item is called: its name, title or question in Russian, and its id."""
    if item.key[0] == "page":
        return item.key[3] or item.key[2]
    own = next(
        (item.fields[name]["ru"] for name in ("name", "title", "question") if "ru" in item.fields.get(name, {})), ""
    )
    return f"{typeset(own, 'ru')} ({item.key[-1]})" if own else item.key[-1]


def _page_groups(pages: Iterable[PageChange]) -> list[tuple[str, list[tuple[PageChange, str]]]]:
    """The pages of each language, each with the word for what became of it."""
    groups: dict[str, list[tuple[PageChange, str]]] = {"Русские": [], "Английские": []}
    for page in pages:
        groups["Английские" if page.path.startswith("en/") else "Русские"].append((page, _CHANGES[page.change]))
    return [(title, found) for title, found in groups.items() if found]


def _due(draft: Draft, today: date, is_over: bool) -> list[dict[str, str]]:
    """Sources that had to be checked again before today, or have to be soon."""
    rows = []
    for entry in draft.of("source"):
        source = entry.record
        if not isinstance(source, Source) or source.check_by is None:
            continue
        left = source.check_by - today
        if (left < timedelta(0)) if is_over else (timedelta(0) <= left <= SOON):
            title = typeset(source.title.ru, "ru")
            rows.append({"title": title, "place": source.id, "day": _day(source.check_by), "url": source.url})
    return rows


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _profile_row(profile: Profile) -> dict[str, object]:
    return {
        "name": typeset(profile.organisation.name.ru, "ru"),
        "filled": len(profile.filled),
        "all": len(profile.filled) + len(profile.missing),
        "missing": ", ".join(_FIELDS[name] for name in profile.missing),
    }
