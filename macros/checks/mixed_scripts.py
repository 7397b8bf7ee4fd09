"""Wrong alphabets: a look-alike letter inside a word, which breaks search, or a text that was not translated."""

import re
from collections.abc import Iterator

from macros.checks.bilingual import find_twins, without_calls
from macros.checks.sources import find_addresses
from macros.content.draft import Draft
from macros.content.model import LANGUAGES
from macros.content.problems import Problem, shorten

_LATIN = "AaBCcEeHKkMOoPpTXxYy"
_CYRILLIC = "АаВСсЕеНКкМОоРрТХхУу"
_GREEK = "ΑαΒCcΕεΗΚκΜΟοΡρΤΧχΥγ"
_TO_CYRILLIC = str.maketrans(_LATIN + _GREEK, _CYRILLIC * 2)
_TO_LATIN = str.maketrans(_CYRILLIC + _GREEK, _LATIN * 2)
_MIXED = r"(?<![^\W\d_])[^\W\d_]*(?:[A-Za-z][А-яЁёΑ-ω]|[А-яЁё][A-Za-zΑ-ω]|[Α-ω][A-Za-zА-яЁё])[^\W\d_]*"
_WRONG = {
    # Legal forms; words of one or two letters before a Russian word, capital only where a sentence begins.
    "ru": (
        rf"{_MIXED}|\b(?:OOO|OAO|PAO|HAO|TOO|AO|CCCP)\b(?![.-]\w| [“\"«]?[A-Za-z])"
        r"|(?:(?<![^\s(«])(?:[ackoy]|co)|(?<![^\n])[ACKOY]|(?<=[.!?…] )[ACKOY])(?=[ \u00a0][«\dа-яё])"
    ),
    # Words of such letters alone, but not among Russian words.
    "en": rf"{_MIXED}|(?<![А-яЁё] )\b[{_CYRILLIC}]+\b(?! ?[«А-яЁё])",
    "": rf"{_MIXED}|(?<=[/.@])[{_CYRILLIC}]+(?=\.[a-z])",
}
"""Where letters of both alphabets, or only letters that look like those of the other, stand: in addresses too."""
_FOREIGN = {
    "ru": r"[A-Za-zΑ-ω](?:(?=[А-яЁёΑ-ω])|(?<=[А-яЁёΑ-ω].)|(?<![^\s(«].)(?=o?[ \u00a0])|(?<!\w.)(?=[ACOP]+\b))",
    "en": "[А-яЁёΑ-ω]",
    "": "[А-яЁёΑ-ω]",
}
"""What every wrong word has: a letter of the other alphabet, in Russian beside one of its own or in a short word."""
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
            for word, (start, right) in _find_wrong(text, lang).items():
                place = twin.place_in_text(lang, start)
                yield Problem(*place, "mixed-letters", {"record": twin.record, "written": word, "wanted": right})
    for entry, path, value in find_addresses(draft):
        for word, (_, right) in _find_wrong(value, "").items():
            yield entry.problem("mixed-letters", *path, written=word, wanted=right)


def _find_wrong(text: str, lang: str) -> dict[str, tuple[int, str]]:
    """Return each word in wrong letters, where it first stands, and how it should be."""
    found: dict[str, tuple[int, str]] = {}
    for word in re.finditer(_WRONG[lang], text) if re.search(_FOREIGN[lang], text) else ():
        if right := _correct(word[0], lang):
            found.setdefault(word[0], (word.start(), right))
    return found


def _correct(word: str, lang: str) -> str:
    """Return a word in the alphabet it was meant in, or nothing when it is meant to have both."""
    cyrillic, latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    meant = (cyrillic, latin) if lang == "ru" else (latin, cyrillic)
    return next((own for own in meant if not re.search(_MIXED, own)), "")


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
