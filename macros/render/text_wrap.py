"""Wraps text for SVG, which has no line breaks, by the widths of the site's font."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import accumulate

from PIL import ImageFont

from macros.render.assets import OVERRIDES

FONTS = OVERRIDES / "fonts"
"""The site's font with all its letters, for pictures: of npm @expo-google-fonts/golos-text 0.4.2, by fontTools'
`pyftsubset --unicodes='*' --layout-features='' --no-hinting --flavor=woff2`, then without the flags for overlaps, which
make FreeType four times as slow (`glyph.flags[0] &= 0xBF`). Pages load a part of them."""
_SIZE = 100
_LEAST = 2
_SYLLABLE = re.compile(r"[аеёиоуыэюяaeiouy][^аеёиоуыэюяaeiouyйьъ\W\d]", re.IGNORECASE)


@cache
def load_font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """Return the site's font in a size in pixels."""
    path = FONTS / f"golos-text-{700 if bold else 400}.woff2"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _advance(bold: bool, letter: str) -> float:
    """The width of a letter. FreeType reads no kerning of the font, so the width of a line is the sum of them."""
    return load_font(_SIZE, bold).getlength(letter)


def measure(text: str, bold: bool = False) -> float:
    """Return the width of a line in em."""
    return sum(_advance(bold, letter) for letter in text) / _SIZE


def wrap(text: str, width: float, bold: bool = False) -> Iterator[str]:
    """Break `text` into lines no wider than `width` em; a longer word is divided. Empty text has no lines."""
    advance = partial(_advance, bold)
    # Advances are whole numbers, so their sums are exact in any order.
    line, reach, space, is_begun = "", 0.0, advance(" "), False
    for whole in text.split(" ") if text else ():
        word, length = whole, sum(map(advance, whole))
        while length / _SIZE > width and len(word) > 2 * _LEAST:
            if is_begun:
                yield line
            line, is_begun = f"{_divide(word, width, advance)}-", True
            word = word[len(line) - 1 :]
            length = sum(map(advance, word))
        together = reach + space + length
        if is_begun and word == whole and together / _SIZE <= width:
            line, reach = f"{line} {word}", together
        else:
            if is_begun:
                yield line
            line, reach, is_begun = word, length, True
    if is_begun:
        yield line


def _divide(word: str, width: float, advance: Callable[[str], float]) -> str:
    """Return the longest beginning that fits with a hyphen, if possible ending in a vowel before a consonant."""
    sizes = range(_LEAST, len(word) - _LEAST + 1)
    reaches = list(accumulate(map(advance, word), initial=advance("-")))
    fitting = sizes[: bisect_right(sizes, width, key=lambda size: reaches[size] / _SIZE)] or sizes[:1]
    syllable = (size for size in reversed(fitting) if _SYLLABLE.fullmatch(word[size - 1 : size + 1]))
    return word[: next(syllable, fitting[-1])]
