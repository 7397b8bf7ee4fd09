"""DEPLOY.md is true: its commands exist, GitHub is told what the workflows need, a real nginx takes its block."""

import gzip
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from macros.outputs.headers import list_headers
from tests.commands import run_command
from tests.servers import find_program, free_port, run_server

PROJECT = Path(__file__).parents[1]
GUIDE = (PROJECT / "DEPLOY.md").read_text("utf-8")
WORKFLOWS = "\n".join(path.read_text("utf-8") for path in (PROJECT / ".github" / "workflows").iterdir())


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.M | re.S)


def test_every_make_target_and_option_of_the_guide_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"(?:^|`| )make ([a-z-]+)", "\n".join([*blocks("sh"), *re.findall(r"`[^`\n]+`", GUIDE)])))
    assert {"build", "check", "publish", "rollback"} <= named <= targets
    told = run_command("publish", "--help").stdout
    options = set(re.findall(r'ARGS="?(--[a-z-]+)', GUIDE))
    assert options and all(option in told for option in options)


def test_the_guide_names_every_variable_and_secret_of_the_workflows_and_no_other() -> None:
    table = GUIDE[GUIDE.index("## What GitHub must know") :]
    named = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", table))
    assert named == set(re.findall(r"\b(?:vars|secrets)\.([A-Z0-9_]+)", WORKFLOWS))
    environments = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.M))
    assert environments == set(re.findall(r"environment:(?:\n      name:)? ([a-z-]+)$", WORKFLOWS, re.M))


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


@dataclass(frozen=True)
class Nginx:
    """A running nginx with the block of the guide; only places and ports are those of the test."""

    root: Path
    port: int

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer, answer.read()


def write_settings(folder: Path, block: str, port: int) -> list[str | Path]:
    """Write the settings of an nginx of its own; returns the command that starts it."""
    headers = folder / "cluster-headers.conf"
    headers.write_text(run_command("headers", "nginx").stdout)
    places = {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "    listen [::]:80;\n": "",
        "/srv/www/cluster/": f"{folder}/",
        "/etc/nginx/cluster-headers.conf": str(headers),
    }
    for old, new in places.items():
        assert block.count(old) == 1, old
        block = block.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{block}\n}}\n"
    )
    return [find_program("nginx"), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    make_release(tmp_path, "000001-aaaaaaaaaaaa", "first")
    port = free_port()
    with run_server(write_settings(tmp_path, *blocks("nginx"), port), port, tmp_path / "log"):
        yield Nginx(tmp_path, port)


@pytest.mark.parametrize(("old", "new"), [("gzip_static on;", "gzip_static on"), ("error_page 404", "error_pages 404")])
def test_nginx_refuses_a_block_with_a_fault(tmp_path: Path, old: str, new: str) -> None:
    (block,) = blocks("nginx")
    assert old in block
    command = write_settings(tmp_path, block.replace(old, new), free_port())
    assert subprocess.run([*command, "-t"], capture_output=True).returncode != 0


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
    answer, body = nginx.get("/", Accept_Encoding="gzip")
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert "first" in gzip.decompress(body).decode()
    answer, _ = nginx.get("/en")
    assert (answer.status, answer.headers["Location"]) == (301, "/en/")


def test_a_new_version_is_served_without_a_reload_and_going_back_by_hand_works(nginx: Nginx) -> None:
    make_release(nginx.root, "000002-bbbbbbbbbbbb", "second")
    assert b"second" in nginx.get("/")[1]
    (by_hand,) = [line for block in blocks("sh") for line in block.split("\n") if line.startswith("ln -sfT releases/")]
    command = re.sub(r"releases/\d+-[0-9a-f]{12}/", "releases/000001-aaaaaaaaaaaa/", by_hand)
    subprocess.run(command, shell=True, cwd=nginx.root, check=True)
    assert b"first" in nginx.get("/")[1]
