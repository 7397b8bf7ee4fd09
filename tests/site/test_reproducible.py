"""The same content gives the same bytes: on another day, machine, file system, in another language and time zone."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.built import SITE_URL, assemble, build, compare, edit
from tests.conftest import write_small

DAY = 1795564800
"""A moment of 25 November 2026; a source is to be checked again two months later."""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_small(tmp_path_factory.mktemp("content") / "small")
    edit(root / "data" / "sources.yaml", "  grade: B", "  check_by: 2027-01-31\n  grade: B")
    return root


@pytest.fixture(scope="module")
def first(content: Path, make_once: Callable[..., Path]) -> Path:
    """The site of a build on a certain day."""

    def make(folder: Path) -> None:
        build(assemble(folder / "root", content), SOURCE_DATE_EPOCH=str(DAY), PYTHONHASHSEED="1", TZ="UTC")

    return make_once("first", make) / "root" / "site"


@pytest.fixture
def elsewhere(first: Path) -> Iterator[Path]:
    """A folder on another file system: each lists a folder in an order of its own."""
    memory, disk = Path("/dev/shm"), Path("/var/tmp")
    with tempfile.TemporaryDirectory(dir=disk if first.is_relative_to(memory) else memory) as folder:
        assert Path(folder).stat().st_dev != first.stat().st_dev
        yield Path(folder)


def test_a_build_on_another_day_and_machine_is_the_same(first: Path, content: Path, elsewhere: Path) -> None:
    """All that differs from machine to machine, at once; pictures are drawn anew."""

    def begin() -> None:
        os.umask(0o077)
        if sys.platform == "linux":
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    root = assemble(elsewhere / "a folder with another name, and a longer one", content)
    places = {name: str(elsewhere / name.lower()) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    for place in places.values():
        Path(place).mkdir()
    circumstances = {
        "SOURCE_DATE_EPOCH": str(DAY + 5 * 86_400),
        "TZ": "Asia/Kamchatka",
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONHASHSEED": "4242",
        "USER": "somebody",
        "LOGNAME": "somebody",
    }
    run = subprocess.run(
        [Path(sys.executable).with_name("mkdocs"), "build", "--strict"],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": SITE_URL, **places, **circumstances},
        capture_output=True,
        text=True,
        timeout=600,
        preexec_fn=begin,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert compare(first, root / "site") == []


def test_a_day_that_changes_the_content_changes_the_site(first: Path, content: Path, tmp_path: Path) -> None:
    """The source should have been checked again, and what rests on it shows its date."""
    root = assemble(tmp_path / "later", content)
    build(root, SOURCE_DATE_EPOCH=str(DAY + 96 * 86_400))
    assert compare(first, root / "site") != []
