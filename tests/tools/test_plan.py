"""What a workflow asks of Git: is there code to test, and how does the site of the base look."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")


def run(folder: Path, script: str, **environment: str) -> str:
    command = ["sh", PROJECT / "tools" / script]
    given = {**os.environ, "CHECK_BASE": "", "GITHUB_OUTPUT": str(folder / ".git" / "output"), **environment}
    return subprocess.run(command, cwd=folder, env=given, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a branch that leaves `main` after its first commit."""
    for name in ("data/a.yaml", "data/schema/a.json", "docs/ru/a.md", "macros/a.py", "README.md", "tools/a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path)
    git(tmp_path, "switch", "--quiet", "--create", "change")
    return tmp_path


def is_code_tested(project: Path, **environment: str) -> bool:
    output = project / ".git" / "output"
    output.write_text("")
    said = run(project, "plan.sh", **environment)
    assert output.read_text() == ("code=true\n" if "Code has changed" in said else "")
    assert "Code has changed" in said or "nothing to do" in said
    return bool(output.read_text())


def test_content_and_documents_need_no_test_of_code(project: Path) -> None:
    for name in ("data/a.yaml", "data/photos/новая.jpg", "docs/ru/b.md", "README.md"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("changed")
    commit(project)
    assert not is_code_tested(project, CHECK_BASE="main")


@pytest.mark.parametrize("name", ["macros/a.py", "tools/a.md", "data/schema/a.json", ".gitignore", "docs.py"])
def test_anything_else_does(project: Path, name: str) -> None:
    (project / "docs/ru/a.md").write_text("changed")
    (project / name).write_text("changed")
    commit(project)
    assert is_code_tested(project, CHECK_BASE="main")


def test_code_that_becomes_a_document_is_code_that_goes(project: Path) -> None:
    (project / "macros/a.py").rename(project / "docs/ru/a.py")
    commit(project)
    assert is_code_tested(project, CHECK_BASE="main")


def test_what_main_has_got_since_does_not_count(project: Path) -> None:
    git(project, "switch", "--quiet", "main")
    (project / "macros/a.py").write_text("changed")
    commit(project)
    git(project, "switch", "--quiet", "change")
    (project / "docs/ru/a.md").write_text("changed")
    commit(project)
    assert not is_code_tested(project, CHECK_BASE="main")


@pytest.mark.parametrize("base", ["", "0" * 40, "no-such-branch"])
def test_what_cannot_be_compared_is_tested(project: Path, base: str) -> None:
    assert is_code_tested(project, CHECK_BASE=base)


GH = """#!/bin/sh
case "$2" in
    */pulls) echo headsha ;;
    */git/commits/headsha) echo {tree} ;;
    */commits/headsha/check-runs*) echo {verdict} ;;
esac
"""
"""Stands for GitHub, which cannot be had here."""


@pytest.mark.parametrize(("is_same", "verdict"), [(True, "success"), (True, "failure"), (True, ""), (False, "success")])
def test_files_that_a_pull_request_has_tested_are_not_tested_again(project: Path, is_same: bool, verdict: str) -> None:
    (project / "macros/a.py").write_text("changed")
    commit(project)
    tree = git(project, "rev-parse", "HEAD^{tree}").strip() if is_same else "another"
    program = project / ".git" / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(GH.format(tree=tree, verdict=verdict))
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    told = {"CHECK_BASE": "main", "GH_TOKEN": "x", "GITHUB_REPOSITORY": "a/b", "PATH": path}
    assert is_code_tested(project, **told) == (not is_same or verdict != "success")


def test_the_site_of_the_base_is_built_to_be_compared_with(tmp_path: Path) -> None:
    """Of a plain site of MkDocs: whatever `mkdocs build` makes of a commit is what is compared with."""
    project = tmp_path / "project"
    for name in ("tools", "docs"):
        (project / name).mkdir(parents=True)
    shutil.copy(PROJECT / "tools" / "build_base.sh", project / "tools")
    (project / "docs" / "about.md").write_text("# Before\n")
    (project / "mkdocs.yml").write_text("site_name: x\n")
    (project / ".gitignore").write_text("/.venv\n/.cache/\n")
    (project / ".venv").symlink_to(sys.prefix)
    git(project, "init", "--quiet", "--initial-branch", "main")
    commit(project)
    (project / "docs" / "about.md").write_text("# After\n")
    (project / "mkdocs.yml").write_text("site_name: [broken\n")
    commit(project)

    def build(base: str) -> str:
        command = ["sh", project / "tools" / "build_base.sh"]
        environment = {**os.environ, "CHECK_BASE": base}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()

    assert build("") == build("0" * 40) == ""
    assert build("HEAD") == "", "what cannot be built is not compared with"
    assert build("HEAD~1") == f"--against {project}/.cache/base/site", "also where another base was"
    assert "Before" in (project / ".cache/base/site/about/index.html").read_text()
