"""Social cards: the picture of 1200 × 630 pixels that a messenger shows beside a link. Set in the site's own font."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from PIL import Image, ImageDraw

from macros.content.model import Status
from macros.outputs.glyphs import face
from macros.outputs.png import Band, join_bands, pack_band
from macros.render.text_wrap import break_lines, measure

WIDTH, HEIGHT = 1200, 630
_MARGIN = 80
_LINE = WIDTH - 2 * _MARGIN
_SIZES = (76, 64, 54, 46, 38)
"""Sizes of the title in pixels; the largest in which it fits."""
_LEADING = 1.18
_SMALL, _SMALL_LEADING = 30, 38
_TOP, _BOTTOM = 190, 490
"""Between them stands the title."""
_MARK, _RULE, _NOTE = 70, 504, 530
"""Where the other parts begin. All letters of the font stand between the top of their line and 1.22 of its size."""
_DEEPEST = 4
"""Pixels by which letters reach below the last line of a title."""
_ACCENT, _INK, _GREY, _SHADE, _PALE, _PAPER = 0, 1, 5, 10, 11, 15
"""The palette: one colour, and from ink to paper greys in even steps, so that the edges of letters lie between."""
_PALETTE = bytes((179, 52, 31)) + b"".join(bytes((24 + round(step * 222 / 14),) * 3) for step in range(15))
_FAST, _BEST = 2, 9
"""How hard zlib tries on what only one card has, and on what is packed once for many."""
_DESIGN = "2"
"""Goes up when the drawing changes: who has seen a card under its address keeps it."""


@dataclass(frozen=True)
class Card:
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
    """Draw a card. Long titles are set smaller, and cut when even that is not enough."""
    size, lines = _fit(card.title)
    leading = size * _LEADING
    y = _TOP + (_BOTTOM - _TOP - len(lines) * leading) / 2
    title = _paper(round(len(lines) * leading) + _DEEPEST)
    for number, line in enumerate(lines):
        face(size, bold=True).draw(title, _MARGIN, round(number * leading), line, _INK)
    note = _paper(2 * _SMALL_LEADING)
    for number, line in enumerate(islice(break_lines(card.note, _LINE / _SMALL), 2)):
        face(_SMALL, bold=False).draw(note, _MARGIN, number * _SMALL_LEADING, line, _GREY)
    parts = {
        _MARK: _draw_top(card.cluster),
        round(y): pack_band(title, _FAST),
        _RULE: _draw_rule(card.status),
        _NOTE: pack_band(note, _FAST),
    }
    return join_bands(_stack(parts), WIDTH, _PALETTE)


def _stack(parts: dict[int, Band]) -> Iterator[Band]:
    """The bands of a whole card: its parts, by the row where each begins, and empty paper between them."""
    end = 0
    for y, part in parts.items():
        yield from (_draw_blank(y - end), part)
        end = y + part.rows
    yield _draw_blank(HEIGHT - end)


def _fit(title: str) -> tuple[int, list[str]]:
    """The largest size in which a title fits, and its lines."""
    for size in _SIZES:
        width, most = _LINE / size, int((_BOTTOM - _TOP) / (size * _LEADING))
        lines = list(islice(break_lines(title, width, bold=True), most + 1))
        if len(lines) <= most:
            return size, lines
    del lines[most:]
    while measure(f"{lines[-1]}…", bold=True) > width:
        lines[-1] = lines[-1][:-1]
    return size, [*lines[:-1], f"{lines[-1].rstrip(' ,;:—-')}…"]


@lru_cache(maxsize=16)
def _draw_top(cluster: str) -> Band:
    """The sign of the header, and the cluster's name."""
    image = _paper(50)
    draw = ImageDraw.Draw(image)
    x, unit = _MARGIN - 5, 1.6
    for points, fill in (((3, 8, 21, 4, 21, 24, 3, 28), _INK), ((21, 4, 29, 8, 29, 28, 21, 24), _SHADE)):
        draw.polygon([(x + points[at] * unit, points[at + 1] * unit) for at in range(0, 8, 2)], fill=fill)
    face(_SMALL, bold=True).draw(image, _MARGIN + 62, 6, cluster, _INK)
    return pack_band(image, _BEST)


@cache
def _draw_rule(status: Status | None) -> Band:
    """A rule across the card, drawn as the status: solid confirmed, dashed planned, dotted unknown, double disputed."""
    image = _paper(12)
    dash, gap = {"planned": (22, 14), "unknown": (4, 10)}.get(status or "", (WIDTH, 0))
    fill = {"planned": _ACCENT, "past": _PALE}.get(status or "", _INK)
    for y in (0, 8) if status == "disputed" else (4,):
        for x in range(_MARGIN, WIDTH - _MARGIN, dash + gap):
            image.paste(fill, (x, y, min(x + dash, WIDTH - _MARGIN) + 1, y + 4))
    return pack_band(image, _BEST)


@cache
def _draw_blank(rows: int) -> Band:
    return pack_band(_paper(rows), _BEST)


def _paper(rows: int) -> Image.Image:
    return Image.new("P", (WIDTH, rows), _PAPER)
