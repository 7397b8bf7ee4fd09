"""`python -m macros check`: exit codes, formats, languages."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.built import PROJECT
from tests.checks.cases import copy_base
from tests.commands import run_command

CLEAN = "## Проверка текстов и данных\n\n```text\nПроблем нет.\n```\n\n"


def run_process(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "macros", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small valid site under Git, so that there is nothing to say of it."""
    root = copy_base(tmp_path / "site")
    git = ["git", "-c", "user.name=Editor", "-c", "user.email=editor@cluster.example", "-c", "commit.gpgsign=false"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Начало"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    return root


def edit(path: Path, old: str, new: str) -> int:
    """Replace the first place of a text that must be there; return its line."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_clean_content_exits_with_0_and_a_strict_check_adds_that_to_the_summary(root: Path) -> None:
    answer = run_process(PROJECT, "check", "--root", root, "--strict", "--summary", root / "summary.md")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "Проблем нет.\n", "")
    assert (root / "summary.md").read_text("utf-8") == CLEAN


def test_all_problems_are_told_in_one_run_in_a_stable_shape(root: Path) -> None:
    line = edit(root / "data" / "cluster.yaml", "\n  status: planned\n", "\n  status: plannd\n") + 1
    participants = root / "data" / "participants.yaml"
    edit(participants, "  region: XX-NOR\n", "  region: XX-NORD\n")
    edit(participants, "  stage: ", "  stege: ")
    edit(participants, "  sources: [harbour-news]\n", "  sources: []\n")
    edit(root / "data" / "news" / "2024-05-01-fleet.yaml", "  en: A fleet is to be folded\n", "")

    answer = run_command("check", "--root", root, "--format", "codequality", "--lang", "en")
    problems = json.loads(answer.stdout)
    assert answer.exit_code == 1
    found = {problem["check_name"]: problem for problem in problems}
    assert {"no-source", "missing-language", "bad-region-code", "unknown-field", "bad-value"} <= set(found)
    for problem in problems:
        assert list(problem) == ["description", "check_name", "fingerprint", "severity", "location"]
        assert "Remedy: " in problem["description"]
    assert found["bad-value"]["location"] == {"path": "data/cluster.yaml", "lines": {"begin": line}}
    assert "did you mean “planned”?" in found["bad-value"]["description"]


def test_a_warning_fails_a_strict_check_only_and_stands_in_the_summary(root: Path) -> None:
    sources, summary = root / "data" / "sources.yaml", root / "summary.md"
    unused = "- id: unused\n  publisher: {ru: А, en: A}\n  title: {ru: Б, en: B}\n  url: https://example.com\n"
    line = len(sources.read_text("utf-8").splitlines()) + 1
    sources.write_text(sources.read_text("utf-8") + unused + "  checked: 2026-11-23\n  grade: B\n", "utf-8")
    for strict in ([], ["--strict"]):
        answer = run_command("check", "--root", root, "--format", "github", "--summary", summary, *strict)
        assert answer.exit_code == len(strict)
        assert answer.stdout.startswith(f"::warning file=data/sources.yaml,line={line},col=7,title=unused-source::")
    assert "предупреждение" in summary.read_text("utf-8") and "[unused-source]" in summary.read_text("utf-8")


def test_github_annotates_the_line_and_escapes_what_would_end_a_command(root: Path) -> None:
    line = edit(root / "data" / "cluster.yaml", "\n  status: planned\n", '\n  status: "100%,\\n::set-env"\n') + 1
    answer = run_command("check", "--root", root, "--format", "github")
    (command,) = answer.stdout.strip().split("\n")
    assert command.startswith(f"::error file=data/cluster.yaml,line={line},col=11,title=bad-value::")
    assert "%25" in command and "%0A" in command


def test_russian_is_the_default_and_english_an_option(root: Path) -> None:
    (root / "data" / "menu.yaml").unlink()
    russian, english = run_command("check", "--root", root), run_command("check", "--root", root, "--lang", "en")
    assert "Как исправить" in russian.stdout
    assert "Remedy" in english.stdout
    assert russian.exit_code == english.exit_code == 1


@pytest.mark.parametrize("arguments", [["--lang", "de"], ["--format", "xml"], ["--root", "no/such/folder"], ["--x"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    answer = run_command("check", *arguments)
    assert answer.exit_code == 2
    assert "Traceback" not in answer.stderr


def test_a_programmers_mistake_shows_its_traceback(root: Path) -> None:
    shutil.copytree(PROJECT / "macros", root / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    edit(root / "macros" / "checks" / "__init__.py", "islice(rule(draft), MAX_PROBLEMS)", "islice(None, MAX_PROBLEMS)")
    answer = run_process(root, "check")
    assert "Traceback" in answer.stderr and "TypeError" in answer.stderr


def test_a_date_of_the_build_that_is_none_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1e14")
    result = run_command("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "SOURCE_DATE_EPOCH: «1e14»" in result.stderr
