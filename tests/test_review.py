"""The dialogue of `reviewed` as a real process, answered at a real terminal."""

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.content.cases import copy_base
from tests.test_command_line import PROJECT, run


@dataclass
class Talk:
    """What a process said at a terminal, and its exit code."""

    text: str
    returncode: int


def talk(arguments: Sequence[str | Path], answers: Sequence[str]) -> Talk:
    """Run a command at a pseudo-terminal, and type each answer followed by Enter."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "macros", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=PROJECT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    said = b""
    for answer in answers:
        while not said.rstrip(b"\n\r").endswith(b": ") or said.endswith(b"\n"):
            said += read(ours)
        os.write(ours, answer.encode() + b"\n")
        said += b"\n"
    while chunk := read(ours):
        said += chunk
    os.close(ours)
    return Talk(said.decode().replace("\r\n", "\n"), process.wait(timeout=300))


def read(terminal: int) -> bytes:
    """What a terminal shows next; nothing at its end, which Linux tells by an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_changed_text_is_compared_at_the_terminal(tmp_path: Path) -> None:
    root = copy_base(tmp_path / "site")
    news = root / "data" / "news" / "2024-05-01-fleet.yaml"
    text = news.read_text("utf-8")
    news.write_text(text.replace("  ru: ", "  ru: Вчера ", 1), "utf-8")
    assert run("check", "--root", root).returncode == 1

    refused = talk(["reviewed", "--root", root], ["н"])
    accepted = talk(["reviewed", "--root", root], ["что?", "д"])

    assert (refused.returncode, accepted.returncode) == (1, 0)
    assert "Вчера" in refused.text and "Ждут сверки: 1" in refused.text
    assert "Отмечено: 1. Ждут сверки: 0" in accepted.text
    assert run("check", "--root", root).returncode == 0
