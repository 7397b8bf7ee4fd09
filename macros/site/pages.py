"""Pages that no editor writes: one for each organisation, news item, year and tag, made from data."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from macros.content.addresses import address
from macros.content.model import NewsItem, Organisation, Status
from macros.content.site import Site
from macros.render.news import count_parts, part_path, render_news_page, render_news_section
from macros.render.organisations import render_organisation_page
from macros.render.view import Kind, View

DESCRIPTION_LENGTH = 200


@dataclass(frozen=True)
class Meta:
    """What a page says of itself.

    `kind` is what search calls it; lists have none, since search finds what they list. `note` and `status` are for its
    social card; `published` is the day of a news item; `pending`: its words lag behind the other language.
    """

    title: str
    description: str
    kind: Kind | None = None
    note: str = ""
    status: Status | None = None
    published: date | None = None
    pending: date | None = None


@dataclass(frozen=True)
class PagePlan:
    """A page to be made: its path below the docs folder, what it says of itself, and its content, from its view."""

    path: str
    describe: Callable[[View], Meta]
    render: Callable[[View], Markup]


def plan_pages(site: Site) -> Iterator[PagePlan]:
    """Yield every generated page, the same ones for each language; none is made yet."""
    for organisation in site.organisations:
        yield PagePlan(
            f"organisations/{organisation.id}.md",
            partial(_describe_organisation, organisation),
            partial(render_organisation_page, organisation=organisation),
        )
    for item in site.news:
        yield PagePlan(f"news/{item.id}.md", partial(_describe_news, item), partial(render_news_page, item=item))
    for news_list in _list_news(site):
        for number in range(1, count_parts(news_list.items) + 1):
            path = part_path(news_list.base, number)
            if f"{path}index.md" == site.news_list:
                continue  # an editor's page
            yield PagePlan(
                f"{path.rstrip('/')}.md",
                partial(_describe_part, news_list, number),
                partial(_render_part, news_list, number),
            )


def _describe_organisation(organisation: Organisation, view: View) -> Meta:
    name, phrase = view.text(organisation.name), view.role_phrase(organisation)
    return Meta(
        name,
        _shorten(f"{name}: {phrase}. {view.text(organisation.summary)}"),
        kind="organisation",
        note=phrase,
        status=organisation.status,
    )


def _describe_news(item: NewsItem, view: View) -> Meta:
    return Meta(
        view.text(item.title),
        _shorten(view.text(item.lead)),
        kind="news",
        note=f"{view.t('search_kind_news')}, {view.date(item.date)}",
        published=item.date,
    )


@dataclass(frozen=True)
class NewsList:
    """A list of news that has pages of its own: its address, its items, title and description of its first page."""

    base: str
    items: Sequence[NewsItem]
    describe: Callable[[View], tuple[str, str]]


def _list_news(site: Site) -> Iterator[NewsList]:
    """Yield the list of all news, and those of each year and with each tag."""
    if site.news_list is not None:
        yield NewsList(address(site.news_list), site.news, partial(_describe_all, site.news_list))
    for year in site.years():
        yield NewsList(f"news/{year}/", site.find_news(year=year), partial(_describe_year, year))
    for tag in site.tags_in_use():
        yield NewsList(f"news/tags/{tag}/", site.find_news(tag=tag), partial(_describe_tag, tag))


def _describe_all(path: str, view: View) -> tuple[str, str]:
    meta = view.site.page_meta(view.lang, path)
    return meta.title, meta.description


def _describe_year(year: int, view: View) -> tuple[str, str]:
    texts = view.t("news_of_year", year=str(year)), view.t("news_of_year_description", year=str(year))
    return texts[0].unescape(), texts[1].unescape()


def _describe_tag(tag: str, view: View) -> tuple[str, str]:
    name = view.term("tag", tag)
    return view.t("news_of_tag", tag=name).unescape(), view.t("news_of_tag_description", tag=name).unescape()


def _describe_part(news_list: NewsList, number: int, view: View) -> Meta:
    title, description = news_list.describe(view)
    if number > 1:
        title = view.t("page_of_list", title=title, n=number).unescape()
        description = f"{title}. {description}"
    return Meta(title, description)


def _render_part(news_list: NewsList, number: int, view: View) -> Markup:
    title = _describe_part(news_list, number, view).title
    return render_news_section(view, title, news_list.items, news_list.base, number)


def _shorten(text: str) -> str:
    """Cut at a word so that a search engine shows the whole."""
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"
