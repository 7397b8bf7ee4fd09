"""The strings of the interface, found in the templates and the code that show them.

`t` takes a plain string, `count` and `plural_forms` one with plural forms; keyword arguments are its placeholders.
Names must be literal: one that is put together at run time is not found.
"""

import re
from pathlib import Path
from typing import NamedTuple

_CALL = re.compile(r"""\((?:(?<=\bt\()|(?P<plural>(?<=\bcount\()|(?<=\bplural_forms\()))\s*["'](?P<name>\w+)["']""")
"""Begins with the bracket, which is found faster than a word."""


class String(NamedTuple):
    """What a string of the interface must have."""

    placeholders: frozenset[str] = frozenset()
    is_plural: bool = False


def find_strings(root: Path = Path(__file__).parents[2]) -> dict[str, String]:
    """Return the strings named in the templates and the code below `root`."""
    found: dict[str, String] = {}
    for file in (*root.glob("overrides/**/*.html"), *root.glob("macros/**/*.py")):
        text = file.read_text("utf-8")
        for call in _CALL.finditer(text):
            name, is_plural = call["name"], call["plural"] is not None
            own = re.findall(r",\s*(\w+)=", _own_arguments(text[call.end() :])) + ["n"] * is_plural
            found[name] = String(found.get(name, String()).placeholders | {*own}, is_plural)
    return found


def _own_arguments(text: str) -> str:
    """Return the text up to the end of a call, without the arguments of calls inside it."""
    own, depth = "", 1
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            break
        own += letter if depth == 1 else ""
    return own
