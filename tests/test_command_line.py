"""`python -m macros check` as a real process: exit codes, formats, languages."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def run(*arguments: str | Path, folder: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "macros", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the real content."""
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    shutil.copytree(PROJECT / "docs", tmp_path / "docs")
    return tmp_path


def edit(path: Path, old: str, new: str) -> int:
    """Replace the first place of a text that must be there; return its line."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_clean_content_exits_with_0(root: Path) -> None:
    answer = run("check", "--root", root)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "Проблем нет.\n", "")


def test_a_lost_source_translation_region_and_a_misspelt_field_are_told_in_one_run(root: Path) -> None:
    participants = root / "data" / "participants.yaml"
    text = participants.read_text("utf-8")
    body = text[text.index("\n- id: ") :]
    broken = body.replace("  region: RU-TUL\n", "  region: RU-TULA\n", 1).replace("  stage: ", "  stege: ", 1)
    broken = broken[:1] + broken[1:].replace("\n  sources:\n", "\n  sources: []\n  sources_old:\n", 1)
    participants.write_text(text.replace(body, broken), "utf-8")
    news = root / "data" / "news" / "2024-06-10-omsk-defence.yaml"
    lines = news.read_text("utf-8").split("\n")
    title = lines.index("title:")
    assert lines[title + 2].startswith("  en: ")
    del lines[title + 2]
    news.write_text("\n".join(lines), "utf-8")

    answer = run("check", "--root", root, "--format", "json")
    problems = json.loads(answer.stdout)
    assert answer.returncode == 1
    found = {problem["rule"]: problem for problem in problems}
    assert {"no-source", "missing-language", "bad-region-code", "unknown-field"} <= set(found)
    for problem in problems:
        assert problem["line"] > 0 and problem["column"] > 0 and problem["fix"] and problem["why"]
    assert found["missing-language"]["file"] == "data/news/2024-06-10-omsk-defence.yaml"
    assert any("«stage»" in problem["what"] for problem in problems if problem["rule"] == "unknown-field")


def test_json_has_a_stable_shape(root: Path) -> None:
    line = edit(root / "data" / "cluster.yaml", "\n  status: planned\n", "\n  status: plannd\n") + 1
    answer = run("check", "--root", root, "--format", "json", "--lang", "en")
    (problem,) = json.loads(answer.stdout)
    assert list(problem) == ["file", "line", "column", "rule", "level", "record", "what", "why", "fix"]
    assert (problem["file"], problem["line"], problem["column"], problem["rule"]) == (
        "data/cluster.yaml",
        line,
        11,
        "bad-value",
    )
    assert "did you mean “planned”?" in problem["what"]


def test_a_warning_is_told_and_does_not_fail(root: Path) -> None:
    sources = root / "data" / "sources.yaml"
    unused = "- id: unused\n  publisher: {ru: А, en: A}\n  title: {ru: Б, en: B}\n  url: https://example.com\n"
    line = len(sources.read_text("utf-8").splitlines()) + 1
    sources.write_text(sources.read_text("utf-8") + unused + "  checked: 2026-11-23\n  grade: B\n", "utf-8")
    assert run("reviewed", "--root", root, "--yes").returncode == 0
    answer = run("check", "--root", root, "--format", "github")
    assert answer.returncode == 0
    assert answer.stdout.startswith(f"::warning file=data/sources.yaml,line={line},col=7,title=unused-source::")


def test_a_warning_fails_a_strict_check_and_stands_in_the_summary(root: Path) -> None:
    summary = root / "summary.md"
    assert run("check", "--root", root, "--strict", "--summary", summary).returncode == 0
    assert summary.read_text("utf-8") == "## Проверка текстов и данных\n\n```text\nПроблем нет.\n```\n\n"
    words = root / "data" / "words.yaml"
    words.write_text(words.read_text("utf-8").replace("\nru:\n", "\nru:\n  - небывалослово\n", 1), "utf-8")
    answer = run("check", "--root", root, "--strict", "--format", "github", "--summary", summary)
    assert answer.returncode == 1
    assert "::warning file=data/words.yaml" in answer.stdout
    assert "предупреждение" in summary.read_text("utf-8") and "[unused-word]" in summary.read_text("utf-8")
    assert run("check", "--root", root).returncode == 0


def test_github_annotates_the_line_and_escapes_what_would_end_a_command(root: Path) -> None:
    line = edit(root / "data" / "cluster.yaml", "\n  status: planned\n", '\n  status: "100%,\\n::set-env"\n') + 1
    answer = run("check", "--root", root, "--format", "github")
    (command,) = answer.stdout.strip().split("\n")
    assert command.startswith(f"::error file=data/cluster.yaml,line={line},col=11,title=bad-value::")
    assert "%25" in command and "%0A" in command


def test_russian_is_the_default_and_english_an_option(root: Path) -> None:
    (root / "data" / "menu.yaml").unlink()
    russian, english = run("check", "--root", root), run("check", "--root", root, "--lang", "en")
    assert "Как исправить" in russian.stdout
    assert "Remedy" in english.stdout
    assert russian.returncode == english.returncode == 1


@pytest.mark.parametrize("arguments", [["--lang", "de"], ["--format", "xml"], ["--root", "no/such/folder"], ["--x"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    answer = run("check", *arguments)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


def test_a_programmers_mistake_shows_its_traceback(root: Path) -> None:
    shutil.copytree(PROJECT / "macros", root / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    edit(root / "macros" / "content" / "checks.py", "    for kind in _UNIQUE_KINDS:", "    for kind in None:")
    answer = run("check", folder=root)
    assert "Traceback" in answer.stderr and "TypeError" in answer.stderr
