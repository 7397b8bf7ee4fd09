"""The numbers of a text with their scale and unit, alike for both languages; numbers.yaml says what words mean."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import NamedTuple

import yaml

from macros.checks.stems import find_stem
from macros.content.model import Language

_DATE = r"\d{1,2}\.\d\d\.\d{4}\b|\d{4}-\d\d-\d\d\b"
_HALF_DAY = re.compile(
    r"\b(\d{1,2})(?:[:.](\d\d))?(?:\s*[–-]\s*(\d{1,2}))?\s*(?:(?:a|(p))\.?m|(?:час\w*\s+)?(?:утра|(вечера)))\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?:(?<=\+)|(?=[\d\s+]*[-(]))\d(?:[\s()-]{0,2}\d){10}(?!\d)")
_TOKEN: dict[Language, re.Pattern[str]] = {
    "ru": re.compile(
        r"с\s+половиной\b|[^\W\d_]+|" + _DATE + r"|\d(?:\d{0,2}(?:\s+\d{3})+(?!\d)|\d*(?:[.,:]\d+)?)|[%₽$€]"
    ),
    "en": re.compile(
        r"(?:half\s+a|and\s+a\s+half|per\s+cent)\b|[^\W\d_]+|"
        + _DATE
        + r"|\d(?:\d{0,2}(?:,\d{3})+(?!\d)|\d*(?:[.:]\d+)?)|[%₽$€]"
    ),
}
_NUMBER = re.compile(
    r"(?:p(?=d-))?(?:(?P<low>[dn])-)?(?:p(?=d))?"
    r"(?P<value>[dns](?:[sh]|(?<=[nsh])n|(?<=s)d(?=s)|(?<=pd)m|m(?=b?p))*)(?:b?[upm])?|[upm]"
)
"""A number and its unit, or a unit alone, in words of which each is the first letter of its kind.

Kinds: digits, numeral, scale, half, unit, prefix (a unit that may stand before), m (metre or million), between; `-` is
a range, a space anything else.
"""
_TO_ROMAN = str.maketrans("ХІ", "XI")
_ROMAN = {"I": 1, "V": 5, "X": 10}
_FIRM = re.compile(r"\d|тысяч|милли|триллион|thousand|[mbr]illion")
_SENTENCE_END = re.compile(r"[.!?…]\s+(?=[A-ZА-ЯЁ«“(])|\n\s*\n")


class Number(NamedTuple):
    """A number of a text. One that is not firm, a plain word, need not stand in the other language."""

    written: str
    is_firm: bool
    amount: Decimal
    unit: str
    factor: Decimal

    def is_same(self, other: "Number") -> bool:
        """Whether both say the same; a unit that one of them does not name may be any, but the month of a year."""
        units = {self.unit, other.unit}
        if "" in units and not (self.amount > 31 and any(unit.startswith("month-") for unit in units)):
            return self.amount == other.amount
        return (self.unit, self.amount * self.factor) == (other.unit, other.amount * other.factor)


class _Word(NamedTuple):
    """What a word means, and where it stands. `kind` is the first letter of its kind."""

    kind: str = " "
    amount: Decimal = Decimal(1)
    unit: str = ""
    start: int = 0
    end: int = 0


_NOTHING = _Word()


def find_missing_numbers(text: str, lang: Language, where: str, where_lang: Language) -> list[str]:
    """Return the numbers and dates of a text that another text has not, as written, not even as words."""
    missing = [number for number in _read_numbers(_firm_part(text), lang) if number.is_firm]
    for place in (_firm_part(where), where):  # most are among the firm ones
        theirs = _read_numbers(place, where_lang) if missing else ()
        said = {other[2:] for other in theirs}
        missing = [one for one in missing if one[2:] not in said and not any(map(one.is_same, theirs))]
    return list(dict.fromkeys(" ".join(one.written.split()) for one in missing))


def _firm_part(text: str) -> str:
    """Return the sentences that may hold a firm number: few do, and to read one takes long."""
    return " | ".join(filter(_FIRM.search, _SENTENCE_END.split(text)))


@lru_cache(maxsize=2)
def _read_numbers(text: str, lang: Language) -> tuple[Number, ...]:
    return tuple(_find_numbers(text, lang))


def _find_numbers(text: str, lang: Language) -> Iterator[Number]:
    text = re.sub(r":00\b(?<=\d:00)| and\b(?<=hundred and)", "", _HALF_DAY.sub(_to_24_hours, text))
    text = _PHONE.sub(lambda phone: re.sub(r"\D", "", phone[0]), text)
    words = list(_split(text, lang))
    for found in _NUMBER.finditer("".join(word.kind for word in words)):
        own, (first, end) = words[found.start() : found.end()], found.span("value")
        value, written = words[first:end], text[own[0].start : own[-1].end]
        named = next((word for word in (own[0], own[-1]) if word.kind in "upm" and word not in value), _NOTHING)
        unit = named.unit, Decimal(1) if named.kind == "m" else named.amount
        if not value:
            yield Number(written, False, Decimal(1), *unit)  # «сутки» may be 24 hours
            continue
        scale = prod(word.amount for word in value if word.kind in "sm")
        amount = _add_up(value)
        yield Number(written, value[0].kind == "d" or 1000 <= scale < amount, amount, *unit)
        yield from (Number("", False, word.amount, *unit) for word in value if word.kind == "n")
        near = words[found.end() : found.end() + 2] if unit[0].startswith("month-") else []
        yield from (Number("", False, word.amount, *unit) for word in near if word.kind == "d")  # the month of a day
        if found["low"]:  # of 2–3 млн, the 2
            low = words[found.start("low")]
            yield Number(written, low.kind == "d", low.amount * scale, *unit)


def _to_24_hours(clock: re.Match[str]) -> str:
    """Of `2–4 pm` both hours are after noon."""
    hours = [f"{int(hour) % 12 + (12 if clock[4] or clock[5] else 0)}" for hour in clock.group(1, 3) if hour]
    return "–".join(hours) + (f":{clock[2]}" if clock[2] else "")


def _split(text: str, lang: Language) -> Iterator[_Word]:
    """Yield words with a meaning, and one without where two are parted by more than a space, point or hyphen."""
    end, is_apart = 0, True
    for token in _TOKEN[lang].finditer(text):
        meaning = _look_up(token[0], lang)
        if not meaning:
            is_apart = True
            continue
        start, before, end = token.start(), end, token.end()
        gap = "" if is_apart else text[before:start].strip(" \n\t.\u00a0\u2009\u202f")
        if gap in ("–", "—") or (gap == "-" and meaning[0].kind == "d"):
            yield _Word("-", start=before, end=start)
        elif is_apart or gap not in ("", "-", "\u2011") or len(meaning) > 1:
            yield _NOTHING
        yield from (_Word(*word[:3], start, end) for word in meaning)
        is_apart = len(meaning) > 1


def _add_up(words: list[_Word]) -> Decimal:
    """Return the value of a number: двести пять тысяч, 1 млн 200 тыс."""
    total, group, last = Decimal(0), Decimal(0), Decimal(1000)
    for word in words:
        if word.kind in "sm":
            group = (group or 1) * word.amount
        elif last >= 1000:
            total, group = total + group, word.amount
        else:
            group += word.amount
        last = word.amount
    return total + group


@cache
def _look_up(written: str, lang: Language) -> tuple[_Word, ...]:
    """Return what a token means: one word, or those of a date, or none."""
    if re.fullmatch(_DATE, written):
        day, month, year = written.split(".") if "." in written else reversed(written.split("-"))
        return _Word("d", Decimal(day)), _Word("p", unit=f"month-{int(month)}"), _Word("d", Decimal(year))
    if written[0].isdigit():
        number = "".join(written.split()).replace(",", "." if lang == "ru" else "").replace(":", ".")
        return (_Word("d", Decimal(number)),)
    names = _load_names(lang)
    token = "_".join(written.split())
    word = token.lower().replace("ё", "е")
    if meaning := names.get(find_stem(word, lang)):
        return (meaning,)
    roman = [_ROMAN.get(letter, 0) for letter in token.translate(_TO_ROMAN)]
    if all(roman):
        return (_Word("n", Decimal(sum(-a if a < b else a for a, b in pairwise([*roman, 0])))),)
    beginnings = (f"{word[:size]}*" for size in range(len(word) - 3, 3, -1))
    return next(((names[begin],) for begin in beginnings if begin in names), ())


@cache
def _load_names(lang: Language) -> dict[str, _Word]:
    """Return what stems mean."""
    names: dict[str, _Word] = {}
    tables = yaml.load(Path(__file__).with_name("numbers.yaml").read_text("utf-8"), yaml.CSafeLoader)
    for meaning, words in tables[lang].items():
        kind, amount, unit = [*meaning.split(), "1", ""][:3]
        forms = words.split()
        forms += [f"{form[:-1]}и" for form in forms if form.endswith("ь")]
        names.update((find_stem(form, lang), _Word(kind[0], Decimal(amount), unit)) for form in forms)
    return names
