"""The browser fixtures themselves: a fault in a page must not go unseen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import PageLog, Profile, watch_pages

FindProfile = Callable[[dict[str, Any]], Profile]

# `.test` is reserved and resolves nowhere (RFC 6761).
FAULTS = {
    "console error": "<script>console.error('planted')</script>",
    "uncaught exception": "<script>throw new Error('planted')</script>",
    "foreign image": "<img src='http://planted.test/a.png'>",
    "foreign socket": "<script>new WebSocket('ws://planted.test/')</script>",
    "missing file": "<img src='planted.png'>",
}


def write_pages(folder: Path, bodies: list[str]) -> None:
    for number, body in enumerate(bodies):
        (folder / f"{number}.html").write_text(f"<!doctype html><link rel=icon href=data:,>{body}")


def test_faults_can_be_read_and_cleared(
    page: Page, page_log: PageLog, tmp_path: Path, serve_folder: Callable[[Path], str]
) -> None:
    write_pages(tmp_path, [FAULTS["uncaught exception"] + FAULTS["foreign image"]])
    page.goto(f"{serve_folder(tmp_path)}/0.html")
    assert page_log.foreign == ["http://planted.test/a.png"]
    assert any("planted" in error for error in page_log.errors)
    page_log.foreign.clear()
    page_log.errors.clear()


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_fails_the_test_that_met_it(
    find_profile: FindProfile, tmp_path: Path, serve_folder: Callable[[Path], str], fault: str
) -> None:
    write_pages(tmp_path, [FAULTS[fault]])
    with pytest.raises(AssertionError, match="asked another host"), watch_pages(find_profile, PageLog()) as open_page:
        open_page().goto(f"{serve_folder(tmp_path)}/0.html", wait_until="load")


def test_a_page_without_faults_passes(page: Page, tmp_path: Path, serve_folder: Callable[[Path], str]) -> None:
    write_pages(tmp_path, ["<h1>without faults</h1>"])
    page.goto(f"{serve_folder(tmp_path)}/0.html", wait_until="load")
