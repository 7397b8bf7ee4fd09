"""Organisations: cards, lists, pages."""

from collections.abc import Sequence
from typing import Any, cast, get_args

from markupsafe import Markup

from macros.content.model import PARTICIPANT_ROLES, Organisation, Role, RoleWords
from macros.render.components import (
    SHARED_MARK,
    host_of,
    render_facts,
    render_pending,
    render_source_mark,
    render_template,
    render_unknowns,
)
from macros.render.directory import FEW, list_criteria, render_filters
from macros.render.news import SHOWN_ELSEWHERE, render_news_list
from macros.render.value_chain import render_supply_table
from macros.render.view import View


def render_organisation_card(view: View, organisation: Organisation) -> Markup:
    """The card of an organisation, for lists."""
    fields = _organisation_fields(view, organisation)
    return render_template(
        "organisation_card",
        view,
        **fields,
        places=[term for term in fields["terms"] if term["criterion"] in ("region", "stage")],
    )


def _organisation_fields(view: View, organisation: Organisation) -> dict[str, Any]:
    return {
        "name": view.text(organisation.name),
        "url": view.organisation_url(organisation.id),
        "phrase": view.role_phrase(organisation),
        "status": organisation.status,
        "source": render_source_mark(view, organisation.sources, organisation.as_of),
        "terms": _terms(view, organisation),
        "summary": view.text(organisation.summary),
        "group": view.text(organisation.group),
        "website": organisation.website or "",
        "website_host": host_of(organisation.website),
    }


def _terms(view: View, organisation: Organisation) -> list[dict[str, str]]:
    """Return the criteria that the organisation has, with their values and the addresses of filtered lists."""
    return [
        {
            "criterion": name,
            "title": title,
            "id": value,
            "name": view.term(name, value),
            "url": view.directory_url(**{name: value}),
        }
        for name, (title, _) in list_criteria(view).items()
        if (value := getattr(organisation, name))
    ]


def render_organisation_list(
    view: View, organisations: Sequence[Organisation], by_role: bool, filtered: bool = False, empty: str = ""
) -> Markup:
    """Cards of organisations, all together or in sections by role, or the note `empty` when there are none.

    `filtered` puts the filters beside them.
    """
    groups: list[dict[str, object]] = []
    for role in get_args(Role) if by_role else (None,):
        members = [item for item in organisations if role in (None, item.role)]
        if members:
            cards = [render_organisation_card(view, item) for item in members]
            words = cast(RoleWords, view.site.term("role", role)) if role else None
            groups.append(
                {
                    "id": role or "",
                    "title": view.text(words.name) if words else "",
                    "note": view.text(words.note) if words and words.note else "",
                    "cards": cards,
                }
            )
    filters = render_filters(view, organisations) if filtered else ""
    return render_template(
        "organisation_list",
        view,
        groups=groups,
        filters=filters,
        is_few=len(organisations) < FEW,
        empty=empty or view.t("no_organisations"),
    )


def render_organisation_page(view: View, organisation: Organisation) -> Markup:
    """The page of an organisation: all facts and open questions about it."""
    site, fields = view.site, _organisation_fields(view, organisation)
    return render_template(
        "organisation_page",
        view,
        **{**fields, "source": SHARED_MARK + fields["source"]},
        places=[term for term in fields["terms"] if term["criterion"] in ("region", "stage")],
        is_team=organisation.role == "team",
        name_note=view.text(organisation.name_note),
        above=_list_above(view, organisation),
        pending=render_pending(view, organisation.pending),
        facts=render_facts(view, organisation.facts) if organisation.facts else "",
        links=render_supply_table(view, links) if (links := site.links_of(organisation.id)) else "",
        news=render_news_list(view, news, SHOWN_ELSEWHERE)
        if (news := site.find_news(organisation=organisation.id))
        else "",
        unknowns=render_unknowns(view, unknowns) if (unknowns := site.unknowns_about(organisation.id)) else "",
    )


def _list_above(view: View, organisation: Organisation) -> dict[str, object]:
    """Return the list that an organisation belongs to: participants or organisations."""
    if organisation.role in PARTICIPANT_ROLES:
        return {"title": view.t("participants"), "url": view.url(view.site.page_showing("participants"))}
    return {"title": view.t("organisations"), "url": view.url(view.site.page_showing("organisations"))}


def render_contact(view: View) -> Markup:
    """The organisation that the cluster names as its contact."""
    organisation = view.site.find(Organisation, view.site.cluster.contact)
    return render_template("contact", view, **_organisation_fields(view, organisation))
