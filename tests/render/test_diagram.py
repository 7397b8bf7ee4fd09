"""The diagram of the chain as numbers: columns, order, and that nothing overlaps."""

from graphlib import CycleError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.render.diagram import GAP, Box, Flow, lay_out
from macros.render.text_wrap import measure, wrap


def boxes(*places: tuple[str, int], height: float = 2.0) -> list[Box]:
    return [Box(key, stage, height) for key, stage in places]


def test_a_stage_takes_as_many_columns_as_its_boxes_supply_one_another() -> None:
    found = lay_out(
        boxes(("a", 0), ("b", 0), ("c", 0), ("d", 2)), [Flow("a", "b", 1), Flow("b", "c", 1), Flow("c", "d", 1)]
    )
    assert found.columns == {"a": 0, "b": 1, "c": 2, "d": 3}
    assert found.stages == (0, 0, 0, 2)


def test_lines_that_would_cross_are_put_in_order() -> None:
    found = lay_out(boxes(("a", 0), ("b", 0), ("x", 1), ("y", 1)), [Flow("a", "y", 1), Flow("b", "x", 1)])
    assert (found.tops["a"] < found.tops["b"]) == (found.tops["y"] < found.tops["x"])


def test_a_line_passes_a_column_beside_its_boxes() -> None:
    found = lay_out(boxes(("a", 0), ("b", 1), ("c", 2)), [Flow("a", "b", 1), Flow("b", "c", 1), Flow("a", "c", 1)])
    route = found.routes[2]
    assert route.column == 0
    _, height, _ = route.stops
    assert not found.tops["b"] <= height <= found.tops["b"] + 2


def test_a_line_back_is_drawn_from_left_to_right_with_its_arrow_at_the_left() -> None:
    (route,) = lay_out(boxes(("a", 0), ("b", 1)), [Flow("b", "a", 0.5)]).routes
    assert route.is_backward
    assert route.column == 0
    assert route.stops[1] == 0.5


def test_a_box_without_lines_stands_below_the_others() -> None:
    found = lay_out(boxes(("alone", 0), ("a", 0), ("b", 1)), [Flow("a", "b", 1)])
    assert found.tops["alone"] > found.tops["a"]


def test_a_circle_inside_a_stage_is_an_error() -> None:
    with pytest.raises(CycleError):
        lay_out(boxes(("a", 0), ("b", 0)), [Flow("a", "b", 1), Flow("b", "a", 1)])


KEYS = [f"box{number}" for number in range(14)]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.floats(1, 12)), min_size=1, max_size=14),
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=30, unique=True),
)
def test_nothing_overlaps_and_every_line_joins_its_boxes(
    places: list[tuple[int, float]], pairs: list[tuple[int, int]]
) -> None:
    found_boxes = [Box(KEYS[at], stage, height) for at, (stage, height) in enumerate(places)]
    stage = {box.key: box.stage for box in found_boxes}
    flows = [
        Flow(KEYS[a], KEYS[b], places[a][1] / 2)
        for a, b in pairs
        if a != b and max(a, b) < len(places) and (stage[KEYS[a]] != stage[KEYS[b]] or a < b)
    ]
    found = lay_out(found_boxes, flows)
    for one in found_boxes:
        assert found.tops[one.key] >= 0 and found.tops[one.key] + one.height <= found.height + 0.01
        for other in found_boxes:
            if one.key < other.key and found.columns[one.key] == found.columns[other.key]:
                upper, lower = sorted((one, other), key=lambda box: found.tops[box.key])
                assert found.tops[lower.key] >= found.tops[upper.key] + upper.height + GAP - 0.01
    heights = {box.key: box.height for box in found_boxes}
    for flow, route in zip(flows, found.routes, strict=True):
        ends = sorted((found.columns[flow.source], found.columns[flow.target]))
        assert (route.column, route.column + len(route.stops) - 1) == tuple(ends)
        top = found.tops[flow.target]
        start, arrow = (route.stops[-1], route.stops[0]) if route.is_backward else (route.stops[0], route.stops[-1])
        assert top <= arrow <= top + heights[flow.target]
        assert start == pytest.approx(found.tops[flow.source] + flow.exit)
        for column, height in enumerate(route.stops[1:-1], start=route.column + 1):
            for box in found_boxes:
                if found.columns[box.key] == column:
                    assert not found.tops[box.key] <= height <= found.tops[box.key] + box.height


@pytest.mark.parametrize(
    "text", ["Кальцинированная сода", "a", "", "Светопрозрачноводоходстеклоизделие", "Two Rivers Sand"]
)
@pytest.mark.parametrize("width", [4.0, 7.5, 40.0])
def test_lines_fit_and_keep_every_letter(text: str, width: float) -> None:
    lines = list(wrap(text, width, bold=True))
    assert all(measure(line, bold=True) <= width for line in lines)
    assert "".join(line.removesuffix("-") for line in lines).replace(" ", "") == text.replace(" ", "")


def test_a_word_is_divided_after_a_vowel() -> None:
    assert list(wrap("Кальцинированная", 7.0)) == ["Кальциниро-", "ванная"]
