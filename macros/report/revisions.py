"""The content as it was: a revision of Git, taken out into a folder of its own."""

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

from macros.content.repository import RevisionError, ask, ask_text, find_commit


@dataclass(frozen=True)
class Revision:
    """A commit: its short hash, its day and its subject."""

    commit: str
    day: str
    subject: str


def choose_revision(root: Path) -> str:
    """Return what a working folder is best compared with: its last commit, or that before when nothing was changed."""
    return "HEAD" if ask_text(root, "status", "--porcelain", "--", "data", "docs").strip() else "HEAD~1"


def take_out(root: Path, name: str, folder: Path) -> Revision:
    """Write `data/` and `docs/` of a revision below `folder`. Raises RevisionError."""
    shown = ask_text(root, "show", "--no-patch", "--format=%h%x00%cs%x00%s", find_commit(root, name))
    commit, day, subject = shown.split("\0")
    archive = ask(root, "archive", "--format=tar", commit)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = [member for member in tar if member.isfile() and member.name.split("/")[0] in ("data", "docs")]
        if not members:
            raise RevisionError(f"В версии «{name}» нет папок data и docs.")
        tar.extractall(folder, members, filter="data")
    return Revision(commit, day, subject.strip())
