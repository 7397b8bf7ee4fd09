"""Lists of news: pages of twenty, years, tags, the mark of the archive."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from macros.content.site import today, years_before
from tests.built import IS_LONG, Built

Serve = Callable[[Path], str]
PAGE_SIZE = 20


def listed(built: Built, path: str) -> list[str]:
    """The ids of the news that a page shows as cards, in order."""
    links = built.pages[path].tree.css("main .cl-news-card__title a")
    return [(link.attributes["href"] or "").rstrip("/").rsplit("/", 1)[-1] for link in links]


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_pages_of_the_list_hold_every_item_once_newest_first(built: Built, prefix: str) -> None:
    newest_first = sorted(built.news, reverse=True)
    pages = [f"{prefix}news/", *(f"{prefix}news/page/{n}/" for n in range(2, len(newest_first) // PAGE_SIZE + 2))]
    pages = [page for page in pages if page in built.pages]
    # The first page also shows the news of a year that has none.
    assert [listed(built, page) for page in pages] == [
        newest_first[start : start + PAGE_SIZE] for start in range(0, len(newest_first), PAGE_SIZE)
    ]


def test_a_list_of_one_page_has_no_pager(built: Built) -> None:
    assert built.pages["news/2021/"].tree.css(".cl-pager") == []


def test_a_reader_turns_the_pages_and_comes_back(built: Built, page: Page, serve_folder: Serve) -> None:
    root = serve_folder(built.folder)
    for prefix, older, newer in (("", "Раньше", "Новее"), ("en/", "Older", "Newer"))[: 2 if IS_LONG else 1]:
        page.goto(f"{root}/{prefix}news/")
        expect(page.get_by_role("link", name=newer, exact=True)).to_have_count(0)
        page.get_by_role("link", name=older, exact=True).click()
        expect(page).to_have_url(f"{root}/{prefix}news/page/2/")
        expect(page.locator(".cl-pager [aria-current]")).to_have_text("2")
        page.get_by_role("link", name="3", exact=True).click()
        expect(page.get_by_role("link", name=older, exact=True)).to_have_count(0)
        page.get_by_role("link", name=newer, exact=True).click()
        page.get_by_role("link", name=newer, exact=True).click()
        expect(page).to_have_url(f"{root}/{prefix}news/")


def test_news_older_than_three_years_are_marked_in_lists_and_on_their_pages(built: Built) -> None:
    limit = years_before(today(built.root), 3).isoformat()
    for prefix, word, sentence in (("", "архив", "больше трёх лет"), ("en/", "archive", "more than three years")):
        for name, item in built.news.items():
            is_old = item["date"] < limit
            assert (sentence in built.pages[f"{prefix}news/{name}/"].text) == is_old, name
        for path, page in built.pages.items():
            if page.is_missing_page or not path.startswith(prefix) or (not prefix and path.startswith("en/")):
                continue
            for card in page.tree.css("main .cl-news-card"):
                mark = card.css_first(".cl-news-card__archived")
                is_old = (card.css_first("time").attributes["datetime"] or "") < limit
                assert (mark.text() if mark else "") == (word if is_old else ""), path


@pytest.mark.parametrize(
    ("day", "before"), [("2026-11-24", "2023-11-24"), ("2024-02-29", "2021-02-28"), ("2023-03-01", "2020-03-01")]
)
def test_threeyears_before_a_day(day: str, before: str) -> None:
    assert years_before(date.fromisoformat(day), 3).isoformat() == before


def test_an_organisation_with_many_news_shows_the_latest_and_lists_the_rest(built: Built) -> None:
    counted = {
        item["id"]: sorted((name for name, news in built.news.items() if item["id"] in news.get("organisations", [])))
        for item in built.organisations
    }
    busiest = max(counted, key=lambda name: len(counted[name]))
    assert len(counted[busiest]) > 6
    path = f"organisations/{busiest}/"
    newest_first = counted[busiest][::-1]
    assert listed(built, path) == newest_first[:6]
    rest = [(link.attributes["href"] or "") for link in built.pages[path].tree.css(".cl-news-list__rest a")]
    assert [href.rstrip("/").rsplit("/", 1)[-1] for href in rest] == newest_first[6:]


def test_the_list_of_news_leads_to_its_feeds(built: Built) -> None:
    for path, lang in (("news/", "ru"), ("en/news/", "en")):
        links = [link.attributes["href"] for link in built.pages[path].tree.css(".cl-news-archive a")]
        assert {"../feed.xml", "../rss.xml"} < set(links), lang
