"""`verify` on a small built site: silent as it was built, and each kind of fault planted in it is told."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from macros.content.model import LANGUAGES
from macros.content.problems import explain
from tests.built import Built
from tools import verify
from tools.verify import BuiltSite

PROJECT = Path(__file__).parents[1]
ABOUT, EN_ABOUT, NEWS = "about/index.html", "en/about/index.html", "news/2024-05-01-fleet/index.html"
IN_FILES = tuple(rule for rule in verify.CHECKS if rule is not verify.check_in_browser)


@pytest.fixture
def built(small_built: Built) -> Path:
    """The folder of a small cluster that was built; the site is in `site`."""
    return small_built.root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """A copy of the test's own."""
    for name in ("data", "docs", "site"):
        shutil.copytree(built / name, tmp_path / name)
    return tmp_path


def insert(html: str) -> Callable[[str], str]:
    return lambda text: text.replace("</main>", f"{html}</main>")


def replace(old: str, new: str) -> Callable[[str], str]:
    return lambda text: re.sub(old, new, text, count=1, flags=re.DOTALL)


NOISE = "".join(map(chr, Random(1).choices(range(0x4E00, 0x9FFF), k=9000)))
FAULTS: list[tuple[str, str, Callable[[str], str]]] = [
    ("built-link", ABOUT, insert('<a href="../gone/">x</a>')),
    ("built-link", ABOUT, insert('<img src="../assets/a.webp" srcset="../assets/b.webp 2x" alt="x">')),
    ("built-link", ABOUT, replace('"og:url" content="[^"]*', '"og:url" content="https://cluster.example/gone/')),
    ("built-link", "404.html", insert('<a href="about/">x</a>')),
    ("built-link", "feed.xml", replace("/news/2024-05-01-fleet/", "/news/gone/")),
    ("built-link", "assets/site.*.css", replace("$", "a { background: url(gone.svg) }")),
    ("built-anchor", ABOUT, insert('<a href="../lists/#gone">x</a>')),
    ("built-anchor", ABOUT, insert('<button popovertarget="gone">x</button>')),
    ("built-foreign", ABOUT, insert('<img src="//evil.example/x" alt="x"><a href="//evil.example/x">x</a>')),
    ("built-foreign", ABOUT, replace("<link ", '<link rel="preconnect" href="//evil.example"><link ')),
    ("built-foreign", "assets/site.*.css", replace("$", "@import '//evil.example/x.css';")),
    ("built-hreflang", ABOUT, replace('hreflang="en" href="[^"]*', 'hreflang="en" href="https://cluster.example/en/')),
    ("built-hreflang", ABOUT, replace('<html lang="ru"', '<html lang="en"')),
    ("built-hreflang", ABOUT, replace('"canonical" href="[^"]*', '"canonical" href="https://cluster.example/')),
    ("built-untitled", ABOUT, replace("<title>[^<]*", "<title> ")),
    ("built-same", "search/index.html", replace('"description" content="[^"]*', '"description" content="Списки.')),
    ("built-twice", ABOUT, insert('<p id="a"></p><p id="a"></p>')),
    ("built-heavy", NEWS, insert(NOISE)),
    ("built-marked", ABOUT, insert('<p class="cl-badge">' + "слово " * 40 + "</p>")),
    ("built-policy", ABOUT, replace("<meta http-equiv[^>]*>", "")),
    ("built-policy", ABOUT, replace("img-src", "media-src")),
    ("built-policy", ABOUT, replace("<meta", '<script src="../assets/x.js"></script><meta')),
    ("built-policy", "_headers", replace("nosniff", "sniff")),
    ("built-inline", ABOUT, insert("<script>1</script>")),
    ("built-inline", ABOUT, insert('<p style="color: red">x</p>')),
    ("built-inline", ABOUT, insert('<p onclick="x()">x</p>')),
    ("built-inline", ABOUT, insert('<a href="javascript:x()">x</a>')),
    ("built-xml", "rss.xml", replace("</channel>", "")),
    ("built-feed", "en/feed.xml", replace("(<entry>.*?</entry>)", r"\1\1")),
    ("built-sitemap", "sitemap.xml", replace("<url>.*?</url>", "")),
]
IN_BROWSER: list[tuple[str, str, Callable[[str], str]]] = [
    ("built-wide", ABOUT, insert('<svg width="700" height="9" aria-hidden="true"></svg>')),
    ("built-axe", "en/lists/index.html", insert('<img src="../../favicon.ico">')),
    ("built-console", ABOUT, insert('<script src="../assets/planted.js"></script>')),
]
"""What only a browser sees."""


def plant(root: Path, name: str, change: Callable[[str], str]) -> None:
    (file,) = (root / "site").glob(name)
    text = file.read_text("utf-8")
    assert change(text) != text
    file.write_text(change(text), "utf-8")


def find(root: Path, rules: tuple[Callable[..., object], ...]) -> dict[str, str]:
    """Rule -> file of what is found; each can be told in both languages."""
    site = BuiltSite(root, root / "site")
    problems = [problem for rule in rules for problem in rule(site)]
    for problem in problems:
        assert all(all(explain(problem, lang)) for lang in LANGUAGES)
    return {problem.rule: problem.file for problem in problems}


def test_what_was_built_has_no_problem_and_every_component_is_seen_in_both_languages(built: Path) -> None:
    """What a browser sees: test_the_command_tells_what_a_browser_sees_too_and_nothing_else."""
    assert find(built, IN_FILES) == {}
    site = BuiltSite(built, built / "site")
    kinds = verify.find_kinds(site)
    assert {page.lang for page in kinds} == {"ru", "en"}
    shown = {name for page in kinds for name in re.findall(r'class="(cl-[a-z-]+)', page.html)}
    assert shown == {name for page in site.pages.values() for name in re.findall(r'class="(cl-[a-z-]+)', page.html)}


@pytest.mark.parametrize(("rule", "name", "change"), FAULTS, ids=[f"{n}-{rule}" for n, (rule, *_) in enumerate(FAULTS)])
def test_a_planted_fault_is_told(root: Path, rule: str, name: str, change: Callable[[str], str]) -> None:
    plant(root, name, change)
    sources = {
        ABOUT: "docs/ru/about.md",
        NEWS: "data/news/2024-05-01-fleet.yaml",
        "search/index.html": "docs/ru/search.md",
    }
    file = find(root, IN_FILES)[rule]
    assert file == sources.get(name) or file.startswith("site/") and Path(file).match(name)


def test_a_page_without_its_twin_is_told(root: Path) -> None:
    (root / "site" / EN_ABOUT).unlink()
    assert find(root, (verify.check_twins,)) == {"built-twin": "docs/ru/about.md"}


def test_a_page_that_only_itself_and_its_twin_link_to_is_told(root: Path) -> None:
    for lang in ("", "en/"):
        shutil.copytree(root / f"site/{lang}about", root / f"site/{lang}alone")
    plant(root, "en/about/index.html", insert('<a href="../../alone/">x</a>'))
    plant(root, "en/alone/index.html", insert('<a href="../alone/">x</a>'))
    assert find(root, (verify.check_links,)) == {"built-alone": "site/en/alone/index.html"}


def test_a_problem_names_the_line_of_the_content_that_makes_it(root: Path) -> None:
    page = root / "docs/ru/about.md"
    page.write_text(page.read_text("utf-8") + "\n[сюда](lists.md#gone)\n", "utf-8")
    plant(root, ABOUT, insert('<a href="../lists/#gone">сюда</a>'))
    plant(root, "organisations/north-yard/index.html", insert('<a href="../gone/">туда</a>'))
    site = BuiltSite(root, root / "site")
    lines = {problem.file: problem.line for problem in verify.check_links(site)}
    assert lines.pop("docs/ru/about.md") == len(page.read_text("utf-8").splitlines())
    ((file, line),) = lines.items()
    assert "id: north-yard" in (root / file).read_text("utf-8").splitlines()[line - 1]


@pytest.fixture
def before(built: Path, tmp_path: Path) -> Path:
    """A site with more than the small one: an organisation, a news item, a page; and another text about the cluster."""
    folder = tmp_path / "before" / "site"
    shutil.copytree(built / "site", folder)
    for number in range(3):
        for path in (f"organisations/former-{number}", f"en/organisations/former-{number}", "old", "en/old"):
            shutil.copytree(folder / "about", folder / path, dirs_exist_ok=True)
    plant(folder.parent, ABOUT, replace("<h1", "<p>Прежде.</p><h1"))
    plant(folder.parent, "lists/index.html", replace(r"site\.[0-9a-f]+\.css", "site.0123456789.css"))
    shutil.rmtree(folder / "search")
    return folder


def test_what_is_new_changed_and_gone_is_told_with_the_remedy(root: Path, before: Path) -> None:
    found, changes = verify.compare(BuiltSite(root, before), BuiltSite(root, root / "site"), "ru")
    assert [line.split("`")[0] + " ".join(re.findall("`(.*?)`", line)) for line in changes.splitlines() if line] == [
        "- Новые страницы: 1. /search/",
        "- Изменённые страницы: 1. /about/",
        "- Исчезнувшие страницы: 8. /en/old/ /en/organisations/former-0/ /en/organisations/former-1/ "
        "/en/organisations/former-2/ /old/ /organisations/former-0/ /organisations/former-1/ /organisations/former-2/",
    ]
    rules = [problem.rule for problem in found]
    assert rules == ["built-gone-page", *["built-gone-record"] * 3, "built-shrinks"]
    assert {problem.level for problem in found} == {"warning"}
    told = [" ".join(explain(problem, "ru")) for problem in found]
    assert "data/moved.yaml" in told[0] and "former_ids" in told[1]
    assert re.search(r"организаций: было \d+, станет \d+", told[-1]) and "allow-shrink" in told[-1]


def test_a_former_address_that_leads_on_is_not_gone(root: Path, before: Path) -> None:
    for folder in ("", "en/"):
        shutil.copytree(root / "site" / "about", root / "site" / folder / "old")
        plant(
            root,
            f"{folder}old/index.html",
            replace("<title>", '<meta http-equiv="refresh" content="0; url=../"><title>'),
        )
    found, _ = verify.compare(BuiltSite(root, before), BuiltSite(root, root / "site"), "ru")
    assert "built-gone-page" not in {problem.rule for problem in found}


def run(root: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.verify", "--root", root, "--site", root / "site", *options]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=600)


def test_the_command_tells_what_a_browser_sees_too_and_nothing_else_fails_and_adds_to_a_summary(
    root: Path, before: Path
) -> None:
    (root / "site" / "assets" / "planted.js").write_text("throw new Error('planted');")
    for _, name, change in [("", ABOUT, insert('<a href="../gone/">x</a>')), *IN_BROWSER]:
        plant(root, name, change)
    answer = run(root, "--against", before, "--format", "codequality", "--summary", root / "summary.md")
    assert answer.returncode == 1, answer.stderr
    told = json.loads(answer.stdout)
    rows = {row["check_name"]: row for row in told}
    assert rows["built-link"]["location"] == {"path": "docs/ru/about.md", "lines": {"begin": 1}}
    planted = {"built-link": ABOUT} | {rule: name for rule, name, _ in IN_BROWSER}
    lost = {"built-gone-page": 1, "built-gone-record": 3, "built-shrinks": 1}
    assert Counter(row["check_name"] for row in told) == Counter({**dict.fromkeys(planted, 1), **lost})
    sources = {ABOUT: "docs/ru/about.md", "en/lists/index.html": "docs/en/lists.md"}
    assert {rule: rows[rule]["location"]["path"] for rule in planted} == {
        rule: sources[name] for rule, name in planted.items()
    }
    assert (rows["built-link"]["severity"], rows["built-gone-page"]["severity"]) == ("major", "minor")
    text = (root / "summary.md").read_text("utf-8")
    assert text.startswith("## Собранный сайт\n\n- Новые страницы: 1. `/search/`\n")
    assert "[built-link]" in text and "[built-shrinks]" in text


def test_without_a_site_there_is_nothing_to_check(tmp_path: Path) -> None:
    answer = run(tmp_path)
    assert (answer.returncode, answer.stdout) == (2, "") and "make build" in answer.stderr
