"""The search page in a browser: what it finds first, what it finds for nothing, and what it offers after a miss."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.built import Built

Serve = Callable[[Path], str]

MISS = {"": "Ничего не найдено", "en/": "Nothing found"}


def open_search(page: Page, root: str, prefix: str = "") -> None:
    page.goto(f"{root}/{prefix}search/")


def ask(page: Page, words: str) -> None:
    """Write words into the field in place of others, and wait for the answer."""
    field, state = page.locator(".cl-search__words"), page.locator(".cl-search__state")
    field.fill("")
    expect(state).to_be_empty()
    field.fill(words)
    expect(state).to_have_text(re.compile("[^…]$"))  # and no longer «Ищем…»


@pytest.mark.parametrize(
    ("prefix", "questions"),
    [("", ("пиццерия у слона", "и", "что такое блокчейн")), ("en/", ("unicorn of the desert", "the"))],
)
def test_function_words_alone_find_nothing(
    built: Built, page: Page, serve_folder: Serve, prefix: str, questions: tuple[str, ...]
) -> None:
    open_search(page, serve_folder(built.folder), prefix)
    for words in questions:
        ask(page, words)
        expect(page.locator(".cl-search__state")).to_contain_text(MISS[prefix])
        expect(page.locator(".cl-search__hint")).to_be_hidden()
        assert page.locator(".cl-search__results li").count() == 0


@pytest.mark.parametrize(
    ("prefix", "written", "meant"),
    [
        # Latin letters; the keyboard left in English; a typing error
        ("", ("klaster", "rkfcnth", "клостер"), "кластер"),
        # the keyboard left in Russian; two letters swapped
        ("en/", ("сдгыеук", "clsuter"), "cluster"),
    ],
)
def test_a_miss_offers_the_nearest_word_and_the_main_pages(
    built: Built, page: Page, serve_folder: Serve, prefix: str, written: tuple[str, ...], meant: str
) -> None:
    open_search(page, serve_folder(built.folder), prefix)
    offered = page.locator(".cl-search__hint a")
    for words in written:
        ask(page, words)
        expect(page.locator(".cl-search__state")).to_contain_text(MISS[prefix])
        assert page.locator(".cl-search__results li").count() == 0
        assert page.locator(".cl-search__pages li:visible").count() == page.locator("header nav a").count()
        assert offered.inner_text().startswith(meant[:5]), words
    offered.click()
    expect(page.locator(".cl-search__results a").first).to_be_visible()
    expect(page.locator(".cl-search__hint")).to_be_hidden()


def test_a_word_of_the_same_root_is_near(built: Built, page: Page, serve_folder: Serve) -> None:
    script = next((built.folder / "assets").glob("suggest.*.js")).name
    page.goto(f"{serve_folder(built.folder)}/search/")
    near = "async ([script, word]) => (await import(script)).nearest(word, ['бумага', 'упаковка'])"
    assert page.evaluate(near, [f"/assets/{script}", "упаковочный"]) == "упаковка"
    assert page.evaluate(near, [f"/assets/{script}", "блокчейн"]) == ""


@pytest.mark.parametrize(("words", "prefix", "first"), [("кластер", "", "about"), ("join", "en/", "en/join")])
def test_a_page_of_the_menu_that_is_named_comes_first(
    built: Built, page: Page, serve_folder: Serve, words: str, prefix: str, first: str
) -> None:
    root = serve_folder(built.folder)
    open_search(page, root, prefix)
    ask(page, words)
    page.locator(".cl-search__pages li:visible a").first.click()
    expect(page).to_have_url(f"{root}/{first}/")


def test_related_news_and_open_questions_are_not_found_on_the_page_of_an_organisation(built: Built) -> None:
    ignored = built.pages[f"organisations/{built.organisations[0]['id']}/"].tree.css(
        ".cl-section[data-pagefind-ignore]"
    )
    assert ignored


def test_every_language_has_its_words(built: Built) -> None:
    russian, english = (json.loads((built.folder / path).read_bytes()) for path in ("words.json", "en/words.json"))
    assert "кластер" in russian and "cluster" in english and "кластер" not in english
