"""A web server with every behaviour that the check of links must know, on loopback."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest


@dataclass
class Asked:
    """One request as the server saw it, and how many were being answered at that moment."""

    method: str
    path: str
    host: str
    agent: str
    at: float
    at_once: int


@dataclass
class Server:
    """A running server. `answers`: path -> what to do, beside those that every server knows."""

    root: str
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Callable[["Handler"], None]] = field(default_factory=dict)

    @property
    def requests(self) -> list[str]:
        return [f"{asked.method} {asked.path}" for asked in self.asked]


class Handler(BaseHTTPRequestHandler):
    """Answers by the path: `/404` with that status, `/301/to/path` with a redirection, others as named below."""

    seen: Server
    lock: threading.Lock
    at_once = 0

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        with self.lock:
            type(self).at_once += 1
            host, agent = self.headers["Host"], self.headers["User-Agent"]
            self.seen.asked.append(Asked(self.command, self.path, host, agent, time.monotonic(), self.at_once))
        try:
            self.seen.answers.get(path, Handler.answer_usual)(self)
        finally:
            with self.lock:
                type(self).at_once -= 1

    do_HEAD = do_GET = answer

    def answer_usual(self) -> None:
        parts = unquote(urlsplit(self.path).path).split("/")
        code = int(parts[1]) if parts[1].isdigit() else 200
        location = "/" + "/".join(parts[2:]) if 300 <= code < 400 else ""
        self.reply(code, location)

    def reply(self, code: int, location: str = "") -> None:
        self.send_response(code)
        if location:
            # As many servers do: in UTF-8, not encoded.
            self.send_header("Location", location.encode().decode("latin-1"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(2)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


class QuietServer(ThreadingHTTPServer):
    def server_bind(self) -> None:
        """Ask nobody for the name of this machine, as HTTPServer does: that takes half a second without a network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle, or refuses a certificate, is what these tests are about."""


@contextmanager
def serve(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    handler = type("OwnHandler", (Handler,), {"lock": threading.Lock(), "at_once": 0})
    httpd = QuietServer(("127.0.0.1", 0), handler)
    if context:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True, do_handshake_on_connect=False)
    server = Server(f"http{'s' if context else ''}://127.0.0.1:{httpd.server_port}")
    handler.seen = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    httpd.shutdown()
    httpd.server_close()
    thread.join(5)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as server:
        yield server


@pytest.fixture
def other_server() -> Iterator[Server]:
    with serve() as server:
        yield server


@pytest.fixture
def serve_tls() -> Iterator[Callable[[Path], Server]]:
    """Starts a server with the certificate and key of a PEM file."""
    running = []

    def start(pem: Path) -> Server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        manager = serve(context)
        running.append(manager)
        return manager.__enter__()

    yield start
    for manager in running:
        manager.__exit__(None, None, None)
