"""News: cards, lists, the archive, pages."""

from collections.abc import Sequence

from markupsafe import Markup

from macros.content.model import NewsItem, Organisation
from macros.render.components import render_template
from macros.render.markdown import render_markdown
from macros.render.photos import render_photo
from macros.render.view import View

PAGE_SIZE = 20
"""Number of news items on one page of a list."""
SHOWN_ELSEWHERE = 6
"""Number of news cards on the page of an organisation; older items are a list of titles."""


def render_news_card(view: View, item: NewsItem) -> Markup:
    """The card of a news item, for lists."""
    return render_template("news_card", view, item=item)


def render_news_list(view: View, items: Sequence[NewsItem], limit: int | None = None) -> Markup:
    """News as cards in the given order, those beyond `limit` as titles; a note when there are none."""
    cards = [render_news_card(view, item) for item in items[:limit]]
    return render_template("news_list", view, cards=cards, rest=items[limit:] if limit else ())


def render_news_part(view: View, items: Sequence[NewsItem], base: str, number: int = 1) -> Markup:
    """One page of a long list of news with its pager; the first page is at `base`, others below it."""
    start = (number - 1) * PAGE_SIZE
    urls = [view.url(part_path(base, page)) for page in range(1, count_parts(items) + 1)]
    pager = render_template("pager", view, urls=urls, number=number) if len(urls) > 1 else ""
    return render_news_list(view, items[start : start + PAGE_SIZE]) + pager


def count_parts(items: Sequence[NewsItem]) -> int:
    """Return how many pages a list takes; an empty one takes one."""
    return max(1, -(-len(items) // PAGE_SIZE))


def part_path(base: str, number: int) -> str:
    """Return the address of a page of a list: `news/` and 2 are `news/page/2/`."""
    return base if number == 1 else f"{base}page/{number}/"


def render_news_archive(view: View) -> Markup:
    """Links to the years and tags of the news, each with its number of items."""
    site = view.site
    years = [(str(year), f"news/{year}/", len(site.find_news(year=year))) for year in site.years]
    tags = [(view.term("tag", tag), f"news/tags/{tag}/", len(site.find_news(tag=tag))) for tag in site.tags_in_use]
    return render_template("news_archive", view, years=years, tags=tags)


def render_news_page(view: View, item: NewsItem) -> Markup:
    """The page of a news item."""
    newer, older = view.site.neighbours[item.id]
    return render_template(
        "news_page",
        view,
        item=item,
        list_url=view.url(view.site.page_showing("news_archive")),
        photo=render_photo(view, item.photo) if item.photo else "",
        body=render_markdown(item.body.in_language(view.lang), view.lang, view.page_url),
        organisations=[view.site.find(Organisation, name) for name in item.organisations],
        newer=newer,
        older=older,
    )


def render_news_section(view: View, title: str, items: Sequence[NewsItem], base: str, number: int = 1) -> Markup:
    """A page of the news of one year or tag, or a later page of all news."""
    return render_template(
        "news_section",
        view,
        title=title,
        total=view.count("news_count", len(items)),
        list_url=view.url(view.site.page_showing("news_archive")),
        news=render_news_part(view, items, base, number),
        archive=render_news_archive(view),
    )
