"""The set-up of the project: lock files, and what happens on a machine that lacks something."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-test.txt")


def read_lock(name: str) -> dict[str, list[str]]:
    """Each requirement of a lock file, such as `click==8.5.1`, with the hashes given for it."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    entries = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {words[0]: [word for word in words if word.startswith("--hash=sha256:")] for words in entries}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_requirement_is_exact_hashed_and_there_once(name: str) -> None:
    lock = read_lock(name)
    assert len(lock) > 20
    assert [entry for entry in lock if not re.fullmatch(r"[a-z0-9._-]+==[0-9][0-9a-z.]*", entry)] == []
    assert [entry for entry, hashes in lock.items() if not hashes] == []
    packages = [entry.split("==")[0] for entry in lock]
    assert len(packages) == len(set(packages))


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_address_and_no_path(name: str) -> None:
    assert re.findall(r"\S*(?:://|\.\./|/[a-z]+/|--index|--find-links)\S*", (ROOT / name).read_text()) == []


def test_tests_run_with_the_versions_that_build_the_site() -> None:
    run, test = (read_lock(name) for name in LOCKS)
    assert [entry for entry, hashes in run.items() if test.get(entry) != hashes] == []


def test_direct_dependencies_are_exact_and_locked_as_written() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted, name in zip((project["dependencies"], project["optional-dependencies"]["test"]), LOCKS, strict=True):
        # An extra, as in pagefind[bin], has become packages of its own in the lock.
        assert {re.sub(r"\[.*\]", "", dependency) for dependency in wanted} - set(read_lock(name)) == set()


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder with the set-up and a `bin` that holds a few programs; neither apt-get nor hunspell is among them."""
    for folder in ("tools", "bin"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "tools/setup.sh", tmp_path / "tools")
    (tmp_path / "requirements.txt").touch()
    for name in ("dirname", "cat", "cmp", "touch"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    return tmp_path


def run_setup(root: Path, part: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", root / "tools/setup.sh", part]
    return subprocess.run(command, env={"PATH": f"{root}/bin", **environment}, capture_output=True, text=True)


def test_missing_python_is_named_with_a_remedy(bare: Path) -> None:
    old_python = bare / "bin" / "python3"
    old_python.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit\nexit 1\n')
    old_python.chmod(0o755)
    result = run_setup(bare, "run")
    assert result.returncode == 1
    assert "Python 3.11 or newer was not found (python3 is: Python 3.9.2)" in result.stderr
    assert "apt-get install python3" in result.stderr
    assert not (bare / ".venv").exists()


def test_missing_hunspell_stops_the_tests_and_github_and_nobody_else(bare: Path) -> None:
    (bare / ".venv" / "bin").mkdir(parents=True)
    (bare / ".venv" / "bin" / "python").symlink_to(sys.executable)
    command = [bare / ".venv/bin/python", "-I", "-c", "import sys; print(sys.prefix, sys.version)"]
    (bare / ".venv" / "installed").mkdir()
    (bare / ".venv" / "installed" / "requirements.txt").write_bytes(subprocess.check_output(command))
    assert run_setup(bare, "run").returncode == 0
    for result in (run_setup(bare, "hunspell"), run_setup(bare, "run", GITHUB_ACTIONS="true")):
        assert result.returncode == 1
        assert "apt-get install hunspell hunspell-ru hunspell-en-gb" in result.stderr
