"""The built site in a real browser: reading, switching languages, searching, on a phone, without JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.built import IS_LONG, Built
from tests.site.frames import OPEN_DETAILS, OVERHANG, look
from tests.site.test_search import ask, open_search

Open = Callable[..., Page]
Serve = Callable[[Path], str]

WIDTHS = (360, 640, 768, 1024, 1440) if IS_LONG else (360, 1024)


def item_path(built: Built) -> str:
    return f"news/{max(built.news)}/"


def test_a_reader_walks_from_home_to_a_list_to_an_item_in_both_languages(
    built: Built, page: Page, serve_folder: Serve
) -> None:
    root = serve_folder(built.folder)
    for prefix, menu, title in (("", "Новости", "ru"), ("en/", "News", "en")):
        page.goto(f"{root}/{prefix}")
        page.locator("header nav").get_by_role("link", name=menu, exact=True).click()
        expect(page).to_have_url(f"{root}/{prefix}news/")
        page.locator("article.cl-news-card a").first.click()
        expect(page).to_have_url(f"{root}/{prefix}{item_path(built)}")
        item = built.news[max(built.news)]
        shown = page.locator("h1").inner_text().replace("\N{NO-BREAK SPACE}", " ")
        assert " ".join(shown.split()) == item["title"][title]


def test_the_switch_leads_to_the_same_page_and_back(built: Built, page: Page, serve_folder: Serve) -> None:
    root = serve_folder(built.folder)
    path = f"organisations/{built.organisations[0]['id']}/"
    page.goto(f"{root}/{path}")
    russian = page.locator("h1").inner_text()
    page.get_by_role("link", name="EN, английская версия").click()
    expect(page).to_have_url(f"{root}/en/{path}")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("h1").inner_text() != russian
    page.get_by_role("link", name="RU, Russian version").click()
    expect(page).to_have_url(f"{root}/{path}")
    assert page.locator("h1").inner_text() == russian


def test_the_menu_on_a_phone_opens_and_closes_by_keyboard_without_javascript(
    built: Built, open_page: Open, serve_folder: Serve
) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.goto(f"{serve_folder(built.folder)}/about/")
    menu = page.locator("header nav")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Меню").focus()
    page.keyboard.press("Enter")
    for name in ("Главная", "Новости", "Как вступить", "Контакты"):
        expect(menu.get_by_role("link", name=name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.keyboard.press("Enter")
    menu.get_by_role("button", name="Закрыть").click()
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Меню").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Главная")).to_be_focused()
    menu.get_by_role("link", name="Новости").click()
    expect(page).to_have_url(f"{serve_folder(built.folder)}/news/")


OVERLAPS = """(one, other) => {
  const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}"""


@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360)])
def test_the_menu_of_a_phone_stands_below_the_header_and_scrolls_by_itself(
    built: Built, open_page: Open, serve_folder: Serve, width: int, height: int
) -> None:
    page = open_page(viewport={"width": width, "height": height})
    page.goto(f"{serve_folder(built.folder)}/about/")
    first, last = page.locator("header nav a").first, page.locator("header nav a").last
    close = page.get_by_role("button", name="Закрыть")
    for size in ("", "200"):
        page.evaluate("size => { document.documentElement.dataset.size = size; }", size)
        page.get_by_role("button", name="Меню").click()
        box, header = page.locator("header nav").bounding_box(), page.locator("header").bounding_box()
        assert box is not None and header is not None
        assert abs(box["y"] - header["height"]) < 1 and box["y"] + box["height"] <= height
        assert not first.evaluate(OVERLAPS, close.element_handle())
        last.scroll_into_view_if_needed()
        expect(last).to_be_in_viewport(ratio=1)
        expect(close).to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") == 0
        close.click()


def test_a_menu_that_led_away_is_closed_when_one_comes_back(built: Built, open_page: Open, serve_folder: Serve) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(f"{serve_folder(built.folder)}/about/")
    page.evaluate("document.addEventListener('click', (event) => event.target.closest('a') && event.preventDefault())")
    page.get_by_role("button", name="Меню").click()
    page.locator("header nav a").last.click()
    expect(page.locator("header nav")).to_be_hidden()


def test_a_source_mark_opens_who_when_and_where_by_keyboard_without_javascript(
    built: Built, open_page: Open, serve_folder: Serve
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{serve_folder(built.folder)}/about/")
    mark = page.locator(".cl-fact .cl-source-mark").first
    expect(mark.locator(".cl-source-mark__panel")).to_be_hidden()
    mark.locator("summary").focus()
    page.keyboard.press("Enter")
    panel = mark.locator(".cl-source-mark__panel")
    expect(panel).to_be_visible()
    expect(panel.locator("a[href^='https://']").first).to_be_visible()
    expect(panel).to_contain_text("По состоянию на")
    expect(panel).to_contain_text("Надёжность")


def both(paths: list[str]) -> list[str]:
    """Paths of pages in both languages."""
    return [prefix + path for path in paths for prefix in ("", "en/")]


def test_a_page_that_is_too_wide_is_seen_at_the_widths_that_are_too_small(
    built: Built, page: Page, serve_folder: Serve
) -> None:
    widen = "(document) => { document.querySelector('h1').style.minInlineSize = '700px'; }"
    wide = look(page, serve_folder(built.folder), ["", "en/"], WIDTHS, OVERHANG, prepare=widen)
    assert list(wide) == [(path, width) for path in ("", "en/") for width in WIDTHS if width < 700]


def search(page: Page, words: str) -> list[str]:
    """Search as a reader does; returns the addresses found, in order."""
    ask(page, words)
    return [str(link.get_attribute("href")) for link in page.locator(".cl-search__results a").all()]


BROKEN_WORDS = """(document, boxes) => [...document.querySelectorAll(boxes)].flatMap((box) => {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), broken = [];
  for (let node; (node = walker.nextNode()); ) {
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}).join(" ")"""


def short(broken: dict[tuple[str, int], str]) -> list[str]:
    """Of words that are broken, those that need not be; the demo has names that fit no line."""
    return [word for words in broken.values() for word in words.split() if len(word) < 20]


def test_no_word_of_the_chain_is_broken(built: Built, page: Page, serve_folder: Serve) -> None:
    names = ".cl-value-chain__name, .cl-value-chain__title"
    paths, widths = ["chain/", "en/chain/"], [320, *WIDTHS, 900]
    unfold = "(document) => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
    root = serve_folder(built.folder)
    assert short(look(page, root, paths, widths, BROKEN_WORDS, names, prepare=unfold, is_whole=True)) == []


def test_nothing_is_wider_than_the_screen_and_no_word_of_a_heading_is_broken(
    built: Built, page: Page, serve_folder: Serve
) -> None:
    measure = f"(document, boxes) => [({OVERHANG})(document), ({BROKEN_WORDS})(document, boxes)]"
    paths, headings = both(built.kinds), "main :is(h1, h2, h3)"
    found = look(page, serve_folder(built.folder), paths, (320, *WIDTHS), measure, headings, prepare=OPEN_DETAILS)
    assert {place: overhang for place, (overhang, _) in found.items() if overhang} == {}
    assert short({place: words for place, (_, words) in found.items()}) == []


def test_a_word_that_is_broken_is_seen(built: Built, page: Page, serve_folder: Serve) -> None:
    narrow = "(document) => { document.querySelector('h1').style.cssText = 'inline-size: 2em; word-break: break-all'; }"
    root = serve_folder(built.folder)
    broken = look(page, root, ["about/", "en/about/"], [320, 1440], BROKEN_WORDS, "main h1", prepare=narrow)
    assert len(broken) == 4


def test_search_finds_word_forms_in_the_language_of_the_page(built: Built, page: Page, serve_folder: Serve) -> None:
    root = serve_folder(built.folder)
    for prefix, forms in (("", ("каяками", "песка")), ("en/", ("suppliers",))):
        open_search(page, root, prefix)
        expect(page.locator("#cl-search-words")).to_be_focused()
        for word in forms:
            found = search(page, word)
            assert found, word
            assert all(address.startswith("/en/") == bool(prefix) for address in found)
            assert page.request.get(f"{root}{found[0]}").ok


def test_results_say_what_they_are_and_can_be_narrowed_to_it(built: Built, page: Page, serve_folder: Serve) -> None:
    root = serve_folder(built.folder)
    asked = [("", "каяк", ("Организация", "Новость")), ("en/", "kayak", ("Organisation", "News"))]
    for prefix, words, names in asked if IS_LONG else asked[:1]:
        open_search(page, root, prefix)
        everything = search(page, words)
        expect(page.locator(".cl-search__what").first).to_be_visible()
        numbers = [int(text) for text in page.locator(".cl-search__count").all_inner_texts()]
        assert numbers[0] == sum(numbers[1:]) > 10
        assert len(everything) == 10
        folders = {"organisation": "organisations", "news": "news"}
        for (kind, folder), name, number in zip(folders.items(), names, numbers[1:3], strict=True):
            page.check(f'.cl-search__kinds input[value="{kind}"]')
            expect(page.locator(".cl-search__state")).to_contain_text(str(number))
            hrefs = [str(link.get_attribute("href")) for link in page.locator(".cl-search__results a").all()]
            assert len(hrefs) == min(number, 10)
            assert all(href.startswith(f"/{prefix}{folder}/") for href in hrefs)
            assert all(text.startswith(name) for text in page.locator(".cl-search__what").all_inner_texts())
            assert page.url.endswith(f"&kind={kind}")
        page.reload()
        expect(page.locator(".cl-search__what").first).to_contain_text(names[1])
        assert len(page.locator(".cl-search__results a").all()) == min(numbers[2], 10)


def test_a_search_can_be_linked_to_and_a_kind_without_answers_cannot_be_chosen(
    built: Built, page: Page, serve_folder: Serve
) -> None:
    root = serve_folder(built.folder)
    page.goto(f"{root}/search/?q={quote('cookie')}&kind=news")
    expect(page.locator(".cl-search__results a")).to_have_count(1)
    expect(page.locator(".cl-search__state")).to_contain_text("Найден")
    expect(page.locator('input[name="kind"][value="news"]')).to_be_disabled()
    expect(page.locator('input[name="kind"][value=""]')).to_be_checked()


def test_search_is_opened_by_a_key_and_walked_by_arrows(built: Built, page: Page, serve_folder: Serve) -> None:
    root = serve_folder(built.folder)
    page.goto(f"{root}/about/")
    page.keyboard.press("/")
    expect(page).to_have_url(f"{root}/search/")
    field = page.locator("#cl-search-words")
    expect(field).to_be_focused()
    page.keyboard.type("cluster/")
    expect(field).to_have_value("cluster/")
    field.fill("кластер")
    results = page.locator(".cl-search__results a")
    expect(results.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(results.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(results.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    results.nth(1).focus()
    page.keyboard.press("/")
    expect(field).to_be_focused()


def test_the_key_of_search_can_be_switched_off(built: Built, page: Page, serve_folder: Serve) -> None:
    root = serve_folder(built.folder)
    page.goto(f"{root}/about/")
    page.get_by_role("button", name="Версия для слабовидящих").click()
    page.check('input[name="keys"][value="off"]')
    page.get_by_role("button", name="Закрыть").click()
    page.keyboard.press("/")
    page.goto(f"{root}/news/")
    page.keyboard.press("/")
    page.keyboard.press("Tab")
    expect(page).to_have_url(f"{root}/news/")


def test_the_search_index_is_loaded_only_when_somebody_searches(built: Built, page: Page, serve_folder: Serve) -> None:
    """What other pages load: test_weight.py."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{serve_folder(built.folder)}/search/", wait_until="networkidle")
    assert not [url for url in asked if "pagefind" in url]
    page.locator("#cl-search-words").fill("кластер")
    expect(page.locator(".cl-search__results a").first).to_be_visible()
    assert [url for url in asked if "pagefind" in url]


def test_every_page_can_be_read_without_javascript(built: Built, open_page: Open, serve_folder: Serve) -> None:
    page = open_page(java_script_enabled=False)
    root = serve_folder(built.folder)
    for path in ("", "participants/", "chain/", "news/", item_path(built)):
        page.goto(f"{root}/{path}")
        expect(page.locator("h1")).to_be_visible()
        assert len(page.locator("main").inner_text()) > 200
    page.goto(f"{root}/search/")
    expect(page.locator("main")).to_contain_text("нужен JavaScript")


def test_a_button_copies_the_quotation_above_it_and_says_so(built: Built, open_page: Open, serve_folder: Serve) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{serve_folder(built.folder)}/contacts/")
    page.get_by_role("button", name="Скопировать").first.click()
    expect(page.get_by_role("status").first).to_have_text("Скопировано")
    expect(page.get_by_role("status").last).to_have_text("")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "Здравствуйте! Мы выпускаем герметик.\n\nПросим сообщить, нужен ли он верфи."


def test_long_words_are_divided_in_large_text_but_not_copied_so(
    built: Built, open_page: Open, serve_folder: Serve
) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{serve_folder(built.folder)}/contacts/")
    words = "Конфиденциальность стеклоизделий, publication.pravo.example, 10.06.2024"
    paragraph = page.locator("blockquote p").first
    paragraph.evaluate("(node, words) => { node.textContent = words; }", words)
    page.evaluate("document.querySelector('[name=size][value=\"200\"]').click()")
    divided = paragraph.evaluate("node => node.textContent.replaceAll('\u00ad', '-').replaceAll('\u200b', '|')")
    assert divided == "Конфи-ден-ци-аль-ность стек-ло-из-де-лий, publication|.pravo|.example, 10.06.2024"
    page.get_by_role("button", name="Скопировать").first.click()
    expect(page.get_by_role("status").first).to_have_text("Скопировано")
    assert page.evaluate("navigator.clipboard.readText()").startswith(words)


def test_where_copying_is_not_allowed_the_quotation_is_selected(built: Built, page: Page, serve_folder: Serve) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    page.goto(f"{serve_folder(built.folder)}/contacts/")
    page.get_by_role("button", name="Скопировать").last.click()
    expect(page.get_by_role("status").last).to_have_text("Текст выделен, его можно скопировать")
    assert page.evaluate("getSelection().toString().trim()") == "Покажите нам каяк."


def test_the_missing_page_works_at_any_depth(built: Built, page: Page, serve_folder: Serve, page_log: object) -> None:
    root = serve_folder(built.folder)
    answer = page.goto(f"{root}/no/such/page/")
    assert answer is not None and answer.status == 404
    expect(page.locator("h1")).to_contain_text("страницы нет")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith('"Golos Text"')
    page.locator("main").get_by_role("link", name="Home page").click()
    expect(page).to_have_url(f"{root}/en/")
    page_log.errors.clear()  # type: ignore[attr-defined]


def test_the_missing_page_searches(built: Built, page: Page, serve_folder: Serve, page_log: object) -> None:
    root = serve_folder(built.folder)
    page.goto(f"{root}/no/such/page/")
    field = page.locator("section[lang=en]").get_by_role("searchbox")
    field.fill("kayak")
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"^{root}/en/search/"))
    expect(page.locator(".cl-search__results a").first).to_be_visible()
    page_log.errors.clear()  # type: ignore[attr-defined]


SMALL_TARGETS = """(document) => [...document.querySelectorAll("header a, header button, footer a, .cl-hero__action")]
  .filter((one) => one.checkVisibility() && !one.matches(".cl-header__skip"))
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name).join(", ")"""


def test_what_is_tapped_in_header_and_footer_is_large_enough(built: Built, page: Page, serve_folder: Serve) -> None:
    """WCAG 2.2, 2.5.8: 24 pixels each way."""
    assert look(page, serve_folder(built.folder), ["", "en/"], (360, 1440), SMALL_TARGETS) == {}
    shrink = "(document) => { document.querySelector('footer a').style.cssText = 'padding: 0; line-height: 1'; }"
    assert look(page, serve_folder(built.folder), [""], (1440,), SMALL_TARGETS, prepare=shrink) != {}


CHOICE = {"size": "200", "scheme": "white-on-black", "spacing": "wide"}


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_what_is_chosen_in_the_panel_holds_on_every_page_before_it_is_painted(
    built: Built, open_page: Open, serve_folder: Serve
) -> None:
    root = serve_folder(built.folder)
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{root}/about/")
    usual = page.evaluate("getComputedStyle(document.body).fontSize")
    page.get_by_role("button", name="Версия для слабовидящих").click()
    for name, value in CHOICE.items():
        page.check(f'input[name="{name}"][value="{value}"]')
    page.get_by_role("button", name="Закрыть").click()
    for path in ("news/", "en/about/", "404.html"):
        page.add_init_script(
            "new MutationObserver((_, all) => {"
            "  if (document.body) { window.early ??= { ...document.documentElement.dataset }; all.disconnect(); }"
            "}).observe(document, { childList: true, subtree: true });"
        )
        page.goto(f"{root}/{path}")
        assert page.evaluate("window.early") == CHOICE, "chosen before there is anything to paint"
        assert background(page) == "rgb(0, 0, 0)"
        assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) == 2 * float(usual[:-2])
    page.goto(f"{root}/en/about/")
    page.get_by_role("button", name="Accessibility").click()
    chosen = page.locator(".cl-settings input:checked").evaluate_all("all => all.map(one => one.value)")
    assert chosen == [*CHOICE.values(), "", ""]
    page.get_by_role("button", name="Back to the usual view").click()
    expect(page.locator("html")).not_to_have_attribute("data-scheme", "white-on-black")
    page.reload()
    assert page.evaluate("({ ...document.documentElement.dataset })") == {}


def test_a_choice_in_another_tab_holds_here_too(built: Built, page: Page, serve_folder: Serve) -> None:
    address = f"{serve_folder(built.folder)}/about/"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    other.locator(".cl-header__settings").click()
    other.check('input[name="size"][value="150"]')
    expect(page.locator("html")).to_have_attribute("data-size", "150")
    expect(page.locator('input[name="size"][value="150"]')).to_be_checked()
    other.locator(".cl-settings [type=reset]").click()
    expect(page.locator('input[name="size"][value=""]')).to_be_checked()
    expect(page.locator("html")).not_to_have_attribute("data-size", "150")


def test_the_panel_is_used_by_keyboard_and_gives_the_focus_back(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/about/")
    button = page.get_by_role("button", name="Версия для слабовидящих")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("html")).to_have_attribute("data-size", "150")
    page.keyboard.press("Escape")
    expect(page.locator(".cl-settings")).to_be_hidden()
    expect(button).to_be_focused()


SCHEMES: dict[str, list[tuple[dict[str, Any], str]]] = {
    "": [
        ({"color_scheme": "light"}, "rgb(255, 255, 255)"),
        ({"color_scheme": "dark"}, "rgb(28, 32, 38)"),
        ({"color_scheme": "dark", "contrast": "more"}, "rgb(0, 0, 0)"),
    ],
    "light": [({"color_scheme": "dark"}, "rgb(255, 255, 255)")],
    "dark": [
        ({"color_scheme": "light"}, "rgb(28, 32, 38)"),
        ({"color_scheme": "light", "contrast": "more"}, "rgb(28, 32, 38)"),
    ],
    "black-on-white": [({"color_scheme": "dark", "contrast": "more"}, "rgb(255, 255, 255)")],
}


def test_a_chosen_scheme_goes_before_that_of_the_device(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/about/")
    for scheme, devices in SCHEMES.items():
        page.evaluate("value => localStorage.setItem('cl-settings', JSON.stringify({ scheme: value }))", scheme)
        page.reload()
        for device, ground in devices:
            page.emulate_media(**{"contrast": "no-preference", **device})
            assert background(page) == ground, (scheme, device)


def test_settings_that_are_not_ours_change_nothing(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/about/")
    for stored in ("not json", "null", "[]", '{"size": 7, "scheme": "\\"><b>", "other": "x"}'):
        page.evaluate("value => localStorage.setItem('cl-settings', value)", stored)
        page.reload()
        assert page.evaluate("Object.keys(document.documentElement.dataset)") in ([], ["size"]), stored
        expect(page.get_by_role("button", name="Версия для слабовидящих")).to_be_visible()


def test_without_javascript_there_is_no_panel_and_no_button_copies(
    built: Built, open_page: Open, serve_folder: Serve
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{serve_folder(built.folder)}/contacts/")
    for needing in (".cl-header__settings", ".cl-settings", ".cl-copy-button"):
        expect(page.locator(needing).first).to_be_hidden()


def test_twice_the_text_with_wide_spacing_needs_no_sideways_scroll(
    built: Built, open_page: Open, serve_folder: Serve
) -> None:
    root, widths = serve_folder(built.folder), (320, 640, 1280) if IS_LONG else (320,)
    page = open_page(viewport={"width": widths[0], "height": 800})
    page.goto(root)
    usual = page.evaluate("getComputedStyle(document.body).fontSize")
    page.evaluate("value => localStorage.setItem('cl-settings', JSON.stringify(value))", CHOICE)
    page.reload()
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) == 2 * float(usual[:-2])
    page.locator(".cl-header__settings").click()
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".cl-settings").evaluate("box => box.scrollWidth <= box.clientWidth")
    assert look(page, root, built.kinds, widths, OVERHANG, prepare=OPEN_DETAILS) == {}
