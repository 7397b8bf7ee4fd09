"""The headers that a real nginx sends, at the root of a host and below a path."""

from http.client import HTTPConnection
from pathlib import Path

import pytest

from macros.outputs.headers import write_cache_control, write_nginx
from tests.commands import run_command
from tests.servers import run_nginx

FILES = (
    "index.html",
    "assets/style.0123.css",
    "en/index.html",
    "en/assets/not-ours.css",
    "pagefind/index/ru_1.pf_index",
    "pagefind/pagefind.js",
)


@pytest.mark.parametrize("base", ["/", "/foil/", "/a.b/c/"])
def test_a_server_says_of_every_file_how_long_it_may_be_kept(base: str, tmp_path: Path) -> None:
    site, folder = tmp_path / "site", tmp_path / "nginx"
    folder.mkdir()
    for path in FILES:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text("some text")
    with run_nginx(folder, site, base) as port:
        connection = HTTPConnection("127.0.0.1", port)
        for path in FILES:
            connection.request("GET", base + path)
            answer = connection.getresponse()
            assert (answer.read(), answer.headers["Cache-Control"]) == (b"some text", write_cache_control(path)), path
        connection.close()


def test_a_path_is_no_pattern() -> None:
    assert r"^/a\.b/assets/" in write_nginx("/a.b/")


@pytest.mark.parametrize(
    ("form", "line"),
    [("nginx", 'if ($uri ~ "^/foil/assets/")'), ("netlify", "/foil/assets/*\n  ! Cache-Control")],
)
def test_the_command_takes_the_path_of_the_site(form: str, line: str) -> None:
    told = run_command("headers", form, "--base", "/foil/")
    assert told.exit_code == 0 and line in told.stdout
    assert run_command("headers", form, "--base", "foil").exit_code == 2
