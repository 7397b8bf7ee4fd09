"""Two snapshots of the data to what a reader should know: typed changes, each with its words in both languages."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from macros.content.model import (
    LANGUAGES,
    Answer,
    Cluster,
    End,
    Fact,
    Language,
    Link,
    Localised,
    LongLocalised,
    Milestone,
    Named,
    NewsItem,
    Organisation,
    Record,
    Source,
    Status,
    SupplyLink,
    Topic,
    Unknown,
    ValueChain,
)
from macros.content.snapshots import Snapshot

Act = Literal["added", "removed", "changed"]


class Both(Record):
    """Words in both languages; a date, an address or an id is the same in each."""

    ru: str
    en: str

    def in_language(self, lang: Language) -> str:
        """Return the words in `lang`."""
        return self.ru if lang == "ru" else self.en


class Thing(Record):
    """What a change is about: a record, or a part of one; its kind, its id (if it has one), and what it is called."""

    kind: str
    id: str
    name: Both
    status: Status | None = None


class Cited(Record):
    """A source as it was named at the time."""

    id: str
    publisher: Both
    title: Both
    date: str
    url: str


class Change(Record):
    """One thing that became different: a field of a record, or of a part of it, or a record or part as a whole.

    `part` is None for the record itself, `field` empty for a whole. `old` and `new` are the values; of a list only what
    went and what came; of an organisation that is added its role. `langs` are the languages in which a reader sees a
    difference; `status` is the part's, or the record's, after the change.
    """

    act: Act
    part: Thing | None = None
    field: str = ""
    old: tuple[Both, ...] = ()
    new: tuple[Both, ...] = ()
    langs: tuple[Language, ...] = LANGUAGES
    status: Status | None = None


class RecordChange(Record):
    """All changes of one record, with the sources that it names now (of a removed one: that it named)."""

    record: Thing
    changes: tuple[Change, ...]
    sources: tuple[Cited, ...] = ()


KINDS = ("cluster", "organisation", "chain", "topic", "unknown", "news", "source")
"""Kinds of records whose changes are told, in this order."""

PARTS = ("fact", "milestone", "link", "material", "market", "answer", "page_link")
"""Kinds of parts."""

_REFERENCES: Mapping[str, str] = {
    "about": "organisation",
    "contact": "organisation",
    "grade": "grade",
    "market": "market",
    "material": "material",
    "open_question": "unknown",
    "organisation": "organisation",
    "region": "region",
    "regions": "region",
    "role": "role",
    "sources": "source",
    "stage": "stage",
    "status": "status",
}
"""Fields that hold ids, and of what. A topic's `group` is one too, an organisation's is a text."""

FIELDS: Mapping[type[Record], tuple[str, ...]] = {
    Cluster: ("name", "short_name", "name_note", "tagline", "description", "open_question", "contact", "regions"),
    Organisation: (
        *("name", "name_note", "role", "status", "region", "stage", "group", "website", "summary", "as_of", "sources"),
    ),
    Topic: ("title", "title_note", "group", "link"),
    Unknown: ("question", "kind", "searched", "about", "how_to_check"),
    NewsItem: ("title", "date", "updated", "lead", "body", "sources"),
    Source: ("publisher", "title", "url", "date", "checked", "check_by", "grade", "note"),
    ValueChain: (),
    Fact: ("text", "status", "as_of", "stated_by", "sources"),
    Milestone: ("title", "text", "date", "date_note", "status", "sources"),
    SupplyLink: ("material", "source_end", "target_end", "status", "as_of", "sources"),
    Named: ("name", "note"),
    Answer: ("text", "sources"),
    Link: ("title", "url", "note"),
}
"""What is compared of each record, beside its id and its parts.

`reviewed` and `pending` say nothing about the world; a picture, tags and mentions of a news item are the item's own.
"""

_IDENTITIES: Mapping[str, tuple[Callable[[Any], Hashable], ...]] = {
    "organisation": (lambda item: item.name.ru, lambda item: item.summary.ru, lambda item: item.website),
    "topic": (lambda item: item.title.ru, lambda item: item.link),
    "unknown": (lambda item: item.question.ru,),
    "news": (lambda item: item.title.ru, lambda item: item.body.ru),
    "source": (lambda item: item.url, lambda item: (item.publisher.ru, item.title.ru)),
    "fact": (lambda item: item.text.ru,),
    "milestone": (lambda item: item.title.ru,),
    "link": (lambda item: (item.material, item.source_end, item.target_end),),
    "material": (lambda item: item.name.ru,),
    "market": (lambda item: item.name.ru,),
    "answer": (lambda item: item.text.ru, lambda item: frozenset(item.sources)),
    "page_link": (lambda item: item.url, lambda item: item.title.ru),
}
"""By what a record is known again when it has no id, or another one than before."""


@dataclass(frozen=True)
class _Item:
    """A record or a part in one snapshot. `owner` is the record that holds it, itself for a record."""

    kind: str
    id: str
    record: Record
    owner: "tuple[str, str, Record]"

    @property
    def is_part(self) -> bool:
        return self.kind in PARTS


Pair = tuple[_Item | None, _Item | None]


def compare(old: Snapshot, new: Snapshot) -> tuple[RecordChange, ...]:
    """Return what differs between two snapshots, record by record. Raises RevisionError when Git lacks something."""
    if old.tree == new.tree:
        return ()
    names = [name for name in {**old.files, **new.files} if old.files.get(name) != new.files.get(name)]
    old.fetch(names)
    new.fetch(names)
    before, after = _items_in(old, names), _items_in(new, names)
    pairs = _pair_up(before, after)
    comparison = _Comparison(old, new, {(a.kind, a.id): b.id for a, b in pairs if a and b and a.id})
    unread = old.unread_in(names) | new.unread_in(names)
    return comparison.group([pair for pair in pairs if not _is_unsure(pair, unread)])


def _is_unsure(pair: Pair, unread: frozenset[tuple[str, str]]) -> bool:
    """Whether one side of a pair is missing only because it, or what holds it, cannot be read."""
    if None not in pair:
        return False
    item = pair[0] or pair[1]
    assert item is not None
    kind, key, _ = item.owner
    return bool({(kind, key), (kind, "*")} & unread)


def _items_in(snapshot: Snapshot, names: Iterable[str]) -> list[_Item]:
    items = []
    for kind, key, record in snapshot.records_in(names):
        if kind in KINDS:
            owner = (kind, key, record)
            items.append(_Item(kind, key, record, owner))
            items += [_Item(part, str(getattr(own, "id", "")), own, owner) for part, own in _parts_of(record)]
    return items


def _parts_of(record: Record) -> Iterator[tuple[str, Record]]:
    """Yield the parts of a record that are told apart from it, with their kinds."""
    lists: dict[str, Sequence[Record]] = {}
    match record:
        case Cluster():
            facts = (record.status, *record.facts)
            lists = {"fact": facts, "milestone": record.milestones, "page_link": record.links}
        case ValueChain():
            lists = {"fact": record.facts, "link": record.links, "material": record.materials, "market": record.markets}
        case Organisation() | Topic():
            lists = {"fact": record.facts}
        case Unknown():
            lists = {"answer": record.answers}
    yield from ((kind, part) for kind, parts in lists.items() for part in parts)


def _pair_up(before: Sequence[_Item], after: Sequence[_Item]) -> list[Pair]:
    """Return each item with what it was: by its id, else by what it is known by; items of `after` first, in order."""
    partners: dict[int, _Item] = {}
    for kind in (*KINDS, *PARTS):
        old, new = ([item for item in side if item.kind == kind] for side in (before, after))
        for identity in (_own_id, *(_known_by(look) for look in _IDENTITIES.get(kind, ()))):
            left = _index((item for item in old if id(item) not in partners), identity)
            right = _index((item for item in new if id(item) not in partners), identity)
            for key in left.keys() & right.keys():
                (one, *others), (other, *more) = left[key], right[key]
                if not others and not more:
                    partners |= {id(one): other, id(other): one}
    pairs: list[Pair] = [(partners.get(id(item)), item) for item in after]
    return pairs + [(item, None) for item in before if id(item) not in partners]


def _own_id(item: _Item) -> Hashable:
    return item.id or (item.kind if item.kind in ("cluster", "chain") else None)


def _known_by(look: Callable[[Any], Hashable]) -> Callable[[_Item], Hashable]:
    """Parts without ids are known only inside the record that holds them."""

    def identity(item: _Item) -> Hashable:
        found = look(item.record)
        return None if found is None else (found, "" if item.id else item.owner[:2])

    return identity


def _index(items: Iterable[_Item], identity: Callable[[_Item], Hashable]) -> dict[Hashable, list[_Item]]:
    found: dict[Hashable, list[_Item]] = {}
    for item in items:
        if (key := identity(item)) is not None:
            found.setdefault(key, []).append(item)
    return found


@dataclass(frozen=True)
class _Comparison:
    """Two snapshots, and the new id of each record that has another one now than before."""

    old: Snapshot
    new: Snapshot
    renamed: Mapping[tuple[str, str], str]

    def group(self, pairs: Iterable[Pair]) -> tuple[RecordChange, ...]:
        """Return the changes by the record that they belong to: kinds in the order of `KINDS`, records in theirs."""
        found: dict[tuple[str, str], tuple[_Item, list[Change]]] = {}
        gone = set()
        for old, new in pairs:
            item = new or old
            assert item is not None
            if new is None and not item.is_part:
                gone.add(item.owner[:2])
            if new is None and item.is_part and item.owner[:2] in gone:
                continue  # went with what held it
            if changes := list(self.changes_of(old, new)):
                key = item.owner[0], self._now(*item.owner[:2]) if new is None else item.owner[1]
                owner = _Item(*item.owner, item.owner)
                known = found.setdefault(key, (owner, []))
                known[1].extend(changes)
                if new is not None:
                    found[key] = (owner, known[1])
        ordered = sorted(found.values(), key=lambda one: KINDS.index(one[0].kind))
        return tuple(self._record_change(item, changes) for item, changes in ordered)

    def _record_change(self, item: _Item, changes: Sequence[Change]) -> RecordChange:
        is_gone = any(change.act == "removed" and change.part is None for change in changes)
        sources = {source: None for record in self._told(item, changes) for source in getattr(record, "sources", ())}
        side = self.old if is_gone else self.new
        cited = [cite(found) for source in sources if isinstance(found := self._find("source", source), Source)]
        return RecordChange(record=self.thing(side, item), changes=tuple(changes), sources=tuple(cited))

    def _told(self, item: _Item, changes: Sequence[Change]) -> Iterator[Record]:
        """Yield the record, if it changed itself, and its parts that changed: those whose sources are named."""
        touched = {(change.part.kind, change.part.id) for change in changes if change.part}
        if any(change.part is None for change in changes):
            yield item.record
        for kind, part in _parts_of(item.record):
            if (kind, str(getattr(part, "id", ""))) in touched:
                yield part

    def _find(self, kind: str, key: str) -> Record | None:
        return self.new.find(kind, key) or self.old.find(kind, key)

    def _now(self, kind: str, key: str) -> str:
        """The id that a record of the old snapshot has in the new one."""
        return self.renamed.get((kind, key), key)

    def changes_of(self, old: _Item | None, new: _Item | None) -> Iterator[Change]:
        """Yield what differs between what an item was and is."""
        item = new or old
        assert item is not None
        side = self.new if new else self.old
        part = self.thing(side, item) if item.is_part else None
        status = getattr(item.record, "status", None) if new else None
        status = status if isinstance(status, str) else None
        if old is None or new is None:
            role = (
                (self.refer(side, "role", item.record.role),) if new and isinstance(item.record, Organisation) else ()
            )
            yield Change(act="added" if new else "removed", part=part, new=role, status=cast(Status | None, status))
            return
        told: dict[str, Any] = {"part": part, "status": status}
        if old.id != new.id:
            yield Change(act="changed", field="id", old=_same(old.id), new=_same(new.id), **told)
        if old.is_part and (old.owner[0], self._now(*old.owner[:2])) != new.owner[:2]:
            was, now = _Item(*old.owner, old.owner), _Item(*new.owner, new.owner)
            homes = {"old": (self.name(self.old, was),), "new": (self.name(self.new, now),)}
            yield Change(act="changed", field="home", **homes, **told)
        for name in FIELDS[type(new.record)]:
            if change := self._change(name, old.record, new.record, told):
                yield change

    def _change(self, name: str, old: Record, new: Record, told: Mapping[str, Any]) -> Change | None:
        """Return how a field changed, or None when no reader would see a difference."""
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            return None
        if isinstance(before, LongLocalised):
            langs = tuple(lang for lang in LANGUAGES if before.in_language(lang) != after.in_language(lang))
            return Change(act="changed", field=name, langs=langs, **told)
        kind = "group" if name == "group" and isinstance(new, Topic) else _REFERENCES.get(name, "")
        was, now = self._words(self.old, kind, name, before), self._words(self.new, kind, name, after)
        if was.keys() == now.keys():
            return None  # the same ids by another name, or in another order
        if isinstance(before, tuple):
            was, now = _without(was, now), _without(now, was)
        gone, come = tuple(was.values()), tuple(now.values())
        langs = tuple(
            lang
            for lang in LANGUAGES
            if [one.in_language(lang) for one in gone] != [one.in_language(lang) for one in come]
        )
        return Change(act="changed", field=name, old=gone, new=come, langs=langs, **told) if langs else None

    def _words(self, side: Snapshot, kind: str, name: str, value: Any) -> dict[Hashable, Both]:
        """The values of a field by what they are known by: for ids, the id that the record has now."""
        if value is None:
            return {}
        if isinstance(value, End):
            end, key = _named_end(value)
            return {(end, self._now(end, key) if side is self.old else key): self._end(side, name, value)}
        if isinstance(value, Localised):
            return {(value.ru, value.en): Both(ru=value.ru, en=value.en)}
        if kind:
            keys = value if isinstance(value, tuple) else (value,)
            return {
                self._now(kind, key) if side is self.old else key: self.refer(side, kind, key)
                for key in dict.fromkeys(keys)
            }
        if name == "kind":
            return {value: _phrase(side, "sources_disagree" if value == "disputed" else "not_found", value)}
        return {str(value): _both(str(value))}

    def _end(self, side: Snapshot, name: str, end: End) -> Both:
        """One end of a link; of an unnamed one, that it is unnamed."""
        kind, key = _named_end(end)
        if kind == "stage":
            return _phrase(side, "supplier_unnamed" if name == "source_end" else "recipient_unnamed", key)
        return self.refer(side, kind, key)

    def refer(self, side: Snapshot, kind: str, key: str) -> Both:
        """Return what the record or term with this id is called; its id, when nothing with it can be read."""
        record = side.find(kind, key)
        if isinstance(record, Source):
            return _joined(record.publisher, ": ", record.title)
        if kind == "grade" and record is not None:
            return _joined(_both(key), " — ", cast(Any, record).name)
        return _name_of(record) if record is not None else _both(key)

    def name(self, side: Snapshot, item: _Item) -> Both:
        """Return what an item is called."""
        if isinstance(item.record, SupplyLink):
            link = item.record
            ends = (self._end(side, "source_end", link.source_end), self._end(side, "target_end", link.target_end))
            return _joined(self.refer(side, "material", link.material), ": ", ends[0], " → ", ends[1])
        if isinstance(item.record, ValueChain):
            return _both("")
        return _name_of(item.record)

    def thing(self, side: Snapshot, item: _Item) -> Thing:
        """Return an item as what changes are about."""
        status = getattr(item.record, "status", None)
        status = status.status if isinstance(status, Fact) else status
        return Thing(kind=item.kind, id=item.id, name=self.name(side, item), status=status)


def cite(source: Source) -> Cited:
    """Return how a source is named beside what rests on it."""
    publisher, title = (Both(ru=text.ru, en=text.en) for text in (source.publisher, source.title))
    return Cited(id=source.id, publisher=publisher, title=title, date=source.date or "", url=source.url)


def _named_end(end: End) -> tuple[str, str]:
    return next((kind, str(key)) for kind, key in end if key)


def _without(one: Mapping[Hashable, Both], other: Mapping[Hashable, Both]) -> dict[Hashable, Both]:
    return {key: words for key, words in one.items() if key not in other}


def _name_of(record: Record) -> Both:
    for field in ("name", "title", "question", "text"):
        if isinstance(text := getattr(record, field, None), Localised):
            return Both(ru=text.ru, en=text.en)
    raise TypeError(f"{type(record).__name__} has no name")


def _phrase(side: Snapshot, name: str, otherwise: str) -> Both:
    phrase = side.phrase(name)
    return Both(ru=str(phrase.ru), en=str(phrase.en)) if phrase else _both(otherwise)


def _both(text: str) -> Both:
    return Both(ru=text, en=text)


def _same(text: str) -> tuple[Both, ...]:
    return (_both(text),)


def _joined(*parts: Both | Localised | str) -> Both:
    return Both(
        **{
            lang: "".join(part if isinstance(part, str) else part.in_language(lang) for part in parts)
            for lang in LANGUAGES
        }
    )
