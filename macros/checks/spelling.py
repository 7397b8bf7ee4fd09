"""The spelling of prose: which words of pages and of texts in data neither hunspell nor the project's list knows."""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from functools import cache
from itertools import chain, islice

from msgspec import Struct, field

from macros.checks.stems import find_stem, find_stems
from macros.checks.texts import Text, find_texts
from macros.content.draft import Draft
from macros.content.markup import Found
from macros.content.model import (
    LANGUAGES,
    Language,
    Localised,
    Organisation,
    Region,
    Source,
    Vocabulary,
    Words,
)
from macros.content.problems import MAX_PER_FILE, Problem
from macros.content.reading import Document, Path

_CHUNK = re.compile(r"[\w'’\u0301\u2011\ufffd-]+")
"""A word with everything that may belong to it: hyphens, apostrophes, stress marks, digits, letters that were lost."""

_NO_PROSE = re.compile(
    r"^(?P<fence>`{3,9}|~{3,9})[^\n]*\n.*?^(?P=fence)[^\n]*$"  # a block of code
    r"|(?<!`)(?P<tick>`{1,9})(?!`).{1,500}?(?<!`)(?P=tick)(?!`)"  # code in a line
    r"|\{\{[^{}]{0,500}\}\}|\{[^{}\n]*\}"  # calls of macros; attributes and placeholders
    r"|(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*"  # where a link leads
    r"|^[ ]{0,3}\[[^\]\n]+\]:[ ]*\S+"  # the same, below the text
    r"|\b[a-z][a-z0-9+.-]{0,20}://\S+|\bmailto:\S+"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,}|рф)\b(?:/\S*)?"  # a site or a file
    r"|(?:<|&lt;)/?[A-Za-z][^<>\n]{0,200}?(?:>|&gt;)|&#?\w+;",  # what looks like HTML
    re.MULTILINE | re.DOTALL,
)
"""Each part is bounded, or begins where another cannot: a page of nothing but brackets takes no longer than prose."""

_ALPHABETS = {"ru": re.compile("[а-яё]+", re.IGNORECASE), "en": re.compile(r"[^\W\d_а-яё]+", re.IGNORECASE)}
_ADJECTIVE_ENDINGS = ("ый", "ий", "ой")
_LONGEST_ABBREVIATION = 5
_LONGEST_WORD = 60
_MAX_SUGGESTIONS = 3
_HAVE_NAMES = {Organisation, Source, Vocabulary}
_LIKELY = 0.8
"""The least likeness of a guess to the word: hunspell guesses freely at long words."""

_DICTIONARIES: dict[Language, str] = {"ru": "ru_RU", "en": "en_GB"}
_AMERICAN = re.compile(r"(?!\w*(?:siz|priz|seiz)(?:e|ing|able))(\w{4,}i)z((?:e|ing|ation|able).*)")


class _Speller(Struct):
    """Knows the words of one language: those of the dictionary, of names, and those that the project lists.

    `unknown` are the parts of words that the dictionary lacks; `used` the stems that only the list knows. While not
    all records with names can be read, `names` is None, and any word with a capital may be one.
    """

    lang: Language
    unknown: frozenset[str]
    listed: frozenset[str]
    names: frozenset[str] | None
    used: set[str] = field(default_factory=set)

    def knows(self, word: str) -> bool:
        """Whether a word or all parts of a compound are known."""
        parts = word.split("-")
        return (len(parts) > 1 and self._is_ours(word)) or all(
            len(part) < 2
            or (part.isupper() and len(parts) > 1 and len(part) <= _LONGEST_ABBREVIATION)
            or (part not in self.unknown and not (self._british(part)))
            or self._is_ours(part)
            or (number < len(parts) and any(form not in self.unknown for form in _combining_forms(part, self.lang)))
            for number, part in enumerate(parts, start=1)
        )

    def _british(self, part: str) -> str:
        """The spelling with -ise of a word with -ize, if the dictionary has it."""
        british = _to_british(part) if self.lang == "en" else ""
        return "" if british in self.unknown else british

    def _is_ours(self, word: str) -> bool:
        bare = word.removesuffix("'s").removesuffix("'") if self.lang == "en" else word
        stem = find_stem(bare, self.lang)
        if stem in self.listed:
            self.used.add(stem)
            return True
        return word[0].isupper() and (self.names is None or stem in self.names)

    def suggest(self, words: Iterable[str]) -> dict[str, str]:
        """Return what was probably meant by each word, separated by commas; nothing when no guess is near."""
        guesses = {word: self._british(word) for word in words}
        asked = [word for word, guess in guesses.items() if not guess and "-" not in word]
        answers = _run_hunspell(self.lang, "-a", asked) if asked else ""
        for line in answers.split("\n"):
            if line.startswith("&"):
                about, _, listed = line.partition(": ")
                word = about.split()[1]
                likeness = {guess: SequenceMatcher(None, word, guess).ratio() for guess in listed.split(", ")}
                near = [guess for guess in likeness if guess.isalpha() and likeness[guess] >= _LIKELY]
                guesses[word] = ", ".join(near[:_MAX_SUGGESTIONS])
        return guesses


@cache
def _clean(chunk: str, lang: Language) -> str:
    """Return a word as dictionaries have it: without stress marks and outer hyphens, with plain ones inside.

    Nothing for what cannot be judged: abbreviations, other scripts, words with digits or with capitals inside.
    """
    word = clean_word(chunk)
    letters = word.replace("-", "").replace("'", "")
    if not 2 <= len(word) <= _LONGEST_WORD or not letters.isalpha():
        return ""
    if not _ALPHABETS[lang].fullmatch(letters):  # check_letters looks at words of two alphabets
        return ""
    parts = re.split("[-']", word)
    if letters.isupper():
        return word if any(len(part) > _LONGEST_ABBREVIATION for part in word.split("-")) else ""
    return word if all(part[1:].islower() or part.isupper() for part in parts if len(part) > 1) else ""


def _words(token: str, lang: Language) -> list[str]:
    """The words that can be judged of what stands between two spaces."""
    bare = token.strip("«“”»().,…!?;")
    chunks = [bare] if bare.isalpha() else _CHUNK.findall(_hide_code(token))
    return [word for chunk in chunks if (word := _clean(chunk, lang))]


def _hide_code(text: str) -> str:
    """Return a text with spaces in place of code, addresses and calls of macros."""
    return _NO_PROSE.sub(lambda hidden: re.sub(r"[^\n]", " ", hidden[0]), text)


def _combining_forms(part: str, lang: Language) -> list[str]:
    """The adjectives that a part of a compound may be cut from: экспертно- from экспертный."""
    is_cut = lang == "ru" and part[-1] in "ое"
    return [part[:-1] + ending for ending in _ADJECTIVE_ENDINGS] if is_cut else []


def _to_british(word: str) -> str:
    """Return `word` with -ise for -ize, or nothing when it has none: `size`, `prize` and `seize` stay as they are."""
    american = _AMERICAN.fullmatch(word)
    return "s".join(american.groups()) if american else ""


def _run_hunspell(lang: Language, mode: str, words: Iterable[str]) -> str:
    """Return the output of hunspell(1) for words, one a line. Raises LookupError without hunspell or dictionary."""
    command = ["hunspell", "-i", "UTF-8", "-d", _DICTIONARIES[lang], mode]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        run = subprocess.run(
            command, input="\n".join(words), env=environment, capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise LookupError(*error.args) from error
    return run.stdout


_asked: dict[Language, dict[str, bool]] = {lang: {} for lang in LANGUAGES}
"""Whether the dictionary lacks a word, for those that this process has asked about: `serve` checks again and again."""


def find_unknown(words: Iterable[str], lang: Language) -> frozenset[str]:
    """Return the parts of words, and of what they may stand for, that the dictionary lacks."""
    parts = {part for word in words for part in word.split("-") if len(part) > 1}
    parts |= {form for part in parts for form in (*_combining_forms(part, lang), _to_british(part)) if form}
    if new := parts - _asked[lang].keys():
        unknown = frozenset(_run_hunspell(lang, "-l", sorted(new)).split("\n"))
        _asked[lang].update((part, part in unknown) for part in new)
    return frozenset(part for part in parts if _asked[lang][part])


def clean_word(chunk: str) -> str:
    """Return a word as dictionaries have it: without stress marks and outer hyphens, with plain ones inside."""
    return chunk.replace("\u0301", "").replace("’", "'").replace("\u2011", "-").strip("-'")


def check_spelling(draft: Draft) -> Iterator[Problem]:
    """Слова на страницах и в текстах данных есть в словаре или в words.yaml, и лишних слов в words.yaml нет."""
    texts = find_texts(draft) if Words not in draft.unread else ()
    try:
        with ThreadPoolExecutor() as pool:
            for problems in pool.map(lambda lang: list(_check_language(draft, texts, lang)), LANGUAGES):
                yield from problems
    except LookupError:
        yield Problem("data/words.yaml", 0, 0, "no-dictionary")


def _check_language(draft: Draft, texts: Iterable[Text], lang: Language) -> Iterator[Problem]:
    """Yield the misspelt words of each file, at their first place, and the words of the list that nothing needs."""
    texts = [text for text in texts if text.lang == lang]
    words = {token: _words(token, lang) for token in set(chain.from_iterable(text.text.split() for text in texts))}
    listed = frozenset(stem for _, _, word in _listed_words(draft, lang) for stem in find_stems(word, lang))
    names = frozenset(stem for name in _find_names(draft, lang) for stem in find_stems(name, lang))
    unknown = find_unknown((word for own in words.values() for word in own), lang)
    speller = _Speller(lang, unknown, listed, None if draft.unread & _HAVE_NAMES else names)
    wrong = {word for word in {word for own in words.values() for word in own} if not speller.knows(word)}
    strange = {token for token, own in words.items() if not wrong.isdisjoint(own)}
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[str, Text, re.Match[str]]] = {}
    # Code of several words is found in a whole text, which takes longer: only where a word is not known.
    for text in (text for text in texts if not strange.isdisjoint(text.text.split())):
        for found in _CHUNK.finditer(_hide_code(text.text)):
            if (word := _clean(found.group(), lang)) in wrong:
                counts[text.file, word.lower()] += 1
                first.setdefault((text.file, word.lower()), (word, text, found))
    told = dict(islice(first.items(), 10 * MAX_PER_FILE))
    guesses = speller.suggest(word for word, _, _ in told.values())
    for key, (word, text, found) in told.items():
        details = {"word": word, "count": str(counts[key]), "list": lang, "nearest": guesses[word]}
        row, start = found.string.count("\n", 0, found.start()), found.string.rfind("\n", 0, found.start())
        yield text.problem(Found(row, found.start() - start, "misspelt", found[0]), **details)
    for document, path, word in _listed_words(draft, lang) if not draft.unread else ():
        if speller.used.isdisjoint(find_stems(word, lang)):
            yield document.problem("unused-word", path, word=word)


def _find_names(draft: Draft, lang: Language) -> set[str]:
    """Return the capitalised words in the names of organisations, groups, publishers and regions: they are facts."""
    named: list[Localised | None] = []
    for _, _, record in draft.walked:
        if isinstance(record, Organisation):
            named += [record.name, record.group]
        elif isinstance(record, Source):
            named.append(record.publisher)
        elif isinstance(record, Region):
            named.append(record.name)
    return {
        part
        for name in named
        if name is not None
        for chunk in _CHUNK.findall(name.in_language(lang))
        for part in (clean_word(chunk), *clean_word(chunk).split("-"))
        if part[:1].isupper()
    }


def _listed_words(draft: Draft, lang: Language) -> Iterator[tuple[Document, Path, str]]:
    """Yield the words of the project's list for a language, each with its place."""
    for entry in draft.of(Words):
        for index, word in enumerate(getattr(entry.record, lang)):
            yield entry.document, (*entry.path, lang, index), word
