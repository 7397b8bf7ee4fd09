"""Non-breaking spaces and quotation marks are as each language wants them, and nothing else changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.content.model import Language
from macros.render.markdown import render_markdown
from macros.render.typography import NBSP, typeset

CASES: list[tuple[Language, str, str]] = [
    ("ru", "в Омске и в Туле", "в_Омске и_в_Туле"),
    ("ru", "Упаковка — на основе", "Упаковка_— на_основе"),
    ("ru", "10 июня 2024 года", "10_июня 2024_года"),
    ("ru", "300 млн рублей, 7,6 %", "300_млн рублей, 7,6_%"),
    ("ru", "постановление № 779", "постановление №_779"),
    ("ru", "ООО «Презент упаковка»", "ООО_«Презент упаковка»"),
    ("ru", "АНО ДПО «Институт»", "АНО_ДПО «Институт»"),
    ("ru", "станет ли", "станет_ли"),
    ("ru", "станет ли в этом году", "станет_ли в_этом году"),
    ("ru", "{n} участников", "{n}_участников"),
    ("en", "{n} participants", "{n}_participants"),
    ("ru", "Как мы их оцениваем", "Как_мы_их оцениваем"),
    ("ru", "на zanmsk.ru со ссылкой", "на_zanmsk.ru со_ссылкой"),
    ("ru", "Самара", "Самара"),
    ("en", "a foil", "a_foil"),
    ("en", "on 10 June 2024", "on 10_June 2024"),
    ("en", "OOO Prezent Upakovka", "OOO_Prezent Upakovka"),
    ("en", "foil — thin", "foil_— thin"),
    ("en", "Resolution No. 779", "Resolution No._779"),
    ("ru", 'ООО "Рога и копыта"', "ООО_«Рога и_копыта»"),
    ("ru", '("да"), "ООО "Рога""', "(«да»), «ООО_«Рога»»"),
    ("en", 'Call it "foil", don\'t you', "Call it “foil”, don’t you"),
    ("ru", 'труба 24" и ещё 5"', 'труба 24" и_ещё 5"'),
]


@pytest.mark.parametrize(("lang", "text", "expected"), CASES)
def test_spaces_are_bound_and_quotes_curled(lang: Language, text: str, expected: str) -> None:
    assert typeset(text, lang).replace(NBSP, "_") == expected


def straighten(text: str) -> str:
    return re.sub("[«»“”]", '"', text.replace(NBSP, " ").replace("’", "'"))


@given(st.sampled_from(["ru", "en"]), st.text())
def test_only_spaces_and_quotes_change_and_a_second_time_changes_nothing(lang: Language, text: str) -> None:
    once = typeset(text, lang)
    assert straighten(once) == straighten(text)
    assert typeset(once, lang) == once


def test_running_text_of_markdown_is_typeset_and_code_is_not() -> None:
    html = render_markdown("Завод в **Омске и в** Туле: `в Омске`", "ru")
    assert f"Завод в{NBSP}<strong>" in html or "Завод в <strong>" in html
    assert f"Омске и{NBSP}в" in html
    assert "<code>в Омске</code>" in html
    assert render_markdown('"**да**" и `"x"`', "ru") == '<p>«<strong>да</strong>» и <code>"x"</code></p>'
