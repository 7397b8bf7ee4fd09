"""The dialogues of `new` and `reviewed` as real processes, answered at a real terminal or by options."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.test_command_line import PROJECT, run

NEWS = {
    "date": "2026-01-26",
    "title-ru": "Фонд подвёл итоги 2025 года",
    "title-en": "The Fund sums up 2025",
    "lead-ru": "За год одобрено 19 проектов на сумму более 3,5 млрд рублей.",
    "lead-en": "Over the year, 19 projects worth more than 3.5 billion roubles were approved.",
    "body-ru": "Первый абзац: со знаками # и «кавычками».",
    "body-en": "First paragraph: with signs # and “quotation marks”.",
    "tags": "programme",
    "organisations": "industrial-development-fund",
    "sources": "myslo-2026-01-26",
}
ORGANISATION = {
    "id": "primer",
    "name-ru": "ООО «Пример»",
    "name-en": "OOO Primer",
    "role": "team",
    "status": "confirmed",
    "summary-ru": "Руководство предприятия входило в управленческую команду проекта.",
    "summary-en": "The management of the enterprise was on the project’s management team.",
    "sources": "frp71-2024-06-10",
    "as-of": "2024-06-10",
}
SOURCE = {
    "id": "primer-2026-01-26",
    "publisher-ru": "Газета «Пример»",
    "publisher-en": "Primer newspaper",
    "title-ru": "Итоги: 2025 год # новое",
    "title-en": "Results: 2025 # new",
    "url": "https://example.ru/a",
    "grade": "B",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the real content."""
    for name in ("data", "docs"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    shutil.copy(PROJECT / "EDITING.md", tmp_path)
    return tmp_path


def options(values: dict[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in (f"--{name}", value)]


@dataclass
class Talk:
    """What a process said at a terminal, and its exit code."""

    text: str
    returncode: int


def talk(arguments: Sequence[str | Path], answers: Sequence[str]) -> Talk:
    """Run a command at a pseudo-terminal, and type each answer followed by Enter; `^C` alone is that key."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "macros", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=PROJECT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    said = b""
    for answer in answers:
        while not said.rstrip(b"\n\r").endswith(b": ") or said.endswith(b"\n"):
            said += read(ours)
        os.write(ours, b"\x04" if answer == "^D" else answer.encode() + b"\n")
        said += b"\n"
    while chunk := read(ours):
        said += chunk
    os.close(ours)
    return Talk(said.decode().replace("\r\n", "\n"), process.wait(timeout=300))


def read(terminal: int) -> bytes:
    """What a terminal shows next; nothing at its end, which Linux tells by an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def snapshot(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_news_item_from_options_is_valid_and_annotated(root: Path) -> None:
    before = snapshot(root)

    result = run("new", "news", "--root", root, *options(NEWS))

    assert (result.returncode, result.stderr) == (0, "")
    after = snapshot(root)
    name = "data/news/2026-01-26-the-fund-sums-up-2025.yaml"
    text = after.pop(name).decode()
    assert after == before
    assert yaml.safe_load(text)["body"]["ru"].strip() == NEWS["body-ru"]
    fields = [line for line in text.split("\n") if line and line[0] not in " #"]
    comments = [line for line in text.split("\n") if line.startswith("# ")]
    assert len(comments) >= len(fields) - 1
    assert run("check", "--root", root).returncode == 0


@pytest.mark.parametrize(("kind", "values", "file"), [
    ("organisation", ORGANISATION, "data/organisations.yaml"),
    ("source", SOURCE, "data/sources.yaml"),
])  # fmt: skip
def test_record_from_options_stands_below_the_others(root: Path, kind: str, values: dict[str, str], file: str) -> None:
    before = snapshot(root)

    result = run("new", kind, "--root", root, *options(values))

    assert (result.returncode, result.stderr) == (0, "")
    after = snapshot(root)
    assert after[file].startswith(before[file])
    assert {name for name in after if after[name] != before.get(name)} == {file}
    assert yaml.safe_load(after[file])[-1]["id"] == values["id"]
    assert run("check", "--root", root).returncode == 0


def test_future_anchor_goes_to_the_participants(root: Path) -> None:
    plan = {
        "role": "participant",
        "status": "planned",
        "summary-ru": "Станет участником.",
        "summary-en": "To be a participant.",
    }

    run("new", "organisation", "--root", root, *options(ORGANISATION | plan))

    assert yaml.safe_load((root / "data" / "participants.yaml").read_text("utf-8"))[-1]["id"] == "primer"


def test_what_lacks_or_is_wrong_is_told_at_once_and_nothing_is_written(root: Path) -> None:
    before = snapshot(root)
    wrong = {"id": "ptk", "name-ru": "ООО «Пример»", "role": "teem", "website": "primer.ru", "as-of": "10.06.2024"}

    result = run("new", "organisation", "--root", root, *options(wrong))

    assert result.returncode == 2
    assert snapshot(root) == before
    said = result.stderr
    for part in (
        "«teem» здесь нет; возможно, вы имели в виду «team»",
        "https://primer.ru",
        "«10.06.2024» — это не дата",
    ):
        assert part in said
    for option in ("--name-en", "--status", "--summary-ru", "--summary-en", "--sources"):
        assert f"{option}:" in said
    assert "Traceback" not in said


def test_nothing_is_overwritten(root: Path) -> None:
    taken = {"date": "2024-06-10", "slug": "omsk-defence"}
    before = snapshot(root)

    result = run("new", "news", "--root", root, *options(NEWS | taken))

    assert result.returncode == 1
    assert "уже есть, он не тронут" in result.stderr
    assert snapshot(root) == before


def test_damaged_list_is_left_alone_and_the_record_is_shown(root: Path) -> None:
    sources = root / "data" / "sources.yaml"
    sources.write_text("- id: x\n\tpublisher: y\n", "utf-8")
    before = snapshot(root)

    result = run("new", "source", "--root", root, *options(SOURCE))

    assert result.returncode == 1
    assert snapshot(root) == before
    assert "id: primer-2026-01-26" in result.stdout


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("old", ["# Источники\n[]\n", "# Источники\n- {id: x}", "", "- {id: x}\n# конец\n"])
def test_list_of_any_form_takes_a_record(root: Path, old: str, end: str) -> None:
    sources = root / "data" / "sources.yaml"
    sources.write_bytes(old.replace("\n", end).encode())

    run("new", "source", "--root", root, *options(SOURCE))

    raw = sources.read_bytes().decode()
    assert [record["id"] for record in yaml.safe_load(raw)] == [*(["x"] if "x" in old else []), "primer-2026-01-26"]
    assert raw.count("\n") == raw.count(end if old else "\n")
    assert ("# Источники" in raw) == ("# Источники" in old)


def test_record_that_breaks_a_rule_is_kept_and_the_problem_told(root: Path) -> None:
    done = {"title-ru": "ООО «Эссити» является участником кластера", "title-en": "OOO Essiti is to join"}

    result = run("new", "news", "--root", root, *options(NEWS | done))

    assert result.returncode == 1
    assert "[team-as-participant]" in result.stdout
    assert (root / "data" / "news" / "2026-01-26-ooo-essiti-is-to-join.yaml").is_file()


def test_news_item_by_questions(root: Path) -> None:
    answers = [
        *("26.01.2026", NEWS["date"]),
        *("", NEWS["title-ru"], NEWS["title-en"]),
        "",  # the address that is offered
        *(NEWS[name] for name in ("lead-ru", "lead-en", "body-ru", "body-en")),
        "",  # no tags
        *("?", "industrial-development-fond", "industrial-development-fund"),
        "myslo-2026-01-26",
    ]

    result = talk(["new", "news", "--root", root], answers)

    assert result.returncode == 0, result.text
    assert "«26.01.2026» — это не" in result.text
    assert "здесь нужен ответ" in result.text
    assert "industrial-development-fund  Фонд развития промышленности" in result.text
    assert "возможно, вы имели в виду «industrial-development-fund»" in result.text
    written = yaml.safe_load((root / "data" / "news" / "2026-01-26-the-fund-sums-up-2025.yaml").read_text("utf-8"))
    assert written["organisations"] == ["industrial-development-fund"]
    assert "tags" not in written


def test_leaving_writes_nothing(root: Path) -> None:
    before = snapshot(root)

    result = talk(["new", "organisation", "--root", root], ["primer", "ООО «Пример»", "^D"])

    assert (result.returncode, "Ничего не записано." in result.text) == (1, True)
    assert snapshot(root) == before


def test_statuses_are_offered_with_their_words(root: Path) -> None:
    result = talk(
        ["new", "organisation", "--root", root],
        ["primer", "ООО «Пример»", "OOO Primer", "anchor", "?", "plannd", "^D"],
    )

    assert "planned  план" in result.text
    assert "«plannd» здесь нет; возможно, вы имели в виду «planned»" in result.text


def test_changed_text_is_compared_at_the_terminal(root: Path) -> None:
    news = root / "data" / "news" / "2024-06-10-omsk-defence.yaml"
    text = news.read_text("utf-8")
    title = yaml.safe_load(text)["title"]["ru"]
    news.write_text(text.replace(title, title + " состоялась", 1), "utf-8")
    assert run("check", "--root", root).returncode == 1

    refused = talk(["reviewed", "--root", root], ["н"])
    accepted = talk(["reviewed", "--root", root], ["что?", "д"])

    assert (refused.returncode, accepted.returncode) == (1, 0)
    assert "состоялась" in refused.text and "Ждут сверки: 1" in refused.text
    assert "Отмечено: 1. Ждут сверки: 0" in accepted.text
    assert run("check", "--root", root).returncode == 0
