"""The same content gives the same bytes: on another day, in another place, language, zone and order of hashing."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.built import CONTENT, SITE_URL, assemble, compare

DAY = 1795564800
"""A moment of 25 November 2026; the others are days later, and nothing in the content changes between them."""

CIRCUMSTANCES: dict[str, dict[str, str]] = {
    "another day": {"SOURCE_DATE_EPOCH": str(DAY + 5 * 86_400)},
    "another zone": {"SOURCE_DATE_EPOCH": str(DAY), "TZ": "Asia/Kamchatka"},
    "another locale": {"SOURCE_DATE_EPOCH": str(DAY), "LC_ALL": "C", "LANG": "C"},
    "another order of hashing": {"SOURCE_DATE_EPOCH": str(DAY), "PYTHONHASHSEED": "4242"},
}


def build(root: Path, begin: Callable[[], None] | None = None, **circumstances: str) -> Path:
    """Build the real cluster in a folder of its own; returns the site. `begin` is called in the process first."""
    assemble(root, CONTENT["cluster"])
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": SITE_URL, **circumstances}
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "--strict"]
    run = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=300, preexec_fn=begin
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return root / "site"


@pytest.fixture(scope="session")
def first(make_once: Callable[..., Path]) -> Path:
    """A build on a certain day."""
    return (
        make_once("first", lambda root: build(root, SOURCE_DATE_EPOCH=str(DAY), PYTHONHASHSEED="1", TZ="UTC")) / "site"
    )


@pytest.mark.parametrize("what", CIRCUMSTANCES)
def test_a_build_under_other_circumstances_is_the_same(first: Path, tmp_path: Path, what: str) -> None:
    other = build(tmp_path / "a folder with another name, and a longer one", **CIRCUMSTANCES[what])
    assert compare(first, other) == []


def test_a_build_by_another_user_with_one_processor_is_the_same(first: Path, tmp_path: Path) -> None:
    """What else differs from machine to machine: home, folder for temporary files, rights of new files, processors."""

    def begin() -> None:
        os.umask(0o077)
        if sys.platform == "linux":
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    places = {name: str(tmp_path / name.lower()) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    for place in places.values():
        Path(place).mkdir()
    other = build(tmp_path / "root", begin, SOURCE_DATE_EPOCH=str(DAY), USER="somebody", LOGNAME="somebody", **places)
    assert compare(first, other) == []


def test_a_build_on_another_file_system_is_the_same(first: Path) -> None:
    """Each lists a folder in an order of its own; one in memory begins with what was written last."""
    memory, disk = Path("/dev/shm"), Path("/var/tmp")
    with tempfile.TemporaryDirectory(dir=disk if first.is_relative_to(memory) else memory) as folder:
        assert Path(folder).stat().st_dev != first.stat().st_dev, "two file systems"
        assert compare(first, build(Path(folder) / "root", SOURCE_DATE_EPOCH=str(DAY))) == []


def test_a_day_that_changes_the_content_changes_the_site(first: Path, tmp_path: Path) -> None:
    """Three months later a source should have been checked again, and what rests on it shows its date."""
    later = build(tmp_path / "root", SOURCE_DATE_EPOCH=str(DAY + 96 * 86_400))
    assert compare(first, later) != []
