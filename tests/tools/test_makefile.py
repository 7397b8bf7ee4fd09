"""What make tells and passes on: options are for the last program of a target, not for those before it."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def make(*arguments: str) -> list[str]:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_make_lists_every_target_on_a_line_of_its_own() -> None:
    text = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):", text, re.MULTILINE))
    assert {match[1] for line in make() if (match := re.match(r"  make ([a-z0-9-]+) +\S", line))} == targets
    assert set(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split()) == targets


def test_options_of_make_test_reach_pytest_alone() -> None:
    commands = [line for line in make("-n", "test", "ARGS=tests/some") if "-m " in line]
    given = {line.split("-m ")[1].split()[0]: "tests/some" in line for line in commands}
    assert given == {"macros": False, "ruff": False, "mypy": False, "pytest": True}


@pytest.mark.parametrize(
    ("target", "program"), [("verify", "tools.verify"), ("lighthouse", "lighthouse.py"), ("vnu", "vnu.jar")]
)
def test_options_of_what_builds_first_do_not_reach_the_build(target: str, program: str) -> None:
    commands = make("-n", target, "ARGS=--some")
    given = {name: [" --some" in line for line in commands if name in line] for name in ("mkdocs build", program)}
    assert given == {"mkdocs build": [False], program: [True]}


def test_options_of_make_check_reach_the_check() -> None:
    assert any(line.endswith("macros check --lang en") for line in make("-n", "check", "ARGS=--lang en"))
