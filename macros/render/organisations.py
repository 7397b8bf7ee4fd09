"""Organisations: cards, lists, pages."""

from collections.abc import Sequence
from typing import get_args

from markupsafe import Markup

from macros.content.model import PARTICIPANT_ROLES, Organisation, Role
from macros.render.components import render_facts, render_template, render_unknowns
from macros.render.directory import FEW, render_filters
from macros.render.news import SHOWN_ELSEWHERE, render_news_list
from macros.render.value_chain import render_supply_table
from macros.render.view import View


def render_organisation_card(view: View, organisation: Organisation) -> Markup:
    """The card of an organisation, for lists."""
    return render_template("organisation_card", view, organisation=organisation)


def render_organisation_list(
    view: View, organisations: Sequence[Organisation], by_role: bool, filtered: bool = False, empty: str = ""
) -> Markup:
    """Cards of organisations, all together or in sections by role, or the note `empty` when there are none.

    `filtered` puts the filters beside them.
    """
    groups = []
    for role in get_args(Role) if by_role else (None,):
        if cards := [render_organisation_card(view, item) for item in organisations if role in (None, item.role)]:
            groups.append((view.site.term("role", role) if role else None, cards))
    return render_template(
        "organisation_list",
        view,
        groups=groups,
        filters=render_filters(view, organisations) if filtered else "",
        is_few=len(organisations) < FEW,
        empty=empty or view.t("no_organisations"),
    )


def render_organisation_page(view: View, organisation: Organisation) -> Markup:
    """The page of an organisation: all facts and open questions about it."""
    links, unknowns = view.site.links_of(organisation.id), view.site.unknowns_about(organisation.id)
    news = view.site.find_news(organisation=organisation.id)
    return render_template(
        "organisation_page",
        view,
        organisation=organisation,
        above="participants" if organisation.role in PARTICIPANT_ROLES else "organisations",
        facts=render_facts(view, organisation.facts) if organisation.facts else "",
        links=render_supply_table(view, links) if links else "",
        news=render_news_list(view, news, SHOWN_ELSEWHERE) if news else "",
        unknowns=render_unknowns(view, unknowns) if unknowns else "",
    )
