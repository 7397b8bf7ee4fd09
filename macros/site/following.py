"""What `serve` does while its pages are looked at: in a process of its own, which can be ended at any moment."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkProcess

REST = 1.0
"""Seconds after a build of `serve`, when its pages have been shown and nobody waits."""

BACK = 15
"""How far the work stands back, as `nice` counts it: the browser loads the pages meanwhile."""


class Follower:
    """One piece of work at a time, done apart; where the system cannot fork, in this process and at once."""

    def __init__(self) -> None:
        self._process: ForkProcess | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Begin; the work that was begun before has been ended, or waited for."""
        if sys.platform != "linux":
            work()
            return
        self._process = multiprocessing.get_context("fork").Process(target=_work_apart, args=(work,))
        self._process.start()
        _lead_group(self._process.pid)

    def stop(self) -> None:
        """End the work wherever it is, with the programs that it runs; `join` tells when that has happened."""
        if self._process is not None and self._process.is_alive() and self._process.pid:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def join(self) -> None:
        """Wait for the end of the work, if any has been begun."""
        if self._process is not None:
            self._process.join()
            self._process = None


def _lead_group(process: int | None) -> None:
    """Make a process the leader of a group, so that it can be ended with the programs that it runs."""
    with suppress(ProcessLookupError, PermissionError):
        os.setpgid(process or 0, process or 0)


def _work_apart(work: Callable[[], None]) -> None:
    _lead_group(None)
    os.nice(BACK)
    time.sleep(REST)  # processes of other sessions do not know how far this one stands back
    work()
