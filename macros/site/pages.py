"""All pages: those of editors, and those made from data: one for each organisation, news item, year and tag."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from markupsafe import escape
from msgspec import Struct

from macros.content.addresses import FOLDERS, address
from macros.content.model import LANGUAGES, NewsItem, Organisation
from macros.content.prose import ProsePage
from macros.content.site import Site
from macros.outputs.cards import Card
from macros.render.news import count_parts, part_path, render_news_page, render_news_section
from macros.render.organisations import render_organisation_page
from macros.render.page import PageInfo
from macros.render.prose import render_prose
from macros.render.typography import typeset
from macros.render.view import View

DESCRIPTION_LENGTH = 200


class NewsList(NamedTuple):
    """A page of a list of news: of a year, with a tag, or of all. `base` is the address of the list's first page."""

    base: str
    items: Sequence[NewsItem]
    year: int | None = None
    tag: str | None = None
    number: int = 1


class SitePage(Struct, frozen=True, dict=True):
    """A page in one language, with what it is made from. It is made anew each time it is asked for."""

    view: View
    source: ProsePage | Organisation | NewsItem | NewsList

    @property
    def file(self) -> str:
        """The file below the site's root."""
        return f"{FOLDERS[self.view.lang]}{self.view.path}index.html"

    @cached_property
    def card(self) -> Card:
        """The social card."""
        view, info, cluster = self.view, self.info, self.view.site.cluster
        return Card(
            cluster=view.text(cluster.short_name),
            title=typeset(info.title, view.lang) if view.path else view.text(cluster.name),
            note=info.note or view.text(cluster.tagline),
            status=info.status if view.path else cluster.status.status,
        )

    @cached_property
    def info(self) -> PageInfo:
        """What the page says of itself."""
        view, source = self.view, self.source
        match source:
            case ProsePage():
                meta = view.site.page_meta(view.lang, source.path)
                return PageInfo(meta.title, meta.description, "page", pending=getattr(meta, "pending", None))
            case Organisation():
                name, phrase = view.text(source.name), view.role_phrase(source)
                about = _shorten(f"{name}: {phrase}. {view.text(source.summary)}")
                return PageInfo(name, about, "organisation", note=phrase, status=source.status)
            case NewsItem():
                title, about = view.text(source.title), _shorten(view.text(source.lead))
                note = f"{view.t('search_kind_news')}, {view.date(source.date)}"
                return PageInfo(title, about, "news", note=note, published=source.date)
            case NewsList():
                return _describe_list(view, source)

    def render(self) -> str:
        """Return the content of the page."""
        match self.source:
            case ProsePage() as page:
                return render_prose(self.view, page)
            case Organisation() as organisation:
                return render_organisation_page(self.view, organisation)
            case NewsItem() as item:
                return render_news_page(self.view, item)
            case NewsList(base, items, number=number):
                return render_news_section(self.view, self.info.title, items, base, number)


def list_pages(site: Site) -> Mapping[str, SitePage]:
    """Return every page by its file; none is made yet."""
    generated = dict(_list_generated(site))
    pages: list[SitePage] = []
    for lang in LANGUAGES:
        written = {page.address: page for page in site.pages if page.lang == lang}
        pages += [SitePage(View(site, lang, path), source) for path, source in {**generated, **written}.items()]
    return {page.file: page for page in pages}


def _list_generated(site: Site) -> Iterator[tuple[str, Organisation | NewsItem | NewsList]]:
    """Yield the pages made from data, with their addresses; the first page of all news may be an editor's."""
    yield from ((f"organisations/{organisation.id}/", organisation) for organisation in site.organisations)
    yield from ((f"news/{item.id}/", item) for item in site.news)
    lists = [] if site.news_list is None else [NewsList(address(site.news_list), site.news)]
    lists += [NewsList(f"news/{year}/", site.find_news(year=year), year=year) for year in site.years]
    lists += [NewsList(f"news/tags/{tag}/", site.find_news(tag=tag), tag=tag) for tag in site.tags_in_use]
    for first in lists:
        for number in range(1, count_parts(first.items) + 1):
            yield part_path(first.base, number), first._replace(number=number)


def _describe_list(view: View, news_list: NewsList) -> PageInfo:
    if news_list.year:
        year = str(news_list.year)
        words = view.t("news_of_year", year=year), view.t("news_of_year_description", year=year)
    elif news_list.tag:
        tag = view.term("tag", news_list.tag)
        words = view.t("news_of_tag", tag=tag), view.t("news_of_tag_description", tag=tag)
    else:
        meta = view.site.page_meta(view.lang, view.site.news_list or "")
        words = escape(meta.title), escape(meta.description)
    title, description = (each.unescape() for each in words)
    if news_list.number > 1:
        title = view.t("page_of_list", title=title, n=news_list.number).unescape()
        description = f"{title}. {description}"
    return PageInfo(title, description)


def _shorten(text: str) -> str:
    """Cut at a word so that a search engine shows the whole."""
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"
