"""What a visitor and an editor meet, in a real browser: the weight of a page, and the wait for a change to be seen."""

import mimetypes
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import brotli
from playwright.sync_api import Browser, Page, sync_playwright

from tools.bench.running import end_session

KEPT_PATH = Path(".venv/browser")
PATIENCE = 900
"""Seconds to wait for a server or a change."""
REST = 3000
"""Milliseconds without a request after which a page has all that it asks for."""
_TEXTS = (".html", ".css", ".js", ".json", ".svg", ".xml", ".webmanifest")
_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--no-first-run",
)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The Chromium that tools/setup.sh has found; it reaches this machine only."""
    path = os.environ.get("CHROMIUM") or (KEPT_PATH.read_text().strip() if KEPT_PATH.is_file() else "")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path or shutil.which("chromium"), args=_FLAGS)
        yield browser
        browser.close()


# Weight


@dataclass
class Weight:
    """What one view of a page asked for: the size of each answer's body as sent, in bytes, by path."""

    answers: dict[str, int] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)

    @property
    def requests(self) -> int:
        return len(self.answers)

    @property
    def kib(self) -> float:
        return sum(self.answers.values()) / 1024


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder as good hosting does: text compressed by brotli at its best."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, weight: Weight, **options: Any) -> None:
        self._weight = weight
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        self._weight.under_way.add(self.path)
        self._answer()
        self._weight.under_way.discard(self.path)

    def _answer(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self._weight.answers[self.path] = 0
            self.send_error(404)
            return
        body, is_small = path.read_bytes(), "br" in self.headers.get("Accept-Encoding", "")
        self.send_response(200)
        self.send_header("Content-Type", mimetypes.guess_type(path.name)[0] or "application/octet-stream")
        if is_small and path.suffix in _TEXTS:
            body = brotli.compress(body)
            self.send_header("Content-Encoding", "br")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self._weight.answers[self.path] = len(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet."""


def weigh(browser: Browser, site: Path, path: str) -> Weight:
    """Open a page with an empty cache; return what it asked for until it came to rest."""
    weight = Weight()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, weight=weight, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(service_workers="block")
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/{path}", wait_until="load")
        _wait_for_rest(page, weight)
    finally:
        context.close()
        server.shutdown()
        server.server_close()
    return weight


def _wait_for_rest(page: Page, weight: Weight) -> None:
    """Wait until nothing was asked for during `REST`: workers ask late, and Playwright does not watch them."""
    asked = -1
    while weight.under_way or asked != weight.requests:
        asked = weight.requests
        page.wait_for_timeout(REST)


# Serve


class ServeError(Exception):
    """The server did not start; the message is what it wrote."""


@contextmanager
def serve(root: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run `mkdocs serve` in a folder; yield its address, without a slash at the end, once it answers."""
    port = _free_port()
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    with TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, **environment, "SITE_URL": f"http://127.0.0.1:{port}/"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            if not _wait_for(f"http://127.0.0.1:{port}/", process):
                output.seek(0)
                raise ServeError(output.read().decode("utf-8", "replace")[-4000:])
            yield f"http://127.0.0.1:{port}"
        finally:
            end_session(process.pid)
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether an address answers in time, before the process ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(address, timeout=PATIENCE):
                return True
        except (URLError, ConnectionError):
            time.sleep(0.1)
    return False


def wait_until_painted(page: Page, text: str, since: float) -> float:
    """Wait until a page that reloads itself shows a text; return the seconds from `since` to its first paint.

    `since` is seconds of the epoch, as `time.time()` tells them; the browser's clock is the same.
    """
    page.locator("body", has_text=text).wait_for(timeout=PATIENCE * 1000)
    painted = page.evaluate(
        """() => new Promise((resolve) => {
            const tell = (list) => list.getEntries().length && resolve(
                performance.timeOrigin + list.getEntries()[0].startTime);
            new PerformanceObserver(tell).observe({ type: "paint", buffered: true });
        })"""
    )
    return float(painted) / 1000 - since
