"""Where two values of a site differ: that of the last build and that of this one. No object of a site ever changes."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import compress, count, zip_longest
from pathlib import Path
from typing import Any

PLAIN = (str, int, float, date, Path, type(None))
"""Types whose values are told by themselves."""

_NONE = object()


def is_same(before: Any, value: Any) -> bool:
    """Whether everything that can be read of both is the same, as far as that is soon told."""
    if before is value:
        return True
    if type(before) is not type(value):
        return False
    if isinstance(value, tuple):
        return len(before) == len(value) and not any(_compare(before, value))
    if is_dataclass(value):
        return all(is_same(getattr(before, part.name), getattr(value, part.name)) for part in fields(value))
    return isinstance(value, PLAIN) and bool(before == value)


def find_differing(before: Any, value: Any) -> Set[Any] | None:
    """Return the keys, places or members at which two mappings, tuples or sets differ; None for anything else."""
    if isinstance(before, Mapping) and isinstance(value, Mapping):
        keys = before.keys() | value.keys()
        pairs = (before.get(key, _NONE) for key in keys), (value.get(key, _NONE) for key in keys)
        return set(compress(keys, _compare(*pairs)))
    if isinstance(before, tuple) and isinstance(value, tuple):
        return set(compress(count(), _compare(before, value)))
    if isinstance(before, Set) and isinstance(value, Set):
        return before ^ value
    return None


def _compare(before: Iterable[Any], value: Iterable[Any]) -> Iterator[bool]:
    """Yield for each pair whether it differs; most are the same object, which takes no call."""
    return (old is not new and not is_same(old, new) for old, new in zip_longest(before, value, fillvalue=_NONE))
