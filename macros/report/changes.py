"""Two drafts to the list of what differs: records and sections of pages, field by field, in both languages. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from macros.content.draft import Draft
from macros.content.model import LANGUAGES, Localised, LongLocalised, Phrase, Plural, Record, walk_records
from macros.content.translations import find_pairs, plain_wording

Key = tuple[str, ...]
Change = Literal["new", "changed", "gone"]

_UNSEEN = frozenset({"id", "reviewed", "pending"})
"""Fields that no reader sees as they are written."""

_INVISIBLE_KINDS = frozenset({"exemption", "term", "words"})


@dataclass(frozen=True)
class Item:
    """Whatever has an address of its own in the data: its place, what it is called, and its fields as a reader's texts.

    `fields`: name -> language -> text; a value that has no language stands under an empty one.
    """

    key: Key
    file: str
    line: int
    fields: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Difference:
    """An item that differs: the old one, the new one, or both."""

    change: Change
    old: Item | None
    new: Item | None

    @property
    def item(self) -> Item:
        """The item as it is, or as it was."""
        item = self.new or self.old
        assert item is not None
        return item

    @property
    def kind(self) -> str:
        """The kind of record, or `page`."""
        return self.item.key[0]

    def fields(self) -> list[str]:
        """Return the names of the fields that differ, in the order of the record."""
        old, new = (dict(side.fields) if side else {} for side in (self.old, self.new))
        return [name for name in {**new, **old} if old.get(name) != new.get(name)]


def find_differences(old: Draft, new: Draft) -> list[Difference]:
    """Return what is new, changed and gone, in the order of the new files, then of the old."""
    before, after = ({item.key: item for item in find_items(draft)} for draft in (old, new))
    found = [
        Difference("changed" if key in before else "new", before.get(key), item)
        for key, item in after.items()
        if key not in before or before[key].fields != item.fields
    ]
    return found + [Difference("gone", item, None) for key, item in before.items() if key not in after]


def find_items(draft: Draft) -> Iterator[Item]:
    """Yield every record, those inside others too, and every section of the pages."""
    visible = [(kind, entry) for kind in draft.entries if kind not in _INVISIBLE_KINDS for entry in draft.of(kind)]
    for kind, entry in visible:
        names: dict[tuple[str | int, ...], str] = {}
        for path, record in walk_records(entry.record):
            if isinstance(record, Localised | LongLocalised | Plural):
                continue
            own = str(getattr(record, "id", "")) or (str(path[-1]) if path else entry.label)
            names[path] = own
            above = [names[path[:length]] for length in range(len(path)) if path[:length] in names]
            line, _ = entry.document.position((*entry.path, *path))
            if fields := _fields(record):
                key = (kind, *(name for name in above if name), *(str(part) for part in path[:-1][-1:]), own)
                yield Item(key, entry.document.file, line, fields)
    for lang in LANGUAGES:
        for page in draft.pages:
            counts: Counter[str] = Counter()
            for section in page.sections() if page.lang == lang else ():
                counts[section.heading] += 1
                number = str(counts[section.heading]) if counts[section.heading] > 1 else ""
                key = ("page", lang, page.path, section.heading, number)
                yield Item(key, page.file, section.line, {"text": {lang: section.text.strip()}})


def _fields(record: Record) -> dict[str, dict[str, str]]:
    """The fields of a record that hold no records, as texts by language."""
    if isinstance(record, Phrase):
        return {"text": {"ru": plain_wording(record.ru), "en": plain_wording(record.en)}}
    fields: dict[str, dict[str, str]] = {}
    for name in type(record).model_fields:
        value = getattr(record, name)
        if name in _UNSEEN or value is None or value == ():
            continue
        if isinstance(value, Localised | LongLocalised):
            fields[name] = {"ru": value.ru, "en": value.en}
        elif isinstance(value, dict):
            fields |= {f"{name}.{key}": {"ru": item.ru, "en": item.en} for key, item in value.items()}
        elif isinstance(value, tuple):
            if not isinstance(value[0], Record):
                fields[name] = {"": ", ".join(map(str, value))}
        elif not isinstance(value, Record):
            fields[name] = {"": str(value)}
    return fields


@dataclass(frozen=True)
class Translation:
    """An English text that lags, or lagged, behind its Russian one."""

    file: str
    line: int
    record: str
    name: str
    russian: str
    english: str
    pending: str


def find_lags(draft: Draft) -> dict[tuple[str, str, str], Translation]:
    """Return every English text that lags or is declared pending, by file, record and field."""
    found = {}
    for pair in find_pairs(draft):
        for lag in pair.lags:
            pending = pair.pending.isoformat() if pair.pending else ""
            key = (pair.document.file, pair.record, lag.name)
            found[key] = Translation(
                pair.document.file, lag.line, pair.record, lag.name, lag.russian, lag.english, pending
            )
    return found
