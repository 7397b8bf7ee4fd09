"""Lines of text for drawings, which cannot wrap by themselves: widths by the site's own font."""

import re
from bisect import bisect_right
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parents[2] / "overrides" / "assets" / "fonts"
_SIZE = 100
_LEAST = 2
_SYLLABLE = re.compile(r"[аеёиоуыэюяaeiouy][^аеёиоуыэюяaeiouyйьъ\W\d]", re.IGNORECASE)


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        FONTS / f"golos-text-{700 if bold else 400}.woff2", _SIZE, layout_engine=ImageFont.Layout.BASIC
    )


@cache
def measure(text: str, bold: bool = False) -> float:
    """Return the width of a line in em."""
    return _font(bold).getlength(text) / _SIZE


def wrap(text: str, width: float, bold: bool = False) -> list[str]:
    """Break `text` into lines no wider than `width` em, none for no text; a word that is wider is divided."""
    lines: list[str] = []
    for whole in text.split(" ") if text else ():
        word = whole
        while measure(word, bold) > width and len(word) > 2 * _LEAST:
            head = _divide(word, width, bold)
            lines.append(f"{head}-")
            word = word[len(head) :]
        if lines and word == whole and measure(f"{lines[-1]} {word}", bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _divide(word: str, width: float, bold: bool) -> str:
    """The longest beginning that fits with a hyphen; where it can, it ends in a vowel before a consonant."""
    sizes = range(_LEAST, len(word) - _LEAST + 1)
    fitting = sizes[: bisect_right(sizes, width, key=lambda size: measure(f"{word[:size]}-", bold))] or sizes[:1]
    syllable = (size for size in reversed(fitting) if _SYLLABLE.fullmatch(word[size - 1 : size + 1]))
    return word[: next(syllable, fitting[-1])]
