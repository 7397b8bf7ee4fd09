"""The first screen of the home page: what it is, where, and what one can do, all seen without scrolling."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.built import Built

Serve = Callable[[Path], str]

SCREENS = [(1440, 900), (360, 780)]

BELOW = """() => [...document.querySelectorAll(".cl-hero__inner > *")]
  .filter((part) => part.getBoundingClientRect().bottom > innerHeight).map((part) => part.className)"""


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_all_of_it_is_seen_without_scrolling(built: Built, page: Page, serve_folder: Serve, prefix: str) -> None:
    cluster, lang = built.data("cluster.yaml"), prefix[:2] or "ru"
    page.goto(f"{serve_folder(built.folder)}/{prefix}")
    hero = page.locator(".cl-hero")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(BELOW) == []
        for field in ("kind", "place", "name", "tagline"):
            expect(hero.get_by_text(cluster[field][lang], exact=True)).to_be_visible()
        for action in cluster["actions"]:
            expect(hero.get_by_role("link", name=action["label"][lang])).to_be_visible()
        for figure in cluster["figures"]:
            expect(hero.get_by_text(figure["value"][lang])).to_be_visible()


def test_what_is_pushed_below_the_screen_is_seen(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(serve_folder(built.folder))
    page.set_viewport_size({"width": 360, "height": 780})
    page.evaluate("document.querySelector('.cl-hero__tagline').append(' слово'.repeat(100))")
    assert page.evaluate(BELOW) == ["cl-hero__figures", "cl-hero__status cl-hero__status--confirmed"]


def test_its_figures_and_actions_lead_to_their_source_and_page(built: Built, page: Page, serve_folder: Serve) -> None:
    root = serve_folder(built.folder)
    for number, action in enumerate(built.data("cluster.yaml")["actions"]):
        page.goto(f"{root}/en/")
        page.locator(".cl-hero__action").nth(number).click()
        expect(page).to_have_url(f"{root}/en/{action['page'].removesuffix('.md')}/")
    page.goto(root)
    page.locator(".cl-hero__figure .cl-hero__source").first.click()
    expect(page).to_have_url(f"{root}/sources/#source-lad-report-2024")
    expect(page.locator("#source-lad-report-2024")).to_be_in_viewport()


def test_the_title_of_the_home_page_says_where_the_cluster_is(built: Built) -> None:
    place = built.data("cluster.yaml")["place"]
    for path, lang in (("", "ru"), ("en/", "en")):
        title = built.pages[path].tree.css_first("title").text().replace("\N{NO-BREAK SPACE}", " ")
        assert title.endswith(f" — {place[lang]}")
