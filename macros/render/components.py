"""Records to HTML: one `render_<name>` for each template `overrides/components/<name>.html`.

A function looks up, sorts, counts and words; its template chooses and repeats.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.content.model import (
    PARTICIPANT_ROLES,
    End,
    Fact,
    Localised,
    Milestone,
    NewsItem,
    Organisation,
    Record,
    Role,
    Source,
    Status,
    SupplyLink,
    Topic,
    Unknown,
)
from macros.content.site import Use
from macros.render.markdown import render_markdown
from macros.render.view import View

TEMPLATES = Path(__file__).parents[2] / "overrides" / "components"

STATUS_ORDER: tuple[Status, ...] = ("confirmed", "planned", "disputed", "unknown", "past")
ROLE_ORDER: tuple[Role, ...] = (
    "anchor",
    "participant",
    "specialised",
    "authority",
    "organiser",
    "partner",
    "team",
)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_template(component: str, view: View, /, **fields: object) -> Markup:
    """Return `overrides/components/<component>.html` with these fields. Raises on an unknown field."""
    return Markup(_environment().get_template(f"{component}.html").render(t=view.t, lang=view.lang, **fields).strip())


# Small parts


def render_badge(view: View, status: Status, text: str = "") -> Markup:
    """A status in words, with the line that says the same."""
    return render_template("badge", view, status=status, text=text or view.status(status))


def render_pending(view: View, pending: date | None) -> Markup:
    """Tells the English reader that the Russian text is newer; nothing where it is not, or in Russian."""
    if pending is None or view.lang == "ru":
        return Markup()
    return render_template("pending", view, date=view.date(pending), url=view.url(view.path, "ru"))


def render_source_mark(
    view: View, ids: Iterable[str], as_of: str | None = None, stated_by: Localised | None = None
) -> Markup:
    """The small square that opens who, when, link and grade; the date is in view once a source is overdue."""
    sources = [_source_fields(view, view.site.source(source_id)) for source_id in ids]
    return render_template(
        "source_mark",
        view,
        sources=sources,
        more=len(sources) - 1,
        as_of=view.date(as_of) if as_of else "",
        is_overdue=bool(as_of) and not view.site.overdue.isdisjoint(source["id"] for source in sources),
        stated_by=view.text(stated_by) if stated_by else "",
    )


def _source_fields(view: View, source: Source) -> dict[str, object]:
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


# Organisations


def render_organisation_card(view: View, organisation: Organisation) -> Markup:
    """An organisation in a list."""
    return render_template("organisation_card", view, **_organisation_fields(view, organisation))


def _organisation_fields(view: View, organisation: Organisation) -> dict[str, object]:
    website = organisation.website or ""
    return {
        "id": organisation.id,
        "name": view.text(organisation.name),
        "name_note": view.text(organisation.name_note) if organisation.name_note else "",
        "url": view.organisation_url(organisation.id),
        "status": organisation.status,
        "status_word": view.status(organisation.status),
        "role": view.term("role", organisation.role),
        "is_team": organisation.role == "team",
        "phrase": view.role_phrase(organisation),
        "summary": view.text(organisation.summary),
        "region": view.term("region", organisation.region) if organisation.region else "",
        "stage": view.term("stage", organisation.stage) if organisation.stage else "",
        "group": view.text(organisation.group) if organisation.group else "",
        "website": website,
        "website_host": website.split("/")[2].removeprefix("www.") if website else "",
        "source": render_source_mark(view, organisation.sources, organisation.as_of),
    }


def render_organisation_list(view: View, organisations: Sequence[Organisation], by_role: bool) -> Markup:
    """Cards of organisations, all together or in sections by role; says so when there are none."""
    groups: list[dict[str, object]] = []
    for role in ROLE_ORDER if by_role else (None,):
        members = [item for item in organisations if role in (None, item.role)]
        if members:
            cards = [render_organisation_card(view, item) for item in members]
            title = view.term("role", role) if role else ""
            groups.append({"title": title, "id": role or "", "cards": cards})
    return render_template("organisation_list", view, groups=groups)


def render_organisation_page(view: View, organisation: Organisation) -> Markup:
    """Everything known, and not known, of one organisation."""
    site = view.site
    return render_template(
        "organisation_page",
        view,
        **_organisation_fields(view, organisation),
        above=_list_above(view, organisation),
        pending=render_pending(view, organisation.pending),
        facts=render_facts(view, organisation.facts) if organisation.facts else "",
        links=render_supply_table(view, links) if (links := site.links_of(organisation.id)) else "",
        news=render_news_list(view, news) if (news := site.find_news(organisation=organisation.id)) else "",
        unknowns=render_unknowns(view, unknowns) if (unknowns := site.unknowns_about(organisation.id)) else "",
    )


def _list_above(view: View, organisation: Organisation) -> dict[str, object]:
    """The list that an organisation belongs to: the participants', or everybody else's."""
    macro = "participants" if organisation.role in PARTICIPANT_ROLES else "organisations"
    return {"title": view.t(macro), "url": view.url(view.site.page_showing(macro))}


# News


def render_news_card(view: View, item: NewsItem) -> Markup:
    """A news item in a list."""
    return render_template("news_card", view, **_news_fields(view, item))


def _news_fields(view: View, item: NewsItem) -> dict[str, object]:
    return {
        "url": view.news_url(item.id),
        "title": view.text(item.title),
        "lead": view.text(item.lead),
        "date": view.date(item.date),
        "iso_date": item.date.isoformat(),
        "tags": [{"name": view.term("tag", tag), "url": view.url(f"news/tags/{tag}/")} for tag in item.tags],
    }


def render_news_list(view: View, items: Sequence[NewsItem]) -> Markup:
    """News as cards, newest first; says so when there are none."""
    return render_template("news_list", view, cards=[render_news_card(view, item) for item in items])


def render_news_archive(view: View) -> Markup:
    """Years and tags of the news, each with its number of items."""
    site = view.site
    years = [
        {"name": str(year), "url": view.url(f"news/{year}/"), "count": len(site.find_news(year=year))}
        for year in site.years()
    ]
    tags = [
        {
            "name": view.term("tag", tag),
            "url": view.url(f"news/tags/{tag}/"),
            "count": len(site.find_news(tag=tag)),
        }
        for tag in site.tags_in_use()
    ]
    return render_template("news_archive", view, years=years, tags=tags)


def render_news_page(view: View, item: NewsItem) -> Markup:
    """A whole news item with its source, organisations and neighbours."""
    site = view.site
    place = site.news.index(item)
    newer = site.news[place - 1] if place else None
    older = site.news[place + 1] if place + 1 < len(site.news) else None
    return render_template(
        "news_page",
        view,
        **_news_fields(view, item),
        list_url=view.url(site.page_showing("news_archive")),
        pending=render_pending(view, item.pending),
        body=render_markdown(item.body.in_language(view.lang), view.lang, view.page_url),
        source=render_source_mark(view, item.sources),
        organisations=[
            {
                "name": view.text(organisation.name),
                "url": view.organisation_url(organisation.id),
                "phrase": phrase,
            }
            for organisation in map(site.organisation, item.organisations)
            if (phrase := view.role_phrase(organisation))
        ],
        newer={"title": view.text(newer.title), "url": view.news_url(newer.id)} if newer else None,
        older={"title": view.text(older.title), "url": view.news_url(older.id)} if older else None,
    )


def render_news_section(view: View, title: str, items: Sequence[NewsItem]) -> Markup:
    """A page of the news of one year or one tag."""
    return render_template(
        "news_section",
        view,
        title=title,
        total=view.count("news_count", len(items)),
        list_url=view.url(view.site.page_showing("news_archive")),
        news=render_news_list(view, items),
        archive=render_news_archive(view),
    )


# Value chain


def render_value_chain(view: View) -> Markup:
    """Stages as columns, from the links; the same links as a table."""
    site = view.site
    stages = {view.text(stage.name): _stage_nodes(view, stage.id) for stage in site.vocabulary.stages}
    columns: list[dict[str, object]] = [{"title": title, "nodes": nodes} for title, nodes in stages.items()]
    markets: list[dict[str, object]] = [
        {"name": view.text(market.name), "note": "", "url": "", "status": _strongest(view, market.id)}
        for market in site.chain.markets
    ]
    columns.append({"title": view.t("chain_markets"), "nodes": markets})
    statuses = {node["status"] for nodes in (*stages.values(), markets) for node in nodes}
    return render_template(
        "value_chain",
        view,
        columns=[column for column in columns if column["nodes"]],
        legend=[render_badge(view, status) for status in STATUS_ORDER if status in statuses],
        table=render_supply_table(view, site.chain.links),
    )


def _stage_nodes(view: View, stage: str) -> list[dict[str, object]]:
    site = view.site
    unnamed: list[dict[str, object]] = [
        {
            "name": view.term("material", link.material),
            "note": view.t("supplier_unnamed"),
            "url": "",
            "status": link.status,
        }
        for link in site.chain.links
        if link.source_end.stage == stage
    ]
    named: list[dict[str, object]] = [
        {
            "name": view.text(item.name),
            "note": view.role_phrase(item),
            "url": view.organisation_url(item.id),
            "status": item.status,
        }
        for item in site.participants()
        if item.stage == stage
    ]
    return [*named, *unnamed]


def _strongest(view: View, market: str) -> Status:
    """A market is as sure as the surest link that leads to it."""
    found = {link.status for link in view.site.chain.links if link.target_end.market == market}
    return next((status for status in STATUS_ORDER if status in found), "unknown")


def render_supply_table(view: View, links: Sequence[SupplyLink]) -> Markup:
    """Links as a table: what, from whom, to whom, how sure, who says so."""
    rows = [
        {
            "material": view.term("material", link.material),
            "source_end": _end_fields(view, link.source_end, "supplier_unnamed"),
            "target_end": _end_fields(view, link.target_end, "recipient_unnamed"),
            "badge": render_badge(view, link.status),
            "source": render_source_mark(view, link.sources, link.as_of),
        }
        for link in links
    ]
    return render_template("supply_table", view, rows=rows)


def _end_fields(view: View, end: End, unnamed: str) -> dict[str, object]:
    if end.organisation:
        name = view.text(view.site.organisation(end.organisation).name)
        return {"name": name, "url": view.organisation_url(end.organisation), "unnamed": False}
    if end.market:
        return {"name": view.term("market", end.market), "url": "", "unnamed": False}
    return {"name": view.t(unnamed), "url": "", "unnamed": True}


# Cluster, topics, sources


def render_hero(view: View) -> Markup:
    """Home's opening: name, what it is to become, and how far it has come."""
    cluster, site = view.site.cluster, view.site
    question = site.by_id.get(("unknown", cluster.open_question or ""))
    return render_template(
        "hero",
        view,
        name=view.text(cluster.name),
        name_note=view.text(cluster.name_note) if cluster.name_note else "",
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
            **_source_fields(view, source),
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


def render_contact(view: View) -> Markup:
    """Whom to turn to: the organisation that the cluster names as its contact."""
    return render_template(
        "contact", view, **_organisation_fields(view, view.site.organisation(view.site.cluster.contact))
    )


def render_search(view: View) -> Markup:
    """The search form; Pagefind is loaded when somebody types."""
    return render_template(
        "search",
        view,
        bundle=view.asset("pagefind/pagefind.js"),
        root=view.asset(""),
        script=view.asset("assets/search.js"),
        found=json.dumps(view.plural_forms("search_found"), ensure_ascii=False),
    )
