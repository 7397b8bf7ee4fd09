"""`serve`: the site in memory, each page made when it is asked for; an open page reloads when a file has changed.

A thread reads what has changed and shows it at once, others check what was read, one at a time, and many answer.
"""

import os
import re
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace
from watchdog import events
from watchdog.observers import Observer

from macros.checks import find_apart, run
from macros.checks.translations import LAG_RULES
from macros.content.addresses import FOLDERS
from macros.content.loading import Parts, load_draft
from macros.content.problems import CommandFailed, Problem, format_failure, limit_per_file, render_text
from macros.content.site import assemble_site, today
from macros.outputs.cards import draw_card
from macros.outputs.headers import find_type
from macros.site.layout import list_outputs, render_page, render_reloader
from macros.site.pages import list_pages
from macros.site.search import index_pages

CONTENT = ("data", "docs")
CODE = ("macros", "overrides", "mkdocs.yml")
POLL = 5.0
"""Seconds after which the files are looked at in any case: not every file system tells of changes."""
WAIT = 10.0
"""Seconds after which a page that waits for a change asks again."""
SETTLE = 0.05
"""Seconds from the first word of a change to a look at the files: whoever writes one may empty it first."""
PAINT = 0.5
"""Seconds that an open page has to show a change before all is checked."""
_CHANGES = [events.FileCreatedEvent, events.FileModifiedEvent, events.FileMovedEvent, events.FileDeletedEvent]
_POLICY = re.compile(b'<meta http-equiv="Content-Security-Policy"[^>]*>')
"""Forbids inline scripts, such as that which reloads a page."""


def _has_problems(problems: Iterable[Problem]) -> bool:
    """Whether a state must not be shown. English may lag behind while somebody writes the Russian page first."""
    return any(problem.level == "problem" and problem.rule not in LAG_RULES for problem in problems)


class Snapshot:
    """One state of the files: what was read, the problems of reading it, and, without any, the site as far as made."""

    def __init__(self, root: Path, site_url: str, parts: Parts) -> None:
        self.root = root
        self.draft, self.problems = load_draft(root, today(root), parts)
        self.site = None if _has_problems(self.problems) else replace(assemble_site(self.draft), url=site_url)
        self._pages = list_pages(self.site) if self.site else {}
        self._outputs = list_outputs(self.site, self._pages, root) if self.site else {}

    def find(self, path: str) -> bytes | None:
        """Return the file at an address below the site's root, or None."""
        if path in self._pages:
            return render_page(self._pages[path])
        docs = self.root.resolve() / "docs"
        file = (docs / (path if path.startswith(FOLDERS["en"]) else f"ru/{path}")).resolve()
        if file.is_relative_to(docs) and file.is_file() and file.suffix != ".md":
            return file.read_bytes()
        if path.startswith("assets/cards/"):
            return next((draw_card(page.card) for page in self._pages.values() if page.card.path == path), None)
        if path.startswith("pagefind/"):
            return self._search.get(path)
        return self._outputs[path]() if path in self._outputs else None

    @cached_property
    def _search(self) -> dict[str, bytes]:
        with TemporaryDirectory() as name:
            folder = Path(name)
            for path, page in self._pages.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(render_page(page))
            index_pages(folder)
            files = [file for file in (folder / "pagefind").rglob("*") if file.is_file()]
            return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def stamp_files(root: Path, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return time of change and size of every file in these files and folders below `root`, hidden ones aside."""
    paths = [str(root / name) for name in names if (root / name).is_file()]
    for name in names:
        for folder, _, files in os.walk(root / name):
            paths += [f"{folder}/{file}" for file in files if file[0] != "." and ".pyc" not in file]
    stamps = {}
    for path in paths:
        with suppress(OSError):  # gone meanwhile
            status = os.stat(path)  # noqa: PTH116 (fast: there are thousands)
            stamps[path] = status.st_mtime_ns, status.st_size
    return stamps


def _watch_folders(root: Path) -> threading.Event:
    """Return what is set whenever the system tells of a change in one of the folders that are there now."""
    is_told = threading.Event()
    handler = events.FileSystemEventHandler()
    handler.on_any_event = lambda event: is_told.set()  # type: ignore[method-assign]
    observer = Observer()
    for folder in (root / name for name in (*CONTENT, *CODE)):
        if folder.is_dir():
            with suppress(OSError):  # more folders than the system watches for one user
                observer.schedule(handler, str(folder), recursive=True, event_filter=_CHANGES)
    observer.start()
    return is_told


class Shown(NamedTuple):
    """What pages are made of, and the message laid over them; an open page of another version reloads."""

    snapshot: Snapshot | None = None
    message: str = ""
    version: str = ""


class Preview:
    """What is shown, what is still to be checked, and the last state that the check has let pass."""

    def __init__(self, root: Path, site_url: str) -> None:
        self.root, self.site_url = root, site_url
        self.shown = Shown()
        self._unchecked: Snapshot | None = None
        self._good: Snapshot | None = None
        self._parts: Parts = {}
        self._changed = threading.Condition()
        self._checking, self._making = threading.Lock(), threading.Lock()

    def watch(self) -> None:
        """Take up what has changed, again and again; content is shown before it is checked."""
        code, content = stamp_files(self.root, CODE), None
        is_told = _watch_folders(self.root)
        while True:
            is_told.clear()
            if code != (code := stamp_files(self.root, CODE)):
                self._restart()
            if content != (content := stamp_files(self.root, CONTENT)):
                with self._faults_shown():
                    snapshot = Snapshot(self.root, self.site_url, self._parts)
                    self._show_result(snapshot, snapshot.problems)
                    threading.Thread(target=self._check, args=[snapshot], daemon=True).start()
            if is_told.wait(POLL):
                time.sleep(SETTLE)

    def _check(self, snapshot: Snapshot) -> None:
        """Check what was read, unless something newer was meanwhile; a page that is painted first need not compete."""
        time.sleep(PAINT)
        with self._checking, self._faults_shown():
            if snapshot is self._unchecked:
                self._show_result(snapshot, [*snapshot.problems, *run(snapshot.draft, find_apart)], is_checked=True)

    def _restart(self) -> None:
        """Begin anew with the changed code, unless it cannot even be loaded: then say so."""
        command = [sys.executable, "-c", "import macros.site.preview"]
        if subprocess.run(command, cwd=self.root).returncode == 0:
            with self._checking:  # the processes of a check hold the port
                os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
        self._show(self.shown.snapshot, format_failure("code-failed"))

    @contextmanager
    def _faults_shown(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            traceback.print_exc()
            self._show(self.shown.snapshot, format_failure("code-failed"))

    def _show_result(self, snapshot: Snapshot, problems: Iterable[Problem], is_checked: bool = False) -> None:
        """Show what was read, or its problems and beneath them the last good state."""
        found = limit_per_file(problems)
        text = render_text(found, "ru")
        with self._changed:
            if is_checked and snapshot is not self._unchecked:
                return  # something newer was read meanwhile
            if is_checked:
                print(text, flush=True)
            beneath: Snapshot | None = snapshot
            if not _has_problems(found):
                text, self._good = "", snapshot if is_checked else self._good
            else:
                # Unless it was shown before it was checked, something earlier still is.
                beneath = self._good or snapshot if self.shown.snapshot is snapshot else self.shown.snapshot
                text += f"\n\n{format_failure('shown-before')}" if beneath not in (None, snapshot) else ""
            self._show(beneath, text, None if is_checked else snapshot)

    def _show(self, snapshot: Snapshot | None, message: str, unchecked: Snapshot | None = None) -> None:
        with self._changed:
            self._unchecked = unchecked
            if (snapshot, message) != self.shown[:2]:
                self.shown = Shown(snapshot, message, str(time.time_ns()))
            self._changed.notify_all()

    def wait(self, version: str) -> bool:
        """Wait a while for another version than this one; return whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: self.shown.version != version, WAIT)

    def answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        """Return status, media type and body of the answer for an address below the site's root."""
        with self._changed:
            self._changed.wait_for(lambda: self.shown.version)
        try:
            return self._make(path)
        except Exception:
            if self._unchecked:  # a mistake, perhaps, that the check is about to find
                with self._changed:
                    self._changed.wait_for(lambda: not self._unchecked)
                return self.answer(path)
            if not (message := self.shown.message):
                traceback.print_exc()
                message = format_failure("page-failed")
            body = render_reloader(self.shown.version, message)
            return HTTPStatus.INTERNAL_SERVER_ERROR, find_type("500.html"), body.encode()

    def _make(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        snapshot, message, version = self.shown
        file = f"{path}index.html" if not path or path.endswith("/") else path
        status = HTTPStatus.OK
        with self._making:
            body = snapshot.find(file) if snapshot else b""
            if snapshot and body is None:
                status, file = HTTPStatus.NOT_FOUND, "en/404.html" if path.startswith(FOLDERS["en"]) else "404.html"
                body = snapshot.find(file)
        if file.endswith(".html"):
            body = _POLICY.sub(b"", body or b"") + render_reloader(version, message).encode()
        return status, find_type(file), body or b""


class _Handler(BaseHTTPRequestHandler):
    preview: Preview

    def do_GET(self) -> None:  # noqa: N802 (the name is that of http.server)
        parts = urlsplit(self.path)
        root = urlsplit(self.preview.site_url).path
        if parts.path == "/-/changed":
            is_changed = self.preview.wait(parts.query)
            self._send(HTTPStatus.OK if is_changed else HTTPStatus.NO_CONTENT, "text/plain", b"")
        elif not parts.path.startswith(root):
            self._send(HTTPStatus.FOUND, "text/plain", b"", Location=root)
        elif "." not in (parts.path.rpartition("/")[2] or "."):  # no file, so a page
            self._send(HTTPStatus.FOUND, "text/plain", b"", Location=f"{parts.path}/")
        else:
            self._send(*self.preview.answer(unquote(parts.path.removeprefix(root))))

    def _send(self, status: HTTPStatus, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Cache-Control": "no-store", **headers}.items():
            self.send_header(name, value)
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
    """Serve until Ctrl-C. Raises CommandFailed."""
    today(root)
    _Handler.preview = preview = Preview(root, site_url)
    try:
        server = _Server((host, port), _Handler)
    except OSError:
        raise CommandFailed(format_failure("port-taken", address=f"{host}:{port}")) from None
    threading.Thread(target=preview.watch, daemon=True).start()
    print(f"{site_url}\n{site_url}{FOLDERS['en']}", flush=True)
    server.serve_forever()
