"""The diagram as files: what both say, and how the lines of each status are drawn."""

import io
from xml.etree import ElementTree

import pytest
from msgspec import structs
from msgspec.structs import replace
from PIL import Image

from macros.content.site import Site
from macros.outputs.diagram_files import Drawing, Stroke, draw_diagram, export_diagrams, paint
from macros.render.view import View
from tests.built import Built

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=["ru", "en"])
def view(request: pytest.FixtureRequest, site: Site) -> View:
    return View(site, request.param)


def read(view: View, form: str) -> bytes:
    return next(make() for path, make in export_diagrams(view).items() if path.endswith(form))


def test_the_svg_names_every_stage_box_and_status_and_needs_no_style_sheet(view: View) -> None:
    svg = ElementTree.fromstring(read(view, "svg"))
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    for stage in view.site.vocabulary.stages:
        assert view.text(stage.name) in texts
    for status in {link.status for link in view.site.chain.links}:
        assert view.term("status", status) in texts
    assert view.text(view.site.cluster.name) in texts
    assert view.text(view.site.term("status", "inferred").note) in " ".join(text.strip() for text in texts if text)
    names = {name for element in svg.iter() for name in element.attrib}
    assert not names & {"class", "style", "href"}


def test_everything_stands_inside_the_drawing(view: View) -> None:
    drawing = draw_diagram(view)
    points = [point for stroke in drawing.strokes for point in stroke.points]
    points += [(label.x, label.y) for label in drawing.labels]
    assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points)


def test_both_files_are_as_wide_and_high_as_one_another(view: View) -> None:
    svg = ElementTree.fromstring(read(view, "svg"))
    with Image.open(io.BytesIO(read(view, "png"))) as image:
        assert image.size == (2 * int(svg.attrib["width"]), 2 * int(svg.attrib["height"]))


@pytest.mark.parametrize(
    ("dash", "dark"), [(None, 200), ((6.0, 4.0), 130), ((1.5, 3.5), 85)], ids=["whole", "dashed", "dotted"]
)
def test_a_line_is_broken_as_in_the_svg(dash: tuple[float, float] | None, dark: int) -> None:
    drawing = Drawing(120, 20, (Stroke(((10, 10), (110, 10)), dash=dash),), ())
    with Image.open(io.BytesIO(paint(drawing))) as image:
        drawn = sum(grey < 200 for grey in image.convert("L").crop((20, 20, 220, 21)).tobytes())
    assert abs(drawn - dark) <= 20


def test_lines_of_different_statuses_are_drawn_differently(view: View) -> None:
    svg = ElementTree.fromstring(read(view, "svg"))
    kinds = {
        tuple(line.get(name) for name in ("stroke", "stroke-width", "stroke-dasharray"))
        for line in svg.iter(f"{SVG}polyline")
    }
    assert len(kinds) > len({link.status for link in view.site.chain.links})


def test_a_page_links_to_both_files_of_its_language(built: Built) -> None:
    for prefix in ("", "en/"):
        links = built.pages[f"{prefix}contacts/"].tree.css(".cl-diagram-files a")
        assert [link.attributes["href"] for link in links] == ["../diagram.svg", "../diagram.png"]
        for form in ("svg", "png"):
            assert (built.folder / f"{prefix}diagram.{form}").stat().st_size > 1000


def test_a_chain_without_links_is_drawn_too(site: Site) -> None:
    empty = replace(site, chain=structs.replace(site.chain, links=(), markets=()))
    assert read(View(empty, "ru"), "svg").startswith(b"<svg")
