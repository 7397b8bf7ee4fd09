"""Words, dates, plurals and addresses of a page."""

from datetime import date

import pytest

from macros.content.site import Site
from macros.render.view import View

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 участников"),
        (1, "1 участник"),
        (2, "2 участника"),
        (5, "5 участников"),
        (11, "11 участников"),
        (12, "12 участников"),
        (21, "21 участник"),
        (22, "22 участника"),
        (25, "25 участников"),
        (101, "101 участник"),
        (111, "111 участников"),
        (1002, "1002 участника"),
    ],
)
def test_russian_plurals_follow_cldr(russian: View, number: int, expected: str) -> None:
    assert russian.count("participants_count", number).replace(NBSP, " ") == expected


@pytest.mark.parametrize(("number", "expected"), [(0, "0 participants"), (1, "1 participant"), (21, "21 participants")])
def test_english_plurals_follow_cldr(english: View, number: int, expected: str) -> None:
    assert english.count("participants_count", number).replace(NBSP, " ") == expected


def test_dates_are_as_precise_as_they_were_written(russian: View, english: View) -> None:
    assert russian.date(date(2024, 6, 10)).replace(NBSP, " ") == "10 июня 2024"
    assert english.date(date(2024, 6, 10)).replace(NBSP, " ") == "10 June 2024"
    assert russian.date("2017-11").replace(NBSP, " ") == "ноябрь 2017"
    assert english.date("2017-11").replace(NBSP, " ") == "November 2017"
    assert russian.date("2017") == english.date("2017") == "2017"


@pytest.mark.parametrize(
    ("lang", "here", "target", "expected"),
    [
        ("ru", "", "", "./"),
        ("ru", "", "news/2024/", "news/2024/"),
        ("ru", "news/2024/", "", "../../"),
        ("ru", "news/2024/", "news/2024/", "./"),
        ("ru", "news/2024/", "news/", "../"),
        ("ru", "about/", "unknowns/#unknown-x", "../unknowns/#unknown-x"),
        ("en", "about/", "news/", "../news/"),
        ("en", "", "about/", "about/"),
    ],
)
def test_addresses_are_relative_to_the_page(site: Site, lang: str, here: str, target: str, expected: str) -> None:
    assert View(site, lang, here).url(target) == expected  # type: ignore[arg-type]


def test_the_other_language_and_shared_files_are_reached_from_any_depth(site: Site) -> None:
    russian, english = View(site, "ru", "news/2024/"), View(site, "en", "news/2024/")
    assert russian.url("news/2024/", "en") == "../../en/news/2024/"
    assert english.url("news/2024/", "ru") == "../../../news/2024/"
    assert english.asset("assets/cards/a.png") == "../../../assets/cards/a.png"
    assert View(site, "en", "", base="/foil/").url("news/") == "/foil/en/news/"


def test_values_are_escaped_into_a_string(russian: View) -> None:
    assert "<b>" not in russian.t("stated_by") + russian.t("as_of", date="<b>today</b>")


def test_an_unknown_string_is_an_error(russian: View) -> None:
    with pytest.raises(KeyError):
        russian.t("no_such_string")
    with pytest.raises(KeyError):
        russian.t("news_count")
    with pytest.raises(KeyError):
        russian.count("news", 1)
