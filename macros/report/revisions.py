"""The content as it was: a revision of Git, taken out into a folder of its own."""

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path


class RevisionError(Exception):
    """There is nothing to compare with; the text says why, in Russian."""


@dataclass(frozen=True)
class Revision:
    """A commit: its short hash, its day and its subject."""

    commit: str
    day: str
    subject: str


def choose_revision(root: Path) -> str:
    """Return what a working folder is best compared with: its last commit, or that before when nothing was changed."""
    return "HEAD" if _git(root, "status", "--porcelain", "--", "data", "docs").strip() else "HEAD~1"


def take_out(root: Path, name: str, folder: Path) -> Revision:
    """Write `data/` and `docs/` of a revision below `folder`. Raises RevisionError."""
    if name.startswith("-"):
        raise RevisionError(f"«{name}» — не версия.")
    _git(root, "rev-parse", "--git-dir")
    try:
        shown = _git(root, "show", "--no-patch", "--format=%h%x00%cs%x00%s", f"{name}^{{commit}}")
    except RevisionError:
        raise RevisionError(
            f"Версии «{name}» в этой копии нет. Проверьте имя; если копия неполная, получите всю историю: "
            "git fetch --unshallow."
        ) from None
    commit, day, subject = shown.split("\0")
    archive = _git_bytes(root, "archive", "--format=tar", commit)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = [member for member in tar if member.isfile() and member.name.split("/")[0] in ("data", "docs")]
        if not members:
            raise RevisionError(f"В версии «{name}» нет папок data и docs.")
        tar.extractall(folder, members, filter="data")
    return Revision(commit, day, subject.strip())


def _git(root: Path, *arguments: str) -> str:
    return _git_bytes(root, *arguments).decode("utf-8", "replace")


def _git_bytes(root: Path, *arguments: str) -> bytes:
    """Return what Git answers. Raises RevisionError."""
    try:
        run = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, timeout=60, check=False)
    except FileNotFoundError:
        raise RevisionError("Git не найден, поэтому сравнить не с чем.") from None
    if run.returncode:
        said = run.stderr.decode("utf-8", "replace").strip()
        if "not a git repository" in said:
            raise RevisionError("Это не рабочая копия Git, поэтому сравнить не с чем.")
        raise RevisionError(f"Git ответил: {said}")
    return run.stdout
