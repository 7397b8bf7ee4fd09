"""Social cards: the picture of 1200 × 630 pixels that a messenger shows beside a link. Set in the site's own font."""

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import PIL
from PIL import Image, ImageDraw, ImageFont

from macros.content.model import Status
from macros.outputs.kept import keep
from macros.render.lettering import FONTS, measure, wrap

WIDTH, HEIGHT = 1200, 630
_MARGIN = 80
_SIZES = (76, 64, 54, 46, 38)
"""Sizes of the title in pixels; the largest in which it fits."""
_SMALL = 30
_TOP, _BOTTOM = 190, 490
_PAPER, _INK, _GREY = 246, 24, 90
_ACCENT = 1
"""The one colour among greys: entry 1 of the palette, which is near enough to black to be free."""
_END = b"IEND\xaeB`\x82"
"""The last bytes of every PNG."""
_DESIGN = "1"
"""Goes up when the drawing changes, so that cards kept by earlier builds are not used."""


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


def export_card(card: Card, cache_folder: Path) -> bytes:
    """Return a card as PNG; `cache_folder` keeps those of earlier builds, by their words and the version of Pillow."""
    kept = cache_folder / f"{PIL.__version__}-{Path(card.path).name}"
    return keep(kept, lambda: draw_card(card), lambda raw: raw.endswith(_END))


def draw_card(card: Card) -> bytes:
    """Draw a card. Long titles are set smaller, and cut when even that is not enough."""
    image = Image.new("L", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    _draw_mark(draw)
    draw.text((_MARGIN + 62, 76), card.cluster, font=_font(_SMALL, bold=True), fill=_INK)
    size, lines = _fit(card.title)
    y = _TOP + (_BOTTOM - _TOP - len(lines) * size * 1.18) / 2
    for line in lines:
        draw.text((_MARGIN, y), line, font=_font(size, bold=True), fill=_INK)
        y += size * 1.18
    _draw_line(draw, card.status)
    note = wrap(card.note, (WIDTH - 2 * _MARGIN) / _SMALL)[:2]
    draw.multiline_text((_MARGIN, 530), "\n".join(note), font=_font(_SMALL), fill=_GREY, spacing=8)
    image.putpalette([part for grey in range(256) for part in ((179, 52, 31) if grey == _ACCENT else (grey,) * 3)])
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()


@cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    path = FONTS / f"golos-text-{700 if bold else 400}.woff2"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _fit(title: str) -> tuple[int, list[str]]:
    """The largest size in which a title fits, and its lines."""
    for size in _SIZES:
        lines = wrap(title, (WIDTH - 2 * _MARGIN) / size, bold=True)
        if len(lines) * size * 1.18 <= _BOTTOM - _TOP:
            return size, lines
    lines = lines[: int((_BOTTOM - _TOP) / (size * 1.18))]
    while measure(f"{lines[-1]}…", bold=True) > (WIDTH - 2 * _MARGIN) / size:
        lines[-1] = lines[-1][:-1]
    return size, [*lines[:-1], f"{lines[-1].rstrip(' ,;:—-')}…"]


def _draw_mark(draw: ImageDraw.ImageDraw) -> None:
    """The sign of the header."""
    x, y, unit = _MARGIN - 5, 70, 1.6
    for points, grey in (((3, 8, 21, 4, 21, 24, 3, 28), _INK), ((21, 4, 29, 8, 29, 28, 21, 24), 160)):
        draw.polygon([(x + points[at] * unit, y + points[at + 1] * unit) for at in range(0, 8, 2)], fill=grey)


def _draw_line(draw: ImageDraw.ImageDraw, status: Status | None) -> None:
    """A rule across the card, drawn as the status: solid confirmed, dashed planned, dotted unknown, double disputed."""
    dash, gap = {"planned": (22, 14), "unknown": (4, 10)}.get(status or "", (WIDTH, 0))
    fill = {"planned": _ACCENT, "past": 190}.get(status or "", _INK)
    for y in (504, 512) if status == "disputed" else (508,):
        x = _MARGIN
        while x < WIDTH - _MARGIN:
            draw.rectangle((x, y, min(x + dash, WIDTH - _MARGIN), y + 3), fill=fill)
            x += dash + gap
