"""Records to HTML: one `render_<name>` for each template `overrides/components/<name>.html`.

A function looks up, sorts, counts and formats; its template chooses and repeats.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.content.addresses import FOLDERS, address
from macros.content.model import Fact, LinkStatus, Localised, Record, Source, Status, SupplyLink, Topic, Unknown
from macros.content.site import Use
from macros.render.assets import COMPONENTS, OVERRIDES
from macros.render.typography import typeset
from macros.render.view import Kind, View

STATUS_ORDER: tuple[LinkStatus, ...] = ("confirmed", "planned", "disputed", "inferred", "unknown", "past")
SHARED_MARK = Markup("\ue004")
"""Stands where the sources that most statements after it share are named; see `postprocess.write_marks`."""

_TELLING: dict[Status, str] = {
    "planned": r"\b(?:will|would|(?:is|are) to|plan(?:s|ned)?|aims?)\b",
    "unknown": r"\b(?:not|no|none|nothing|unknown)\b",
    "past": r"\b(?:19|20)\d\d\b",
}
"""English words that tell a status; the Russian text says the same, as `checks.bilingual` sees to."""


@cache
def icon(name: str) -> Markup:
    """Return an icon of Material's set, such as `eye`, as inline SVG of 24 px. Raises FileNotFoundError."""
    svg = (files("material") / "templates" / ".icons" / "material" / f"{name}.svg").read_text("utf-8")
    return Markup(svg.replace('xmlns="http://www.w3.org/2000/svg"', 'width="24" height="24" aria-hidden="true"'))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([COMPONENTS, OVERRIDES / "partials"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["icon"] = icon
    return environment


def render_template(component: str, view: View, /, **fields: object) -> Markup:
    """Return `overrides/components/<component>.html` with these fields. Raises on an unknown field."""
    return Markup(_environment().get_template(f"{component}.html").render(t=view.t, lang=view.lang, **fields).strip())


def host_of(url: str | None) -> str:
    """Return the host of an absolute address without `www.`; empty without an address."""
    return url.split("/")[2].removeprefix("www.") if url else ""


def render_badge(view: View, status: LinkStatus) -> Markup:
    """A status as a framed word with a border style of its own."""
    return render_template("badge", view, status=status, text=view.term("status", status))


def tells_status(fact: Fact) -> bool:
    """Whether the words themselves tell the status: that it will be, that nobody knows, or in which year it was."""
    telling = _TELLING.get(fact.status)
    return fact.status == "confirmed" or bool(telling and re.search(telling, fact.text.en, re.IGNORECASE))


def render_pending(view: View, pending: date | None) -> Markup:
    """On an English page, a note that the Russian text is newer; otherwise empty."""
    if pending is None or view.lang == "ru":
        return Markup()
    return render_template("pending", view, date=view.date(pending), url=view.url(view.path, "ru"))


def render_source_mark(
    view: View, ids: Iterable[str], as_of: str | None = None, stated_by: Localised | None = None, is_alone: bool = False
) -> Markup:
    """Where a statement comes from, to be written once its page is whole: see `postprocess.write_marks`.

    One that `is_alone` stays beside its statement, whatever others say.
    """
    ids = tuple(ids)
    told = {
        "sources": ids,
        "as_of": as_of or view.site.find(Source, ids[0]).date or "",
        "stated_by": view.text(stated_by),
        "is_overdue": not view.site.overdue.isdisjoint(ids),
        "is_alone": is_alone,
    }
    return Markup("\ue002{}\ue003").format(json.dumps(told))


def source_fields(view: View, source: Source) -> dict[str, object]:
    """Return the fields of a source, formatted for display; `site` is its host unless the publisher is called so."""
    publisher, host = view.text(source.publisher), host_of(source.url)
    is_named = publisher.lower() in host or host in publisher.lower()
    return {
        "id": source.id,
        "publisher": publisher,
        "short": view.text(source.short or source.publisher),
        "title": view.text(source.title),
        "url": source.url,
        "host": host,
        "site": "" if is_named else host,
        "date": view.date(source.date) if source.date else "",
        "short_date": view.short_date(source.date) if source.date else "",
        "iso_date": source.date or "",
        "checked": view.date(source.checked),
        "grade": source.grade,
        "grade_text": view.term("grade", source.grade),
        "note": view.text(source.note),
        "page": view.url(f"{view.site.page_showing('sources')}#source-{source.id}"),
    }


def render_fact(view: View, fact: Fact, anchor: bool = False) -> Markup:
    """One statement with its status and its source; `anchor` gives it an id on the page."""
    return render_template(
        "fact",
        view,
        id=fact.id if anchor else "",
        status=fact.status,
        text=view.text(fact.text),
        badge="" if tells_status(fact) else render_badge(view, fact.status),
        pending=render_pending(view, fact.pending),
        source=render_source_mark(view, fact.sources, fact.as_of, fact.stated_by, fact.status == "disputed"),
    )


def render_facts(view: View, facts: Sequence[Fact]) -> Markup:
    """A list of statements, each with an id."""
    return render_template("facts", view, facts=[render_fact(view, fact, anchor=True) for fact in facts])


def render_hero(view: View) -> Markup:
    """The first screen of the home page: what the cluster is, where, and what a visitor can do."""
    cluster, site = view.site.cluster, view.site

    def cite(fact: Fact) -> dict[str, object]:
        return source_fields(view, site.find(Source, fact.sources[0]))

    question = site.by_id.get((Unknown, cluster.open_question or ""))
    states: dict[Status, Markup] = {
        "confirmed": view.t("cluster_confirmed"),
        "planned": view.t("cluster_planned"),
        "disputed": view.t("cluster_disputed"),
        "unknown": view.t("cluster_unknown"),
        "past": view.t("cluster_past"),
    }
    return render_template(
        "hero",
        view,
        labels=[view.text(label) for label in (cluster.kind, cluster.place) if label],
        name=view.text(cluster.name),
        tagline=view.text(cluster.tagline),
        actions=[{"url": view.page_url(action.page), "label": view.text(action.label)} for action in cluster.actions],
        figures=[
            {
                "value": view.text(figure.value),
                "label": view.text(figure.label),
                "source": cite(site.find(Fact, figure.fact)),
            }
            for figure in cluster.figures
        ],
        status=cluster.status.status,
        state=states[cluster.status.status],
        question=view.text(question.question) if isinstance(question, Unknown) else "",
        question_url=view.question_url(cluster.open_question),
        source=cite(cluster.status),
    )


def render_timeline(view: View) -> Markup:
    """The milestones of the cluster, earliest first."""
    rows = [
        {
            "status": item.status,
            "date": view.date(item.date),
            "iso_date": item.date,
            "date_note": view.text(item.date_note),
            "title": view.text(item.title),
            "text": view.text(item.text),
            "badge": render_badge(view, item.status) if item.status != "confirmed" else "",
            "pending": render_pending(view, item.pending),
            "source": render_source_mark(view, item.sources),
        }
        for item in sorted(view.site.cluster.milestones, key=lambda item: item.date)
    ]
    cluster = view.site.cluster
    return render_template(
        "timeline",
        view,
        milestones=rows,
        end=view.text(cluster.timeline_end),
        question_url=view.question_url(cluster.open_question),
    )


def render_topic(view: View, topic: Topic) -> Markup:
    """A titled set of facts: a programme, a law, a support measure, another cluster."""
    return render_template(
        "topic",
        view,
        id=topic.id,
        title=view.text(topic.title),
        title_note=view.text(topic.title_note),
        pending=render_pending(view, topic.pending),
        link=topic.link or "",
        host=host_of(topic.link),
        facts=SHARED_MARK + render_facts(view, topic.facts),
    )


def render_topics(view: View, topics: Sequence[Topic]) -> Markup:
    """Several topics one after another."""
    return render_template("topics", view, topics=[render_topic(view, topic) for topic in topics])


def render_sources(view: View) -> Markup:
    """Every source, newest first, with what cites it."""
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
    """The text, name, title or question of a record that cites a source."""
    record: Record = use.what
    if isinstance(record, SupplyLink):
        return view.term("material", record.material)
    for field in ("text", "name", "title", "question"):
        if isinstance(localised := getattr(record, field, None), Localised):
            return view.text(localised)
    raise TypeError(f"{type(record).__name__} has no text")


def render_unknowns(view: View, unknowns: Sequence[Unknown], by_group: bool = False) -> Markup:
    """Questions to which no answer was found, or on which sources disagree, `by_group` under headings.

    When all were searched for on the same day, it is said once.
    """
    days = {item.searched for item in unknowns}
    is_same_day = len(days) == 1
    titles = {group.id: view.text(group.name) for group in view.site.vocabulary.groups} if by_group else {}
    groups: dict[str, list[dict[str, object]]] = {title: [] for title in ("", *titles.values())}
    for item in unknowns:
        groups[titles.get(item.group or "", "")].append(_question_fields(view, item, is_same_day))
    return render_template(
        "unknowns",
        view,
        searched=view.date(days.pop()) if is_same_day else "",
        groups=[{"title": title, "questions": questions} for title, questions in groups.items() if questions],
    )


def _question_fields(view: View, item: Unknown, is_same_day: bool) -> dict[str, object]:
    return {
        "id": item.id,
        "kind": item.kind,
        "question": view.text(item.question),
        "searched": "" if is_same_day else view.date(item.searched),
        "pending": render_pending(view, item.pending),
        "how_to_check": view.text(item.how_to_check),
        "links": [{"url": url, "host": host_of(url)} for url in item.links],
        "answers": [
            {"text": view.text(answer.text), "source": render_source_mark(view, answer.sources)}
            for answer in item.answers
        ],
    }


def render_links(view: View) -> Markup:
    """External pages about the cluster."""
    rows = [
        {"title": view.text(link.title), "url": link.url, "host": host_of(link.url), "note": view.text(link.note)}
        for link in view.site.cluster.links
    ]
    return render_template("links", view, links=rows)


def render_publisher(view: View) -> Markup:
    """Who publishes the site, or a note that it has no contacts of its own."""
    publisher = view.site.cluster.publisher
    return render_template(
        "publisher",
        view,
        name=view.text(publisher.name),
        email=publisher.email or "",
        url=publisher.url or "",
        host=host_of(publisher.url),
    )


def render_copy_button(view: View) -> Markup:
    """The button that copies the quotation above it; its script says when that is done."""
    return render_template("copy_button", view, script=view.asset("assets/copy.js"))


def render_print_button(view: View) -> Markup:
    """The button that prints a page; on paper only the section is left in which it stands."""
    return render_template("print_button", view)


def render_search(view: View) -> Markup:
    """The search form; its script loads Pagefind at the first input."""
    kinds: dict[Kind, tuple[Markup, Markup]] = {
        "organisation": (view.t("search_kinds_organisation"), view.t("search_kind_organisation")),
        "news": (view.t("search_kinds_news"), view.t("search_kind_news")),
        "page": (view.t("search_kinds_page"), view.t("search_kind_page")),
    }
    menu = view.site.menu
    pages = [
        (typeset(view.site.page_meta(view.lang, path).title, view.lang), view.url(address(path)), path in menu.header)
        for path in menu.header + menu.footer
    ]
    return render_template(
        "search",
        view,
        bundle=view.asset("pagefind/pagefind.js"),
        root=view.asset(""),
        script=view.asset("assets/search.js"),
        found=json.dumps(view.plural_forms("search_found", n="{n}"), ensure_ascii=False),
        words=view.asset(f"{FOLDERS[view.lang]}words.json"),
        pages=pages,
        kinds=[(kind, many) for kind, (many, _) in kinds.items()],
        kind_names=json.dumps({kind: one for kind, (_, one) in kinds.items()}, ensure_ascii=False),
    )
