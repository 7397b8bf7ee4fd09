"""The whole check against real servers: what is asked on which day, what is told, and the exit code."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from macros.links.asking import Answer, Asker, Why
from macros.links.report import Outcome, render_text
from macros.links.results import Result
from macros.links.running import KEPT, run_links
from tests.links.conftest import Server

PROJECT = Path(__file__).parents[2]
BASE = PROJECT / "tests" / "content" / "base"
DAY = date(2026, 11, 23)


@dataclass
class Content:
    """A small site whose outside links are those of the test."""

    root: Path
    said: list[str] = field(default_factory=list)

    def link(self, *addresses: str) -> None:
        for file in (self.root / "data" / "sources.yaml", *(self.root / "docs").rglob("*.md")):
            text = file.read_text("utf-8")
            file.write_text(text.partition("\n\nLinks\n")[0] + "\n", "utf-8")
        page = self.root / "docs" / "ru" / "about.md"
        links = "".join(f"\n[link]({address})\n" for address in addresses)
        page.write_text(page.read_text("utf-8").rstrip("\n") + f"\n\nLinks\n{links}", "utf-8")

    def run(self, day: int = 0, summary: Path | None = None) -> Outcome:
        self.said.clear()
        asker = Asker("test/1", timeout=10, pause=0)
        return run_links(self.root, DAY + timedelta(day), asker, self.said.append, summary)

    def verdicts(self, day: int = 0) -> dict[str, str]:
        return {address: result.verdict for address, result in self.run(day).results.items()}

    @property
    def report(self) -> str:
        return self.said[-1]


@pytest.fixture
def content(tmp_path: Path, server: Server) -> Content:
    """Every address of the base content leads to the test's own server."""
    root = tmp_path / "content"
    shutil.copytree(BASE, root)
    for file in [path for path in root.rglob("*") if path.is_file()]:
        text = file.read_text("utf-8")
        file.write_text(re.sub(r"https?://[a-z.-]+\.(example|ru|com)(?=[/\s])", server.root, text), "utf-8")
    return Content(root)


def test_everything_is_asked_once_and_then_trusted_for_a_week(content: Content, server: Server) -> None:
    content.link(f"{server.root}/page", f"{server.root}/page#part")
    assert set(content.verdicts().values()) == {"ok"}
    first = len(server.asked)
    assert server.requests.count("HEAD /page") == 1
    for day in range(7):
        content.run(day)
    assert len(server.asked) == first
    content.run(7)
    assert len(server.asked) == 2 * first


def test_a_bad_address_is_asked_once_a_day_and_dead_on_the_third(content: Content, server: Server) -> None:
    content.link(f"{server.root}/404")
    told = []
    for day in (0, 0, 1, 1, 5):
        told.append(content.verdicts(day)[f"{server.root}/404"])
    assert told == ["missing", "missing", "missing", "missing", "dead"]
    assert server.requests.count("GET /404") == 3
    assert content.run(5).has_faults


def test_an_address_that_left_the_site_is_forgotten(content: Content, server: Server) -> None:
    content.link(f"{server.root}/404")
    content.run()
    content.link(f"{server.root}/page")
    content.run()
    kept = json.loads((content.root / KEPT).read_text("utf-8"))
    assert f"{server.root}/404" not in kept and f"{server.root}/page" in kept


def test_answers_that_came_before_an_interruption_are_kept(content: Content, server: Server) -> None:
    content.link(f"{server.root}/page", f"{server.root}/zzz")
    asker = Asker("test/1", 10, 0)
    ask = asker.ask

    def ask_until(address: str) -> object:
        if address.endswith("/zzz"):
            raise KeyboardInterrupt
        return ask(address)

    asker.ask = ask_until  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        run_links(content.root, DAY, asker, content.said.append, None)
    assert f"{server.root}/page" in json.loads((content.root / KEPT).read_text("utf-8"))


@pytest.mark.parametrize(
    ("why", "is_certain"),
    [("expired", True), ("self-signed", True), ("hostname", True), ("issuer", False), ("handshake", False)],
)
def test_only_a_certificate_that_is_certainly_bad_fails_a_strict_run(why: Why, is_certain: bool) -> None:
    address = "https://a.example/"
    outcome = Outcome({address: (("docs/ru/a.md", 1, 1),)}, {address: Result(Answer("tls", 0, why), DAY)})
    assert outcome.has_faults is is_certain
    assert "[tls]" in render_text(outcome)


NOWHERE = ("http://127.0.0.1:9/a", "http://127.0.0.2:9/b")
"""The port of `discard`, where nothing listens here."""


def test_without_a_network_nothing_is_held_against_anybody(content: Content, server: Server) -> None:
    for file in (path for path in content.root.rglob("*") if path.is_file()):
        file.write_text(file.read_text("utf-8").replace(server.root, "http://127.0.0.3:9"), "utf-8")
    content.link(*NOWHERE)
    for day in range(4):
        outcome = content.run(day)
        assert outcome.is_offline and outcome.has_faults and outcome.results == {}
    assert "похоже, нет сети" in content.report


def test_two_dead_hosts_are_not_taken_for_no_network_while_another_answers(content: Content, server: Server) -> None:
    content.link(*NOWHERE)
    assert [content.verdicts(day)[NOWHERE[0]] for day in range(3)] == ["unreachable", "unreachable", "dead"]
    assert not content.run(2).is_offline


def test_the_report_says_what_where_why_and_what_to_do(content: Content, server: Server) -> None:
    content.link(f"{server.root}/404", f"{server.root}/301/page", f"{server.root}/403", f"{server.root}/500")
    page = content.root / "docs" / "en" / "about.md"
    page.write_text(page.read_text("utf-8") + f"\n[same]({server.root}/404)\n", "utf-8")
    for day in range(3):
        content.run(day)
    blocks = content.report.split("\n\n")
    assert [re.findall(r"\[(\w+)\]$", block, re.M) for block in blocks[:-1]] == [["dead"]] * 2 + [
        ["moved"],
        ["refused"],
    ]
    dead = blocks[0].split("\n")
    line = page.read_text("utf-8").split("\n").index(f"[same]({server.root}/404)") + 1
    assert dead[0] == (
        f"docs/en/about.md:{line}:8: адрес не открылся в 3 разных дня: {server.root}/404 (ответ 404) [dead]"
    )
    assert re.fullmatch(r"    Там же: docs/ru/about\.md:\d+:8", dead[1])
    assert dead[2].startswith("    Почему: ") and dead[3].startswith("    Как исправить: ")
    assert "(сервер отвечает ошибкой, ответ 500)" in blocks[1]
    assert f"поставьте его: {server.root}/page" in blocks[2]
    count = re.search(r"Внешних адресов: (\d+); открываются — (\d+), (.*)\.$", blocks[-1])
    assert count and int(count[1]) == int(count[2]) + 4
    assert count[3] == "мёртвые — 2, переехали навсегда — 1, не отвечают программам — 1"


def run_command(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("GITHUB_STEP_SUMMARY", "SITE_URL")}
    command = [sys.executable, "-m", "macros", "links", "--root", str(root), *arguments]
    environment = clean | environment
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120)


def keep_bad_days(root: Path, address: str, days: int, today: date) -> None:
    """Write what earlier nights found: the address bad on each of the last days, today not asked."""
    bad = [(today - timedelta(day)).isoformat() for day in range(days, 0, -1)]
    kept = {address: {"answer": {"kind": "missing", "code": 404}, "asked": bad[-1], "bad_days": bad}}
    (root / KEPT).parent.mkdir(exist_ok=True)
    (root / KEPT).write_text(json.dumps(kept), "utf-8")


def test_a_dead_link_fails_only_a_strict_run_and_stands_in_the_summary(content: Content, server: Server) -> None:
    content.link(f"{server.root}/404")
    summary = content.root / "summary.md"
    summary.write_text("# Before\n")
    epoch = "1795392000"  # 2026-11-23
    keep_bad_days(content.root, f"{server.root}/404", 2, DAY)
    told = run_command(
        content.root, SOURCE_DATE_EPOCH=epoch, GITHUB_STEP_SUMMARY=str(summary), SITE_URL="https://s.example/"
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert "[dead]" in told.stdout
    assert summary.read_text("utf-8").startswith("# Before\n## Внешние ссылки\n\n```text\n")
    assert "[dead]" in summary.read_text("utf-8")
    assert {asked.agent for asked in server.asked} == {"cluster-site-links/1 (+https://s.example/)"}
    assert run_command(content.root, "--strict", SOURCE_DATE_EPOCH=epoch).returncode == 1


def test_a_link_that_is_bad_for_the_first_time_fails_nothing(content: Content, server: Server) -> None:
    content.link(f"{server.root}/404")
    told = run_command(content.root, "--strict")
    assert (told.returncode, told.stderr) == (0, "")
    assert "[missing]" in told.stdout
