"""The strings of the interface, found in the templates and the code that show them.

`t` takes a plain string, `count` and `plural_forms` one with plural forms; keyword arguments are its placeholders.
Names must be literal: one that is put together at run time is not found.
"""

import re
from functools import reduce
from pathlib import Path
from typing import NamedTuple

_NESTED = reduce(lambda inner, _: rf"\((?:[^()]++|{inner})*+\)", range(4), r"\([^()]*+\)")
# The names are behind the bracket, as look-behinds: a search for a fixed first character is 20 times as fast.
_CALL = re.compile(
    rf"""\((?:(?<=\bt\()|(?P<plural>(?<=\bcount\()|(?<=\bplural_forms\()))"""
    rf"""\s*["'](?P<name>\w+)["'](?P<arguments>(?:[^()]++|{_NESTED})*+)\)"""
)


class String(NamedTuple):
    """What a string of the interface must have."""

    placeholders: frozenset[str] = frozenset()
    is_plural: bool = False


def find_strings(root: Path = Path(__file__).parents[2]) -> dict[str, String]:
    """Return the strings named in the templates and the code below `root`."""
    found: dict[str, String] = {}
    for file in (*root.glob("overrides/**/*.html"), *root.glob("macros/**/*.py")):
        for call in _CALL.finditer(file.read_text("utf-8")):
            is_plural = call["plural"] is not None
            names = {*re.findall(r",\s*(\w+)=", re.sub(_NESTED, "", call["arguments"])), *(("n",) if is_plural else ())}
            found[call["name"]] = String(found.get(call["name"], String()).placeholders | names, is_plural)
    return found
