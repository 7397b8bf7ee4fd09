"""Pages on paper: what a printed sheet holds, and what it leaves out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.built import IS_LONG, Built

Open = Callable[..., Page]
Serve = Callable[[Path], str]


def count_sheets(page: Page) -> int:
    """How many pages of A4 a page takes; Chromium writes an object for each, uncompressed."""
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
    return len(re.findall(rb"/Type\s*/Page\b", paper))


def test_an_organisation_takes_one_sheet_of_two_sides_at_most(built: Built, page: Page, serve_folder: Serve) -> None:
    by_length = sorted(built.organisations, key=lambda item: len(str(item)))
    sides = {}
    for item in by_length if IS_LONG else (by_length[0], by_length[len(by_length) // 2], by_length[-1]):
        page.goto(f"{serve_folder(built.folder)}/organisations/{item['id']}/")
        sides[item["id"]] = count_sheets(page)
    assert max(sides.values()) <= 2, sides
    assert sum(number == 1 for number in sides.values()) > 0.6 * len(sides), sides


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_paper_has_numbered_sources_and_no_controls(built: Built, page: Page, serve_folder: Serve, prefix: str) -> None:
    address = f"{serve_folder(built.folder)}/{prefix}organisations/{built.organisations[0]['id']}/"
    page.goto(address)
    expect(page.locator(".cl-footnotes")).to_be_hidden()
    expect(page.locator(".cl-source-mark__numbers").first).to_be_hidden()
    page.emulate_media(media="print")
    for unwanted in (
        "nav",
        "button",
        ".cl-source-mark__panel",
        ".cl-source-mark:not(.cl-source-mark--shared) .cl-source-mark__label",
        ".cl-filters",
        ".cl-header__tools",
    ):
        assert page.locator(unwanted).evaluate_all("all => all.filter(one => one.checkVisibility()).length") == 0, (
            unwanted
        )
    notes = page.locator(".cl-footnotes li").all_inner_texts()
    given = {
        source for item in (built.organisations[0], *built.organisations[0]["facts"]) for source in item["sources"]
    }
    urls = {source["url"] for source in built.data("sources.yaml") if source["id"] in given}
    assert all(any(url in note for note in notes) for url in urls)
    numbers = {
        int(n) for text in page.locator(".cl-source-mark__numbers").all_inner_texts() for n in re.findall(r"\d+", text)
    }
    assert numbers == set(range(1, len(notes) + 1))
    expect(page.locator(".cl-footer__address")).to_have_text(
        f"https://cluster.example/{prefix}organisations/{built.organisations[0]['id']}/"
    )


def test_a_printed_list_takes_the_whole_width(built: Built, page: Page, serve_folder: Serve) -> None:
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto(f"{serve_folder(built.folder)}/participants/")
    page.emulate_media(media="print")
    list_, title = (page.locator(f"main {part}").bounding_box() for part in (".cl-organisation-list__groups", "h1"))
    assert list_ and title and list_["x"] == title["x"]


def test_of_a_page_with_a_print_button_only_its_section_is_printed(
    built: Built, page: Page, serve_folder: Serve
) -> None:
    page.goto(f"{serve_folder(built.folder)}/contacts/")
    page.emulate_media(media="print")
    sections = page.locator("main .cl-section")
    assert sections.count() > 2
    assert page.locator("main :is(.cl-section, .cl-contact, .cl-next-step)").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.querySelector('h2')?.innerText)"
    ) == ["Бумага"]
    assert count_sheets(page) == 1


def test_the_button_prints(built: Built, page: Page, serve_folder: Serve) -> None:
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; }")
    page.goto(f"{serve_folder(built.folder)}/organisations/{built.organisations[0]['id']}/")
    page.get_by_role("button", name="Распечатать").click()
    assert page.evaluate("window.printed") == 1


def test_without_javascript_there_is_no_button_that_prints(built: Built, open_page: Open, serve_folder: Serve) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{serve_folder(built.folder)}/organisations/{built.organisations[0]['id']}/")
    expect(page.locator("[data-print]")).to_be_hidden()


def test_every_page_numbers_its_sources_from_one(built: Built) -> None:
    for page in built.pages.values():
        numbers = [
            int(n) for mark in page.tree.css(".cl-source-mark__numbers") for n in re.findall(r"\d+", mark.text())
        ]
        notes = page.tree.css(".cl-footnotes li")
        assert list(dict.fromkeys(numbers)) == list(range(1, len(notes) + 1)), page.path


def test_a_printed_news_item_has_no_links_to_others(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/news/{max(built.news)}/")
    expect(page.locator(".cl-news-page__neighbours")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".cl-news-page__neighbours")).to_be_hidden()
