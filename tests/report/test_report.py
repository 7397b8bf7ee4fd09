"""The reviewer's report on real repositories: what changed is there, in both languages, and nothing can act."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser

from tests.test_command_line import PROJECT, edit, run

NEWS = "data/news/2024-06-10-omsk-defence.yaml"


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Editor", "-c", "user.email=editor@cluster.example", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def make_root(root: Path) -> Path:
    """Make a copy of the real content in a repository of its own, with one commit."""
    for name in ("data", "docs"):
        shutil.copytree(PROJECT / name, root / name)
    shutil.copy(PROJECT / "EDITING.md", root)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Первая версия")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_root(tmp_path / "site")


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> LexborHTMLParser:
    """The report on content that is that of the last commit."""
    root = make_root(tmp_path_factory.mktemp("unchanged") / "site")
    (root / "note.txt").write_text("x")
    return report(root, "--against", "HEAD")


def report(root: Path, *arguments: str) -> LexborHTMLParser:
    output = root / "report.html"
    result = run("report", "--root", root, "--output", output, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    return LexborHTMLParser(output.read_text("utf-8"))


def words(tree: LexborHTMLParser, selector: str) -> str:
    return " ".join(" ".join(node.text() for node in tree.css(selector)).replace("\N{NO-BREAK SPACE}", " ").split())


def compare(root: Path) -> None:
    """Mark the translations as compared. Without, both versions are compared all the same, but no pages are built."""
    assert run("reviewed", "--root", root, "--yes").returncode == 0


def test_nothing_changed_is_said(unchanged: LexborHTMLParser) -> None:
    text = words(unchanged, "main")
    for said in (
        "Ошибок и замечаний нет.",
        "Ни один факт и ни один текст не изменился.",
        "Список источников не изменился.",
        "Все английские тексты сверены с русскими.",
        "Ни одна страница не изменилась.",
    ):
        assert said in text


def test_changed_fact_is_shown_in_both_languages_with_every_page_that_shows_it(root: Path) -> None:
    edit(root / "data" / "participants.yaml", "Тульская компания, выпускает", "Компания из Тулы, производит")
    edit(root / "data" / "participants.yaml", "A Tula company making", "A company of Tula making")
    compare(root)

    tree = report(root)

    assert "Тульская компания, выпускает" in words(tree, "del")
    assert "Компания из Тулы, производит" in words(tree, "ins")
    assert "company of" in words(tree, 'ins, [lang="en"]')
    assert "по сравнению с версией" in words(tree, "header").lower()
    paths = {node.text().strip("/ \n") for node in tree.css("#pages .place")}
    assert {"organisations/prezent-upakovka", "en/organisations/prezent-upakovka", "participants"} <= paths
    assert "privacy" not in paths and len(paths) < 16


def test_status_sources_and_prose_are_compared(root: Path) -> None:
    edit(root / "data" / "organisations.yaml", "status: planned", "status: unknown")
    edit(root / "docs" / "ru" / "join.md", "Коротко напишите", "Напишите кратко")

    tree = report(root)

    assert (words(tree, "del")[:7], words(tree, "ins")[:7]) == ("planned", "unknown")
    assert "docs/ru/join.md" in words(tree, "#changes .place")


def test_new_and_deleted_records_and_pages_are_told(root: Path) -> None:
    (root / NEWS).unlink()
    for lang in ("ru", "en"):
        (root / "docs" / lang / "privacy.md").unlink()

    tree = report(root)

    gone = words(tree, ".change--gone h4")
    assert "omsk-defence" in gone
    assert "Проверка: сайт не собирается" in words(tree, "header")
    assert "пока в содержании есть ошибки" in words(tree, "#pages")


def test_sources_added_removed_and_overdue(root: Path) -> None:
    sources = root / "data" / "sources.yaml"
    block = (
        "\n- id: primer\n  publisher: {ru: Пример, en: Primer}\n  title: {ru: Заметка, en: A note}\n"
        "  url: https://primer.example/\n  checked: 2026-01-01\n  check_by: 2026-11-01\n  grade: B\n"
    )
    sources.write_text(sources.read_text("utf-8") + block, "utf-8")

    tree = report(root)

    assert "primer" in words(tree, "#sources .change--new h4")
    assert "Пора было проверить заново: 1" in words(tree, "#sources")
    git(root, "commit", "--quiet", "--all", "--message", "Источник")
    sources.write_text(sources.read_text("utf-8").split("\n- id: primer")[0], "utf-8")
    assert "primer" in words(report(root), "#sources .change--gone h4")


def test_translation_that_fell_behind_and_one_that_caught_up(root: Path) -> None:
    edit(root / NEWS, "title:\n  ru: ", "title:\n  ru: Итог. ")

    assert "Стали отставать: 1" in words(report(root), "#translations")

    git(root, "commit", "--quiet", "--all", "--message", "Правка")
    compare(root)
    assert "Сверены или исчезли: 1" in words(report(root), "#translations")


def test_clean_tree_is_compared_with_the_commit_before(root: Path) -> None:
    edit(root / "docs" / "ru" / "join.md", "Коротко напишите", "Напишите кратко")
    git(root, "commit", "--quiet", "--all", "--message", "Вторая версия")

    tree = report(root)

    assert "«Первая версия»" in words(tree, "header")
    assert "Напишите кратко" in words(tree, "ins")


def test_profiles_say_what_is_missing(unchanged: LexborHTMLParser) -> None:
    anchor = next(node for node in unchanged.css("#profiles li") if "Презент" in node.text())
    assert "5 из 6" in anchor.text() and "нет: сайт" in anchor.text()
    assert len(unchanged.css("#profiles li")) == 8


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--against", "no-such"), "Версии «no-such» в этой копии нет"), (("--against=--all",), "— не версия")],
)
def test_unknown_revision_is_answered(root: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("report", "--root", root, *arguments)

    assert result.returncode == 2
    assert said in result.stderr and "Traceback" not in result.stderr


def test_folder_without_git_is_answered(root: Path) -> None:
    shutil.rmtree(root / ".git")

    result = run("report", "--root", root)

    assert (result.returncode, result.stderr.strip()) == (2, "Это не рабочая копия Git, поэтому сравнить не с чем.")


def test_only_commit_without_changes_is_answered(root: Path) -> None:
    result = run("report", "--root", root)

    assert result.returncode == 2
    assert "Версии «HEAD~1» в этой копии нет" in result.stderr


def test_text_stays_text_and_the_file_needs_nothing_else(root: Path, open_page: Callable[..., Page]) -> None:
    payload = '"><img src=x onerror=alert(1)><script>document.title="x"</script> https://evil.example/'
    git(root, "commit", "--quiet", "--amend", "--message", payload)
    edit(root / "data" / "participants.yaml", "Тульская компания,", f"Тульская {payload} компания,")
    tree = report(root)
    html = (root / "report.html").read_text("utf-8")

    assert tree.css("script, img, link, iframe, [onerror], [style]") == []
    assert payload in words(tree, "#changes") and payload in words(tree, "header")
    assert "url(" not in html and "@import" not in html
    for width in (320, 1280):
        page = open_page(viewport={"width": width, "height": 800})
        page.goto((root / "report.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert "Что изменилось" in page.title()


def test_same_input_gives_the_same_bytes(root: Path) -> None:
    edit(root / NEWS, "title:\n  ru: ", "title:\n  ru: Итог. ")
    report(root)
    first = (root / "report.html").read_bytes()

    report(root)

    assert (root / "report.html").read_bytes() == first
