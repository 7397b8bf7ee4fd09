"""The rules of records that contradict or repeat themselves or each other. The docstring of a check is the rule."""

import re
from collections.abc import Iterator
from typing import Any

from macros.content.draft import Draft, Entry
from macros.content.model import Fact, Localised, Menu, Milestone, NewsItem, Organisation, Source, Term, Unknown
from macros.content.problems import Problem, shorten
from macros.content.reading import Path

_FUTURE = {
    "en": re.compile(r"\b(?:will|shall)\b(?! never)", re.I),
    "ru": re.compile(
        r"\b(?:станет|станут|будет|будут|войд[её]т|войдут|появится|появятся|откроется|откроются"
        r"|(?:вы?|до|за|из|на|об?|от|по|при|про|рас?з?|со?|у)\w{2,}(?:[еёи]т|[уюая]т)(?:ся)?)\b",
        re.IGNORECASE,
    ),
}
"""In Russian also verbs with a prefix: most are of the future, and the English text must say so too."""
_REPORTED = {
    "en": re.compile(r"\b(?:whether|if|that|which|who|announced?|plans?|planned|expects?|says?|said)\b", re.I),
    "ru": re.compile(r"\b(?:ли|если|что|котор\w+|кто|объяви\w+|сообщ\w+|плани\w+|ожида\w+|говорит|сказал\w*)\b", re.I),
}
"""Words by which a sentence reports what was said of the future: that it was said may be confirmed."""


def check_repeated_ids(draft: Draft) -> Iterator[Problem]:
    """В одном списке id стоит один раз: иначе один источник сойдёт за два, а имя выйдет на странице дважды."""
    for entry, path, record in draft.walked:
        for name, value in record:
            if name == "former_ids" or isinstance(record, Menu) or not isinstance(value, tuple):
                continue
            texts = [(index, item) for index, item in enumerate(value) if isinstance(item, str)]
            first = {item: index for index, item in reversed(texts)}
            for index, item in texts:
                if index != first[item]:
                    yield entry.problem("repeated-value", *path, name, index, value=shorten(item))


def check_milestones(draft: Draft) -> Iterator[Problem]:
    """Веха, день которой не наступил, — план; веха, день которой прошёл, уже не план."""
    today = draft.today.isoformat()
    for entry, path, milestone in draft.walked:
        if not isinstance(milestone, Milestone):
            continue
        now = today[: len(milestone.date)]
        details = {"value": milestone.date, "status": milestone.status, "today": today}
        if milestone.date > now and milestone.status in ("confirmed", "past"):
            yield entry.problem("early-status", *path, "status", **details)
        elif milestone.date < now and milestone.status == "planned":
            yield entry.problem("late-plan", *path, "status", **details)


def check_own_dates(draft: Draft) -> Iterator[Problem]:
    """Источник проверяют и новость правят не раньше, чем они вышли; имя файла новости начинается с её даты."""
    dated: tuple[Entry[Any], ...] = (*draft.of(Source), *draft.of(NewsItem))
    for entry in dated:
        name = "checked" if isinstance(entry.record, Source) else "updated"
        later, earlier = getattr(entry.record, name), entry.record.date
        if later and earlier and later.isoformat() < str(earlier):
            yield entry.problem("dates-reversed", name, field=name, value=later.isoformat(), date=str(earlier))
        if name == "updated" and not entry.record.id.startswith(earlier.isoformat()):
            yield entry.problem("news-date", "date", value=earlier.isoformat(), name=entry.record.id[:10])


def check_as_of(draft: Draft) -> Iterator[Problem]:
    """Сведения не новее, чем день, когда в последний раз смотрели их источники."""
    today = draft.today.isoformat()
    checked = {entry.record.id: entry.record.checked.isoformat() for entry in draft.of(Source)}
    for entry, path, record in draft.walked:
        if isinstance(record, Fact | Organisation):
            seen = max((checked.get(source, "9") for source in record.sources), default="9")
            if seen[: len(record.as_of)] < record.as_of <= today:
                yield entry.problem("late-as-of", *path, "as_of", value=record.as_of, checked=seen)


def check_answers(draft: Draft) -> Iterator[Problem]:
    """У разногласия источников приведены по меньшей мере два ответа, а у вопроса без ответа (not_found) — ни одного."""
    for entry in draft.of(Unknown):
        if entry.record.kind == "disputed" and len(entry.record.answers) < 2:
            yield entry.problem("one-answer", "kind")
        if entry.record.kind == "not_found" and entry.record.answers:
            yield entry.problem("answers-found", "kind")


def check_doubles(draft: Draft) -> Iterator[Problem]:
    """Одно и то же записано один раз: адрес источника, сайт и название организации, заголовок новости, термин."""
    first: dict[tuple[str, str], str] = {}
    for entry, path, value in _find_single(draft):
        key = (str(path[0]), re.sub(r"^https?://(www\.)?|/$", "", value.casefold()))
        file, line, _ = entry.place(*path)
        if (place := first.setdefault(key, f"{file}:{line}")) != f"{file}:{line}":
            yield entry.problem("same-value", *path, value=shorten(value), first=place)


def _find_single(draft: Draft) -> Iterator[tuple[Entry[Any], Path, str]]:
    """Yield what should be there only once, with its path."""
    for source in draft.of(Source):
        yield source, ("url",), source.record.url
    for organisation in draft.of(Organisation):
        if organisation.record.website:
            yield organisation, ("website",), organisation.record.website
        yield organisation, ("name", "ru"), organisation.record.name.ru
    for item in draft.of(NewsItem):
        yield item, ("title", "ru"), item.record.title.ru
    for words, path, word in draft.walked:
        if len(path) == 2 and path[0] in ("regions", "stages", "tags", "groups"):
            yield words, (*path, "name", "ru"), dict(word)["name"].ru
    for term in draft.of(Term):
        yield from ((term, ("ru", index), word) for index, word in enumerate(term.record.ru))


def check_future_words(draft: Draft) -> Iterator[Problem]:
    """Подтверждено то, что есть; о том, что только будет, говорят со статусом planned."""
    for entry, path, record in draft.walked:
        if isinstance(record, Fact | Organisation | Milestone) and record.status == "confirmed":
            name = "text" if isinstance(record, Fact) else "summary" if isinstance(record, Organisation) else "title"
            if is_future(getattr(record, name)):
                yield entry.problem("future-confirmed", *path, name, "ru")


def is_future(text: Localised) -> bool:
    """Whether both languages say of their own accord that something will be."""

    def says(lang: str, sentence: str) -> bool:
        found = _FUTURE[lang].search(sentence)
        return found is not None and not _REPORTED[lang].search(sentence[: found.start()])

    return all(
        any(says(lang, sentence) for sentence in re.split(r"(?<=[.!?;])\s", getattr(text, lang))) for lang in _FUTURE
    )
