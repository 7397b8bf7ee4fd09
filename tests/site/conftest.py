"""The real and the demo cluster, each built once by plain `mkdocs build`, for all processes of pytest-xdist together.

What is examined here must hold whatever generator made the site. No test writes into a built site: it copies it.
"""

import fcntl
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.built import CONTENT, Built, assemble, run_mkdocs
from tests.checks.cases import copy_base

SMALL = {
    "lists.md": ("Списки", "Lists", "{{ participants() }}\n\n{{ sources() }}\n\n{{ timeline() }}"),
    "news/index.md": ("Новости", "News", "{{ news() }}\n\n{{ news_archive() }}"),
    "search.md": ("Поиск", "Search", "{{ search() }}"),
}
"""Pages of the small cluster: title in both languages, body."""


@pytest.fixture(scope="session")
def shared_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests; a worker of pytest-xdist has its own folder inside it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until no other process is in a block with the same lock file."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def make_once(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a folder by name once for all tests; it has its name only when it is whole."""

    def make_once(name: str, make: Callable[[Path], object]) -> Path:
        root = shared_folder / name
        with alone(shared_folder / f"{name}.lock"):
            if not root.exists():
                unfinished = tmp_path_factory.mktemp(name)
                make(unfinished)
                unfinished.rename(root)
        return root

    return make_once


def build(root: Path) -> subprocess.CompletedProcess[str]:
    run = run_mkdocs(root, "build", "--strict")
    assert run.returncode == 0, run.stdout + run.stderr
    return run


@pytest.fixture(scope="session")
def build_cluster(make_once: Callable[..., Path]) -> Callable[[str], Built]:
    """Builds a cluster by name."""
    built: dict[str, Built] = {}

    def build_cluster(name: str) -> Built:
        if name not in built:
            root = make_once(name, lambda root: build(assemble(root, CONTENT[name])))
            built[name] = Built(name, root)
        return built[name]

    return build_cluster


@pytest.fixture(scope="session", params=list(CONTENT))
def built(request: pytest.FixtureRequest, build_cluster: Callable[[str], Built]) -> Built:
    """Each cluster in turn."""
    return build_cluster(request.param)


@pytest.fixture(scope="session")
def demo(build_cluster: Callable[[str], Built]) -> Built:
    """The demo cluster: 40 participants, 60 news items."""
    return build_cluster("demo")


@pytest.fixture(scope="session")
def cluster(build_cluster: Callable[[str], Built]) -> Built:
    """The real cluster."""
    return build_cluster("cluster")


def _assemble_small(root: Path) -> None:
    copy_base(root / "content")
    for path, (russian, english, body) in SMALL.items():
        for lang, title in (("ru", russian), ("en", english)):
            file = root / "content" / "docs" / lang / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"---\ntitle: {title}\ndescription: {title}.\n---\n\n# {title}\n\n{body}\n", "utf-8")
    assemble(root / "root", root / "content")


@pytest.fixture
def small(make_once: Callable[..., Path], tmp_path: Path) -> Path:
    """A small cluster of the test's own, ready to be built; nothing has been built yet."""
    shutil.copytree(make_once("small", _assemble_small) / "root", tmp_path / "small")
    return tmp_path / "small"
