"""A build that keeps what it can gives what a build from nothing gives: after any edits, and wherever it was killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.built import CONTENT, PROJECT, assemble, run_mkdocs
from tests.checks.cases import copy_base
from tests.site.soundness import compare

SEQUENCES = int(os.environ.get("SEQUENCES", "200"))
KILLS = int(os.environ.get("KILLS", "20"))
SHARES = 4

PAGES = {
    "lists.md": '{{ participants() }}\n\n{{ organisations() }}\n\n{{ statistics(of="organisations") }}',
    "news/index.md": "{{ news() }}\n\n{{ news_archive() }}",
    "facts.md": '{{ facts("cluster") }}\n\n{{ timeline() }}\n\n{{ sources() }}\n\n{{ unknowns() }}',
    "search.md": "{{ search() }}",
}
TITLES = {
    "lists.md": ("Списки", "Lists"),
    "news/index.md": ("Новости", "News"),
    "facts.md": ("Факты", "Facts"),
    "search.md": ("Поиск", "Search"),
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small made-up cluster that calls most macros, ready to be built."""
    content, root = tmp_path / "content", tmp_path / "root"
    copy_base(content)
    for path, (russian, english) in TITLES.items():
        for lang, title in (("ru", russian), ("en", english)):
            file = content / "docs" / lang / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"---\ntitle: {title}\ndescription: {title}.\n---\n\n# {title}\n\n{PAGES[path]}\n", "utf-8")
    assemble(root, content)
    subprocess.run([sys.executable, "-m", "macros", "reviewed", "--yes"], cwd=root, check=True, capture_output=True)
    return root


def run_sequences(root: Path, *arguments: str) -> str:
    command = [sys.executable, str(PROJECT / "tests" / "site" / "soundness.py"), str(root), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=3600)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize("share", range(SHARES))
def test_builds_after_random_edits_equal_builds_from_nothing(small: Path, share: int) -> None:
    said = run_sequences(small, str(SEQUENCES // SHARES), str(share))
    compared = int(said.split()[0])
    assert compared >= SEQUENCES // SHARES // 2, f"most sequences could not be built: {said}"


def test_the_same_holds_while_somebody_serves_and_saves_again_before_all_is_done(small: Path) -> None:
    said = run_sequences(small, str(SEQUENCES // 10), "7", "--serve")
    assert int(said.split()[0]) >= SEQUENCES // 10 // 2, f"most sequences could not be built: {said}"


def test_the_same_holds_for_the_real_cluster_with_its_search(tmp_path: Path) -> None:
    root = assemble(tmp_path / "root", CONTENT["cluster"])
    assert "sequences compared" in run_sequences(root, "6", "11", "--real-search")


def test_a_dependency_that_is_not_noticed_is_found(small: Path) -> None:
    """The planted fault: reads of attributes are no longer noted, as a shortcut in `reads` might have it."""
    reads = small / "macros" / "site" / "reads.py"
    text = reads.read_text("utf-8")
    planted = text.replace(
        "        self._reads.current.add(found[0])\n        return found[1]", "        return found[1]"
    )
    assert planted != text
    reads.write_text(planted, "utf-8")
    command = [sys.executable, str(PROJECT / "tests" / "site" / "soundness.py"), str(small), "40", "0"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert run.returncode == 1
    assert "index.html" in run.stdout


def list_members(session: int) -> Iterator[Path]:
    """Yield the folders in /proc of the processes of a session that have not ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                yield stat.parent


def test_a_build_killed_anywhere_leaves_a_site_that_the_next_one_puts_right(small: Path) -> None:
    killed = int(run_sequences(small, str(KILLS), "5", "--kill"))
    assert killed >= KILLS // 4
    assert run_mkdocs(small, "build", "--strict").returncode == 0
    kept = small.with_name("kept")
    shutil.move(small / "site", kept)
    shutil.rmtree(small / ".cache")
    assert run_mkdocs(small, "build", "--strict").returncode == 0
    assert compare(kept, small / "site") == []
    assert not list(small.glob(".site-*")), "what killed builds had left is gone"


def test_what_a_killed_build_has_started_ends_and_lets_the_next_one_begin(small: Path) -> None:
    """Only the first process is killed, as a system does that is short of memory."""
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "--strict"]
    with subprocess.Popen(command, cwd=small, start_new_session=True, stderr=subprocess.PIPE, text=True) as build:
        assert build.stderr is not None
        assert any("/en" in line for line in build.stderr), "English has begun, in another process"
        build.kill()
    until = time.monotonic() + 30
    while (left := list(list_members(build.pid))) and time.monotonic() < until:
        time.sleep(0.05)
    for process in left:
        os.kill(int(process.name), signal.SIGKILL)
    assert left == []
    assert run_mkdocs(small, "build", "--strict").returncode == 0
