"""Accessibility by axe-core: pages of each kind here, every page in every scheme and width by `make a11y`.

axe sees a page as it stands, so what opens (menu, panel, filters, search, source marks) is opened first.
"""

import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.built import CONTENT, Built

Open = Callable[..., Page]
Serve = Callable[[Path], str]

IS_WHOLE = os.environ.get("A11Y") == "all"
# axe parses the same few colours thousands of times: a third of what it takes (axe-core 4.12).
PARSE_ONCE = """(() => {
  const { prototype } = axe.commons.color.Color, parse = prototype.parseString, known = new Map();
  prototype.parseString = function (text) {
    if (!known.has(text)) {
      parse.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    [this.r, this.g, this.b, this.alpha] = known.get(text);
    return this;
  };
})()"""
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8") + PARSE_ONCE
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

LIGHT, DARK, CONTRAST = {"color_scheme": "light"}, {"color_scheme": "dark"}, {"contrast": "more"}
DEVICES: dict[str, dict[str, Any]] = {
    f"{scheme}-{width}": {**options, "viewport": {"width": width, "height": 900}}
    for scheme, options in (("light", LIGHT), ("dark", DARK), ("contrast", CONTRAST))
    for width in (360, 640, 1280)
}
SOME_DEVICES = ("light-1280", "dark-360", "contrast-640")


def violations(page: Page) -> list[str]:
    """What axe finds: rule and element, a line each."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(
        """async (tags) => {
          const asked = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], selectors: false };
          const { violations } = await axe.run(document, asked);
          return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
        }""",
        RULES,
    )
    return found


def some_paths(built: Built) -> list[str]:
    """A page of each kind."""
    organisation, item = built.organisations[0]["id"], max(built.news)
    prose = sorted(
        path.relative_to(built.root / "docs/ru").as_posix() for path in (built.root / "docs/ru").rglob("*.md")
    )
    pages = [path.removesuffix("index.md") if path.endswith("index.md") else path[:-3] + "/" for path in prose]
    illustrated = [f"news/{name}/" for name, item in built.news.items() if "photo" in item][:1]
    russian = [*pages, f"organisations/{organisation}/", f"news/{item}/", f"news/{item[:4]}/", *illustrated]
    return [*russian, "404.html"]


def all_paths(built: Built) -> list[str]:
    return sorted(path for path in built.pages if not path.startswith("en/"))


RUNS = [(name, device, prefix) for name in CONTENT for device in DEVICES for prefix in ("", "en/")]
SOME_RUNS = [
    *(("cluster", device, "") for device in SOME_DEVICES),
    ("cluster", "dark-360", "en/"),
    ("demo", "light-1280", "en/"),
]


@pytest.mark.parametrize(("name", "device", "prefix"), RUNS if IS_WHOLE else SOME_RUNS)
def test_no_page_breaks_a_rule(
    build_cluster: Callable[[str], Built], open_page: Open, serve_folder: Serve, name: str, device: str, prefix: str
) -> None:
    built = build_cluster(name)
    page = open_page(**DEVICES[device])
    root = serve_folder(built.folder)
    broken = {}
    for path in all_paths(built) if IS_WHOLE else some_paths(built):
        page.goto(f"{root}/{prefix}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if found := violations(page):
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
    "filters-without-answer": ("participants/?q=qqqq", lambda page: None),
    "search": ("search/", search),
    "search-without-answer": ("search/", find_nothing),
    "source": ("about/", open_source),
}


STATE_RUNS = [
    (state, device)
    for state in STATES
    for device in (DEVICES if IS_WHOLE else SOME_DEVICES)
    if not (state == "menu" and device.endswith("1280"))  # the menu is a row there
]


@pytest.mark.parametrize(("state", "device"), STATE_RUNS)
def test_no_state_of_a_page_breaks_a_rule(
    demo: Built, open_page: Open, serve_folder: Serve, state: str, device: str
) -> None:
    page = open_page(**DEVICES[device])
    path, act = STATES[state]
    for prefix in ("", "en/"):
        page.goto(f"{serve_folder(demo.folder)}/{prefix}{path}")
        act(page)
        assert violations(page) == [], prefix


FAULTS = {
    "color-contrast": "document.querySelector('main p').style.color = '#999'",
    "image-alt": "document.querySelector('main').append(new Image(10, 10))",
    "link-name": "document.querySelector('main a').textContent = ''",
    "label": "document.querySelector('main').append(document.createElement('input'))",
    "heading-order": "document.querySelector('main h2').outerHTML = '<h5>x</h5>'",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_planted_fault_is_seen(cluster: Built, page: Page, serve_folder: Serve, rule: str) -> None:
    page.goto(f"{serve_folder(cluster.folder)}/about/")
    page.evaluate(FAULTS[rule])
    assert rule in {found.split(":")[0] for found in violations(page)}


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


@pytest.mark.parametrize("width", [360, 640, 1280])
def test_every_stop_of_the_tab_key_is_seen_marked_and_in_order(
    built: Built, open_page: Open, serve_folder: Serve, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    root = serve_folder(built.folder)
    for path in ("", "participants/", "chain/", f"organisations/{built.organisations[0]['id']}/", "news/"):
        page.goto(f"{root}/{path}")
        stops = walk(page)
        assert len(stops) > 10, path
        assert faults(stops) == {}, path


STOP_FAULTS = {
    "unseen": "link.style.opacity = 0",
    "unmarked": "link.style.setProperty('outline', 'none', 'important')",
    "out of order": "link.tabIndex = 1",
}


@pytest.mark.parametrize("fault", STOP_FAULTS)
def test_a_planted_fault_of_a_stop_is_found(cluster: Built, page: Page, serve_folder: Serve, fault: str) -> None:
    page.goto(f"{serve_folder(cluster.folder)}/about/")
    page.evaluate(f"{{ const link = document.querySelector('main p a'); {STOP_FAULTS[fault]} }}")
    assert list(faults(walk(page))) == [fault]
