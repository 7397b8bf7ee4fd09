"""Records to HTML: one `render_<name>` for each template `overrides/components/<name>.html`.

A function looks up, sorts and counts; its template chooses and repeats, and formats by `view`.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from types import FunctionType, MethodType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Context
from markupsafe import Markup

from macros.content.model import Fact, LinkStatus, Localised, Record, Source, Status, SupplyLink, Topic, Unknown
from macros.content.site import Use
from macros.render.assets import COMPONENTS, OVERRIDES
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


class _Context(Context):
    """Calls at once what asks for nothing of Jinja's: finding that out would take longer than most calls."""

    def call(self, called: Any, *given: Any, **named: Any) -> Any:
        if type(called) not in (FunctionType, MethodType):
            return super().call(called, *given, **named)
        named.pop("_loop_vars", None)
        return called(*given, **named)


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
    for shared in (icon, host_of, render_badge, render_pending, render_source_mark, render_fact, render_facts):
        environment.globals[shared.__name__] = shared
    environment.context_class = _Context
    environment.globals |= {"render_topic": render_topic, "SHARED_MARK": SHARED_MARK}
    return environment


@cache
def _load_template(component: str) -> Template:
    template = _environment().get_template(f"{component}.html")
    template.globals = dict(template.globals)  # each rendering copies them, which is slow with Jinja's ChainMap
    return template


def render_template(component: str, view: View, /, **fields: object) -> Markup:
    """Return `overrides/components/<component>.html` with these fields. Raises on an unknown field."""
    return Markup(_load_template(component).render(view=view, t=view.t, lang=view.lang, **fields).strip())


def host_of(url: str | None) -> str:
    """Return the host of an absolute address without `www.`; empty without an address."""
    return url.split("/")[2].removeprefix("www.") if url else ""


def render_badge(view: View, status: LinkStatus) -> Markup:
    """A status as a framed word with a border style of its own."""
    return render_template("badge", view, status=status)


def tells_status(fact: Fact) -> bool:
    """Whether the words themselves tell the status: that it will be, that nobody knows, or in which year it was."""
    telling = _TELLING.get(fact.status)
    return fact.status == "confirmed" or bool(telling and re.search(telling, fact.text.en, re.IGNORECASE))


def render_pending(view: View, pending: date | None) -> Markup:
    """On an English page, a note that the Russian text is newer; otherwise empty."""
    if pending is None or view.lang == "ru":
        return Markup()
    return render_template("pending", view, pending=pending)


def render_source_mark(
    view: View, ids: Iterable[str], as_of: str | None = None, stated_by: Localised | None = None, is_alone: bool = False
) -> Markup:
    """Where a statement comes from, to be written once its page is whole: see `postprocess.write_marks`.

    One that `is_alone` stays beside its statement, whatever others say.
    """
    ids = tuple(ids)
    told = {
        "sources": ids,
        "as_of": as_of or view.find_sources(ids)[0].date or "",
        "stated_by": view.text(stated_by),
        "is_overdue": not view.site.overdue.isdisjoint(ids),
        "is_alone": is_alone,
    }
    return Markup(f"\ue002{json.dumps(told)}\ue003")


def render_fact(view: View, fact: Fact, anchor: bool = False) -> Markup:
    """One statement with its status and its source; `anchor` gives it an id on the page."""
    badge = "" if tells_status(fact) else render_badge(view, fact.status)
    return render_template("fact", view, fact=fact, has_id=anchor, badge=badge)


def render_facts(view: View, facts: Sequence[Fact]) -> Markup:
    """A list of statements, each with an id."""
    return render_template("facts", view, facts=facts)


def render_hero(view: View) -> Markup:
    """The first screen of the home page: what the cluster is, where, and what a visitor can do."""
    cluster, site = view.site.cluster, view.site
    figures = [(figure, site.find(Fact, figure.fact)) for figure in cluster.figures]
    question = site.by_id.get((Unknown, cluster.open_question or ""))
    return render_template("hero", view, cluster=cluster, figures=figures, question=question)


def render_timeline(view: View) -> Markup:
    """The milestones of the cluster, earliest first."""
    milestones = sorted(view.site.cluster.milestones, key=lambda item: item.date)
    return render_template("timeline", view, milestones=milestones)


def render_topic(view: View, topic: Topic) -> Markup:
    """A titled set of facts: a programme, a law, a support measure, another cluster."""
    return render_template("topic", view, topic=topic)


def render_sources(view: View) -> Markup:
    """Every source, newest first, with what cites it."""
    uses = view.site.uses_of_sources()
    newest_first = sorted(view.site.sources, key=lambda source: source.date or "", reverse=True)
    rows = [
        (
            source,
            _host_unless_named(view, source),
            [(_use_text(view, use), use.path) for use in uses.get(source.id, ())],
        )
        for source in newest_first
    ]
    return render_template("sources", view, rows=rows)


def _host_unless_named(view: View, source: Source) -> str:
    """The host of a source, or nothing when its publisher is called so."""
    publisher, host = view.text(source.publisher).lower(), host_of(source.url)
    return "" if publisher in host or host in publisher else host


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
    titles = {group.id: view.text(group.name) for group in view.site.vocabulary.groups} if by_group else {}
    groups: dict[str, list[Unknown]] = {title: [] for title in ("", *titles.values())}
    for item in unknowns:
        groups[titles.get(item.group or "", "")].append(item)
    return render_template(
        "unknowns",
        view,
        searched=view.date(days.pop()) if len(days) == 1 else "",
        groups=[(title, questions) for title, questions in groups.items() if questions],
    )


def render_search(view: View) -> Markup:
    """The search form; its script loads Pagefind at the first input."""
    kinds: tuple[tuple[Kind, Markup, Markup], ...] = (
        ("organisation", view.t("search_kinds_organisation"), view.t("search_kind_organisation")),
        ("news", view.t("search_kinds_news"), view.t("search_kind_news")),
        ("page", view.t("search_kinds_page"), view.t("search_kind_page")),
    )
    kind_names = json.dumps({kind: one for kind, _, one in kinds}, ensure_ascii=False)
    found = json.dumps(view.plural_forms("search_found", n="{n}"), ensure_ascii=False)
    return render_template("search", view, kinds=kinds, kind_names=kind_names, found=found)
