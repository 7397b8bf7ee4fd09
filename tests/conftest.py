"""A browser, pages that watch for faults, servers for built sites, and the sites themselves, each built once."""

import fcntl
import gc
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from macros.checks import load_site
from macros.content.site import Site, today
from macros.outputs.headers import write_cache_control
from tests.built import Built, assemble, build, copy_content, edit
from tests.checks.cases import copy_base
from tests.servers import run_nginx
from tools.browser import PATIENCE, find_chromium, launch

# What a run of CI sets for its own check; the clusters of the tests have no history and no base.
for _name in ("CI", "CHECK_BASE", "CHECK_DRIFT"):
    os.environ.pop(_name, None)

# FUZZ=1000 tries more; the same examples each time, so that nobody's change turns red by another's luck.
settings.register_profile(
    "tests", max_examples=int(os.environ.get("FUZZ", "15")), deadline=None, derandomize=True, database=None
)
settings.load_profile("tests")

LONG = (
    "tests/test_publish.py::test_a_publisher_that_is_killed_leaves_what_is_live_whole_and_the_next_one_heals[ssh]",
    "tests/site/test_axe.py::test_no_page",
    "tests/site/test_build.py::test_a_killed_build",
)
"""The tests that take longest, beginning with the longest; nothing but the order of tests depends on it."""


# In memory where there is room: the tests write some hundred thousand small files, and the browser its profiles.
_MEMORY = "/dev/shm"


def _has_room(folder: str) -> bool:
    """Whether a folder takes what the tests write at the same time, and lets them run the programs among it."""
    if not Path(folder).is_dir():
        return False
    about = os.statvfs(folder)
    return about.f_bavail * about.f_frsize > 4 * 1024**3 and not about.f_flag & os.ST_NOEXEC


if "TMPDIR" not in os.environ and _has_room(_MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = _MEMORY


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first into the share of each process: no process is then alone with one at the end.

    pytest-xdist first gives each process an equal part of the list; who has done its part takes from another's end.
    """
    shares = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ranks = {item: next((rank for rank, name in enumerate(LONG) if item.nodeid.startswith(name)), -1) for item in items}
    long = sorted((item for item in items if ranks[item] >= 0), key=ranks.__getitem__)
    short = [item for item in items if ranks[item] < 0]
    count = len(items)
    items.clear()
    for share in range(shares):
        end = count * (share + 1) // shares
        items += long[share::shares]
        rest = end - len(items)
        items += short[:rest]
        del short[:rest]


def pytest_collection_finish() -> None:
    """Leave the tests, which live to the end, out of every search for garbage; then no fork copies them either."""
    gc.freeze()
    gc.set_threshold(10_000)


expect.set_options(timeout=PATIENCE)

LOCAL_HOSTS = ("127.0.0.1", "localhost")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this process."""
    program = find_chromium()
    if not program:
        pytest.fail("No browser. `make test` installs one; or set CHROMIUM=/path/to/chromium.", pytrace=False)
    with sync_playwright() as playwright:
        browser = launch(playwright, program)
        yield browser
        browser.close()


@dataclass
class PageLog:
    """What the pages of one test did wrong. A test that expects a fault reads it here and clears the list."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def note_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL_HOSTS:
            self.foreign.append(url)

    def note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.location['url']}: {message.text}")


class Profile:
    """A browser context that one test after another opens pages in; what they store is removed after each.

    It keeps style sheets, scripts and fonts, as the browser of whoever reads a second page does, and an empty page:
    without any, its process would end, and a new one takes longer to start than a page to open.
    """

    def __init__(self, browser: Browser, options: dict[str, Any]) -> None:
        self.context = browser.new_context(service_workers="block", **options)
        self.context.set_default_timeout(PATIENCE)
        self.log = PageLog()
        self._origins: set[str] = set()
        self.context.on("request", lambda request: self._note_request(request.url))
        self.context.on("console", lambda message: self.log.note_message(message))
        self.context.on("weberror", lambda error: self.log.errors.append(str(error.error)))
        self._empty = self.context.new_page()

    def _note_request(self, url: str) -> None:
        self._origins.add("{0.scheme}://{0.netloc}".format(urlsplit(url)))
        self.log.note_request(url)

    def open_page(self) -> Page:
        page = self.context.new_page()
        # Playwright's event for a socket comes with the handshake, so never for a host that is not found.
        network = self.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.webSocketCreated", lambda socket: self.log.note_request(socket["url"]))
        return page

    def clear(self) -> None:
        """Close what a test has opened, and forget what was stored."""
        for page in self.context.pages:
            if page is not self._empty:
                with suppress(Error):  # it may just be loading itself anew
                    # An answer from the page comes after the events that it sent before; `evaluate` has no end.
                    page.wait_for_function("true")
                page.close()
        storage = self.context.new_cdp_session(self._empty)
        for origin in self._origins:
            storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage,cookies"})
        storage.detach()
        self._origins.clear()


@pytest.fixture(scope="session")
def find_profile(browser: Browser) -> Callable[[dict[str, Any]], Profile]:
    """Finds the profile of this process that has these options, those of Playwright's contexts."""
    profiles: dict[str, Profile] = {}

    def find_profile(options: dict[str, Any]) -> Profile:
        name = repr(sorted(options.items()))
        if name not in profiles:
            profiles[name] = Profile(browser, options)
        return profiles[name]

    return find_profile


@pytest.fixture
def page_log() -> PageLog:
    return PageLog()


@contextmanager
def watch_pages(find_profile: Callable[[dict[str, Any]], Profile], page_log: PageLog) -> Iterator[Callable[..., Page]]:
    """Opens an empty page with nothing stored; takes Playwright's context options, such as a viewport.

    At the end: no console error, no uncaught exception, no request to another host.
    """
    opened: list[Profile] = []

    def open_page(**options: Any) -> Page:
        profile = find_profile(options)
        profile.log = page_log
        opened.append(profile)
        return profile.open_page()

    yield open_page
    for profile in opened:
        profile.clear()
    assert page_log == PageLog(), "a page logged errors or asked another host"


@pytest.fixture
def open_page(find_profile: Callable[[dict[str, Any]], Profile], page_log: PageLog) -> Iterator[Callable[..., Page]]:
    """Opens pages that are watched (`watch_pages`)."""
    with watch_pages(find_profile, page_log) as open_page:
        yield open_page


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """An empty page with the default options of `open_page`."""
    return open_page()


class StaticHandler(SimpleHTTPRequestHandler):
    """Serves a folder as static hosting does: a missing page is answered with the folder's 404.html."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        missing = Path(self.directory) / "404.html"
        if code != 404 or not missing.is_file():
            super().send_error(code, message, explain)
            return
        body = missing.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", write_cache_control(urlsplit(self.path).path.lstrip("/")))
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: pytest shows what failed."""


class StaticServer(ThreadingHTTPServer):
    # The browser opens many connections at once; the default backlog of 5 refuses some.
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error, except that a browser went away in the middle of an answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture(scope="session")
def serve_folder() -> Iterator[Callable[[Path], str]]:
    """Serves a folder on a free loopback port, once per folder; returns its address without a final slash."""
    servers: dict[Path, StaticServer] = {}

    def serve_folder(folder: Path) -> str:
        folder = folder.resolve(strict=True)
        if folder not in servers:
            servers[folder] = StaticServer(("127.0.0.1", 0), partial(StaticHandler, directory=str(folder)))
            threading.Thread(target=servers[folder].serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{servers[folder].server_port}"

    yield serve_folder
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Serves a folder by nginx, below a path if one is given; returns its address without a final slash."""
    with ExitStack() as running:

        def serve(site: Path, path: str = "/") -> str:
            port = running.enter_context(run_nginx(tmp_path_factory.mktemp("nginx"), site, path))
            return f"http://127.0.0.1:{port}{path.rstrip('/')}"

        yield serve


@pytest.fixture(scope="session")
def make_once(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, Callable[[Path], object]], Path]:
    """Makes a folder by name, once for all processes of pytest-xdist; it has its name only when it is whole."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if hasattr(request.config, "workerinput") else own

    @contextmanager
    def alone(lock: Path) -> Iterator[None]:
        with lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def make_once(name: str, make: Callable[[Path], object]) -> Path:
        root = shared / name
        with alone(shared / f"{name}.lock"):
            if not root.exists():
                unfinished = tmp_path_factory.mktemp(name)
                make(unfinished)
                unfinished.rename(root)
        return root

    return make_once


@pytest.fixture(scope="session")
def built(make_once: Callable[..., Path]) -> Built:
    """The demo cluster, 40 participants and 60 news items, built by plain `mkdocs build`.

    What is examined here must hold whatever generator made the site. No test writes into it: it copies it.
    """
    return Built(make_once("demo", lambda root: build(assemble(root))))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The content of the demo cluster, loaded once in each process."""
    root = copy_content(tmp_path_factory.mktemp("content"))
    return load_site(root, today(root))[0]


SMALL = {
    "lists.md": ("Списки", "Lists", "{{ participants() }}\n\n{{ sources() }}\n\n{{ timeline() }}\n\n{{ unknowns() }}"),
    "news/index.md": ("Новости", "News", "{{ news() }}\n\n{{ news_archive() }}"),
    "organisations/index.md": ("Организации", "Organisations", "{{ organisations() }}"),
    "search.md": ("Поиск", "Search", "{{ search() }}"),
}
"""Pages of the small cluster: title in both languages, body."""


def write_small(root: Path) -> Path:
    """Write the content of the small cluster: that of the cases, with a few more pages."""
    copy_base(root)
    for path, (russian, english, body) in SMALL.items():
        for lang, title in (("ru", russian), ("en", english)):
            file = root / "docs" / lang / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"---\ntitle: {title}\ndescription: {title}.\n---\n\n# {title}\n\n{body}\n", "utf-8")
    return root


DAY = 1795564800
"""A moment of 25 November 2026; a source of the small cluster that is built is to be checked again two months later."""


@pytest.fixture(scope="session")
def small_built(make_once: Callable[..., Path]) -> Built:
    """The small cluster, built on a certain day; its content lies in `content` beside it. No test writes into it."""

    def make(folder: Path) -> None:
        content = write_small(folder / "content")
        edit(content / "data" / "sources.yaml", "  grade: B", "  check_by: 2027-01-31\n  grade: B")
        build(assemble(folder / "root", content), SOURCE_DATE_EPOCH=str(DAY), PYTHONHASHSEED="1", TZ="UTC")

    return Built(make_once("small", make) / "root")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small cluster of the test's own, ready to be built; nothing has been built yet."""
    return assemble(tmp_path / "small", write_small(tmp_path / "content"))
