"""The content as Git has it: which files have changed since a base, and what they held there."""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

_ENVIRONMENT = {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0"}
"""Output in English, no fetching of missing objects, no replaced objects, no locks."""

_REASONS = {"not a git repository": "no-repository", "dubious ownership": "foreign-repository"}
_ACCEPTED = re.compile(r"перевод\s+сверен|translation:\s*checked", re.IGNORECASE)


class HistoryError(Exception):
    """There is no base to compare with. `reason` is a key of the catalogue, `value` a name or Git's own message."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value = reason, value


class History(Struct, frozen=True):
    """What has changed since the base. Paths are below the root of the content, such as `docs/ru/about.md`.

    `changed`: former path and path of now, None for a file that is gone. `accepted`: the last commit since the base
    that changed a file and says that its translation was checked.
    """

    root: Path
    base: str
    changed: tuple[tuple[str, str | None], ...]
    accepted: Mapping[str, str]

    def read(self, files: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of those files that are at the base, or in the commit that accepts them.

        Raises HistoryError.
        """
        names = list(dict.fromkeys(files))
        asked = "".join(f"{self.accepted.get(name, self.base)}:./{name}\n" for name in names)
        said, found = _ask(self.root, "cat-file", "--batch", given=asked.encode()), {}
        for name in names:
            head, _, said = said.partition(b"\n")
            if not head.endswith(b" missing"):
                size = int(head.split()[-1])
                found[name], said = said[:size], said[size + 1 :]
        return found


def read_history(root: Path) -> History:
    """Compare `data/` and `docs/` below `root`, as they are on disk, with the base.

    The base is where the history left the commit or branch that CHECK_BASE names, else the published branch, else the
    last commit. Raises HistoryError.
    """
    _ask(root, "rev-parse", "--git-dir")
    if not _has(root, "HEAD"):
        raise HistoryError("no-commits")
    base = _find_base(root, os.environ.get("CHECK_BASE", "").strip())
    listed = _ask_text(root, "diff", "--name-status", "-z", "-M", "--relative", base, "--", "data", "docs").split("\0")
    changed: list[tuple[str, str | None]] = []
    fields = iter(listed[:-1])
    for status in fields:
        old = next(fields)
        if status[0] == "R":
            changed.append((old, next(fields)))
        elif status[0] != "A":
            changed.append((old, None if status[0] == "D" else old))
    return History(root, base, tuple(changed), _find_accepted(root, base))


def _find_base(root: Path, wanted: str) -> str:
    # GitHub names a commit of zeros when a branch is new.
    names = [wanted] if wanted.strip("0") else ["origin/HEAD", "origin/main", "main", "HEAD"]
    name = next((name for name in names if _has(root, name)), names[-1])
    try:
        return _ask_text(root, "merge-base", "--", name, "HEAD").strip()
    except HistoryError:
        raise HistoryError("no-base", name) from None


def _has(root: Path, name: str) -> bool:
    try:
        return bool(_ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"))
    except HistoryError:
        return False


def _find_accepted(root: Path, base: str) -> dict[str, str]:
    """Return the latest commit since the base that accepts a file, by the file."""
    accepted: dict[str, str] = {}
    log = ("log", "--name-only", "-z", "--relative", "--format=%x01%H%x00%B%x00", f"{base}..HEAD", "--", "data", "docs")
    for entry in _ask_text(root, *log).split("\x01")[1:]:
        commit, message, *files = entry.split("\0")
        if _ACCEPTED.search(message):
            for file in files:
                accepted.setdefault(file.strip("\n"), commit)
    return accepted


def _ask_text(root: Path, *arguments: str) -> str:
    return _ask(root, *arguments).decode("utf-8", "surrogateescape")


def _ask(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Return what Git answers below `root`. Raises HistoryError."""
    command = ["git", "-C", str(root), *arguments]
    try:
        run = subprocess.run(command, input=given, env={**os.environ, **_ENVIRONMENT}, capture_output=True, check=False)
    except FileNotFoundError:
        raise HistoryError("no-git") from None
    if run.returncode:
        said = run.stderr.decode("utf-8", "replace").strip()
        reason = next((reason for words, reason in _REASONS.items() if words in said), "git-failed")
        if reason == "no-repository" and (root / ".git").exists():
            reason = "git-failed"  # a damaged one
        raise HistoryError(reason, said.split("\n")[0])
    return run.stdout
