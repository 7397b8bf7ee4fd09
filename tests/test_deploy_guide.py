"""DEPLOY.md is true: its commands exist, a real nginx takes its server block, storage takes its settings."""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from macros.__main__ import main
from macros.outputs.headers import list_headers

PROJECT = Path(__file__).parents[1]
GUIDE = (PROJECT / "DEPLOY.md").read_text("utf-8")
WORKFLOWS = "\n".join(path.read_text("utf-8") for path in (PROJECT / ".github" / "workflows").iterdir())
PUBLISHING = {"publish", "rollback"}


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind, without the indent of the list they stand in."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```$", GUIDE, re.M | re.S)
    return [re.sub(rf"^{indent}", "", text, flags=re.M) for indent, text in found]


def test_every_make_target_of_the_guide_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:^|`| )make ([a-z-]+)", "\n".join([*blocks("sh"), *re.findall(r"`[^`\n]+`", GUIDE)])))
    assert named >= {"build", "check", "publish", "rollback"}
    assert named <= targets | PUBLISHING


def test_every_option_of_publishing_exists() -> None:
    for name in PUBLISHING & main.commands.keys():
        told = CliRunner().invoke(main, [name, "--help"]).output
        wanted = set(re.findall(r"--[a-z-]+", "".join(re.findall(rf"make {name} .*", GUIDE))))
        assert {option for option in wanted if option not in told} == set()


def test_the_guide_names_every_variable_and_secret_of_the_workflows_and_no_other() -> None:
    table = GUIDE[GUIDE.index("## What GitHub must know") : GUIDE.index("## Every night")]
    named = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", table))
    assert named == set(re.findall(r"\b(?:vars|secrets)\.([A-Z0-9_]+)", WORKFLOWS))
    environments = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.M))
    assert environments == set(re.findall(r"environment:(?:\n      name:)? ([a-z-]+)$", WORKFLOWS, re.M))


def test_links_of_the_guide_lead_somewhere() -> None:
    places = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.*)", GUIDE, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", GUIDE):
        assert target.removeprefix("#") in places if target.startswith("#") else (PROJECT / target).exists(), target


def make_release(root: Path, name: str, title: str) -> None:
    """A release as publishing leaves it, and `current` leading to it."""
    site = root / "releases" / name / "site"
    files = {
        "index.html": f"<title>{title}</title>",
        "404.html": "нет такой страницы",
        "en/index.html": "English",
        "en/404.html": "no such page",
        "data/v1/facts.csv": "факт",
        "assets/cards/x.png": "",
        "wasm.ru.pagefind": "",
        ".well-known/security.txt": "Contact: x",
    }
    for path, text in files.items():
        file = site / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (site / "index.html.gz").write_bytes(gzip.compress((site / "index.html").read_bytes()))
    (root / ".next").symlink_to(f"releases/{name}/site")
    (root / ".next").replace(root / "current")


def find_nginx() -> str:
    path = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if path is None:
        pytest.fail("No nginx. `make test` installs one.", pytrace=False)
    return path


class Nginx:
    """A real nginx with the block of the guide; only places and ports are those of the test."""

    def __init__(self, folder: Path, block: str) -> None:
        self.folder, self.root = folder, folder / "cluster"
        self.root.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        headers = folder / "cluster-headers.conf"
        command = [sys.executable, "-m", "macros", "headers", "nginx"]
        headers.write_bytes(subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout)
        places = {
            "listen 80;": f"listen 127.0.0.1:{self.port};",
            "    listen [::]:80;\n": "",
            "/srv/www/cluster/": f"{self.root}/",
            "/etc/nginx/cluster-headers.conf": str(headers),
        }
        for old, new in places.items():
            assert block.count(old) == 1, old
            block = block.replace(old, new)
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY)
        self.settings = folder / "nginx.conf"
        self.settings.write_text(
            f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off; {temporary}\n{block}\n}}\n"
        )

    @property
    def command(self) -> list[str]:
        return [find_nginx(), "-p", str(self.folder), "-c", str(self.settings), "-e", str(self.folder / "error.log")]

    def test(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self.command, "-t"], capture_output=True, text=True)

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(connection):
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer, answer.read()


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    (block,) = blocks("nginx")
    nginx = Nginx(tmp_path, block)
    make_release(nginx.root, "000001-aaaaaaaaaaaa", "first")
    server = subprocess.Popen(nginx.command)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", nginx.port)) == 0:
                break
        assert server.poll() is None, (tmp_path / "error.log").read_text()
        time.sleep(0.05)
    yield nginx
    server.terminate()
    server.wait(10)


def test_nginx_takes_the_server_block(tmp_path: Path) -> None:
    done = Nginx(tmp_path, *blocks("nginx")).test()
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


@pytest.mark.parametrize(("old", "new"), [("gzip_static on;", "gzip_static on"), ("error_page 404", "error_pages 404")])
def test_nginx_refuses_a_block_with_a_fault(tmp_path: Path, old: str, new: str) -> None:
    (block,) = blocks("nginx")
    assert old in block
    assert Nginx(tmp_path, block.replace(old, new)).test().returncode != 0


def test_the_block_serves_the_site_as_it_is_meant(nginx: Nginx) -> None:
    for path, status, kind, words in (
        ("/", 200, "text/html; charset=utf-8", "first"),
        ("/en/", 200, "text/html; charset=utf-8", "English"),
        ("/no/such/page/", 404, "text/html; charset=utf-8", "нет такой страницы"),
        ("/en/no/such/page/", 404, "text/html; charset=utf-8", "no such page"),
        ("/data/v1/facts.csv", 200, "text/csv; charset=utf-8", "факт"),
        ("/wasm.ru.pagefind", 200, "application/wasm", ""),
        ("/.well-known/security.txt", 200, "text/plain; charset=utf-8", "Contact: x"),
    ):
        answer, body = nginx.get(path)
        assert (answer.status, answer.headers["Content-Type"]) == (status, kind), path
        assert words in body.decode(), path
        assert {name: answer.headers[name] for name in list_headers()} == list_headers(), path
    assert "immutable" in nginx.get("/assets/cards/x.png")[0].headers["Cache-Control"]
    assert nginx.get("/")[0].headers["Cache-Control"] == "no-cache"


def test_the_block_serves_what_was_compressed_before(nginx: Nginx) -> None:
    answer, body = nginx.get("/", Accept_Encoding="gzip")
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert "first" in gzip.decompress(body).decode()


def test_a_folder_without_its_slash_is_redirected_within_the_host(nginx: Nginx) -> None:
    answer, _ = nginx.get("/en")
    assert (answer.status, answer.headers["Location"]) == (301, "/en/")


def test_a_new_version_is_served_without_a_reload_and_going_back_by_hand_works(nginx: Nginx) -> None:
    make_release(nginx.root, "000002-bbbbbbbbbbbb", "second")
    assert b"second" in nginx.get("/")[1]
    (by_hand,) = [line for block in blocks("sh") for line in block.split("\n") if line.startswith("ln -sfT releases/")]
    command = re.sub(r"releases/\d+-[0-9a-f]{12}/", "releases/000001-aaaaaaaaaaaa/", by_hand)
    subprocess.run(command, shell=True, cwd=nginx.root, check=True)
    assert b"first" in nginx.get("/")[1]


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server with the API of S3; returns its address."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_storage_takes_the_policy_and_the_website(storage: str) -> None:
    client = boto3.client("s3", endpoint_url=storage, region_name="us-east-1")
    client.create_bucket(Bucket="cluster-site")
    policy, website = blocks("json")
    client.put_bucket_policy(Bucket="cluster-site", Policy=policy)
    client.put_bucket_website(Bucket="cluster-site", WebsiteConfiguration=json.loads(website))
    statement = json.loads(client.get_bucket_policy(Bucket="cluster-site")["Policy"])["Statement"]
    assert [(part["Action"], part["Resource"]) for part in statement] == [
        ("s3:GetObject", "arn:aws:s3:::cluster-site/*")
    ]
    kept = client.get_bucket_website(Bucket="cluster-site")
    assert (kept["IndexDocument"], kept["ErrorDocument"]) == ({"Suffix": "index.html"}, {"Key": "404.html"})
