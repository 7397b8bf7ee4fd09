"""The value chain in a real browser: the diagram, its arrangement for a narrow screen, the table."""

from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.built import IS_LONG, Built, resolve

Open = Callable[..., Page]
Serve = Callable[[Path], str]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 800}


def linked_organisations(built: Built) -> set[str]:
    ends = [end for link in built.data("value_chain.yaml")["links"] for end in (link["from"], link["to"])]
    stages = {
        item["id"] for item in built.organisations if "stage" in item and item["role"] in ("anchor", "participant")
    }
    return {end["organisation"] for end in ends if "organisation" in end} | stages


SHAPES = [(".cl-value-chain__diagram", WIDE), (".cl-value-chain__stages", PHONE)]


@pytest.mark.parametrize(
    ("prefix", "shape"), [*product(("", "en/"), SHAPES)] if IS_LONG else [("", SHAPES[0]), ("en/", SHAPES[1])]
)
def test_everybody_in_the_chain_has_a_box_that_is_a_link(
    built: Built, open_page: Open, serve_folder: Serve, prefix: str, shape: tuple[str, dict[str, int]]
) -> None:
    selector, viewport = shape
    page = open_page(viewport=viewport)
    page.goto(f"{serve_folder(built.folder)}/{prefix}chain/")
    shown = page.locator(f"main {selector}")
    expect(shown).to_be_visible()
    hidden = ".cl-value-chain__stages" if selector == ".cl-value-chain__diagram" else ".cl-value-chain__diagram"
    expect(page.locator(f"main {hidden}")).to_be_hidden()
    hrefs = [str(link.get_attribute("href")) for link in shown.locator("a").all()]
    organisations = Counter(href.rstrip("/").rsplit("/", 1)[-1] for href in hrefs if "organisations/" in href)
    assert organisations == Counter(linked_organisations(built))
    links = built.data("value_chain.yaml")["links"]
    unnamed = [f"#link-{link['id']}" for link in links for side in ("from", "to") if "stage" in link[side]]
    markets = {link["to"]["market"] for link in links if "market" in link["to"]}
    assert len(hrefs) == len(organisations) + len(unnamed) + len(markets)
    assert set(unnamed) <= set(hrefs)
    page.goto(f"{page.url}{unnamed[0]}")
    expect(page.locator(f"tr{unnamed[0]}")).to_be_visible()


def test_every_link_is_drawn_with_its_status(built: Built) -> None:
    links = built.data("value_chain.yaml")["links"]
    for prefix in ("", "en/"):
        tree = built.pages[f"{prefix}chain/"].tree
        drawn = Counter(
            (node.attributes["class"] or "").split("--")[1] for node in tree.css("main g.cl-value-chain__flow")
        )
        assert drawn == Counter(link["status"] for link in links)
        assert len(tree.css("main .cl-value-chain__supply")) == len(links)
        assert {node.attributes["id"] for node in tree.css("main tr[id]")} == {f"link-{link['id']}" for link in links}


NARROWEST = {"small": 50, "medium": 62, "large": 69}
"""The room from which each size of diagram is shown, in rem: render/value_chain.py counts on it."""


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_no_letter_leaves_its_box_where_the_diagram_is_narrowest(
    built: Built, open_page: Open, serve_folder: Serve, prefix: str
) -> None:
    page = open_page(viewport=WIDE)
    page.goto(f"{serve_folder(built.folder)}/{prefix}chain/")
    page.evaluate("document.fonts.ready")
    size = str(page.locator("main .cl-value-chain").first.get_attribute("class")).split("--")[1]
    faults = page.evaluate(
        """(room) => {
          const chain = document.querySelector('main .cl-value-chain');
          chain.style.inlineSize = `${room}rem`;
          const picture = chain.querySelector('.cl-value-chain__diagram');
          if (getComputedStyle(picture).display === 'none') return ['not shown'];
          const faults = [];
          for (const box of picture.querySelectorAll('.cl-value-chain__box')) {
            const outer = box.querySelector('rect').getBoundingClientRect();
            for (const text of box.querySelectorAll('text')) {
              const inner = text.getBoundingClientRect();
              const isInside = inner.left >= outer.left && inner.right <= outer.right;
              if (!isInside || inner.top < outer.top || inner.bottom > outer.bottom) faults.push(text.textContent);
            }
          }
          return faults;
        }""",
        NARROWEST[size],
    )
    assert faults == []


def test_lines_begin_and_end_at_boxes(built: Built, open_page: Open, serve_folder: Serve) -> None:
    page = open_page(viewport=WIDE)
    page.goto(f"{serve_folder(built.folder)}/chain/")
    loose = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll('main .cl-value-chain__box rect')];
          const boxes = all.map((box) => box.getBoundingClientRect());
          const near = (x, y, side) =>
            boxes.some((box) => Math.abs(box[side] - x) < 2 && y > box.top - 2 && y < box.bottom + 2);
          return [...document.querySelectorAll('main g.cl-value-chain__flow')].filter((flow) => {
            const curves = [...flow.querySelectorAll(':scope > svg:not(.cl-value-chain__flow-end) path:first-child')];
            const [first, last] = [curves[0], curves.at(-1)];
            const at = (path, length) => path.getPointAtLength(length).matrixTransform(path.getScreenCTM());
            const start = at(first, 0), end = at(last, last.getTotalLength());
            return !near(start.x, start.y, 'right') || !near(end.x, end.y, 'left');
          }).length;
        }"""
    )
    assert loose == 0


def test_a_box_is_reached_and_opened_by_keyboard(built: Built, open_page: Open, serve_folder: Serve) -> None:
    page = open_page(viewport=WIDE)
    page.goto(f"{serve_folder(built.folder)}/chain/")
    box = page.locator("main .cl-value-chain__diagram a[href*=organisations]").first
    page.locator("main .cl-value-chain__diagram a").first.focus()
    for _ in range(12):
        if box.evaluate("box => box === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(box).to_be_focused()
    assert box.locator("rect").first.evaluate("box => getComputedStyle(box).strokeWidth") == "4px"
    page.keyboard.press("Enter")
    expect(page.locator(".cl-organisation-page")).to_be_visible()


def far(page: Page) -> set[str]:
    """The boxes that have faded."""
    keys = page.locator(".cl-value-chain__box--far").evaluate_all("boxes => boxes.map((box) => box.dataset.box)")
    return set(keys)


def test_a_box_looked_at_keeps_its_links_and_their_ends_and_the_rest_fades(
    built: Built, open_page: Open, serve_folder: Serve
) -> None:
    page = open_page(viewport=WIDE)
    page.goto(f"{serve_folder(built.folder)}/chain/")
    flows = page.locator("main g.cl-value-chain__flow").evaluate_all("all => all.map((one) => ({...one.dataset}))")
    everybody = set(page.locator("main [data-box]").evaluate_all("all => all.map((one) => one.dataset.box)"))
    assert far(page) == set()
    for name, look in (("sinyaya-kaplya", "hover"), ("dve-reki-pesok", "focus"), ("market:hire", "hover")):
        getattr(page.locator(f'main [data-box="{name}"]'), look)()
        own = [flow for flow in flows if name in flow.values()]
        assert own and far(page) == everybody - {end for flow in own for end in flow.values()}
        assert page.locator("main .cl-value-chain__flow--far").count() == len(flows) - len(own)
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        assert far(page) == set()


def test_on_a_phone_the_stages_of_a_big_chain_are_folded_and_open_without_a_script(
    built: Built, open_page: Open, serve_folder: Serve
) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{serve_folder(built.folder)}/chain/")
    stages = page.locator("main .cl-value-chain__stages")
    box = stages.bounding_box()
    assert box is not None and box["height"] < PHONE["height"]
    boxes = page.locator("main .cl-value-chain__node")
    assert boxes.count() > 30 and not any(one.is_visible() for one in boxes.all())
    for summary in stages.locator("summary").all():
        number = int(summary.locator(".cl-value-chain__count").inner_text())
        summary.click()
        assert summary.locator("xpath=..").locator(".cl-value-chain__node:visible").count() == number
    assert all(one.is_visible() for one in boxes.all())


def test_on_paper_every_stage_is_unfolded(built: Built, open_page: Open, serve_folder: Serve) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"{serve_folder(built.folder)}/chain/")
    seen = "all => all.map((one) => one.checkVisibility())"
    boxes = page.locator("main .cl-value-chain__node")
    assert not any(boxes.evaluate_all(seen))
    page.emulate_media(media="print")
    assert all(boxes.evaluate_all(seen))


@pytest.mark.parametrize("path", ["chain/", "en/organisations/sinyaya-kaplya/"])
def test_on_a_phone_the_table_needs_no_scrolling(built: Built, open_page: Open, serve_folder: Serve, path: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"{serve_folder(built.folder)}/{path}")
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    box = page.locator("main .cl-supply-table .cl-table")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    tops = "all => all.map((one) => one.getBoundingClientRect().y)"
    for row in box.locator("tbody tr").all():
        what, _, to, status, source = row.locator("th, td").evaluate_all(tops)
        assert what < to < status <= source


def test_the_home_page_of_a_big_cluster_counts_the_chain_and_leads_to_the_whole(built: Built) -> None:
    statuses = {item["id"]: item["status"] for item in built.organisations}
    for prefix in ("", "en/"):
        page = built.pages[prefix]
        assert page.tree.css("main .cl-value-chain") == []
        stages = page.tree.css("main .cl-chain-summary__stage")
        titles = [
            (node.child.text() if node.child else "").strip() for node in page.tree.css("p.cl-chain-summary__title")
        ]
        whole = built.pages[f"{prefix}chain/"].tree.css("main .cl-value-chain__title")
        assert titles == [(node.child.text() if node.child else "").strip() for node in whole]
        numbers = [int(stage.css_first(".cl-chain-summary__count").text()) for stage in stages]
        assert sum(numbers) == len(linked_organisations(built)) + len(built.data("value_chain.yaml")["markets"])
        parts: Counter[str] = Counter()
        for part in page.tree.css("main .cl-chain-summary__stage:not(:last-child) .cl-chain-summary__part"):
            status = (part.attributes["class"] or "").split("--")[1]
            parts[status] += int(part.css_first(".cl-chain-summary__number").text())
        assert parts == Counter(statuses[name] for name in linked_organisations(built))
        link = page.tree.css_first("main .cl-chain-summary > p a")
        assert resolve(page, link.attributes["href"] or "") == f"{prefix}chain/"
