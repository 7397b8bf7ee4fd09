"""Files for other programs: feeds, sitemap, robots.txt, schema.org data."""

import json
import re
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec import structs
from msgspec.structs import replace
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from macros.content.site import Site, today
from macros.outputs.feeds import export_feeds
from macros.outputs.linked_data import describe_home, describe_organisation, render_linked_data
from macros.render.page import FEEDS, PageInfo, render_head
from macros.render.view import View
from tests.built import SITE_URL, Built, BuiltPage

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
VOCABULARY = json.loads(Path(__file__).with_name("schemaorg.json").read_text("utf-8"))["types"]
PREFIXES = {"ru": "", "en": "en/"}


def plain(text: str | None) -> str:
    return (text or "").replace("\N{NO-BREAK SPACE}", " ")


def content_pages(built: Built) -> list[BuiltPage]:
    return [page for page in built.pages.values() if not page.is_missing_page]


def atom(built: Built, lang: str) -> ElementTree.Element:
    return ElementTree.parse(built.folder / f"{PREFIXES[lang]}feed.xml").getroot()


def item_ids(feed: ElementTree.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]


@pytest.mark.parametrize("lang", PREFIXES)
def test_both_feeds_hold_the_newest_items_alike(built: Built, lang: str) -> None:
    prefix = PREFIXES[lang]
    newest = sorted(built.news, reverse=True)[:30]
    entries = atom(built, lang).findall(f"{ATOM}entry")
    items = ElementTree.parse(built.folder / f"{prefix}rss.xml").getroot().findall("channel/item")
    assert len(entries) == len(items) == len(newest)
    for name, entry, item in zip(newest, entries, items, strict=True):
        url = f"{SITE_URL}{prefix}news/{name}/"
        assert entry.find(f"{ATOM}link").attrib["href"] == item.findtext("link") == url  # type: ignore[union-attr]
        assert entry.findtext(f"{ATOM}id") == item.findtext("guid")
        titles = {entry.findtext(f"{ATOM}title"), item.findtext("title")}
        assert {plain(title) for title in titles} == {built.news[name]["title"][lang]}
        assert entry.findtext(f"{ATOM}published") == f"{built.news[name]['date']}T00:00:00+00:00"
        assert parsedate_to_datetime(item.findtext("pubDate") or "").date().isoformat() == built.news[name]["date"]
        bodies = {entry.findtext(f"{ATOM}content"), item.findtext(f"{CONTENT}encoded")}
        (body,) = bodies
        text = LexborHTMLParser(body or "").body.text(separator=" ")  # type: ignore[union-attr]
        assert plain(text).startswith(item_lead := built.news[name]["lead"][lang]) and len(text) > len(item_lead) + 40
        assert not re.search(r'(?:href|src|srcset)="(?!https?://|mailto:|tel:)', body or ""), (
            "no page to be relative to"
        )
        assert ("<picture>" in (body or "")) == ("photo" in built.news[name])


def test_ids_of_items_are_unique_and_stay_when_the_site_moves(built: Built, site: Site) -> None:
    moved = {}
    for lang in PREFIXES:
        there = export_feeds(View(site, lang, base="https://elsewhere.example/path/"))  # type: ignore[arg-type]
        moved[lang] = item_ids(ElementTree.fromstring(there[f"{PREFIXES[lang]}feed.xml"]()))
        assert moved[lang] == item_ids(atom(built, lang))
    everything = [*moved["ru"], *moved["en"]]
    assert len(set(everything)) == len(everything)


def test_a_feed_changes_only_with_its_content(built: Built, site: Site) -> None:
    before = export_feeds(View(site, "ru", base=SITE_URL))["feed.xml"]()
    assert (built.folder / "feed.xml").read_bytes() == before
    changed = structs.replace(site.news[0], updated=date(2026, 11, 1))
    after = export_feeds(View(replace(site, news=(changed, *site.news[1:])), "ru", base=SITE_URL))["feed.xml"]()
    updates = re.findall(rb"<updated>(.*?)</updated>", after)
    assert updates[:2] == [b"2026-11-01T00:00:00+00:00"] * 2
    assert updates[2:] == re.findall(rb"<updated>(.*?)</updated>", before)[2:]


def test_without_news_there_is_no_feed_and_no_page_names_one(site: Site) -> None:
    view = View(replace(site, news=()), "ru", base=SITE_URL)
    assert export_feeds(view) == {}
    assert 'type="application/' not in render_head(view, PageInfo("Title", "Description"), "")


def test_every_page_names_the_feeds_of_its_language(built: Built) -> None:
    for page in content_pages(built):
        links = page.tree.css("link[rel=alternate][type]")
        named = {(link.attributes["href"] or "").rsplit("/", 1)[-1]: link.attributes["type"] for link in links}
        assert {path: kind for path, (_, kind) in FEEDS.items()}.items() <= named.items(), page.path


def test_the_sitemap_has_every_page_and_dates_of_content_only(built: Built) -> None:
    urls = ElementTree.parse(built.folder / "sitemap.xml").getroot().findall(f"{SITEMAP}url")
    dated = {url.findtext(f"{SITEMAP}loc") or "": url.findtext(f"{SITEMAP}lastmod") for url in urls}
    assert len(dated) == len(urls)
    assert set(dated) == {SITE_URL + page.path for page in content_pages(built)}
    for name, item in built.news.items():
        assert dated[f"{SITE_URL}news/{name}/"] == dated[f"{SITE_URL}en/news/{name}/"] == item["date"]
    latest = max(item["date"] for item in built.news.values())
    assert dated[f"{SITE_URL}news/"] == latest
    assert dated[f"{SITE_URL}about/"] is None, "nothing tells when prose changed"
    for item in built.organisations:
        days = [item["as_of"], *(fact["as_of"] for fact in item.get("facts", []))]
        days += [news["date"] for news in built.news.values() if item["id"] in news.get("organisations", [])]
        assert dated[f"{SITE_URL}organisations/{item['id']}/"] == max(days)
    assert today(built.root).isoformat() not in dated.values()


def test_robots_names_the_sitemap(built: Built) -> None:
    assert f"Sitemap: {SITE_URL}sitemap.xml" in (built.folder / "robots.txt").read_text("utf-8")


def test_the_icons_for_devices_are_there(built: Built) -> None:
    touch = built.pages[""].tree.css_first("link[rel=apple-touch-icon]").attributes["href"] or ""
    with Image.open(built.folder / touch) as image:
        assert (image.format, image.size) == ("PNG", (180, 180))
    with Image.open(built.folder / "favicon.ico") as image:
        assert image.format == "ICO"


def linked_data(page: BuiltPage) -> list[dict[str, Any]]:
    (script,) = page.tree.css("script[type='application/ld+json']")
    data = json.loads(script.text())
    assert data["@context"] == "https://schema.org"
    return list(data["@graph"])


def walk(node: Any) -> list[dict[str, Any]]:
    found = [node] if isinstance(node, dict) else []
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [*found, *(one for value in inner for one in walk(value))]


def test_every_page_speaks_schema_orgs_terms_only(built: Built) -> None:
    for page in content_pages(built):
        for node in walk(linked_data(page)):
            known = VOCABULARY[node["@type"]]
            assert set(node) - {"@type"} <= set(known), (page.path, node["@type"])


def test_the_way_to_a_page_ends_at_the_page(built: Built) -> None:
    for page in content_pages(built):
        ways = [node for node in linked_data(page) if node["@type"] == "BreadcrumbList"]
        assert len(ways) == (page.path not in ("", "en/"))
        for way in ways:
            steps = way["itemListElement"]
            assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
            assert steps[-1]["item"] == SITE_URL + page.path
            assert all(step["item"].removeprefix(SITE_URL) in built.pages for step in steps)


def test_nobody_who_is_only_planned_is_a_member(built: Built) -> None:
    organisations = {item["id"]: item for item in built.organisations}
    seen = 0
    for page in content_pages(built):
        members = [node for node in walk(linked_data(page)) if "member" in node or "memberOf" in node]
        if members and "organisations/" in page.path:
            item = organisations[page.path.rstrip("/").rsplit("/", 1)[-1]]
            assert item["status"] == "confirmed" and item["role"] in ("anchor", "participant")
            seen += 1
    assert seen


def test_a_news_page_gives_its_dates_and_sources(built: Built) -> None:
    sources = {source["id"]: source for source in built.data("sources.yaml")}
    for name, item in built.news.items():
        (article,) = (node for node in linked_data(built.pages[f"en/news/{name}/"]) if node["@type"] == "NewsArticle")
        assert (article["headline"], article["datePublished"]) == (article["headline"], item["date"])
        assert plain(article["headline"]) == item["title"]["en"]
        assert [source["url"] for source in article["isBasedOn"]] == [sources[key]["url"] for key in item["sources"]]


@pytest.mark.parametrize("status", ["confirmed", "planned"])
def test_a_confirmed_cluster_names_its_confirmed_members_and_a_planned_one_nobody(site: Site, status: str) -> None:
    joined, invited = (
        structs.replace(site.participants()[0], id=each, status=each) for each in ("confirmed", "planned")
    )
    said = structs.replace(site.cluster.status, status=status)
    changed = replace(site, cluster=structs.replace(site.cluster, status=said), organisations=(joined, invited))
    view = View(changed, "ru", base=SITE_URL)
    members = [node["url"] for node in walk(describe_home(view)) if "/organisations/" in str(node.get("url"))]
    assert members == ([f"{SITE_URL}organisations/confirmed/"] if status == "confirmed" else [])
    assert ("memberOf" in describe_organisation(view, joined)[0]) == (status == "confirmed")
    assert "memberOf" not in describe_organisation(view, invited)[0]


def test_the_publisher_stands_in_structured_data_and_feeds(built: Built) -> None:
    home = linked_data(built.pages[""])
    known = {"@type": "Organization", "name": "Палата судоходства Норимбского края"}
    known |= {"email": "sail@chamber.example.org", "url": "https://chamber.example.org"}
    assert next(node for node in home if node["@type"] == "WebSite")["publisher"] == known
    atom = ElementTree.parse(built.folder / "feed.xml").getroot().find(f"{ATOM}author")
    assert atom is not None and [part.text for part in atom] == [known["name"], known["url"], known["email"]]
    editor = ElementTree.parse(built.folder / "rss.xml").getroot().findtext("channel/managingEditor")
    assert editor == f"{known['email']} ({known['name']})"


def test_no_name_ends_the_script_that_holds_it(site: Site) -> None:
    odd = "</script><script>alert(1)</script><!-- & ]]>"
    html = str(render_linked_data(View(site, "ru", "about/"), PageInfo(odd, odd)))
    assert html.count("<") == 2 and html.count(">") == 2
    assert json.loads(html.split(">", 1)[1].rsplit("<", 1)[0])["@graph"][0]["itemListElement"][-1]["name"] == odd
