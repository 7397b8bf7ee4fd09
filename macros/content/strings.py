"""The strings of the interface that templates and code show, found where they are shown.

`t` takes a plain string, `count` and `plural_forms` one with plural forms; their keyword arguments are its
placeholders. Names must be literal: one that is put together at run time is not found.
"""

import re
from functools import reduce
from pathlib import Path
from typing import NamedTuple

_NESTED = reduce(lambda inner, _: rf"\((?:[^()]++|{inner})*+\)", range(4), r"\([^()]*+\)")
# It begins with its only fixed character, which makes it 20 times as fast as with the names in front.
_CALL = re.compile(
    rf"""\((?:(?<=\bt\()|(?P<plural>(?<=\bcount\()|(?<=\bplural_forms\()))"""
    rf"""\s*["'](?P<name>\w+)["'](?P<arguments>(?:[^()]++|{_NESTED})*+)\)"""
)
_KEYWORD = re.compile(r",\s*(\w+)=")


class String(NamedTuple):
    """What a string of the interface must have."""

    placeholders: frozenset[str]
    is_plural: bool


def find_strings(root: Path = Path(__file__).parents[2]) -> dict[str, String]:
    """Return the strings named in the templates and the code below `root`."""
    found: dict[str, String] = {}
    for file in (*root.glob("overrides/**/*.html"), *root.glob("macros/**/*.py")):
        for call in _CALL.finditer(file.read_text("utf-8")):
            is_plural = call["plural"] is not None
            placeholders = {*_KEYWORD.findall(re.sub(_NESTED, "", call["arguments"])), *(["n"] if is_plural else [])}
            known = found[call["name"]].placeholders if call["name"] in found else frozenset()
            found[call["name"]] = String(known | placeholders, is_plural)
    return found
