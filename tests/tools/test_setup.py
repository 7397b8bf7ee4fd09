"""The set-up of the project: lock files, make targets, and what happens on a machine that lacks something."""

import os
import re
import shutil
import subprocess
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


def read_direct_dependencies(group: str | None = None) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project["optional-dependencies"][group] if group else project["dependencies"]


def run_setup(*arguments: str, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", root / "tools/setup.sh", *arguments], env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_requirement_is_exact_and_hashed(name: str) -> None:
    lock = read_lock(name)
    assert len(lock) > 20
    assert [entry for entry in lock if not re.fullmatch(r"[a-z0-9._-]+==[0-9][0-9a-z.]*", entry)] == []
    assert [entry for entry, hashes in lock.items() if not hashes] == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_address_and_no_path(name: str) -> None:
    assert re.findall(r"\S*(?:://|\.\./|/[a-z]+/|--index|--find-links)\S*", (ROOT / name).read_text()) == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_one_version_of_each_package(name: str) -> None:
    packages = [entry.split("==")[0] for entry in read_lock(name)]
    assert len(packages) == len(set(packages))


@pytest.mark.parametrize("name", LOCKS)
def test_packages_that_bring_a_second_mkdocs_are_not_locked(name: str) -> None:
    packages = {entry.split("==")[0] for entry in read_lock(name)}
    assert packages & {"properdocs", "mkdocs-rss-plugin", "mkdocs-gen-files"} == set()


def test_tests_run_with_the_versions_that_build_the_site() -> None:
    run, test = (read_lock(name) for name in LOCKS)
    assert [entry for entry, hashes in run.items() if test.get(entry) != hashes] == []


@pytest.mark.parametrize(("group", "name"), [(None, LOCKS[0]), ("test", LOCKS[1])])
def test_direct_dependencies_are_exact_and_locked_as_written(group: str | None, name: str) -> None:
    # An extra, as in pagefind[bin], has become packages of its own in the lock.
    wanted = {re.sub(r"\[.*\]", "", dependency) for dependency in read_direct_dependencies(group)}
    assert wanted - set(read_lock(name)) == set()


def test_make_lists_every_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    listed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True)
    assert set(re.findall(r"^  make ([a-z-]+) +\S", listed.stdout, re.MULTILINE)) == targets
    assert targets >= {"serve", "test", "build", "check", "lock", "lint", "clean", "help"}


def test_missing_python_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/setup.sh", tmp_path / "tools")
    (tmp_path / "requirements.txt").touch()
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "dirname").symlink_to(shutil.which("dirname") or "")
    old_python = bin_folder / "python3"
    old_python.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit\nexit 1\n')
    old_python.chmod(0o755)

    result = run_setup("run", root=tmp_path, PATH=str(bin_folder))

    assert result.returncode == 1
    assert "Python 3.11 or newer was not found (python3 is: Python 3.9.2)" in result.stderr
    assert "apt-get install python3" in result.stderr
    assert not (tmp_path / ".venv").exists()


def test_python_chosen_by_name_must_exist() -> None:
    result = run_setup("lock", PATH=os.environ["PATH"], PYTHON="/nowhere/python3")
    assert result.returncode == 1
    assert "PYTHON=/nowhere/python3 is not a Python" in result.stderr


def test_unknown_command_shows_usage() -> None:
    result = run_setup("instal", PATH=os.environ["PATH"])
    assert result.returncode == 1
    assert "Usage:" in result.stderr
