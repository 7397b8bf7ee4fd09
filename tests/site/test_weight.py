"""What a first view loads, as a browser asks for it and brotli sends it: budgets in bytes and requests."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import brotli
import pytest
from playwright.sync_api import Page

from tests.built import Built

Open = Callable[..., Page]
Serve = Callable[[Path], str]

KIB = 1024
PAGE, WITH_FONTS, REQUESTS = 20 * KIB, 60 * KIB, 6


def weigh(page: Page, address: str, folder: Path) -> dict[str, int]:
    """The files that a first view of an address loads, each with its bytes on the wire."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    sizes: dict[str, int] = {}
    for url in asked:
        file = folder / unquote(urlsplit(url).path).lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        raw = file.read_bytes()
        assert file.name not in sizes, f"{file.name} is asked for twice"
        sizes[file.name] = len(raw) if file.suffix in (".woff2", ".avif", ".webp") else len(brotli.compress(raw))
    return sizes


@pytest.mark.parametrize("path", ["", "en/news/{item}/", "organisations/{organisation}/"])
def test_a_first_view_stays_within_its_budget(built: Built, page: Page, serve_folder: Serve, path: str) -> None:
    path = path.format(item=max(built.news), organisation=built.organisations[0]["id"])
    sizes = weigh(page, f"{serve_folder(built.folder)}/{path}", built.folder)
    fonts = sum(size for name, size in sizes.items() if name.endswith(".woff2"))
    assert 0 < fonts < sum(sizes.values())
    assert sum(sizes.values()) - fonts <= PAGE, sizes
    assert sum(sizes.values()) <= WITH_FONTS, sizes
    assert len(sizes) <= REQUESTS, sizes


def test_no_page_asks_for_what_it_does_not_need_yet(built: Built) -> None:
    ahead = "link[rel=prefetch], link[rel=prerender], link[rel=modulepreload], link[rel=preload]:not([as=font])"
    assert [path for path, page in built.pages.items() if page.tree.css(ahead)] == []


def test_a_heavy_page_is_seen(built: Built, tmp_path: Path, open_page: Open, serve_folder: Serve) -> None:
    (tmp_path / "index.html").write_text(
        "<title>x</title><link rel=icon href=data:,><script src=a.js></script>" + "".join(map(chr, range(1000, 30000)))
    )
    (tmp_path / "a.js").write_text("1;")
    sizes = weigh(open_page(), f"{serve_folder(tmp_path)}/", tmp_path)
    assert set(sizes) == {"index.html", "a.js"}
    assert sum(sizes.values()) > PAGE
