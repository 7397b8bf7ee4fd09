"""News feeds of a language: the same items in each form."""

import datetime

from markupsafe import escape

from macros.content.model import Language, NewsItem
from macros.outputs.feed_forms import NEVER, Channel, Entry, name_urn, write_atom, write_json, write_rss
from macros.render.feeds import FEEDS
from macros.render.markdown import render_markdown
from macros.render.view import FOLDERS, View

ITEMS = 30
"""The newest items that a feed holds; readers keep what they had before."""


def export_feeds(view: View) -> dict[str, bytes]:
    """Return the three feeds of a language by address. The view's `base` is the absolute address of the site's root."""
    writers = {"atom": write_atom, "rss": write_rss, "json": write_json}
    entries = [_entry(view, item) for item in view.site.news[:ITEMS]]
    name = view.text(view.site.cluster.name)
    files = {}
    for form, write in writers.items():
        channel = Channel(
            id=name_urn(view.lang),
            lang=view.lang,
            title=name,
            subtitle=view.text(view.site.cluster.tagline),
            author=name,
            home=view.url(""),
            url=view.url(FEEDS[form].path),
            feed=FEEDS[form],
            entries=entries,
            updated=max((entry.updated for entry in entries), default=NEVER),
        )
        files[FOLDERS[view.lang] + FEEDS[form].path] = write(channel)
    return files


def item_id(item: NewsItem, lang: Language) -> str:
    """Return the id of a news item in a language: it stays when the item is renamed or the site moves."""
    return name_urn(f"{lang}/{item.all_ids[0]}")


def changed_on(item: NewsItem) -> datetime.date:
    """Return the day on which an item was last changed for its readers."""
    return max(item.updated or item.date, item.date)


def _entry(view: View, item: NewsItem) -> Entry:
    return Entry(
        id=item_id(item, view.lang),
        url=view.news_url(item.id),
        title=view.text(item.title),
        summary=view.text(item.lead),
        html=_body(view, item),
        published=item.date,
        updated=changed_on(item),
        tags=[(tag, view.term("tag", tag)) for tag in item.tags],
    )


def _body(view: View, item: NewsItem) -> str:
    """The whole item as HTML with absolute links: lead, text, sources."""
    text = render_markdown(item.body.in_language(view.lang), view.lang, view.page_url)
    sources = [view.site.source(source) for source in item.sources]
    links = "".join(
        f'<li><a href="{escape(source.url)}">{escape(view.text(source.publisher))}: '
        f"{escape(view.text(source.title))}</a></li>"
        for source in sources
    )
    return f"<p>{escape(view.text(item.lead))}</p>\n{text}\n<p>{view.t('sources')}:</p>\n<ul>{links}</ul>"
