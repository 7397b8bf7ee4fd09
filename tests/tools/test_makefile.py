"""What make passes on: options are for the last program of a target, not for those before it."""

import subprocess
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def dry_run(*arguments: str) -> list[str]:
    run = subprocess.run(["make", "-n", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_options_of_make_test_reach_pytest_alone() -> None:
    commands = [line for line in dry_run("test", "ARGS=tests/some") if "-m " in line]
    given = {line.split("-m ")[1].split()[0]: "tests/some" in line for line in commands}
    assert given == {"macros": False, "ruff": False, "mypy": False, "pytest": True}


def test_options_of_make_check_reach_the_check() -> None:
    assert any(line.endswith("macros check --lang en") for line in dry_run("check", "ARGS=--lang en"))


def test_make_runs_tests_in_parallel_and_pytest_by_itself_does_not() -> None:
    for target in ("test", "a11y"):
        (command,) = [line for line in dry_run(target, "ARGS=-k some") if "-m pytest" in line]
        assert "--numprocesses auto" in command and command.endswith(" -k some")
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["addopts"]
    assert [option for option in settings if option.startswith(("-n", "--numprocesses", "--dist"))] == []
