"""Pages on paper: what a printed sheet holds, and what it leaves out."""

import re
from collections.abc import Callable
from pathlib import Path

import brotli
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.built import SITE_URL, Built

Open = Callable[..., Page]
Serve = Callable[[Path], str]


def count_sheets(page: Page) -> int:
    """How many pages of A4 a page takes; Chromium writes an object for each, uncompressed."""
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
    return len(re.findall(rb"/Type\s*/Page\b", paper))


def test_an_organisation_takes_one_sheet_of_two_sides_at_most(built: Built, page: Page, serve_folder: Serve) -> None:
    sides = {}
    for item in built.organisations:
        page.goto(f"{serve_folder(built.folder)}/organisations/{item['id']}/")
        sides[item["id"]] = count_sheets(page)
    assert max(sides.values()) <= 2, sides
    assert sum(number == 1 for number in sides.values()) > 0.7 * len(sides), sides


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_paper_has_numbered_sources_and_no_controls(
    cluster: Built, page: Page, serve_folder: Serve, prefix: str
) -> None:
    address = f"{serve_folder(cluster.folder)}/{prefix}organisations/{cluster.organisations[0]['id']}/"
    page.goto(address)
    expect(page.locator(".cl-footnotes")).to_be_hidden()
    expect(page.locator(".cl-source-mark__numbers").first).to_be_hidden()
    page.emulate_media(media="print")
    for unwanted in (
        "nav",
        "button",
        ".cl-source-mark__panel",
        ".cl-source-mark__label",
        ".cl-filters",
        ".cl-header__tools",
    ):
        assert page.locator(unwanted).evaluate_all("all => all.filter(one => one.checkVisibility()).length") == 0, (
            unwanted
        )
    notes = page.locator(".cl-footnotes li").all_inner_texts()
    given = {
        source for item in (cluster.organisations[0], *cluster.organisations[0]["facts"]) for source in item["sources"]
    }
    urls = {source["url"] for source in cluster.data("sources.yaml") if source["id"] in given}
    assert all(any(url in note for note in notes) for url in urls)
    numbers = {
        int(n) for text in page.locator(".cl-source-mark__numbers").all_inner_texts() for n in re.findall(r"\d+", text)
    }
    assert numbers == set(range(1, len(notes) + 1))
    expect(page.locator(".cl-footer__address")).to_have_text(
        f"https://cluster.example/{prefix}organisations/{cluster.organisations[0]['id']}/"
    )


def test_the_button_prints(cluster: Built, page: Page, serve_folder: Serve) -> None:
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; }")
    page.goto(f"{serve_folder(cluster.folder)}/organisations/{cluster.organisations[0]['id']}/")
    page.get_by_role("button", name="Распечатать").click()
    assert page.evaluate("window.printed") == 1


def test_without_javascript_there_is_no_button_that_prints(
    cluster: Built, open_page: Open, serve_folder: Serve
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{serve_folder(cluster.folder)}/organisations/{cluster.organisations[0]['id']}/")
    expect(page.locator("[data-print]")).to_be_hidden()


def test_every_page_numbers_its_sources_from_one(built: Built) -> None:
    for page in built.pages.values():
        numbers = [
            int(n) for mark in page.tree.css(".cl-source-mark__numbers") for n in re.findall(r"\d+", mark.text())
        ]
        notes = page.tree.css(".cl-footnotes li")
        assert list(dict.fromkeys(numbers)) == list(range(1, len(notes) + 1)), page.path


# The short address and its QR code

SIDE = 22.0
"""Millimetres of the code, its quiet zone included."""
QR_BYTES = 700
"""What a page may pay for it, compressed."""


def print_sheets(page: Page) -> list[Image.Image]:
    """The sheets that the browser prints, backgrounds too, as a poor printer of 150 dots per inch would."""
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "15mm")
    paper = page.pdf(format="A4", margin=margin, print_background=True)
    return [sheet.render(scale=150 / 72).to_pil() for sheet in pypdfium2.PdfDocument(paper)]


def read_codes(sheets: list[Image.Image]) -> list[zxingcpp.Barcode]:
    """The codes, dark on light, that a reader finds on sheets."""
    return [code for sheet in sheets for code in zxingcpp.read_barcodes(sheet, try_invert=False)]


def pages_with_code(built: Built) -> list[str]:
    russian = [f"organisations/{item['id']}/" for item in built.organisations] + [
        f"news/{name}/" for name in built.news
    ]
    return [prefix + path for path in russian for prefix in ("", "en/")]


def short_address(built: Built, path: str) -> str:
    """The printed short address of a page, which must lead to it."""
    shown = built.pages[path].tree.css_first(".cl-footer__short").text().replace("\N{NO-BREAK SPACE}", " ")
    words, _, address = shown.rpartition(" ")
    assert words in ("Короткий адрес:", "Short address:")
    redirect = built.redirects[address.removeprefix(SITE_URL)]
    assert redirect.tree.css_first("link[rel=canonical]").attributes["href"] == SITE_URL + path
    return address


def test_a_printed_code_is_read_and_names_the_short_address(cluster: Built, page: Page, serve_folder: Serve) -> None:
    for path in pages_with_code(cluster):
        page.goto(f"{serve_folder(cluster.folder)}/{path}")
        (code,) = read_codes(print_sheets(page))
        assert code.text == short_address(cluster, path), path
        assert code.ec_level == "M"


def test_a_code_is_dark_on_light_in_every_scheme(cluster: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(cluster.folder)}/{pages_with_code(cluster)[0]}")
    for scheme in ("dark", "white-on-black"):
        page.evaluate("scheme => { document.documentElement.dataset.scheme = scheme; }", scheme)
        assert len(read_codes(print_sheets(page))) == 1, scheme
    drawing = page.locator(".cl-footer__code")
    drawing.evaluate("one => { one.style.background = 'black'; one.style.color = 'white'; }")
    assert read_codes(print_sheets(page)) == []


def test_a_code_that_is_not_the_pages_own_is_seen(cluster: Built, page: Page, serve_folder: Serve) -> None:
    path, other = pages_with_code(cluster)[0], pages_with_code(cluster)[2]
    page.goto(f"{serve_folder(cluster.folder)}/{path}")
    drawing = cluster.pages[other].tree.css_first(".cl-footer__code path").attributes["d"]
    page.evaluate("d => document.querySelector('.cl-footer__code path').setAttribute('d', d)", drawing)
    (code,) = read_codes(print_sheets(page))
    assert code.text == short_address(cluster, other) != short_address(cluster, path)
    page.evaluate("document.querySelector('.cl-footer__code').remove()")
    assert read_codes(print_sheets(page)) == []


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_a_code_is_on_paper_only_of_one_size_and_has_a_name(
    cluster: Built, page: Page, serve_folder: Serve, prefix: str
) -> None:
    page.goto(f"{serve_folder(cluster.folder)}/{prefix}organisations/{cluster.organisations[0]['id']}/")
    code = page.locator(".cl-footer__code")
    expect(code).to_be_hidden()
    expect(page.locator(".cl-footer__short")).to_be_hidden()
    page.emulate_media(media="print")
    name = "QR code of the short address" if prefix else "QR-код короткого адреса"
    expect(page.get_by_role("img", name=name)).to_have_count(1)
    box = code.bounding_box()
    assert box is not None
    millimetres = [round(length / 96 * 25.4, 1) for length in (box["width"], box["height"])]
    assert millimetres == [SIDE, SIDE]


def test_only_organisations_and_news_have_a_short_address(built: Built) -> None:
    having = {path for path, page in built.pages.items() if page.tree.css(".cl-footer__short, .cl-footer__code")}
    assert having == set(pages_with_code(built))
    addresses = [short_address(built, path) for path in having]
    assert len(set(addresses)) == len(addresses)


def test_a_code_costs_little(cluster: Built) -> None:
    costs = {}
    for path in pages_with_code(cluster):
        html = cluster.pages[path].html
        without = re.sub(r'<p class="cl-footer__short">.*?</p>|<svg class="cl-footer__code".*?</svg>', "", html)
        costs[path] = len(brotli.compress(html.encode())) - len(brotli.compress(without.encode()))
    assert 100 < min(costs.values()) <= max(costs.values()) <= QR_BYTES, max(costs.values())


def test_a_printed_news_item_has_no_links_to_others(cluster: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(cluster.folder)}/news/{max(cluster.news)}/")
    expect(page.locator(".cl-news-page__neighbours")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".cl-news-page__neighbours")).to_be_hidden()
