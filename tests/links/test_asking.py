"""What one address is found to be, by a real server with good and bad manners."""

import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from macros.links.asking import MAX_REDIRECTS, Answer, Asker
from macros.links.running import HOSTS, agent_of, ask_all
from tests.links.conftest import Handler, Server


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker("test/1 (+https://cluster.example/)", timeout=10, pause=0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


ANSWERS = {
    "/": Answer("ok", 200),
    "/204": Answer("ok", 204),
    "/302/page": Answer("ok", 200),
    "/303/307/page": Answer("ok", 200),
    "/301/page": Answer("moved", 200, "", "{root}/page"),
    "/301/308/page": Answer("moved", 200, "", "{root}/page"),
    "/301/302/page": Answer("moved", 200, "", "{root}/302/page"),
    "/302/301/page": Answer("ok", 200),
    "/301/404": Answer("missing", 404),
    "/403": Answer("refused", 403),
    "/429": Answer("refused", 429),
    "/302/403": Answer("refused", 403),
    "/404": Answer("missing", 404),
    "/410": Answer("missing", 410),
    "/401": Answer("unreachable", 401, "code"),
    "/451": Answer("unreachable", 451, "code"),
    "/500": Answer("unreachable", 500, "code"),
    "/503": Answer("unreachable", 503, "code"),
    "/304": Answer("ok", 304),
}


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_is_judged_by_its_status_and_redirections(server: Server, asker: Asker, path: str) -> None:
    wanted = ANSWERS[path]
    moved_to = wanted.moved_to.format(root=server.root)
    assert asker.ask(server.root + path) == Answer(wanted.kind, wanted.code, wanted.why, moved_to)


def test_a_good_page_is_asked_once_by_head_with_our_name(server: Server, asker: Asker) -> None:
    asker.ask(f"{server.root}/page")
    assert server.requests == ["HEAD /page"]
    assert server.asked[0].agent == "test/1 (+https://cluster.example/)"


def test_where_head_is_refused_get_decides(server: Server, asker: Asker) -> None:
    for code in (400, 403, 404, 405, 501):
        server.answers["/page"] = lambda handler, code=code: handler.reply(code if handler.command == "HEAD" else 200)
        assert asker.ask(f"{server.root}/page") == Answer("ok", 200)
    server.answers["/page"] = lambda handler: handler.hang_up() if handler.command == "HEAD" else handler.reply(200)
    assert asker.ask(f"{server.root}/page") == Answer("ok", 200)


def test_too_many_requests_is_not_followed_by_another(server: Server, asker: Asker) -> None:
    asker.ask(f"{server.root}/429")
    assert server.requests == ["HEAD /429"]


def test_the_body_of_a_page_is_not_waited_for(server: Server, asker: Asker) -> None:
    def trickle(handler: Handler) -> None:
        handler.send_response(200 if handler.command == "GET" else 405)
        handler.send_header("Content-Length", "1000000000")
        handler.end_headers()
        gone.wait(10)

    gone = threading.Event()
    server.answers["/film"] = trickle
    start = time.monotonic()
    assert asker.ask(f"{server.root}/film") == Answer("ok", 200)
    gone.set()
    assert time.monotonic() - start < 5


def test_a_passing_fault_is_asked_again_and_a_missing_page_is_not(server: Server, asker: Asker) -> None:
    def fail_first(handler: Handler) -> None:
        handler.reply(200 if len(server.asked) > 2 else 502)

    server.answers["/page"] = fail_first
    assert asker.ask(f"{server.root}/page") == Answer("ok", 200)
    assert server.requests == ["HEAD /page", "GET /page", "HEAD /page"]
    server.asked.clear()
    asker.ask(f"{server.root}/404")
    assert server.requests == ["HEAD /404", "GET /404"]


def test_a_slow_server_is_asked_twice_and_given_up(server: Server) -> None:
    released = threading.Event()
    server.answers["/slow"] = lambda handler: released.wait(10) and None
    start = time.monotonic()
    assert Asker("test/1", 0.5, 0).ask(f"{server.root}/slow") == Answer("unreachable", 0, "timeout")
    assert 0.9 < time.monotonic() - start < 8
    released.set()
    assert server.requests == ["HEAD /slow"] * 2


def test_a_server_that_hangs_up_is_told_from_one_that_is_not_there(server: Server, asker: Asker) -> None:
    server.answers["/cut"] = Handler.hang_up
    assert asker.ask(f"{server.root}/cut") == Answer("unreachable", 0, "cut")
    assert asker.ask(f"http://127.0.0.1:{free_port()}/") == Answer("unreachable", 0, "connection")


def test_a_name_that_does_not_exist_is_told(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_nothing(*arguments: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", find_nothing)
    assert asker.ask("https://nowhere.invalid/") == Answer("unreachable", 0, "name")


@pytest.mark.parametrize(
    "address",
    [
        "https://a..example/",
        "https://пример-.рф/",
        "http://127.0.0.1:99999/",
        "https://[x/",
        "https:///x",
        "https://a b/",
    ],
)
def test_an_impossible_address_is_told(asker: Asker, address: str) -> None:
    assert asker.ask(address) == Answer("unreachable", 0, "address")


def test_redirections_in_a_circle_or_without_end_are_told(server: Server, asker: Asker) -> None:
    server.answers["/a"] = lambda handler: handler.reply(302, "/b")
    server.answers["/b"] = lambda handler: handler.reply(301, "/a")
    assert asker.ask(f"{server.root}/a") == Answer("unreachable", 301, "loop")
    assert server.requests == ["HEAD /a", "HEAD /b"]
    server.asked.clear()
    for number in range(50):
        server.answers[f"/n{number}"] = lambda handler, number=number: handler.reply(302, f"/n{number + 1}")
    assert asker.ask(f"{server.root}/n0") == Answer("unreachable", 302, "loop")
    assert len(server.asked) == MAX_REDIRECTS


@pytest.mark.parametrize(
    "location",
    ["ftp://127.0.0.1/file", "file:///etc/passwd", "javascript:alert(1)", "http://[", "//[::1", "data:text/html,x"],
)
def test_a_redirection_that_is_no_web_page_is_not_followed(server: Server, asker: Asker, location: str) -> None:
    server.answers["/page"] = lambda handler: handler.reply(301, location)
    assert asker.ask(f"{server.root}/page") == Answer("unreachable", 301, "elsewhere")


NONSENSE = {
    "no status": b"hello\r\n\r\n",
    "not HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a status of letters": b"HTTP/1.1 abc OK\r\n\r\n",
    "a status out of range": b"HTTP/1.1 99999 OK\r\n\r\n",
    "nothing but a line without end": b"HTTP/1.1 200 " + b"x" * 200_000,
    "a header without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    "a thousand headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    "an impossible redirection": b"HTTP/1.1 301 Moved\r\nLocation: http://a:port/\r\n\r\n",
    "a redirection with a line end": b"HTTP/1.1 301 Moved\r\nLocation: /a\x00b\r\n\r\n",
    "a redirection in another encoding": b"HTTP/1.1 301 Moved\r\nLocation: /\xff\xfe\r\n\r\n",
}


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_whatever_a_server_says_there_is_an_answer(server: Server, asker: Asker, nonsense: str) -> None:
    def say(handler: Handler) -> None:
        handler.close_connection = True
        handler.connection.sendall(NONSENSE[nonsense])

    server.answers["/"] = say
    assert asker.ask(f"{server.root}/").kind in ("ok", "moved", "missing", "unreachable")


def test_international_names_and_cyrillic_paths_are_asked_as_a_browser_does(
    server: Server, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = socket.getaddrinfo
    names = []

    def find_here(host: str, *arguments: object, **options: object) -> object:
        names.append(host)
        return find("127.0.0.1", *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", find_here)
    port = server.root.rpartition(":")[2]
    assert asker.ask(f"http://Пример.рф:{port}/статья/О_фольге?ключ=да") == Answer("ok", 200)
    assert names == ["xn--e1afmkfd.xn--p1ai"]
    assert server.asked[0].host == f"xn--e1afmkfd.xn--p1ai:{port}"
    path = "/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F/%D0%9E_%D1%84%D0%BE%D0%BB%D1%8C%D0%B3%D0%B5"
    assert server.asked[0].path == f"{path}?%D0%BA%D0%BB%D1%8E%D1%87=%D0%B4%D0%B0"


def test_a_redirection_in_plain_cyrillic_is_read(server: Server, asker: Asker) -> None:
    server.answers["/old"] = lambda handler: handler.reply(301, "/новая")
    assert asker.ask(f"{server.root}/old") == Answer("moved", 200, "", f"{server.root}/новая")


def make_certificate(
    path: Path, host: str = "127.0.0.1", issuer: Path | None = None, expired: bool = False, is_ca: bool = False
) -> Path:
    """A certificate with its key in a PEM file: of its own making, or signed by that of another file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, path.stem)])
    signer, signer_key = name, key
    if issuer:
        pem = issuer.read_bytes()
        signer = x509.load_pem_x509_certificate(pem).subject
        signer_key = serialization.load_pem_private_key(pem, None)  # type: ignore[assignment]
    end = datetime.now(UTC) + timedelta(days=-1 if expired else 1)
    try:
        named: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        named = x509.DNSName(host)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=10))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .sign(signer_key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem_key = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + pem_key)
    return path


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An authority that this machine trusts: OpenSSL reads SSL_CERT_FILE."""
    path = make_certificate(tmp_path / "authority.pem", is_ca=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_a_good_certificate_is_no_fault(
    tmp_path: Path, authority: Path, serve_tls: Callable[[Path], Server], asker: Asker
) -> None:
    server = serve_tls(make_certificate(tmp_path / "good.pem", issuer=authority))
    assert Asker("test/1", 5, 0).ask(f"{server.root}/page") == Answer("ok", 200)


def test_faults_of_certificates_are_told_apart(
    tmp_path: Path, authority: Path, serve_tls: Callable[[Path], Server], server: Server
) -> None:
    asker = Asker("test/1", 5, 0)
    stranger = make_certificate(tmp_path / "stranger.pem", is_ca=True)
    certificates = {
        "self-signed": make_certificate(tmp_path / "own.pem"),
        "expired": make_certificate(tmp_path / "old.pem", issuer=authority, expired=True),
        "hostname": make_certificate(tmp_path / "name.pem", "other.example", issuer=authority),
        "issuer": make_certificate(tmp_path / "unknown.pem", issuer=stranger),
    }
    found = {why: asker.ask(f"{serve_tls(pem).root}/") for why, pem in certificates.items()}
    assert found == {why: Answer("tls", 0, why) for why in certificates}  # type: ignore[arg-type]
    named = serve_tls(certificates["hostname"]).root.replace("127.0.0.1", "localhost")
    assert asker.ask(f"{named}/") == Answer("tls", 0, "hostname")
    plain = server.root.replace("http:", "https:")
    assert asker.ask(f"{plain}/") == Answer("tls", 0, "handshake")


def test_one_host_gets_one_request_at_a_time_and_not_too_often(server: Server) -> None:
    asker = Asker("test/1", 5, pause=0.1)
    threads = [threading.Thread(target=asker.ask, args=(f"{server.root}/page{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.asked) == 5
    assert {asked.at_once for asked in server.asked} == {1}
    times = [asked.at for asked in server.asked]
    assert min(later - earlier for earlier, later in zip(times, times[1:], strict=False)) > 0.09


def test_several_hosts_are_asked_at_once(server: Server, other_server: Server, asker: Asker) -> None:
    meeting = threading.Barrier(2, timeout=60)

    def meet(handler: Handler) -> None:
        meeting.wait()
        handler.reply(200)

    server.answers["/"] = other_server.answers["/"] = meet
    answers: dict[str, Answer] = {}
    ask_all([f"{server.root}/", f"{other_server.root}/"], Asker("test/1", 6, 0), answers)
    assert [answer.kind for answer in answers.values()] == ["ok", "ok"]
    assert HOSTS == 8


def test_our_name_is_a_header_whatever_the_sites_address() -> None:
    assert agent_of("https://cluster.example/") == "cluster-site-links/1 (+https://cluster.example/)"
    assert agent_of("https://a.example/\r\nX: y") == "cluster-site-links/1 (+https://a.example/??X:?y)"
    assert agent_of("") == "cluster-site-links/1"
