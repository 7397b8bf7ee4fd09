"""Pages that no editor writes: one for each organisation, news item, year and tag, made from data."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

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
        for number in range(1, count_parts(news_list.find(site)) + 1):
            path = part_path(news_list.base, number)
            if number == 1 and site.news_list == f"{path}index.md":
                continue  # an editor's page
            yield PagePlan(
                f"{path.rstrip('/')}.md",
                partial(_describe_section, news_list, number),
                partial(_render_section, news_list, number),
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
    """A list of news that has pages of its own: all, those of a year (`2024`) or with a tag (its id), at `base`."""

    kind: Literal["all", "year", "tag"]
    key: str
    base: str

    def find(self, site: Site) -> Sequence[NewsItem]:
        """Return the news of this list, newest first."""
        if self.kind == "year":
            return site.find_news(year=int(self.key))
        return site.find_news(tag=self.key) if self.kind == "tag" else site.news

    def describe(self, view: View) -> tuple[str, str]:
        """Return the title of its first page and a description."""
        if self.kind == "all":
            meta = view.site.page_meta(view.lang, self.key)
            return meta.title, meta.description
        if self.kind == "year":
            title, description = (
                view.t("news_of_year", year=self.key),
                view.t("news_of_year_description", year=self.key),
            )
        else:
            name = view.term("tag", self.key)
            title, description = view.t("news_of_tag", tag=name), view.t("news_of_tag_description", tag=name)
        return title.unescape(), description.unescape()


def _list_news(site: Site) -> Iterator[NewsList]:
    if site.news_list is not None:
        yield NewsList("all", site.news_list, address(site.news_list))
    for year in site.years():
        yield NewsList("year", str(year), f"news/{year}/")
    for tag in site.tags_in_use():
        yield NewsList("tag", tag, f"news/tags/{tag}/")


def _describe_section(news_list: NewsList, number: int, view: View) -> Meta:
    title, description = news_list.describe(view)
    if number > 1:
        title = view.t("page_of_list", title=title, n=number).unescape()
        description = f"{title}. {description}"
    return Meta(title, description)


def _render_section(news_list: NewsList, number: int, view: View) -> Markup:
    title = _describe_section(news_list, number, view).title
    return render_news_section(view, title, news_list.find(view.site), news_list.base, number)


def _shorten(text: str) -> str:
    """Cut at a word so that a search engine shows the whole."""
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"
