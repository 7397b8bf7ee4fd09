"""The value chain: a diagram of the supply links, lists for narrow screens, and the links as a table."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, cast

from markupsafe import Markup

from macros.content.model import End, Fact, LinkStatus, Organisation, StatusWords, SupplyLink
from macros.render.components import STATUS_ORDER, render_template
from macros.render.diagram import Box, Diagram, Flow, lay_out
from macros.render.text_wrap import wrap
from macros.render.view import View

LINE = 1.35
"""Line height; all lengths are in em of the diagram's text."""
PADDING = 0.6
SPACE = 0.3
"""Above the materials of a box."""
TITLE = 2.6
"""Height of the stage titles."""
SHORT = 15
"""With more boxes than these, the stages of the lists are folded."""

Part = dict[str, Any]
"""The fields of a part of the SVG in value_chain.html: x in per cent, y in em."""


class Node(NamedTuple):
    """A box of the diagram. `stage` counts from left to right; `materials` are what leaves it, in order.

    `short_note` replaces `note` in a narrow box.
    """

    key: str
    stage: int
    name: str
    note: str
    short_note: str
    url: str
    status: LinkStatus
    materials: tuple[str, ...] = ()
    is_named: bool = True


class Row(NamedTuple):
    """A line of text in a box: of its name, its note, or of a material that leaves it."""

    style: str
    text: str
    material: str = ""


class Shape(NamedTuple):
    """How wide a diagram is: the least width in em (`room`), and the widths of columns and gaps in per cent."""

    size: str
    room: float
    column: float
    gap: float


def _shape(columns: int) -> Shape:
    """Fewer columns need less width; the sizes are those of the container queries in value_chain.css."""
    if columns <= 3:
        size, room, ratio = "small", 57.0, 0.36
    elif columns <= 5:
        size, room, ratio = "medium", 70.8, 0.36
    else:
        size, room, ratio = "large", 84.0, 0.3
    column = 100 / (columns + (columns - 1) * ratio)
    return Shape(size, room, column, column * ratio)


def render_value_chain(view: View, limit: int | None = None) -> Markup:
    """The whole chain: diagram, lists, legend and table; of more names than `limit`, the numbers in each stage."""
    nodes, links = list(find_nodes(view)), view.site.chain.links
    statuses = {node.status for node in nodes} | {link.status for link in links}
    members = [(title, [node for node in nodes if node.stage == at]) for at, title in enumerate(_list_titles(view))]
    stages = [(title, found) for title, found in members if found]
    if limit and sum(node.is_named for node in nodes) > limit:
        return render_chain_summary(view, stages)
    by_key = {node.key: node for node in nodes}
    supplies: defaultdict[str, list[tuple[SupplyLink, Node]]] = defaultdict(list)
    for link in links:
        supplies[_key(link, "from")].append((link, by_key[_key(link, "to")]))
    return render_template(
        "value_chain",
        view,
        stages=stages,
        supplies=supplies,
        is_short=len(nodes) <= SHORT,
        **draw_chain(view, nodes),
        statuses=[status for status in STATUS_ORDER if status in statuses - {"inferred"}],
        inferred=explain_inferred(view, links),
        table=render_supply_table(view, links, in_chain=True),
    )


def render_chain_summary(view: View, stages: Sequence[tuple[str, Sequence[Node]]]) -> Markup:
    """How many organisations and markets each stage of a big chain has, by status, and a link to the whole."""
    rows = []
    for title, nodes in stages:
        found = Counter(node.status for node in nodes if node.is_named)
        rows.append((title, found.total(), [(status, found[status]) for status in STATUS_ORDER if found[status]]))
    return render_template("chain_summary", view, stages=rows, url=view.url(view.site.page_showing("value_chain")))


def _list_titles(view: View) -> list[str]:
    """Return the titles of the stages, from left to right; last come the markets."""
    return [*(view.text(stage.name) for stage in view.site.vocabulary.stages), str(view.t("chain_markets"))]


def find_nodes(view: View) -> Iterator[Node]:
    """Yield participants with a stage, other organisations that a link names, unnamed ends, and markets."""
    site = view.site
    number = {stage.id: at for at, stage in enumerate(site.vocabulary.stages)}
    named = {end.organisation for link in site.chain.links for end in (link.source_end, link.target_end)}
    participants = {item.id for item in site.participants()}
    for item in site.organisations:
        if item.id in named or (item.stage and item.id in participants):
            stage = number[item.stage] if item.stage else _guess_stage(view, item, number)
            yield _organisation_node(view, item, stage)
    for link in site.chain.links:
        anchor = f"#link-{link.id}"
        material = view.term("material", link.material)
        if link.source_end.stage:
            stage, note = number[link.source_end.stage], str(view.t("supplier_unnamed"))
            yield Node(_key(link, "from"), stage, material, note, note, anchor, link.status, is_named=False)
        if link.target_end.stage:
            stage, name = number[link.target_end.stage], str(view.t("recipient_unnamed")).capitalize()
            yield Node(_key(link, "to"), stage, name, "", "", anchor, link.status, is_named=False)
    for market in site.chain.markets:
        leading = [link for link in site.chain.links if link.target_end.market == market.id]
        found = {link.status for link in leading}
        # A market has the surest status of the links that lead to it.
        status: LinkStatus = next((status for status in STATUS_ORDER if status in found), "unknown")
        anchor = f"#link-{leading[0].id}" if leading else ""
        yield Node(f"market:{market.id}", len(number), view.text(market.name), "", "", anchor, status)


def _organisation_node(view: View, item: Organisation, stage: int) -> Node:
    leaving = [link for link in view.site.chain.links if link.source_end.organisation == item.id]
    return Node(
        key=item.id,
        stage=stage,
        name=view.text(item.name),
        note=view.role_phrase(item),
        short_note=view.term("status", item.status) if item.status != "confirmed" else "",
        url=view.organisation_url(item.id),
        status=item.status,
        materials=tuple(dict.fromkeys(view.term("material", link.material) for link in leaving)),
    )


def _guess_stage(view: View, item: Organisation, number: dict[str, int]) -> int:
    """Return the first stage among the suppliers and customers of an organisation."""
    stages = []
    for link in view.site.links_of(item.id):
        end = link.target_end if link.source_end.organisation == item.id else link.source_end
        stages.append(view.site.find(Organisation, end.organisation).stage if end.organisation else end.stage)
    return min((number[stage] for stage in stages if stage), default=len(number) - 1)


def _key(link: SupplyLink, side: str) -> str:
    """The key of the node at one end of a link."""
    end = link.source_end if side == "from" else link.target_end
    return end.organisation or (f"market:{end.market}" if end.market else f"{link.id}:{side}")


def draw_chain(view: View, nodes: Sequence[Node]) -> Part:
    """Return the parts of the diagram, as value_chain.html has them, and `room`: its width in em."""
    links = view.site.chain.links
    number_of_columns = len({node.stage for node in nodes})
    # Stages whose members supply one another take several columns, and more columns are narrower.
    while True:
        shape = _shape(number_of_columns)
        width = shape.room * shape.column / 100 - 2 * PADDING
        rows = {node.key: _set_rows(node, width, is_narrow=shape.size == "large") for node in nodes}
        boxes = [Box(node.key, node.stage, _height(rows[node.key])) for node in nodes]
        diagram = lay_out(boxes, [_flow(view, link, rows) for link in links])
        if len(diagram.stages) == number_of_columns:
            break
        number_of_columns = len(diagram.stages)
    left = [at * (shape.column + shape.gap) for at in range(number_of_columns)]
    return {
        "size": shape.size,
        "room": shape.room,
        "height": _round(TITLE + diagram.height + 0.2),
        "titles": _place_titles(diagram, _list_titles(view), left, shape),
        "boxes": [
            _place_box(node, rows[node.key], left[diagram.columns[node.key]], TITLE + diagram.tops[node.key], shape)
            for node in sorted(nodes, key=lambda node: (diagram.columns[node.key], diagram.tops[node.key]))
        ],
        "flows": _place_flows(diagram, links, left, shape),
    }


def _set_rows(node: Node, width: float, is_narrow: bool) -> list[Row]:
    """Return the text of a box, line by line."""
    rows = [Row("cl-value-chain__box-name", line) for line in wrap(node.name, width, bold=True)]
    rows += [Row("cl-value-chain__box-note", line) for line in wrap(node.short_note if is_narrow else node.note, width)]
    return rows + [
        Row("cl-value-chain__box-material", line, name) for name in node.materials for line in wrap(name, width - 1)
    ]


def _height(rows: Sequence[Row]) -> float:
    return len(rows) * LINE + 2 * PADDING + (SPACE if rows[-1].material else 0)


def _flow(view: View, link: SupplyLink, rows: Mapping[str, Sequence[Row]]) -> Flow:
    """Return the line of a link: it leaves its source beside the material's name, or in the middle without one."""
    source = _key(link, "from")
    material = view.term("material", link.material)
    beside = [number for number, row in enumerate(rows[source]) if row.material == material]
    if not beside:
        return Flow(source, _key(link, "to"), _height(rows[source]) / 2)
    return Flow(source, _key(link, "to"), PADDING + SPACE + ((beside[0] + beside[-1]) / 2 + 0.5) * LINE)


def _round(number: float) -> str:
    """Format a length with at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _place_titles(diagram: Diagram, titles: Sequence[str], left: Sequence[float], shape: Shape) -> list[Part]:
    placed = []
    for stage in dict.fromkeys(diagram.stages):
        columns = [at for at, other in enumerate(diagram.stages) if other == stage]
        end = left[columns[-1]] + shape.column
        placed.append({"text": titles[stage], "x": _round(left[columns[0]]), "end": _round(end)})
    return placed


def _place_box(node: Node, rows: Sequence[Row], left: float, top: float, shape: Shape) -> Part:
    first = top + PADDING + LINE * 0.75
    return {
        "node": node,
        "label": ", ".join(text for text in (node.name, node.note, *node.materials) if text),
        "x": _round(left),
        "y": _round(top),
        "width": _round(shape.column),
        "height": _round(_height(rows)),
        "rows": [
            {"style": row.style, "text": row.text, "y": _round(first + number * LINE + (SPACE if row.material else 0))}
            for number, row in enumerate(rows)
        ],
    }


def _place_flows(diagram: Diagram, links: Sequence[SupplyLink], left: Sequence[float], shape: Shape) -> list[Part]:
    """Return lines for the SVG; a gap is 100 units wide, an em 10 units high."""
    placed: list[Part] = []
    for link, route in zip(links, diagram.routes, strict=True):
        right = [at + shape.column for at in left]
        crossed = range(route.column + 1, route.column + len(route.stops) - 1)
        curves = enumerate(pairwise(route.stops), start=route.column)
        placed.append(
            {
                "status": link.status,
                "source": _key(link, "from"),
                "target": _key(link, "to"),
                "curves": [
                    {"x": _round(right[at]), "from": _round(10 * (TITLE + start)), "to": _round(10 * (TITLE + end))}
                    for at, (start, end) in curves
                ],
                "passes": [
                    {"x": _round(left[at]), "end": _round(right[at]), "y": _round(TITLE + height)}
                    for at, height in zip(crossed, route.stops[1:-1], strict=True)
                ],
                "arrow": {
                    "x": _round(right[route.column] if route.is_backward else left[crossed.stop]),
                    "y": _round(TITLE + route.stops[0 if route.is_backward else -1]),
                    "is_backward": route.is_backward,
                },
                "gap": _round(shape.gap),
            }
        )
    # Surer links are drawn over less sure ones.
    return sorted(placed, key=lambda flow: -STATUS_ORDER.index(flow["status"]))


def render_supply_table(view: View, links: Sequence[SupplyLink], in_chain: bool = False) -> Markup:
    """Links as a table: material, supplier, recipient, status, source or what they are inferred from.

    In the chain, rows have an id, and what an inferred link is has been said.
    """
    rows = [
        (
            link,
            _end(view, link.source_end),
            _end(view, link.target_end),
            [view.site.find(Fact, name) for name in link.based_on],
        )
        for link in links
    ]
    inferred = None if in_chain else explain_inferred(view, links)
    return render_template("supply_table", view, rows=rows, in_chain=in_chain, inferred=inferred)


def explain_inferred(view: View, links: Sequence[SupplyLink]) -> str:
    """Return what it means that links are inferred, if any are."""
    if all(link.status != "inferred" for link in links):
        return ""
    return view.text(cast(StatusWords, view.site.term("status", "inferred")).note)


def _end(view: View, end: End) -> tuple[str, str]:
    """The name of an end of a link and the address of its page, if it has one."""
    if end.organisation:
        return view.text(view.site.find(Organisation, end.organisation).name), view.organisation_url(end.organisation)
    return view.term("market", end.market) if end.market else "", ""
