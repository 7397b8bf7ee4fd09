"""The changes of the data day by day, out of the history that Git keeps of `data/`.

Days are compared as they ended (UTC, by the committer's clock): what is done and undone within a day leaves no trace.
The first day is the base: on it the data came to be. Nothing but the commits decides: the same HEAD tells the same.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from macros.content.changes import RecordChange, compare
from macros.content.repository import RevisionError, ask_text, find_commit
from macros.content.snapshots import Archive, Snapshot

MAX_DAYS = 100
"""As many days with changes are told, the newest ones."""

Keep = Callable[[str, Callable[[], bytes]], bytes]
"""Returns what an earlier run kept under a name, or makes it and keeps it."""


def make_now(_: str, make: Callable[[], bytes]) -> bytes:
    """Keep nothing."""
    return make()


_CHANGES = TypeAdapter(tuple[RecordChange, ...])
_CODE = Path(__file__).parent


@dataclass(frozen=True)
class Day:
    """A day on which the data changed, and how."""

    day: date
    records: tuple[RecordChange, ...]


@dataclass(frozen=True)
class Chronicle:
    """The days with changes, newest first. `since` is the day of the base, None where no history is at hand.

    `is_partial`: this copy does not reach back to the beginning. `is_cut`: older days are at hand and left out.
    """

    days: tuple[Day, ...] = ()
    since: date | None = None
    is_partial: bool = False
    is_cut: bool = False


@dataclass(frozen=True)
class _Revision:
    """The data as a day ended: the tree of `data/`."""

    day: date
    tree: str


def read_chronicle(root: Path, keep: Keep = make_now) -> Chronicle:
    """Return how the data below `root` changed up to HEAD. Raises RevisionError when Git has no history of them."""
    revisions, is_partial = _find_revisions(root)
    snapshots = _link(root, [revision.tree for revision in revisions])
    marks = _mark(revisions)
    base = revisions[0].day
    days: list[Day] = []
    for number in range(len(revisions) - 1, 0, -1):
        make = partial(_write_changes, snapshots[number - 1], snapshots[number])
        records = _CHANGES.validate_json(keep(marks[number], make).partition(b"\n")[2])
        if records and len(days) == MAX_DAYS:
            return Chronicle(tuple(days), base, is_partial, is_cut=True)
        if records:
            days.append(Day(revisions[number].day, records))
    return Chronicle(tuple(days), base, is_partial)


def compare_revisions(root: Path, since: str, until: str) -> tuple[RecordChange, ...]:
    """Return what differs between the data of two commits, by their names. Raises RevisionError."""
    trees = _find_trees(root, [find_commit(root, name) for name in (since, until)])
    for name, tree in zip((since, until), trees, strict=True):
        if not tree:
            raise RevisionError(f"В версии «{name}» нет папки data.")
    old, new = _link(root, trees)
    return compare(old, new)


def is_whole(raw: bytes) -> bool:
    """Whether something kept is as it was written: its first line is the digest of the rest."""
    digest, _, rest = raw.partition(b"\n")
    return digest.decode("ascii", "replace") == hashlib.sha256(rest).hexdigest()


def _write_changes(old: Snapshot, new: Snapshot) -> bytes:
    raw = _CHANGES.dump_json(compare(old, new))
    return hashlib.sha256(raw).hexdigest().encode() + b"\n" + raw


def _link(root: Path, trees: Iterable[str]) -> list[Snapshot]:
    """Return a snapshot of each tree, which knows the one before."""
    archive = Archive(root)
    snapshots: list[Snapshot] = []
    for tree in trees:
        snapshots.append(Snapshot(archive, tree, snapshots[-1] if snapshots else None))
    return snapshots


def _mark(revisions: Sequence[_Revision]) -> list[str]:
    """Return a name for the changes up to each revision: by every tree so far and by the code that compares them."""
    digest = hashlib.sha256()
    for path in sorted(_CODE.glob("*.py")):
        digest.update(path.read_bytes())
    marks = []
    for revision in revisions:
        digest.update(revision.tree.encode())
        marks.append(digest.hexdigest())
    return marks


def _find_revisions(root: Path) -> tuple[list[_Revision], bool]:
    """Return the data as each day ended, the oldest first, and whether this copy lacks what was before."""
    head = find_commit(root, "HEAD")
    # Plumbing, whose answers no setting of the user changes. The first parent: what was merged counts when it was.
    answer = ask_text(root, "rev-list", "--first-parent", "--timestamp", head, "--", "data").split()
    commits = list(zip(answer[1::2], map(int, answer[::2]), strict=True))
    days = _settle_days([datetime.fromtimestamp(moment, UTC).date() for _, moment in commits])
    ends = {day: commit for day, (commit, _) in reversed(list(zip(days, commits, strict=True)))}
    found = zip(ends, _find_trees(root, ends.values()), strict=True)
    revisions = [_Revision(day, tree) for day, tree in found if tree]
    if not revisions:
        raise RevisionError("В истории этой копии нет папки data.")
    return revisions, ask_text(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def _settle_days(days: Iterable[date]) -> list[date]:
    """Return the days of commits, newest first, in order: none was made after one that follows it."""
    settled: list[date] = []
    for day in days:
        settled.append(min(day, settled[-1]) if settled else day)
    return settled


def _find_trees(root: Path, commits: Iterable[str]) -> list[str]:
    """Return the tree of `data/` in each commit, or nothing where it has none."""
    prefix = ask_text(root, "rev-parse", "--show-prefix").strip()
    given = "".join(f"{commit}:{prefix}data\n" for commit in commits)
    answers = ask_text(root, "cat-file", "--batch-check=%(objectname) %(objecttype)", given=given).splitlines()
    return [answer.split()[0] if answer.endswith(" tree") else "" for answer in answers]
