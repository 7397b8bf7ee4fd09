"""Every rule by examples: tests/cases/<rule>/<what it proves>.yaml."""

import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from macros.content.loading import DATA_FILES, load_draft
from macros.content.model import LANGUAGES
from macros.content.problems import load_messages, render_text
from tests.checks.cases import BASE, ELSEWHERE, TODAY, Base, Case, copy_base, find, load_cases, report

CASES = load_cases()


def test_base_is_complete_and_clean(tmp_path: Path) -> None:
    assert {path.name for path in (BASE / "data").glob("*.yaml")} == {data_file.name for data_file in DATA_FILES}
    assert report(find(copy_base(tmp_path / "site"))) == []


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case_has_exactly_the_expected_problems(case: Case, base: Base) -> None:
    problems = case.find(base)

    assert report(problems) == case.expect
    text = render_text(problems, "ru")
    assert [fragment for fragment in case.says if fragment not in text] == []
    assert case.find_refused_offers(base, problems) == []


def test_every_rule_has_a_case_and_every_case_its_rule() -> None:
    rules = set(load_messages("ru")) - {"words", "failures", *ELSEWHERE}
    rules = {rule for rule in rules if not rule.startswith(("publish-", "built-"))}  # test_publish.py, test_verify.py
    expected = {case.name: {line.rsplit("[", 1)[1].removesuffix("]") for line in case.expect} for case in CASES}

    assert {rule for found in expected.values() for rule in found} == rules
    assert {case.rule for case in CASES} == rules | {"accepted"}
    astray = [case.name for case in CASES if case.rule != "accepted" and case.rule not in expected[case.name]]
    assert sorted(astray) == []
    assert [case.name for case in CASES if case.rule == "accepted" and case.expect] == []


def test_name_that_is_no_text_is_shown_and_not_followed(site: Path) -> None:
    (site / "data" / os.fsdecode(b"\xff\x1b[31m.yaml")).write_text("x")

    assert report(find(site)) == ["data/\\xff\\x1b[31m.yaml [unexpected-file]"]


def test_pipe_is_not_waited_for(site: Path) -> None:
    (site / "data" / "menu.yaml").unlink()
    os.mkfifo(site / "data" / "menu.yaml")

    assert report(find(site)) == ["data/menu.yaml [unreadable-file]"]


def test_picture_that_is_a_pipe_is_not_waited_for(site: Path) -> None:
    os.mkfifo(site / "docs" / "ru" / "boat.png")

    assert report(find(site)) == ["docs/ru/boat.png [unreadable-file]"]


def test_file_that_may_not_be_read_is_reported(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is simulated."""
    real_open = Path.open

    def refuse(self: Path, *arguments: Any, **named: Any) -> object:
        if self.name == "menu.yaml":
            raise PermissionError(self)
        return real_open(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", refuse)

    assert report(find(site)) == ["data/menu.yaml [unreadable-file]"]


def test_files_as_macos_writes_them_are_read_like_others(site: Path) -> None:
    about, english = (site / "docs" / lang / "about.md" for lang in LANGUAGES)
    about.write_text(about.read_text("utf-8") + "\n## Ближайшая регата\n\n[регата](#ближайшая-регата)\n", "utf-8")
    english.write_text(english.read_text("utf-8") + "\n## Next regatta\n\n[regatta](#next-regatta)\n", "utf-8")
    composed = load_draft(site, TODAY)[0]
    for path in site.rglob("*.*"):
        path.write_text(unicodedata.normalize("NFD", path.read_text("utf-8")), "utf-8")
    decomposed = load_draft(site, TODAY)[0]

    assert unicodedata.normalize("NFC", about.read_text("utf-8")) != about.read_text("utf-8")
    assert [page.body for page in decomposed.pages] == [page.body for page in composed.pages]
    assert [one.value for one in decomposed.written] == [one.value for one in composed.written]
    assert report(find(site)) == []
