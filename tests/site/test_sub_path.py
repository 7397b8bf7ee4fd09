"""The built site published and served below a path, as project pages are, in a real browser over a real nginx."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.built import IS_LONG, Built, assemble, build
from tests.commands import run_command
from tests.conftest import PageLog, write_small

PATH = "/foil/"


@pytest.fixture(scope="module")
def below(make_once: Callable[..., Path]) -> Built:
    """The small cluster, built for an address below a path."""

    def make(folder: Path) -> None:
        root = assemble(folder / "root", write_small(folder / "content"))
        build(root, SITE_URL=f"https://host.example{PATH}")

    return Built(make_once("below", make) / "root")


@pytest.fixture(scope="module")
def address(below: Built, serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where it is served from, published as an operator would; ends in `/`."""
    folder = tmp_path_factory.mktemp("www")
    for command in (["manifest"], ["publish", f"dir:{folder}"]):
        done = run_command(*command, "--site", below.folder)
        assert done.exit_code == 0, done.stderr
    return serve(folder / "current", PATH) + "/"


def test_it_links_only_inside_its_path(below: Built) -> None:
    for file in below.folder.rglob("*.html"):
        for address in re.findall(r'(?:href|src|data-bundle|data-root)="(/[^"]*)"', file.read_text("utf-8")):
            assert address.startswith(PATH), (file, address)
            assert file.name == "404.html", "only the 404 page needs addresses from the root"
    about = (below.folder / "en" / "about" / "index.html").read_text("utf-8")
    assert f'href="https://host.example{PATH}about/"' in about


@pytest.mark.parametrize("prefix", ["", "en/"] if IS_LONG else ["en/"])
def test_a_reader_reads_searches_filters_and_switches_below_a_path(address: str, page: Page, prefix: str) -> None:
    """`page` fails on any console error, and so on any file that is not found."""
    page.goto(address + prefix)
    page.locator("header nav a").nth(1).click()
    expect(page).to_have_url(f"{address}{prefix}{page.url.removeprefix(address + prefix)}")

    page.goto(f"{address}{prefix}search/")
    page.fill(".cl-search__words", "paper" if prefix else "бумаги")
    page.locator(".cl-search__results a").first.click()
    page.wait_for_load_state()
    assert page.url.startswith(address + prefix)
    assert page.locator("h1").count() == 1

    page.goto(f"{address}{prefix}organisations/")
    cards = page.locator(".cl-organisation-card")
    before = sum(card.is_visible() for card in cards.all())
    page.locator(".cl-filters__option input").first.check()
    expect(page).not_to_have_url(f"{address}{prefix}organisations/")
    assert page.url.startswith(f"{address}{prefix}organisations/?")
    assert sum(card.is_visible() for card in cards.all()) < before or before == 0

    other = "" if prefix else "en/"
    page.goto(f"{address}{prefix}about/")
    page.locator(f"header a[hreflang={'ru' if prefix else 'en'}]").click()
    expect(page).to_have_url(f"{address}{other}about/")


@pytest.mark.parametrize("path", ["no/such/page/", "en/no/such/page/"])
def test_the_missing_page_is_whole_and_leads_home_below_a_path(
    address: str, page: Page, page_log: PageLog, path: str
) -> None:
    answer = page.goto(address + path)
    assert answer is not None and answer.status == 404
    # The browser notes the 404 of the page itself, and of nothing else.
    assert [error for error in page_log.errors if address + path not in error] == []
    page_log.errors.clear()
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Golos')
    page.locator("main a").first.click()
    assert page.url.startswith(address)
    assert page.locator("h1").is_visible()


def test_without_its_path_the_site_would_be_broken(below: Built, serve: Callable[..., str], page: Page) -> None:
    """Built for `/foil/` and served at a root: the missing page finds none of its files."""
    root = serve(below.folder)
    text = page.request.get(f"{root}/no/such/page/").text()
    styles = re.findall(r'href="([^"]+\.css)"', text)
    assert styles
    assert all(style.startswith(PATH) and page.request.get(root + style).status == 404 for style in styles)
