"""The value chain: stages as columns, links as a table."""

from collections.abc import Sequence

from markupsafe import Markup

from macros.content.model import End, Status, SupplyLink
from macros.render.components import STATUS_ORDER, render_badge, render_source_mark, render_template
from macros.render.view import View


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
