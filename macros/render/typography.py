"""Non-breaking spaces and quotation marks as the rules of each language ask for them."""

import re
from functools import lru_cache

from macros.content.model import Language

NBSP = "\N{NO-BREAK SPACE}"

_EN_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"

_QUOTED = re.compile(r"(?<![^\s(\[/—–-])\"(?=\S)([^\"]*\S)\"(?!\w)|(?<![^\s(])\"$|^\"(?=[\s.,;:!?)])")
"""Straight quotation marks: a pair, or one at the end of a part of a text, or at its beginning (around bold words)."""
_QUOTES: dict[Language, tuple[str, str]] = {"ru": ("«", "»"), "en": ("“", "”")}

# Мильчин, Чельцова, «Справочник издателя и автора»: short words, numbers and legal forms stay with what follows.
_RULES: dict[Language, tuple[tuple[re.Pattern[str], str], ...]] = {
    "ru": (
        (
            re.compile(
                r"(?<![\w.-])(?!(?:ли|же|бы|б)\b)(\w{1,2}|без|для|над|под|при|про|или|что|как) (?=[\w«(])",
                re.IGNORECASE,
            ),
            rf"\1{NBSP}",
        ),
        (re.compile(r" (?=[—–](?: |$))"), NBSP),
        (re.compile(r"(?<=\d) (?=[%₽\w])|(?<=\{n\}) (?=\w)"), NBSP),
        (re.compile(r"(?<=[№§]) (?=\d)"), NBSP),
        (re.compile(r"\b(ООО|АО|ПАО|АНО|ДПО|ОЭЗ|ПП|ст\.|п\.|г\.) (?=[\w«№])"), rf"\1{NBSP}"),
        (re.compile(r"(?<=\d{4}) (?=год)"), NBSP),
        (re.compile(r" (?=(?:ли|же|бы|б)\b)"), NBSP),
    ),
    "en": (
        (re.compile(r"(?<![\w-])(a|an|I) (?=\w)", re.IGNORECASE), rf"\1{NBSP}"),
        (re.compile(r" (?=[—–](?: |$))"), NBSP),
        (re.compile(rf"(?<=\d) (?={_EN_MONTHS}|%|million|billion|per cent)|(?<=\{{n\}}) (?=\w)"), NBSP),
        (re.compile(r"\b(No\.|OOO|RUB|SEK) (?=\S)"), rf"\1{NBSP}"),
        (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), "’"),
    ),
}

_CHAIN = re.compile(rf"(\S+{NBSP}\S+){NBSP}(?=[«(]?\w{{7}})")
"""Three words that are bound: with large text on a phone they would not fit a line, and be torn inside a word."""


@lru_cache(maxsize=100_000)
def typeset(text: str, lang: Language) -> str:
    """Return `text` with the non-breaking spaces and the quotation marks that the typography of `lang` wants."""
    opening, closing = _QUOTES[lang]

    def quote(found: re.Match[str]) -> str:
        return f"{opening}{found[1]}{closing}" if found[1] else opening if found.end() == len(found.string) else closing

    while (quoted := _QUOTED.sub(quote, text)) != text:
        text = quoted
    for pattern, replacement in _RULES[lang]:
        text = pattern.sub(replacement, text)
    return _CHAIN.sub(r"\1 ", text)
