"""HTML of macros replaces its placeholder: blocks with their paragraph, words inside it; headings get their level.

What most statements of a section have in common is said once, at its head.
"""

import re
import shutil
from pathlib import Path

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from macros.checks import load_site
from macros.content.model import Localised, Source
from macros.content.site import today
from macros.render.components import SHARED_MARK, render_source_mark
from macros.render.postprocess import Placeholders, keep_whole, shift_headings, size_images, write_marks
from macros.render.view import View
from tests.built import copy_content

A, B, C, D = "lad-register-2025", "founders-2021-06-01", "radio-2025-02-03", "almanac-2020"


def test_a_block_takes_the_place_of_its_paragraph_and_words_stay_in_theirs() -> None:
    placeholders = Placeholders()
    block = placeholders.put(Markup("<div>1</div>"), is_block=True)
    words = placeholders.put(Markup("two"), is_block=False)

    assert placeholders.fill(f"<p>{block}</p><p>{words}</p><p>a {words}</p>") == "<div>1</div><p>two</p><p>a two</p>"


def test_words_that_are_missing_leave_no_empty_paragraph() -> None:
    placeholders = Placeholders()

    assert placeholders.fill(f"<p>{placeholders.put(Markup(), is_block=False)}</p>") == ""


def test_levels_of_headings_follow_the_page() -> None:
    card = '<h3 class="cl-organisation-card__title">a</h3>'
    assert shift_headings(f"<h1>x</h1>{card}{card}") == f"<h1>x</h1>{card}{card}".replace("h3", "h2")
    assert shift_headings(f"<h1>x</h1><h2>y</h2>{card}") == f"<h1>x</h1><h2>y</h2>{card}"
    assert shift_headings(f"<h1>x</h1><h2>y</h2><h3>z</h3>{card}").endswith(
        '<h4 class="cl-organisation-card__title">a</h4>'
    )


def test_a_picture_of_a_page_has_its_size(tmp_path: Path) -> None:
    root = copy_content(tmp_path)
    photo = root / "data" / "photos" / "third-furnace.jpg"
    (root / "docs" / "en" / "boats").mkdir()
    shutil.copy(photo, root / "docs" / "ru" / "furnace.jpg")
    shutil.copy(photo, root / "docs" / "en" / "boats" / "furnace.jpg")
    site = load_site(root, today(root))[0]
    sized = '<img width="1000" height="1600" '

    for lang, address in (("ru", "../furnace.jpg"), ("en", "../boats/furnace.jpg")):
        image = f'<p><img alt="" src="{address}" title="x" /></p>'
        assert size_images(View(site, lang, "about/"), image) == image.replace("<img ", sized)
    other = '<img src="../assets/icon.svg" />'
    assert size_images(View(site, "ru", "about/"), other) == other


def list_marks(view: View, *statements: str, lead: str = "") -> list[str]:
    """What a section of statements with these sources says of them: first at its head, then beside statements."""
    marked = "".join(f"<p>{render_source_mark(view, names.split())}</p>" for names in statements)
    html = write_marks(view, f'<section class="cl-section">{SHARED_MARK}{lead}<div>{marked}</div></section>')
    assert not re.search("[\ue000-\uf8ff]", html)
    marks = LexborHTMLParser(html).css(".cl-source-mark")
    for hidden in (node for mark in marks for node in mark.css(".cl-hidden")):
        hidden.decompose()
    said = [" ".join(mark.css_first(".cl-source-mark__label").text().split()) for mark in marks]
    heads = ["# " if "--shared" in (mark.attributes["class"] or "") else "" for mark in marks]
    return [head + words for head, words in zip(heads, said, strict=True)]


@pytest.mark.parametrize(
    ("statements", "marks"),
    [
        ([A], ["«Лад», 10.02.2025"]),
        ([A, A], ["# Источник: «Лад», 10.02.2025"]),
        ([A, f"{A} {B}"], ["# Источник: «Лад», 10.02.2025"]),
        ([A, A, B], ["«Лад», 10.02.2025", "«Лад», 10.02.2025", "Верфь, 01.06.2021"]),
        ([A, B, A, A], ["# Источник, если не указан другой: «Лад», 10.02.2025", "Верфь, 01.06.2021"]),
        ([f"{A} {B}", f"{B} {A}"], ["«Лад», 10.02.2025", "Верфь, 01.06.2021"]),
    ],
)
def test_a_source_that_most_statements_share_is_named_once(
    russian: View, statements: list[str], marks: list[str]
) -> None:
    assert list_marks(russian, *statements) == marks


def test_a_source_that_few_statements_share_stays_beside_them(russian: View) -> None:
    others = ["herald-2022-10-17", "herald-2023-05-21", "herald-2024-03-01", C, D, "blog-2022", "leaflet"]
    assert len(list_marks(russian, A, A, A, *others)) == 3 + len(others)


def test_the_source_that_leads_a_page_is_named_even_where_others_prevail(russian: View) -> None:
    leads = str(render_source_mark(russian, [A]))
    assert list_marks(russian, B, B, B, lead=leads)[0] == "# Источник: «Лад», 10.02.2025"
    assert list_marks(russian, A, B, B, lead=leads) == [
        "# Источник, если не указан другой: «Лад», 10.02.2025",
        *["Верфь, 01.06.2021"] * 2,
    ]


def test_a_shared_mark_opens_every_source_and_who_said_it(russian: View) -> None:
    who = Localised(ru="Мастер", en="Master")
    marks = [render_source_mark(russian, [A, B], stated_by=who), render_source_mark(russian, [A, C])]
    mark = LexborHTMLParser(write_marks(russian, SHARED_MARK + Markup().join(marks))).css_first(".cl-source-mark")
    panel = mark.css_first(".cl-source-mark__panel")
    assert [link.attributes["href"] for link in panel.css("li > a")] == [
        russian.site.find(Source, name).url for name in (A, B, C)
    ]
    assert "Мастер" in panel.text() and str(russian.t("sources_mixed")) in panel.text()
    assert mark.css_first(".cl-source-mark__numbers").text() == f"{A} {B} {C}"


def test_sections_share_nothing_and_what_stands_after_a_topic_is_not_part_of_it(russian: View) -> None:
    mark = f"<div>{render_source_mark(russian, [A])}</div>"
    topic = f'<section class="cl-topic">{SHARED_MARK}{mark}</section>'
    html = f'<section class="cl-section">{SHARED_MARK}{topic}{topic}{SHARED_MARK}{mark}</section>'
    assert len(LexborHTMLParser(write_marks(russian, html)).css(".cl-source-mark:not(.cl-source-mark--shared)")) == 3


def test_sources_that_disagree_stay_beside_what_they_disagree_on(russian: View) -> None:
    marks = [render_source_mark(russian, [A], is_alone=is_alone) for is_alone in (False, False, True)]
    html = write_marks(russian, str(SHARED_MARK) + "".join(f"<p>{mark}</p>" for mark in marks))
    assert len(LexborHTMLParser(html).css(".cl-source-mark")) == 2


def test_short_words_are_not_torn_at_their_hyphen() -> None:
    whole = '<span class="cl-whole">{}</span>'.format
    for text, expected in (
        ("что-то", whole("что-то")),
        ("Aluminium-Foil-Based", f"Aluminium-{whole('Foil-Based')}"),
        ("импортно-экспортный", "импортно-экспортный"),
    ):
        assert keep_whole(f'<p title="{text}">{text}</p>') == f'<p title="{text}">{expected}</p>'
    assert keep_whole("<svg><text>что-то </text></svg>") == "<svg><text>что-то </text></svg>"
