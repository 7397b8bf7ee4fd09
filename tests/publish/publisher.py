"""The publisher as a process that is quick to start, so that it can be killed hundreds of times.

A server process loads the program once (`loaded.py`) and forks; what is killed is a process like any other.
"""

import contextlib
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

LARGEST = "TEST_LARGEST_FILE"
"""In the environment: no file may become larger than so many bytes; the disk is as good as full."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.publish.loaded"])


def _run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> None:
    from macros.__main__ import main

    if size := environment.get(LARGEST):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    os.chdir(folder)
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8")
    try:
        main.main(arguments, "macros")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


@dataclass(frozen=True)
class Running:
    """A publisher under way."""

    process: ForkServerProcess
    log: Path

    def wait(self) -> tuple[int, str]:
        """Return exit code and output."""
        self.process.join(300)
        assert self.process.exitcode is not None, "the publisher does not end"
        return self.process.exitcode, self.log.read_text("utf-8")

    def wait_at_most(self, seconds: float) -> None:
        self.process.join(seconds)

    def send(self, number: int) -> None:
        if self.process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.process.join()


class Starter:
    """Starts publishers in a folder of their own, which holds `.cache`, with this environment."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.count = 0

    def start(self, *arguments: str | Path, **more: str) -> Running:
        self.count += 1
        log = self.folder / f"log-{self.count}"
        given: tuple[Any, ...] = ([str(word) for word in arguments], self.folder, {**self.environment, **more}, log)
        process = _FORKS.Process(target=_run, args=given)
        process.start()
        return Running(process, log)

    def run(self, *arguments: str | Path, **more: str) -> tuple[int, str]:
        return self.start(*arguments, **more).wait()
