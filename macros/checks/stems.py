"""Stems of words, the same for all forms of a word."""

import Stemmer

from macros.content.model import Language

_STEMMERS = {lang: Stemmer.Stemmer(name) for lang, name in (("ru", "russian"), ("en", "english"))}
_RUSSIAN_VOWELS = "аеийоуыэюя"


def find_stem(word: str, lang: Language) -> str:
    """Return the stem of a word by Snowball's algorithm for the language."""
    stem: str = _STEMMERS[lang].stemWord(word.lower().replace("ё", "е"))
    return stem


def find_stems(word: str, lang: Language) -> set[str]:
    """Return the stems that forms of `word` may have.

    In Russian a noun can end as a verb does (печать, печатью), or as another noun's case (Росатом, Росатома).
    """
    stems = {find_stem(word, lang)}
    plain = word.lower().replace("ё", "е")
    return stems if lang == "en" or plain[-1] in _RUSSIAN_VOWELS else stems | {plain.removesuffix("ь")}
