"""`serve`: the site in memory, each page made when it is asked for; an open page reloads when a file has changed."""

import errno
import mimetypes
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from macros.checks import ContentError, load_site
from macros.content.model import Language
from macros.content.problems import format_failure, render_text
from macros.content.site import Site, today
from macros.outputs.cards import Card, draw_card
from macros.render.assets import publish_assets
from macros.render.view import FOLDERS
from macros.site.build import BuildFailed, list_outputs, write_files
from macros.site.layout import BuildOptions, SitePage, list_pages, render_reloader
from macros.site.search import index_pages

CONTENT = ("data", "docs")
CODE = ("macros", "overrides", "mkdocs.yml", "mkdocs.en.yml")
POLL = 2.0
"""Seconds between two looks where the file system tells nothing of changes."""
WAIT = 10.0
"""Seconds after which a page that waits for a change asks again."""


def reload(root: Path) -> tuple[Site | None, str]:
    """Return the site as its files are now, or None, and what is to be said of them."""
    try:
        site, found = load_site(root, today(), may_lag=True)
    except ContentError as error:
        return None, render_text(error.problems, "ru")
    return site, render_text(found, "ru") if found else ""


class Snapshot:
    """One state of the content, and what was made of it so far."""

    def __init__(self, root: Path, site: Site, options: BuildOptions) -> None:
        self.root, self.site, self.options = root, site, options

    def find(self, path: str) -> bytes | None:
        """Return the file at an address below the site's root, or None."""
        if path in self._pages:
            return self._pages[path].render(self.options)
        lang: Language = "en" if path.startswith(FOLDERS["en"]) else "ru"
        folder = self.root.resolve() / "docs" / lang
        file = (folder / path.removeprefix(FOLDERS[lang])).resolve()
        if file.is_relative_to(folder) and file.is_file() and file.suffix != ".md":
            return file.read_bytes()
        for asset in publish_assets().values():
            if asset.path == path:
                return asset.raw
        if path.startswith("assets/cards/"):
            return draw_card(self._cards[path]) if path in self._cards else None
        return (self._search if path.startswith("pagefind/") else self._files).get(path)

    @cached_property
    def _pages(self) -> dict[str, SitePage]:
        return {page.file: page for page in list_pages(self.site)}

    @cached_property
    def _cards(self) -> dict[str, Card]:
        return {page.card.path: page.card for page in self._pages.values()}

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return list_outputs(self.root, self.site, self._pages.values(), self.options)

    @cached_property
    def _search(self) -> dict[str, bytes]:
        with TemporaryDirectory() as name:
            folder = Path(name)
            write_files(folder, {path: page.render(self.options) for path, page in self._pages.items()})
            index_pages(folder)
            files = [file for file in (folder / "pagefind").rglob("*") if file.is_file()]
            return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def stamp_files(root: Path, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return time of change and size of every file in these files and folders below `root`, hidden ones aside."""
    paths = [str(root / name) for name in names if (root / name).is_file()]
    for name in names:
        for folder, _, files in os.walk(root / name):
            paths += [f"{folder}/{file}" for file in files if file[0] != "." and not file.endswith(".pyc")]
    stamps = {}
    for path in paths:
        with suppress(OSError):  # gone meanwhile
            status = os.stat(path)  # noqa: PTH116 (fast: there are thousands)
            stamps[path] = status.st_mtime_ns, status.st_size
    return stamps


class Preview:
    """The last good state of the site, what is wrong with its files now, and who waits for a change."""

    def __init__(self, root: Path, options: BuildOptions) -> None:
        self.root, self.options = root, options
        self.snapshot: Snapshot | None = None
        self.message = ""
        self.version = ""
        self._busy = threading.RLock()
        self._changed = threading.Condition()
        self._code = stamp_files(root, CODE)
        self._content: dict[str, tuple[int, int]] | None = None

    def look(self) -> None:
        """Take up what has changed since the last look."""
        with self._busy:
            content = stamp_files(self.root, CONTENT)
            if stamp_files(self.root, CODE) != self._code:
                self.message = self._restart()
            elif content != self._content:
                self.message = self._reload()
                self._content = content
            else:
                return
        with self._changed:
            self.version = str(time.time_ns())
            self._changed.notify_all()

    def _reload(self) -> str:
        try:
            site, said = reload(self.root)
        except Exception:
            traceback.print_exc()
            return format_failure("code-failed")
        if said:
            print(said, flush=True)
        if site is None:
            return f"{said}\n\n{format_failure('shown-before')}" if self.snapshot else said
        self.snapshot = Snapshot(self.root, site, self.options)
        return ""

    def _restart(self) -> str:
        """Begin anew with the changed code, unless it cannot even be loaded: then say so."""
        command = [sys.executable, "-c", "import macros.site.preview"]
        code = None
        while code != self._code:  # it may change again meanwhile
            self._code = stamp_files(self.root, CODE)
            is_sound = subprocess.run(command, cwd=self.root).returncode == 0
            code = stamp_files(self.root, CODE)
        if is_sound:
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
        return format_failure("code-failed")

    def wait(self, version: str) -> bool:
        """Wait a while for another version than this one; return whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: self.version != version, WAIT)

    def answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        """Return status, media type and body of the answer for an address below the site's root."""
        file = f"{path}index.html" if not path or path.endswith("/") else path
        kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
        status, body = HTTPStatus.OK, None
        with self._busy:
            if kind == "text/html":
                self.look()
            message = self.message
            try:
                if self.snapshot:
                    body = self.snapshot.find(file)
                if self.snapshot and body is None:
                    status, kind = HTTPStatus.NOT_FOUND, "text/html"
                    body = self.snapshot.find(f"{FOLDERS['en'] if path.startswith(FOLDERS['en']) else ''}404.html")
            except Exception:
                traceback.print_exc()
                status, kind, message = HTTPStatus.INTERNAL_SERVER_ERROR, "text/html", format_failure("page-failed")
            if kind == "text/html":
                body = (body or b"") + render_reloader(self.version, message).encode()
        return status, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, body or b""

    def watch(self) -> None:
        """Look whenever the system tells of a change, and now and then, since some file systems tell nothing."""
        wake = threading.Event()
        watching: set[tuple[str, int]] = set()
        observer = Observer()
        observer.start()
        while True:
            folders = set(self._find_folders())
            if folders != watching:  # one is new, or came back
                watching = folders
                observer.unschedule_all()
                for folder, _ in folders:
                    with suppress(OSError):  # a system that watches no more folders: looking now and then must do
                        observer.schedule(_Waker(wake), folder, recursive=folder != str(self.root))
            self.look()
            wake.wait(POLL)
            time.sleep(0.02)  # an editor may save by several steps
            wake.clear()

    def _find_folders(self) -> Iterator[tuple[str, int]]:
        """Yield the folders to watch, with what tells one from another of the same name."""
        for folder in (self.root, *(self.root / name for name in (*CONTENT, *CODE))):
            if folder.is_dir():
                yield str(folder), folder.stat().st_ino


class _Waker(FileSystemEventHandler):
    def __init__(self, wake: threading.Event) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in ("opened", "closed_no_write"):
            self._wake.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, preview: Preview, *given: Any) -> None:
        self._preview = preview
        super().__init__(*given)

    def do_GET(self) -> None:  # noqa: N802 (the name is that of http.server)
        parts = urlsplit(self.path)
        root = urlsplit(self._preview.options.site_url).path
        if parts.path == "/-/changed":
            is_changed = self._preview.wait(parts.query)
            self._send(HTTPStatus.OK if is_changed else HTTPStatus.NO_CONTENT, "text/plain", b"")
        elif not parts.path.startswith(root):
            self._send(HTTPStatus.FOUND, "text/plain", b"", Location=root)
        elif "." not in (parts.path.rpartition("/")[2] or "."):  # no file, so a page
            self._send(HTTPStatus.FOUND, "text/plain", b"", Location=f"{parts.path}/")
        else:
            self._send(*self._preview.answer(unquote(parts.path.removeprefix(root))))

    def _send(self, status: HTTPStatus, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Cache-Control": "no-store", **headers}.items():
            self.send_header(name, value)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *given: object) -> None:
        """Keep the terminal for problems."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no fault."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serve(root: Path, host: str, port: int, site_url: str) -> None:
    """Serve until Ctrl-C. Raises BuildFailed when the port is taken."""
    preview = Preview(root, BuildOptions(site_url, is_preview=True))
    handler: Callable[..., BaseHTTPRequestHandler] = partial(_Handler, preview)
    try:
        server = _Server((host, port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise BuildFailed(format_failure("port-taken", port=str(port), host=host, other=str(port + 1))) from None
    preview.look()
    print(f"{site_url}\n{site_url}{FOLDERS['en']}", flush=True)
    threading.Thread(target=preview.watch, daemon=True).start()
    server.serve_forever()
