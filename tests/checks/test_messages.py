"""The two catalogues of messages, and the whole report of the fixture that breaks almost every rule."""

import json
from string import Formatter
from typing import get_args

import pytest
from msgspec.structs import replace

from macros.content.model import LANGUAGES, Language, Role, Status
from macros.content.problems import (
    Problem,
    explain,
    limit_per_file,
    load_messages,
    nearest,
    render_codequality,
    render_github,
    render_text,
    shorten,
)
from tests.checks.cases import CASES, ELSEWHERE

NOT_TOGETHER = {
    *("too-many-problems", "too-many-warnings"),  # they would drown the report
    "bad-end",  # hides `market-supplies`
    # They need whole files.
    *("early-status", "figure-differs", "figure-unconfirmed", "late-plan", "needless-exemption"),
    *("long-menu", "unused-photo", "unused-source", "unused-word"),
    *ELSEWHERE,
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_catalogues_have_the_same_rules_and_words() -> None:
    ru, en = load_messages("ru"), load_messages("en")

    assert list(ru) == list(en)
    assert list(ru["words"]) == list(en["words"])
    assert list(ru["failures"]) == list(en["failures"])
    rules = set(ru) - {"words", "failures"}
    assert {rule: set(ru[rule]) for rule in rules} == {rule: {"what", "why", "fix"} for rule in rules}


def test_both_catalogues_have_the_same_placeholders() -> None:
    def found(lang: Language) -> dict[str, dict[str, set[str]]]:
        return {
            rule: {part: placeholders(text) for part, text in parts.items()}
            for rule, parts in load_messages(lang).items()
        }

    assert found("ru") == found("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_messages_are_whole_lines(lang: Language) -> None:
    for rule, parts in load_messages(lang).items():
        for part, text in parts.items():
            assert text == text.strip() and "\n" not in text, f"{rule}.{part}"
            assert part != "what" or not text.endswith("."), f"{rule}.{part}"
            assert part != "why" or rule == "words" or text.endswith("."), f"{rule}.{part}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whole_report_reads_as_agreed(lang: Language, everything_found: tuple[Problem, ...]) -> None:
    expected = (CASES / "everything" / f"expected.{lang}.txt").read_text("utf-8")

    assert render_text(everything_found, lang) + "\n" == expected


def test_whole_report_has_every_rule(everything_found: tuple[Problem, ...]) -> None:
    rules = {rule for rule in load_messages("ru") if not rule.startswith(("publish-", "built-"))}
    assert {problem.rule for problem in everything_found} | NOT_TOGETHER == rules - {"words", "failures"}


def test_values_are_never_translated() -> None:
    problem = Problem("data/x.yaml", 1, 1, "missing-field", {"field": "region"})

    assert explain(problem, "ru")[0] == "не хватает поля «region»"


def test_braces_in_values_stay_as_written() -> None:
    problem = Problem("data/x.yaml", 1, 1, "bad-value", {"field": "a", "value": "{why} {0}", "allowed": "{x}"})

    assert "«{why} {0}»" in explain(problem, "ru")[0]


def test_missing_message_is_a_programmers_mistake() -> None:
    with pytest.raises(KeyError):
        explain(Problem("data/x.yaml", 1, 1, "no-such-rule"), "ru")


def test_problems_at_one_place_are_all_kept() -> None:
    both = [Problem("a", 1, 1, "missing-field", {"field": name}) for name in ("url", "grade")]

    assert limit_per_file(both) == both


def test_problems_are_sorted_by_file_line_and_column() -> None:
    problems = [Problem("b", 1, 1, "x"), Problem("a", 10, 1, "x"), Problem("a", 9, 2, "x"), Problem("a", 9, 1, "x")]

    assert [problem.place for problem in limit_per_file(problems)] == ["a:9:1", "a:9:2", "a:10:1", "b:1:1"]


def test_a_hundred_problems_of_one_file_are_shown_and_all_of_another() -> None:
    hundred = [Problem("a", line, 1, "x") for line in range(1, 101)]

    assert limit_per_file(hundred) == hundred
    more = limit_per_file([*hundred, Problem("a", 101, 1, "x"), Problem("a", 102, 1, "x"), Problem("b", 1, 1, "x")])
    assert [problem.rule for problem in more] == ["too-many-problems", *["x"] * 101]
    assert more[-1].place == "b:1:1"


@pytest.mark.parametrize(
    ("word", "hint"), [("Plannd", "planned"), ("PAST", "past"), ("", ""), ("совсем другое", ""), ("p" * 200, "")]
)
def test_nearest_word_is_suggested_only_when_it_is_near(word: str, hint: str) -> None:
    assert nearest(word, get_args(Status)) == hint


def test_nearest_of_nothing_is_nothing() -> None:
    assert nearest("team", []) == ""
    assert nearest("teem", get_args(Role)) == "team"


def test_long_values_are_cut_to_one_line() -> None:
    assert shorten("а\n  б\tв") == "а б в"
    assert shorten("я" * 60) == "я" * 60
    assert shorten("я" * 61) == "я" * 59 + "…"


AT_A_PLACE = Problem("data/a,b.yaml", 3, 5, "bad-url", {"record": "x", "field": "url", "value": "%", "suggested": "y"})
AT_A_FILE = Problem("data/x.yaml", 0, 0, "missing-file")


def test_annotations_stand_on_their_line_and_escape_what_github_reads() -> None:
    first, second = render_github([AT_A_PLACE, AT_A_FILE], "en").split("\n")

    assert first.startswith("::error file=data/a%2Cb.yaml,line=3,col=5,title=bad-url::x: ")
    assert "“%25”" in first and "%0A" in first
    assert second.startswith("::error file=data/x.yaml,title=missing-file::")


def test_gitlab_gets_a_fingerprint_for_each_problem_that_stays_when_its_line_moves() -> None:
    moved = replace(AT_A_PLACE, line=9)
    first, second, other = json.loads(render_codequality([AT_A_PLACE, AT_A_PLACE, AT_A_FILE], "en"))

    assert first["description"].startswith("x: ") and "Remedy: " in first["description"]
    assert (first["check_name"], first["severity"]) == ("bad-url", "major")
    assert first["location"] == {"path": "data/a,b.yaml", "lines": {"begin": 3}}
    assert other["location"]["lines"] == {"begin": 1}
    assert len({row["fingerprint"] for row in (first, second, other)}) == 3
    assert json.loads(render_codequality([moved], "en"))[0]["fingerprint"] == first["fingerprint"]
