"""`mkdocs serve`, as a process and over HTTP: a page when it is asked for, and whatever changes reaches the browser."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Page, expect

from macros.content.loading import Parts
from macros.content.problems import CommandFailed
from macros.site.preview import Snapshot, serve
from tests.built import DEMO, SITE_URL, assemble, edit
from tests.conftest import write_small

WAIT_SECONDS = 120
PHOTO = DEMO / "data" / "photos" / "third-furnace.jpg"


class Server:
    """A running `mkdocs serve`, and what it prints."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A script's background job ignores SIGINT, and so would the server that it is to end.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as printed:
            for line in printed:
                self.lines.append(line)

    def stop(self, number: int = signal.SIGINT) -> str:
        """End it as Ctrl-C does; return all that it has printed."""
        self.process.send_signal(number)
        self.process.wait(WAIT_SECONDS)
        self._reader.join(WAIT_SECONDS)
        return "".join(self.lines)

    def ask(self, path: str) -> tuple[int, str]:
        """Status and text of the answer at an address."""
        try:
            answer = urllib.request.urlopen(f"{self.url}/{path}", timeout=WAIT_SECONDS)
        except HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode("utf-8", "replace")
        return int(answer.status), str(text).replace("\N{NO-BREAK SPACE}", " ")

    def get(self, path: str) -> str:
        """What is at an address that must be there."""
        status, text = self.ask(path)
        assert status == 200, path
        return text

    def wait_for(self, path: str, words: str, without: str = "\0") -> str:
        """Wait as an open page does, by its long poll, until a page says this, and not that; return the page."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            try:
                _, page = self.ask(path)
                if words in page and without not in page:
                    return page
                version = re.search(r"/-/changed\?\d+", page)
                assert version, "pages wait for changes"
                self.ask(version[0])
            except (ConnectionError, urllib.request.URLError):
                time.sleep(0.05)  # it begins anew
        pytest.fail(f"{path} never says {words!r}: {''.join(self.lines)}")


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(root: Path, port: int, moment: str = "Проблем") -> Iterator[Server]:
    """A server that has come so far: by default, its first check is done."""
    server = Server(root, port)
    try:
        while not any(moment in line for line in server.lines):
            assert server.process.poll() is None, "".join(server.lines)
            time.sleep(0.05)
        yield server
    finally:
        if server.process.poll() is None:
            server.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for those who leave its content as they have found it."""
    folder = tmp_path_factory.mktemp("preview")
    with running(assemble(folder / "small", write_small(folder / "content")), find_port()) as server:
        yield server


@pytest.fixture
def server(small: Path) -> Iterator[Server]:
    """A server of the test's own."""
    with running(small, find_port()) as server:
        yield server


def test_every_kind_of_page_and_file_answers(shared: Server) -> None:
    photo = Path(shutil.copy(PHOTO, shared.root / "docs" / "en" / "furnace.jpg"))
    home = shared.get("")
    for path in ("en/", "organisations/north-yard/", "en/news/", "news/tags/plans/", "en/search/"):
        assert "</main>" in shared.get(path)
    for name in re.findall(r'(?:href|src)="(assets/[^"]+|feed\.xml)"', home):
        assert shared.get(name)
    card = re.search(r"assets/cards/[^\"]+", home)
    assert card and "PNG" in shared.get(card[0])
    assert "<loc>" in shared.get("sitemap.xml") and shared.get("data/v1/facts.csv")
    assert "ru" in shared.get("pagefind/pagefind-entry.json")
    assert "JFIF" in shared.get("en/furnace.jpg")[:20]
    photo.unlink()
    assert "</main>" in shared.get("en") and "</main>" in shared.get("about"), "lead to the folder"
    for path in ("nowhere/", "en/nowhere/", "../macros/site/build.py", "about.md"):
        status, text = shared.ask(path)
        assert status == 404 and ('<html lang="en">' in text) == path.startswith("en/")


def test_changes_of_content_templates_and_code_reach_an_open_page(small: Path, server: Server) -> None:
    edit(small / "docs" / "en" / "lists.md", "# Lists", "# All lists")
    server.wait_for("en/lists/", "All lists")
    template = small / "overrides" / "components" / "organisation_page.html"
    assert "</main>" in server.get("organisations/north-yard/")  # so only a new process reads the template again
    edit(template, "{{ view.role_phrase(organisation) }}", "{{ no_such_field }}")
    server.wait_for("organisations/north-yard/", "Ошибка в коде или шаблоне")
    code = small / "macros" / "render" / "postprocess.py"
    edit(code, "above + 1", "above +")
    server.wait_for("lists/", "Ошибка в коде")
    edit(template, "{{ no_such_field }}", "{{ view.role_phrase(organisation) }}")
    edit(code, "above +}", "above + 2}")
    server.wait_for("lists/", '<h3 class="cl-organisation-card__title">')
    assert "</main>" in server.get("organisations/north-yard/")
    printed = server.stop()
    assert "no_such_field" in printed and "SyntaxError" in printed


def test_a_folder_may_go_and_come_back(shared: Server) -> None:
    data, elsewhere = shared.root / "data", shared.root / "elsewhere"
    data.rename(elsewhere)
    assert "</main>" in shared.wait_for("about/", "файла нет"), "the last good page beneath"
    elsewhere.rename(data)
    shared.wait_for("about/", "</main>", without="файла нет")
    edit(data / "strings.yaml", "footer_licence:", "footer_licence_old:")
    shared.wait_for("about/", "footer_licence_old")
    edit(data / "strings.yaml", "footer_licence_old:", "footer_licence:")
    shared.wait_for("about/", "</main>", without="footer_licence_old")


def test_only_what_has_changed_is_read_again(small: Path) -> None:
    parts: Parts = {}
    Snapshot(small, SITE_URL, parts)
    before = dict(parts)
    edit(small / "docs" / "en" / "lists.md", "# Lists", "# All lists")
    Snapshot(small, SITE_URL, parts)
    assert [path.name for path, part in parts.items() if part is not before[path]] == ["lists.md"]


HOLD = """
def hold(draft: Draft) -> Iterator[Problem]:
    while not (draft.root / "go").exists():
        __import__("time").sleep(0.05)
    yield from ()


CHECKS:"""


def test_a_change_is_shown_while_the_check_still_runs(small: Path) -> None:
    rules = small / "macros" / "checks" / "__init__.py"
    edit(rules, "    spelling.check_spelling,\n", "    spelling.check_spelling,\n    hold,\n")
    edit(rules, "\nCHECKS:", HOLD)
    with running(small, find_port(), "/en/") as server:
        assert "</main>" in server.get("about/")
        edit(small / "docs" / "ru" / "about.md", "# О кластере", "# Всё о кластере")
        server.wait_for("about/", "Всё о кластере")
        edit(small / "data" / "news" / "2024-05-01-fleet.yaml", "[north-yard]", "[nowhere]")
        (small / "go").touch()
        server.wait_for("about/", "«nowhere»")


def test_what_the_check_finds_is_laid_over_the_last_good_state(shared: Server) -> None:
    item = shared.root / "data" / "news" / "2024-05-01-fleet.yaml"
    edit(item, "В порту сложат флот", "В порту сложат всё")
    edit(item, "[north-yard]", "[nowhere]")
    shared.ask("news/2024-05-01-fleet/")
    page = shared.wait_for("news/2024-05-01-fleet/", "«nowhere»")
    assert "В порту сложат флот" in page and "Показана последняя удачная страница" in page
    edit(item, "[nowhere]", "[north-yard]")
    assert "«nowhere»" not in shared.wait_for("news/2024-05-01-fleet/", "В порту сложат всё")
    edit(item, "В порту сложат всё", "В порту сложат флот")
    shared.wait_for("news/2024-05-01-fleet/", "В порту сложат флот")
    assert "Traceback" not in "".join(shared.lines)


def test_a_preview_that_begins_with_problems_heals(small: Path) -> None:
    edit(small / "data" / "cluster.yaml", "status: planned", "status: plannd")
    with running(small, find_port()) as server:
        assert "plannd" in server.get("about/")
        edit(small / "data" / "cluster.yaml", "status: plannd", "status: planned")
        server.wait_for("about/", "</main>")
        printed = server.stop()
    assert "data/cluster.yaml:" in printed and "Traceback" not in printed
    assert server.process.returncode == 0


def test_what_an_editor_sees(shared: Server, page: Page) -> None:
    page.goto(f"{shared.url}/about/")
    text = shared.root / "docs" / "ru" / "about.md"
    edit(text, "# О кластере", "# Всё о кластере")
    expect(page.locator("h1")).to_have_text("Всё о кластере")
    edit(shared.root / "data" / "cluster.yaml", "status: planned", "status: plannd")
    overlay = page.get_by_role("alert")
    expect(overlay).to_contain_text(re.compile(r"data/cluster\.yaml:\d+.*Почему.*Как исправить", re.DOTALL))
    expect(page.locator("h1")).to_have_text("Всё о кластере")
    edit(shared.root / "data" / "cluster.yaml", "status: plannd", "status: planned")
    expect(overlay).to_have_count(0)
    other = page.context.new_page()  # the first may just be loading itself anew
    other.goto(f"{shared.url}/search/?q=кораблики")
    expect(other.locator(".cl-search__results a").first).to_be_visible()
    edit(text, "# Всё о кластере", "# О кластере")
    shared.wait_for("about/", ">О кластере<")


def test_a_port_that_cannot_be_had_is_told_in_a_sentence(small: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        for host, port in (other.getsockname(), ("192.0.2.1", 8000)):
            with pytest.raises(CommandFailed, match=f'{host}:{port}: .* make serve ARGS="-a 127.0.0.1:'):
                serve(small, host, port, SITE_URL)


def test_a_moment_that_is_none_is_told_before_anything_is_served(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "abc")
    with pytest.raises(CommandFailed, match="SOURCE_DATE_EPOCH: «abc»"):
        serve(small, "127.0.0.1", find_port(), SITE_URL)


def test_ctrl_c_is_a_quiet_end_also_while_it_starts(small: Path) -> None:
    server = Server(small, find_port())
    while not any("Building documentation" in line for line in server.lines):
        time.sleep(0.01)
    assert "Traceback" not in server.stop()
    assert server.process.returncode == 0
