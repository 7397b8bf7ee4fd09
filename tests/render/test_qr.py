"""QR codes: what segno would draw, and what a reader that is not ours makes of them."""

import re

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from macros.content.short_codes import ALPHABET
from macros.render import qr
from macros.render.qr import QUIET, Drawing, draw_qr

STARTS = (
    "https://cluster.example/s/",
    "https://cluster.example/en/s/",
    "https://xn--80ak6aa92e.xn--p1ai/s/",
    "https://somebody.host.example/foil-based-packaging/en/s/",
    "http://127.0.0.1:8000/s/",
)
CODES = st.text(ALPHABET, min_size=5, max_size=5)


def modules(drawing: Drawing) -> list[list[int]]:
    """The modules that a path darkens, quiet zone included."""
    rows = [[0] * drawing.side for _ in range(drawing.side)]
    assert re.fullmatch(r"(M\d+ \d+\.5(h\d+)(m\d+ 0h\d+)*)+", drawing.path)
    for column, row, moves in re.findall(r"M(\d+) (\d+)\.5([^M]*)", drawing.path):
        at = int(column)
        for move, length in re.findall(r"([hm])(\d+)", moves):
            if move == "h":
                rows[int(row)][at : at + int(length)] = [1] * int(length)
            at += int(length)
    assert {len(row) for row in rows} == {drawing.side}
    return rows


def picture(drawing: Drawing, scale: int = 8) -> Image.Image:
    rows = modules(drawing)
    image = Image.new("L", (drawing.side, drawing.side))
    image.putdata([0 if module else 255 for row in rows for module in row])
    return image.resize((drawing.side * scale,) * 2, Image.Resampling.NEAREST)


@pytest.mark.parametrize("start", STARTS)
@given(code=CODES)
@settings(max_examples=25, deadline=None)
def test_a_code_is_the_one_that_segno_draws(start: str, code: str) -> None:
    version, mask = qr._settings(start)
    whole = segno.make_qr(f"{start}{code}/", error="m", version=version, mask=mask, boost_error=False)
    assert whole.error == "M"
    drawing = draw_qr(f"{start}{code}/")
    inner = [row[QUIET:-QUIET] for row in modules(drawing)[QUIET:-QUIET]]
    assert inner == [[module & 1 for module in row] for row in whole.matrix]


@pytest.mark.parametrize("start", STARTS)
def test_a_reader_reads_the_address(start: str) -> None:
    for code in ("k3f9a", "22222", "zzzzz"):
        (read,) = zxingcpp.read_barcodes(picture(draw_qr(f"{start}{code}/")))
        assert read.text == f"{start}{code}/"
        assert read.ec_level == "M"


@pytest.mark.parametrize("start", STARTS)
def test_around_the_code_there_is_nothing(start: str) -> None:
    rows = modules(draw_qr(f"{start}k3f9a/"))
    edge = [*rows[:QUIET], *rows[-QUIET:], *([*row[:QUIET], *row[-QUIET:]] for row in rows)]
    assert not any(any(row) for row in edge)


def test_a_smear_does_not_matter_and_half_a_code_is_none() -> None:
    image = picture(draw_qr("https://cluster.example/s/k3f9a/"))
    side = image.width
    image.paste(255, (side // 2, side // 2, side // 2 + side // 8, side // 2 + side // 8))
    assert [read.text for read in zxingcpp.read_barcodes(image)] == ["https://cluster.example/s/k3f9a/"]
    image.paste(255, (0, 0, side // 2, side))
    assert zxingcpp.read_barcodes(image) == []
