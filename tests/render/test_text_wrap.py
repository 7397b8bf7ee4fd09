"""Widths of text: the sums of letters are what FreeType measures, and lines break where they did with its measures."""

import random

import pytest
from PIL import ImageFont

from macros.render.text_wrap import _SYLLABLE, FONTS, measure, wrap

LETTERS = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789      «»„“‘’—–-…№₽§()/.,:;!?&+%"
    "éüßłşğžÆøѣѴ\u00a0\u0301\u0306\u200b\u200d\u202e\uffff\n\t∞½ﬁمرحبا你好👋🏽"
)


@pytest.fixture(scope="module", params=[False, True], ids=["regular", "bold"])
def bold(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def font(bold: bool) -> ImageFont.FreeTypeFont:
    path = FONTS / f"golos-text-{700 if bold else 400}.woff2"
    return ImageFont.truetype(path, 100, layout_engine=ImageFont.Layout.BASIC)


def strings(count: int, longest: int) -> list[str]:
    chance = random.Random(1)
    return ["".join(chance.choices(LETTERS, k=chance.randint(0, longest))) for _ in range(count)]


def plain_wrap(text: str, width: float, bold: bool) -> list[str]:
    """The same rule, said without any saving: every line measured whole by FreeType."""
    freetype = font(bold)

    def is_wider(line: str) -> bool:
        return freetype.getlength(line) / 100 > width

    lines: list[str] = []
    for whole in text.split(" ") if text else ():
        word = whole
        while is_wider(word) and len(word) > 4:
            fitting = [end for end in range(2, len(word) - 1) if not is_wider(f"{word[:end]}-")] or [2]
            syllables = [end for end in fitting if _SYLLABLE.fullmatch(word[end - 1 : end + 1])]
            end = (syllables or fitting)[-1]
            lines.append(f"{word[:end]}-")
            word = word[end:]
        if lines and word == whole and not is_wider(f"{lines[-1]} {word}"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def test_a_line_is_as_wide_as_freetype_says(bold: bool) -> None:
    freetype = font(bold)
    for text in strings(1500, 40):
        assert measure(text, bold) == freetype.getlength(text) / 100, repr(text)


def test_letters_that_fonts_like_to_move_together_are_measured_as_freetype_does(bold: bool) -> None:
    freetype = font(bold)
    for pair in ("AV", "To", "Ty", "LT", "fi", "ff", "ГА", "Та", "УА", "РД", "е\u0301", "P.", "«Т", "11"):
        assert measure(pair, bold) == freetype.getlength(pair) / 100, pair


def test_lines_break_where_they_break_when_each_is_measured(bold: bool) -> None:
    divided = 0
    for number, text in enumerate(strings(80, 50)):
        width = (1.5, 4, 9.25, 13.7)[number % 4]
        lines = list(wrap(text, width, bold))
        assert lines == plain_wrap(text, width, bold), repr(text)
        divided += len("".join(lines).replace(" ", "")) > len(text.replace(" ", ""))
    assert divided > 10, "words were divided"


def test_lines_come_one_by_one() -> None:
    assert next(wrap("слово " * 3 + "\ud800", 3)) == "слово"
