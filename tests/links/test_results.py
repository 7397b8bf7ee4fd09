"""How long an answer is trusted, and when an address is dead."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from macros.links.asking import Answer, Kind
from macros.links.results import Result, join_answer, load_results, save_results

DAY = date(2026, 3, 1)
GOOD = Answer("ok", 200)
GONE = Answer("missing", 404)
SILENT = Answer("unreachable", 0, "timeout")


def after(*answers: tuple[int, Answer]) -> Result:
    """The result after answers on days counted from the first."""
    result = None
    for day, answer in answers:
        result = join_answer(result, answer, DAY + timedelta(day))
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("kind", "days"), [("ok", 7), ("moved", 7), ("refused", 7), ("tls", 1), ("missing", 1), ("unreachable", 1)]
)
def test_a_good_answer_is_trusted_for_a_week_and_a_bad_one_for_its_day(kind: Kind, days: int) -> None:
    result = Result(Answer(kind, 200), DAY)
    assert [day for day in range(10) if result.is_trusted(DAY + timedelta(day))] == list(range(days))


def test_an_answer_from_the_future_is_not_trusted() -> None:
    assert not Result(GOOD, DAY).is_trusted(DAY - timedelta(1))


def test_bad_on_three_different_days_is_dead() -> None:
    assert after((0, GONE)).verdict == "missing"
    assert after((0, GONE), (1, SILENT)).verdict == "unreachable"
    assert after((0, GONE), (1, SILENT), (4, GONE)).verdict == "dead"


def test_three_times_on_one_day_is_not_dead() -> None:
    assert after((0, GONE), (0, GONE), (0, GONE)).verdict == "missing"


@pytest.mark.parametrize("kind", ["ok", "moved", "refused", "tls"])
def test_an_answer_in_between_begins_the_count_anew(kind: Kind) -> None:
    assert after((0, GONE), (1, GONE), (2, Answer(kind, 200)), (3, GONE)).verdict == "missing"


def test_the_dead_stay_dead_until_they_answer() -> None:
    dead = after(*((day, GONE) for day in range(6)))
    assert (dead.verdict, len(dead.bad_days)) == ("dead", 3)
    assert join_answer(dead, GOOD, DAY + timedelta(9)) == Result(GOOD, DAY + timedelta(9))


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / ".cache" / "links.json"
    results = {
        "https://пример.рф/": after((0, GONE), (1, SILENT)),
        "https://a.example/": Result(Answer("moved", 200, "", "https://b.example/"), DAY),
    }
    save_results(path, results)
    assert load_results(path) == results
    assert [file.name for file in path.parent.iterdir()] == ["links.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"https://a.example/": {}}', '{"a": {"answer": {"kind": "x"}}}'])
def test_a_damaged_file_is_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "links.json"
    path.write_text(text)
    assert load_results(path) == {}
    assert load_results(tmp_path / "no-such-file") == {}
