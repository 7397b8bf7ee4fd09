"""The builders that are compared: how each gets the content, how it is called, where its site lies."""

import compileall
import hashlib
import html
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.bench import ours, peers
from tools.bench.content import EDITED_ORGANISATION, EDITED_PAGE, LANGUAGES, PROJECT, Content
from tools.bench.running import Run, run
from tools.bench.texts import compose_note

HERE = Path(__file__).parent
ENVIRONMENT = {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": "https://cluster.example/"}
MKDOCS = (sys.executable, "-m", "mkdocs")
_REBUILT = re.compile(r"собрано заново: (\d+)")


class WrongSiteError(Exception):
    """A site that was built does not show what it was built from."""


@dataclass(frozen=True)
class Builder:
    """A generator. `commands` build both languages into `site`; a cold build has nothing of `made`."""

    name: str
    title: str
    list_files: Callable[[Content], Mapping[str, str]]
    prepare: Callable[[Path], None]
    commands: Sequence[Sequence[str]]
    site: str
    made: tuple[str, ...]


def _copy_ours(root: Path) -> None:
    """The program as it lies in a folder where it has run before: compiled."""
    for name in ours.SETTINGS:
        shutil.copy(PROJECT / name, root)
    for name in ours.FOLDERS:
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(root / "macros", quiet=2)


def _copy_peer(name: str) -> Callable[[Path], None]:
    def copy(root: Path) -> None:
        shutil.copytree(HERE / "templates" / name, root, dirs_exist_ok=True)

    return copy


OURS = Builder(
    name="ours",
    title="ours",
    list_files=ours.list_files,
    prepare=_copy_ours,
    commands=[(*MKDOCS, "build", "--strict")],
    site="site",
    made=("site", ".cache"),
)
PEERS = {
    "stock": Builder(
        name="stock",
        title="stock MkDocs + Material + macros",
        list_files=peers.list_stock_files,
        prepare=_copy_peer("stock"),
        commands=[(*MKDOCS, "build"), (*MKDOCS, "build", "--config-file", "mkdocs.en.yml")],
        site="site",
        made=("site",),
    ),
    "hugo": Builder(
        name="hugo",
        title="Hugo",
        list_files=peers.list_hugo_files,
        prepare=_copy_peer("hugo"),
        commands=[("hugo", "--quiet")],
        site="public",
        made=("public", "resources"),
    ),
    "eleventy": Builder(
        name="eleventy",
        title="Eleventy",
        list_files=peers.list_eleventy_files,
        prepare=_copy_peer("eleventy"),
        commands=[("node", str(HERE / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"), "--quiet")],
        site="_site",
        made=("_site", ".cache"),
    ),
}


@dataclass
class Workplace:
    """A folder in which a builder builds, and the files of content that lie in it now."""

    builder: Builder
    root: Path
    files: dict[str, str] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        return self.root / self.builder.site

    def open(self) -> None:
        """Make the folder, with everything but the content."""
        self.root.mkdir(parents=True)
        self.builder.prepare(self.root)

    def lay(self, content: Content) -> list[str]:
        """Write what differs from the content that lies here; return the paths of those files."""
        return self.write(self.builder.list_files(content))

    def write(self, files: Mapping[str, str]) -> list[str]:
        """Write the files that differ from those that lie here; return their paths."""
        changed = [path for path, text in files.items() if self.files.get(path) != text]
        for path in changed:
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(files[path], "utf-8")
        self.files.update(files)
        return changed

    def clean(self) -> None:
        """Remove all that a build has made."""
        for name in self.builder.made:
            shutil.rmtree(self.root / name, ignore_errors=True)

    def build(self) -> Run:
        """Build both languages."""
        return run(self.builder.commands, self.root, ENVIRONMENT)

    def index(self) -> Run:
        """Make only the search indexes, of the pages that our last build has left to be searched."""
        return run([(sys.executable, "-c", ours.INDEX_ALONE)], self.root, ENVIRONMENT)

    def count_pages(self) -> int:
        return sum(1 for _ in self.site.rglob("*.html"))

    def digest(self) -> str:
        """Return a fingerprint of all files of the site and of their paths."""
        whole = hashlib.sha256()
        for path in sorted(path for path in self.site.rglob("*") if path.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            whole.update(f"{path.relative_to(self.site)}\0{content}\n".encode())
        return whole.hexdigest()

    def check(self, content: Content, marks: Mapping[str, int]) -> None:
        """Look for the mark of each subject in both languages. Raises WrongSiteError."""
        for subject, mark in marks.items():
            for prefix, note in zip(("", "en/"), compose_note(mark), strict=True):
                path = self.site / prefix / address_of(subject, content) / "index.html"
                if not _shows(path, note):
                    raise WrongSiteError(f"{self.builder.title}: {path} does not show «{note}»")


def address_of(subject: str, content: Content) -> str:
    """Return the address of the page whose subject an edit changes."""
    return {
        "news": f"news/{content.news[len(content.news) // 2].id}",
        "organisation": f"organisations/{EDITED_ORGANISATION}",
        "page": EDITED_PAGE.removesuffix(".md"),
    }[subject]


def _shows(page: Path, note: str) -> bool:
    return page.is_file() and note in " ".join(html.unescape(page.read_text("utf-8")).split())


def count_rebuilt(output: str) -> int | None:
    """Return how many pages a build says to have built anew, if it says so."""
    found = _REBUILT.findall(output)
    return sum(map(int, found)) if found else None


def check_pages(workplaces: Sequence[Workplace], content: Content) -> None:
    """See that each site has a page for each news item, organisation and prose page. Raises WrongSiteError."""
    for place in workplaces:
        paths = [f"news/{item.id}" for item in content.news]
        paths += [f"organisations/{record['id']}" for record in content.organisations]
        for prefix in ("", "en/")[: len(LANGUAGES)]:
            missing = [path for path in paths if not (place.site / prefix / path / "index.html").is_file()]
            if missing:
                raise WrongSiteError(
                    f"{place.builder.title}: {len(missing)} pages missing, {prefix}{missing[0]}/ first"
                )
