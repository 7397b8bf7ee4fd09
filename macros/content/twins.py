"""The same text in both languages, side by side: what the rules about both compare."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from macros.content.draft import Draft
from macros.content.model import Language, LongLocalised, Phrase, Plural, Record, Translated
from macros.content.problems import Problem
from macros.content.reading import Path
from macros.content.translations import localised_texts


class Twin(NamedTuple):
    """One text in both languages: a field of a record, or a section of a page. Places are (file, line, column)."""

    record: str
    ru: str
    en: str
    ru_place: tuple[str, int, int]
    en_place: tuple[str, int, int]
    is_markdown: bool

    def place(self, lang: Language) -> tuple[str, int, int]:
        """Return where the text of a language stands."""
        return self.ru_place if lang == "ru" else self.en_place

    def text(self, lang: Language) -> str:
        """Return the text in a language."""
        return self.ru if lang == "ru" else self.en

    def problem(self, rule: str, lang: Language = "en", **details: str) -> Problem:
        """Return a problem at the text of one language."""
        return Problem(*self.place(lang), rule, {"record": self.record, **details})


@lru_cache(maxsize=1)
def find_twins(draft: Draft) -> tuple[Twin, ...]:
    """Return each field of a record, and each section of the pages that have as many sections in both languages."""
    return tuple(_find_twins(draft))


def _find_twins(draft: Draft) -> Iterator[Twin]:
    for entry, path, record in draft.walked:
        for inner, (ru, en) in _texts(record).items():
            whole = (*entry.path, *path, *inner)
            yield Twin(
                str(getattr(record, "id", "")) or entry.label,
                ru,
                en,
                (entry.document.file, *entry.document.position((*whole, "ru"))),
                (entry.document.file, *entry.document.position((*whole, "en"))),
                bool(inner) and isinstance(getattr(record, str(inner[0])), LongLocalised),
            )
    for russian, english in draft.page_pairs():
        sections = list(zip(russian.sections(), english.sections(), strict=False))
        if len(russian.sections()) == len(english.sections()):
            for ours, theirs in sections:
                places = (russian.file, ours.line, 1), (english.file, theirs.line, 1)
                yield Twin("", ours.text, theirs.text, *places, is_markdown=True)


def _texts(record: Record) -> Mapping[Path, tuple[str, str]]:
    """The texts of a record; of a phrase, its forms one after another."""
    if isinstance(record, Phrase):
        return {(): (_plain(record.ru), _plain(record.en))}
    return localised_texts(record) if isinstance(record, Translated) else {}


def _plain(wording: str | Plural) -> str:
    return wording if isinstance(wording, str) else "\n".join(text for _, text in wording if text)
