"""Marks of compared translations: put by the command, lost by whoever changes the Russian text."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from macros.content.history import changed_words, explain_changes, find_old_text
from macros.content.loading import load_draft
from macros.content.problems import render_text
from macros.content.reviewing import _check_unharmed, mark_reviewed
from macros.content.translations import find_pairs, fingerprint
from tests.checks.cases import TODAY, find, report

PROJECT = Path(__file__).parents[2]
DEMO = PROJECT / "tests" / "clusters" / "demo"


def mark_all(root: Path) -> list[str]:
    draft, _ = load_draft(root, TODAY)
    return mark_reviewed(root, [(pair, pair.lags) for pair in find_pairs(draft) if pair.lags])


def change(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text("utf-8")
    assert text.count(old) == 1
    (root / file).write_bytes(text.replace(old, new).encode())


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_line_breaks_and_spaces_do_not_count_and_letters_and_names_do() -> None:
    mark = fingerprint("lead", "Флот сложат из бумаги.")

    assert re.fullmatch(r"[0-9a-f]{6}", mark)
    assert fingerprint("lead", " Флот\n  сложат из\u00a0бумаги.\n") == mark
    assert fingerprint("lead", "Флот сложат из бумаги!") != mark
    assert fingerprint("title", "Флот сложат из бумаги.") != mark


@pytest.mark.parametrize("cluster", [PROJECT, DEMO], ids=["real", "demo"])
def test_marks_taken_away_are_put_back_where_they_were(cluster: Path, tmp_path: Path) -> None:
    for name in ("data", "docs"):
        shutil.copytree(cluster / name, tmp_path / name)
    before = contents(tmp_path)
    for path in [*(tmp_path / "data").rglob("*.yaml"), *(tmp_path / "docs" / "en").rglob("*.md")]:
        kept = [line for line in path.read_bytes().splitlines(True) if not re.match(rb" *reviewed: [0-9a-f ]+\n", line)]
        path.write_bytes(b"".join(kept))
    assert any(rule.startswith("unreviewed") for rule in {problem.rule for problem in find(tmp_path)})

    mark_all(tmp_path)

    assert contents(tmp_path) == before


STYLES = {
    "flow": """\
- {id: who-rows, question: {ru: Кто?, en: Who?}, kind: not_found, searched: 2026-11-20}
""",
    "flow-over-lines": """\
- { id: who-rows, kind: not_found,
    question: {ru: Кто?,
      en: Who?}, searched: 2026-11-20 }
""",
    "question-last-without-line-end": """\
- id: who-rows
  kind: not_found
  searched: 2026-11-20
  question:
    ru: Кто?
    en: Who?""",
    "quoted": """\
- id: who-rows
  question: {"ru": "Кто?", en: 'Who?'}  # спросить
  kind: not_found
  searched: 2026-11-20
""",
    "block": """\
- id: who-rows
  question:
    ru: >-
      Кто?
    en: |
      Who?

      # no heading


  # comment
  kind: not_found
  searched: 2026-11-20
""",
    "block-that-keeps-its-empty-lines": """\
- id: who-rows
  question:
    ru: Кто?
    en: |+
      Who?


  kind: not_found
  searched: 2026-11-20
""",
    "marked": """\
- id: who-rows
  reviewed: 'abc'  # прежнее
  question: {ru: Кто?, en: Who?}
  kind: not_found
  searched: 2026-11-20
""",
    "marked-flow": """\
- {reviewed: abc, id: who-rows, question: {ru: Кто?, en: Who?}, kind: not_found, searched: 2026-11-20}
""",
    "nested": """\
- id: who-rows
  question: {ru: Кто?, en: Who?}
  kind: not_found
  searched: 2026-11-20
  answers:
  - text: {ru: Я, en: I}
    sources: [harbour-news]
  - sources: [harbour-news]
    text:
      ru: Ты
      en: You
""",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("style", STYLES)
def test_a_record_is_marked_however_it_is_written(site: Path, style: str, line_end: str) -> None:
    unknowns = site / "data" / "unknowns.yaml"
    text = ("\ufeff" + unknowns.read_text("utf-8") + STYLES[style]).replace("\n", line_end)
    unknowns.write_bytes(text.encode())

    assert mark_all(site) == ["data/unknowns.yaml"]

    assert report(find(site)) == []
    without = re.sub(
        r"^ *reviewed: [0-9a-f ]+\r?\n|, reviewed: [0-9a-f ]+(?=\s*})", "", unknowns.read_bytes().decode(), flags=re.M
    )
    if not style.startswith("marked"):
        original = re.sub(r"^ *reviewed: [0-9a-f ]+\r?\n", "", text, flags=re.M)
        assert without in (original, original + line_end)
    mark_all(site)
    assert report(find(site)) == []


def test_only_what_was_compared_is_marked(site: Path) -> None:
    change(site, "data/news/2024-05-01-fleet.yaml", "В порту сложат флот", "В порту сложат два флота")
    change(site, "data/news/2024-05-01-fleet.yaml", "Флот сложат из бумаги.", "Флот сложат из фольги.")
    draft, _ = load_draft(site, TODAY)
    (pair,) = [pair for pair in find_pairs(draft) if pair.lags]
    assert [lag.name for lag in pair.lags] == ["title", "body"]

    mark_reviewed(site, [(pair, pair.lags[1:])])

    assert report(find(site)) == ["data/news/2024-05-01-fleet.yaml:4:7 [stale-translation]"]


def test_what_is_compared_is_pending_no_longer(site: Path) -> None:
    before = contents(site)
    change(site, "data/topics.yaml", "reviewed: f95752\n", "reviewed: 123456\n      pending: 2027-01-01\n")
    change(site, "docs/en/about.md", "reviewed: 0198ed\n", "pending: 2027-01-01\n")
    assert {problem.rule for problem in find(site)} == {"translation-pending"}

    mark_all(site)

    assert contents(site) == before


def test_a_file_that_cannot_be_read_whole_is_left_alone(site: Path) -> None:
    change(site, "data/topics.yaml", "2020 года.", "2021 года.\u200b")
    before = contents(site)

    assert mark_all(site) == []

    assert contents(site) == before


# What Git remembers


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Editor", "-c", "user.email=editor@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def told(root: Path) -> str:
    return render_text(explain_changes(root, find(root)), "ru")


def test_the_message_says_what_the_russian_text_was(site: Path) -> None:
    git(site, "init")
    git(site, "add", ".")
    git(site, "commit", "--message", "First")
    change(site, "data/topics.yaml", "Кодекс действует с 2020 года.", "Кодекс действует с 2021 года.")
    change(site, "docs/ru/about.md", "Всё о корабликах.", "Всё о лодочках.")
    change(site, "data/strings.yaml", "{n} новостей", "{n} вестей")
    git(site, "commit", "--all", "--message", "Second")
    git(site, "mv", "docs/ru/index.md", "docs/ru/index2.md")
    git(site, "mv", "docs/ru/index2.md", "docs/ru/index.md")

    text = told(site)

    assert "было «Кодекс действует с 2020 года.», стало «Кодекс действует с 2021 года.»" in text
    assert (
        "было «… кластере Всё о корабликах. # О кластере …», стало «… кластере Всё о лодочках. # О кластере …»" in text
    )
    assert (
        "было «… новости many: {n} новостей other: {n} новости», стало «… новости many: {n} вестей other: {n}" in text
    )


def test_of_two_changed_sections_each_is_compared_with_its_own(site: Path) -> None:
    for lang in ("ru", "en"):
        page = site / "docs" / lang / "about.md"
        page.write_text(
            page.read_text("utf-8") + "\n## Порт\n\nПорт стоит у моря.\n\n## Верфь\n\nВерфь стоит у реки.\n", "utf-8"
        )
    mark_all(site)
    git(site, "init")
    git(site, "add", ".")
    git(site, "commit", "--message", "First")
    change(site, "docs/ru/about.md", "Порт стоит у моря.", "Порт стоит у озера.")
    change(site, "docs/ru/about.md", "Верфь стоит у реки.", "Верфь стоит у озера.")

    text = told(site)

    assert "было «… Порт стоит у моря.», стало «… Порт стоит у озера.»" in text
    assert "было «… Верфь стоит у реки.», стало «… Верфь стоит у озера.»" in text


def test_without_git_the_message_does_without(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(site, "data/topics.yaml", "2020 года.", "2021 года.")
    assert "[stale-translation]" in told(site) and "было" not in told(site)

    monkeypatch.setenv("PATH", "")
    assert "[stale-translation]" in told(site)


def test_a_long_change_is_cut() -> None:
    assert changed_words("а б в г д е", "а б в г ж е") == ("… б в г д е", "… б в г ж е")
    was, now = changed_words("слово " * 100, "другое " * 100)
    assert len(was) < 130 and now.endswith("…")
    assert changed_words("а а", "а") == ("а а", "а")


def test_of_a_long_change_a_hundred_and_twenty_letters_are_quoted() -> None:
    before, after = changed_words("слово " * 100, "дело " * 100)

    assert (len(before), len(after)) == (120, 120)
    assert before.endswith("…")


def test_git_gives_back_the_text_that_the_english_one_was_compared_with(site: Path) -> None:
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"],
    ):
        subprocess.run(["git", "-C", site, *arguments], check=True)
    change(site, "data/organisations.yaml", "Поможет участникам.", "Поможет всем.")
    draft, _ = load_draft(site, TODAY)
    ((pair, lag),) = [(pair, lag) for pair in find_pairs(draft) for lag in pair.lags]

    assert find_old_text(site, pair, lag) == "Поможет участникам."


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/a.yaml", "- {id: a, name: b}\n", "- {id: a, name: c}\n"),
        ("docs/en/a.md", "---\ntitle: A\n---\n\n# A\n", "---\ntitle: A\n---\n\n# B\n"),
        ("docs/en/a.md", "---\ntitle: A\n---\n\n# A\n", "---\ntitle: B\n---\n\n# A\n"),
    ],
)
def test_marking_would_stop_before_it_changed_anything_else(file: str, old: str, new: str) -> None:
    _check_unharmed(file, old.encode(), old.encode())
    with pytest.raises(AssertionError, match="would be damaged"):
        _check_unharmed(file, old.encode(), new.encode())
