"""The numbers of a text with their scale and unit, alike for both languages; numbers.yaml says what words mean."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise, repeat
from pathlib import Path
from typing import NamedTuple

import yaml

from macros.checks.stems import find_stem
from macros.content.model import LANGUAGES, Language

_DATE = r"\d{1,2}\.\d\d\.\d{4}\b|\d{4}-\d\d-\d\d\b"
_HALF_DAY = re.compile(
    r"(\d(?<!\w\d)\d?)(?:[:.](\d\d))?(?:\s*[–-]\s*(\d{1,2}))?\s*(?:(?:a|(p))\.?m|(?:час\w*\s+)?(?:утра|(вечера)))\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\d(?:(?<=\+\d)|(?=[\d\s+]*[-(]))(?:[\s()-]{0,2}\d){10}(?!\d)")
_TOKEN = {
    lang: re.compile(rf"({words}|[^\W\d_]+|{_DATE}|\d(?:\d{{0,2}}(?:{space}\d{{3}})+(?!\d)|\d*(?:{point}\d+)?)|[%₽$€])")
    for lang, words, space, point in (
        ("ru", r"с\s+половиной\b", r"\s+", "[.,:]"),
        ("en", r"(?:half\s+a|and\s+a\s+half|per\s+cent)\b", ",", "[.:]"),
    )
}
"""What may have a meaning; a group, so that a text is split into that and what stands between."""
_NUMBER = re.compile(
    r"(?:p(?=d-))?(?:(?P<low>[dn])-)?(?:p(?=d))?"
    r"(?P<value>[dns](?:[sh]|(?<=[nsh])n|(?<=s)d(?=s)|(?<=pd)m|m(?=b?p))*)(?:b?[upm])?|[upm]"
)
"""A number and its unit, or a unit alone, in words of which each is the first letter of its kind.

Kinds: digits, numeral, scale, half, unit, prefix (a unit that may stand before), m (metre or million), between; `-` is
a range, a space anything else.
"""
_ZERO, _ONE, _THOUSAND = Decimal(0), Decimal(1), Decimal(1000)
_ROMAN = {"I": 1, "V": 5, "X": 10, "І": 1, "Х": 10}
"""The last two are Russian letters."""
_FIRM = re.compile(r"\d|тысяч|милли|триллион|thousand|[mbr]illion")
_SENTENCE_END = re.compile(r"[.!?…\n](?:(?<!\n)\s+(?=[A-ZА-ЯЁ«“(])|(?<=\n)\s*\n)")


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
    """What a word means. `kind` is the first letter of its kind."""

    kind: str = " "
    amount: Decimal = _ONE
    unit: str = ""


_NOTHING, _RANGE = _Word(), _Word("-")


def find_missing_numbers(text: str, lang: Language, where: str, where_lang: Language) -> list[str]:
    """Return the numbers and dates of a text that another text has not, as written, not even as words."""
    missing = [number for number in _read_numbers(text, lang, False) if number.is_firm]
    for is_whole in (False, True):  # most are among the firm ones
        theirs = _read_numbers(where, where_lang, is_whole) if missing else ()
        said = {other[2:] for other in theirs}
        missing = [one for one in missing if one[2:] not in said and not any(map(one.is_same, theirs))]
    return list(dict.fromkeys(" ".join(one.written.split()) for one in missing))


@lru_cache(maxsize=4)
def _read_numbers(text: str, lang: Language, is_whole: bool) -> tuple[Number, ...]:
    """Return the numbers of a text, at first only of the few sentences that may hold a firm one."""
    if not is_whole:
        text = " | ".join(filter(_FIRM.search, _SENTENCE_END.split(text) if _FIRM.search(text) else ()))
    return tuple(_find_numbers(text, lang)) if text else ()


def _find_numbers(text: str, lang: Language) -> Iterator[Number]:
    text = re.sub(r":00\b(?<=\d:00)| and\b(?<=hundred and)", "", _HALF_DAY.sub(_to_24_hours, text))
    parts = _TOKEN[lang].split(_PHONE.sub(lambda phone: re.sub(r"\D", "", phone[0]), text))
    words, places = _read_words(parts, lang)
    for found in _NUMBER.finditer("".join([word.kind for word in words])):
        (start, stop), (first, end) = found.span(), found.span("value")
        value, kinds, written = words[first:end], found[0], "".join(parts[places[start] : places[stop - 1] + 1])
        named = words[start] if kinds[0] in "upm" else words[stop - 1] if stop > end else _NOTHING
        unit = named.unit, _ONE if named.kind == "m" else named.amount
        if not value:
            yield Number(written, False, _ONE, *unit)  # «сутки» may be 24 hours
            continue
        amount, scale = _add_up(value)
        yield Number(written, value[0].kind == "d" or 1000 <= scale < amount, amount, *unit)
        if "n" in kinds and len(value) > 1:
            yield from (Number("", False, word.amount, *unit) for word in value if word.kind == "n")
        if unit[0].startswith("month-"):  # the month of a day
            near = words[stop : stop + 2]
            yield from (Number("", False, word.amount, *unit) for word in near if word.kind == "d")
        if found["low"]:  # of 2–3 млн, the 2
            low = words[found.start("low")]
            yield Number(written, low.kind == "d", low.amount * scale, *unit)


def _to_24_hours(clock: re.Match[str]) -> str:
    """Of `2–4 pm` both hours are after noon."""
    hours = [f"{int(hour) % 12 + (12 if clock[4] or clock[5] else 0)}" for hour in clock.group(1, 3) if hour]
    return "–".join(hours) + (f":{clock[2]}" if clock[2] else "")


def _read_words(parts: list[str], lang: Language) -> tuple[list[_Word], list[int]]:
    """Return words with a meaning, one without where two are parted by more than a space or hyphen, and their places.

    Of `parts` every second may have a meaning; the others stand between them.
    """
    words: list[_Word] = []
    places: list[int] = []
    last = 0
    for place, meaning in zip(range(1, len(parts), 2), map(_look_up, parts[1::2], repeat(lang)), strict=True):
        if not meaning:
            continue
        is_apart = place != last + 2
        gap = "" if is_apart else parts[place - 1].strip(" \n\t.\u00a0\u2009\u202f")
        if gap in ("–", "—") or (gap == "-" and meaning[0].kind == "d"):
            words.append(_RANGE)
        elif is_apart or gap not in ("", "-", "\u2011") or len(meaning) > 1:
            words.append(_NOTHING)
        words += meaning
        places += [place] * (len(words) - len(places))
        last = place if len(meaning) == 1 else 0
    return words, places


def _add_up(words: Iterable[_Word]) -> tuple[Decimal, Decimal]:
    """Return the value of a number, and by how much its words multiply: двести пять тысяч, 1 млн 200 тыс."""
    total, group, last, scale = _ZERO, _ZERO, _THOUSAND, _ONE
    for word in words:
        if word.kind in "sm":
            group = (group or _ONE) * word.amount
            scale *= word.amount
        elif last >= _THOUSAND:
            total, group = total + group, word.amount
        else:
            group += word.amount
        last = word.amount
    return total + group, scale


@cache
def _look_up(written: str, lang: Language) -> tuple[_Word, ...]:
    """Return what a token means: one word, or those of a date, or none."""
    if re.fullmatch(_DATE, written):
        day, month, year = written.split(".") if "." in written else reversed(written.split("-"))
        return _Word("d", Decimal(day)), _Word("p", unit=f"month-{int(month)}"), _Word("d", Decimal(year))
    if written[0].isdigit():
        number = "".join(written.split()).replace(",", "." if lang == "ru" else "").replace(":", ".")
        return (_Word("d", Decimal(number)),)
    names = _load_names()[lang]
    token = "_".join(written.split())
    word = token.lower().replace("ё", "е")
    if meaning := names.get(find_stem(word, lang)):
        return (meaning,)
    if _ROMAN.keys() >= {*token}:
        roman = [_ROMAN[letter] for letter in token]
        return (_Word("n", Decimal(sum(-a if a < b else a for a, b in pairwise([*roman, 0])))),)
    beginnings = (f"{word[:size]}*" for size in range(len(word) - 3, 3, -1))
    return next(((names[begin],) for begin in beginnings if begin in names), ())


@cache
def _load_names() -> dict[Language, dict[str, _Word]]:
    """Return what stems mean."""
    tables = yaml.load(Path(__file__).with_name("numbers.yaml").read_text("utf-8"), yaml.CSafeLoader)
    names: dict[Language, dict[str, _Word]] = {lang: {} for lang in LANGUAGES}
    for lang, own in names.items():
        for meaning, words in tables[lang].items():
            kind, amount, unit = [*meaning.split(), "1", ""][:3]
            forms = words.split()
            forms += [f"{form[:-1]}и" for form in forms if form.endswith("ь")]
            own.update((find_stem(form, lang), _Word(kind[0], Decimal(amount), unit)) for form in forms)
    return names
