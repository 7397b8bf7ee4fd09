"""A folder on another machine as target, over SSH: the same layout as in `folder.py`, files sent by rsync.

The server runs nothing of ours but `remote.sh`, which travels as an argument of ssh: whole, or not at all.
"""

import hashlib
import os
import secrets
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from macros.publish.edition import Edition
from macros.publish.failures import PublishError
from macros.publish.manifest import Manifest, parse_manifest
from macros.publish.preparing import Progress
from macros.publish.releases import KEEP, Releases, parse_pointer, sort_releases

_SCRIPT = Path(__file__).with_name("remote.sh")
_OPTIONS = ("BatchMode=yes", "ConnectTimeout=15", "ServerAliveInterval=15", "ServerAliveCountMax=3")
"""Nobody is asked for a password; a connection that is silent for three quarters of a minute is given up."""

_DETAILS: Mapping[str, Sequence[str]] = {
    "no-folder": ("path",),
    "no-permission": ("path",),
    "not-a-link": ("path",),
    "lock-held": ("age", "owner"),
    "damaged": ("path",),
}
"""What the server tells of a failure beside its name."""

_REASONS = {
    "No space left on device": "disk-full",
    "Disk quota exceeded": "disk-full",
    "File too large": "disk-full",
    "Connection refused": "refused",
    "Could not resolve hostname": "no-host",
    "Host key verification failed": "unknown-host",
    "Permission denied (": "no-access",
    "Permission denied": "no-permission",
}
"""What ssh, rsync and the programs on the server write, and which failure it is."""


@dataclass(frozen=True)
class Server:
    """`user` may be empty; `root` is an absolute path that exists. RSYNC_RSH names another ssh, as for rsync."""

    user: str
    host: str
    port: int | None
    root: str
    keep: int = KEEP
    takes_compressed = True

    @property
    def shell(self) -> list[str]:
        """The command that connects, up to the name of the host."""
        own = shlex.split(os.environ.get("RSYNC_RSH", "ssh"))
        port = ["-p", str(self.port)] if self.port else []
        return [*own, *(word for option in _OPTIONS for word in ("-o", option)), *port]

    @property
    def login(self) -> str:
        """User and host, as ssh takes them."""
        return f"{self.user}@{self.host}" if self.user else self.host

    @property
    def rsync_login(self) -> str:
        """The same for rsync, which wants brackets round an IPv6 address."""
        return self.login.replace(self.host, f"[{self.host}]") if ":" in self.host else self.login

    def read_live(self) -> Manifest | None:
        """Ask the server, taking no lock."""
        with _connect(self, "") as talk:
            return _hear_all(self, "", talk).live

    @contextmanager
    def hold(self, break_lock: bool) -> Iterator["HeldServer"]:
        """Keep the lock by a shell on the server that ends with the connection.

        It is asked for when the shell has answered: one that answers late, when nobody listens any more, takes none.
        """
        token = secrets.token_hex(8)
        with _connect(self, token) as talk:
            talk.hear()
            talk.tell("lock", "yes" if break_lock else "no")
            yield _hear_all(self, token, talk)


@contextmanager
def _connect(server: Server, token: str) -> Iterator["_Talk"]:
    script = ["sh", "-c", _SCRIPT.read_text("utf-8"), "publish", server.root, token]
    with tempfile.TemporaryFile("w+") as complaints:
        try:
            shell = subprocess.Popen(
                [*server.shell, server.login, shlex.join(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                encoding="utf-8",
            )
        except FileNotFoundError as error:
            raise PublishError("no-program", program=server.shell[0]) from error
        with shell:
            talk = _Talk(shell, complaints)
            try:
                yield talk
            finally:
                talk.end()


@dataclass(frozen=True)
class _Talk:
    """The conversation with the script on the server."""

    shell: "subprocess.Popen[str]"
    complaints: IO[str]

    def hear(self) -> str:
        """Return the next line. Raises PublishError when it tells a failure, or none comes."""
        assert self.shell.stdout is not None
        line = self.shell.stdout.readline()
        if not line.endswith("\n"):
            self.shell.wait()
            self.complaints.seek(0)
            raise explain_complaints(self.complaints.read())
        word, _, rest = line[:-1].partition(" ")
        if word == "fail":
            name, *values = rest.split(" ", 2)
            raise PublishError(name, **dict(zip(_DETAILS.get(name, ()), values, strict=False)))
        return line[:-1]

    def ask(self, *words: str) -> str:
        """Say a line and return the answer, without its first word."""
        self.tell(*words)
        return self.hear()

    def tell(self, *words: str) -> None:
        """Say a line; if nobody listens, `hear` will tell why."""
        assert self.shell.stdin is not None
        try:
            self.shell.stdin.write(" ".join(words) + "\n")
            self.shell.stdin.flush()
        except BrokenPipeError:
            return

    def end(self) -> None:
        """Let the server give up the lock and wait until it has."""
        assert self.shell.stdin is not None
        with suppress(BrokenPipeError):
            self.shell.stdin.close()
        try:
            self.shell.wait(15)
        except subprocess.TimeoutExpired:
            self.shell.kill()


def _hear_all(server: Server, token: str, talk: _Talk) -> "HeldServer":
    """Hear what the server has."""
    pointer, leftover, live = "", "", None
    before = {}
    while (line := talk.hear()) != ".":
        word, _, rest = line.partition(" ")
        if word == "pointer":
            pointer = rest
        elif word == "release":
            name, _, before[name] = rest.partition(" ")
        elif word == "leftover":
            leftover = rest
        elif word == "manifest":
            live = parse_manifest(_hear_manifest(talk))
            break
    releases = Releases({name: before[name] for name in sort_releases(before)}, parse_pointer(pointer))
    return HeldServer(server, token, talk, releases, leftover, live)


def _hear_manifest(talk: _Talk) -> bytes:
    lines = []
    while (line := talk.hear()) != ".":
        lines.append(line)
    return "\n".join(lines).encode()


@dataclass(frozen=True)
class HeldServer:
    """The folder on the server, while it is locked. `leftover`: where a version lies that did not arrive whole."""

    server: Server
    token: str
    talk: _Talk
    releases: Releases
    leftover: str
    live: Manifest | None

    def publish(self, edition: Edition, progress: Progress) -> str | None:
        """Send a release beside the others; the server verifies it and, when it has our last word, puts it live."""
        digest = hashlib.sha256(edition.sums.encode()).hexdigest()
        if self.releases.live and self.talk.ask("compare", digest) == "same":
            return None
        with tempfile.TemporaryDirectory() as folder:
            _lay_out(edition, self.releases.live or "", Path(folder))
            for place in progress("sending", [folder], 1):
                self._send(place)
        name = self.releases.name_next(edition.manifest.digest)
        for step in progress("verifying", [["verify", digest], ["carry"]], 2):
            self.talk.ask(*step)
        self.talk.ask("live", name, *self.releases.choose_to_drop(self.server.keep))
        return name

    def roll_back(self, progress: Progress) -> str:
        """Put the newest earlier release live that is whole."""
        name = self.talk.ask("pick", *self.releases.find_earlier()).removeprefix("picked ")
        self.talk.ask("turn", name)
        return name

    def _send(self, folder: str) -> None:
        """Send everything that neither the live release nor an interrupted sending has brought to the server."""
        alike = [f"releases/{self.releases.live}"] if self.releases.live else []
        alike += [self.leftover] if self.leftover else []
        command = [
            "rsync",
            *("--recursive", "--copy-links", "--checksum", "--perms", "--chmod=D755,F644", "--secluded-args"),
            "--timeout=60",
            *(f"--link-dest={self.server.root}/{place}/" for place in alike),
            f"--rsh={shlex.join(self.server.shell)}",
            f"{folder}/",
            # The script has made the first folder, rsync makes the last one; without the first there is no last.
            f"{self.server.rsync_login}:{self.server.root}/incoming-{self.token}/release/",
        ]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
        except FileNotFoundError as error:
            raise PublishError("no-program", program="rsync") from error
        if done.returncode:
            failure = explain_complaints(done.stderr)
            if failure.name == "disk-full":
                self.talk.tell("discard")
            elif failure.name == "connection":
                self.talk.ask("check")
            raise failure


def _lay_out(edition: Edition, before: str, folder: Path) -> None:
    """Make the tree that rsync sends, of links to where the files lie."""
    for path, part in edition.parts.items():
        place = folder / "site" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(part.source.absolute())
    (folder / "sums").write_text(edition.sums, "utf-8")
    (folder / "assets").write_text(edition.assets, "utf-8")
    (folder / "before").write_text(f"{before}\n", "utf-8")


def explain_complaints(text: str) -> PublishError:
    """Return the failure that ssh or rsync means."""
    lines = [line for line in text.splitlines() if line.strip()]
    for sign, name in _REASONS.items():
        for line in lines:
            if sign in line:
                return PublishError(name, path=line.strip(), reason=line.strip())
    return PublishError("connection", reason=lines[0].strip() if lines else "—")
