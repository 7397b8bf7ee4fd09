"""The diagram of the value chain as files to publish elsewhere: SVG without style sheets, and the same as PNG."""

import io
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import dist
from typing import Any, NamedTuple

from PIL import Image, ImageDraw

from macros.content.addresses import FOLDERS
from macros.outputs import Makers
from macros.render.components import STATUS_ORDER, host_of, render_template
from macros.render.text_wrap import load_font, measure, wrap
from macros.render.value_chain import draw_chain, explain_inferred, find_nodes
from macros.render.view import View

EM = 16
"""Pixels of an em; the PNG has `_SCALE` times as many, so that it is sharp in print."""
_SCALE = 2
_MARGIN = 2 * EM
_HEAD = 3 * EM
_STEPS = 24
"""Straight pieces of a curve."""
_WHITE, _INK, _GREY, _PALE, _ACCENT = "#ffffff", "#14181d", "#57616c", "#8d98a4", "#b3341f"
_COLORS = {"planned": _ACCENT, "past": _PALE}
_DASHES: dict[str, tuple[float, float]] = {"planned": (6, 4), "unknown": (1.5, 3.5), "inferred": (2, 4)}
_WIDTHS: dict[str, float] = {"disputed": 4, "inferred": 2}

Point = tuple[float, float]


class Stroke(NamedTuple):
    """A line through points; one with a `fill` is closed."""

    points: tuple[Point, ...]
    color: str = _INK
    width: float = 1.5
    dash: tuple[float, float] | None = None
    fill: str = ""


class Label(NamedTuple):
    """A line of text: where its baseline begins, or ends for `anchor="end"`."""

    x: float
    y: float
    text: str
    is_bold: bool = False
    color: str = _INK
    anchor: str = "start"


class Drawing(NamedTuple):
    """What is drawn, from back to front, and how large it is in pixels."""

    width: int
    height: int
    strokes: tuple[Stroke, ...]
    labels: tuple[Label, ...]


def export_diagrams(view: View) -> Makers:
    """Return how to make the diagram in the language of the view, by address."""
    folder = FOLDERS[view.lang]
    return {f"{folder}diagram.svg": lambda: _write_svg(view), f"{folder}diagram.png": lambda: paint(draw_diagram(view))}


def _write_svg(view: View) -> bytes:
    title = view.t("chain_diagram")
    return f"{render_template('diagram_file', view, drawing=draw_diagram(view), title=title, em=EM)}\n".encode()


def draw_diagram(view: View) -> Drawing:
    """Return the diagram with the cluster's name above it, and below it what the lines mean and where it is from."""
    placed = draw_chain(view, list(find_nodes(view)))
    room = placed["room"] * EM
    strokes: list[Stroke] = []
    labels = [Label(_MARGIN, 1.75 * EM, view.text(view.site.cluster.name), is_bold=True)]

    def at(x: object, y: object, unit: float = EM) -> Point:
        return _MARGIN + float(str(x)) / 100 * room, _HEAD + float(str(y)) * unit

    for title in placed["titles"]:
        strokes.append(Stroke((at(title["x"], 1.9), at(title["end"], 1.9)), width=2))
        labels.append(Label(*at(title["x"], 1.2), title["text"], is_bold=True))
    for flow in placed["flows"]:
        strokes += _trace(flow, at)
    for box in placed["boxes"]:
        (left, top), right = at(box["x"], box["y"]), at(float(box["x"]) + float(box["width"]), 0)[0]
        bottom = top + float(box["height"]) * EM
        corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        strokes += _style(corners, box["node"].status, width=1, fill=_WHITE)
        labels += _write(box, left, right)
    x, foot = float(_MARGIN), at(0, placed["height"])[1] + 2 * EM
    statuses = {flow["status"] for flow in placed["flows"]} | {box["node"].status for box in placed["boxes"]}
    for status in (status for status in STATUS_ORDER if status in statuses):
        strokes += _style(((x, foot - 0.35 * EM), (x + 2 * EM, foot - 0.35 * EM)), status)
        labels.append(Label(x + 2.5 * EM, foot, view.term("status", status), color=_GREY))
        x += (4 + measure(view.term("status", status))) * EM
    if inferred := explain_inferred(view, view.site.chain.links):
        for line in wrap(inferred, placed["room"]):
            foot += 1.5 * EM
            labels.append(Label(_MARGIN, foot, line, color=_GREY))
    labels.append(Label(_MARGIN + room, 1.75 * EM, host_of(view.site.url), color=_GREY, anchor="end"))
    return Drawing(round(room + 2 * _MARGIN), round(foot + _MARGIN), tuple(strokes), tuple(labels))


def _style(points: tuple[Point, ...], status: str, width: float = 1.5, fill: str = "") -> Iterator[Stroke]:
    """Yield a line as its status is drawn on the site: a disputed one twice, the thinner in white."""
    yield Stroke(points, _COLORS.get(status, _INK), _WIDTHS.get(status, width), _DASHES.get(status), fill)
    if status == "disputed":
        yield Stroke(points, _WHITE)


def _trace(flow: dict[str, Any], at: Callable[..., Point]) -> Iterator[Stroke]:
    """Yield the curves of a link, where it passes other columns, and its arrow."""
    for curve in flow["curves"]:
        start = at(curve["x"], curve["from"], EM / 10)
        end = at(float(curve["x"]) + float(flow["gap"]), curve["to"], EM / 10)
        yield from _style(tuple(_bend(step / _STEPS, start, end) for step in range(_STEPS + 1)), flow["status"])
    for line in flow["passes"]:
        yield from _style((at(line["x"], line["y"]), at(line["end"], line["y"])), flow["status"])
    (x, y), back = at(flow["arrow"]["x"], flow["arrow"]["y"]), 7 if flow["arrow"]["is_backward"] else -7
    yield Stroke(((x + back, y - 4), (x, y), (x + back, y + 4)), _COLORS.get(flow["status"], _INK))


def _bend(t: float, start: Point, end: Point) -> Point:
    """A point of the cubic curve that value_chain.html draws, `t` of the way along."""
    x = 3 * t * (1 - t) ** 2 * 0.55 + 3 * t**2 * (1 - t) * 0.45 + t**3
    return start[0] + x * (end[0] - start[0]), start[1] + t * t * (3 - 2 * t) * (end[1] - start[1])


def _write(box: dict[str, Any], left: float, right: float) -> Iterator[Label]:
    for row in box["rows"]:
        style, y = row["style"].rpartition("-")[2], _HEAD + float(row["y"]) * EM
        if style == "material":
            yield Label(right - 0.6 * EM, y, row["text"], anchor="end")
        else:
            yield Label(left + 0.6 * EM, y, row["text"], style == "name", _INK if style == "name" else _GREY)


def paint(drawing: Drawing) -> bytes:
    """Return a drawing as PNG."""
    image = Image.new("RGB", (drawing.width * _SCALE, drawing.height * _SCALE), _WHITE)
    draw = ImageDraw.Draw(image)
    for stroke in drawing.strokes:
        points = [(x * _SCALE, y * _SCALE) for x, y in stroke.points]
        if stroke.fill:
            draw.polygon(points, fill=stroke.fill)
        for piece in _cut(points, stroke.dash) if stroke.dash else (points,):
            draw.line(piece, stroke.color, round(stroke.width * _SCALE), "curve")
    for label in drawing.labels:
        place, anchor = (label.x * _SCALE, label.y * _SCALE), "ls" if label.anchor == "start" else "rs"
        draw.text(place, label.text, label.color, load_font(EM * _SCALE, label.is_bold), anchor)
    out = io.BytesIO()
    image.quantize(32, Image.Quantize.FASTOCTREE).save(out, "PNG", compress_level=4)
    return out.getvalue()


def _cut(points: Sequence[Point], dash: tuple[float, float]) -> Iterator[list[Point]]:
    """Yield the dashes of a line: Pillow draws none."""
    lengths = [length * _SCALE for length in dash]
    piece, is_drawn, left = [points[0]], True, lengths[0]
    for start, end in pairwise(points):
        done, whole = 0.0, dist(start, end)
        while whole - done > left:
            done += left
            stop = (start[0] + (end[0] - start[0]) * done / whole, start[1] + (end[1] - start[1]) * done / whole)
            if is_drawn:
                yield [*piece, stop]
            piece, is_drawn = [stop], not is_drawn
            left = lengths[0 if is_drawn else 1]
        left -= whole - done
        piece.append(end)
    if is_drawn:
        yield piece
