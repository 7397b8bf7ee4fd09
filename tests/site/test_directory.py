"""The directory in a real browser: what its filters show is compared with the data, not with the page."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.built import DEMO, IS_LONG, Built

Serve = Callable[[Path], str]
Chosen = dict[str, set[str]]

CRITERIA = ("role", "region", "stage", "status")
NOBODY = "Ничего не подошло. Снимите одно из условий."
SHOWN = ".cl-organisation-list .cl-organisation-card__title a:visible"


def participants(built: Built) -> list[dict[str, Any]]:
    return [item for item in built.organisations if item["role"] in ("anchor", "participant")]


def matching(items: list[dict[str, Any]], chosen: Chosen) -> list[str]:
    """Ids of those that have one of the values chosen in each group, in the order of the data."""
    return [item["id"] for item in items if all(item.get(name) in values for name, values in chosen.items() if values)]


def shown(page: Page) -> list[str]:
    hrefs = page.locator(".cl-organisation-list .cl-organisation-card__title a").evaluate_all(
        "links => links.filter((link) => link.checkVisibility()).map((link) => link.getAttribute('href'))"
    )
    return [href.rstrip("/").rsplit("/", 1)[-1] for href in hrefs]


def choose(page: Page, chosen: Chosen) -> None:
    for name, values in chosen.items():
        for value in values:
            page.check(f'.cl-filters input[name="{name}"][value="{value}"]')


def counts(page: Page) -> dict[tuple[str, str], tuple[int, bool]]:
    """The number at each option, and whether it is marked as impossible."""
    rows = page.locator(".cl-filters__option").evaluate_all(
        """all => all.map((one) => [one.firstChild.name, one.firstChild.value, one.lastChild.textContent,
          one.classList.contains("cl-filters__option--impossible")])"""
    )
    return {(name, value): (int(number), is_impossible) for name, value, number, is_impossible in rows}


def test_any_choice_shows_who_fits_it_and_each_option_says_how_many_it_would_show(
    built: Built, page: Page, serve_folder: Serve
) -> None:
    items = participants(built)
    values = {name: sorted({item[name] for item in items if name in item}) for name in CRITERIA}
    rng = random.Random(7)
    root = serve_folder(built.folder)
    numbers = set()
    for _ in range(20 if IS_LONG else 3):
        chosen = {name: set(rng.sample(values[name], rng.choice((0, 0, 1, 1, 2)))) for name in CRITERIA}
        chosen = {name: picked & set(values[name]) for name, picked in chosen.items()}
        page.goto(f"{root}/participants/")
        choose(page, chosen)
        fitting = matching(items, chosen)
        assert shown(page) == fitting, chosen
        numbers.add(len(fitting))
        for (name, value), (number, is_impossible) in counts(page).items():
            would = len(matching(items, {**chosen, name: {value}}))
            assert (number, is_impossible) == (would, would == 0), (chosen, name, value)
        said = page.locator(".cl-filters [role=status]").inner_text().replace("\u00a0", " ")
        assert (f" {len(fitting)} " in said and f"из {len(items)}" in said) if fitting else said == NOBODY
    assert 0 in numbers and len(numbers) > 2, "the choices differ"


def test_every_option_that_occurs_is_offered_with_its_number(built: Built, page: Page, serve_folder: Serve) -> None:
    expected = yaml.safe_load((DEMO / "counts.yaml").read_text("utf-8"))["participants"]
    page.goto(f"{serve_folder(built.folder)}/participants/")
    found = {name: {value: n for (group, value), (n, _) in counts(page).items() if group == name} for name in CRITERIA}
    assert found == {name: expected[name] for name in CRITERIA}


def test_a_choice_is_kept_in_the_address_and_back_undoes_it(built: Built, page: Page, serve_folder: Serve) -> None:
    address = f"{serve_folder(built.folder)}/participants/"
    page.goto(address)
    everybody = shown(page)
    page.check('input[value="melt"]')
    page.check('input[value="confirmed"]')
    few = shown(page)
    assert parse_qs(urlsplit(page.url).query) == {"stage": ["melt"], "status": ["confirmed"]}
    shared = page.url
    page.go_back()
    expect(page.locator('input[value="confirmed"]')).not_to_be_checked()
    assert len(everybody) > len(shown(page)) > len(few)
    page.go_back()
    assert page.url == address and shown(page) == everybody
    page.go_forward()
    page.go_forward()
    assert shown(page) == few
    page.goto("about:blank")
    page.goto(shared)
    assert shown(page) == few
    page.get_by_role("button", name="Показать все").click()
    expect(page.locator(".cl-filters__number")).to_be_focused()
    assert page.url == address and shown(page) == everybody


def test_returning_from_an_organisation_finds_the_same_choice(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/participants/")
    page.check('input[value="hull"]')
    chosen = shown(page)
    page.locator(SHOWN).first.click()
    expect(page.locator(".cl-organisation-page")).to_be_visible()
    page.go_back()
    expect(page.locator('input[value="hull"]')).to_be_checked()
    assert shown(page) == chosen


def test_words_unknown_values_and_odd_addresses_do_no_harm(built: Built, page: Page, serve_folder: Serve) -> None:
    root = serve_folder(built.folder)
    everybody = [item["id"] for item in participants(built)]
    for query in ("role=no-such&x=y&q=&status=%22%5D", "role"):
        page.goto(f"{root}/participants/?{query}")
        assert shown(page) == everybody, query
    page.goto(f"{root}/participants/?q={quote('<img src=x onerror=alert(1)>')}")
    assert shown(page) == []
    expect(page.locator(".cl-filters [role=status]")).to_have_text(NOBODY)


def test_each_condition_is_named_above_the_cards_and_a_click_clears_it(
    built: Built, page: Page, serve_folder: Serve
) -> None:
    page.goto(f"{serve_folder(built.folder)}/participants/?stage=melt&status=confirmed&q={quote('печь')}")
    conditions = page.locator(".cl-filters__condition")
    expect(conditions).to_have_text(["Стекло", "подтверждено", "печь"])
    page.get_by_role("button", name="Снять условие «Стекло»").click()
    expect(conditions).to_have_text(["подтверждено", "печь"])
    expect(conditions.first).to_be_focused()
    conditions.last.click()
    assert shown(page) == matching(participants(built), {"status": {"confirmed"}})
    assert parse_qs(urlsplit(page.url).query) == {"status": ["confirmed"]}
    conditions.last.click()
    expect(page.locator(".cl-filters__number")).to_be_focused()
    expect(page.get_by_role("button", name="Показать все")).to_be_hidden()
    assert len(shown(page)) == len(participants(built))


STATE_IN_VIEW = """() => {
  const { top, bottom } = document.querySelector(".cl-filters__state").getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


@pytest.mark.parametrize("width", [360, 768, 1440] if IS_LONG else [360, 1440])
def test_what_is_shown_stays_in_view_after_each_change(
    built: Built, open_page: Callable[..., Page], serve_folder: Serve, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 740})
    page.goto(f"{serve_folder(built.folder)}/participants/")
    if width < 1000:
        page.locator(".cl-filters__toggle").click()
    for change in ("XA-NOR", "melt", "unknown", "anchor"):
        page.evaluate("scrollTo(0, 2000)")
        page.check(f'.cl-filters input[value="{change}"]')
        assert page.evaluate(STATE_IN_VIEW), change
    expect(page.locator(".cl-filters [role=status]")).to_have_text(NOBODY)
    page.locator(".cl-filters__reset").click()
    expect(page.locator(".cl-filters [role=status]")).not_to_have_text(NOBODY)
    assert page.evaluate(STATE_IN_VIEW)
    page.evaluate("document.querySelector('.cl-filters__state').style.position = 'static'; scrollTo(0, 2000)")
    assert not page.evaluate(STATE_IN_VIEW), "a state that does not stick is missed"


def test_the_other_language_keeps_what_was_chosen(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/participants/?q={quote('12')}")
    page.check('input[value="confirmed"]')
    chosen = shown(page)
    page.get_by_role("link", name="EN, английская версия").click()
    expect(page.locator(".cl-filters__condition")).to_have_text(["confirmed", "12"])
    assert "/en/participants/" in page.url and shown(page) == chosen
    page.locator(".cl-filters__reset").click()
    expect(page.locator(".cl-filters__condition")).to_have_count(0)
    page.get_by_role("link", name="RU, Russian version").click()
    expect(page.locator(".cl-filters__number")).to_contain_text("Показано")
    assert urlsplit(page.url).query == "" and len(shown(page)) == len(participants(built))


def test_few_organisations_stand_in_rows_as_wide_as_the_list(
    built: Built, open_page: Callable[..., Page], serve_folder: Serve
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    columns = "(list) => getComputedStyle(list).gridTemplateColumns.split(' ').length"
    page.goto(f"{serve_folder(built.folder)}/chain/")
    for cards in page.locator(".cl-organisation-list--few .cl-organisation-list__cards").all():
        assert cards.evaluate(columns) == 1
        who, what = (cards.locator(f".cl-organisation-card__{part}").first.bounding_box() for part in ("who", "what"))
        assert who and what and who["x"] + who["width"] < what["x"]
    page.goto(f"{serve_folder(built.folder)}/participants/")
    assert page.locator(".cl-organisation-list__cards").evaluate(columns) > 1


FORMS = {
    "корпус": ("корпуса", "корпусов", "корпусами"),
    "песок": ("песка", "песком"),
    "печь": ("печи", "печей"),
    "нить": ("нити", "нитью"),
    "артель": ("артели", "артелью"),
    "мастерская": ("мастерской", "мастерские"),
    "верфь": ("верфи", "верфью"),
}


def test_words_are_found_in_all_their_forms(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/participants/")
    for word, forms in FORMS.items():
        page.fill(".cl-filters__field", word)
        found = shown(page)
        assert 0 < len(found) < len(participants(built))
        for form in forms:
            page.fill(".cl-filters__field", form)
            assert shown(page) == found, form


def test_words_that_large_text_divides_are_found_too(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/participants/")
    page.evaluate("document.querySelector('[name=size][value=\"200\"]').click()")
    page.fill(".cl-filters__field", "светопрозрачноводоходстекло")
    assert len(shown(page)) == 1


def test_words_of_an_english_list_are_found_in_both_numbers(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/en/participants/")
    for one, many in (("hull", "hulls"), ("kayak", "KAYAKS")):
        page.fill(".cl-filters__field", one)
        found = shown(page)
        assert 0 < len(found) < len(participants(built))
        page.fill(".cl-filters__field", many)
        assert shown(page) == found


PAIRS = {
    True: (
        ("завод", "заводов"), ("фольга", "фольгой"), ("поставщик", "поставщики"), ("предприятие", "предприятий"),
        ("плёнка", "пленок"), ("упаковка", "упаковок"), ("упаковочный", "упаковочного"), ("краска", "красками"),
        ("алюминий", "алюминия"), ("смола", "смол"), ("лак", "лаки"), ("выпускает", "выпускать"), ("сырьё", "сырья"),
        ("company", "companies"), ("supplier", "suppliers"), ("coated", "coating"),
    ),
    False: (
        ("завод", "завоз"), ("фольга", "фольклор"), ("краска", "красота"), ("смола", "смысл"), ("лак", "лампа"),
        ("сырьё", "сырок"), ("алюминий", "альбом"), ("упаковка", "упадок"), ("foil", "folk"), ("ink", "inn"),
    ),
}  # fmt: skip


def test_forms_of_a_word_are_told_from_other_words(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/privacy/")
    script = next((built.folder / "assets").glob("words.*.js"))
    for expected, pairs in PAIRS.items():
        wrong = page.evaluate(
            """async ([pairs, expected, address]) => {
              const { isForm, wordsOf } = await import(new URL(address, document.baseURI));
              const plain = (word) => wordsOf(word)[0];
              const both = pairs.flatMap(([one, other]) => [[one, other], [other, one]]);
              return both.filter(([word, asked]) => isForm(plain(word), plain(asked)) !== expected);
            }""",
            [pairs, expected, f"../assets/{script.name}"],
        )
        assert wrong == []


def test_sections_without_anybody_to_show_disappear(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/organisations/?role=team")
    expect(page.locator(".cl-organisation-list__title:visible")).to_have_text(["Команда проекта"])
    assert shown(page) == [item["id"] for item in built.organisations if item["role"] == "team"]


def test_filters_work_by_keyboard_on_a_phone(built: Built, open_page: Callable[..., Page], serve_folder: Serve) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(f"{serve_folder(built.folder)}/participants/")
    toggle = page.get_by_role("button", name="Отбор")
    expect(page.locator(".cl-filters__groups")).to_be_hidden()
    page.locator(".cl-filters__field").focus()
    page.keyboard.press("Tab")
    expect(toggle).to_be_focused()
    page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(toggle).to_contain_text("(1)")
    assert len(shown(page)) == len(matching(participants(built), {"role": {"anchor"}}))


def test_without_javascript_the_list_is_whole_and_has_no_filters(
    built: Built, open_page: Callable[..., Page], serve_folder: Serve
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{serve_folder(built.folder)}/participants/?stage=melt")
    expect(page.locator(".cl-filters")).to_be_hidden()
    assert shown(page) == [item["id"] for item in participants(built)]


def test_every_term_of_an_organisation_leads_to_a_list_that_has_it_and_no_badge_does(built: Built) -> None:
    by_id = {item["id"]: item for item in built.organisations}
    seen = 0
    for page in built.pages.values():
        for link in page.tree.css("main a[href*='?']:not([href*=':'])"):
            query = parse_qs(urlsplit(link.attributes["href"] or "").query)
            fitting = matching(built.organisations, {name: set(values) for name, values in query.items()})
            assert set(query) <= set(CRITERIA) and fitting, (page.path, link.attributes["href"])
            owner = page.path.removeprefix("en/").removeprefix("organisations/").rstrip("/")
            if owner in by_id and link.parent and link.parent.tag == "dd":
                assert owner in fitting, page.path
                seen += 1
    assert seen > len(by_id), "each organisation has a role and a status to follow"
    assert all(node.tag == "span" for page in built.pages.values() for node in page.tree.css(".cl-badge"))


def test_statistics_say_what_the_data_hold(built: Built) -> None:
    expected = yaml.safe_load((DEMO / "counts.yaml").read_text("utf-8"))["participants"]
    box = built.pages["participants/"].tree.css_first(".cl-statistics")
    assert box.css_first(".cl-statistics__total").text().replace("\u00a0", " ") == f"{expected['total']} организаций"
    tables = dict(zip(CRITERIA, box.css("table"), strict=True))
    for name, table in tables.items():
        numbers = [int(cell.text()) for cell in table.css(".cl-statistics__count")]
        without = expected["without"].get(name, 0)
        assert sorted(numbers) == sorted([*expected[name].values(), *([without] if without else [])]), name
        assert sum(numbers) == expected["total"], name
        for row in table.css("tr"):
            widths = sum(float((part.attributes["width"] or "").rstrip("%")) for part in row.css("rect"))
            count = int(row.css_first(".cl-statistics__count").text())
            assert not row.css("rect") or abs(widths - 100 * count / expected["total"]) < 0.1
