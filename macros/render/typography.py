"""Non-breaking spaces, set where the rules of each language ask for them, in plain text and in Markdown."""

import re
from collections.abc import Callable
from functools import lru_cache
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from macros.content.model import Language

NBSP = "\N{NO-BREAK SPACE}"

_EN_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"

# Мильчин, Чельцова, «Справочник издателя и автора»: no short word, number or legal form is parted from what follows.
_RULES: dict[Language, tuple[tuple[re.Pattern[str], str], ...]] = {
    "ru": (
        (
            re.compile(r"(?<![\w-])(\w{1,2}|без|для|над|под|при|про|или|что|как) (?=[\w«(])", re.IGNORECASE),
            rf"\1{NBSP}",
        ),
        (re.compile(r" (?=[—–](?: |$))"), NBSP),
        (re.compile(r"(?<=\d) (?=[%₽\w])"), NBSP),
        (re.compile(r"(?<=[№§]) (?=\d)"), NBSP),
        (re.compile(r"\b(ООО|АО|ПАО|АНО|ДПО|ОЭЗ|ПП|ст\.|п\.|г\.) (?=[\w«№])"), rf"\1{NBSP}"),
        (re.compile(r"(?<=\d{4}) (?=год)"), NBSP),
        (re.compile(r" (?=(?:ли|же|бы|б)\b)"), NBSP),
    ),
    "en": (
        (re.compile(r"(?<![\w-])(a|an|I) (?=\w)", re.IGNORECASE), rf"\1{NBSP}"),
        (re.compile(r" (?=[—–](?: |$))"), NBSP),
        (re.compile(rf"(?<=\d) (?={_EN_MONTHS}|%|million|billion|per cent)"), NBSP),
        (re.compile(r"\b(No\.|OOO|RUB|SEK) (?=\S)"), rf"\1{NBSP}"),
    ),
}


@lru_cache(maxsize=100_000)
def typeset(text: str, lang: Language) -> str:
    """Return `text` with non-breaking spaces where the typography of `lang` wants them; nothing else changes."""
    for pattern, replacement in _RULES[lang]:
        text = pattern.sub(replacement, text)
    return text


class _Typesetter(Treeprocessor):
    def __init__(self, md: markdown.Markdown, lang: Language) -> None:
        super().__init__(md)
        self.lang: Language = lang

    def run(self, root: Element) -> None:
        _each_text(root, lambda text: typeset(text, self.lang))


def _each_text(element: Element, change: Callable[[str], str]) -> None:
    """Apply `change` to every text below `element` except code."""
    if element.tag in ("code", "pre"):
        return
    if element.text:
        element.text = type(element.text)(change(element.text))
    for child in element:
        _each_text(child, change)
        if child.tail:
            child.tail = change(child.tail)


class TypographyExtension(Extension):
    """Python-Markdown extension: typesets the running text. `lang` is `ru` or `en`."""

    def __init__(self, **options: str) -> None:
        self.config = {"lang": ["ru", "Language of the text"]}
        super().__init__(**options)

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Run after inline patterns, when the text nodes exist."""
        md.treeprocessors.register(_Typesetter(md, self.getConfig("lang")), "typography", 1)
