"""Draws the site's sign as icons for devices into `overrides/assets/`: `make icons`, after the sign has changed."""

import sys
from pathlib import Path

from PIL import Image, ImageDraw

ICONS = {
    "icon-180.png": (180, 0.16),
    "icon-192.png": (192, 0.08),
    "icon-512.png": (512, 0.2),
    "favicon.ico": (32, 0.03),
}
"""Name, size in pixels, and the margin as a part of it; the largest may be cut to any shape (maskable)."""
_PAPER, _INK, _SIDE = (255, 255, 255), (20, 24, 29), (160, 166, 173)
_FACES = (((3, 8), (21, 4), (21, 24), (3, 28)), _INK), (((21, 4), (29, 8), (29, 28), (21, 24)), _SIDE)
"""The two faces of the sign in a square of 32 units, as in the header."""


def draw_sign(size: int, margin: float) -> Image.Image:
    """Draw the sign on white, four times as large and then reduced, so that its edges are smooth."""
    large = 4 * size
    image = Image.new("RGB", (large, large), _PAPER)
    draw = ImageDraw.Draw(image)
    unit = large * (1 - 2 * margin) / 32
    for points, colour in _FACES:
        draw.polygon([(large * margin + x * unit, large * margin + y * unit) for x, y in points], fill=colour)
    return image.resize((size, size), Image.Resampling.BOX)


if __name__ == "__main__":
    for name, (size, margin) in ICONS.items():
        draw_sign(size, margin).save(Path(sys.argv[1]) / name)
