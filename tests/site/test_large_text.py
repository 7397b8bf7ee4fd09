"""The panel's large text, at every width: no word torn, no column too narrow, nothing on top of anything else."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.built import IS_LONG, Built
from tests.site.frames import look

Serve = Callable[[Path], str]

WIDTHS = (360, 768, 1024, 1280, 1440)
SIZES = ("150", "200")

OPEN_ALL = """(document) => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.querySelector(".cl-filters__toggle")?.click();
}"""

FAULTS = """(document, size) => {
  document.documentElement.dataset.size = size;
  const view = document.defaultView, main = document.querySelector("main");
  const rem = parseFloat(view.getComputedStyle(document.documentElement).fontSize);
  const frame = view.getComputedStyle(main);
  const line = main.clientWidth - parseFloat(frame.paddingLeft) - parseFloat(frame.paddingRight);
  const torn = new Set(), narrow = new Set(), texts = [];

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node; (node = walker.nextNode()); ) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("svg, script, [popover]:not(nav), .cl-hidden, .cl-header__skip")) continue;
    // Where a box that scrolls or hides cuts a line off, nobody sees the rest of it; what sticks lies above the rest.
    let isStuck = false, clip = { left: -1e6, right: 1e6, top: -1e6, bottom: 1e6 };
    for (let box = parent; box !== document.body; box = box.parentElement) {
      const style = view.getComputedStyle(box);
      isStuck ||= style.position === "sticky";
      if (style.overflow === "visible") continue;
      const { left, right, top, bottom } = box.getBoundingClientRect();
      clip = {
        left: Math.max(clip.left, left), right: Math.min(clip.right, right),
        top: Math.max(clip.top, top), bottom: Math.min(clip.bottom, bottom),
      };
    }
    const isSeen = (box) => box.right - 2 > clip.left && box.left + 2 < clip.right
      && box.bottom - 2 > clip.top && box.top + 2 < clip.bottom;
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((box) => box.width && isSeen(box));
    if (!lines.length) continue;
    const font = parseFloat(view.getComputedStyle(parent).fontSize);

    // A word may be torn only where it fits no line, also none of type that is no larger than the text.
    if (lines.length > 1) {
      for (const word of node.data.matchAll(/[^\\s-]+/g)) {
        if (word[0].length > 19) continue; // the demo has names that fit nowhere
        for (const letters of word[0].matchAll(/[\\p{L}\\p{N}]{2,}/gu)) {
          range.setStart(node, word.index + letters.index);
          range.setEnd(node, word.index + letters.index + letters[0].length);
          const parts = [...range.getClientRects()];
          if (new Set(parts.map((part) => Math.round(part.top))).size < 2) continue;
          const width = parts.reduce((sum, part) => sum + part.width, 0) * word[0].length / letters[0].length;
          if (width * Math.min(1, rem / font) <= 0.7 * line) torn.add(word[0]);
        }
      }
    }

    // What is longer than a few words needs a column to be read in; tables scroll instead.
    let column = parent;
    while (view.getComputedStyle(column).display.startsWith("inline")) column = column.parentElement;
    if (lines.length > 2 && column.textContent.length > 40 && !column.closest("table")) {
      const width = column.getBoundingClientRect().width;
      if (width < Math.min(12 * rem, 0.7 * line)) narrow.add(`${column.className || column.tagName}: ${width / rem}`);
    }

    for (const box of isStuck ? [] : lines) {
      const shrink = box.height / 4;
      const text = {
        left: Math.max(box.left, clip.left) + 2, right: Math.min(box.right, clip.right) - 2,
        top: Math.max(box.top, clip.top) + shrink, bottom: Math.min(box.bottom, clip.bottom) - shrink,
        column, words: node.data.trim().slice(0, 30),
      };
      if (text.left < text.right && text.top < text.bottom) texts.push(text);
    }
  }

  const overlaps = new Set();
  texts.sort((one, other) => one.top - other.top);
  texts.forEach((one, index) => {
    for (let next = index + 1; next < texts.length && texts[next].top < one.bottom; next++) {
      const other = texts[next];
      if (other.left < one.right && one.left < other.right) overlaps.add(`${one.words} / ${other.words}`);
    }
  });

  const wider = document.documentElement.scrollWidth - view.innerWidth;
  const found = { torn: [...torn], narrow: [...narrow], overlaps: [...overlaps], wider: wider > 0 ? [wider] : [] };
  const faults = Object.entries(found).filter(([, list]) => list.length);
  return faults.length ? Object.fromEntries(faults) : null;
}"""


@pytest.mark.parametrize(("prefix", "size"), product(["", "en/"], SIZES) if IS_LONG else [("", "200"), ("en/", "150")])
def test_large_text_is_set_as_well_as_any(
    built: Built, page: Page, serve_folder: Serve, prefix: str, size: str
) -> None:
    paths = [prefix + path for path in built.kinds]
    assert look(page, serve_folder(built.folder), paths, WIDTHS, FAULTS, size, prepare=OPEN_ALL) == {}


PLANTED = {
    "torn": "main.querySelector('h1').style.cssText = 'inline-size: 3em; word-break: break-all'",
    "narrow": "main.querySelector('p').style.inlineSize = '5rem'",
    "overlaps": "main.querySelector('p').style.marginBlockEnd = '-3rem'",
    "wider": "main.querySelector('h1').style.minInlineSize = '200vw'",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_planted_faults_are_seen(built: Built, page: Page, serve_folder: Serve, fault: str) -> None:
    spoil = f"(document) => {{ const main = document.querySelector('main'); {PLANTED[fault]} }}"
    found = look(page, serve_folder(built.folder), ["about/"], [1280], FAULTS, "200", prepare=spoil)
    assert fault in found["about/", 1280]
