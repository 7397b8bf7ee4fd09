"""Which pages of the site a change reaches: both versions are built, and what a reader sees on them is compared."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

_GENERATOR = ("macros", "overrides", "mkdocs.yml", "mkdocs.en.yml")
_LEADS_ON = '<meta http-equiv="refresh"'
"""Marks a page that is none: it stands at a former address."""
_SILENT = frozenset({"script", "style", "template"})


@dataclass(frozen=True)
class BuiltPage:
    """A built page: its title, and the words between `<main>` and `</main>`."""

    title: str
    text: str


@dataclass(frozen=True)
class PageChange:
    """A page that differs; `change` is new, changed or gone."""

    path: str
    title: str
    change: str


class _Reader(HTMLParser):
    """Takes the title and the visible words out of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.title = ""
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("main", "title", *_SILENT):
            self.open.append(tag)
        for name, value in attrs:
            if name in ("href", "src", "alt") and "main" in self.open and value:
                self.words.append(f"[{value}]")

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if "title" in self.open and not self.title:
            self.title = data.strip()
        elif "main" in self.open and not _SILENT & set(self.open):
            self.words += data.split()


def read_page(html: str) -> BuiltPage:
    """Return the title of a page and what a reader sees in its main part, addresses of links and pictures included."""
    reader = _Reader()
    reader.feed(html)
    return BuiltPage(reader.title, " ".join(reader.words))


def build(content: Path, generator: Path, folder: Path) -> dict[str, BuiltPage] | None:
    """Build `content` with the generator that is there now, in `folder`; None when it cannot be built."""
    for name in ("data", "docs"):
        shutil.copytree(content / name, folder / name)
    for name in _GENERATOR:
        (folder / name).symlink_to((generator / name).resolve())
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": "https://report.invalid/"}
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        timeout=600,
    )
    if run.returncode:
        return None
    site = folder / "site"
    texts = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    return {
        path.relative_to(site).as_posix().removesuffix("index.html"): read_page(html)
        for path, html in texts.items()
        if _LEADS_ON not in html
    }


def compare_pages(old: dict[str, BuiltPage], new: dict[str, BuiltPage]) -> list[PageChange]:
    """Return the pages that are new, changed or gone, by address."""
    changes = []
    for path in sorted(old.keys() | new.keys()):
        page = new.get(path) or old[path]
        title = page.title.rpartition(" — ")[0] or page.title  # without the name of the site
        change = "new" if path not in old else "gone" if path not in new else "changed"
        if change != "changed" or old[path] != new[path]:
            changes.append(PageChange(path, title, change))
    return changes
