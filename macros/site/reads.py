"""What each page reads of the site, so that a page is made again only when something it has read has changed.

A page is a pure function of the code, the settings and what it reads from `Site`. `Reads` hands out a stand-in for the
site that notes every read as an expression (an attribute, an element, a call of a method of `Site`) with a digest of
what it gave. On the next build every expression is evaluated again, once, unless it is part of a record that is the
same as a whole: a page all of whose reads give the same is the same page. Whatever cannot be evaluated any more counts
as changed.
"""

import hashlib
import operator
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import is_dataclass
from functools import cache, partial
from inspect import getattr_static
from types import FunctionType, MethodType
from typing import Any, NamedTuple, cast

from macros.content.model import Fact, NewsItem, Organisation, Record, Source, Topic, Unknown
from macros.content.site import Site
from macros.site.differences import PLAIN, find_differing, is_same

_KINDS: Mapping[type, str] = {
    NewsItem: "news",
    Organisation: "organisation",
    Source: "source",
    Fact: "fact",
    Topic: "topic",
    Unknown: "unknown",
}
"""Records that `Site.by_id` holds: wherever one is met, its fields are read as those of the record with this id."""
_GONE = object()
_NOT_YET = object()

Read = tuple[int, str, Any]
"""An expression: the number of an earlier one, a step from its value, and the key of that step."""

Records = Mapping[tuple[str, str], bytes]
"""A digest of each record that has an id, by its kind and id."""


class Named(NamedTuple):
    """An argument of a call that is itself the value of an expression."""

    number: int


_GIVES_RECORDS = ("element", "call")
_GIVES_PART = ("item", "element", "has")
"""Steps that depend on one key, place or member only."""
_SEARCHES = 16
"""So many times longer than to go past a number takes to search for one."""
_ROOT: Read = (-1, "site", None)
_RECORDS: Read = (0, "attribute", "by_id")


def _digest(value: object) -> bytes:
    """Of a plain value, all of it; of anything else its type, since its parts are read by themselves."""
    plain = f"{type(value).__name__} {value!r}" if isinstance(value, PLAIN) else type(value).__name__
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=8).digest()


@cache
def _digest_identity(identity: tuple[str, str]) -> bytes:
    return _digest(repr(identity))


_STEPS: Mapping[str, Callable[[Any, Any], Any]] = {
    "attribute": getattr,
    "item": operator.getitem,
    "element": operator.getitem,
    "has": operator.contains,
    "length": lambda value, _: len(value),
    "keys": lambda value, _: repr(list(value)),
    "part": lambda value, key: len(value[slice(*key)]),
    "whole": lambda value, _: repr(value),
}
"""What gives the value of a step, by that before it and the key; raises what Python raises where there is none."""


_known: dict[int, tuple[Record, bytes]] = {}
"""The digests of the last site's records: a process that goes on has most of them again, and none ever changes."""


def digest_records(site: Site) -> Records:
    """Return what stands for each record, to its last part."""
    found: dict[tuple[str, str], tuple[Record, bytes]] = {}
    for key, record in site.by_id.items():
        if _KINDS.get(type(record)) == key[0] and isinstance(record, Record):
            known = _known.get(id(record))
            found[key] = known if known and known[0] is record else (record, _digest_record(record))
    _known.clear()
    _known.update((id(record), (record, digest)) for record, digest in found.values())
    return {key: digest for key, (_, digest) in found.items()}


def _digest_record(record: Record) -> bytes:
    return hashlib.blake2b(record.model_dump_json().encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _identify_records(site: Site) -> Mapping[int, tuple[str, str]]:
    return {id(record): key for key, record in site.by_id.items() if _KINDS.get(type(record)) == key[0]}


class Reads:
    """Every expression that the pages of one language have read, with the digest of its value.

    `changed` are those that give something else on the site of this build than on that of the last one; `current`
    takes the numbers of what is read, and whoever renders a page puts a set of its own there first.
    """

    def __init__(self, site: Site, reads: Sequence[Read] = (), digests: Sequence[bytes] = ()) -> None:
        """Take up the expressions of an earlier build; `renew` has to evaluate them before any page reads."""
        self.site = site
        self.reads: list[Read] = list(reads) or [_ROOT]
        self.digests: list[bytes] = list(digests) or [_digest(site)]
        self.numbers = {read: number for number, read in enumerate(self.reads)}
        self.values: list[Any] = [_NOT_YET] * len(self.reads)
        self.values[0] = site
        self.current: set[int] = set()
        self.changed: set[int] = set()
        self._below: defaultdict[int, list[int]] = defaultdict(list)
        for number, (parent, _, _) in enumerate(self.reads[1:], start=1):
            self._below[parent].append(number)
        self._standins: dict[int, Traced] = {}
        self._parts: dict[Hashable, tuple[str, frozenset[int]]] = {}
        self._identities: Mapping[int, tuple[str, str]] = {}

    def renew(self, site: Site, same: Set[tuple[str, str]]) -> None:
        """Go on to the next site. `same`: the records that say there what they said on the last one.

        What is read of those, or of objects that both sites share, is neither evaluated nor compared.
        """
        self.site, self._identities = site, _identify_records(site)
        self.changed = set()
        self.values[0] = site
        records = self.numbers.get(_RECORDS)
        wanted = bytearray(len(self.reads))  # what comes from an expression has a higher number
        for number in self._below[0]:
            wanted[number] = True
        number = 0
        while (number := wanted.find(True, number + 1)) > 0:
            read, before = self.reads[number], self.values[number]
            try:
                value = self.values[number] = self._evaluate(read)
                if is_same(before, value):
                    continue
                if read[:2] == (records, "item") and read[2] in same:
                    self._forget_parts(number)
                    continue
                digest = self._digest(read, value)
            except (AttributeError, IndexError, KeyError, TypeError):
                value = self.values[number] = _GONE
                digest = b""
            if digest != self.digests[number]:
                self.digests[number] = digest
                self.changed.add(number)
            for part in self._find_parts(number, before, value):
                wanted[part] = True

    def _find_parts(self, number: int, before: Any, value: Any) -> Iterable[int]:
        """The steps from an expression that may give something else, now that it does not give the same object."""
        below = self._below.get(number, ())
        differing = find_differing(before, value) if below else None
        if differing is None:
            return below
        return [part for part in below if self.reads[part][1] not in _GIVES_PART or self.reads[part][2] in differing]

    def _forget_parts(self, number: int) -> None:
        """Let what is read of another object, which says the same, be evaluated when it is needed."""
        parts = list(self._below.get(number, ()))
        while parts:
            part = parts.pop()
            if self.values[part] is not _NOT_YET:
                self.values[part] = _NOT_YET
                parts += self._below.get(part, ())

    def settle(self) -> None:
        """Let go of what the pages that have been made were handed."""
        self.current = set()
        self._standins.clear()
        self._parts.clear()

    def has_changed(self, numbers: Sequence[int]) -> bool:
        """Whether any of these expressions, in the order of their numbers, gives something else than it did."""
        if len(self.changed) > len(numbers) // _SEARCHES:
            return not self.changed.isdisjoint(numbers)
        places = ((bisect_left(numbers, number), number) for number in self.changed)
        return any(numbers[place] == number for place, number in places if place < len(numbers))

    @property
    def root(self) -> Site:
        """The stand-in for the site."""
        return cast(Site, self.standin(0))

    def _value(self, number: int) -> Any:
        """The value of an expression, evaluated now if it has not been needed before."""
        value = self.values[number]
        if value is _NOT_YET:
            value = self.values[number] = self._evaluate(self.reads[number])
        return value

    def _evaluate(self, read: Read) -> Any:
        parent_number, step, key = read
        parent = self._value(parent_number)
        if parent is _GONE:
            raise KeyError(key)
        if step == "call":
            name, arguments, named = key
            return getattr(parent, name)(*map(self._argument, arguments), **{k: self._argument(v) for k, v in named})
        return _STEPS[step](parent, key)

    def _argument(self, value: Any) -> Any:
        return self._value(value.number) if isinstance(value, Named) else value

    def _digest(self, read: Read, value: Any) -> bytes:
        """A record that has an id is told by it: what it says is read from that with this id."""
        identity = self._identities.get(id(value)) if read[1] in _GIVES_RECORDS else None
        return _digest_identity(identity) if identity else _digest(value)

    def _append(self, read: Read, value: Any, digest: bytes) -> int:
        number = len(self.reads)
        self.reads.append(read)
        self.digests.append(digest)
        self.values.append(value)
        self.numbers[read] = number
        self._below[read[0]].append(number)
        return number

    def note(self, parent: int, step: str, key: Any) -> tuple[int, Any]:
        """Evaluate a step from the value of an expression; return the number of the new one and its value."""
        read = (parent, step, key)
        number = self.numbers.get(read)
        if number is None:
            value = self._evaluate(read)
            number = self._append(read, value, self._digest(read, value))
        elif self.values[number] is _GONE:
            self._evaluate(read)
            raise KeyError(key)
        return number, self._value(number)

    def shared(self, key: Hashable, make: Callable[[], str]) -> str:
        """As `Site.shared`: what a part made for another page has read, this one has read as well."""
        if key not in self._parts:
            reader, self.current = self.current, set()
            try:
                self._parts[key] = make(), frozenset(self.current)
            finally:
                self.current = reader
        part, read = self._parts[key]
        self.current |= read
        return part

    def standin(self, number: int) -> "Traced":
        """Return the stand-in for the value of an expression."""
        value = self._value(number)
        if self.reads[number][1] in _GIVES_RECORDS and (identity := self._identities.get(id(value))):
            records, _ = self.note(0, "attribute", "by_id")
            number, value = self.note(records, "item", identity)
        if number not in self._standins:
            self._standins[number] = Traced(self, number, value)
        return self._standins[number]


@cache
def _method(record: type, name: str) -> FunctionType | None:
    found = getattr_static(record, name, None)
    return found if isinstance(found, FunctionType) else None


def _is_plain(value: object) -> bool:
    return isinstance(value, PLAIN)


class Traced:
    """Stands in for a record, a sequence, a set or a mapping of the site, and notes what is read of it."""

    __slots__ = ("_known", "_number", "_reads", "_value")

    def __init__(self, reads: Reads, number: int, value: Any) -> None:
        self._reads = reads
        self._number = number
        self._value = value
        self._known: dict[tuple[str, Any], tuple[int, Any]] = {}

    def _read(self, step: str, key: Any = None) -> Any:
        found = self._known.get((step, key))
        if found is None:
            number, value = self._reads.note(self._number, step, key)
            found = number, value if _is_plain(value) else self._reads.standin(number)
            self._known[step, key] = found
        self._reads.current.add(found[0])
        return found[1]

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # noqa: F811
        """What it stands in for: the step that gave it has noted the type."""
        return type(self._value)

    def __getattr__(self, name: str) -> Any:
        found = self._known.get(("attribute", name))
        if found is not None:
            self._reads.current.add(found[0])
            return found[1]
        if not isinstance(self._value, Record) and not is_dataclass(self._value):
            return getattr(self._whole, name)
        method = _method(cast(Any, type(self._value)), name)
        if method is None:
            return self._read("attribute", name)
        return partial(self._call, name) if isinstance(self._value, Site) else MethodType(method, self)

    def _call(self, method: str, *arguments: Any, **named: Any) -> Any:
        """A method of the site: what it does inside is not read by the page, only what it gives."""
        key = (method, tuple(map(_as_key, arguments)), tuple((name, _as_key(named[name])) for name in sorted(named)))
        return self._read("call", key)

    @property
    def _whole(self) -> Any:
        """The value itself, noted as read to its last part."""
        self._read("whole")
        return self._value

    def __eq__(self, other: object) -> bool:
        return bool(self._whole == (other._whole if type(other) is Traced else other))

    def __hash__(self) -> int:
        return hash(self._whole)

    def __bool__(self) -> bool:
        return bool(self._read("length")) if hasattr(type(self._value), "__len__") else True

    def __len__(self) -> int:
        return int(self._read("length"))

    def __iter__(self) -> Iterator[Any]:
        if isinstance(self._value, Sequence):
            return (self._read("element", at) for at in range(len(self)))
        if isinstance(self._value, Mapping):
            self._read("keys")
            return iter(self._value)
        if isinstance(self._value, Record):
            return ((name, getattr(self, name)) for name in type(self._value).model_fields)
        return iter(self._whole)

    def __reversed__(self) -> Iterator[Any]:
        return (self._read("element", at) for at in reversed(range(len(self))))

    def __contains__(self, key: object) -> bool:
        if isinstance(self._value, Sequence):
            return key in self._whole
        return bool(self._read("has", key))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            start, stop = key.start or 0, key.stop
            if start < 0 or (stop is not None and stop < 0) or key.step is not None:
                return tuple(self)[key]
            return tuple(self._read("element", start + at) for at in range(self._read("part", (start, stop))))
        if isinstance(self._value, Sequence):
            return self._read("element", key if key >= 0 else len(self) + key)
        if key not in self:
            raise KeyError(key)
        return self._read("item", key)

    def shared(self, key: Hashable, make: Callable[[], str]) -> str:
        """As `Site.shared`."""
        return self._reads.shared(key, make)

    # What mappings and sets have beside their operators.

    def get(self, key: Any, default: Any = None) -> Any:
        """As `Mapping.get`."""
        return self[key] if key in self else default  # noqa: SIM401

    def items(self) -> list[tuple[Any, Any]]:
        """As `Mapping.items`."""
        return [(key, self[key]) for key in self]

    def values(self) -> list[Any]:
        """As `Mapping.values`."""
        return [self[key] for key in self]

    def issuperset(self, others: Iterable[Any]) -> bool:
        """As `frozenset.issuperset`."""
        return all(other in self for other in others)

    def isdisjoint(self, others: Iterable[Any]) -> bool:
        """As `frozenset.isdisjoint`."""
        return not any(other in self for other in others)


def _as_key(argument: Any) -> Any:
    return Named(argument._number) if type(argument) is Traced else argument
