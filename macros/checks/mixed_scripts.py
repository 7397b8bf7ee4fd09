"""Wrong alphabets: a look-alike letter inside a word, which breaks search, or a text that was not translated."""

import re
from collections.abc import Iterator
from itertools import groupby

from macros.checks.bilingual import find_twins, without_calls
from macros.content.draft import Draft
from macros.content.model import LANGUAGES
from macros.content.problems import Problem, shorten

_LATIN = "AaBCcEeHKkMOoPpTXxy"
_CYRILLIC = "АаВСсЕеНКкМОоРрТХху"
TO_SCRIPT = {"ru": str.maketrans(_LATIN, _CYRILLIC), "en": str.maketrans(_CYRILLIC, _LATIN)}
"""For each language, translates look-alike letters of the other alphabet into its own."""
_MIXED = re.compile(r"[^\W\d_]*(?:[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z])[^\W\d_]*")
_SEAM = {
    "ru": re.compile("[A-Za-z](?:(?=[А-яЁё])|(?<=[А-яЁё].))"),
    "en": re.compile("[А-яЁё](?:(?=[A-Za-z])|(?<=[A-Za-z].))"),
}
"""Where the other alphabet begins or ends inside a word: few texts have such a place."""
_CYRILLIC_LETTER = re.compile("[А-яЁё]")
_LATIN_LETTER = re.compile("[A-Za-z]")
_CODE = re.compile(r"`[^`\n]*`")
_ENGLISH_WORD = re.compile(r"(?<!\S)[a-z]{2,}(?=[,.;:!?]?(?:\s|$))")
_ENGLISH_TEXT = 3
"""So many English words in small letters are no name any more."""


def check_letters(draft: Draft) -> Iterator[Problem]:
    """В русском слове нет латинских букв, похожих на русские, и наоборот; «PROКЛАСТЕРЫ» можно: R не спутать."""
    for twin in find_twins(draft):
        for lang in LANGUAGES:
            text = twin.text(lang)
            for word in _MIXED.findall(text) if _SEAM[lang].search(text) else ():
                if right := correct_letters(word):
                    yield twin.problem("mixed-letters", lang, written=shorten(word), wanted=shorten(right))
                    break


def correct_letters(word: str) -> str:
    """Return a word of two alphabets in the one it was meant in, or nothing when it is meant to have both."""
    runs = ["".join(run) for _, run in groupby(word, key=lambda letter: letter.isascii())]
    latin = [run for run in runs if run.isascii()]
    cyrillic = [run for run in runs if not run.isascii()]
    if all(letter in _LATIN for run in latin for letter in run):
        return word.translate(TO_SCRIPT["ru"])
    if all(letter in _CYRILLIC for run in cyrillic for letter in run):
        return word.translate(TO_SCRIPT["en"])
    return ""


def check_languages(draft: Draft) -> Iterator[Problem]:
    """Русский текст написан по-русски, английский — по-английски; имена и марки могут остаться, как их пишут."""
    for twin in find_twins(draft):
        ru, en = (_CODE.sub(" ", without_calls(text)) for text in (twin.ru, twin.en))
        if not _CYRILLIC_LETTER.search(ru) and len(_ENGLISH_WORD.findall(ru)) >= _ENGLISH_TEXT:
            yield twin.problem("wrong-language", "ru", written=shorten(ru))
        if _is_mostly_cyrillic(en):
            yield twin.problem("wrong-language", "en", written=shorten(en))
    for page in draft.pages:
        meta = page.front_matter.value if page.lang == "en" else None
        texts = [(name, meta.get(name)) for name in ("title", "description")] if isinstance(meta, dict) else []
        for name, text in texts:
            if isinstance(text, str) and _is_mostly_cyrillic(text):
                yield page.front_matter.problem("wrong-language", (name,), written=shorten(text))


def _is_mostly_cyrillic(text: str) -> bool:
    cyrillic = len(_CYRILLIC_LETTER.findall(text))
    return cyrillic > 0 and cyrillic > len(_LATIN_LETTER.findall(text))
