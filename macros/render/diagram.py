"""The layout of a layered diagram: columns from left to right, few crossings, no overlaps.

The method is Sugiyama's, in its usual four steps: layers, empty places where a line passes a column, order by the
barycentre of neighbours, heights by isotonic regression. Lengths are in em, downwards from the top.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

GAP = 0.9
"""Distance between two boxes of a column."""
LANE = 1.4
"""Height of the lane of a line that passes a column."""
_SWEEPS = 12
_ROUNDS = 30


class Box(NamedTuple):
    """A box: its key, its stage as a number from left to right, and its height."""

    key: str
    stage: int
    height: float


class Flow(NamedTuple):
    """A line from one box to another; `exit` is how far below the top of its source it leaves."""

    source: str
    target: str
    exit: float


class Route(NamedTuple):
    """A line from its leftmost box, in `column`, to the right: one curve in the gap after each column it leaves.

    `stops` are its heights from left to right: at the first box, in each column it crosses, at the last box. One that
    `is_backward` has its arrow at the left.
    """

    column: int
    stops: tuple[float, ...]
    is_backward: bool


class Diagram(NamedTuple):
    """`stages` by column; `columns` and `tops` by key of the box; `routes` in the order of the flows."""

    stages: tuple[int, ...]
    columns: Mapping[str, int]
    tops: Mapping[str, float]
    routes: tuple[Route, ...]
    height: float


def lay_out(boxes: Sequence[Box], flows: Sequence[Flow]) -> Diagram:
    """Place boxes in columns and lines between them. Raises CycleError for a cycle of flows inside a stage."""
    stages, columns = _assign_columns(boxes, flows)
    heights = {box.key: box.height for box in boxes}
    places: list[list[str]] = [[] for _ in stages]
    for box in boxes:
        places[columns[box.key]].append(box.key)
    paths = []
    for number, flow in enumerate(flows):
        left, right = sorted((flow.source, flow.target), key=lambda key: columns[key])
        lanes = []
        for column in range(columns[left] + 1, columns[right]):
            lane = f"\0{number}:{column}"
            places[column].append(lane)
            heights[lane] = LANE
            lanes.append(lane)
        paths.append([left, *lanes, right])
    neighbours: tuple[defaultdict[str, list[str]], defaultdict[str, list[str]]] = defaultdict(list), defaultdict(list)
    for one, other in (pair for path in paths for pair in pairwise(path)):
        neighbours[0][other].append(one)
        neighbours[1][one].append(other)
    places = _order(places, neighbours)
    tops = _settle(places, heights, neighbours)
    return Diagram(
        stages=stages,
        columns=columns,
        tops={box.key: tops[box.key] for box in boxes},
        routes=_draw(paths, flows, columns, tops, heights),
        height=max((tops[key] + heights[key] for key in tops), default=0),
    )


def _assign_columns(boxes: Sequence[Box], flows: Sequence[Flow]) -> tuple[tuple[int, ...], dict[str, int]]:
    """A stage is one column, or several where its boxes supply one another."""
    stage = {box.key: box.stage for box in boxes}
    suppliers = {
        key: [flow.source for flow in flows if flow.target == key and stage[flow.source] == stage[key]] for key in stage
    }
    rank: dict[str, int] = {}
    for key in TopologicalSorter(suppliers).static_order():
        rank[key] = max((rank[supplier] + 1 for supplier in suppliers[key]), default=0)
    found = sorted({(stage[key], rank[key]) for key in stage})
    number = {place: column for column, place in enumerate(found)}
    return tuple(place[0] for place in found), {key: number[stage[key], rank[key]] for key in stage}


Neighbours = tuple[Mapping[str, list[str]], Mapping[str, list[str]]]
"""The left and the right neighbours of each box and lane."""


def _order(places: list[list[str]], neighbours: Neighbours) -> list[list[str]]:
    """Order each column by the mean place of its neighbours, in sweeps both ways; the fewest crossings win."""
    best, fewest = places, _count_crossings(places, neighbours[1])
    for sweep in range(_SWEEPS):
        side = neighbours[sweep % 2]
        columns = range(1, len(places)) if sweep % 2 == 0 else range(len(places) - 2, -1, -1)
        places = [list(column) for column in places]
        for column in columns:
            place = {key: at for other in places for at, key in enumerate(other)}
            places[column].sort(key=lambda key: _mean([place[other] for other in side[key]], place[key]))
        if (crossings := _count_crossings(places, neighbours[1])) < fewest:
            best, fewest = places, crossings
    # Boxes without lines go below the others.
    return [sorted(column, key=lambda key: not (neighbours[0][key] or neighbours[1][key])) for column in best]


def _count_crossings(places: list[list[str]], right: Mapping[str, list[str]]) -> int:
    place = {key: at for column in places for at, key in enumerate(column)}
    crossings = 0
    for column in places:
        ends: list[int] = []
        for _, end in sorted((place[key], place[other]) for key in column for other in right[key]):
            crossings += len(ends) - bisect_right(ends, end)
            insort(ends, end)
    return crossings


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _settle(places: list[list[str]], heights: Mapping[str, float], neighbours: Neighbours) -> dict[str, float]:
    """Return tops that put boxes as near to their neighbours as their order and the gaps allow."""
    offsets: dict[str, float] = {}
    for column in places:
        top = 0.0
        for key in column:
            offsets[key] = top + heights[key] / 2
            top += heights[key] + GAP
    middle = dict(offsets)
    for turn in range(_ROUNDS):
        for column in places if turn % 2 == 0 else places[::-1]:
            wanted = [
                _mean([middle[other] for side in neighbours for other in side[key]], middle[key]) for key in column
            ]
            moved = _rise([want - offsets[key] for want, key in zip(wanted, column, strict=True)])
            middle |= {key: at + offsets[key] for key, at in zip(column, moved, strict=True)}
    tops = {key: middle[key] - heights[key] / 2 for key in middle}
    highest = min(tops.values(), default=0)
    return {key: round(top - highest, 3) for key, top in tops.items()}


def _rise(values: Sequence[float]) -> list[float]:
    """Return the nearest sequence that never falls (isotonic regression by pooling adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, size), (other, more) = pools[-2:]
            pools[-2:] = [((one * size + other * more) / (size + more), size + more)]
    return [value for value, size in pools for _ in range(size)]


def _draw(
    paths: Sequence[Sequence[str]],
    flows: Sequence[Flow],
    columns: Mapping[str, int],
    tops: Mapping[str, float],
    heights: Mapping[str, float],
) -> tuple[Route, ...]:
    """Return the lines; they enter a box one below the other, ordered by where they come from."""

    def leaves(flow: Flow) -> float:
        return tops[flow.source] + flow.exit

    def comes_from(path: Sequence[str], flow: Flow) -> float:
        if len(path) == 2:
            return leaves(flow)
        return tops[path[1] if path[0] == flow.target else path[-2]]

    entering: defaultdict[str, list[int]] = defaultdict(list)
    for number, flow in enumerate(flows):
        entering[flow.target].append(number)
    entry: dict[int, float] = {}
    for target, numbers in entering.items():
        numbers.sort(key=lambda number: comes_from(paths[number], flows[number]))
        step = min(1.0, heights[target] / (len(numbers) + 1))
        first = tops[target] + heights[target] / 2 - step * (len(numbers) - 1) / 2
        entry |= {number: first + step * at for at, number in enumerate(numbers)}
    routes = []
    for number, (path, flow) in enumerate(zip(paths, flows, strict=True)):
        is_backward = path[0] != flow.source
        ends = (entry[number], leaves(flow)) if is_backward else (leaves(flow), entry[number])
        lanes = [tops[lane] + LANE / 2 for lane in path[1:-1]]
        routes.append(Route(columns[path[0]], (ends[0], *lanes, ends[1]), is_backward))
    return tuple(routes)
