"""Anchors of pages, made by headings and by macros, and the links that lead to them."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from macros.content.addresses import path_of
from macros.content.draft import Draft, Entry
from macros.content.markup import link_target
from macros.content.model import Cluster, Fact, Language, NewsItem, Organisation, Topic, Unknown, ValueChain
from macros.content.problems import nearest, shorten
from macros.content.prose import Call, ProsePage
from macros.content.suggestions import suggest_url

_HOST = re.compile(r"www\.|(?:[\w-]+\.)+(?:ru|рф|com|org)\b", re.IGNORECASE)
"""The beginning of a link that lacks its https://."""


def find_broken_link(draft: Draft, lang: Language, link: str, page: str, folder: str) -> dict[str, str] | None:
    """Return the details of a link on `page`, which names its target from `folder`, that leads nowhere, else None."""
    path = link_target(link, folder) or page
    anchor = unquote(link.partition("#")[2])
    value = shorten(link)
    if not draft.has_page(lang, path):
        if path in draft.assets.get(lang, ()):
            return None
        hint = {"nearest": suggest_url(link)} if _HOST.match(link) else draft.hint_at_path(lang, path, folder)
        return {"value": value, **hint}
    if not anchor or draft.unread or anchor in (anchors := find_anchors(draft, lang, path)):
        return None
    meant = nearest(anchor, anchors)
    return {"value": value, "nearest": f"{link.partition('#')[0]}#{meant}" if meant else ""}


def find_target(draft: Draft, lang: Language, link: str, page: str, folder: str) -> str:
    """Return the page and the place on it that a link leads to; the same for a heading in both languages."""
    path, anchor = link_target(link, folder) or page, unquote(link.partition("#")[2])
    headings = _heading_ids(_find_body(draft, lang, path)) if anchor else ()
    place = str(headings.index(anchor)) if anchor in headings else anchor
    return f"{path}#{place}" if anchor else path


def find_anchors(draft: Draft, lang: Language, path: str) -> frozenset[str]:
    """Return the anchors of a page, written or made from data, such as `about.md` or `organisations/alfa.md`."""
    headings = frozenset(_heading_ids(_find_body(draft, lang, path)))
    if page := draft.page_at.get((lang, path)):
        return headings | frozenset(_called(draft, page))
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".md")
    if folder == "organisations":
        return frozenset([*(f"fact-{fact.id}" for fact in _facts(draft, stem)), *_unknowns(draft, stem)])
    return headings


def _find_body(draft: Draft, lang: Language, path: str) -> str:
    """The Markdown of a page or a news item."""
    if page := draft.page_at.get((lang, path)):
        return page.body
    items = (entry.record for entry in draft.of(NewsItem))
    return next((item.body.in_language(lang) for item in items if path_of("news", item.id) == path), "")


@lru_cache(maxsize=256)
def _heading_ids(text: str) -> tuple[str, ...]:
    """The ids that Markdown gives to headings, in order; one with a macro in it has none that lasts."""
    from markdown import Markdown  # only few pages name a place on another

    from macros.content.dialect import EXTENSION_SETTINGS, EXTENSIONS, Dialect

    html = Markdown(extensions=[*EXTENSIONS, Dialect()], extension_configs=EXTENSION_SETTINGS).convert(text)
    return tuple(re.findall(r'<h[1-6] id="([^"]+)">(?!.*\{\{)', html))


def _called(draft: Draft, page: ProsePage) -> Iterator[str]:
    """Yield the anchors that the macros of a page make."""
    for call in page.calls:
        match call.name:
            case "facts":
                yield from (f"fact-{fact.id}" for fact in _facts(draft, _argument(call)))
            case "topic" | "topics":
                for topic in (entry.record for entry in draft.of(Topic)):
                    if _argument(call) == (topic.id if call.name == "topic" else topic.group):
                        yield f"topic-{topic.id}"
                        yield from (f"fact-{fact.id}" for fact in topic.facts)
            case "sources":
                yield from (f"source-{source}" for source in draft.ids("source"))
            case "unknowns":
                yield from _unknowns(draft, _argument(call))


def _unknowns(draft: Draft, about: str) -> Iterator[str]:
    """Yield the anchors of the open questions about an organisation, or of all with an empty `about`."""
    for unknown in (entry.record for entry in draft.of(Unknown)):
        if about in ("", *unknown.about):
            yield f"unknown-{unknown.id}"


def _argument(call: Call) -> str:
    """The argument of a macro that takes one."""
    return str(next(iter((*call.positional, *(value for _, value in call.named))), ""))


def _facts(draft: Draft, about: str) -> tuple[Fact, ...]:
    """The facts about `cluster`, `chain`, an organisation or a topic."""
    whole: dict[str, Sequence[Entry[Any]]] = {"cluster": draft.of(Cluster), "chain": draft.of(ValueChain)}
    entries: list[Entry[Any]] = [*draft.of(Organisation), *draft.of(Topic)]
    owners = whole.get(about, [entry for entry in entries if entry.record.id == about])
    return owners[0].record.facts if owners else ()
