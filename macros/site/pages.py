"""Pages that no editor writes: one for each organisation, news item, year and tag, made from data."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from macros.content.model import Language
from macros.content.site import Site
from macros.render.news import render_news_page, render_news_section
from macros.render.organisations import render_organisation_page
from macros.render.view import Kind, View

DESCRIPTION_LENGTH = 200


@dataclass(frozen=True)
class GeneratedPage:
    """A page made from data: its path below the docs folder, and what fills it.

    `kind` is what search calls it; lists have none, since search finds what they list.
    """

    path: str
    title: str
    description: str
    html: Markup
    kind: Kind | None = None


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
        )
    for item in site.news:
        path = f"news/{item.id}"
        html = render_news_page(view.at(f"{path}/"), item)
        yield GeneratedPage(f"{path}.md", view.text(item.title), _shorten(view.text(item.lead)), html, kind="news")
    for year in site.years():
        path = f"news/{year}"
        title = str(view.t("news_of_year", year=year))
        html = render_news_section(view.at(f"{path}/"), title, site.find_news(year=year))
        yield GeneratedPage(f"{path}.md", title, str(view.t("news_of_year_description", year=year)), html)
    for tag in site.tags_in_use():
        path = f"news/tags/{tag}"
        title = view.t("news_of_tag", tag=view.term("tag", tag)).unescape()
        description = view.t("news_of_tag_description", tag=view.term("tag", tag)).unescape()
        html = render_news_section(view.at(f"{path}/"), title, site.find_news(tag=tag))
        yield GeneratedPage(f"{path}.md", title, description, html)


def _shorten(text: str) -> str:
    """Cut at a word so that a search engine shows the whole."""
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"
