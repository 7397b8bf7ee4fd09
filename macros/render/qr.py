"""QR codes (ISO/IEC 18004) of short addresses, drawn as one path."""

import re
from dataclasses import dataclass
from functools import cache

import segno

QUIET = 4
"""Light modules that the standard wants on every side."""

_VARYING = 6
"""Last characters in which the addresses of one site differ: a code and a slash."""


@dataclass(frozen=True)
class Drawing:
    """A code as lines one module thick: `side` modules, quiet zone included, and a path for `stroke`."""

    side: int
    path: str


def draw_qr(address: str) -> Drawing:
    """Return the code of an address in ASCII, at error level M."""
    start, end = address[:-_VARYING], address[-_VARYING:]
    picture = _draw_all(start)
    for place, letter in enumerate(end):
        for bit in range(7):
            if ord(letter) >> bit & 1:
                picture ^= _difference(start, place, bit)
    modules = _side(start)
    rows = re.findall(rf"[01]{{{modules}}}", f"{picture:0{modules * modules}b}"[::-1])
    return Drawing(modules + 2 * QUIET, "".join(_draw_row(row, bits) for row, bits in enumerate(rows)))


def _draw_row(number: int, bits: str) -> str:
    """The dark runs of a row: `M` to the first one, then relative moves."""
    path = ""
    for light, dark in re.findall("(0*)(1+)", bits):
        path += f"m{len(light)} 0" if path else f"M{len(light) + QUIET} {number + QUIET}.5"
        path += f"h{len(dark)}"
    return path


# segno takes 16 ms for a code, and 2.5 with a given mask: too much for thousands of pages. With version and mask given,
# every module is a sum, modulo 2, of bits of the text (Reed-Solomon codes are linear, the mask is added). So a code is
# that of the same address ending in zero bytes, plus what each bit of its last characters changes.


@cache
def _difference(start: str, place: int, bit: int) -> int:
    """The modules that change when this bit of this character behind `start` is set."""
    end = "\0" * place + chr(1 << bit) + "\0" * (_VARYING - place - 1)
    return _draw_all(start) ^ _encode(start + end, *_settings(start))


@cache
def _draw_all(start: str) -> int:
    """The modules of `start` followed by zero bytes."""
    return _encode(start + "\0" * _VARYING, *_settings(start))


@cache
def _settings(start: str) -> tuple[int, int]:
    """Version and mask, as segno chooses them for a usual ending."""
    code = segno.make_qr(start + "k3f9a/"[:_VARYING], error="m", boost_error=False)
    return int(code.version), code.mask


@cache
def _side(start: str) -> int:
    return 17 + 4 * _settings(start)[0]


def _encode(text: str, version: int, mask: int) -> int:
    """The modules of a text as the bits of a number, row after row, the first the lowest."""
    code = segno.make_qr(
        text, error="m", version=version, mask=mask, mode="byte", encoding="iso-8859-1", boost_error=False
    )
    return sum(1 << at for at, module in enumerate(module for row in code.matrix for module in row) if module & 1)
