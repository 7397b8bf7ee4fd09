"""The macros of `content.macro_signatures`: from literal arguments to HTML."""

from collections.abc import Callable, Mapping
from functools import partial

from markupsafe import Markup

from macros.content.addresses import address
from macros.content.model import Fact, NewsItem, Organisation, Topic
from macros.render import components
from macros.render.directory import render_statistics
from macros.render.news import render_news_archive, render_news_card, render_news_list, render_news_part
from macros.render.organisations import render_organisation_card, render_organisation_list
from macros.render.page import FEEDS
from macros.render.value_chain import render_value_chain
from macros.render.view import View


def escape_inline(text: str) -> Markup:
    """Return `text` escaped for HTML and Markdown: ASCII punctuation becomes character references."""
    return Markup("".join(c if c.isalnum() or c == " " or ord(c) > 126 else f"&#{ord(c)};" for c in text))


def cluster(view: View, word: str) -> Markup:
    """A name or another short text of the cluster, inside a sentence."""
    data = view.site.cluster
    if word == "regions":
        return escape_inline(", ".join(view.term("region", region) for region in data.regions))
    text = data.status.text if word == "status" else getattr(data, word)
    return escape_inline(view.text(text))


def name(view: View, id: str) -> Markup:
    """An organisation's name, linked to its page."""
    organisation = view.site.find(Organisation, id)
    return Markup('<a href="{}">{}</a>').format(view.organisation_url(id), escape_inline(view.text(organisation.name)))


def count(view: View, of: str, **criteria: str) -> Markup:
    """A number with its noun: «2 участника»."""
    site = view.site
    if of == "news":
        words = view.count("news_count", len(site.news))
    elif of == "sources":
        words = view.count("sources_count", len(site.sources))
    else:
        words = view.count("participants_count", len(site.find_organisations(site.participants(), **criteria)))
    return escape_inline(words.unescape())


def participants(view: View, **criteria: str) -> Markup:
    """Participants, planned or confirmed; never the project team."""
    found = view.site.find_organisations(view.site.participants(), **criteria)
    empty = view.t("no_confirmed_participants") if criteria == {"status": "confirmed"} else ""
    return render_organisation_list(view, found, by_role=False, filtered=not criteria, empty=empty)


def organisations(view: View, **criteria: str) -> Markup:
    """Organisations of every role, in sections by role unless one is given."""
    found = view.site.find_organisations(view.site.organisations, **criteria)
    return render_organisation_list(view, found, by_role="role" not in criteria, filtered=not criteria)


def news(view: View, limit: int | None = None, year: int | None = None, tag: str | None = None) -> Markup:
    """News, newest first: at most `limit`, or the first page of all news, of a year or of a tag."""
    found = view.site.find_news(year=year, tag=tag)
    if limit or (year and tag):
        return render_news_list(view, found[:limit])
    if year or tag:
        return render_news_part(view, found, f"news/{year}/" if year else f"news/tags/{tag}/")
    return render_news_part(view, found, address(view.site.news_list or "news/index.md"))


PLAIN = ("diagram_files", "links", "publisher", "copy_button", "print_button", "open_data")
"""Macros that are no more than the template of their name."""

CALLS: Mapping[str, Callable[..., Markup]] = {
    "cluster": cluster,
    "name": name,
    "count": count,
    "hero": components.render_hero,
    "fact": lambda view, id: components.render_fact(view, view.site.find(Fact, id)),
    "facts": lambda view, about: components.render_facts(view, view.site.facts_about(about)),
    "participants": participants,
    "organisations": organisations,
    "statistics": lambda view, of: render_statistics(
        view, view.site.participants() if of == "participants" else view.site.organisations
    ),
    "organisation": lambda view, id: render_organisation_card(view, view.site.find(Organisation, id)),
    "news": news,
    "news_archive": render_news_archive,
    "news_item": lambda view, id: render_news_card(view, view.site.find(NewsItem, id)),
    "value_chain": render_value_chain,
    "timeline": components.render_timeline,
    "topics": lambda view, group: components.render_template(
        "topics", view, topics=[item for item in view.site.topics if item.group == group]
    ),
    "topic": lambda view, id: components.render_topic(view, view.site.find(Topic, id)),
    "sources": components.render_sources,
    "unknowns": lambda view, about="": components.render_unknowns(
        view, view.site.unknowns_about(about), by_group=not about
    ),
    "contact": lambda view: components.render_template(
        "contact", view, organisation=view.site.find(Organisation, view.site.cluster.contact)
    ),
    "feeds": lambda view: components.render_template("feeds", view, feeds=FEEDS if view.site.news else {}),
    "search": components.render_search,
    **{name: partial(components.render_template, name) for name in PLAIN},
}
