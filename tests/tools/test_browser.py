"""The browser fixtures themselves: a fault in a page must not go unseen."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
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


@pytest.fixture
def write_page(tmp_path: Path, serve_folder: Callable[[Path], str]) -> Callable[[str], str]:
    def write_page(body: str) -> str:
        html = f"<!doctype html><meta charset=utf-8><title>t</title><link rel=icon href=data:,>{body}"
        (tmp_path / "index.html").write_text(html)
        return serve_folder(tmp_path)

    return write_page


def test_page_without_faults_passes(page: Page, write_page: Callable[[str], str]) -> None:
    page.goto(write_page("<h1>Фольга</h1>"))
    assert page.inner_text("h1") == "Фольга"


def test_faults_can_be_read_and_cleared(page: Page, page_log, write_page: Callable[[str], str]) -> None:
    page.goto(write_page(FAULTS["uncaught exception"] + FAULTS["foreign image"]))
    assert page_log.foreign == ["http://planted.test/a.png"]
    assert any("planted" in error for error in page_log.errors)
    page_log.foreign.clear()
    page_log.errors.clear()


def test_foreign_socket_is_seen(page: Page, page_log, write_page: Callable[[str], str]) -> None:
    with page.expect_console_message(lambda message: "planted.test" in message.text):
        page.goto(write_page(FAULTS["foreign socket"]))
    assert page_log.foreign == ["ws://planted.test/"]
    page_log.foreign.clear()
    page_log.errors.clear()


def test_options_of_a_context_are_passed_on(open_page: Callable[..., Page], write_page: Callable[[str], str]) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto(write_page(FAULTS["console error"]))
    assert page.viewport_size == {"width": 320, "height": 640}


def test_each_fault_fails_the_test_that_met_it(tmp_path: Path, serve_folder: Callable[[Path], str]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for number, body in enumerate(FAULTS.values()):
        (site / f"{number}.html").write_text(f"<!doctype html><link rel=icon href=data:,>{body}")
    address = serve_folder(site)
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text())
    (tmp_path / "test_faults.py").write_text(
        "import pytest\n"
        f"@pytest.mark.parametrize('number', range({len(FAULTS)}))\n"
        "def test_fault(page, number):\n"
        f"    page.goto(f'{address}/{{number}}.html', wait_until='load')\n"
    )

    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        capture_output=True,
        text=True,
    )

    assert f"{len(FAULTS)} passed, {len(FAULTS)} errors" in result.stdout


def test_missing_page_is_answered_with_the_sites_own(tmp_path: Path, serve_folder: Callable[[Path], str]) -> None:
    (tmp_path / "404.html").write_text("own page")
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{serve_folder(tmp_path)}/nothing/")
    with caught.value as answer:
        assert (answer.code, answer.read()) == (404, b"own page")
