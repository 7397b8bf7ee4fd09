"""Former addresses: what stands there, where it leads, and that nothing else takes it for a page."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs
from msgspec.structs import replace
from playwright.sync_api import Page, Route, expect

from macros.content.model import NewsItem
from macros.content.site import Site
from macros.outputs.feeds import item_id
from macros.outputs.headers import list_headers
from macros.outputs.redirects import MAX_LINES, write_nginx_redirects, write_redirects_file
from macros.site.layout import list_outputs
from macros.site.pages import list_pages
from tests.built import IS_LONG, SITE_URL, Built, BuiltPage, resolve
from tests.checks.cases import copy_base
from tests.commands import Answer, run_command
from tests.servers import find_program, free_port, run_server, write_nginx_settings
from tests.site.test_axe import violations

Open = Callable[..., Page]
Serve = Callable[[Path], str]
PREFIXES = {"ru": "", "en": "en/"}


def address(path: str) -> str:
    """The address of a page by its path below the docs folder."""
    return path.removesuffix(".md").removesuffix("index").rstrip("/") + "/"


def expected(built: Built) -> dict[str, str]:
    """Every former address that the data of a cluster ask for, and where it leads."""
    ways: dict[str, str] = {}
    records = [("organisations", item["id"], item) for item in built.organisations]
    records += [("news", name, item) for name, item in built.news.items()]
    for folder, name, item in records:
        ways |= {f"{folder}/{old}/": f"{folder}/{name}/" for old in item.get("former_ids", [])}
    for tag in built.data("vocabulary.yaml")["tags"]:
        ways |= {f"news/tags/{old}/": f"news/tags/{tag['id']}/" for old in tag.get("former_ids", [])}
    for move in built.data("moved.yaml") or []:
        ways[address(move["from"])] = address(move["to"])
    return ways


def refresh(page: BuiltPage) -> str:
    """Where a browser goes on to by itself, and at once."""
    content = page.tree.css_first("meta[http-equiv=refresh]").attributes["content"] or ""
    found = re.fullmatch(r"0; url=(\S+)", content)
    assert found is not None, content
    return resolve(page, found[1])


def test_former_addresses_lead_where_the_data_say_and_there_are_no_others(built: Built) -> None:
    ways = expected(built)
    assert {path: refresh(page) for path, page in built.redirects.items()} == {
        prefix + old: prefix + new for old, new in ways.items() for prefix in PREFIXES.values()
    }
    assert all(refresh(page) in built.pages for page in built.redirects.values())


def test_the_demo_cluster_has_an_address_of_each_kind(built: Built) -> None:
    assert {
        "organisations/verf/",
        "news/2024-03-01-kayak-number-100/",
        "news/tags/races/",
        "rules/",
        "history/",
        "organisations/old-hangar/",
    } <= set(built.redirects)


def test_a_redirect_says_in_words_where_it_leads_and_asks_not_to_be_indexed(built: Built) -> None:
    for page in built.redirects.values():
        target = built.pages[refresh(page)]
        link = page.tree.css_first("main a")
        assert resolve(page, link.attributes["href"] or "") == target.path
        assert link.text().strip() and link.text() in target.tree.css_first("title").text()
        assert link.text() in page.tree.css_first("title").text()
        assert page.tree.css_first("meta[name=robots]").attributes["content"] == "noindex"
        assert page.tree.css_first("link[rel=canonical]").attributes["href"] == SITE_URL + target.path
        assert page.tree.css_first("html").attributes["lang"] == page.lang == target.lang


def test_a_redirect_runs_and_loads_nothing_and_has_the_policy_of_all_pages(built: Built) -> None:
    for page in built.redirects.values():
        assert page.tree.css("script, style, [style], img, link:not([rel=canonical]), iframe, svg") == []
        policy, _ = page.tree.css("meta[http-equiv]")
        assert policy.attributes["http-equiv"] == "Content-Security-Policy"
        assert f"{policy.attributes['content']}; frame-ancestors 'none'" == list_headers()["Content-Security-Policy"]


def test_a_redirect_has_the_frame_of_a_page_without_its_furniture(built: Built) -> None:
    for page in built.redirects.values():
        assert [node.tag for node in page.tree.css("h1, h2, h3, h4")] == ["h1"]
        assert len(page.tree.css("main")) == 1
        assert not re.search(r"\{\{|\}\}|<!--|Undefined|>\s*None\s*<", page.html)
        assert page.html.startswith("<!doctype html>\n<html lang=")


def test_no_list_of_pages_names_a_redirect(built: Built) -> None:
    """Nor a feed, nor the search index, whose pieces Pagefind names by what they hold."""
    urls = {SITE_URL + path for path in built.redirects}
    for name in ("sitemap.xml", "feed.xml", "rss.xml", "robots.txt"):
        for prefix in PREFIXES.values():
            file = built.folder / prefix / name
            if name in ("sitemap.xml", "robots.txt") and prefix:
                assert not file.exists()
                continue
            assert not urls & set(re.findall(r"https?://[^\s\"<>)]+", file.read_text("utf-8"))), file
    for page in built.redirects.values():
        assert "data-pagefind-body" not in page.html
    linked = {
        resolve(page, node.attributes["href"] or "") for page in built.pages.values() for node in page.tree.css("a")
    }
    assert not linked & set(built.redirects), "our own links lead straight"


def test_both_languages_have_the_same_addresses(built: Built) -> None:
    russian = {path for path in built.redirects if not path.startswith("en/")}
    assert {f"en/{path}" for path in russian} == set(built.redirects) - russian


@pytest.mark.parametrize(("prefix", "is_scripted"), [("", False), ("en/", True)], ids=["no-scripts", "scripts"])
def test_a_browser_goes_on_by_itself(
    built: Built, open_page: Open, serve_folder: Serve, prefix: str, is_scripted: bool
) -> None:
    page = open_page(java_script_enabled=is_scripted)
    root = serve_folder(built.folder)
    for old in expected(built) if IS_LONG else ("organisations/verf/",):
        page.goto(f"{root}/{prefix}{old}", wait_until="commit")
        page.wait_for_url(f"{root}/{prefix}{expected(built)[old]}")
        expect(page.locator("main h1")).to_be_visible()


def open_without_refresh(page: Page, root: str, path: str) -> None:
    """Open a redirect as a browser shows it that was told not to go on by itself."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=re.sub(r'<meta http-equiv="refresh"[^>]*>', "", response.text()))

    page.route(f"{root}/{path}", answer)
    page.goto(f"{root}/{path}")


@pytest.mark.parametrize(
    ("prefix", "device"), [("", {"color_scheme": "light"}), ("en/", {"color_scheme": "dark"})], ids=["light", "dark"]
)
def test_a_redirect_that_stays_in_view_breaks_no_rule_and_its_link_leads_on(
    built: Built, open_page: Open, serve_folder: Serve, prefix: str, device: dict[str, str]
) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, **device)
    root = serve_folder(built.folder)
    open_without_refresh(page, root, f"{prefix}organisations/verf/")
    # axe takes the canvas for white, also where a browser paints it dark.
    page.evaluate("document.documentElement.style.background = 'Canvas'")
    assert violations(page) == []
    page.locator("main a").click()
    expect(page).to_have_url(f"{root}/{prefix}organisations/steklyannaya-verf/")


def test_the_file_for_hosts_has_every_address_once(built: Built) -> None:
    lines = [line.split(" ") for line in (built.folder / "_redirects").read_text("utf-8").splitlines()]
    assert {code for _, _, code in lines} <= {"301"}
    ways = {old.removeprefix("/"): new.removeprefix("/") for old, new, _ in lines}
    assert len(ways) == len(lines)
    assert ways == {path: refresh(page) for path, page in built.redirects.items()}


def test_the_file_for_hosts_stays_within_what_they_read(site: Site) -> None:
    former = {f"old-{number}/": "about/" for number in range(MAX_LINES)}
    assert len(write_redirects_file(replace(site, redirects=former)).splitlines()) == MAX_LINES


def test_a_page_that_is_there_keeps_its_address(site: Site) -> None:
    planted = replace(site, redirects={"news/page/2/": "about/", "gone/": "about/"})
    files = list_outputs(planted, list_pages(planted), Path())
    redirects = {path for path in files if path.endswith("index.html")}
    assert redirects == {"gone/index.html", "en/gone/index.html"}


def test_a_renamed_news_item_is_the_same_item_to_feed_readers(site: Site) -> None:
    renamed = site.find(NewsItem, "2024-02-29-hundredth-kayak")
    before = structs.replace(renamed, id=renamed.former_ids[0], former_ids=())
    assert item_id(renamed, "ru") == item_id(before, "ru")
    assert item_id(renamed, "ru") != item_id(structs.replace(renamed, former_ids=()), "ru")


# Behind a real nginx


@contextmanager
def nginx(folder: Path, site: Path, redirects: str) -> Iterator[str]:
    """Serve a folder by nginx with our headers and these redirects; gives the address without a final slash."""
    port = free_port()
    settings = write_nginx_settings(folder, site, port)
    (folder / "redirects.conf").write_text(redirects)
    text = settings.read_text()
    assert text.count("error_page 404 /404.html;") == 1
    settings.write_text(text.replace("error_page 404", f"include {folder}/redirects.conf;\n    error_page 404", 1))
    log = folder / "error.log"
    command = [find_program("nginx"), "-p", folder, "-c", settings, "-e", log]
    subprocess.run([*command, "-t", "-q"], check=True)
    with run_server([*command, "-g", "master_process off;"], port, log):
        yield f"http://127.0.0.1:{port}"


def print_redirects(*arguments: str | Path) -> Answer:
    return run_command("redirects", *arguments)


@pytest.mark.parametrize("base", ["/", "/sub/path/"])
def test_nginx_answers_with_301_and_all_headers(
    built: Built, site: Site, tmp_path: Path, page: Page, base: str
) -> None:
    served, settings = tmp_path / "served", tmp_path / "settings"
    settings.mkdir()
    shutil.copytree(built.folder, served / base.strip("/"), copy_function=os.link)
    if base != "/":
        shutil.copy(built.folder / "404.html", served)
    with nginx(settings, served, write_nginx_redirects(site, base)) as root:
        for path, redirect in built.redirects.items():
            for _ in range(100):
                try:
                    answer = page.request.get(f"{root}{base}{path}", max_redirects=0)
                    break
                except Exception as error:  # until it listens
                    assert "ECONNREFUSED" in str(error)
            assert answer.status == 301, path
            assert answer.headers["location"] == base + refresh(redirect)
            assert {name: answer.headers.get(name.lower()) for name in list_headers()} == list_headers()
        old = f"{root}{base}organisations/verf/"
        assert page.request.get(old).url == f"{root}{base}organisations/steklyannaya-verf/"
        assert page.request.get(f"{root}{base}organisations/verf2/").status == 404


def test_the_command_prints_them_for_the_path_of_the_site(built: Built, site: Site) -> None:
    lines = print_redirects("nginx", "--base", "/sub/path/", "--root", built.root).stdout
    assert lines == write_nginx_redirects(site, "/sub/path/") != write_nginx_redirects(site, "/")


def test_wrong_uses_of_the_command_are_told() -> None:
    for base in ("foil", "/foil", "foil/", "/a b/", "/a;/", "//"):
        run = print_redirects("nginx", "--base", base)
        assert (run.exit_code, run.stdout) == (2, ""), base
        assert "косой чертой" in run.stderr


def test_content_with_problems_has_no_redirects(tmp_path: Path) -> None:
    root = copy_base(tmp_path / "site")
    (root / "data" / "moved.yaml").write_text("- {from: about.md, to: index.md}\n")
    run = print_redirects("netlify", "--root", root)
    assert (run.exit_code, run.stdout) == (1, "")
    assert "[former-taken]" in run.stderr and "Traceback" not in run.stderr
