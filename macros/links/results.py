"""What addresses have answered so far, kept in a file: a good answer is trusted for a week, a bad one for its day."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from macros.links.asking import Answer, Kind

TRUSTED = timedelta(days=7)
DEAD_AFTER = 3
"""Bad on as many different days, with no good one among them, is dead: servers are mended overnight."""

_SETTLED: frozenset[Kind] = frozenset({"ok", "moved", "refused"})
_BAD: frozenset[Kind] = frozenset({"missing", "unreachable"})

Verdict = Literal["ok", "moved", "refused", "tls", "missing", "unreachable", "dead"]


@dataclass(frozen=True)
class Result:
    """The last answer of an address, its day, and on which days in a row it was bad, three at most."""

    answer: Answer
    asked: date
    bad_days: tuple[date, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The kind of the answer, or `dead`."""
        return "dead" if len(self.bad_days) >= DEAD_AFTER else self.answer.kind

    def is_trusted(self, today: date) -> bool:
        """Whether it need not be asked again today; not when the clock was wrong."""
        age = today - self.asked
        return timedelta(0) <= age < (TRUSTED if self.answer.kind in _SETTLED else timedelta(days=1))


_FILE = TypeAdapter(dict[str, Result])


def join_answer(before: Result | None, answer: Answer, today: date) -> Result:
    """Return the result after one more answer."""
    if answer.kind not in _BAD:
        return Result(answer, today)
    days = (*(before.bad_days if before else ()), today)
    return Result(answer, today, tuple(sorted(set(days)))[-DEAD_AFTER:])


def load_results(path: Path) -> Mapping[str, Result]:
    """Return what was kept; nothing when the file is not there or damaged, since everything can be asked anew."""
    try:
        return _FILE.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}


def save_results(path: Path, results: Mapping[str, Result]) -> None:
    """Write the file in one step, so that an interruption leaves the former one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(_FILE.dump_json(dict(sorted(results.items())), indent=1, exclude_defaults=True))
    unfinished.replace(path)
