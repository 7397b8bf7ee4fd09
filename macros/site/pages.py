"""Pages that no editor writes: one for each organisation, news item, year and tag, made from data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from macros.content.model import Language, NewsItem, Status
from macros.content.site import Site, address
from macros.render.news import count_parts, part_path, render_news_page, render_news_section
from macros.render.organisations import render_organisation_page
from macros.render.view import Kind, View

DESCRIPTION_LENGTH = 200


@dataclass(frozen=True)
class GeneratedPage:
    """A page made from data: its path below the docs folder, and what fills it.

    `kind` is what search calls it; lists have none, since search finds what they list. `note` and `status` are for its
    social card; `published` is the day of a news item.
    """

    path: str
    title: str
    description: str
    html: Markup
    kind: Kind | None = None
    note: str = ""
    status: Status | None = None
    published: date | None = None


def generate_pages(site: Site, lang: Language) -> Iterator[GeneratedPage]:
    """Yield every generated page of one language."""
    view = View(site, lang)
    for organisation in site.organisations:
        path = f"organisations/{organisation.id}"
        yield GeneratedPage(
            f"{path}.md",
            view.text(organisation.name),
            _shorten(
                f"{view.text(organisation.name)}: {view.role_phrase(organisation)}. {view.text(organisation.summary)}"
            ),
            render_organisation_page(view.at(f"{path}/"), organisation),
            kind="organisation",
            note=view.role_phrase(organisation),
            status=organisation.status,
        )
    for item in site.news:
        path = f"news/{item.id}"
        html = render_news_page(view.at(f"{path}/"), item)
        yield GeneratedPage(
            f"{path}.md",
            view.text(item.title),
            _shorten(view.text(item.lead)),
            html,
            kind="news",
            note=f"{view.t('search_kind_news')}, {view.date(item.date)}",
            published=item.date,
        )
    for base, title, description, items in _list_news(view):
        for number in range(1, count_parts(items) + 1):
            path = part_path(base, number)
            if number == 1 and site.news_list == f"{path}index.md":
                continue  # an editor's page
            named = title if number == 1 else str(view.t("page_of_list", title=title, n=number).unescape())
            html = render_news_section(view.at(path), named, items, base, number)
            described = description if number == 1 else f"{named}. {description}"
            yield GeneratedPage(f"{path.rstrip('/')}.md", named, described, html)


def _list_news(view: View) -> Iterator[tuple[str, str, str, Sequence[NewsItem]]]:
    """Yield every list of news that has pages of its own: address, title, description, items."""
    site = view.site
    if site.news_list is not None:
        meta = site.page_meta(view.lang, site.news_list)
        yield address(site.news_list), meta.title, meta.description, site.news
    for year in site.years():
        title, description = view.t("news_of_year", year=year), view.t("news_of_year_description", year=year)
        yield f"news/{year}/", str(title), str(description), site.find_news(year=year)
    for tag in site.tags_in_use():
        name = view.term("tag", tag)
        title, description = view.t("news_of_tag", tag=name), view.t("news_of_tag_description", tag=name)
        yield f"news/tags/{tag}/", title.unescape(), description.unescape(), site.find_news(tag=tag)


def _shorten(text: str) -> str:
    """Cut at a word so that a search engine shows the whole."""
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"
