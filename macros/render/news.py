"""News: cards, lists, the archive, pages."""

from collections.abc import Sequence

from markupsafe import Markup

from macros.content.model import NewsItem
from macros.render.components import render_pending, render_source_mark, render_template
from macros.render.markdown import render_markdown
from macros.render.view import View


def render_news_card(view: View, item: NewsItem) -> Markup:
    """A news item in a list."""
    return render_template("news_card", view, **_news_fields(view, item))


def _news_fields(view: View, item: NewsItem) -> dict[str, object]:
    return {
        "url": view.news_url(item.id),
        "title": view.text(item.title),
        "lead": view.text(item.lead),
        "date": view.date(item.date),
        "iso_date": item.date.isoformat(),
        "tags": [{"name": view.term("tag", tag), "url": view.url(f"news/tags/{tag}/")} for tag in item.tags],
    }


def render_news_list(view: View, items: Sequence[NewsItem]) -> Markup:
    """News as cards, newest first; says so when there are none."""
    return render_template("news_list", view, cards=[render_news_card(view, item) for item in items])


def render_news_archive(view: View) -> Markup:
    """Years and tags of the news, each with its number of items."""
    site = view.site
    years = [
        {"name": str(year), "url": view.url(f"news/{year}/"), "count": len(site.find_news(year=year))}
        for year in site.years()
    ]
    tags = [
        {
            "name": view.term("tag", tag),
            "url": view.url(f"news/tags/{tag}/"),
            "count": len(site.find_news(tag=tag)),
        }
        for tag in site.tags_in_use()
    ]
    return render_template("news_archive", view, years=years, tags=tags)


def render_news_page(view: View, item: NewsItem) -> Markup:
    """A whole news item with its source, organisations and neighbours."""
    site = view.site
    place = site.news.index(item)
    newer = site.news[place - 1] if place else None
    older = site.news[place + 1] if place + 1 < len(site.news) else None
    return render_template(
        "news_page",
        view,
        **_news_fields(view, item),
        list_url=view.url(site.page_showing("news_archive")),
        pending=render_pending(view, item.pending),
        body=render_markdown(item.body.in_language(view.lang), view.lang, view.page_url),
        source=render_source_mark(view, item.sources),
        organisations=[
            {
                "name": view.text(organisation.name),
                "url": view.organisation_url(organisation.id),
                "phrase": phrase,
            }
            for organisation in map(site.organisation, item.organisations)
            if (phrase := view.role_phrase(organisation))
        ],
        newer={"title": view.text(newer.title), "url": view.news_url(newer.id)} if newer else None,
        older={"title": view.text(older.title), "url": view.news_url(older.id)} if older else None,
    )


def render_news_section(view: View, title: str, items: Sequence[NewsItem]) -> Markup:
    """A page of the news of one year or one tag."""
    return render_template(
        "news_section",
        view,
        title=title,
        total=view.count("news_count", len(items)),
        list_url=view.url(view.site.page_showing("news_archive")),
        news=render_news_list(view, items),
        archive=render_news_archive(view),
    )
