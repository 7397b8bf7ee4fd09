"""The rules of a text in both languages: the same numbers, dates, links, headings, lists and terms."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from macros.checks.stems import find_stem
from macros.content.draft import Draft, Written
from macros.content.markup import find_targets
from macros.content.model import LANGUAGES, Language, Term, read_day
from macros.content.problems import Problem, shorten
from macros.content.prose import Call
from macros.content.reading import Path, Value

_HEADING = re.compile(r"^#{2,6} ", re.MULTILINE)
_LIST_ITEM = re.compile(r"^ {0,8}(?:[-*+]|\d{1,3}\.) ", re.MULTILINE)
_STRUCTURE = (("headings-differ", _HEADING), ("lists-differ", _LIST_ITEM))
_WORD = re.compile(r"[^\W\d_]+")


Key = tuple[str | int, ...]
"""What stays the same about a text while its record or page is edited: `("Fact", "fund-role", "text")`."""


class Twin(NamedTuple):
    """One text in both languages: a field of a record, or a section of a page. Places are (file, line, column)."""

    key: Key
    record: str
    ru: str
    en: str
    ru_place: tuple[str, int, int]
    en_place: tuple[str, int, int]
    pending: date | None = None
    is_markdown: bool = False

    def place(self, lang: Language) -> tuple[str, int, int]:
        """Return where the text of a language stands."""
        return self.ru_place if lang == "ru" else self.en_place

    def text(self, lang: Language) -> str:
        """Return the text in a language."""
        return self.ru if lang == "ru" else self.en

    def is_pending(self, today: date) -> bool:
        """Whether the English text may still be out of date."""
        return self.pending is not None and self.pending >= today

    def problem(self, rule: str, lang: Language = "en", **details: str) -> Problem:
        """Return a problem at the text of one language."""
        return Problem(*self.place(lang), rule, {"record": self.record, **details})


@lru_cache(maxsize=1)
def find_twins(draft: Draft) -> tuple[Twin, ...]:
    """Return each text of a valid record, and each section of pages with as many sections in both languages."""
    valid = {(entry.document.file, entry.path) for entry, _, _ in draft.walked}
    records = [record for record in draft.written if (record.document.file, record.path) in valid]
    return (*(twin for record in records for twin in _find_in_record(record)), *_find_in_pages(draft))


def find_all_twins(draft: Draft) -> Iterator[Twin]:
    """Yield the twins of all records, valid or not, and of pages."""
    yield from (twin for record in draft.written for twin in _find_in_record(record))
    yield from _find_in_pages(draft)


def _find_in_record(record: Written) -> Iterator[Twin]:
    if isinstance(value := record.value, dict):
        name = record.label or str(value.get("id", ""))
        yield from _walk(record, value, record.path, (record.record_type.__name__, name), name, None)


def _walk(record: Written, value: Value, path: Path, key: Key, label: str, pending: date | None) -> Iterator[Twin]:
    """Yield the texts at and below a value. A record with an id of its own begins a new key."""
    if isinstance(value, dict):
        pending = read_day(value.get("pending")) or pending
        ru, en = _read_text(value.get("ru")), _read_text(value.get("en"))
        if ru and en:
            file, place = record.document.file, record.document.position
            places = (file, *place((*path, "ru"))), (file, *place((*path, "en")))
            yield Twin(key, label, ru, en, *places, pending, key[-1] == "body")
            return
    for name, item in value.items() if isinstance(value, dict) else enumerate(value):
        own = item.get("id") if isinstance(item, dict) else None
        if isinstance(own, str):
            more = (key[-1] if isinstance(name, int) else name, own)
            yield from _walk(record, item, (*path, name), more, own, pending)
        elif isinstance(item, dict | list):
            yield from _walk(record, item, (*path, name), (*key, name), label, pending)


def _read_text(wording: Value) -> str:
    """The text of one language; of a phrase with plural forms, these one after another."""
    if isinstance(wording, dict):
        return "\n".join(text for text in wording.values() if isinstance(text, str))
    return wording.strip() if isinstance(wording, str) else ""


def _find_in_pages(draft: Draft) -> Iterator[Twin]:
    for russian, english in draft.page_pairs():
        ours, theirs = russian.sections(), english.sections()
        if len(ours) == len(theirs):
            pending = english.pending
            for number, (ru, en) in enumerate(zip(ours, theirs, strict=True)):
                places = (russian.file, ru.line, 1), (english.file, en.line, 1)
                yield Twin(("page", russian.path, number), "", ru.text, en.text, *places, pending, is_markdown=True)


# Numbers and dates

_MONTHS: dict[Language, re.Pattern[str]] = {
    "ru": re.compile(
        r"(янв\w*)|(фев\w*)|(март\w*)|(апр\w*)|(ма[йяею])|(июн\w*)|(июл\w*)|(авг\w*)|(сен\w*)|(окт\w*)|(ноя\w*)|(дек\w*)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(jan\w*)|(feb\w*)|(mar(?:ch)?)|(apr\w*)|(may)|(june?)|(july?)|(aug\w*)|(sep\w*)|(oct\w*)|(nov\w*)|(dec\w*)",
        re.IGNORECASE,
    ),
}
"""Each month is a group of its own."""
_NUMBERS: dict[Language, re.Pattern[str]] = {
    "ru": re.compile(r"\d(?:\d{0,2}(?:\s+\d{3})+(?!\d)|\d*(?:[.,]\d+)*)"),
    "en": re.compile(r"\d(?:\d{0,2}(?:,\d{3})+(?!\d)|\d*(?:\.\d+)*)"),
}
_WORDS: dict[Language, tuple[str, ...]] = {
    "ru": (
        r"один|одн\w{1,3}|перв\w+", r"дв\w{1,3}|втор\w+|об[ае]\w*", r"тр[иеё]\w{0,2}|треть\w+", r"четыр\w+|четв\w+",
        r"пят\w+", r"шест\w+", r"сем\w{1,4}|седьм\w+", r"вос[ье]м\w*", r"девят\w+", r"десят\w+", r"одиннадцат\w+",
        r"двенадцат\w+|дюжин\w+",
    ),
    "en": (
        "one|first|once", "two|second|twice|both", "three|third", "fourth?", "five|fifth", "sixt?h?", "seven(?:th)?",
        "eighth?", "nine|ninth", "ten(?:th)?", "eleven(?:th)?", "twelve|twelfth",
    ),
}  # fmt: skip


_DATE = re.compile(
    r"\d(?<!\w\d)(?:\d{3}-\d{2}-\d{2}|\d?\.\d{2}\.\d{4}|\d?(?:\s+[^\W\d_]{3,9})?,?\s+\d{4}|\d{3})\b(?!-\d\d-)"
)
"""A date, or as much of it as begins with a digit, if a month stands in or before it."""
_WORD_BEFORE = re.compile(r"\b([^\W\d_]{3,9}),?\s+\Z")


def read_numbers(text: str, lang: Language) -> frozenset[str]:
    """Return the numbers and dates of a text, in one form for both languages: `24.8`, `2024-06-10`, `2024-06`."""
    found: set[str] = set()

    def take(date: re.Match[str]) -> str:
        parts = re.findall(r"\w+", date[0])
        if len(parts) < 3:
            before = _WORD_BEFORE.search(text, max(date.start() - 20, 0), date.start())
            parts.insert(-1, before[1] if before else "")
        year, month, *day = parts if "-" in date[0] else reversed(parts)
        if not month.isdigit():
            named = _MONTHS[lang].fullmatch(month)
            if named is None:
                return date[0]
            month = str(named.lastindex)
        found.add("-".join(part.zfill(2) for part in (year, month, *day)))
        return " "

    for number in _NUMBERS[lang].findall(_DATE.sub(take, text)):
        found.add("".join(number.split()).replace(",", "." if lang == "ru" else ""))
    return frozenset(found)


def _is_said_in_words(number: str, text: str, lang: Language) -> bool:
    """Whether a number up to twelve is written out."""
    if not number.isdigit() or not 1 <= int(number) <= len(_WORDS[lang]):
        return False
    return re.search(rf"\b(?:{_WORDS[lang][int(number) - 1]})\b", text, re.IGNORECASE) is not None


def find_missing_numbers(text: str, lang: Language, where: str, where_lang: Language) -> list[str]:
    """Return the numbers and dates of a text that another text has not, not even as words."""
    numbers = read_numbers(text, lang) - read_numbers(where, where_lang)
    return sorted(number for number in numbers if not _is_said_in_words(number, where, where_lang))


def compare_numbers(twin: Twin) -> Iterator[Problem]:
    """Yield a problem when one language has a number or date that the other has not, not even as a word."""
    ru, en = without_calls(twin.ru), without_calls(twin.en)
    only_ru, only_en = find_missing_numbers(ru, "ru", en, "en"), find_missing_numbers(en, "en", ru, "ru")
    if only_ru or only_en:
        yield twin.problem("numbers-differ", ru=_list(only_ru), en=_list(only_en))


def without_calls(text: str) -> str:
    """Leave out calls of macros and addresses of links: other rules compare those."""
    return re.sub(r"\{\{[^{}\n]{0,500}\}\}|\]\([^()\s]{0,500}\)|https?://\S+", " ", text)


def _list(items: Iterable[str]) -> str:
    return shorten(", ".join(items)) or "—"


# Links, calls, structure


def _compare_markdown(twin: Twin) -> Iterator[Problem]:
    ru, en = find_targets(twin.ru), find_targets(twin.en)
    if ru != en:
        yield twin.problem("links-differ", ru=_list(sorted(ru - en)), en=_list(sorted(en - ru)))
    for rule, pattern in _STRUCTURE:
        ours, theirs = len(pattern.findall(twin.ru)), len(pattern.findall(twin.en))
        if ours != theirs:
            yield twin.problem(rule, ru=str(ours), en=str(theirs))


def check_twins(draft: Draft) -> Iterator[Problem]:
    """В обоих языках те же числа и даты (до двенадцати и словом), ссылки, подзаголовки, списки и термины глоссария."""
    glossary = [_Entry(entry.record) for entry in draft.of(Term)]
    for twin in find_twins(draft):
        if twin.is_pending(draft.today):
            continue
        yield from compare_numbers(twin)
        if twin.is_markdown:
            yield from _compare_markdown(twin)
        if glossary:
            yield from _compare_terms(twin, glossary)


def check_calls(draft: Draft) -> Iterator[Problem]:
    """На обоих языках страница вызывает те же макросы в том же порядке, и разделов в ней поровну."""
    for russian, english in draft.page_pairs():
        if english.pending and english.pending >= draft.today:
            continue
        ru, en = _calls(russian.calls), _calls(english.calls)
        if ru != en:
            place = next((n for n, (a, b) in enumerate(zip(ru, en, strict=False)) if a != b), min(len(ru), len(en)))
            line = english.calls[place].line if place < len(en) else english.first_line
            details = {"ru": "".join(ru[place : place + 1]) or "—", "en": "".join(en[place : place + 1]) or "—"}
            yield Problem(english.file, line, 1, "calls-differ", details)
        if len(russian.sections()) != len(english.sections()):
            details = {"ru": str(len(russian.sections()) - 1), "en": str(len(english.sections()) - 1)}
            yield Problem(english.file, english.first_line, 1, "headings-differ", details)


def _calls(calls: tuple[Call, ...]) -> list[str]:
    return [
        f"{call.name}({', '.join([*map(repr, call.positional), *(f'{name}={value!r}' for name, value in call.named)])})"
        for call in calls
    ]


# Glossary


def _stems(text: str, lang: Language) -> str:
    """A text as the stems of its words, each between spaces, so that a term is found as a part of it."""
    return f" {' '.join(filter(None, (_stems_in_token(token, lang) for token in text.split())))} "


@cache
def _stems_in_token(token: str, lang: Language) -> str:
    return " ".join(find_stem(word, lang) for word in _WORD.findall(token))


class _Entry:
    """A term with the stems of its renderings by language, and its forbidden ones: language, word, what finds it."""

    def __init__(self, term: Term) -> None:
        self.words: dict[Language, tuple[str, ...]] = {"ru": term.ru, "en": term.en}
        self.stems = {lang: [_stems(word, lang) for word in self.words[lang]] for lang in LANGUAGES}
        self.never = [*self._forbid("ru", term.never_ru), *self._forbid("en", term.never_en)]

    def _forbid(self, lang: Language, words: Iterable[str]) -> Iterator[tuple[Language, str, str, re.Pattern[str]]]:
        """Yield what a forbidden variant is found by: its stems, and its letters where an allowed one has these too."""
        for word in words:
            stems = _stems(word, lang)
            letters = rf"\b{re.escape(word)}\b" if stems in self.stems[lang] else ""
            yield lang, word, stems, re.compile(letters, re.IGNORECASE)


def _compare_terms(twin: Twin, glossary: Iterable[_Entry]) -> Iterator[Problem]:
    said: dict[Language, str] = {"ru": _stems(twin.ru, "ru"), "en": _stems(twin.en, "en")}
    for entry in glossary:
        is_in_ru, is_in_en = (any(stems in said[lang] for stems in entry.stems[lang]) for lang in LANGUAGES)
        if is_in_ru != is_in_en:
            there, lacking = LANGUAGES if is_in_ru else LANGUAGES[::-1]
            yield twin.problem(
                "term-missing", lacking, term=entry.words[there][0], wanted=" / ".join(entry.words[lacking])
            )
        for lang, word, stems, letters in entry.never:
            if stems in said[lang] and letters.search(twin.text(lang)):
                yield twin.problem("term-forbidden", lang, written=word, wanted=entry.words[lang][0])
