"""Syntax errors of the YAML parser, turned into the likeliest mistake of an editor."""

import re
from typing import Any

import yaml

from macros.content.problems import Problem, shorten

_TEXT_AFTER_QUOTE = r"""\s*(?:- )*(?:[\w-]+:\s+)?(?P<quote>["']).*?(?P=quote)\s*[^\s#,:\]}]"""
_TEXT_AFTER_BRACKET = r"""\s*(?:- )*(?:[\w-]+:\s+)?(?:\{[^{}]*\}|\[[^\[\]]*\])\s*[^\s#,:\]}]"""


def syntax_problem(file: str, text: str, error: yaml.YAMLError) -> Problem:
    """Return the problem behind a parser's error in `text`."""
    complaint, context = str(getattr(error, "problem", "")), str(getattr(error, "context", ""))
    lines = text.split("\n")
    row, column = _place(getattr(error, "problem_mark", None), lines)
    opened = getattr(error, "context_mark", None)

    def problem(rule: str, at: tuple[int, int] = (row, column)) -> Problem:
        details = {name: shorten(lines[at[0]]) for name in ("written", "name", "tag")}
        return Problem(file, at[0] + 1, at[1] + 1, rule, details)

    written = lines[row]
    indent = len(written) - len(written.lstrip())
    if "\t" in written[:indent]:
        return problem("tab-indent", (row, written.index("\t")))
    if written.startswith("======="):
        return problem("conflict-marker", (row, 0))
    if complaint == "found unexpected end of stream" and "quoted scalar" in context:
        return problem("unclosed-quote", _place(opened, lines))
    if "parsing a flow" in context:
        return problem("unclosed-bracket", _place(opened, lines))
    if context.endswith((" an anchor", " an alias")):
        return problem("yaml-anchor", _place(opened, lines))
    if context.endswith(" a tag"):
        return problem("yaml-tag", _place(opened, lines))
    if "escape c" in complaint:
        return problem("bad-escape")
    if "cannot start any token" in complaint:
        return problem("reserved-character")
    if "could not find expected ':'" in complaint:
        at = _place(opened, lines)
        return problem("conflict-marker" if lines[at[0]].startswith("=======") else "missing-colon", at)
    if re.match(_TEXT_AFTER_QUOTE, written) and column > indent:
        return problem("text-after-quote")
    if re.match(_TEXT_AFTER_BRACKET, written) and column > indent:
        return problem("text-after-bracket")
    if "mapping values are not allowed" in complaint and ": " in written[:column]:
        return problem("colon-in-text")
    before = next((n for n in range(row - 1, -1, -1) if lines[n].strip()), -1)
    if "mapping values are not allowed" in complaint and before >= 0 and _is_bare(lines[before], indent):
        return problem("missing-colon", (before, indent))
    if "mapping values are not allowed" in complaint or (complaint.startswith("did not find") and column == indent):
        return problem("bad-indent", (row, indent))
    return problem("yaml-syntax")


def _is_bare(line: str, indent: int) -> bool:
    """Whether a line stands where a field should, at this indent, but has no colon."""
    return ":" not in line and len(line) - len(line.lstrip()) == indent and not line.lstrip().startswith(("#", "-"))


def _place(mark: Any, lines: list[str]) -> tuple[int, int]:
    """Return row and column, from 0, of a mark; one at the end of the text moves to its last line with text."""
    row, column = (mark.line, mark.column) if mark else (0, 0)
    if row < len(lines) and (lines[row].strip() or column):
        return row, column
    return next(((n, 0) for n in range(min(row, len(lines) - 1), -1, -1) if lines[n].strip()), (0, 0))
