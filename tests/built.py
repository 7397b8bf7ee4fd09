"""A built site as files and trees: made by plain `mkdocs build`, then read by nothing that knows MkDocs or macros."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from posixpath import normpath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import yaml
from selectolax.lexbor import LexborHTMLParser

PROJECT = Path(__file__).parents[1]
CLUSTERS = PROJECT / "tests" / "clusters"
DEMO = CLUSTERS / "demo"
SITE_URL = "https://cluster.example/"

IS_LONG = "LONG" in os.environ
"""Whether to try every page and string instead of a few of each kind: `LONG=1 make test`."""


def copy_content(root: Path, content: Path = DEMO) -> Path:
    """Copy the content of a cluster into a folder, with the words of the interface that all clusters share."""
    shutil.copytree(content / "data", root / "data")
    shutil.copytree(content / "docs", root / "docs")
    if not (root / "data" / "strings.yaml").exists():
        shutil.copy(CLUSTERS / "strings.yaml", root / "data")
    return root


def assemble(root: Path, content: Path = DEMO) -> Path:
    """Make a folder to build in: the project's settings, code and templates with this content."""
    copy_content(root, content)
    shutil.copy(PROJECT / "mkdocs.yml", root)
    for name in ("macros", "overrides"):
        # With the compiled modules, which Python takes only for a source of the same time and size.
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("*.pyc.*"))
    return root


def run_mkdocs(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run plain mkdocs in a folder, as somebody would who knows nothing of this project."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": SITE_URL, **environment}
    mkdocs = Path(sys.executable).with_name("mkdocs")
    return subprocess.run([mkdocs, *arguments], cwd=root, env=environment, capture_output=True, text=True, timeout=600)


def build(root: Path, **environment: str) -> None:
    """Build in a folder that `assemble` has made."""
    run = run_mkdocs(root, "build", "--strict", **environment)
    assert run.returncode == 0, run.stdout + run.stderr


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new), "utf-8")


def read_tree(site: Path) -> dict[str, bytes]:
    """Every file of a built site. Pagefind numbers pages in the order in which a folder lists them: its index is not
    among them, but what it has taken from the pages is.
    """
    files = {file.relative_to(site).as_posix(): file for file in site.rglob("*") if file.is_file()}
    return {
        name: b"" if name.startswith("pagefind/fragment/") else file.read_bytes()
        for name, file in files.items()
        if not name.startswith("pagefind/") or name.startswith("pagefind/fragment/")
    }


def compare(one: Path, other: Path) -> list[str]:
    """The files that differ between two built sites, or that only one of them has."""
    trees = read_tree(one), read_tree(other)
    return sorted(name for name in trees[0].keys() | trees[1].keys() if trees[0].get(name) != trees[1].get(name))


@dataclass(frozen=True)
class BuiltPage:
    """A page of the built site. `path` is its address below the site's root, such as `en/news/` or `404.html`."""

    path: str
    html: str

    @cached_property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.html)

    @property
    def lang(self) -> str:
        return "en" if self.path == "en/" or self.path.startswith("en/") else "ru"

    @property
    def is_missing_page(self) -> bool:
        return self.path.endswith("404.html")

    @cached_property
    def leads_on(self) -> bool:
        """Whether a browser goes on to another page at once."""
        return self.tree.css_first("meta[http-equiv=refresh i]") is not None

    @property
    def text(self) -> str:
        """What a reader sees, with ordinary spaces."""
        body = self.tree.body
        assert body is not None
        return " ".join(body.text(separator=" ").replace("\N{NO-BREAK SPACE}", " ").split())

    def __hash__(self) -> int:
        return hash(self.path)


@dataclass(frozen=True)
class Built:
    """A cluster's content and the site that was built from it."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "site"

    @cached_property
    def _documents(self) -> dict[str, BuiltPage]:
        found = {}
        for file in sorted(self.folder.rglob("*.html")):
            path = file.relative_to(self.folder).as_posix()
            path = path.removesuffix("index.html")
            found[path] = BuiltPage(path, file.read_text("utf-8"))
        return found

    @cached_property
    def pages(self) -> dict[str, BuiltPage]:
        """Every page that a reader reads."""
        return {path: page for path, page in self._documents.items() if not page.leads_on}

    @cached_property
    def redirects(self) -> dict[str, BuiltPage]:
        """What stands at former addresses; test_redirects.py holds that there is no other, and what it is."""
        return {path: page for path, page in self._documents.items() if page.leads_on}

    @cached_property
    def kinds(self) -> list[str]:
        """A Russian page of each kind, with an English twin each; in the long run, every page."""
        if IS_LONG:
            return [path for path in self.pages if not path.startswith("en/")]
        longest = max(self.organisations, key=lambda item: len(item["name"]["ru"]))["id"]
        illustrated = next(name for name, item in self.news.items() if "photo" in item)
        records = [f"organisations/{longest}/", f"news/{illustrated}/"]
        prose = ["", "about/", "participants/", "chain/", "sources/", "unknowns/", "news/", "search/"]
        return [*prose, *records, "404.html"]

    def data(self, name: str) -> Any:
        """The records of a data file as plain text values."""
        with (self.root / "data" / name).open(encoding="utf-8") as file:
            return yaml.load(file, yaml.CBaseLoader)

    @cached_property
    def organisations(self) -> list[dict[str, Any]]:
        return [*(self.data("participants.yaml") or []), *(self.data("organisations.yaml") or [])]

    @cached_property
    def news(self) -> dict[str, dict[str, Any]]:
        files = sorted((self.root / "data" / "news").glob("*.yaml"))
        return {file.stem: self.data(f"news/{file.name}") for file in files}

    def __hash__(self) -> int:
        return hash(self.root)


def resolve(page: BuiltPage, href: str) -> str:
    """The address below the site's root that a link leads to, without its anchor."""
    path = unquote(urlsplit(urljoin(f"https://host.example/{page.path}", href)).path).lstrip("/")
    ends = "/" if path.endswith("/") else ""
    return (normpath(path) + ends if path else "").removeprefix("./")
