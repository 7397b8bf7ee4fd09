"""Accessibility by axe-core: every page in every scheme and width by `make a11y`; here contrast in the dark.

`verify` examines light pages by all rules; test_verify.py has a page of each kind for it.

axe sees a page as it stands, so what opens (menu, panel, filters, search, source marks) is opened first.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.built import IS_LONG, Built
from tests.site.frames import SHORTEN
from tools.browser import load_axe

Open = Callable[..., Page]
Serve = Callable[[Path], str]

ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST_ALONE = {"type": "rule", "values": ["color-contrast"]}

LIGHT, DARK, CONTRAST = {"color_scheme": "light"}, {"color_scheme": "dark"}, {"contrast": "more"}
DEVICES: dict[str, dict[str, Any]] = {
    f"{scheme}-{width}": {**options, "viewport": {"width": width, "height": 900}}
    for scheme, options in (("light", LIGHT), ("dark", DARK), ("contrast", CONTRAST))
    for width in (360, 640, 1280)
}


def violations(page: Page, rules: dict[str, Any] = ALL) -> list[str]:
    """What axe finds: rule and element, a line each. The page is left shorter."""
    page.evaluate(load_axe())
    if not IS_LONG:
        page.evaluate(f"({SHORTEN})(document)")
    found: list[str] = page.evaluate(
        """async (runOnly) => {
          const asked = { runOnly, resultTypes: ["violations"], selectors: false };
          const { violations } = await axe.run(document, asked);
          return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
        }""",
        rules,
    )
    return found


RUNS = [(device, prefix) for device in DEVICES for prefix in ("", "en/")]


@pytest.mark.parametrize(("device", "prefix"), RUNS if IS_LONG else [("dark-1280", "en/")])
def test_no_page_breaks_a_rule(built: Built, open_page: Open, serve_folder: Serve, device: str, prefix: str) -> None:
    page = open_page(**DEVICES[device])
    root = serve_folder(built.folder)
    broken = {}
    for path in built.kinds if IS_LONG else [path for path in built.kinds if path not in dict(STATES.values())]:
        page.goto(f"{root}/{prefix}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if found := violations(page, ALL if IS_LONG else CONTRAST_ALONE):
            broken[prefix + path] = found
    assert broken == {}


def open_menu(page: Page) -> None:
    page.locator(".cl-header__toggle").click()


def open_panel(page: Page) -> None:
    page.locator(".cl-header__settings").click()


def use_filters(page: Page) -> None:
    if page.locator(".cl-filters__toggle").is_visible():
        page.locator(".cl-filters__toggle").click()
    page.locator(".cl-filters__option input").first.check()
    page.locator(".cl-filters__option input").last.check()


def search(page: Page) -> None:
    page.locator(".cl-search__words").fill("каяк" if page.url.find("/en/") < 0 else "kayak")
    page.locator(".cl-search__results a").first.wait_for()
    page.locator(".cl-search__kinds input").nth(1).check()


def find_nothing(page: Page) -> None:
    page.locator(".cl-search__words").fill("йцукенгшщз")
    expect(page.locator(".cl-search__state")).not_to_be_empty()


def open_source(page: Page) -> None:
    page.locator(".cl-source-mark summary").first.click()


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "menu": ("about/", open_menu),
    "panel": ("about/", open_panel),
    "filters": ("participants/", use_filters),
    "search": ("search/", search),
    "source": ("about/", open_source),
}
if IS_LONG:
    STATES["filters-without-answer"] = ("participants/?q=qqqq", lambda page: None)
    STATES["search-without-answer"] = ("search/", find_nothing)


STATE_RUNS = [
    (state, device)
    for state in STATES
    for device in (DEVICES if IS_LONG else ("dark-360",))
    if not (state == "menu" and device.endswith("1280"))  # the menu is a row there
]


@pytest.mark.parametrize(("state", "device"), STATE_RUNS)
def test_no_state_of_a_page_breaks_a_rule(
    built: Built, open_page: Open, serve_folder: Serve, state: str, device: str
) -> None:
    page = open_page(**DEVICES[device])
    path, act = STATES[state]
    for prefix in ("", "en/") if IS_LONG else ("",):
        page.goto(f"{serve_folder(built.folder)}/{prefix}{path}")
        act(page)
        assert violations(page) == [], prefix


FAULTS = {
    "color-contrast": "document.querySelector('main p').style.color = '#999'",
    "image-alt": "document.querySelector('main').append(new Image(10, 10))",
    "link-name": "document.querySelector('main p a').textContent = ''",
    "label": "document.querySelector('main').append(document.createElement('input'))",
    "heading-order": "document.querySelector('main h2').outerHTML = '<h5>x</h5>'",
}


def test_planted_faults_are_seen(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/about/")
    for fault in FAULTS.values():
        page.evaluate(fault)
    assert {found.split(":")[0] for found in violations(page)} == set(FAULTS)
    assert {found.split(":")[0] for found in violations(page, CONTRAST_ALONE)} == {"color-contrast"}


NOTE_STOPS = """() => {
  const stops = window.stops = [];
  addEventListener("keyup", () => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const shape = one.querySelector(":scope > rect");
    stops.push({
      name: one.tagName + "." + (one.className.baseVal ?? one.className) + " " + one.textContent.trim().slice(0, 40),
      isBody: one === document.body,
      isSeen: one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && box.width > 0 && box.height > 0
        && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
      isMarked: style.outlineStyle !== "none" || (shape && getComputedStyle(shape).strokeWidth === "4px"),
      at: [...document.querySelectorAll("*")].indexOf(one),
    });
  }, true);
}"""
MOST_STOPS, AT_ONCE = 400, 25


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the browser begins anew; the page notes where each press has led."""
    page.evaluate(NOTE_STOPS)
    for _ in range(0, MOST_STOPS, AT_ONCE):
        for _ in range(AT_ONCE):
            page.keyboard.press("Tab")
        stops: list[dict[str, Any]] = page.evaluate("stops")
        for number, stop in enumerate(stops):
            if stop["isBody"] or (number and stop["at"] == stops[0]["at"]):
                return stops[:number]
    return stops


def faults(stops: list[dict[str, Any]]) -> dict[str, list[str]]:
    places = [stop["at"] for stop in stops]
    found = {
        "unseen": [stop["name"] for stop in stops if not stop["isSeen"]],
        "unmarked": [stop["name"] for stop in stops if not stop["isMarked"]],
        "out of order": [stop["name"] for stop, at in zip(stops, sorted(places), strict=True) if stop["at"] != at],
    }
    return {what: names for what, names in found.items() if names}


RECORD = "organisations/steklyannaya-verf/"
WALKS = {width: ("", RECORD, "participants/", "chain/", "news/", "unknowns/") for width in (360, 640, 1280)}


@pytest.mark.parametrize(("width", "paths"), (WALKS if IS_LONG else {360: ("",), 1280: (RECORD,)}).items())
def test_every_stop_of_the_tab_key_is_seen_marked_and_in_order(
    built: Built, open_page: Open, serve_folder: Serve, width: int, paths: tuple[str, ...]
) -> None:
    page = open_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    root = serve_folder(built.folder)
    for path in paths:
        page.goto(f"{root}/{path}")
        stops = walk(page)
        assert len(stops) > 10, path
        assert faults(stops) == {}, path


STOP_FAULTS = {
    "unseen": "links[0].style.opacity = 0",
    "unmarked": "links[1].style.setProperty('outline', 'none', 'important')",
    "out of order": "links[2].tabIndex = 1",
}


def test_planted_faults_of_stops_are_found(built: Built, page: Page, serve_folder: Serve) -> None:
    page.goto(f"{serve_folder(built.folder)}/about/")
    links = "[...document.querySelectorAll('main a')].filter((link) => link.checkVisibility())"
    page.evaluate(f"{{ const links = {links}; {'; '.join(STOP_FAULTS.values())} }}")
    found = faults(walk(page))
    assert found.keys() == STOP_FAULTS.keys()
    assert len(found["unseen"]) == len(found["unmarked"]) == 1
