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


def ask_text(root: Path, *arguments: str, seconds: int = 60) -> str:
    """Return what Git answers below `root`, as text. Raises RevisionError."""
    command = ["git", "-C", str(root), *arguments]
    try:
        run = subprocess.run(command, env={**os.environ, **_SETTLED}, capture_output=True, timeout=seconds, check=False)
    except FileNotFoundError:
        raise RevisionError("Git не найден, поэтому сравнить не с чем.") from None
    except subprocess.TimeoutExpired:
        raise RevisionError(f"Git не ответил за {seconds} секунд.") from None
    if run.returncode:
        said = run.stderr.decode("utf-8", "replace").strip()
        if "not a git repository" in said:
            raise RevisionError("Это не рабочая копия Git, поэтому сравнить не с чем.")
        raise RevisionError(f"Git ответил: {said}")
    return run.stdout.decode("utf-8", "replace")
