"""Whatever happens to a publisher, visitors get one whole version, and the next publisher puts everything right.

FAULTS is how many publishers are killed in all; `make faults` takes 1,000.
"""

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from macros.publish.failures import PublishError
from macros.publish.manifest import read_site
from macros.publish.preparing import prepare_edition
from macros.publish.targets import parse_target
from tests.publish.conftest import Place
from tests.publish.holds import wait_until
from tests.publish.publisher import LARGEST, Running
from tests.publish.sample import Sample, find_assets, find_live

KILLS = int(os.environ.get("FAULTS", "200"))
SHARES = {"dir": 0.5, "ssh": 0.3, "s3": 0.2}
VERSIONS = 5


def look(place: Place) -> set[int]:
    """Check what visitors get, and return the versions that they get.

    Folders show one whole version. A bucket may show pages of two, but each is whole and has its assets.
    """
    if place.folder:
        return {find_live_at_rest(place).version}
    seen = set()
    assets = {}
    for path in next(iter(place.samples.values())).files:
        status, body = place.get(path, "")
        owners = [sample for sample in place.samples.values() if sample.files.get(path) == body]
        if path.endswith(".html"):
            assert status == 200 and owners, (path, status, body[:100])
            seen |= {sample.version for sample in owners}
            assets |= {asset: owners[0].files[asset] for asset in find_assets(body)}
        elif not path.startswith("assets/"):
            assert status == 200 and owners, (path, status, body[:100])
    for asset, raw in assets.items():
        assert place.get(asset, "") == (200, raw), asset
    return seen


def find_live_at_rest(place: Place) -> Sample:
    """A server that has the last word of its publisher may obey while we look: then look again."""
    before = place.get("manifest.json", "")
    try:
        return find_live(place.get, place.samples)
    except AssertionError:
        if place.get("manifest.json", "") == before:
            raise
        return find_live(place.get, place.samples)


def heal(place: Place, version: int) -> None:
    """The next publisher ends well and leaves nothing behind. Only a bucket keeps the lock of one that was killed."""
    place.publish_well(version, *([] if place.folder else ["--break-lock"]))
    assert find_live(place.get, place.samples).version == version
    assert place.list_rubbish() == []


def come_to_rest(place: Place) -> None:
    """The server's side of a publisher that was killed misses it, and ends."""
    if place.target.startswith("ssh:"):
        wait_until(lambda: not has_lock(place), 20)


def fill(place: Place, count: int = 3) -> float:
    """Publish some versions; returns how long the last one took, when everything slow was in the cache."""
    for version in range(count):
        place.publish_well(version)
    begin = time.monotonic()
    place.publish_well(0)
    return time.monotonic() - begin


@pytest.mark.parametrize("kind", SHARES)
def test_a_publisher_killed_at_any_moment_leaves_a_whole_site(kind: str, make_place: Callable[[str], Place]) -> None:
    """What is live afterwards is what was live before, or what the publisher was about to put live."""
    place = make_place(kind)
    duration = fill(place, VERSIONS)
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    killed = unfinished = 0
    live = {0}
    for number in range(1, 4 * KILLS):
        if killed >= KILLS * SHARES[kind]:
            break
        version = number % VERSIONS
        traces = place.read_traces()
        running = place.starter.start(
            "publish", place.target, "--site", place.site(version), *(["--break-lock"] if kind == "s3" else [])
        )
        # Half of them at any moment at all, half while they hold the lock, which is short.
        if number % 2:
            while running.process.exitcode is None and not place.read_traces() - traces:
                time.sleep(0.005)
        running.wait_at_most(chance.uniform(0, duration / (1 + number % 2)))
        running.kill()
        killed += running.process.exitcode == -signal.SIGKILL
        unfinished += bool(place.read_traces() - traces)
        seen = look(place)
        assert seen <= live | {version}, (seed, number)
        come_to_rest(place)
        live = look(place) if kind == "ssh" else seen
        assert live <= seen | {version}, (seed, number)
        if kind == "s3":
            # Requests that were under way may still arrive.
            live |= {version}
        if number % 20 == 0:
            heal(place, version)
            live = {version}
    assert killed >= KILLS * SHARES[kind]
    # Most were in the middle of something, or the moments were badly chosen.
    assert unfinished > killed / 4, (unfinished, killed, seed, duration)
    heal(place, 1)
    if place.folder:
        assert len(list((place.folder / "releases").iterdir())) <= 6


@pytest.mark.parametrize("kind", ["dir", "ssh"])
def test_a_full_disk_is_told_and_leaves_the_site_as_it_was(
    kind: str, make_place: Callable[[str], Place], request: pytest.FixtureRequest
) -> None:
    place = make_place(kind)
    place.publish_well(1)
    (place.site(2) / "large.txt").write_bytes(random.Random(1).randbytes(100_000))
    full = {LARGEST: "20000"} if kind == "dir" else {"RSYNC_RSH": request.getfixturevalue("sshd").small_shell}
    code, output = place.publish(2, **full)
    assert code == 1
    assert "кончилось место" in output and "Traceback" not in output
    assert find_live(place.get, place.samples).version == 1
    assert place.list_rubbish() == []
    place.publish_well(2)
    assert place.get("large.txt", "")[0] == 200


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount; the test above has the same for everybody")
@pytest.mark.parametrize("kind", ["dir", "ssh"])
def test_a_full_file_system_is_told_and_leaves_the_site_as_it_was(
    kind: str, make_place: Callable[[str], Place]
) -> None:
    place = make_place(kind)
    assert place.folder
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", place.folder], check=True)
    try:
        place.publish_well(1)
        (place.site(2) / "large.txt").write_bytes(random.Random(1).randbytes(1_400_000))
        code, output = place.publish(2)
        assert code == 1
        assert "кончилось место" in output and "Traceback" not in output
        assert find_live(place.get, place.samples).version == 1
        assert place.list_rubbish() == []
        (place.site(2) / "large.txt").unlink()
        heal(place, 2)
    finally:
        subprocess.run(["umount", "--lazy", place.folder], check=True)


def test_a_site_that_changes_under_the_publishers_hands_does_not_go_live(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that begins while a publisher is at work: the files are no longer those of the manifest."""
    place.publish_well(0)
    site = place.site(1)
    for name, value in place.starter.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(place.starter.folder)
    target = parse_target(place.target, 5, None, Path(".cache"))
    edition = prepare_edition(
        site, read_site(site), Path(".cache"), target.takes_compressed, lambda stage, items, length: iter(items)
    )
    (site / "feed.xml").write_bytes(b"<feed>changed</feed>")
    with target.hold(False) as held, pytest.raises(PublishError, match="site-changed|damaged"):
        held.publish(edition, lambda stage, items, length: iter(items))
    assert find_live(place.get, place.samples).version == 0
    place.starter.run("publish", place.target, "--site", place.site(2))
    assert find_live(place.get, place.samples).version == 2


class Proxy:
    """Passes connections on, and cuts all of them once so many bytes have gone to the server."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.passed = 0
        self.limit: int | None = None
        self.open: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self._is_cut():
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.target))
                self.open += [client, server]
                threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _is_cut(self) -> bool:
        return self.limit is not None and self.passed >= self.limit

    def _pass(self, source: socket.socket, drain: socket.socket, counts: bool) -> None:
        with contextlib.suppress(OSError):
            while raw := source.recv(4096):
                if counts:
                    self.passed += len(raw)
                if self._is_cut():
                    self.cut()
                    return
                drain.sendall(raw)
            drain.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def begin(self, limit: int | None) -> None:
        self.passed, self.limit = 0, limit

    def close(self) -> None:
        self.cut()
        # A listener that is only closed lets its thread wait for ever.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for end in self.open:
            end.close()


@pytest.fixture
def make_proxy() -> Iterator[Callable[[int], Proxy]]:
    made: list[Proxy] = []

    def make_proxy(port: int) -> Proxy:
        made.append(Proxy(port))
        return made[-1]

    yield make_proxy
    for proxy in made:
        proxy.close()


@pytest.mark.parametrize("kind", ["ssh", "s3"])
def test_a_cut_connection_is_told_and_leaves_the_site_whole(
    kind: str, make_place: Callable[[str], Place], make_proxy: Callable[[int], Proxy], request: pytest.FixtureRequest
) -> None:
    place = make_place(kind)
    fill(place)
    direct = place.target
    if kind == "ssh":
        port = request.getfixturevalue("sshd").port
        proxy = make_proxy(port)
        through, more = direct.replace(f":{port}/", f":{proxy.port}/"), {}
    else:
        proxy = make_proxy(int(request.getfixturevalue("s3").rsplit(":", 1)[1]))
        through, more = direct, {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{proxy.port}", "AWS_MAX_ATTEMPTS": "1"}

    def publish(version: int, limit: int | None) -> tuple[int, str]:
        proxy.begin(limit)
        return place.starter.run("publish", through, "--site", place.site(version), "--break-lock", **more)

    code, output = publish(1, None)
    assert code == 0, output
    whole, failed, live = proxy.passed, 0, {1}
    for number, share in enumerate((0, 0.03, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95)):
        version = (number + 2) % 3
        code, output = publish(version, int(whole * share))
        assert "Traceback" not in output
        failed += code == 1 and "связь" in output
        live |= {version}
        assert look(place) <= live, share
    assert failed >= 6
    heal(place, 2)


def start_and_stop(place: Place, version: int) -> Running:
    """Start a publisher and stop it while it holds the lock."""
    for _ in range(20):
        running = place.starter.start("publish", place.target, "--site", place.site(version))
        while running.process.exitcode is None:
            if has_lock(place):
                running.send(signal.SIGSTOP)
                if has_lock(place):
                    return running
                running.send(signal.SIGCONT)
                break
        running.wait()
        place.publish_well(0)
    raise AssertionError("no publisher was caught with the lock")


def has_lock(place: Place) -> bool:
    if place.folder:
        return os.path.lexists(place.folder / ".lock")
    return place.get(".publish/lock", "")[0] == 200


def test_of_two_publishers_the_second_is_refused(place: Place) -> None:
    place.publish_well(0)
    first = start_and_stop(place, 1)
    try:
        code, output = place.publish(2)
        assert code == 1
        assert "сюда уже" in output and "Traceback" not in output
        assert look(place) <= {0, 1}
    finally:
        first.send(signal.SIGCONT)
    assert first.wait()[0] == 0
    assert look(place) == {1}
    assert place.list_rubbish() == []


@pytest.mark.parametrize("kind", ["ssh", "s3"])
def test_who_lost_the_lock_changes_nothing_any_more(kind: str, make_place: Callable[[str], Place]) -> None:
    place = make_place(kind)
    place.publish_well(0)
    first = start_and_stop(place, 1)
    code, output = place.publish(2)
    assert code == 1 and "--break-lock" in output and " с." in output
    place.publish_well(2, "--break-lock")
    first.send(signal.SIGCONT)
    code, output = first.wait()
    assert code == 1, output
    assert "Traceback" not in output
    assert look(place) == {2}


def test_publishers_that_start_at_the_same_moment_publish_one_after_the_other_or_not(place: Place) -> None:
    place.publish_well(0)
    for number in range(3):
        both = [
            place.starter.start("publish", place.target, "--site", place.site(1 + (number + more) % 3))
            for more in range(2)
        ]
        for running in both:
            code, output = running.wait()
            assert code == 0 or "сюда уже" in output, output
        assert len(look(place)) == 1
        assert place.list_rubbish() == []


def test_publishers_on_the_server_and_over_ssh_know_of_each_other(make_place: Callable[[str], Place]) -> None:
    place = make_place("ssh")
    place.publish_well(0)
    first = start_and_stop(place, 1)
    code, output = place.starter.run("publish", f"dir:{place.folder}", "--site", place.site(2))
    assert code == 1 and "сюда уже" in output
    first.send(signal.SIGCONT)
    assert first.wait()[0] == 0
    code, output = place.starter.run("publish", f"dir:{place.folder}", "--site", place.site(2))
    assert code == 0, output
    assert look(place) == {2}


ERRORS: dict[str, tuple[str, str]] = {
    "a folder that is not there": ("dir:/no/such/folder", "нет папки «/no/such/folder»"),
    "a target of no kind": ("ftp://host/x", "непонятно, куда"),
    "a host that is an option": ("ssh://-oProxyCommand=x/srv", "непонятно, куда"),
    "a refused connection": ("ssh://127.0.0.1:1/srv", "не принимает соединение"),
    "a host without a name": ("ssh://no-such-host.invalid/srv", "сервер не найден"),
    "a storage that is not there": ("s3://bucket", "связь не установилась"),
}


@pytest.mark.parametrize("fault", ERRORS)
def test_errors_of_the_operator_are_told_in_russian(fault: str, make_place: Callable[[str], Place]) -> None:
    place = make_place("dir")
    target, words = ERRORS[fault]
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_MAX_ATTEMPTS": "1"}
    for command in (["publish", target, "--site", place.site(1)], ["rollback", target]):
        code, output = place.starter.run(
            *command, **keys, AWS_ENDPOINT_URL_S3="http://127.0.0.1:1", AWS_DEFAULT_REGION="us-east-1"
        )
        assert code in (1, 2) and words in output and "Как исправить" in output, output
        assert "Traceback" not in output


def test_missing_credentials_and_buckets_are_told(make_place: Callable[[str], Place], tmp_path: Path) -> None:
    place = make_place("s3")
    code, output = place.starter.run("publish", "s3://no-such-bucket", "--site", place.site(1))
    assert code == 1 and "нет корзины «no-such-bucket»" in output
    nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}
    code, output = place.publish(1, HOME=str(tmp_path), **nothing)
    assert code == 1 and "нет ключей доступа" in output, output


def test_a_login_that_is_refused_is_told(make_place: Callable[[str], Place], tmp_path: Path) -> None:
    place = make_place("ssh")
    (tmp_path / "none.conf").write_text("IdentityFile none\nIdentitiesOnly yes\nStrictHostKeyChecking no\n")
    shell = f"ssh -F {tmp_path}/none.conf -o UserKnownHostsFile={tmp_path}/known"
    code, output = place.publish(1, RSYNC_RSH=shell)
    assert code == 1 and "сервер не пустил" in output, output


def test_a_real_folder_in_the_place_of_the_link_is_left_alone(server_place: Place) -> None:
    assert server_place.folder
    (server_place.folder / "current").mkdir()
    (server_place.folder / "current" / "index.html").write_text("by hand")
    code, output = server_place.publish(1)
    assert code == 1 and "не символическая ссылка" in output, output
    assert (server_place.folder / "current" / "index.html").read_text() == "by hand"
