"""The rules of a text in both languages: the same numbers, dates, links, headings, lists and terms."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from itertools import chain, repeat
from pathlib import PurePath
from posixpath import dirname
from typing import NamedTuple, get_args

from macros.checks.numbers import find_missing_numbers
from macros.checks.stems import find_stem
from macros.content.addresses import path_of
from macros.content.anchors import find_broken_link, find_target
from macros.content.draft import Draft, Written
from macros.content.markup import find_scheme, find_targets
from macros.content.model import LANGUAGES, Language, Parity, Term, read_day
from macros.content.problems import Problem, shorten
from macros.content.prose import Call
from macros.content.reading import Path, Value

_HEADING = re.compile(r"\n *#{2,6}")
_LIST_ITEM = re.compile(r"\n[ \t]{0,8}(?:[-*+•]|\d{1,3}[.)]) ")
_STRUCTURE = (("headings-differ", _HEADING), ("lists-differ", _LIST_ITEM))
_WORD = re.compile(r"[^\W\d_]+")
_SITE = re.compile(r"https?://(?:www\.)?(?P<own>(?:ru|en)\.)?(?P<host>[^/?#]+)(?P<path>.*)")
_IN_LANGUAGE = re.compile(r"[/?&=._-](?:ru|rus|russian|en|eng|english)(?![a-z])", re.IGNORECASE)


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

    def place_in_text(self, lang: Language, offset: int) -> tuple[str, int, int]:
        """Return where a place in a section stands; in a text of data, where that begins."""
        file, line, column = self.place(lang)
        before = self.text(lang)[:offset].split("\n")
        row = len(before) - (1 if self.key[2:] != (0,) else 3)  # title and description come first
        return (file, line + row, len(before[-1]) + 1) if self.key[0] == "page" and row >= 0 else (file, line, column)

    def text(self, lang: Language) -> str:
        """Return the text in a language."""
        return self.ru if lang == "ru" else self.en

    @property
    def name(self) -> str:
        """What an exception calls it: the id of its record, the path of its page, or the name of its file."""
        return self.record or (str(self.key[1]) if self.key[0] == "page" else PurePath(self.ru_place[0]).name)

    def is_pending(self, today: date) -> bool:
        """Whether the English text may still be out of date."""
        return self.pending is not None and self.pending >= today

    def problem(self, rule: str, lang: Language = "en", **details: str) -> Problem:
        """Return a problem at the text of one language."""
        excuse = {"excuse": self.name} if rule in get_args(Parity) else {}
        return Problem(*self.place(lang), rule, {"record": self.record, **excuse, **details})


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


def compare_numbers(twin: Twin) -> Iterator[Problem]:
    """Yield a problem when one language has a number or date that the other has not, not even as a word."""
    ru, en = without_calls(twin.ru), without_calls(twin.en)
    only_ru, only_en = find_missing_numbers(ru, "ru", en, "en"), find_missing_numbers(en, "en", ru, "ru")
    if only_ru or only_en:
        yield twin.problem("numbers-differ", ru=_list(only_ru), en=_list(only_en))


def without_calls(text: str) -> str:
    """Leave out calls of macros and addresses of links: other rules compare those."""
    return re.sub(r"\{\{[^{}\n]{0,500}\}\}|\]\([^()\s]{0,500}|https?://\S+", " ", text)


def _list(items: Iterable[str]) -> str:
    return shorten(", ".join(items)) or "—"


# Links, calls, structure


def _compare_markdown(draft: Draft, twin: Twin) -> Iterator[Problem]:
    yield from _compare_links(draft, twin)
    for rule, pattern in _STRUCTURE:
        ours, theirs = (len(pattern.findall(f"\n{text}")) for text in (twin.ru, twin.en))
        if ours != theirs:
            yield twin.problem(rule, ru=str(ours), en=str(theirs))


def _compare_links(draft: Draft, twin: Twin) -> Iterator[Problem]:
    """Links differ when they lead elsewhere; what only follows from a broken one is not told.

    The same are a heading and its twin, the pages of an outside site with a language in one of its addresses, and the
    files of two languages (`map-ru.png`, `map-en.png`).
    """
    path, folder = (twin.name, dirname(twin.name)) if twin.key[0] == "page" else (path_of("news", twin.name), "")
    links = {lang: sorted(find_targets(twin.text(lang))) for lang in LANGUAGES}
    sites = {link: site for link in chain(*links.values()) if (site := _SITE.match(link))}
    in_languages = {site["host"] for site in sites.values() if _IN_LANGUAGE.search(f"/{site['own'] or site['path']}")}
    leads: dict[Language, dict[str, str]] = {"ru": {}, "en": {}}
    for lang in LANGUAGES:
        for link in links[lang]:
            if link in sites or find_scheme(link) is not None:
                lead = sites[link]["host"] if link in sites and sites[link]["host"] in in_languages else link
            elif find_broken_link(draft, lang, link, path, folder):
                return
            else:
                lead = re.sub(rf"[-_.]{lang}(?=\.\w+$)", "", find_target(draft, lang, link, path, folder))
            leads[lang][lead] = link
    ru, en = leads["ru"], leads["en"]
    if ru.keys() != en.keys():
        only_ru, only_en = ([ours[lead] for lead in ours if lead not in other] for ours, other in ((ru, en), (en, ru)))
        yield twin.problem("links-differ", ru=_list(only_ru), en=_list(only_en))


def check_twins(draft: Draft) -> Iterator[Problem]:
    """В обоих языках те же числа, даты, ссылки, подзаголовки, списки и термины глоссария, если исключения нет."""
    glossary = [_Entry(entry.record) for entry in draft.of(Term)]
    for twin in find_twins(draft):
        if twin.is_pending(draft.today):
            continue
        yield from compare_numbers(twin)
        if twin.is_markdown:
            yield from _compare_markdown(draft, twin)
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
            yield Problem(english.file, line, 1, "calls-differ", {**details, "excuse": english.path})
        if len(russian.sections()) != len(english.sections()):
            details = {"ru": str(len(russian.sections()) - 1), "en": str(len(english.sections()) - 1)}
            yield Problem(english.file, english.first_line, 1, "headings-differ", {**details, "excuse": english.path})


def _calls(calls: tuple[Call, ...]) -> list[str]:
    return [
        f"{call.name}({', '.join([*map(repr, call.positional), *(f'{name}={value!r}' for name, value in call.named)])})"
        for call in calls
    ]


# Glossary


def _stems(text: str, lang: Language) -> str:
    """A text as the stems of its words, each between spaces, so that a term is found as a part of it."""
    return f" {' '.join(filter(None, map(_stems_in_token, text.split(), repeat(lang))))} "


@cache
def _stems_in_token(token: str, lang: Language) -> str:
    return " ".join(find_stem(word, lang) for word in _WORD.findall(token))


class _Entry:
    """A term with the stems of its renderings by language, and its forbidden ones: language, word, what finds it.

    `first_stems`: the first stem of each; a text without any of these has none of them.
    """

    def __init__(self, term: Term) -> None:
        self.words: dict[Language, tuple[str, ...]] = {"ru": term.ru, "en": term.en}
        self.stems = {lang: [_stems(word, lang) for word in self.words[lang]] for lang in LANGUAGES}
        self.never = [*self._forbid("ru", term.never_ru), *self._forbid("en", term.never_en)]
        all_stems = (*self.stems["ru"], *self.stems["en"], *(stems for _, _, stems, _ in self.never))
        self.first_stems = {first for stems in all_stems for first in stems.split()[:1]}

    def _forbid(self, lang: Language, words: Iterable[str]) -> Iterator[tuple[Language, str, str, re.Pattern[str]]]:
        """Yield what a forbidden variant is found by: its stems, and its letters where an allowed one has these too."""
        for word in words:
            stems = _stems(word, lang)
            letters = rf"\b{re.escape(word)}\b" if stems in self.stems[lang] else ""
            yield lang, word, stems, re.compile(letters, re.IGNORECASE)


def _compare_terms(twin: Twin, glossary: Iterable[_Entry]) -> Iterator[Problem]:
    said: dict[Language, str] = {"ru": _stems(twin.ru, "ru"), "en": _stems(twin.en, "en")}
    stems_said = {*said["ru"].split(), *said["en"].split()}
    for entry in (entry for entry in glossary if not entry.first_stems.isdisjoint(stems_said)):
        is_in_ru, is_in_en = (any(stems in said[lang] for stems in entry.stems[lang]) for lang in LANGUAGES)
        if is_in_ru != is_in_en:
            there, lacking = LANGUAGES if is_in_ru else LANGUAGES[::-1]
            yield twin.problem(
                "term-missing", lacking, term=entry.words[there][0], wanted=" / ".join(entry.words[lacking])
            )
        for lang, word, stems, letters in entry.never:
            if stems in said[lang] and letters.search(twin.text(lang)):
                yield twin.problem("term-forbidden", lang, written=word, wanted=entry.words[lang][0])
