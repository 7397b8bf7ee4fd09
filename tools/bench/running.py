"""Runs a program to its end and tells what it took: seconds, processor seconds, memory of all its processes."""

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LIMIT = 3600
"""Seconds after which a program is ended."""
_EVERY = 0.05
"""Seconds between two looks at the memory."""


class RunError(Exception):
    """A program failed; the message is what it wrote."""


@dataclass(frozen=True)
class Run:
    """What one run took. `memory`: the largest sum over all of its processes, in MB, shared pages counted once."""

    seconds: float
    cpu: float
    memory: float
    output: str


def run(commands: Iterable[Sequence[str]], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run programs one after another and add up what they took. Raises RunError when one of them fails."""
    runs = [_run(command, folder, environment) for command in commands]
    return Run(
        seconds=sum(one.seconds for one in runs),
        cpu=sum(one.cpu for one in runs),
        memory=max(one.memory for one in runs),
        output="".join(one.output for one in runs),
    )


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        watch = _Watch(process.pid)
        limit = threading.Timer(LIMIT, end_session, [process.pid])
        limit.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            limit.cancel()
            watch.end()
            if process.returncode is None:
                end_session(process.pid)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if process.returncode:
        raise RunError(f"{' '.join(command)} ended with {process.returncode}:\n{text[-4000:]}")
    memory = max(watch.peak, usage.ru_maxrss / 1000)
    return Run(seconds, usage.ru_utime + usage.ru_stime, memory, text)


def end_session(leader: int) -> None:
    """End a program and what it started; Linux tells what is in groups of its own."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    while members := list(list_members(leader)):
        for member in members:
            with suppress(ProcessLookupError):
                os.kill(int(member.name), signal.SIGKILL)


class _Watch(threading.Thread):
    """Looks at the memory of a session's processes until it is ended; only Linux tells it."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._session = session
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(_EVERY):
            self.peak = max(self.peak, sum(map(_share, list_members(self._session))) / 1000)

    def end(self) -> None:
        self._ended.set()
        self.join()


def list_members(session: int) -> Iterable[Path]:
    """Yield the folders in /proc of the processes of a session that have not ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            yield stat.parent


def _share(process: Path) -> int:
    """The proportional set size in kB: a page that several processes share counts once in their sum."""
    try:
        found = re.search(r"^Pss: +(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0
