"""Moments that last as long as a test wants: a program of the server, or a request to storage, that waits."""

import contextlib
import shutil
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import Sshd

PATIENCE = 60


def wait_until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until a function returns something true."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.01)


@dataclass(frozen=True)
class Hold:
    """A program of the server that waits before it does anything, if it is called with certain words."""

    folder: Path

    def wait(self) -> None:
        """Wait until it has been called."""
        wait_until((self.folder / "called").exists)

    def let_go(self) -> None:
        """Let it go on, and wait until it has ended, and who called it too."""
        processes = (self.folder / "called").read_text().split()
        (self.folder / "words").unlink()
        wait_until(lambda: not any(is_running(number) for number in processes))


def is_running(number: str) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def hold_program(sshd: Sshd, name: str, words: str) -> Iterator[Hold]:
    """Let a program of the server wait when its arguments hold these words, once."""
    folder = sshd.programs.with_name(f"hold-{name}")
    folder.mkdir()
    (folder / "words").write_text(words)
    program = sshd.programs / name
    program.write_text(f"""#!/bin/sh
if mkdir {folder}/first 2>/dev/null; then
    case "$*" in
        *"$(cat {folder}/words)"*)
            echo "$$ $PPID" >{folder}/writing
            {shutil.which("mv")} {folder}/writing {folder}/called
            while [ -e {folder}/words ]; do sleep 0.02; done ;;
        *) rmdir {folder}/first ;;
    esac
fi
exec {shutil.which(name)} "$@"
""")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    try:
        yield Hold(folder)
    finally:
        program.unlink()
        shutil.rmtree(folder)


@dataclass
class HeldRequest:
    """Stands before storage and passes everything on, but holds the first request that begins with certain bytes.

    `before`: the request waits and storage has not got it; else storage has answered, and the answer waits.
    """

    target: int
    begins: bytes
    before: bool
    caught: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self.free.set()
        # A listener that is only closed lets its thread wait for ever.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        held = threading.Event()
        server = socket.create_connection(("127.0.0.1", self.target))
        threading.Thread(target=self._answer, args=(server, client, held), daemon=True).start()
        with contextlib.suppress(OSError):
            is_begun = False
            while raw := client.recv(65536):
                is_begun = is_begun or raw.startswith(self.begins)
                # The head goes first, and the rest when storage has asked for it: without it nothing is done.
                if is_begun and not raw.endswith(b"\r\n\r\n") and not self.caught.is_set():
                    held.set()
                    self.caught.set()
                    if self.before:
                        self.free.wait(PATIENCE)
                server.sendall(raw)
            server.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket, held: threading.Event) -> None:
        with contextlib.suppress(OSError), server, client:
            while raw := server.recv(65536):
                if held.is_set() and not self.before:
                    self.free.wait(PATIENCE)
                client.sendall(raw)
