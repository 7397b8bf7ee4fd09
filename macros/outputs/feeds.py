"""The news as feeds of whole items: Atom (RFC 4287) and RSS 2.0."""

import datetime
import uuid
from collections.abc import Sequence
from email.utils import format_datetime
from functools import partial
from xml.etree import ElementTree

from macros.content.addresses import FOLDERS
from macros.content.model import Language, NewsItem
from macros.outputs import Makers
from macros.render.components import render_template
from macros.render.markdown import render_markdown
from macros.render.page import FEEDS
from macros.render.photos import render_photo
from macros.render.view import View

ITEMS = 30
"""The newest items that a feed holds; readers keep what they had before."""
_NAMESPACE = uuid.UUID("b6f6b1a4-7a0e-5f5c-9d39-0c7c5b2a6f10")
_ATOM, _CONTENT = "http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/modules/content/"


def export_feeds(view: View) -> Makers:
    """Return how to make the feeds of a language, none without news. `view.base`: the absolute address of the root."""
    items = view.site.news[:ITEMS]
    forms = (("feed.xml", _write_atom), ("rss.xml", _write_rss)) if items else ()
    return {FOLDERS[view.lang] + path: partial(write, view, items) for path, write in forms}


def item_id(item: NewsItem, lang: Language) -> str:
    """Return the id of a news item in a language: it stays when the item is renamed or the site moves."""
    return _name_urn(f"{lang}/{[*item.former_ids, item.id][0]}")


def changed_on(item: NewsItem) -> datetime.date:
    """Return the day on which an item was last changed for its readers."""
    return max(item.updated or item.date, item.date)


def serialise(root: ElementTree.Element) -> bytes:
    """Return a tree as an XML document with indented lines."""
    ElementTree.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ElementTree.tostring(root, 'unicode')}\n".encode()


def _write_atom(view: View, items: Sequence[NewsItem]) -> bytes:
    name = view.text(view.site.cluster.name)
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": view.lang})
    _add(feed, "id", _name_urn(view.lang))
    _add(feed, "title", name)
    _add(feed, "subtitle", view.text(view.site.cluster.tagline))
    _add(feed, "updated", _midnight(max(map(changed_on, items))).isoformat())
    _add(feed, "link", rel="self", type=FEEDS["feed.xml"][1], href=view.url("feed.xml"))
    _add(feed, "link", rel="alternate", type="text/html", href=view.url(""))
    author, publisher = _add(feed, "author"), view.site.cluster.publisher
    _add(author, "name", view.text(publisher.name) or name)
    for tag, known in (("uri", publisher.url), ("email", publisher.email)):
        if known:
            _add(author, tag, known)
    for item in items:
        entry = _add(feed, "entry")
        _add(entry, "id", item_id(item, view.lang))
        _add(entry, "title", view.text(item.title))
        _add(entry, "link", rel="alternate", type="text/html", href=view.news_url(item.id))
        _add(entry, "published", _midnight(item.date).isoformat())
        _add(entry, "updated", _midnight(changed_on(item)).isoformat())
        _add(entry, "summary", view.text(item.lead))
        _add(entry, "content", _render_whole(view, item), type="html")
        for tag in item.tags:
            _add(entry, "category", term=tag, label=view.term("tag", tag))
    return serialise(feed)


def _write_rss(view: View, items: Sequence[NewsItem]) -> bytes:
    rss = ElementTree.Element("rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:content": _CONTENT})
    channel = _add(rss, "channel")
    name, publisher = view.text(view.site.cluster.name), view.site.cluster.publisher
    _add(channel, "title", name)
    _add(channel, "link", view.url(""))
    _add(channel, "description", view.text(view.site.cluster.tagline))
    _add(channel, "language", view.lang)
    if publisher.email:
        _add(channel, "managingEditor", f"{publisher.email} ({view.text(publisher.name) or name})")
    _add(channel, "lastBuildDate", format_datetime(_midnight(max(map(changed_on, items)))))
    _add(channel, "atom:link", rel="self", type=FEEDS["rss.xml"][1], href=view.url("rss.xml"))
    for item in items:
        entry = _add(channel, "item")
        _add(entry, "title", view.text(item.title))
        _add(entry, "link", view.news_url(item.id))
        _add(entry, "guid", item_id(item, view.lang), isPermaLink="false")
        _add(entry, "pubDate", format_datetime(_midnight(item.date)))
        _add(entry, "description", view.text(item.lead))
        _add(entry, "content:encoded", _render_whole(view, item))
        for tag in item.tags:
            _add(entry, "category", view.term("tag", tag))
    return serialise(rss)


def _render_whole(view: View, item: NewsItem) -> str:
    """The whole item as HTML with absolute links: lead, photograph, text, sources."""
    photo = render_photo(view, item.photo) if item.photo else ""
    text = render_markdown(item.body.in_language(view.lang), view.lang, view.page_url)
    # No Markup: ElementTree replaces characters in it, and Markup would escape them once more.
    return str(render_template("feed_item", view, item=item, photo=photo, body=text))


def _name_urn(name: str) -> str:
    return uuid.uuid5(_NAMESPACE, name).urn


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = text or None
    return child
