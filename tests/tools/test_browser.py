"""The browser fixtures themselves: a fault in a page must not go unseen."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

CONFTEST = Path(__file__).parents[1] / "conftest.py"

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
    page: Page, page_log, tmp_path: Path, serve_folder: Callable[[Path], str]
) -> None:
    write_pages(tmp_path, [FAULTS["uncaught exception"] + FAULTS["foreign image"]])
    page.goto(f"{serve_folder(tmp_path)}/0.html")
    assert page_log.foreign == ["http://planted.test/a.png"]
    assert any("planted" in error for error in page_log.errors)
    page_log.foreign.clear()
    page_log.errors.clear()


def test_each_fault_fails_the_test_that_met_it(tmp_path: Path, serve_folder: Callable[[Path], str]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    write_pages(site, [*FAULTS.values(), "<h1>without faults</h1>"])
    address = serve_folder(site)
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text())
    (tmp_path / "test_faults.py").write_text(
        "import pytest\n"
        f"@pytest.mark.parametrize('number', range({len(FAULTS) + 1}))\n"
        "def test_fault(page, number):\n"
        f"    page.goto(f'{address}/{{number}}.html', wait_until='load')\n"
    )

    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        capture_output=True,
        text=True,
    )

    assert f"{len(FAULTS) + 1} passed, {len(FAULTS)} errors" in result.stdout
