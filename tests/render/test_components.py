"""Components as trees: what each says of one example, and that text from data stays text."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import material
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown
from msgspec import structs
from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros.content.dialect import EXTENSIONS, Dialect
from macros.content.macro_signatures import MACROS
from macros.content.model import Fact, Language, Localised, Organisation, Publisher, read_as
from macros.content.site import Site
from macros.render import components, macros, page
from macros.render.assets import COMPONENTS, OVERRIDES, build_stylesheet
from macros.render.components import (
    render_fact,
    render_facts,
    render_hero,
    render_search,
    render_template,
    render_timeline,
    render_unknowns,
)
from macros.render.directory import FEW, render_statistics
from macros.render.news import render_news_list, render_news_page
from macros.render.organisations import (
    render_organisation_card,
    render_organisation_list,
    render_organisation_page,
)
from macros.render.postprocess import write_marks
from macros.render.view import View

PROJECT = Path(__file__).parents[2]

ODD = "<img src=x onerror=alert(1)> & {{ 7*7 }} [a](javascript:b) `c` **d** {: onclick=e } </script>"


def both(text: str) -> Localised:
    return Localised(ru=text, en=text)


def tree(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def example_organisation(**changes: object) -> Organisation:
    fields: dict[str, object] = {
        "id": "alfa",
        "name": both("Alfa"),
        "role": "participant",
        "status": "planned",
        "summary": both("Makes lids."),
        "sources": ["lad-register-2025"],
        "as_of": "2024-06-10",
    }
    return read_as(Organisation, {**fields, **changes})


def example_fact(**changes: object) -> Fact:
    fields: dict[str, object] = {
        "id": "example",
        "text": both("It is so."),
        "status": "planned",
        "sources": ["lad-register-2025"],
        "as_of": "2024-06-10",
    }
    return read_as(Fact, {**fields, **changes})


def test_a_planned_fact_says_so_and_names_its_source(view: View) -> None:
    fact = tree(write_marks(view, render_fact(view, example_fact()))).css_first(".cl-fact")
    assert fact.attributes["class"] == "cl-fact cl-line cl-line--planned"
    assert fact.css_first(".cl-badge").text() == view.term("status", "planned")
    assert fact.css_first(".cl-source-mark__list a").attributes["href"].startswith("https://")
    assert fact.css_first("details summary") is not None


@pytest.mark.parametrize(
    ("status", "text", "is_told"),
    [
        ("confirmed", "It is so.", True),
        ("planned", "It will be so.", True),
        ("planned", "Plans were announced.", True),
        ("planned", "It is planted.", False),
        ("unknown", "Nothing is said.", True),
        ("unknown", "It is so.", False),
        ("past", "It was so in 2024.", True),
        ("past", "It was so.", False),
        ("disputed", "It will not be so in 2024.", False),
    ],
)
def test_a_status_that_the_words_tell_has_no_badge(view: View, status: str, text: str, is_told: bool) -> None:
    fact = tree(render_fact(view, example_fact(status=status, text=both(text))))
    assert (fact.css_first(".cl-badge") is None) == is_told


def test_a_fact_has_an_address_only_in_a_list(view: View) -> None:
    assert tree(render_fact(view, example_fact())).css_first("[id]") is None
    listed = tree(render_facts(view, [example_fact()]))
    assert listed.css_first("#fact-example") is not None


def test_an_organisation_without_optional_fields_leaves_no_hole(view: View) -> None:
    card = tree(render_organisation_card(view, example_organisation()))
    assert card.css_first(".cl-organisation-card__terms") is None
    whole = tree(render_organisation_page(view, example_organisation()))
    assert [node.text() for node in whole.css("dd") if not node.text().strip()] == []
    assert len(whole.css("h1")) == 1
    assert whole.css(".cl-section") == []


def test_only_a_team_member_carries_the_note_on_the_team(view: View) -> None:
    note = str(view.t("team_note"))
    team = render_organisation_page(view, example_organisation(role="team", status="confirmed"))
    assert note in team
    assert note not in render_organisation_page(view, example_organisation())


EMPTY = {
    "facts": lambda view: render_facts(view, []),
    "organisations": lambda view: render_organisation_list(view, [], by_role=True),
    "news": lambda view: render_news_list(view, []),
    "topics": lambda view: render_template("topics", view, topics=[]),
    "unknowns": lambda view: render_unknowns(view, []),
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_list_says_that_it_is_empty(view: View, name: str) -> None:
    empty = tree(EMPTY[name](view)).css_first(".cl-empty")
    assert empty is not None and len(empty.text().strip()) > 10


def test_the_day_of_searching_is_said_once_when_all_questions_share_it(site: Site, view: View) -> None:
    first, *_, other = site.unknowns
    assert first.searched != other.searched
    same = tree(render_unknowns(view, [first, first]))
    told = view.t("searched_all", date=view.date(first.searched))
    assert same.css_first(".cl-unknowns__searched").text() == str(told)
    assert same.css(".cl-unknowns__state") == []
    apart = tree(render_unknowns(view, [first, other]))
    assert apart.css_first(".cl-unknowns__searched") is None
    for item, state in zip((first, other), apart.css(".cl-unknowns__state"), strict=True):
        assert str(view.t("searched", date=view.date(item.searched))) in state.text()


def test_open_questions_stand_under_the_headings_of_their_groups(view: View) -> None:
    titles = [title.text() for title in tree(macros.CALLS["unknowns"](view)).css(".cl-unknowns__title")]
    assert titles == [view.term("group", "rules"), view.term("group", "events")]
    items = tree(macros.CALLS["unknowns"](view)).css(".cl-unknowns__item")
    assert len(items) == len(view.site.unknowns)
    links = tree(macros.CALLS["unknowns"](view)).css("#unknown-furnace-relit .cl-unknowns__check a")
    assert [(link.attributes["href"], link.text()) for link in links] == [
        ("https://furnace.example.org", "furnace.example.org"),
        ("https://www.smoke.example.org/today", "smoke.example.org"),
    ]


def test_a_timeline_ends_with_what_is_not_known(site: Site, view: View) -> None:
    def last(changed: Site) -> LexborNode:
        return tree(render_timeline(View(changed, view.lang))).css("li")[-1]

    assert last(site).text().strip() == view.text(site.cluster.timeline_end)
    assert "cl-timeline__item--unknown" in last(site).attributes["class"]
    assert last(site).css_first("a") is None
    asked = replace(site, cluster=structs.replace(site.cluster, open_question="kayak-weight"))
    assert last(asked).css_first("a").attributes["href"].endswith("unknowns/#unknown-kayak-weight")
    assert tree(render_hero(View(asked, view.lang))).css_first("a[href$='#unknown-kayak-weight']") is not None
    unshown = replace(asked, pages=tuple(page for page in asked.pages if page.path != "unknowns.md"))
    assert tree(render_hero(View(unshown, view.lang))).css_first("a[href*='#unknown-']") is None
    assert last(unshown).css_first("a") is None, "a link that would lead nowhere"


@pytest.mark.parametrize(
    ("publisher", "said", "links"),
    [
        ({}, "", []),
        ({"name": both("Chamber")}, "Chamber", []),
        ({"email": "a@b.example"}, "a@b.example", ["mailto:a@b.example"]),
        (
            {"name": both("Chamber"), "email": "a@b.example", "url": "https://www.b.example/x"},
            "Chamber, a@b.example, b.example",
            ["mailto:a@b.example", "https://www.b.example/x"],
        ),
    ],
)
def test_a_publisher_is_shown_as_far_as_it_is_known(
    site: Site, view: View, publisher: dict[str, object], said: str, links: list[str]
) -> None:
    cluster = structs.replace(site.cluster, publisher=read_as(Publisher, publisher))
    shown = View(replace(site, cluster=cluster), view.lang)
    line = tree(render_template("publisher", shown)).css_first(".cl-publisher")
    expected = f"{view.t('publisher')}: {said}" if said else str(view.t("publisher_unknown"))
    assert line.text().strip() == expected
    assert [link.attributes["href"] for link in line.css("a")] == links
    footer = tree(page.render_footer(shown)).css_first(".cl-publisher")
    assert (footer is not None) == bool(said)


def test_a_list_of_nobody_confirmed_says_just_that(site: Site, view: View) -> None:
    nobody = View(replace(site, organisations=(example_organisation(),)), view.lang)
    empty = tree(macros.participants(nobody, status="confirmed")).css_first(".cl-empty")
    assert empty.text() == str(view.t("no_confirmed_participants"))
    assert tree(macros.participants(nobody, status="past")).css_first(".cl-empty").text() != empty.text()


@pytest.mark.parametrize("number", [FEW - 1, FEW])
def test_statistics_have_bars_from_fifteen_organisations_on(view: View, number: int) -> None:
    box = tree(render_statistics(view, [example_organisation()] * number))
    assert [cell.text() for cell in box.css(".cl-statistics__count")][0] == str(number)
    assert bool(box.css("svg")) == (number >= 15)


def test_text_from_data_stays_text_in_every_component(site: Site, view: View) -> None:
    organisation = example_organisation(
        name=both(ODD), summary=both(ODD), group=both(ODD), facts=[example_fact(text=both(ODD))]
    )
    news = structs.replace(site.news[0], title=both(ODD), lead=both(ODD))
    odd_site = replace(site, organisations=(organisation,), news=(news, *site.news[1:]))
    odd = View(odd_site, view.lang)
    head = page.render_head(odd, page.PageInfo(ODD, ODD), "")
    rendered = {
        "card": render_organisation_card(odd, organisation),
        "page": render_organisation_page(odd, organisation),
        "fact": render_fact(odd, organisation.facts[0]),
        "news": render_news_page(odd, news),
        "list": render_news_list(odd, [news]),
        "head": f"<head>{head}</head>",
    }
    for name, html in rendered.items():
        parsed = tree(write_marks(view, html))
        assert parsed.css("script:not([src*='assets/page.']), img, [onclick], [onerror], a[href^=javascript]") == [], (
            name
        )
        source = html if name == "head" else parsed.text()
        assert "7*7" in source and "onerror" in source, name


# Control characters never get here: the reader refuses them.
@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_inline_text_survives_markdown_unchanged(text: str) -> None:
    html = markdown(f"x {macros.escape_inline(text)} y", extensions=[*EXTENSIONS, Dialect()], output_format="html")
    assert tree(html).text().split() == f"x {text} y".split()


def test_every_macro_of_the_table_is_implemented_and_no_other() -> None:
    assert set(macros.CALLS) == {macro.name for macro in MACROS}


def test_every_template_is_used_and_opens_with_its_description() -> None:
    floors = ("render", "outputs")
    code = "".join(path.read_text("utf-8") for floor in floors for path in (PROJECT / "macros" / floor).glob("*.py"))
    used = set(re.findall(r"""render_template\(\s*["'](\w+)["']""", code))
    folders = (COMPONENTS, OVERRIDES / "partials")
    templates = {path.stem: path.read_text("utf-8") for folder in folders for path in folder.glob("*.html")}
    assert set(templates) == used | set(macros.PLAIN)
    for name, text in templates.items():
        assert text.startswith("{# "), name
        assert "<!--" not in text, name
        assert not re.search(r"\|\s*safe\b", text.replace("_html | safe", "")), name


def find_misnamed(folder: Path) -> Iterator[str]:
    """Root elements and selectors of components that do not bear the component's name."""
    for path in sorted(folder.iterdir()):
        name = f"cl-{path.stem.replace('_', '-')}"
        if path.suffix == ".html":
            markup = tree(re.sub(r"\{([{%#]).*?[}%#]\}", "", path.read_text("utf-8"), flags=re.DOTALL))
            roots = [(node.attributes.get("class") or "").split() for node in markup.css("body > *, head > *")]
            if not roots or any(name not in classes for classes in roots):
                yield f"{path.name}: {roots}"
        else:
            text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
            for selectors in re.findall(r"([^{};@]+)\{", re.sub(r"@[^{]+\{", "", text)):
                for selector in re.split(r",(?![^(]*\))", selectors):
                    if not re.match(rf"(&|\.{name}(?=__|--|[^\w-]|$))", selector.strip()):
                        yield f"{path.name}: {selector.strip()}"


def test_the_root_and_every_selector_of_a_component_bear_its_name() -> None:
    assert list(find_misnamed(COMPONENTS)) == []


def test_a_root_and_a_selector_of_another_name_are_found(tmp_path: Path) -> None:
    (tmp_path / "news_card.html").write_text('{# x #}\n<p class="cl-news">{{ a }}</p>')
    (tmp_path / "photo.html").write_text('<p class="cl-photo">{{ a }}</p><p></p>')
    (tmp_path / "photo.css").write_text(
        ".cl-photo { a: b } .cl-photos, .cl-photo__a { a: b } @media print { p { a: b } }"
    )
    assert list(find_misnamed(tmp_path)) == [
        "news_card.html: [['cl-news']]",
        "photo.css: .cl-photos",
        "photo.css: p",
        "photo.html: [['cl-photo'], []]",
    ]


def test_every_class_that_is_styled_is_used_and_every_size_and_colour_is_a_token() -> None:
    sheet = build_stylesheet()
    markup = "".join(path.read_text("utf-8") for path in OVERRIDES.rglob("*.html"))
    code = "".join(path.read_text("utf-8") for path in (PROJECT / "macros/render").glob("*.py"))
    script = "".join(path.read_text("utf-8") for path in (OVERRIDES / "assets").glob("*.js"))
    classes = set(re.findall(r"\.(cl-[a-z0-9_-]+)", sheet))
    unused = {name for name in classes if re.sub(r"--\w+$", "", name) not in markup + code + script}
    assert unused == set()
    tokens = (OVERRIDES / "styles" / "tokens.css").read_text("utf-8")
    for path in COMPONENTS.glob("*.css"):
        text = path.read_text("utf-8")
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text), f"{path.name}: a colour that is no token"
        assert "!important" not in text, path.name
    for name in set(re.findall(r"var\((--cl-[a-z0-9-]+)", sheet)):
        assert f"{name}:" in tokens, name


def test_news_bodies_and_pages_are_written_in_the_same_markdown() -> None:
    text = (PROJECT / "mkdocs.yml").read_text("utf-8")
    listed = re.search(r"markdown_extensions:\n((?:  .*\n)+)", text)
    assert listed is not None
    names = re.findall(r"^  - (\w+)", listed[1], re.MULTILINE)
    assert tuple(names) == EXTENSIONS


def test_icons_are_materials_own(view: View) -> None:
    drawn = tree(page.render_header(view)).css_first(".cl-header__settings svg")
    path = Path(material.__file__).with_name("templates") / ".icons/material/eye.svg"
    assert drawn.css_first("path").attributes["d"] in path.read_text("utf-8")
    assert (drawn.attributes["aria-hidden"], drawn.attributes["width"]) == ("true", "24")
    with pytest.raises(FileNotFoundError):
        components.icon("no-such-icon")


def test_search_gets_its_plural_forms_as_json(view: View) -> None:
    box = tree(render_search(view)).css_first(".cl-search")
    forms = json.loads(box.attributes["data-found"] or "")
    assert {"one", "other"} <= set(forms) and all("{n}" in form for form in forms.values())


def test_a_fact_shows_its_date_once_its_source_should_be_checked_again(site: Site) -> None:
    def show(lang: Language, overdue: frozenset[str]) -> str:
        view, fact = View(replace(site, overdue=overdue), lang), example_fact()
        summary = tree(write_marks(view, render_fact(view, fact))).css_first("summary")
        return summary.text().replace("\N{NO-BREAK SPACE}", " ")

    overdue = frozenset(example_fact().sources[-1:])
    assert "По состоянию на 10 июня 2024" in show("ru", overdue)
    assert "As of 10 June 2024" in show("en", overdue)
    assert "По состоянию" not in show("ru", frozenset())


def test_a_fact_whose_translation_is_pending_says_so_in_english_only(site: Site) -> None:
    fact = structs.replace(site.cluster.facts[0], pending=date(2026, 12, 31))
    notes = {
        lang: tree(render_fact(View(site, lang, "about/"), fact)).css_first(".cl-pending") for lang in ("ru", "en")
    }
    assert notes["ru"] is None
    assert "by 31 December 2026" in notes["en"].text().replace("\N{NO-BREAK SPACE}", " ")
    assert notes["en"].css_first("a").attributes["href"] == "../../about/"
