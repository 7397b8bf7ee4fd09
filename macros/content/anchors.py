"""Places inside pages that links may name: headings, and what macros give an address to."""

import posixpath
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, cast
from urllib.parse import unquote

from markdown import Markdown
from markdown.extensions.toc import slugify_unicode

from macros.content.draft import Draft
from macros.content.markup import Link, link_target
from macros.content.model import Cluster, Fact, Language, NewsItem, Organisation, Topic, Unknown, ValueChain
from macros.content.problems import nearest, shorten
from macros.content.prose import Call, ProsePage

EXTENSIONS: tuple[str, ...] = ("fenced_code", "sane_lists", "tables", "toc")
"""Of Python-Markdown, for pages and bodies. No attr_list: `{onclick=…}` would become an attribute."""


def extension_settings() -> dict[str, dict[str, Any]]:
    """Return the settings of these extensions."""
    return {"toc": {"slugify": slugify_unicode}}


def find_broken_link(
    draft: Draft, lang: Language, link: Link, page: str, folder: str | None = None
) -> dict[str, str] | None:
    """Return what a message needs about a link that leads nowhere, or None when it leads somewhere.

    `page` is the one that holds the link; its target is named from `folder`, that of the page unless given.
    """
    start = posixpath.dirname(page) if folder is None else folder
    path = link_target(link.target, start) or page
    anchor = unquote(link.target.partition("#")[2])
    value = shorten(link.target)
    if not draft.has_page(lang, path):
        is_there = path in draft.assets.get(lang, ())
        return None if is_there else {"value": value, **draft.hint_at_path(lang, path, start)}
    if not anchor or draft.unsure or anchor in (anchors := find_anchors(draft, lang, path)):
        return None
    return {"value": value, "nearest": f"#{hint}" if (hint := nearest(anchor, anchors)) else ""}


def find_anchors(draft: Draft, lang: Language, path: str) -> frozenset[str]:
    """Return the anchors of a page, written or made from data, such as `about.md` or `organisations/alfa.md`."""
    if page := draft.page_at.get((lang, path)):
        return _heading_ids(page.body) | frozenset(_called(draft, page))
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".md")
    if folder == "organisations":
        return frozenset([*(f"fact-{fact.id}" for fact in _facts(draft, stem)), *_unknowns(draft, stem)])
    if folder == "news":
        for item in (cast(NewsItem, entry.record) for entry in draft.of("news")):
            if item.id == stem:
                return _heading_ids(item.body.in_language(lang))
    return frozenset()


@lru_cache(maxsize=256)
def _heading_ids(text: str) -> frozenset[str]:
    """The ids that Markdown gives to headings; one with a macro in it has none that lasts."""
    converter = Markdown(extensions=EXTENSIONS, extension_configs=extension_settings())
    converter.convert(text)
    return frozenset(_ids_below(getattr(converter, "toc_tokens", ())))


def _ids_below(tokens: Iterable[dict[str, object]]) -> Iterator[str]:
    for token in tokens:
        if "{{" not in str(token["name"]):
            yield str(token["id"])
        yield from _ids_below(cast(list[dict[str, object]], token["children"]))


def _called(draft: Draft, page: ProsePage) -> Iterator[str]:
    """Yield the anchors that the macros of a page make."""
    for call in page.calls:
        match call.name:
            case "facts":
                yield from (f"fact-{fact.id}" for fact in _facts(draft, _argument(call)))
            case "topic" | "topics":
                for topic in (cast(Topic, entry.record) for entry in draft.of("topic")):
                    if _argument(call) == (topic.id if call.name == "topic" else topic.group):
                        yield f"topic-{topic.id}"
                        yield from (f"fact-{fact.id}" for fact in topic.facts)
            case "sources":
                yield from (f"source-{source}" for source in draft.ids("source"))
            case "unknowns":
                yield from _unknowns(draft, _argument(call))


def _unknowns(draft: Draft, about: str) -> Iterator[str]:
    """Yield the anchors of what is not known about an organisation, or about anything."""
    for unknown in (cast(Unknown, entry.record) for entry in draft.of("unknown")):
        if about in ("", *unknown.about):
            yield f"unknown-{unknown.id}"


def _argument(call: Call) -> str:
    """The argument of a macro that takes one."""
    return str(next(iter((*call.positional, *(value for _, value in call.named))), ""))


def _facts(draft: Draft, about: str) -> tuple[Fact, ...]:
    """The facts about `cluster`, `chain`, an organisation or a topic."""
    for entry in draft.of("cluster", "chain", "organisation", "topic"):
        record = cast(Cluster | ValueChain | Organisation | Topic, entry.record)
        kind = {Cluster: "cluster", ValueChain: "chain"}.get(type(record))
        if about == (kind or getattr(record, "id", "")):
            return record.facts
    return ()
