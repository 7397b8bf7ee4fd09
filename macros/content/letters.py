"""Letters of the wrong alphabet inside a word: they look alike, but search and screen readers do not find the word."""

import re
from collections.abc import Iterator
from itertools import groupby

from macros.content.draft import Draft
from macros.content.model import LANGUAGES
from macros.content.problems import Problem, shorten
from macros.content.twins import find_twins

_LATIN = "AaBCcEeHKkMOoPpTXxy"
_CYRILLIC = "АаВСсЕеНКкМОоРрТХху"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_MIXED = re.compile(r"[^\W\d_]*(?:[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z])[^\W\d_]*")


def check_letters(draft: Draft) -> Iterator[Problem]:
    """В русском слове нет латинских букв, похожих на русские, и наоборот; «PROКЛАСТЕРЫ» можно: R не спутать."""
    for twin in find_twins(draft):
        for lang in LANGUAGES:
            for word in _MIXED.findall(twin.text(lang)):
                if right := correct_letters(word):
                    yield twin.problem("mixed-letters", lang, written=shorten(word), wanted=shorten(right))
                    break


def correct_letters(word: str) -> str:
    """Return a word of two alphabets in the one it was meant in, or nothing when it is meant to have both."""
    runs = ["".join(run) for _, run in groupby(word, key=lambda letter: letter.isascii())]
    latin = [run for run in runs if run.isascii()]
    cyrillic = [run for run in runs if not run.isascii()]
    if all(letter in _LATIN for run in latin for letter in run):
        return word.translate(_TO_CYRILLIC)
    if all(letter in _CYRILLIC for run in cyrillic for letter in run):
        return word.translate(_TO_LATIN)
    return ""
