"""The page of changes and its feeds, of a demo cluster whose data have a history in a real repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros.content.chronicle import read_chronicle
from macros.content.site import today
from macros.checks import load_site
from macros.outputs.change_feeds import export_change_feeds
from macros.render.changes import render_changes
from macros.render.view import View
from macros.site.changes import load_changes
from tests.built import DEMO, PROJECT, SITE_URL, Built, assemble, keep_pictures, resolve, run_mkdocs
from tests.repository import Repository, git
from tests.site.test_axe import violations

ATOM = "{http://www.w3.org/2005/Atom}"
PREFIXES = {"ru": "", "en": "en/"}
PAYLOAD = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


@dataclass(frozen=True)
class Chronicled:
    """A cluster with history, its site, and what the build said."""

    built: Built
    said: str

    def page(self, lang: str) -> LexborHTMLParser:
        return self.built.pages[f"{PREFIXES[lang]}changes/"].tree

    def feed(self, lang: str) -> dict[str, object]:
        return dict(json.loads((self.built.folder / f"{PREFIXES[lang]}changes.json").read_text("utf-8")))

    def atom(self, lang: str) -> ElementTree.Element:
        return ElementTree.parse(self.built.folder / f"{PREFIXES[lang]}changes.xml").getroot()


def write_history(root: Path) -> Repository:
    """Three days: the base; a status, a text, a source; a link, an open question, a fact less, a name like markup."""
    repository = Repository.create(root, "2026-01-01T12:00:00+0000")
    repository.edit("participants.yaml", "  status: confirmed\n  region", "  status: past\n  region")
    repository.edit("participants.yaml", "    - lad-register-2025\n    - agreement-2022", "    - agreement-2022")
    repository.edit("participants.yaml", "  as_of: 2025-02-10", "  as_of: 2025-03-01")
    repository.edit("participants.yaml", "Сотый каяк верфи коснулся воды 29", "Сотый каяк верфь спустила 29")
    repository.edit("participants.yaml", "hundredth kayak touched the water", "hundredth kayak was launched")
    repository.commit("2026-01-02T09:00:00+0000")
    repository.edit("value_chain.yaml", "    status: confirmed", "    status: planned")
    repository.edit("unknowns.yaml", "searched: 2025-03-15", "searched: 2025-03-16")
    repository.edit("sources.yaml", "  grade: B", "  grade: C")
    text = (root / "data" / "cluster.yaml").read_text("utf-8")
    start, end = text.index("  - id: cluster-output-2023"), text.index("  - id: cluster-aim")
    (root / "data" / "cluster.yaml").write_text(text[:start] + text[end:], "utf-8")
    repository.edit("unknowns.yaml", "  question:\n    ru: ", f"  question:\n    ru: '{PAYLOAD}")
    line = re.search(r"    ru: '.*", (root / "data" / "unknowns.yaml").read_text("utf-8"))
    assert line is not None
    repository.edit("unknowns.yaml", line[0], f"{line[0]}'")
    repository.commit("2026-01-05T09:00:00+0000")
    # What is not data: it makes no day.
    repository.edit("unknowns.yaml", f"{line[0]}'", line[0].replace(PAYLOAD, "").replace("'", ""))
    repository.commit("2026-01-06T09:00:00+0000")
    return repository


def mark_reviewed(root: Path) -> None:
    command = [sys.executable, "-m", "macros", "reviewed", "--root", root, "--yes"]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)


@pytest.fixture(scope="session")
def chronicled(demo: Built, make_once: Callable[..., Path]) -> Chronicled:
    def make(root: Path) -> None:
        repository = write_history(assemble(root, DEMO))
        mark_reviewed(root)
        repository.commit("2026-01-06T10:00:00+0000")
        keep_pictures(root, demo.root)
        run = run_mkdocs(root, "build", "--strict")
        assert run.returncode == 0, run.stdout + run.stderr
        (root / "said.txt").write_text(run.stdout + run.stderr, "utf-8")

    root = make_once("chronicled", make)
    return Chronicled(Built("chronicled", root), (root / "said.txt").read_text("utf-8"))


def plain(node: LexborNode | None) -> str:
    assert node is not None
    return " ".join(node.text().replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_page_lists_days_newest_first_and_records_with_links(chronicled: Chronicled) -> None:
    days = {
        "ru": ["6 января 2026", "5 января 2026", "2 января 2026"],
        "en": ["5 January 2026", "2 January 2026"],  # on the 6th a Russian text alone was edited
    }
    for lang in PREFIXES:
        page = chronicled.page(lang)
        assert [plain(node) for node in page.css(".cl-changes__date")] == days[lang]
        path = f"{PREFIXES[lang]}changes/"
        for link in page.css(".cl-changes a"):
            target = resolve(chronicled.built.pages[path], link.attributes["href"] or "")
            assert target in chronicled.built.pages or (chronicled.built.folder / target).is_file(), target
            anchor = (link.attributes["href"] or "").partition("#")[2]
            assert not anchor or chronicled.built.pages[target].tree.css_first(f'[id="{anchor}"]') is not None
        ids = [node.attributes["id"] for node in page.css("[id]")]
        assert len(ids) == len(set(ids))


def test_the_page_says_each_change_in_words_and_by_its_line(chronicled: Chronicled) -> None:
    record = chronicled.page("ru").css_first("#change-2026-01-02-organisation-steklyannaya-verf")
    assert plain(record.css_first(".cl-changes__name")) == "Верфь «Стеклянный парус»"
    lines = [plain(node) for node in record.css(".cl-changes__change")]
    assert lines == [
        "Статус изменён с «подтверждено» на «было».",
        "Теперь по состоянию на 1 марта 2025, прежде — на 10 февраля 2025.",
        lines[2],
        "Факт, текст: было «Сотый каяк верфи коснулся воды 29 февраля 2024 года», "
        "стало «Сотый каяк верфь спустила 29 февраля 2024 года».",
    ]
    assert re.fullmatch(r"Состав источников: убрано «.+: .+»\.", lines[2])
    assert "cl-changes__change--past" in (record.css_first(".cl-changes__change").attributes["class"] or "")
    english = chronicled.page("en").css_first("#change-2026-01-02-organisation-steklyannaya-verf")
    assert plain(english.css_first(".cl-changes__change")) == "Status changed from “confirmed” to “past”."
    chain = chronicled.page("ru").css_first("#change-2026-01-05-chain .cl-changes__change")
    assert "cl-changes__change--planned" in (chain.attributes["class"] or "")
    assert plain(chain).endswith("— статус изменён с «подтверждено» на «в планах».")
    removed = chronicled.page("en").css_first(".cl-changes__change--removed")
    assert plain(removed) == "Fact removed: “In 2023 there were 83 kayaks produced”."


def test_text_out_of_an_old_revision_stays_text(chronicled: Chronicled) -> None:
    page = chronicled.page("ru")
    assert page.css(".cl-changes img, .cl-changes script, .cl-changes [onerror]") == []
    assert "onerror=alert(1)" in plain(page.css_first(".cl-changes"))
    for item in chronicled.feed("ru")["items"]:  # type: ignore[attr-defined]
        assert LexborHTMLParser(item["content_html"]).css("img, script, [onerror]") == []


@pytest.mark.parametrize("lang", PREFIXES)
def test_atom_and_json_hold_what_the_page_shows(chronicled: Chronicled, lang: str) -> None:
    feed, atom = chronicled.feed(lang), chronicled.atom(lang)
    records = chronicled.page(lang).css(".cl-changes__record")
    entries, items = atom.findall(f"{ATOM}entry"), feed["items"]
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["language"] == lang
    assert feed["home_page_url"] == f"{SITE_URL}{PREFIXES[lang]}changes/"
    assert len(records) == len(entries) == len(items) > 3  # type: ignore[arg-type]
    for record, entry, item in zip(records, entries, items, strict=True):  # type: ignore[call-overload]
        day = (record.attributes["id"] or "")[len("change-") :][:10]
        url = f"{SITE_URL}{PREFIXES[lang]}changes/#{record.attributes['id']}"
        assert entry.find(f"{ATOM}link").attrib["href"] == item["url"] == url
        assert entry.findtext(f"{ATOM}id") == item["id"] and item["id"].startswith("urn:uuid:")
        assert entry.findtext(f"{ATOM}title") == item["title"]
        moments = {entry.findtext(f"{ATOM}{name}") for name in ("published", "updated")}
        assert moments == {item["date_published"], item["date_modified"]} == {f"{day}T00:00:00+00:00"}
        assert entry.findtext(f"{ATOM}content") == item["content_html"]
        told = [change["sentence"] for change in item["_change"]["changes"]]
        body = LexborHTMLParser(item["content_html"])
        assert [node.text() for node in body.css("ul:first-of-type li")] == told
        assert len(told) == len(record.css(".cl-changes__change"))
        assert not re.search(r'href="(?!https?://)', item["content_html"])
        sources = (
            [link.attributes["href"] for link in body.css("ul:last-of-type a")] if item["_change"]["sources"] else []
        )
        assert len(sources) == len(record.css(".cl-changes__sources a"))
    assert atom.findtext(f"{ATOM}updated") == items[0]["date_modified"]  # type: ignore[index]
    (own,) = (link for link in atom.findall(f"{ATOM}link") if link.attrib["rel"] == "self")
    assert own.attrib["href"] == f"{SITE_URL}{PREFIXES[lang]}changes.xml"


def test_ids_are_unique_and_stay_when_the_site_moves(chronicled: Chronicled) -> None:
    site, _ = load_site(chronicled.built.root, today())
    site = replace(site, changes=load_changes(chronicled.built.root))
    everything = []
    for lang, prefix in PREFIXES.items():
        there = export_change_feeds(View(site, lang, base="https://elsewhere.example/path/"))  # type: ignore[arg-type]
        moved = [item["id"] for item in json.loads(there[f"{prefix}changes.json"])["items"]]
        assert moved == [item["id"] for item in chronicled.feed(lang)["items"]]  # type: ignore[attr-defined]
        everything += moved
    assert len(set(everything)) == len(everything)


def test_only_the_page_of_changes_names_their_feeds_in_its_head(chronicled: Chronicled) -> None:
    for path, page in chronicled.built.pages.items():
        names = [link.attributes["href"] or "" for link in page.tree.css("link[rel=alternate][type]")]
        own = {name.rsplit("/", 1)[-1] for name in names if "changes." in name}
        assert own == ({"changes.xml", "changes.json"} if path in ("changes/", "en/changes/") else set()), path


def test_the_sitemap_gives_the_page_the_day_of_the_latest_change(chronicled: Chronicled) -> None:
    text = (chronicled.built.folder / "sitemap.xml").read_text("utf-8")
    assert re.search(r"<loc>https://cluster.example/changes/</loc>\s*<lastmod>2026-01-06</lastmod>", text)


def test_a_build_with_history_says_nothing_of_it(chronicled: Chronicled) -> None:
    assert "стори" not in chronicled.said


def test_without_history_the_site_is_built_and_says_so_once(
    chronicled: Chronicled, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("exported") / "root"
    shutil.copytree(chronicled.built.root, root, ignore=shutil.ignore_patterns(".git", ".cache"))
    shutil.rmtree(root / "site")
    keep_pictures(root, chronicled.built.root)
    run = run_mkdocs(root, "build", "--strict")
    assert run.returncode == 0, run.stderr
    notes = [line for line in (run.stdout + run.stderr).splitlines() if "Истории данных в этой копии нет" in line]
    assert len(notes) == 1
    assert "Traceback" not in run.stderr
    built = Built("exported", root)
    assert "нет истории данных, поэтому сказать, что в них менялось, она не может" in built.pages["changes/"].text
    assert "has no history of its data" in built.pages["en/changes/"].text
    assert built.pages["changes/"].tree.css(".cl-changes__day") == []
    feed = json.loads((root / "site" / "changes.json").read_text("utf-8"))
    assert feed["items"] == [] and "нет истории данных" in feed["description"]


def test_a_shallow_copy_says_since_when(chronicled: Chronicled, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=2", chronicled.built.root.as_uri(), "copy")
    site, _ = load_site(chronicled.built.root, today())
    changes = load_changes(tmp_path / "copy")
    html = {lang: str(render_changes(View(replace(site, changes=changes), lang, "changes/"))) for lang in PREFIXES}  # type: ignore[arg-type]
    assert "история данных начинается 6 января 2026" in html["ru"].replace("\N{NO-BREAK SPACE}", " ")
    assert "С тех пор ни одна запись не изменилась" in html["ru"].replace("\N{NO-BREAK SPACE}", " ")
    assert "the history of the data begins on 6 January 2026" in html["en"].replace("\N{NO-BREAK SPACE}", " ")


def test_the_same_commit_tells_the_same_anywhere(chronicled: Chronicled, tmp_path: Path) -> None:
    """Another folder, zone, language and settings of Git; uncommitted edits; nothing kept."""
    git(tmp_path, "clone", "--quiet", chronicled.built.root.as_uri(), "copy")
    (tmp_path / "settings").write_text("[log]\n\tshowSignature = true\n\tdate = relative\n[core]\n\tquotePath = true\n")
    environment = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "GIT_CONFIG_GLOBAL": str(tmp_path / "settings")}
    repository = Repository(tmp_path / "copy")
    repository.edit("participants.yaml", "  status: past\n  region", "  status: unknown\n  region")
    outputs = []
    for root, env in ((chronicled.built.root, dict(os.environ)), (repository.root, environment)):
        run = subprocess.run(
            [sys.executable, "-m", "macros", "changes", "--root", root],
            cwd=PROJECT,
            env={**env, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        )
        outputs.append(run.stdout)
    assert outputs[0] == outputs[1] and "Статус изменён".encode() in outputs[0]
    assert read_chronicle(repository.root) == load_changes(chronicled.built.root)


def run_changes(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "macros", "changes", "--root", str(root), *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_the_command_prints_the_sentences_of_the_page(chronicled: Chronicled) -> None:
    for lang in PREFIXES:
        printed = run_changes(chronicled.built.root, "--lang", lang)
        assert (printed.returncode, printed.stderr) == (0, "")
        for item in chronicled.feed(lang)["items"]:  # type: ignore[attr-defined]
            for change in item["_change"]["changes"]:
                assert f"  {change['sentence']}\n".replace("\N{NO-BREAK SPACE}", " ") in f"{printed.stdout}\n"
    between = run_changes(chronicled.built.root, "--since", "HEAD~4", "--until", "HEAD~3")
    assert "Статус изменён с «подтверждено» на «было»." in between.stdout and "января 2026\n" not in between.stdout
    assert "Источники: Палата судоходства Норимбского края, 12 апреля 2022; " in between.stdout
    assert run_changes(chronicled.built.root, "--since", "HEAD").stdout == "Данные не изменились.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--since", "no-such"), "Версии «no-such» в этой копии нет"), (("--until=--all",), "— не версия")],
)
def test_a_revision_that_is_not_there_is_answered(
    chronicled: Chronicled, arguments: tuple[str, ...], said: str
) -> None:
    answer = run_changes(chronicled.built.root, *arguments)
    assert answer.returncode == 2 and said in answer.stderr and "Traceback" not in answer.stderr


@pytest.mark.parametrize("lang", PREFIXES)
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1440, "light")])
def test_the_page_fits_and_breaks_no_rule(
    chronicled: Chronicled,
    open_page: Callable[..., Page],
    serve_folder: Callable[[Path], str],
    lang: str,
    width: int,
    scheme: str,
) -> None:
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"{serve_folder(chronicled.built.folder)}/{PREFIXES[lang]}changes/")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert violations(page) == []
