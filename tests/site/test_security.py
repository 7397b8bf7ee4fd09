"""The site behind a real nginx that sends our headers: nothing is refused that we need, and nothing else runs."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from macros.outputs.headers import list_headers, write_headers_file
from tests.built import IS_LONG, Built
from tests.conftest import PageLog

Open = Callable[..., Page]


def test_every_answer_has_every_header_errors_too(built: Built, serve: Callable[[Path], str], page: Page) -> None:
    root = serve(built.folder)
    assets = built.folder / "assets"
    lasting = [
        f"assets/{next(assets.glob(name)).relative_to(assets)}" for name in ("cards/*", "site.*.css", "fonts/*.woff2")
    ]
    for path in ("", "en/news/", "feed.xml", "no/such/page/", "favicon.ico", *lasting):
        answer = page.request.get(f"{root}/{path}")
        assert {name: answer.headers.get(name.lower()) for name in list_headers()} == list_headers(), path
        kept = "immutable" if path in lasting else "no-cache"
        assert kept in answer.headers["cache-control"], path
    assert page.request.get(f"{root}/no/such/page/").status == 404


def test_the_policy_trusts_no_inline_code() -> None:
    policy = list_headers()["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "'unsafe-inline'" not in policy and "'unsafe-eval'" not in policy and "http" not in policy
    assert "sha256-" not in policy and "*" not in policy


def test_headers_for_hosts_that_read_a_file_are_the_same(built: Built) -> None:
    text = (built.folder / "_headers").read_text("utf-8")
    assert text == write_headers_file()
    for name, value in list_headers().items():
        assert f"  {name}: {value}\n" in text


def test_pages_say_the_policy_themselves_before_anything_loads(built: Built) -> None:
    for page in built.pages.values():
        head = page.html.split("<head>")[1]
        assert head.index("http-equiv") < head.index("<link") < head.index("<script"), page.path
        content = page.tree.css_first("meta[http-equiv]").attributes["content"] or ""
        assert f"{content}; frame-ancestors 'none'" == list_headers()["Content-Security-Policy"], page.path


@pytest.mark.parametrize("prefix", ["", "en/"] if IS_LONG else [""])
def test_no_page_needs_anything_that_is_refused(
    built: Built, open_page: Open, serve: Callable[[Path], str], prefix: str
) -> None:
    """`open_page` fails on any console error, refused or not, and on any request to another host."""
    root = serve(built.folder)
    page = open_page()
    for path in (path for path in built.kinds if path != "404.html"):
        page.goto(f"{root}/{prefix}{path}")
        # Not wait_for_function, which polls by eval once an image is late: the policy refuses it.
        page.evaluate("Promise.allSettled([...document.images].map((image) => image.decode()))")
    page.goto(f"{root}/{prefix}participants/")
    page.locator(".cl-filters__option input").first.check()
    page.fill(".cl-filters__field", "а")
    page.keyboard.press("Escape")
    page.locator(".cl-header__settings").click()
    page.check('input[name="scheme"][value="dark"]')
    page.check('input[name="images"][value="off"]')
    page.goto(f"{root}/{prefix}search/")
    page.fill(".cl-search__words", "kayak" if prefix else "каяк")
    expect(page.locator(".cl-search__results a").first).to_be_visible()
    page.locator(".cl-search__kinds input").nth(1).check()
    page.locator(f"a[hreflang={'ru' if prefix else 'en'}]").first.click()


RUN = "(top.ran ??= []).push"
INJECTIONS = {
    "an inline script": f"<script>{RUN}('an inline script')</script>",
    "an event handler": f"<img src=x onerror=\"{RUN}('an event handler')\">",
    "a script of another host": "<script src='https://evil.example/x.js'></script>",
    "a script in a data address": f"<script src=\"data:text/javascript,{RUN}('a script in a data address')\"></script>",
    "a javascript link": f"<a id=planted href=\"javascript:void {RUN}('a javascript link')\">x</a>",
    "a frame": f"<iframe srcdoc=\"<script>{RUN}('a frame')</script>\"></iframe>",
    "a drawing": f"<svg onload=\"{RUN}('a drawing')\"></svg>",
    "a base address": "<base href='https://evil.example/'><script src='assets/x.js'></script>",
}


def plant(built: Built, site: Path, keep_policy: bool) -> Path:
    """Copy the site, with a page more that holds all faults: that on privacy, with or without its own policy."""
    shutil.copytree(built.folder, site, copy_function=os.link)
    text = built.pages["privacy/"].html
    text = text if keep_policy else re.sub(r"<meta http-equiv=[^>]*>", "", text, count=1)
    (site / "planted").mkdir()
    text = text.replace("</main>", f"{''.join(INJECTIONS.values())}</main>")
    (site / "planted" / "index.html").write_text(text, "utf-8")
    return site


def open_planted(page: Page, root: str) -> set[str]:
    """Open the planted page, and follow its link; return the faults that ran."""
    page.goto(f"{root}/planted/")
    page.locator("#planted").click()
    page.wait_for_timeout(100)
    return set(page.evaluate("window.ran ?? []"))


@pytest.mark.parametrize("is_header", [True, False], ids=["headers", "page"])
def test_planted_injections_are_dead(
    built: Built, tmp_path: Path, page: Page, serve: Callable[[Path], str], page_log: PageLog, is_header: bool
) -> None:
    """By the headers of nginx alone, and by the policy of the page alone."""
    site = plant(built, tmp_path / "site", keep_policy=not is_header)
    assert open_planted(page, serve(site) if is_header else serve_plainly(page, site)) == set()
    page_log.errors.clear()
    page_log.foreign.clear()


def test_without_a_policy_the_injections_would_run(built: Built, tmp_path: Path, page: Page, page_log: PageLog) -> None:
    site = plant(built, tmp_path / "site", keep_policy=False)
    open_planted(page, serve_plainly(page, site))
    ran = ["an inline script", "an event handler", "a javascript link", "a frame", "a drawing"]
    page.wait_for_function("(names) => names.every((name) => window.ran.includes(name))", arg=ran)
    page_log.errors.clear()
    page_log.foreign.clear()


def serve_plainly(page: Page, folder: Path) -> str:
    """Answer the page's requests from a folder without any header."""

    def answer(route: Route) -> None:
        path = folder / route.request.url.split("/", 3)[3].split("?")[0]
        file = path / "index.html" if path.is_dir() else path
        if route.request.url.startswith("http://localhost/") and file.is_file():
            route.fulfill(path=file)
        else:
            route.abort()

    page.route("**/*", answer)
    return "http://localhost"
