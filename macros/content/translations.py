"""Whether each English text still matches the Russian one it was made from, by fingerprints kept beside it.

A record's `reviewed` holds the fingerprints of its Russian texts as they were when somebody last compared the two; the
front matter of an English page holds those of the sections of the Russian page. No dates, no commits: a fingerprint
survives moves, renames and merges, and whoever changes the Russian text makes it wrong.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from macros.content.draft import Draft, Entry
from macros.content.model import Deferrable, Localised, LongLocalised, Phrase, Plural, Translated
from macros.content.problems import Problem, shorten
from macros.content.prose import ProsePage
from macros.content.reading import Document, Path

LAG_RULES = frozenset(
    {"pending-over", "sections-moved", "stale-section", "stale-translation", "unreviewed", "unreviewed-page"}
)
"""What is told of English texts that lag behind."""

FINGERPRINT_LENGTH = 6
"""Hexadecimal digits: one chance in 16 million that a change goes unseen."""


def fingerprint(name: str, russian: str) -> str:
    """Return the fingerprint of a Russian text under its field's name; line breaks and spaces do not count."""
    return hashlib.sha256(f"{name}\0{' '.join(russian.split())}".encode()).hexdigest()[:FINGERPRINT_LENGTH]


def localised_texts(record: Translated) -> dict[Path, tuple[str, str]]:
    """Return (Russian, English) of the texts that stand directly in a record, by the path of their field.

    The path is empty for a phrase, which is one text itself.
    """
    if isinstance(record, Phrase):
        return {(): (plain_wording(record.ru), plain_wording(record.en))}
    texts: dict[Path, tuple[str, str]] = {}
    for name, value in record.__dict__.items():
        if not isinstance(value, dict | Localised | LongLocalised):
            continue
        items = {(name, key): item for key, item in value.items()} if isinstance(value, dict) else {(name,): value}
        texts |= {
            path: (item.ru, item.en) for path, item in items.items() if isinstance(item, Localised | LongLocalised)
        }
    return texts


def plain_wording(wording: str | Plural) -> str:
    """Return a phrase as one text, with its plural forms."""
    return wording if isinstance(wording, str) else " ".join(f"{form}: {text}" for form, text in wording if text)


class Lag(NamedTuple):
    """An English text that is not known to match its Russian one, in its file at `line`, `column`.

    `name` is the field, or the heading of the section; `mark` the fingerprint of the Russian text as it is now.
    """

    line: int
    column: int
    name: str
    russian: str
    english: str
    mark: str


class Pair(NamedTuple):
    """A record or page in both languages: the fingerprints it has, those due, and the texts that lag.

    `document` is the data file, or the front matter of the English page; `path` leads to the record in it, `after` to
    the last of its texts.
    """

    document: Document
    path: Path
    after: Path
    record: str
    is_page: bool
    had: tuple[str, ...] | None
    due: tuple[str, ...]
    pending: date | None
    lags: tuple[Lag, ...]

    def line_with(self, marks: Iterable[str]) -> str:
        """Return the line for the file once the texts with these fingerprints have been compared as well."""
        known = {*(self.had or ()), *marks}
        return f"reviewed: {' '.join(mark for mark in self.due if mark in known)}"

    def problem(self, rule: str, field: str = "", **details: str) -> Problem:
        """Return a problem at the record or page, or at one of its fields."""
        path = (*self.path, field) if field else self.path
        return self.document.problem(rule, path, details, record=self.record, line=self.line_with(self.due))


def find_pairs(draft: Draft) -> Iterator[Pair]:
    """Yield every record with texts of its own, and every page that is there in both languages."""
    for entry, path, record in draft.walked:
        if isinstance(record, Translated) and (texts := localised_texts(record)):
            yield _pair_of_record(entry, path, record, texts)
    for russian, english in draft.page_pairs():
        yield _pair_of_pages(russian, english)


def _pair_of_record(entry: Entry, path: Path, record: Translated, texts: Mapping[Path, tuple[str, str]]) -> Pair:
    whole = (*entry.path, *path)
    had = tuple(record.reviewed.split()) if record.reviewed else None
    marks = {inner: fingerprint(".".join(map(str, inner)), russian) for inner, (russian, _) in texts.items()}
    lags = [
        Lag(
            *entry.document.position((*whole, *inner, "en")),
            name=".".join(map(str, inner)) or str(whole[-1]),
            russian=russian,
            english=english,
            mark=marks[inner],
        )
        for inner, (russian, english) in texts.items()
        if marks[inner] not in (had or ())
    ]
    return Pair(
        document=entry.document,
        path=whole,
        after=max(((*whole, *inner) for inner in texts), key=lambda place: entry.document.ends.get(place, (0, 0))),
        record=str(getattr(record, "id", "")) or entry.label,
        is_page=False,
        had=had,
        due=tuple(marks.values()),
        pending=record.pending if isinstance(record, Deferrable) else None,
        lags=tuple(lags),
    )


def _pair_of_pages(russian: ProsePage, english: ProsePage) -> Pair:
    value = english.front_matter.value if isinstance(english.front_matter.value, dict) else {}
    written = value.get("reviewed")
    had = tuple(written.split()) if isinstance(written, str) else None
    sections = english.sections()
    marks = [fingerprint("", section.text) for section in russian.sections()]
    lags = [
        Lag(
            line=own.line if number else 1,
            column=1,
            name=section.heading or russian.path,
            russian=section.text,
            english=own.text,
            mark=mark,
        )
        for number, (section, mark) in enumerate(zip(russian.sections(), marks, strict=True))
        if mark not in (had or ())
        for own in [sections[min(number, len(sections) - 1)]]
    ]
    pending = value.get("pending")
    return Pair(
        document=english.front_matter,
        path=(),
        after=(),
        record="",
        is_page=True,
        had=had,
        due=tuple(marks),
        pending=date.fromisoformat(pending) if isinstance(pending, str) and _is_day(pending) else None,
        lags=tuple(lags),
    )


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def check_translations(draft: Draft) -> Iterator[Problem]:
    """Каждый английский текст сверен с русским, каким тот стал: отпечатки русских текстов стоят рядом, в reviewed."""
    for pair in find_pairs(draft):
        if pair.pending is not None:
            is_over = pair.pending < draft.today
            rule = ("pending-over" if is_over else "translation-pending") if pair.lags else "needless-pending"
            yield pair.problem(rule, "pending", value=pair.pending.isoformat())
        elif pair.had is None:
            names = ", ".join(shorten(lag.name) for lag in pair.lags)
            yield pair.problem("unreviewed-page" if pair.is_page else "unreviewed", names=names)
        elif pair.lags:
            yield from _stale(pair)
        elif pair.is_page and pair.had != pair.due:
            yield pair.problem("sections-moved", "reviewed")


def _stale(pair: Pair) -> Iterator[Problem]:
    """Yield each text that lags. `history` finds by its own name and the old fingerprints what it was before."""
    for lag in pair.lags:
        details = {
            "record": pair.record,
            "line": pair.line_with(pair.due),
            "field": shorten(lag.name),
            "russian": " ".join(lag.russian.split()),
            "had": " ".join(pair.had or ()),
        }
        rule = "stale-section" if pair.is_page else "stale-translation"
        yield Problem(pair.document.file, lag.line, lag.column, rule, details)
