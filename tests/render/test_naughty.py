"""Text from data is text: naughty strings in every field, seen in a real browser.

A page is drawn once with a plain word in every field and once with each string. As seen by the browser, the second must
be the first with the word replaced: no element, no attribute more, no character lost.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace
from playwright.sync_api import Page

from macros.content.model import (
    Fact,
    Link,
    Localised,
    Milestone,
    Named,
    NewsItem,
    Organisation,
    Region,
    Source,
    SupplyLink,
    Topic,
    Unknown,
)
from macros.content.site import Site
from macros.render import macros
from macros.render import page as page_parts
from macros.render.components import (
    render_hero,
    render_sources,
    render_template,
    render_timeline,
    render_unknowns,
)
from macros.render.news import render_news_list, render_news_page, render_news_section
from macros.render.organisations import render_organisation_list, render_organisation_page
from macros.render.postprocess import write_marks
from macros.render.value_chain import render_value_chain
from macros.render.view import View
from tests.built import IS_LONG

LISTS = Path(__file__).parent / "naughty"
WORD = "Qwertz"

READ = """() => {
  // A page as the browser sees it: tags, attributes, texts. Which spaces do not break, and how quotation marks look,
  // is typography's business.
  const plainly = (text) => text.replaceAll("\u00a0", " ").replace(/[«»“”]/g, '"').replaceAll("’", "'");
  const read = (document) => {
    const part = (node) => node.nodeType === Node.TEXT_NODE
      ? plainly(node.data)
      : [node.nodeName, [...node.attributes].map((a) => [a.name, plainly(a.value)]), [...node.childNodes].map(part)];
    return JSON.stringify(part(document.documentElement));
  };
  // A drawing breaks lines and divides words, so it differs in its parts: they must be shapes, and its names whole.
  const isDrawn = (drawing, text) => {
    const letters = (words) => plainly(words).replace(/[\\s-]/g, "");
    const parts = [...drawing.querySelectorAll("*")];
    const boxes = [...drawing.querySelectorAll(".cl-value-chain__box")];
    const linesOf = (box) => [...box.querySelectorAll(".cl-value-chain__box-name")];
    const nameOf = (box) => linesOf(box).map((line) => line.textContent).join("");
    const known = /^(svg|g|a|line|path|rect|text)$/;
    const isShape = (part) =>
      known.test(part.nodeName) && part.getAttributeNames().every((name) => !/^(on|style)/.test(name));
    return parts.every(isShape) && boxes.length > 0 && boxes.every((box) => letters(nameOf(box)) === letters(text));
  };
  // What a page holds but for its drawings, and whether these are drawings of the text.
  const examine = (html, text) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const drawings = [...page.querySelectorAll(".cl-value-chain__diagram")];
    const drawn = drawings.length > 0 && isDrawn(drawings[0], text);
    for (const drawing of drawings) drawing.remove();
    return [read(page), drawn];
  };
  // The strings whose page is not the first, which has a plain word, with its word replaced.
  window.differing = async (address) => {
    const [[word, first], ...pages] = await (await fetch(address)).json();
    const [plain] = examine(first, word);
    const parts = plain.split(word), found = [];
    for (const [text, html] of pages) {
      const [page, drawn] = examine(html, text);
      const wanted = JSON.stringify(plainly(text)).slice(1, -1);
      if (!drawn || page !== parts.join(wanted)) found.push(text);
    }
    return [plain, found];
  };
}"""


def naughty_strings() -> list[str]:
    found: list[str] = json.loads((LISTS / "blns.json").read_text("utf-8"))
    crafted = (LISTS / "crafted.txt").read_text("utf-8").splitlines()
    return [*(found if IS_LONG else found[::20]), *crafted]


def is_text(string: str) -> bool:
    """What the reader lets through: something to see, no control characters (it refuses the file otherwise).

    Not a dot alone: every host has it, and a source's host is left out where the publisher's name is part of it.
    """
    refused = (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\ufffe\uffff" for c in string)
    return string.strip() not in ("", ".") and not any(refused)


def both(text: str) -> Localised:
    return Localised(ru=text, en=text)


def fill(site: Site, text: str) -> Site:
    """A site in which every text that an editor writes is `text`."""
    said = both(text)
    sources = tuple(
        Source(**{**dict(source), "publisher": said, "short": said, "title": said, "note": said})
        for source in site.sources[:2]
    )
    ids = tuple(source.id for source in sources)

    def fact(name: str) -> Fact:
        return Fact(id=name, text=said, status="disputed", sources=ids, as_of=site.cluster.status.as_of, stated_by=said)

    organisation = Organisation(
        **{
            **dict(site.organisations[0]),
            "name": said,
            "name_note": said,
            "group": said,
            "summary": said,
            "sources": ids,
            "facts": (fact("f1"), fact("f2")),
        }
    )
    news = NewsItem(
        **{**dict(site.news[0]), "title": said, "lead": said, "sources": ids, "organisations": (organisation.id,)}
    )
    milestone = Milestone(id="m", date="2024", date_note=said, title=said, text=said, status="past", sources=ids)
    cluster = structs.replace(
        site.cluster,
        name=said,
        short_name=said,
        name_note=said,
        tagline=said,
        status=fact("status"),
        contact=organisation.id,
        milestones=(milestone,),
        links=(Link(title=said, url="https://example.org", note=said),),
    )
    topic = Topic(id="t", group="g", title=said, title_note=said, link=None, facts=(fact("f3"),))
    unknown = Unknown(
        id=site.cluster.open_question or "u",
        question=said,
        kind="not_found",
        searched=date(2024, 1, 1),
        about=(organisation.id,),
        answers=(),
        how_to_check=said,
    )
    chain = structs.replace(
        site.chain,
        markets=tuple(structs.replace(market, name=said) for market in site.chain.markets),
        links=tuple(
            SupplyLink(**{**dict(link), "sources": ids})
            for link in site.chain.links
            if {link.source_end.organisation, link.target_end.organisation} - {None} == {organisation.id}
        ),
    )
    terms: dict[tuple[Any, str], object] = {}
    for kind, key in site.by_id:
        if kind in ("stage", "tag", "group", "material", "market"):
            terms[kind, key] = Named(id=key, name=said, note=None)
        elif kind == "region":
            terms[kind, key] = Region(id=key, name=said)
    records = {
        (Organisation, organisation.id): organisation,
        (NewsItem, news.id): news,
        (Unknown, unknown.id): unknown,
    }
    by_id = {**site.by_id, **terms, **records, **{(Source, source.id): source for source in sources}}
    return replace(
        site,
        cluster=cluster,
        organisations=(organisation,),
        sources=sources,
        chain=chain,
        news=(news,),
        topics=(topic,),
        unknowns=(unknown,),
        by_id=by_id,
    )


def draw(site: Site, text: str, lang: Any) -> str:
    """One page with every component."""
    filled = fill(site, text)
    view = View(filled, lang, "about/")
    head = page_parts.render_head(view, page_parts.PageInfo(text, text), "")
    parts: Iterator[str] = iter(
        (
            render_organisation_page(view, filled.organisations[0]),
            render_organisation_list(view, filled.organisations, by_role=True),
            render_news_page(view, filled.news[0]),
            render_news_list(view, filled.news),
            render_news_section(view, text, filled.news, "news/"),
            render_hero(view),
            render_value_chain(view),
            render_timeline(view),
            render_template("topics", view, topics=filled.topics),
            render_sources(view),
            render_unknowns(view, filled.unknowns),
            macros.CALLS["links"](view),
            macros.CALLS["contact"](view),
            f"<p>{macros.name(view, filled.organisations[0].id)}: {macros.cluster(view, 'tagline')}</p>",
            page_parts.render_header(view),
            page_parts.render_footer(view),
        )
    )
    body = write_marks(view, "".join(parts))
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


@pytest.fixture
def reader(page: Page, tmp_path: Path, serve_folder: Callable[[Path], str]) -> Page:
    """A page that reads the pages of a folder, and notes every call of `alert`."""
    page.add_init_script("window.alerts = []; window.alert = (text) => window.alerts.push(String(text));")
    page.add_init_script(f"({READ})()")
    (tmp_path / "index.html").write_text("<!doctype html><link rel=icon href=data:,>")
    page.goto(f"{serve_folder(tmp_path)}/")
    return page


def find_differing(reader: Page, folder: Path, plain: str, pages: Mapping[str, str]) -> tuple[str, list[str]]:
    """What the browser read of the plain page, and the texts whose page is another one.

    The browser fetches the pages, all at once: sending them through Playwright takes longer than to draw and to read
    them, and so does fetching each.
    """
    (folder / "pages.json").write_text(json.dumps([(WORD, plain), *pages.items()]))
    read, differing = reader.evaluate("differing('/pages.json')")
    return read, differing


def show(reader: Page, html: str) -> None:
    """Open a page; what it asks for is not there, and not needed."""
    kinds = {"script": "text/javascript"}  # a module without its type is an error
    reader.route("**/*", lambda route: route.fulfill(body="", content_type=kinds.get(route.request.resource_type)))
    reader.set_content(html, wait_until="domcontentloaded")


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_naughty_strings_stay_text_in_every_component(site: Site, reader: Page, tmp_path: Path, lang: str) -> None:
    strings = [string for string in naughty_strings() if is_text(string)]
    assert len(strings) > (480 if IS_LONG else 60)
    pages = {string: draw(site, string, lang) for string in strings}
    read, differing = find_differing(reader, tmp_path, draw(site, WORD, lang), pages)
    assert read.count(WORD) > 60
    assert differing == []


def test_crafted_strings_run_nothing_when_the_page_is_opened(site: Site, reader: Page) -> None:
    for string in (LISTS / "crafted.txt").read_text("utf-8").splitlines()[:: 1 if IS_LONG else 3]:
        show(reader, draw(site, string, "en"))
        assert reader.evaluate("alerts") == [], string


def test_a_field_that_is_not_escaped_is_seen(site: Site, reader: Page, tmp_path: Path) -> None:
    careless = draw(site, "A & B", "en").replace("&amp; B</h1>", "<b>B</b></h1>", 1)
    pages = {"A & B": careless, "A < B": draw(site, "A < B", "en")}
    assert find_differing(reader, tmp_path, draw(site, WORD, "en"), pages)[1] == ["A & B"]
    show(reader, "<img src=x onerror=alert(1)>")
    reader.wait_for_function("alerts.length")
