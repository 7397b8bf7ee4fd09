"""The panel's large text, at every width: no word torn, no column too narrow, nothing on top of anything else.

A word divided with a hyphen is not torn. Limits that remain: 360 px are less than 12rem at 200 %, so a column there
takes four fifths of the line; a cell of a table has 8rem; program code breaks where it must; names of over 30 letters
are torn, and so are English ones of over 20, since the browser of the tests has no dictionary to divide them by.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.built import IS_LONG, Built
from tests.site.frames import look

Serve = Callable[[Path], str]

WIDTHS = (360, 768, 1024, 1280, 1440) if IS_LONG else (360, 768, 1280)
SIZES = ("150", "200")

OPEN_ALL = """(document) => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.querySelector(".cl-filters__toggle")?.click();
}"""

FAULTS = """(document, size) => {
  document.querySelector(`[name=size][value="${size}"]`).click();
  const view = document.defaultView, main = document.querySelector("main");
  const rem = parseFloat(view.getComputedStyle(document.documentElement).fontSize);
  const frame = view.getComputedStyle(main);
  const line = main.clientWidth - parseFloat(frame.paddingLeft) - parseFloat(frame.paddingRight);
  const torn = new Set(), narrow = new Set(), texts = [];

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node; (node = walker.nextNode()); ) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("svg, script, pre, [popover]:not(nav), .cl-hidden, .cl-header__skip")) {
      continue;
    }
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

    if (lines.length > 1) {
      for (const word of node.data.matchAll(/[^\\s\\u200b]+/g)) {
        const size = word[0].replaceAll("\\u00ad", "").length;
        if (size > (/[а-яё]/i.test(word[0]) ? 30 : 20)) continue;
        for (const letters of word[0].matchAll(/[\\p{L}\\p{N}]{2,}/gu)) {
          const start = word.index + letters.index;
          range.setStart(node, start);
          range.setEnd(node, start + letters[0].length);
          const parts = [...range.getClientRects()];
          // The range of what follows a soft hyphen begins with the hyphen itself, at the end of the line above.
          if (node.data[start - 1] === "\\u00ad" && parts[0].width < font / 2) parts.shift();
          if (new Set(parts.map((part) => Math.round(part.top))).size > 1) torn.add(word[0]);
        }
      }
    }

    // What is longer than a few words needs a column to be read in.
    let column = parent;
    while (view.getComputedStyle(column).display.startsWith("inline")) column = column.parentElement;
    if (lines.length > 2 && column.textContent.length > 40) {
      const width = column.getBoundingClientRect().width, least = column.closest("td, th") ? 8 : 12;
      const name = column.className || column.tagName;
      if (width < Math.min(least * rem, 0.8 * line)) narrow.add(`${name}: ${width / rem}`);
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


@pytest.mark.parametrize(
    ("prefix", "size"), [*product(["", "en/"], SIZES)] if IS_LONG else [("", "200"), ("en/", "150")]
)
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
