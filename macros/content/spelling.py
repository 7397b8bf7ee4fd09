"""The spelling of prose: which words of pages and of texts in data no dictionary and no list of the project knows."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import BaseModel

from macros.content.around import Around
from macros.content.dictionaries import find_stem, find_stems, load_dictionary, suggest
from macros.content.draft import Draft
from macros.content.model import (
    LANGUAGES,
    Language,
    Localised,
    LongLocalised,
    Organisation,
    Phrase,
    Plural,
    Source,
    Vocabulary,
    Words,
)
from macros.content.problems import MAX_PER_FILE, Problem
from macros.content.reading import Document, Path
from macros.content.uses import Unless

_CHUNK = re.compile(r"[\w'’\u0301\u2011\ufffd-]+")
"""A word with everything that may belong to it: hyphens, apostrophes, stress marks, digits, letters that were lost."""

_NO_PROSE = (
    r"^(?P<fence>`{3,9}|~{3,9})[^\n]*\n.*?^(?P=fence)[^\n]*$"  # a block of code
    r"|(?<!`)(?P<tick>`{1,9})(?!`).{1,500}?(?<!`)(?P=tick)(?!`)"  # code in a line
    r"|\{\{[^{}]{0,500}\}\}|\{[^{}\n]*\}"  # calls of macros; attributes and placeholders
    r"|(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*"  # where a link leads
    r"|^[ ]{0,3}\[[^\]\n]+\]:[ ]*\S+"  # the same, below the text
    r"|\b[a-z][a-z0-9+.-]{0,20}://\S+|\bmailto:\S+"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,}|рф)\b(?:/\S*)?"  # a site or a file
    r"|(?:<|&lt;)/?[A-Za-z][^<>\n]{0,200}?(?:>|&gt;)|&#?\w+;"  # what looks like HTML
)
"""Each part is bounded, or begins where another cannot: a page of nothing but brackets takes no longer than prose."""

_LINK = re.compile(r"\]\([^()\s]*")
_ALPHABETS = {"ru": re.compile("[а-яё]+", re.IGNORECASE), "en": re.compile(r"[^\W\d_а-яё]+", re.IGNORECASE)}
_LOOKALIKES = dict(zip("AaBCcEeHKkMOoPpTXxy", "АаВСсЕеНКкМОоРрТХху", strict=True))
_TO_SCRIPT = {
    "ru": str.maketrans(_LOOKALIKES),
    "en": str.maketrans({cyrillic: latin for latin, cyrillic in _LOOKALIKES.items()}),
}
_ADJECTIVE_ENDINGS = ("ый", "ий", "ой")
_LONGEST_ABBREVIATION = 5
_LONGEST_WORD = 60


WORDS: dict[str, set[str]] = {name: set() for lang in LANGUAGES for name in (lang, f"{lang} known", f"{lang} unknown")}
"""Words, as written, that no change of the content makes wrong, by language; of others, which the dictionary knows, and
which not. Whoever keeps them for the next run needs no dictionary then, unless there is a new word."""


_RIGHT_PARTS: dict[Language, set[str]] = {lang: set() for lang in LANGUAGES}
"""What has stood between spaces in this run and holds no words but such that are right whatever the content."""


class _Text(NamedTuple):
    """A text of one language and where it begins: a page's body, or a value of a YAML document."""

    lang: Language
    text: str
    line: int
    document: Document | None = None
    path: Path = ()


@dataclass
class _Dictionary:
    """A dictionary that is read when first needed, and asked about each word once."""

    lang: Language
    answers: dict[str, bool] = field(default_factory=dict)

    def has(self, word: str) -> bool:
        """Whether the word is spelt right."""
        if word in WORDS[f"{self.lang} unknown"]:
            is_known = False
        elif word in WORDS[f"{self.lang} known"]:
            is_known = True
        else:
            dictionary = load_dictionary(self.lang)
            assert dictionary is not None, "asked only where there are dictionaries"
            is_known = dictionary.has(word)
        self.answers[word] = is_known
        return is_known

    def keep(self) -> None:
        """Remember the latest answers."""
        for word, is_known in self.answers.items():
            WORDS[f"{self.lang} known" if is_known else f"{self.lang} unknown"].add(word)


@dataclass
class _Speller:
    """Judges the words of one language in a part of the content.

    `right` are those, as written, that are right whatever the project lists; `judged` are others that the part has.
    """

    lang: Language
    dictionary: _Dictionary
    right: set[str]
    around: Around
    has_asked: bool = False
    judged: dict[str, bool] = field(default_factory=dict)

    def find_wrong(self, text: str) -> set[str]:
        """Return the words, as they stand in `text`, that are not known; what cannot be judged is left out."""
        wrong: set[str] = set()
        for part in set(text.split()) - _RIGHT_PARTS[self.lang]:
            chunks = _CHUNK.findall(part)
            wrong.update(chunk for chunk in chunks if chunk not in self.right and self._is_wrong(chunk))
            if self.right.issuperset(chunks):
                _RIGHT_PARTS[self.lang].add(part)
        return wrong

    def _is_wrong(self, chunk: str) -> bool:
        if chunk not in self.judged:
            self.judged[chunk] = self._judge(chunk)
        return self.judged[chunk]

    def _judge(self, chunk: str) -> bool:
        word = clean_word(chunk)
        self.has_asked = False
        self.dictionary.answers.clear()
        is_wrong = self._is_judged(word) and not self._knows(word)
        if self.has_asked:
            self.dictionary.keep()
        elif not is_wrong:
            self.right.add(chunk)
        return is_wrong

    def _is_judged(self, word: str) -> bool:
        """Short words in capitals, words with digits or with capitals inside, and other scripts are left alone."""
        if not 2 <= len(word) <= _LONGEST_WORD or not all(
            character.isalpha() or character in "-'" for character in word
        ):
            return False
        letters = word.replace("-", "").replace("'", "")
        own = "".join(_ALPHABETS[self.lang].findall(letters))
        if letters != own:
            return bool(own) and bool(_ALPHABETS[self.lang].fullmatch(letters.translate(_TO_SCRIPT[self.lang])))
        if letters.isupper():
            return any(len(part) > _LONGEST_ABBREVIATION for part in word.split("-"))
        return all(part[1:].islower() or part.isupper() for part in re.split("[-']", word) if len(part) > 1)

    def _knows(self, word: str) -> bool:
        """Whether the word or all parts of a compound are known."""
        if self._has(word):
            return True
        parts = word.split("-")
        return len(parts) > 1 and all(
            len(part) < 2
            or (part.isupper() and len(part) <= _LONGEST_ABBREVIATION)
            or self._has(part)
            or (number < len(parts) and self._is_combining(part))
            for number, part in enumerate(parts, start=1)
        )

    def _is_combining(self, part: str) -> bool:
        """Whether a part is an adjective cut for a compound: экспертно- of экспертный."""
        is_cut = self.lang == "ru" and part[-1] in "ое"
        return is_cut and any(self.dictionary.has(part[:-1] + ending) for ending in _ADJECTIVE_ENDINGS)

    def _has(self, word: str) -> bool:
        bare = word.removesuffix("'s").removesuffix("'") if self.lang == "en" else word
        forms = {word, bare}
        if word[0].isupper():
            forms |= {form.lower() for form in forms}
        if word.isupper():
            forms |= {bare.capitalize()}
        if any(self.dictionary.has(form) for form in forms):
            return True
        self.has_asked = True
        stem = find_stem(bare, self.lang)
        return self.around.is_listed(self.lang, stem) or (word[0].isupper() and self.around.is_name(self.lang, stem))

    def suggestions(self, word: str) -> str:
        """What was probably meant, separated by commas; nothing when no guess is near."""
        if not _ALPHABETS[self.lang].fullmatch(word):
            own = word.translate(_TO_SCRIPT[self.lang])
            return own if own != word and self._knows(own) else ""
        return ", ".join(suggest(word, self.lang, self.dictionary))


_DICTIONARIES = {lang: _Dictionary(lang) for lang in LANGUAGES}


def clean_word(chunk: str) -> str:
    """Return a word as dictionaries have it: without stress marks and outer hyphens, with plain ones inside."""
    return chunk.replace("\u0301", "").replace("’", "'").replace("\u2011", "-").strip("-'")


def check_spelling(draft: Draft) -> Iterator[Problem]:
    """Слова на страницах и в текстах данных есть в словаре или в words.yaml."""
    if not draft.around.has_dictionaries():
        return
    spellers = {lang: _Speller(lang, _DICTIONARIES[lang], WORDS[lang], draft.around) for lang in LANGUAGES}
    for file, texts in _texts_by_file(draft):
        yield from _check_file(file, texts, spellers)


def check_dictionaries(draft: Draft) -> Iterator[Problem]:
    """Словари обоих языков установлены."""
    if not draft.around.has_dictionaries():
        yield Problem("requirements.txt", 0, 0, "no-dictionary")


def check_unused_words(draft: Draft) -> Iterator[Unless]:
    """В words.yaml нет лишних слов: тех, что не встречаются или есть в словаре."""
    if draft.unsure or not draft.around.has_dictionaries():
        return
    for lang in LANGUAGES:
        for document, path, word in _listed_words(draft, lang):
            needs = frozenset((f"word-{lang}", stem) for stem in find_stems(word, lang))
            yield Unless(document.problem("unused-word", path, word=word), needs)


def find_listed(draft: Draft) -> dict[str, frozenset[str]]:
    """Return the stems of words.yaml by language."""
    return {
        lang: frozenset(stem for _, _, word in _listed_words(draft, lang) for stem in find_stems(word, lang))
        for lang in LANGUAGES
    }


def find_name_stems(draft: Draft) -> dict[str, frozenset[str]]:
    """Return the stems of words in names, by language."""
    names = _find_names(draft)
    return {lang: frozenset(stem for name in names[lang] for stem in find_stems(name, lang)) for lang in LANGUAGES}


def _check_file(file: str, texts: Iterable[_Text], spellers: Mapping[Language, _Speller]) -> Iterator[Problem]:
    """Yield a problem for each misspelt word of a file, at its first place, with how often it stands there."""
    counts: Counter[tuple[Language, str]] = Counter()
    first: dict[tuple[Language, str], tuple[_Text, int, str]] = {}
    for text in texts:
        speller = spellers[text.lang]
        # To find all markup costs more than to look words up: first without addresses of links, which most texts have.
        if not speller.find_wrong(_LINK.sub("]", text.text) if "](" in text.text else text.text):
            continue
        prose = re.sub(_NO_PROSE, _with_spaces, text.text, flags=re.MULTILINE | re.DOTALL)
        wrong = speller.find_wrong(prose)
        for found in _CHUNK.finditer(prose):
            if found.group() in wrong:
                key = (text.lang, clean_word(found.group()).lower())
                counts[key] += 1
                first.setdefault(key, (text, found.start(), found.group()))
    for key in list(first)[: MAX_PER_FILE + 1]:
        text, offset, chunk = first[key]
        word = clean_word(chunk)
        line, column = _place(text, offset, chunk)
        details = {"word": word, "count": str(counts[key]), "list": text.lang}
        yield Problem(file, line, column, "misspelt", {**details, "nearest": spellers[text.lang].suggestions(word)})


def _with_spaces(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())


def _place(text: _Text, offset: int, chunk: str) -> tuple[int, int]:
    """Return line and column of a word: in YAML, where it first stands in the file below the beginning of its text."""
    if text.document is None:
        before = text.text[:offset]
        return text.line + before.count("\n"), offset - before.rfind("\n")
    line, column = text.document.position(text.path)
    number = sum(found.group() == chunk for found in _CHUNK.finditer(text.text[:offset]))
    for row, written in enumerate(text.document.lines[line - text.document.first_line :], start=line):
        for found in _CHUNK.finditer(written, column - 1 if row == line else 0):
            if found.group() == chunk:
                if not number:
                    return row, found.start() + 1
                number -= 1
    return line, column


def _texts_by_file(draft: Draft) -> Iterator[tuple[str, list[_Text]]]:
    """Yield each file that holds prose with its texts, in the order of the file."""
    texts: defaultdict[str, list[_Text]] = defaultdict(list)
    for entry in draft.of(*draft.entries):
        for path, lang, text in _texts_in(entry.record):
            texts[entry.document.file].append(_Text(lang, text, 0, entry.document, (*entry.path, *path)))
    for page in draft.pages:
        meta = page.front_matter.value
        for name, value in meta.items() if isinstance(meta, dict) else ():
            if isinstance(value, str):
                texts[page.file].append(_Text(page.lang, value, 0, page.front_matter, (name,)))
        texts[page.file].append(_Text(page.lang, page.body, page.first_line))
    yield from texts.items()


def _texts_in(record: object) -> Iterator[tuple[Path, Language, str]]:
    """Yield every text of a record and of the records inside it that has a language, with its path."""
    if isinstance(record, Localised | LongLocalised | Phrase):
        for lang in LANGUAGES:
            wording = getattr(record, lang)
            if isinstance(wording, Plural):
                yield from (((lang, form), lang, text) for form, text in wording if text)
            else:
                yield (lang,), lang, wording
        return
    items: Iterable[tuple[str | int, object]] = ()
    if isinstance(record, BaseModel):
        items = record.__dict__.items()
    elif isinstance(record, tuple):
        items = enumerate(record)
    elif isinstance(record, dict):
        items = record.items()
    for key, value in items:
        if isinstance(value, BaseModel | tuple | dict):
            yield from (((key, *path), lang, text) for path, lang, text in _texts_in(value))


def _find_names(draft: Draft) -> dict[Language, set[str]]:
    """Return the capitalised words in the names of organisations, groups, publishers and regions: they are facts."""
    named: list[Localised | None] = []
    for entry in draft.of("organisation", "source", "vocabulary"):
        record = entry.record
        if isinstance(record, Organisation):
            named += [record.name, record.group]
        elif isinstance(record, Source):
            named += [record.publisher]
        elif isinstance(record, Vocabulary):
            named += [region.name for region in record.regions]
    return {
        lang: {
            part
            for name in named
            if name is not None
            for chunk in _CHUNK.findall(name.in_language(lang))
            for part in (clean_word(chunk), *clean_word(chunk).split("-"))
            if part[:1].isupper()
        }
        for lang in LANGUAGES
    }


def _listed_words(draft: Draft, lang: Language) -> Iterator[tuple[Document, Path, str]]:
    """Yield the words of the project's list for a language, each with its place."""
    for entry in draft.of("words"):
        if isinstance(entry.record, Words):
            for index, word in enumerate(getattr(entry.record, lang)):
                yield entry.document, (*entry.path, lang, index), word
