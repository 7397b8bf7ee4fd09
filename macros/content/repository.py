"""Git, asked about the folder of the site: what it answers, the same on every machine, or why it cannot."""

import os
import subprocess
from pathlib import Path

_SETTLED = {
    "LC_ALL": "C",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
"""No answer depends on the language of the machine, asks the network for what is not here, or is replaced."""


class RevisionError(Exception):
    """There is no such revision, or no history at all; the text says why, in Russian."""


def ask(root: Path, *arguments: str, given: bytes = b"", seconds: int = 60) -> bytes:
    """Return what Git answers below `root`; `given` is what it reads from its standard input. Raises RevisionError."""
    command = ["git", "-C", str(root), *arguments]
    try:
        run = subprocess.run(
            command, input=given, env={**os.environ, **_SETTLED}, capture_output=True, timeout=seconds, check=False
        )
    except FileNotFoundError:
        raise RevisionError("Git не найден, поэтому сравнить не с чем.") from None
    except subprocess.TimeoutExpired:
        raise RevisionError(f"Git не ответил за {seconds} секунд.") from None
    if run.returncode:
        said = run.stderr.decode("utf-8", "replace").strip()
        if "not a git repository" in said:
            raise RevisionError("Это не рабочая копия Git, поэтому сравнить не с чем.")
        raise RevisionError(f"Git ответил: {said}")
    return run.stdout


def ask_text(root: Path, *arguments: str, given: str = "") -> str:
    """Return what Git answers, as text. Raises RevisionError."""
    return ask(root, *arguments, given=given.encode()).decode("utf-8", "replace")


def find_commit(root: Path, name: str) -> str:
    """Return the full id of the commit that a name such as `HEAD~1` stands for. Raises RevisionError."""
    if name.startswith("-"):
        raise RevisionError(f"«{name}» — не версия.")
    ask(root, "rev-parse", "--git-dir")
    try:
        return ask_text(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip()
    except RevisionError:
        raise RevisionError(
            f"Версии «{name}» в этой копии нет. Проверьте имя; если копия неполная, получите всю историю: "
            "git fetch --unshallow."
        ) from None
