"""Publishers that are ended at those moments that matter most: each is made to last, on a real server."""

import signal
from collections.abc import Callable

import pytest

from tests.publish.conftest import Place
from tests.publish.holds import HeldRequest, Hold, hold_program
from tests.publish.test_faults import come_to_rest, fill, has_lock, heal, look, start_and_stop
from tests.servers import Sshd

STEPS = {"verifying": ("sha256sum", "--check"), "carrying": ("rsync", "--files-from"), "syncing": ("sync", "-f")}
"""What the server does before its publisher's last word, and the program that does it."""


def kill_at(place: Place, version: int, hold: Hold) -> None:
    """Kill a publisher when a program of the server waits."""
    running = place.starter.start("publish", place.target, "--site", place.site(version))
    hold.wait()
    running.kill()


@pytest.mark.parametrize("step", STEPS)
def test_a_server_whose_publisher_is_gone_keeps_the_lock_to_its_end_and_changes_nothing(
    step: str, make_place: Callable[[str], Place], sshd: Sshd
) -> None:
    place = make_place("ssh")
    place.publish_well(0)
    with hold_program(sshd, *STEPS[step]) as hold:
        kill_at(place, 1, hold)
        if step == "syncing":
            code, output = place.publish(2)
            assert code == 1 and "сюда уже" in output, output
        hold.let_go()
    come_to_rest(place)
    assert look(place) == {0}
    heal(place, 2)


@pytest.mark.parametrize("words", ["/release", "/current"])
def test_a_server_that_lost_the_lock_before_its_last_step_changes_nothing(
    words: str, make_place: Callable[[str], Place], sshd: Sshd
) -> None:
    """It has the last word of its publisher, has looked at the lock, and is late all the same."""
    place = make_place("ssh")
    assert place.folder
    place.publish_well(0)
    with hold_program(sshd, "mv", words) as hold:
        kill_at(place, 1, hold)
        place.publish_well(2, "--break-lock")
        releases = sorted((place.folder / "releases").iterdir())
        hold.let_go()
    assert sorted((place.folder / "releases").iterdir()) == releases
    assert look(place) == {2}
    assert place.list_rubbish() == []


def test_a_server_that_lost_the_lock_removes_no_release(make_place: Callable[[str], Place], sshd: Sshd) -> None:
    place = make_place("ssh")
    place.publish_well(0)
    with hold_program(sshd, "mv", "/trash/") as hold:
        running = place.starter.start("publish", place.target, "--site", place.site(1), "--keep", "1")
        hold.wait()
        code, output = place.starter.run("rollback", place.target, "--break-lock")
        assert code == 0, output
        hold.let_go()
    running.wait()
    assert look(place) == {0}


def test_what_receives_files_for_a_killed_publisher_leaves_nothing_to_the_next_one(
    make_place: Callable[[str], Place], sshd: Sshd
) -> None:
    place = make_place("ssh")
    place.publish_well(0)
    with hold_program(sshd, "rsync", "--server") as hold:
        kill_at(place, 1, hold)
        come_to_rest(place)
        heal(place, 2)
        hold.let_go()
    assert place.list_rubbish() == []


def test_who_has_nothing_new_clears_away_too(make_place: Callable[[str], Place], sshd: Sshd) -> None:
    place = make_place("ssh")
    place.publish_well(0)
    with hold_program(sshd, "sync", "-f") as hold:
        kill_at(place, 1, hold)
        hold.let_go()
    assert [name.partition("-")[0] for name in place.list_rubbish()] == ["incoming"]
    code, output = place.publish(0)
    assert code == 0 and "уже опубликована" in output
    assert place.list_rubbish() == []


def test_what_a_killed_publisher_sent_is_not_sent_again(make_place: Callable[[str], Place], sshd: Sshd) -> None:
    place = make_place("ssh")
    place.publish_well(0)
    (place.site(1) / "large.txt").write_text("large " * 1000)
    with hold_program(sshd, "sync", "-f") as hold:
        kill_at(place, 1, hold)
        hold.let_go()
    assert place.folder
    sent = next(place.folder.glob("incoming-*/release/site/large.txt")).stat().st_ino
    place.publish_well(1)
    assert (place.folder / "current" / "large.txt").stat().st_ino == sent


def test_a_lock_left_on_a_server_by_a_killed_publisher_goes_with_it(make_place: Callable[[str], Place]) -> None:
    place = make_place("ssh")
    place.publish_well(0)
    first = start_and_stop(place, 1)
    first.kill()
    place.publish_well(2)
    assert look(place) == {2}


@pytest.mark.parametrize(
    ("command", "before"),
    [("publish", True), ("publish", False), ("rollback", True)],
    ids=["the request", "the answer", "of a rollback"],
)
def test_a_polite_end_while_the_lock_is_asked_for_gives_it_up(
    command: str, before: bool, make_place: Callable[[str], Place], s3: str
) -> None:
    """The request that takes the lock, or its answer, is on its way."""
    place = make_place("s3")
    for version in (0, 1):
        place.publish_well(version)
    proxy = HeldRequest(int(s3.rsplit(":", 1)[1]), f"PUT /{place.bucket}/.publish/lock".encode(), before)
    more = ["--site", place.site(2)] if command == "publish" else []
    address = f"http://127.0.0.1:{proxy.port}"
    try:
        running = place.starter.start(command, place.target, *more, AWS_ENDPOINT_URL_S3=address)
        assert proxy.caught.wait(60)
        running.send(signal.SIGTERM)
        # Who does not wait for the answer has ended by now, and the request takes the lock for nobody.
        running.wait_at_most(0.5)
        proxy.free.set()
        assert running.wait()[0] != 0
    finally:
        proxy.close()
    assert not has_lock(place)
    assert look(place) == {1}


@pytest.mark.parametrize("kind", ["dir", "ssh", "s3"])
def test_a_polite_end_at_any_moment_gives_up_the_lock(kind: str, make_place: Callable[[str], Place]) -> None:
    place = make_place(kind)
    duration = fill(place)
    live, ended = {0}, 0
    for number, request in enumerate((signal.SIGTERM, signal.SIGINT, signal.SIGHUP) * 3):
        version = (number + 1) % 3
        running = place.starter.start("publish", place.target, "--site", place.site(version))
        running.wait_at_most(duration * (number + 1) / 10)
        running.send(request)
        running.send(signal.SIGTERM)
        code, output = running.wait()
        ended += code != 0
        assert not has_lock(place), (number, output)
        seen = look(place)
        assert seen <= live | {version}
        live = seen | {version} if kind == "s3" else seen
    assert ended
    heal(place, 1)


def test_a_polite_end_of_who_is_stopped_with_the_lock_gives_it_up(place: Place) -> None:
    place.publish_well(0)
    first = start_and_stop(place, 1)
    first.send(signal.SIGTERM)
    first.send(signal.SIGCONT)
    assert first.wait()[0] != 0
    assert not has_lock(place)
