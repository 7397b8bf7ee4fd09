"""One address asked as a visitor's browser would, but gently: HEAD first, one request at a time to a host."""

import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urldefrag, urljoin

import certifi
import urllib3
from urllib3 import exceptions

Kind = Literal["ok", "moved", "refused", "tls", "missing", "unreachable"]
"""What one answer says. `refused`: programs are not wanted there, people may be. `missing`: there is no such page."""

Why = Literal[
    "", "name", "connection", "timeout", "cut", "loop", "elsewhere", "address", "code",
    "expired", "self-signed", "hostname", "issuer", "handshake",
]  # fmt: skip

TRIES = 2
MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_REFUSED = frozenset({403, 429})
_MISSING = frozenset({404, 410})


@dataclass(frozen=True)
class Answer:
    """What asking an address came to. `code` is the last HTTP status, 0 without any; `moved_to` a lasting address."""

    kind: Kind
    code: int = 0
    why: Why = ""
    moved_to: str = ""

    @property
    def has_come(self) -> bool:
        """Whether a server was there at all, whatever it said."""
        return self.code > 0 or self.kind == "tls"


class Asker:
    """Asks addresses, from several threads if need be. Seconds: `timeout` for each answer, `pause` between requests.

    International names and Cyrillic paths are encoded by urllib3 (IDNA 2008, RFC 3986).
    """

    def __init__(self, agent: str, timeout: float = 20, pause: float = 1) -> None:
        # A Python that was not built on this machine may not find its certificates: certifi's are always there.
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        headers = {"User-Agent": agent, "Accept": "text/html,*/*;q=0.8", "Accept-Language": "ru,en;q=0.8"}
        self._pool = urllib3.PoolManager(
            headers=headers, ssl_context=context, timeout=urllib3.Timeout(connect=timeout, read=timeout)
        )
        self._pause = pause
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._last: dict[str, float] = {}

    def ask(self, address: str) -> Answer:
        """Return what an address answers; what may be a passing fault is asked once more."""
        for _ in range(TRIES):
            answer = self._follow(address)
            if answer.kind != "unreachable" or 0 < answer.code < 500:
                break
        return answer

    def _follow(self, address: str) -> Answer:
        """Ask, and go where redirections lead."""
        current, moved_to, is_lasting, code = address, "", True, 0
        seen = {current}
        for _ in range(MAX_REDIRECTS):
            try:
                code, location = self._request(current)
            except exceptions.HTTPError as error:
                return _judge_failure(error)
            if code not in _REDIRECTS or not location:
                return _judge_code(code, moved_to)
            current = _join(current, location)
            if not current:
                return Answer("unreachable", code, "elsewhere")
            is_lasting = is_lasting and code in _PERMANENT
            moved_to = current if is_lasting else moved_to
            if current in seen:
                break
            seen.add(current)
        return Answer("unreachable", code, "loop")

    def _request(self, url: str) -> tuple[int, str]:
        """Return the status and where it redirects to; many servers answer HEAD wrongly, so a bad one is no proof."""
        try:
            code, location = self._send("HEAD", url)
        except exceptions.ProtocolError:
            code, location = 0, ""
        if code and (code < 400 or code == 429):
            return code, location
        return self._send("GET", url)

    def _send(self, method: str, url: str) -> tuple[int, str]:
        with self._turn(host_of(url)):
            response = self._pool.request(method, url, redirect=False, retries=False, preload_content=False)
            # Nothing is read of the page itself.
            response.close()
        return response.status, _decode(response.headers.get("Location", ""))

    @contextmanager
    def _turn(self, host: str) -> Iterator[None]:
        """Wait until nobody else asks this host, and the last request is `pause` seconds old."""
        with self._turns[host]:
            time.sleep(max(self._last.get(host, -self._pause) + self._pause - time.monotonic(), 0))
            try:
                yield
            finally:
                self._last[host] = time.monotonic()


def host_of(address: str) -> str:
    """Return host and port as written, small; of an address that is none, something."""
    return address.partition("://")[2].partition("/")[0].lower()


def _join(current: str, location: str) -> str:
    """Return where a redirection leads, without its anchor; nothing when that is no web address."""
    try:
        following = urldefrag(urljoin(current, location)).url
    except ValueError:
        return ""
    return following if following.startswith(("http://", "https://")) else ""


def _decode(location: str) -> str:
    """Undo what http.client makes of a header in UTF-8: it reads all of them as Latin-1."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _judge_code(code: int, moved_to: str) -> Answer:
    if code < 400:
        return Answer("moved" if moved_to else "ok", code, "", moved_to)
    if code in _REFUSED:
        return Answer("refused", code)
    if code in _MISSING:
        return Answer("missing", code)
    return Answer("unreachable", code, "code")


def _judge_failure(error: exceptions.HTTPError) -> Answer:
    match error:
        case exceptions.SSLError():
            return Answer("tls", 0, _certificate_fault(error))
        case exceptions.NameResolutionError():
            return Answer("unreachable", 0, "name")
        case exceptions.NewConnectionError():
            return Answer("unreachable", 0, "connection")
        case exceptions.TimeoutError():
            return Answer("unreachable", 0, "timeout")
        case exceptions.ProtocolError():
            return Answer("unreachable", 0, "cut")
        case exceptions.LocationValueError():
            return Answer("unreachable", 0, "address")
    return Answer("unreachable", 0, "connection")


_CERTIFICATE_FAULTS: dict[int, Why] = {
    10: "expired",
    18: "self-signed",
    19: "issuer",
    20: "issuer",
    62: "hostname",
    64: "hostname",
}
"""OpenSSL's codes, X509_V_ERR_… in x509_vfy.h."""


def _certificate_fault(error: BaseException) -> Why:
    cause = next((part for part in error.args if isinstance(part, ssl.SSLCertVerificationError)), None)
    return _CERTIFICATE_FAULTS.get(cause.verify_code, "handshake") if cause else "handshake"
