"""Records to HTML: one `render_<name>` for each template `overrides/components/<name>.html`.

A function looks up, sorts, counts and words; its template chooses and repeats.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from macros.content.model import (
    Fact,
    Localised,
    Milestone,
    Record,
    Source,
    Status,
    SupplyLink,
    Topic,
    Unknown,
)
from macros.content.site import Use
from macros.render.feeds import CHANGE_FEEDS
from macros.render.stylesheet import TEMPLATES
from macros.render.view import KINDS, View

STATUS_ORDER: tuple[Status, ...] = ("confirmed", "planned", "disputed", "unknown", "past")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _template(component: str) -> Template:
    return _environment().get_template(f"{component}.html")


def render_template(component: str, view: View, /, **fields: object) -> Markup:
    """Return `overrides/components/<component>.html` with these fields. Raises on an unknown field."""
    return Markup(_template(component).render(t=view.t, lang=view.lang, **fields).strip())


# Small parts


def render_badge(view: View, status: Status, text: str = "") -> Markup:
    """A status in words, with the line that says the same; leads to the organisations of that status, if any."""
    url = view.directory_url(status=status)
    return render_template("badge", view, status=status, text=text or view.status(status), url=url)


def render_pending(view: View, pending: date | None) -> Markup:
    """Tells the English reader that the Russian text is newer; nothing where it is not, or in Russian."""
    if pending is None or view.lang == "ru":
        return Markup()
    return render_template("pending", view, date=view.date(pending), url=view.url(view.path, "ru"))


def render_source_mark(
    view: View, ids: Iterable[str], as_of: str | None = None, stated_by: Localised | None = None
) -> Markup:
    """The small square that opens who, when, link and grade; the date is in view once a source is overdue."""
    ids = tuple(ids)
    return render_template(
        "source_mark",
        view,
        sources=[source_fields(view, view.site.source(source_id)) for source_id in ids],
        ids=" ".join(ids),
        more=len(ids) - 1,
        as_of=view.date(as_of) if as_of else "",
        is_overdue=bool(as_of) and not view.site.overdue.isdisjoint(ids),
        stated_by=view.text(stated_by) if stated_by else "",
    )


def source_fields(view: View, source: Source) -> dict[str, object]:
    """Everything that is said of a source."""
    return {
        "id": source.id,
        "publisher": view.text(source.publisher),
        "title": view.text(source.title),
        "url": source.url,
        "host": source.url.split("/")[2].removeprefix("www."),
        "date": view.date(source.date) if source.date else "",
        "short_date": view.short_date(source.date) if source.date else "",
        "iso_date": source.date or "",
        "checked": view.date(source.checked),
        "grade": source.grade,
        "grade_text": view.grade(source.grade),
        "note": view.text(source.note) if source.note else "",
        "page": view.url(f"{view.site.page_showing('sources')}#source-{source.id}"),
    }


def render_fact(view: View, fact: Fact, anchor: bool = False) -> Markup:
    """One statement with its status and its source; `anchor` gives it an address on the page."""
    return render_template(
        "fact",
        view,
        id=fact.id if anchor else "",
        status=fact.status,
        text=view.text(fact.text),
        badge=render_badge(view, fact.status) if fact.status != "confirmed" else "",
        pending=render_pending(view, fact.pending),
        source=render_source_mark(view, fact.sources, fact.as_of, fact.stated_by),
    )


def render_facts(view: View, facts: Sequence[Fact]) -> Markup:
    """A list of statements, each with an address."""
    return render_template("facts", view, facts=[render_fact(view, fact, anchor=True) for fact in facts])


def render_hero(view: View) -> Markup:
    """Home's opening: name, what it is to become, and how far it has come."""
    cluster, site = view.site.cluster, view.site
    question = site.by_id.get(("unknown", cluster.open_question or ""))
    return render_template(
        "hero",
        view,
        name=view.text(cluster.name),
        tagline=view.text(cluster.tagline),
        status=cluster.status.status,
        state=view.t(f"cluster_{cluster.status.status}"),
        status_text=view.text(cluster.status.text),
        question=view.text(question.question) if isinstance(question, Unknown) else "",
        question_url=view.url(f"{site.page_showing('unknowns')}#unknown-{cluster.open_question}"),
        source=render_source_mark(view, cluster.status.sources, cluster.status.as_of, cluster.status.stated_by),
    )


def render_timeline(view: View) -> Markup:
    """The milestones of the cluster, earliest first."""
    milestones = sorted(view.site.cluster.milestones, key=lambda item: item.date)
    return render_template("timeline", view, milestones=[_milestone_fields(view, item) for item in milestones])


def _milestone_fields(view: View, item: Milestone) -> dict[str, object]:
    return {
        "status": item.status,
        "date": view.date(item.date),
        "iso_date": item.date,
        "date_note": view.text(item.date_note) if item.date_note else "",
        "title": view.text(item.title),
        "text": view.text(item.text) if item.text else "",
        "badge": render_badge(view, item.status) if item.status != "confirmed" else "",
        "pending": render_pending(view, item.pending),
        "source": render_source_mark(view, item.sources),
    }


def render_topic(view: View, topic: Topic) -> Markup:
    """A titled set of facts: a programme, a law, a support measure, another cluster."""
    return render_template(
        "topic",
        view,
        id=topic.id,
        title=view.text(topic.title),
        title_note=view.text(topic.title_note) if topic.title_note else "",
        pending=render_pending(view, topic.pending),
        link=topic.link or "",
        host=topic.link.split("/")[2].removeprefix("www.") if topic.link else "",
        facts=render_facts(view, topic.facts),
    )


def render_topics(view: View, topics: Sequence[Topic]) -> Markup:
    """Several topics one after another."""
    return render_template("topics", view, topics=[render_topic(view, topic) for topic in topics])


def render_sources(view: View) -> Markup:
    """Every source, newest first, with what rests on it."""
    uses = view.site.uses_of_sources()
    newest_first = sorted(view.site.sources, key=lambda source: source.date or "", reverse=True)
    rows = [
        {
            **source_fields(view, source),
            "uses": [{"text": _use_text(view, use), "url": view.url(use.path)} for use in uses.get(source.id, ())],
            "total": view.count("uses_count", len(uses.get(source.id, ()))),
        }
        for source in newest_first
    ]
    return render_template("sources", view, sources=rows)


def _use_text(view: View, use: Use) -> str:
    """What rests on a source, in words: a fact's text, a name, a title or a question."""
    record: Record = use.what
    if isinstance(record, SupplyLink):
        return view.term("material", record.material)
    for field in ("text", "name", "title", "question"):
        if isinstance(localised := getattr(record, field, None), Localised):
            return view.text(localised)
    raise TypeError(f"{type(record).__name__} has no words")


def render_unknowns(view: View, unknowns: Sequence[Unknown]) -> Markup:
    """What was not found and what sources disagree about."""
    rows = [
        {
            "id": item.id,
            "kind": item.kind,
            "question": view.text(item.question),
            "searched": view.date(item.searched),
            "pending": render_pending(view, item.pending),
            "how_to_check": view.text(item.how_to_check) if item.how_to_check else "",
            "answers": [
                {"text": view.text(answer.text), "source": render_source_mark(view, answer.sources)}
                for answer in item.answers
            ],
        }
        for item in unknowns
    ]
    return render_template("unknowns", view, unknowns=rows)


def render_links(view: View) -> Markup:
    """Outside pages that concern the cluster."""
    rows = [
        {
            "title": view.text(link.title),
            "url": link.url,
            "host": link.url.split("/")[2].removeprefix("www."),
            "note": view.text(link.note) if link.note else "",
        }
        for link in view.site.cluster.links
    ]
    return render_template("links", view, links=rows)


DATA_TABLES = ("organisations", "facts", "links", "news", "sources")
"""The tables of the open data, as they stand in `data/v1/`."""


def render_open_data(view: View) -> Markup:
    """The files of the open data: a table a row, as CSV and as JSON."""
    rows = [
        {
            "name": view.t(f"data_{name}"),
            "files": [(form.upper(), view.asset(f"data/v1/{name}.{form}")) for form in ("csv", "json")],
        }
        for name in DATA_TABLES
    ]
    others = [(name, view.asset(f"data/v1/{name}")) for name in ("schema.json", "index.json", "SHA256SUMS")]
    feeds = [(name, view.url(feed.path)) for name, feed in CHANGE_FEEDS.items()]
    return render_template("open_data", view, rows=rows, feeds=feeds, others=others)


def render_search(view: View) -> Markup:
    """The search form; Pagefind is loaded when somebody types."""
    return render_template(
        "search",
        view,
        bundle=view.asset("pagefind/pagefind.js"),
        root=view.asset(""),
        script=view.asset("assets/search.js"),
        found=json.dumps(view.plural_forms("search_found"), ensure_ascii=False),
        kinds=[(kind, view.t(f"search_kinds_{kind}")) for kind in KINDS],
        kind_names=json.dumps({kind: view.t(f"search_kind_{kind}") for kind in KINDS}, ensure_ascii=False),
    )
