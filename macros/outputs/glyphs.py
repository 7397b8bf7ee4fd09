"""Letters drawn once for each size and then copied: a picture of a line costs no rendering."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageFont

from macros.render.text_wrap import FONTS

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore


class Glyph(NamedTuple):
    """A letter: how far it moves the pen, and its mask's box from pen and top of line; a blank has no mask."""

    advance: int
    left: int
    top: int
    right: int
    bottom: int
    mask: "ImagingCore | None"


class Face:
    """The site's font in one size and weight, with the letters that were needed so far."""

    def __init__(self, size: int, bold: bool) -> None:
        path = FONTS / f"golos-text-{700 if bold else 400}.woff2"
        self._font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
        self._glyphs: dict[str, Glyph] = {}

    def draw(self, image: Image.Image, x: int, y: int, text: str, fill: int) -> None:
        """Paint a line of text; half covered pixels get an entry of the palette between `fill` and what is there."""
        # Pillow's own core, because Image.paste takes longer to check what it is given than to copy a letter.
        paste = image.im.paste
        for letter in text:
            advance, left, top, right, bottom, mask = self._glyphs.get(letter) or self._render(letter)
            if mask:
                paste(fill, (x + left, y + top, x + right, y + bottom), mask)
            x += advance

    def _render(self, letter: str) -> Glyph:
        mask, (left, top) = self._font.getmask2(letter, "L")
        width, height = mask.size
        box = (int(left), int(top), int(left) + width, int(top) + height)
        self._glyphs[letter] = glyph = Glyph(
            int(self._font.getlength(letter)), *box, mask if width and height else None
        )
        return glyph


face = cache(Face)
