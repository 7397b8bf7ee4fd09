"""The dictionaries of both languages: whether a word is spelt right, and what was probably meant."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from macros.content.languages import Language

ENGLISH = Path(__file__).parent / "dictionaries"
"""Holds `en_GB.dic` and `en_GB.aff`, as Debian's hunspell-en-gb 1:7.5.0-1 has them."""

MAX_SUGGESTIONS = 3

_LETTERS = {"ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}
_RUSSIAN_VOWELS = "аеийоуыэюя"
_STEMMERS = {"ru": "russian", "en": "english"}
_AMERICAN = re.compile(r"(\w{4,}i)z((?:e|ing|ation|able).*)")
_OXFORD_KEPT = re.compile(r"\w*(?:siz|priz|seiz)(?:e|ing|able).*")


class Dictionary(Protocol):
    """Knows the words of a language with all their forms."""

    def has(self, word: str) -> bool:
        """Whether `word`, written in small letters unless it is a name, is spelt right."""


class RussianDictionary:
    """The words of OpenCorpora, all forms, as pymorphy3 compiles them: five million in a graph of 7 MB."""

    def __init__(self, file: Path) -> None:
        from dawg_python import RecordDAWG  # here, since a check that meets no new word needs no dictionary

        self._words: Any = RecordDAWG(">HH").load(str(file))
        self._replaces = RecordDAWG.compile_replaces({"е": "ё"})

    def has(self, word: str) -> bool:
        """Whether the word is known; ё may be written as е. Names stand there in small letters too."""
        word = word.lower()
        return word in self._words or ("е" in word and bool(self._words.similar_keys(word, self._replaces)))


class EnglishDictionary:
    """A dictionary in Hunspell's format: stems with flags, and an affix file that says what a flag allows.

    Reads what en_GB uses: prefixes and suffixes, one of each on a word, with a condition on the stem. Numerals made
    by COMPOUNDRULE are not words here. Format: hunspell(5).
    """

    def __init__(self, dic: Path, aff: Path) -> None:
        # The first line is the number of entries, after a byte order mark.
        stems: dict[str, str] = {}
        for line in dic.read_text("utf-8-sig").split("\n")[1:]:
            stem, _, flags = line.partition("/")
            stems[stem] = stems[stem] + flags if stem in stems else flags
        self._stems = stems
        self._affixes: dict[str, dict[str, list[tuple[str, str, re.Pattern[str], bool]]]] = {"PFX": {}, "SFX": {}}
        crossing: dict[str, bool] = {}
        for line in aff.read_text("utf-8-sig").split("\n"):
            match line.split():
                case ["PFX" | "SFX", flag, "Y" | "N" as cross, _]:
                    crossing[flag] = cross == "Y"
                case ["PFX" | "SFX" as kind, flag, strip, add, condition, *_]:
                    pattern = re.compile(condition if kind == "PFX" else f"{condition}$")
                    rule = (flag, "" if strip == "0" else strip, pattern, crossing[flag])
                    self._affixes[kind].setdefault("" if add == "0" else add, []).append(rule)

    def has(self, word: str) -> bool:
        """Whether the word is a stem, or one made from a stem by a prefix, a suffix or both; Oxford's -ize is not."""
        return self._has(word) and not ((british := _to_british(word)) and self._has(british))

    def _has(self, word: str) -> bool:
        if word in self._stems and "_" not in self._stems[word]:  # _ is only for parts of numerals
            return True
        return any(flag in self._stems.get(stem, "") for stem, flag, _ in self._without("SFX", word)) or any(
            flag in self._stems.get(stem, "") or (crosses and self._has_suffixed(stem, flag))
            for stem, flag, crosses in self._without("PFX", word)
        )

    def _has_suffixed(self, word: str, prefix: str) -> bool:
        """Whether `word` is made by a suffix from a stem that takes this prefix too."""
        return any(
            crosses and suffix in (flags := self._stems.get(stem, "")) and prefix in flags
            for stem, suffix, crosses in self._without("SFX", word)
        )

    def _without(self, kind: str, word: str) -> Iterator[tuple[str, str, bool]]:
        """Yield each stem that an affix could have made `word` from, its flag, and whether it joins the other kind."""
        affixes = self._affixes[kind]
        for length in range(1, len(word)):
            found = affixes.get(word[:length] if kind == "PFX" else word[-length:])
            for flag, strip, condition, crosses in found or ():
                stem = strip + word[length:] if kind == "PFX" else word[:-length] + strip
                if condition.match(stem) if kind == "PFX" else condition.search(stem):
                    yield stem, flag, crosses


def _to_british(word: str) -> str:
    """Return `word` with -ise for -ize, or nothing when it has none: `size`, `prize` and `seize` stay as they are."""
    american = None if _OXFORD_KEPT.fullmatch(word) else _AMERICAN.fullmatch(word)
    return "s".join(american.groups()) if american else ""


@cache
def load_dictionary(lang: Language) -> Dictionary | None:
    """Return the dictionary of a language, or None when its files are not there."""
    if not (files := find_files(lang)):
        return None
    return EnglishDictionary(*files) if lang == "en" else RussianDictionary(*files)


def find_files(lang: Language) -> tuple[Path, ...]:
    """Return the files of the dictionary of a language, or none when not all of them are there."""
    if lang == "en":
        dic, aff = ENGLISH / "en_GB.dic", ENGLISH / "en_GB.aff"
        return (dic, aff) if dic.is_file() and aff.is_file() else ()
    package = find_spec("pymorphy3_dicts_ru")
    folders = (package and package.submodule_search_locations) or ()
    return next(((path,) for folder in folders if (path := Path(folder) / "data" / "words.dawg").is_file()), ())


@cache
def _stemmer(lang: Language) -> Any:
    from snowballstemmer import stemmer  # here, since it takes long and is seldom needed

    return stemmer(_STEMMERS[lang])


@lru_cache(maxsize=200_000)
def find_stem(word: str, lang: Language) -> str:
    """Return what the forms of a word have in common, by Snowball's algorithm for the language, in pure Python here."""
    stem: str = _stemmer(lang).stemWord(word.lower().replace("ё", "е"))
    return stem


def find_stems(word: str, lang: Language) -> set[str]:
    """Return the stems that forms of `word` may have.

    In Russian a noun can end as a verb does (печать, печатью), or as another noun's case (Росатом, Росатома).
    """
    stems = {find_stem(word, lang)}
    plain = word.lower().replace("ё", "е")
    return stems if lang == "en" or plain[-1] in _RUSSIAN_VOWELS else stems | {plain.removesuffix("ь")}


def suggest(word: str, lang: Language, dictionary: Dictionary) -> list[str]:
    """Return the known words that are one letter away, the likeliest first: a letter doubled, two swapped, one lost,
    changed or added."""
    small = word.lower()
    splits = [(small[:place], small[place:]) for place in range(len(small) + 1)]
    letters = _LETTERS[lang]
    candidates = (
        *(head + tail[1:] for head, tail in splits if head and head[-1:] == tail[:1]),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1),
        *(head + letter + tail for head, tail in splits for letter in letters),
        *(head + letter + tail[1:] for head, tail in splits if tail for letter in letters),
        *(head + tail[1:] for head, tail in splits if tail),
    )
    known = [candidate for candidate in dict.fromkeys(candidates) if candidate != small and dictionary.has(candidate)]
    return [_like(candidate, word) for candidate in known[:MAX_SUGGESTIONS]]


def _like(candidate: str, word: str) -> str:
    """Write `candidate` with capitals as `word` has them."""
    return candidate.upper() if word.isupper() else candidate.capitalize() if word[0].isupper() else candidate
