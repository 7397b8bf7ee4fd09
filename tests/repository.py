"""Real repositories of Git with commits on given days, for what depends on history."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_IDENTITY = ("-c", "user.name=Editor", "-c", "user.email=editor@cluster.example", "-c", "commit.gpgsign=false")


def git(root: Path, *arguments: str, moment: str = "2026-01-01T12:00:00+0000", given: bytes = b"") -> str:
    """Run Git in a folder, its clock set to a moment; return what it printed."""
    environment = {**os.environ, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    command = ["git", *_IDENTITY, *arguments]
    run = subprocess.run(command, cwd=root, check=True, capture_output=True, env=environment, input=given)
    return run.stdout.decode()


@dataclass(frozen=True)
class Repository:
    """A folder with content whose `data/` and `docs/` are under version control."""

    root: Path

    @classmethod
    def create(cls, root: Path, moment: str = "2026-01-01T12:00:00+0000") -> "Repository":
        """Begin the history of a folder with one commit."""
        git(root, "init", "--quiet", "--initial-branch=main")
        repository = cls(root)
        repository.commit(moment)
        return repository

    def commit(self, moment: str) -> str:
        """Commit `data/` and `docs/` as they are; return the id of the commit."""
        names = [name for name in ("data", "docs") if (self.root / name).exists()]
        git(self.root, "add", "--all", *names)
        git(self.root, "commit", "--quiet", "--allow-empty", "--message", "Правка", moment=moment)
        return git(self.root, "rev-parse", "HEAD").strip()

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace the first place of a text in a data file, below its annotated example."""
        path = self.root / "data" / file
        text = path.read_text("utf-8")
        start = text.index("\n\n") if text.startswith("#") else 0
        assert old in text[start:], f"{old!r} is not in {file}"
        path.write_text(text[:start] + text[start:].replace(old, new, 1), "utf-8")
