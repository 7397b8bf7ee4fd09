"""Social cards: the picture of 1200 × 630 pixels that a messenger shows beside a link. Set in the site's own font."""

import hashlib
import io
import zlib
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from PIL import Image, ImageDraw

from macros.content.model import Status
from macros.render.text_wrap import load_font, measure, wrap

WIDTH, HEIGHT = 1200, 630
_MARGIN = 80
_LINE = WIDTH - 2 * _MARGIN
_SIZES = (76, 64, 54, 46, 38)
"""Sizes of the title in pixels; the largest in which it fits."""
_LEADING = 1.2
_SMALL = 30
_NOTE_SIZES = (30, 26, 22)
"""Likewise of the note below it: a sentence that is cut says nothing."""
_TOP, _BOTTOM = 180, 470
"""Between them stands the title."""
_MARK, _RULE, _NOTE, _END = 70, 484, 510, 606
"""Where the other parts begin, and where the last one ends."""
_ACCENT, _INK, _GREY, _SHADE, _PALE, _PAPER = 0, 1, 5, 10, 11, 15
"""The palette: one colour, and from ink to paper greys in even steps, so that the edges of letters lie between."""
_PALETTE = bytes((179, 52, 31)) + b"".join(bytes((24 + round(step * 222 / 14),) * 3) for step in range(15))
_DESIGN = "5"
"""Goes up when the drawing changes: who has seen a card under its address keeps it."""


class Card(NamedTuple):
    """What a card says: the cluster's name, a title, a line below it, and a status, drawn as its line."""

    cluster: str
    title: str
    note: str
    status: Status | None = None

    @property
    def path(self) -> str:
        """The address below the site's root: the same words, the same address."""
        words = "\0".join((_DESIGN, self.cluster, self.title, self.note, self.status or ""))
        return f"assets/cards/{hashlib.sha256(words.encode()).hexdigest()[:16]}.png"


def draw_card(card: Card) -> bytes:
    """Draw a card. Long texts are set smaller, and cut when even that is not enough."""
    image = Image.new("P", (WIDTH, HEIGHT), _PAPER)
    image.putpalette(_PALETTE)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "L"  # smooth edges, by the order of the palette; for a palette Pillow's own choice is none
    _draw_sign(draw)
    draw.text((_MARGIN + 62, _MARK + 6), card.cluster, _INK, load_font(_SMALL, bold=True))
    size, lines = _fit(card.title, _SIZES, _BOTTOM - _TOP, bold=True)
    leading = size * _LEADING
    y = round(_TOP + (_BOTTOM - _TOP - len(lines) * leading) / 2)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, y + round(number * leading)), line, _INK, load_font(size, bold=True))
    _draw_rule(draw, card.status)
    size, lines = _fit(card.note, _NOTE_SIZES, _END - _NOTE, bold=False)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, _NOTE + round(number * size * _LEADING)), line, _GREY, load_font(size, bold=False))
    out = io.BytesIO()
    image.save(out, "PNG", compress_type=zlib.Z_RLE)  # a card is mostly runs: twice as fast as level 4, a tenth larger
    return out.getvalue()


def _fit(text: str, sizes: Sequence[int], height: int, bold: bool) -> tuple[int, list[str]]:
    """The largest size in which a text fits a height, and its lines."""
    for size in sizes:
        width, most = _LINE / size, int(height / (size * _LEADING))
        lines = list(islice(wrap(text, width, bold), most + 1))
        if len(lines) <= most:
            return size, lines
    del lines[most:]
    while measure(f"{lines[-1]}…", bold) > width:
        lines[-1] = lines[-1][:-1]
    return size, [*lines[:-1], f"{lines[-1].rstrip(' ,;:—-')}…"]


def _draw_sign(draw: ImageDraw.ImageDraw) -> None:
    """The sign of the header."""
    x, y, unit = _MARGIN - 5, _MARK, 1.6
    for points, fill in (((3, 8, 21, 4, 21, 24, 3, 28), _INK), ((21, 4, 29, 8, 29, 28, 21, 24), _SHADE)):
        draw.polygon([(x + points[at] * unit, y + points[at + 1] * unit) for at in range(0, 8, 2)], fill=fill)


def _draw_rule(draw: ImageDraw.ImageDraw, status: Status | None) -> None:
    """A rule across the card, drawn as the status: solid confirmed, dashed planned, dotted unknown, double disputed."""
    dash, gap = {"planned": (22, 14), "unknown": (4, 10)}.get(status or "", (WIDTH, 0))
    fill = {"planned": _ACCENT, "past": _PALE}.get(status or "", _INK)
    for y in (_RULE, _RULE + 8) if status == "disputed" else (_RULE + 4,):
        for x in range(_MARGIN, WIDTH - _MARGIN, dash + gap):
            draw.rectangle((x, y, min(x + dash, WIDTH - _MARGIN), y + 3), fill=fill)
