"""The numbers of a text with their scale and unit, in one form for both languages; numbers.yaml has their names."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from macros.checks.stems import find_stem
from macros.content.model import Language

_CURRENCY = re.compile("[A-Z]{3}")
_STANDS_BEFORE = re.compile(r"[A-Z]{3}|month \d")
"""The units that may come before their number: currencies, and months as in June 10."""

_DATE = re.compile(
    r"\d(?<!\w\d)(?:\d{3}-\d{2}-\d{2}|\d?\.\d{2}\.\d{4}|\d?(?:\s+[^\W\d_]{3,9})?,?\s+\d{4}|\d{3})\b(?!-\d\d-)"
)
"""A date, or as much of it as begins with a digit, if a month stands in or before it."""
_WORD_BEFORE = re.compile(r"\b([^\W\d_]{3,9}),?\s+\Z")
_HOURS = r"\b(\d{1,2})(?:[:.](\d\d))?(?:\s*[–-]\s*(\d{1,2})(?:[:.](\d\d))?)?\s*"
_HALF_DAY: dict[Language, re.Pattern[str]] = {
    "ru": re.compile(_HOURS + r"(?:час\w*\s+(дн)я|(?:час\w*\s+)?(?:(веч)ер|утр)а)\b"),
    "en": re.compile(_HOURS + r"(?:(p)()|a)\.?m\b", re.IGNORECASE),
}
_TOKEN: dict[Language, re.Pattern[str]] = {
    "ru": re.compile(r"\d{1,2}:\d\d\b|\d(?:\d{0,2}(?:\s+\d{3})+(?!\d)|\d*(?:[.,]\d+)*)|[^\W\d_]+|[%₽$€]"),
    "en": re.compile(r"\d{1,2}:\d\d\b|\d(?:\d{0,2}(?:,\d{3})+(?!\d)|\d*(?:\.\d+)*)|[^\W\d_]+|[%₽$€]"),
}
_GAP = re.compile(r"[\s.\u2011-]*")
_TO_ROMAN = str.maketrans("ХІ", "XI")
_ROMAN = {"I": 1, "V": 5, "X": 10}
_FIRM = re.compile(r"\d|тысяч|милли|триллион|thousand|[mbr]illion")


class Number(NamedTuple):
    """A number of a text. `amount` is a text when it is a date, a time, or has two points.

    One that is not firm, a plain word, need not stand in the other language.
    """

    written: str
    amount: Decimal | str
    is_firm: bool = False
    scale: Decimal = Decimal(1)
    unit: str = ""
    factor: Decimal = Decimal(1)

    def is_same(self, other: "Number") -> bool:
        """Whether both say the same; a unit that one of them does not name may be any."""
        if self.unit and other.unit and not isinstance(self.amount, str) and not isinstance(other.amount, str):
            return (self.unit, self.amount * self.factor) == (other.unit, other.amount * other.factor)
        return self.amount == other.amount


class _Meaning(NamedTuple):
    """What a word means: `kind` is digits, numeral, scale, unit, between, or nothing."""

    kind: str = ""
    amount: Any = Decimal(0)
    unit: str = ""


def find_lacking(ru: str, en: str) -> dict[Language, list[str]]:
    """Return the numbers and dates that stand in one language only, as written there."""
    if not (_FIRM.search(ru) or _FIRM.search(en)):
        return {"ru": [], "en": []}
    ours, theirs = read_numbers(ru, "ru"), read_numbers(en, "en")
    return {"ru": _lacking(ours, theirs), "en": _lacking(theirs, ours)}


def _lacking(ours: list[Number], theirs: list[Number]) -> list[str]:
    lacking = (one.written for one in ours if one.is_firm and not any(one.is_same(other) for other in theirs))
    return list(dict.fromkeys(lacking))


def read_numbers(text: str, lang: Language) -> list[Number]:
    """Return the numbers and dates of a text."""
    found: list[Number] = []

    def take(date: re.Match[str]) -> str:
        parts = re.findall(r"\w+", date[0])
        if len(parts) < 3:
            before = _WORD_BEFORE.search(text, max(date.start() - 20, 0), date.start())
            parts.insert(-1, before[1] if before else "")
        year, month, *day = parts if "-" in date[0] else reversed(parts)
        if not month.isdigit():
            named = _look_up(month, lang).unit if month else ""
            if not named.startswith("month "):
                return date[0]
            month = named.split()[1]
        name = "-".join(part.zfill(2) for part in (year, month, *day))
        found.append(Number(name, name, True))
        return ";"

    plain = _HALF_DAY[lang].sub(_to_24_hours, _DATE.sub(take, text))
    return [*found, *_read_tokens(re.sub(r"\b(\d{1,2}):00\b", r"\1", plain), lang)]


def _to_24_hours(clock: re.Match[str]) -> str:
    """Of `2–4 pm` both hours are after noon, of `10–6 pm` the second is."""
    first, minutes, last, last_minutes = clock.group(1, 2, 3, 4)
    is_late = bool(clock[5] or clock[6])
    begins_late = is_late != (last is not None and int(first) % 12 > int(last) % 12)
    ends = f"–{int(last) % 12 + 12 * is_late}:{last_minutes or '00'}" if last else ""
    return f"{int(first) % 12 + 12 * begins_late}:{minutes or '00'}{ends}"


def _read_tokens(text: str, lang: Language) -> Iterator[Number]:
    tokens = list(_TOKEN[lang].finditer(text))
    means = [*(_look_up(token[0], lang) for token in tokens), _Meaning(), _Meaning()]
    gaps = ["\0", *(text[a.end() : b.start()] for a, b in pairwise(tokens)), "\0", "\0"]
    near = [_GAP.fullmatch(gap) is not None for gap in gaps]
    waiting: Number | None = None  # the first number of a range, which has its scale and unit from the second
    start = 0
    while start < len(tokens):
        number, end = _read_number(means, near, start)
        if number:
            number = number._replace(written=" ".join(text[tokens[start].start() : tokens[end - 1].end()].split()))
            if waiting:
                amount = waiting.amount if isinstance(waiting.amount, str) else waiting.amount * number.scale
                yield waiting._replace(amount=amount, unit=number.unit, factor=number.factor)
            is_range = means[end].kind == "range" or gaps[end].strip() in ("–", "—", "-")
            following = means[end + (means[end].kind == "range")].kind
            is_first = is_range and not number.unit and number.scale == 1 and following in ("digits", "numeral")
            waiting = number if is_first else None
            if not waiting:
                yield number
        start = end


def _read_number(means: list[_Meaning], near: list[bool], at: int) -> tuple[Number | None, int]:
    """Return the number that begins at a token, or None, and the token after it."""
    before = means[at] if means[at].kind == "unit" else None
    if before:
        at += 1
        if not (near[at] and means[at].kind == "digits" and _STANDS_BEFORE.match(before.unit)):
            return Number("", Decimal(1), unit=before.unit, factor=before.amount), at  # «сутки» may be 24 hours
    kind, amount, _ = means[at]
    if kind not in ("digits", "numeral", "scale"):
        return None, at + 1
    at += 1
    if isinstance(amount, str):
        return Number("", amount, True), at
    is_firm, scale = kind == "digits", Decimal(1)
    whole, last, had = Decimal(0), amount, kind
    while near[at] and (after := _find_next(means, near, at, last, had)) is not None:
        had, more, _ = means[after]
        if had == "scale":
            is_firm, scale, amount = is_firm or (kind != "scale" and more >= 1000), more, amount * more
        elif last >= 1000:
            whole, amount = whole + amount, more
        else:
            amount += more
        last, at = more, after + 1
    if near[at] and means[at].unit == "m" and (before or (near[at + 1] and _CURRENCY.match(means[at + 1].unit))):
        at, amount = at + 1, amount * 1_000_000  # $5m
    unit = at + (near[at] and means[at].kind == "between")
    own = before or (means[unit] if near[unit] and means[unit].kind == "unit" else _Meaning("", Decimal(1)))
    at = unit + 1 if own.kind and not before else at
    return Number("", whole + amount, is_firm, scale, own.unit, own.amount), at


def _find_next(means: list[_Meaning], near: list[bool], at: int, last: Decimal, had: str) -> int | None:
    """Return the token that goes on with a number: a scale, a smaller number, or a half, with words that join them."""
    after = at
    while means[after].kind == "join" and near[after + 1]:
        after += 1
    kind, amount, _ = means[after]
    if kind == "scale":
        is_next = after == at or last < 1
    elif kind == "digits":  # 1 млн 200 тыс.
        is_next = after == at and last > 1000 and near[at + 1] and 0 < means[at + 1].amount < last
        is_next = is_next and means[at + 1].kind == "scale"
    else:
        is_next = kind == "numeral" and (amount < 1 < after - at + 1 or (had != "digits" and amount < last >= 20))
        is_next = is_next and (after == at or amount < 1 or last >= 100)
    return after if is_next else None


@cache
def _look_up(token: str, lang: Language) -> _Meaning:
    if token[0].isdigit():
        plain = "".join(token.split()).replace(",", "." if lang == "ru" else "")
        is_text = ":" in plain or plain.count(".") > 1
        return _Meaning("digits", plain.lstrip("0") if is_text else Decimal(plain))
    names, beginnings = _load_names(lang)
    word = token.lower().replace("ё", "е")
    if meaning := names.get(find_stem(word, lang)):
        return meaning
    roman = [_ROMAN.get(letter, 0) for letter in token.translate(_TO_ROMAN)]
    if all(roman):
        return _Meaning("numeral", Decimal(sum(-a if a < b else a for a, b in pairwise([*roman, 0]))))
    amount = next((n for part, n in beginnings.items() if word.startswith(part) and len(word) > len(part) + 2), 0)
    return _Meaning("numeral", Decimal(amount)) if amount else _Meaning()


@cache
def _load_names(lang: Language) -> tuple[dict[str, _Meaning], dict[str, int]]:
    """Return what stems mean, and the numbers that compounds begin with."""
    file = Path(__file__).with_name("numbers.yaml")
    tables: dict[str, Any] = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)[lang]
    names: dict[str, _Meaning] = {}

    def add(words: str, meaning: _Meaning) -> None:
        forms = words.split()
        if lang == "ru":
            forms += [f"{word[:-1]}и" for word in forms if word.endswith("ь")]
        names.update((find_stem(form, lang), meaning) for form in forms)

    for kind in ("numeral", "scale"):
        for amount, words in tables[f"{kind}s"].items():
            add(words, _Meaning(kind, Decimal(str(amount))))
    for unit, sizes in tables["units"].items():
        for size, words in sizes.items():
            add(words, _Meaning("unit", Decimal(str(size)), unit))
    for number, words in enumerate(tables["months"], start=1):
        add(words, _Meaning("unit", Decimal(1), f"month {number}"))
    for kind in ("between", "range", "join"):
        add(tables[kind], _Meaning(kind))
    return names, tables["beginnings"]
