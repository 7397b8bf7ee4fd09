"""The forms of the feeds of changes: Atom (RFC 4287) and JSON Feed 1.1, written from the same entries."""

import datetime
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from macros.content.model import Language
from macros.render.feeds import Feed

_NAMESPACE = uuid.UUID("b6f6b1a4-7a0e-5f5c-9d39-0c7c5b2a6f10")
_ATOM = "http://www.w3.org/2005/Atom"
NEVER = datetime.date(1970, 1, 1)
"""The day of the last change of a feed that has none."""


@dataclass(frozen=True)
class Entry:
    """One item. `html` is the whole of it, with absolute links; `tags` are ids and words; `more` is for JSON alone."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    published: datetime.date
    updated: datetime.date
    tags: Sequence[tuple[str, str]] = ()
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Channel:
    """A feed as a whole: what it says of itself, the addresses of its page and of itself, its entries, newest first."""

    id: str
    lang: Language
    title: str
    subtitle: str
    author: str
    home: str
    url: str
    feed: Feed
    entries: Sequence[Entry]
    updated: datetime.date


def name_urn(name: str) -> str:
    """Return the id for a name: it stays when the site moves to another address."""
    return uuid.uuid5(_NAMESPACE, name).urn


def _moment(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


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


def write_atom(channel: Channel) -> bytes:
    """Return a feed by RFC 4287."""
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": channel.lang})
    _add(feed, "id", channel.id)
    _add(feed, "title", channel.title)
    _add(feed, "subtitle", channel.subtitle)
    _add(feed, "updated", _moment(channel.updated).isoformat())
    _add(feed, "link", rel="self", type=channel.feed.type, href=channel.url)
    _add(feed, "link", rel="alternate", type="text/html", href=channel.home)
    _add(_add(feed, "author"), "name", channel.author)
    for item in channel.entries:
        entry = _add(feed, "entry")
        _add(entry, "id", item.id)
        _add(entry, "title", item.title)
        _add(entry, "link", rel="alternate", type="text/html", href=item.url)
        _add(entry, "published", _moment(item.published).isoformat())
        _add(entry, "updated", _moment(item.updated).isoformat())
        _add(entry, "summary", item.summary)
        _add(entry, "content", item.html, type="html")
        for tag, name in item.tags:
            _add(entry, "category", term=tag, label=name)
    return serialise(feed)


def write_json(channel: Channel) -> bytes:
    """Return a feed by JSON Feed 1.1."""
    items = [
        {
            "id": item.id,
            "url": item.url,
            "title": item.title,
            "summary": item.summary,
            "content_html": item.html,
            "date_published": _moment(item.published).isoformat(),
            "date_modified": _moment(item.updated).isoformat(),
            "tags": [name for _, name in item.tags],
            "language": channel.lang,
            **item.more,
        }
        for item in channel.entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.subtitle,
        "home_page_url": channel.home,
        "feed_url": channel.url,
        "language": channel.lang,
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()
