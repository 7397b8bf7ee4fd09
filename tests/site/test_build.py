"""Building and serving: what a build does when something is wrong, and what `serve` does when something changes."""

import hashlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from macros.content.memory import MEMORY
from selectolax.lexbor import LexborHTMLParser

from tests.built import CONTENT, Built, assemble, keep_pictures, run_mkdocs

WAIT_SECONDS = 300


@pytest.fixture
def root(tmp_path: Path, cluster: Built) -> Path:
    """The real cluster in a folder of its own, with the pictures of an earlier build, but without its site."""
    root = assemble(tmp_path / "root", CONTENT["cluster"])
    keep_pictures(root, cluster.root)
    return root


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new), "utf-8")


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def old_site(root: Path) -> dict[str, str]:
    """Put something in the place of an earlier build."""
    (root / "site").mkdir()
    (root / "site" / "index.html").write_text("the last good site")
    return fingerprint(root / "site")


def test_a_site_that_ci_restores_with_its_cache_is_not_made_again(root: Path) -> None:
    """As actions/cache does it: packed by `tar --posix`, unpacked in another run at the same place."""
    assert run_mkdocs(root, "build").returncode == 0
    built = fingerprint(root / "site")
    archive = root.parent / "cache.tar"
    subprocess.run(["tar", "--posix", "-cf", archive, ".cache", "site"], cwd=root, check=True)
    for name in (".cache", "site"):
        shutil.rmtree(root / name)
    subprocess.run(["tar", "-xf", archive], cwd=root, check=True)
    with (root / "docs" / "en" / "privacy.md").open("a", encoding="utf-8") as page:
        page.write("\nNothing more.\n")
    run = run_mkdocs(root, "build")
    assert run.returncode == 0, run.stderr
    made = re.search(r"собрано заново: (\d+)", run.stderr)
    assert made and 1 <= int(made[1]) <= 3
    changed = {path for path, digest in fingerprint(root / "site").items() if built.get(path) != digest}
    assert "en/privacy/index.html" in changed and "en/about/index.html" not in changed


FAULTS: dict[str, Callable[[Path], None]] = {
    "a fact without a source": lambda root: edit(
        root / "data" / "cluster.yaml", "    - frp71-2024-06-10\n    - myslo-2024-05-21\n", ""
    ),
    "a page in one language": lambda root: (root / "docs" / "en" / "join.md").unlink(),
    "a broken link in an English page": lambda root: edit(
        root / "docs" / "en" / "about.md", "](sources.md)", "](sourcez.md)"
    ),
    "a broken anchor in a Russian page": lambda root: edit(
        root / "docs" / "ru" / "about.md", "](sources.md)", "](sources.md#nowhere)"
    ),
    "a template that fails": lambda root: edit(
        root / "overrides" / "components" / "hero.html", "{{ tagline }}", "{{ no_such_field }}"
    ),
    "a string that the footer needs": lambda root: edit(
        root / "data" / "strings.yaml", "footer_licence:", "footer_licence_old:"
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_build_that_fails_leaves_the_old_site_as_it_was(root: Path, fault: str) -> None:
    before = old_site(root)
    FAULTS[fault](root)
    run = run_mkdocs(root, "build", "--strict")
    assert run.returncode != 0
    assert fingerprint(root / "site") == before
    assert not list(root.glob(".site-*")), "nothing half-built is left behind"


def test_an_editors_mistake_shows_no_traceback_and_a_programmers_does(root: Path) -> None:
    edit(root / "data" / "cluster.yaml", "status: planned", "status: plannd")
    run = run_mkdocs(root, "build", "--strict")
    assert "Traceback" not in run.stdout + run.stderr
    assert re.search(r"data/cluster\.yaml:\d+:\d+: .*возможно, вы имели в виду «planned»", run.stderr)
    edit(root / "data" / "cluster.yaml", "status: plannd", "status: planned")
    edit(root / "overrides" / "components" / "footer.html", "{{ name }}", "{{ no_such_field }}")
    run = run_mkdocs(root, "build", "--strict")
    assert "Traceback" in run.stderr
    assert "no_such_field" in run.stderr


def test_a_build_replaces_the_old_site_whole(root: Path) -> None:
    old_site(root)
    (root / "site" / "gone").mkdir()
    (root / "site" / "gone" / "index.html").write_text("a page of last year")
    run = run_mkdocs(root, "build", "--strict")
    assert run.returncode == 0, run.stderr
    assert not (root / "site" / "gone").exists()
    assert "the last good site" not in (root / "site" / "index.html").read_text("utf-8")
    assert not list(root.glob(".site-*"))


def test_builds_of_the_same_content_are_byte_identical(root: Path, cluster: Built) -> None:
    """One from nothing and one after it, each with the one that all tests look at."""
    first = fingerprint(cluster.folder)
    assert len(first) > 100
    for _ in range(2):
        assert run_mkdocs(root, "build", "--strict").returncode == 0
        assert fingerprint(root / "site") == first


def test_the_english_site_can_be_built_alone(root: Path) -> None:
    run = run_mkdocs(root, "build", "--strict", "--config-file", "mkdocs.en.yml")
    assert run.returncode == 0, run.stderr
    page = (root / "site" / "en" / "about" / "index.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://cluster.example/en/about/">' in page


def test_a_page_brings_nothing_active_even_with_the_checks_switched_off(root: Path) -> None:
    edit(root / "macros" / "content" / "checks.py", "    page_checks.check_markup,\n", "")
    payload = (
        "\n\n<script>alert(1)</script>\n\nbefore <img src=x onerror=alert(2)> [a](javascript:alert(3)) "
        "![b](https://evil.example/x.png) after\n\n<svg onload=alert(4)>\n"
    )
    for lang in ("ru", "en"):
        page = root / "docs" / lang / "join.md"
        page.write_text(page.read_text("utf-8") + payload, "utf-8")
    subprocess.run([sys.executable, "-m", "macros", "reviewed", "--yes"], cwd=root, check=True)
    run = run_mkdocs(root, "build", "--strict")
    assert run.returncode == 0, run.stderr
    for path in ("join", "en/join"):
        built = (root / "site" / path / "index.html").read_text("utf-8")
        main = LexborHTMLParser(built).css_first("main")
        assert main.css("script, img, svg, [onerror], [onload], a[href^=javascript]") == []
        for shown in ("<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "<svg onload=alert(4)>"):
            assert shown in main.text().replace("\N{NO-BREAK SPACE}", " ")
        assert "evil.example" not in built


def test_a_page_runs_nothing_even_with_the_checks_switched_off(root: Path) -> None:
    edit(root / "macros" / "content" / "prose.py", "tuple(calls), tuple(problems), body", "tuple(calls), (), body")
    planted = root / "planted"
    for lang in ("ru", "en"):
        page = root / "docs" / lang / "join.md"
        payload = f"\n\n{{{{ lipsum.__globals__['os'].popen('touch {planted}').read() }}}} {{{{ config }}}}\n"
        page.write_text(page.read_text("utf-8") + payload, "utf-8")
    subprocess.run([sys.executable, "-m", "macros", "reviewed", "--yes"], cwd=root, check=True)
    run = run_mkdocs(root, "build", "--strict")
    assert run.returncode != 0
    assert "lipsum" in run.stderr + run.stdout
    assert not planted.exists()
    assert not (root / "site").exists()


class Server:
    """A running `mkdocs serve`. `changed` waits for the next rebuild as a browser does, by its long poll."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.epoch = self._epoch()

    def _epoch(self, after: int = 0) -> int:
        with urllib.request.urlopen(f"{self.url}/livereload/{after}/1", timeout=WAIT_SECONDS) as answer:
            return int(answer.read())

    def changed(self) -> None:
        """Wait until there is something else to see; a poll ends by itself after a minute, as MkDocs has it."""
        before, end = self.epoch, time.monotonic() + WAIT_SECONDS
        while self.epoch == before:
            assert time.monotonic() < end, "nothing has been rebuilt"
            self.epoch = self._epoch(before)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=WAIT_SECONDS) as answer:
            return str(answer.read().decode("utf-8"))


@contextmanager
def serving(root: Path) -> Iterator[tuple[Server, list[str]]]:
    """Run `mkdocs serve` until the block ends; gives the server and the lines it has printed so far."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mkdocs = Path(sys.executable).with_name("mkdocs")
    command = [str(mkdocs), "serve", "--dev-addr", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A script's background job ignores SIGINT, and so would the server that it is to end.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if f"Serving on http://127.0.0.1:{port}/" in line:
                break
        else:
            pytest.fail("".join(lines))
        yield Server(f"http://127.0.0.1:{port}"), lines
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=WAIT_SECONDS)
        lines.append(rest)


def test_serve_shows_every_kind_of_change_in_both_languages(root: Path) -> None:
    with serving(root) as (server, lines):
        assert any("/en/" in line for line in lines), "both addresses are printed"
        assert "pagefind" in server.get("search/")

        edit(root / "docs" / "en" / "about.md", "# About", "# All about")
        server.changed()
        assert "All about" in server.get("en/about/")

        edit(root / "data" / "strings.yaml", "ru: Другие страницы", "ru: Прочие страницы")
        server.changed()
        assert "Прочие страницы" in server.get("about/").replace("\N{NO-BREAK SPACE}", " ")

        edit(
            root / "overrides" / "components" / "footer.html",
            'class="cl-footer__name"',
            'class="cl-footer__name" data-new',
        )
        server.changed()
        assert "data-new" in server.get("en/about/")

        edit(root / "macros" / "render" / "headings.py", "above + 1", "above + 2")
        server.changed()
        assert '<h3 class="cl-organisation-card__title">' in server.get("participants/")


def test_serve_keeps_the_last_good_pages_while_the_content_has_problems(root: Path) -> None:
    with serving(root) as (server, lines):
        edit(root / "data" / "cluster.yaml", "status: planned", "status: plannd")
        server.changed()
        assert "<h1" in server.get("about/")
        edit(root / "data" / "cluster.yaml", "status: plannd", "status: planned")
        edit(root / "docs" / "ru" / "about.md", "# О кластере", "# Всё о кластере")
        server.changed()
        assert "Всё о" in server.get("about/")
    found = root / MEMORY / "found"
    assert found.stat().st_mtime > (root / "docs" / "ru" / "about.md").stat().st_mtime, "written down at the end"
    assert "plannd" in "".join(lines)
    assert "Traceback" not in "".join(lines)
