"""The same content gives the same bytes: on another day, machine, file system, in another language and time zone."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from macros.checks import load_site
from macros.site.layout import render_page
from macros.site.pages import list_pages
from tests.built import SITE_URL, Built, assemble, compare
from tests.conftest import DAY


@pytest.fixture
def elsewhere(small_built: Built) -> Iterator[Path]:
    """A folder on another file system: each lists a folder in an order of its own."""
    memory, disk = Path("/dev/shm"), Path("/var/tmp")
    with tempfile.TemporaryDirectory(dir=disk if small_built.root.is_relative_to(memory) else memory) as folder:
        assert Path(folder).stat().st_dev != small_built.root.stat().st_dev
        yield Path(folder)


def test_a_build_on_another_day_and_machine_is_the_same(small_built: Built, elsewhere: Path) -> None:
    """All that differs from machine to machine, at once, five days later; pictures are drawn anew."""

    def begin() -> None:
        os.umask(0o077)
        if sys.platform == "linux":
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    root = assemble(elsewhere / "a folder with another name, and a longer one", small_built.root.with_name("content"))
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
    assert compare(small_built.folder, root / "site") == []


def test_a_day_that_changes_the_content_changes_the_pages(small_built: Built) -> None:
    """The source should have been checked again, and what rests on it shows its date."""

    def render(day: date) -> dict[str, bytes]:
        site, _ = load_site(small_built.root, day)
        return {path: render_page(page) for path, page in list_pages(site).items()}

    day = datetime.fromtimestamp(DAY, UTC).date()
    assert render(day) != render(day + timedelta(days=96))
