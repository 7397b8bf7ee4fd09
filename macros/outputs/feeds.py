"""News feeds of a language: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, the same items in each."""

import datetime
import io
import json
import uuid
from collections.abc import Mapping
from email.utils import format_datetime
from xml.etree import ElementTree

from markupsafe import escape

from macros.content.model import Language, NewsItem
from macros.render.markdown import render_markdown
from macros.render.page import FEEDS
from macros.render.view import FOLDERS, View

ITEMS = 30
"""The newest items that a feed holds; readers keep what they had before."""
_NAMESPACE = uuid.UUID("b6f6b1a4-7a0e-5f5c-9d39-0c7c5b2a6f10")
_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"


def export_feeds(view: View) -> dict[str, bytes]:
    """Return the three feeds of a language by address. The view's `base` is the absolute address of the site's root."""
    writers = {"atom": _write_atom, "rss": _write_rss, "json": _write_json}
    bodies = {item.id: _body(view, item) for item in _newest(view)}
    return {FOLDERS[view.lang] + FEEDS[kind].path: write(view, bodies) for kind, write in writers.items()}


def item_id(item: NewsItem, lang: Language) -> str:
    """Return the id of a news item in a language: it stays when the item is renamed or the site moves."""
    return uuid.uuid5(_NAMESPACE, f"{lang}/{item.all_ids[0]}").urn


def changed_on(item: NewsItem) -> datetime.date:
    """Return the day on which an item was last changed for its readers."""
    return max(item.updated or item.date, item.date)


def _moment(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def _newest(view: View) -> tuple[NewsItem, ...]:
    return view.site.news[:ITEMS]


def _changed(view: View) -> datetime.date:
    """The day of the latest change; of an empty feed, one that never changes."""
    return max((changed_on(item) for item in _newest(view)), default=datetime.date(1970, 1, 1))


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


def _tags(view: View, item: NewsItem) -> list[str]:
    return [view.term("tag", tag) for tag in item.tags]


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = text or None
    return child


def serialise(root: ElementTree.Element) -> bytes:
    """Return a tree as an XML document with indented lines."""
    ElementTree.indent(root)
    out = io.BytesIO()
    ElementTree.ElementTree(root).write(out, "utf-8", xml_declaration=True)
    return out.getvalue() + b"\n"


def _write_atom(view: View, bodies: Mapping[str, str]) -> bytes:
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": view.lang})
    _add(feed, "id", uuid.uuid5(_NAMESPACE, view.lang).urn)
    _add(feed, "title", view.text(view.site.cluster.name))
    _add(feed, "subtitle", view.text(view.site.cluster.tagline))
    _add(feed, "updated", _moment(_changed(view)).isoformat())
    _add(feed, "link", rel="self", type=FEEDS["atom"].type, href=view.url(FEEDS["atom"].path))
    _add(feed, "link", rel="alternate", type="text/html", href=view.url(""))
    _add(_add(feed, "author"), "name", view.text(view.site.cluster.name))
    for item in _newest(view):
        entry = _add(feed, "entry")
        _add(entry, "id", item_id(item, view.lang))
        _add(entry, "title", view.text(item.title))
        _add(entry, "link", rel="alternate", type="text/html", href=view.news_url(item.id))
        _add(entry, "published", _moment(item.date).isoformat())
        _add(entry, "updated", _moment(changed_on(item)).isoformat())
        _add(entry, "summary", view.text(item.lead))
        _add(entry, "content", bodies[item.id], type="html")
        for tag, name in zip(item.tags, _tags(view, item), strict=True):
            _add(entry, "category", term=tag, label=name)
    return serialise(feed)


def _write_rss(view: View, bodies: Mapping[str, str]) -> bytes:
    rss = ElementTree.Element("rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:content": _CONTENT})
    channel = _add(rss, "channel")
    _add(channel, "title", view.text(view.site.cluster.name))
    _add(channel, "link", view.url(""))
    _add(channel, "description", view.text(view.site.cluster.tagline))
    _add(channel, "language", view.lang)
    _add(channel, "lastBuildDate", format_datetime(_moment(_changed(view))))
    _add(channel, "atom:link", rel="self", type=FEEDS["rss"].type, href=view.url(FEEDS["rss"].path))
    for item in _newest(view):
        entry = _add(channel, "item")
        _add(entry, "title", view.text(item.title))
        _add(entry, "link", view.news_url(item.id))
        _add(entry, "guid", item_id(item, view.lang), isPermaLink="false")
        _add(entry, "pubDate", format_datetime(_moment(item.date)))
        _add(entry, "description", view.text(item.lead))
        _add(entry, "content:encoded", bodies[item.id])
        for name in _tags(view, item):
            _add(entry, "category", name)
    return serialise(rss)


def _write_json(view: View, bodies: Mapping[str, str]) -> bytes:
    items = [
        {
            "id": item_id(item, view.lang),
            "url": view.news_url(item.id),
            "title": view.text(item.title),
            "summary": view.text(item.lead),
            "content_html": bodies[item.id],
            "date_published": _moment(item.date).isoformat(),
            "date_modified": _moment(changed_on(item)).isoformat(),
            "tags": _tags(view, item),
            "language": view.lang,
        }
        for item in _newest(view)
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": view.text(view.site.cluster.name),
        "description": view.text(view.site.cluster.tagline),
        "home_page_url": view.url(""),
        "feed_url": view.url(FEEDS["json"].path),
        "language": view.lang,
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()
