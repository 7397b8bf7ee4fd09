"""Many pages at many widths in one go: each is loaded once, into a frame that then takes every width in turn.

A frame is a window of its own to what stands in it: its width is what media queries, `vw` and the layout go by. To make
the browser's own window narrower takes it longer than to load a page.
"""

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page

from tests.built import IS_LONG

LOOK = """async ({ root, paths, widths, height, prepare, shorten, measure, argument }) => {
  const [ready, short, seen] = [prepare, shorten, measure].map((text) => eval(text));
  const frame = document.body.appendChild(document.createElement("iframe"));
  const found = [];
  for (const path of paths) {
    frame.style.cssText = `border: 0; width: ${widths[0]}px; height: ${height}px`;
    await new Promise((done) => { frame.onload = done; frame.src = root + path; });
    const inside = frame.contentWindow;
    if (inside.location.href !== root + path) throw new Error(`${path} leads to ${inside.location.href}`);
    await inside.document.fonts.ready;
    ready(inside.document);
    short(inside.document);
    for (const width of widths) {
      frame.style.width = `${width}px`;
      if (inside.innerWidth !== width) throw new Error(`${path}: ${inside.innerWidth} instead of ${width}`);
      found.push([path, width, seen(inside.document, argument)]);
    }
  }
  frame.remove();
  return found;
}"""

# What axe takes, and what each width takes to lay out and to measure, grows with the number of elements.
SHORTEN = """(document) => {
  for (const parent of document.querySelectorAll("main *")) {
    const seen = {};
    for (const child of [...parent.children]) {
      if (child.matches("h1, h2, h3, h4, th, td, dt, dd")) continue;
      const kind = child.nodeName + child.getAttribute("class");
      seen[kind] = (seen[kind] ?? 0) + 1;
      if (seen[kind] > 3) child.remove();
    }
  }
}"""
"""Leaves three of whatever a page repeats."""
OPEN_DETAILS = "(document) => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
OVERHANG = "(document) => Math.max(0, document.documentElement.scrollWidth - document.defaultView.innerWidth)"
"""By how many pixels a page is wider than its window."""


def look(
    page: Page,
    root: str,
    paths: Iterable[str],
    widths: Iterable[int],
    measure: str,
    argument: str = "",
    prepare: str = "() => null",
    is_whole: bool = IS_LONG,
) -> dict[tuple[str, int], Any]:
    """What `measure`, a function of document and argument, says of each page at each width, where it is not empty.

    `prepare` is called with each document once, which is then shortened unless it `is_whole`; `root` ends without a
    slash.
    """
    if not page.url.startswith(f"{root}/frames"):
        page.route(f"{root}/frames", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto(f"{root}/frames")
        page.unroute_all()
    given = {"root": f"{root}/", "paths": list(paths), "widths": list(widths), "height": 900}
    functions = {"prepare": prepare, "shorten": "() => null" if is_whole else SHORTEN, "measure": measure}
    found = page.evaluate(LOOK, {**given, **functions, "argument": argument})
    assert len(found) == len(given["paths"]) * len(given["widths"]) > 0
    return {(path, width): seen for path, width, seen in found if seen}
