"""The Markdown that editors may use: what it may not hold, what readers would see as it is typed, where links lead."""

import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote

from macros.content.model import WEB_ADDRESS
from macros.content.problems import load_messages, shorten

SCHEMES = ("https", "mailto", "tel")

_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(?:.*\n)*?\1[^\S\n]*$", re.MULTILINE)
_HIDDEN = re.compile(
    r"(`(?<![\\`]`)`*)(?!`)(?:.|\n(?!\s*\n))+?(?<!`)\1(?!`)"  # code in a line
    r"|\\[!-/:-@\[-`{-~]"  # a sign that is meant as such
    r"|\{\{[^{}\n]*\}\}"  # a call of a macro
)
_LINK = re.compile(
    r"(?:!\[|\[)(?P<text>(?:[^\[\]\n]|\n(?!\s*\n)|\[[^\[\]\n]*\])*)\]"
    r"(?:\(\s*<?(?P<target>(?:[^\s()>]|\([^\s()]*\))*)(?:[^()\"\n]|\"[^\"\n]*\"|\([^()\n]*\))*\)"
    r"|\[(?P<name>[^\[\]\n]*)\])"
)
_DEFINITION = re.compile(r"^[ ]{0,3}\[(?P<name>[^\]^\n][^\]\n]*)\]:[ ]*<?(?P<target>[^\s>]+).*", re.MULTILINE)
_IN_ADDRESS = r"[^\s<>()\x02]|\([^\s<>()\x02]*\)"
ADDRESS = re.compile(
    rf"(?i:(?<![\w/@.+-])(?P<bracket><)?(?P<address>(?:https?://|www\.)(?:{_IN_ADDRESS})*(?:[\w/#=&%+~-]|(?<=\)))"
    r"|mailto:[^\s<>\x02]+(?=>)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?(bracket)>))"
)
"""A web or mail address, which becomes a link, bare or between angle brackets; U+0002 begins what is converted."""

_IN_ADDRESSES = re.compile(r"(?:@|:|w\.|W\.)[^ \n]*")
"""What every address has, and all up to the next space: to look only there saves most of the time."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):|//", re.IGNORECASE)
_TARGET = re.compile(rf"(?i){WEB_ADDRESS.pattern}|mailto:[^@?]+@[^@?.]+(?:\.[^@?.]+)+(?:\?.*)?|tel:\+?[\d().-]+")
_HEADING = re.compile(
    r"^(?:[^\S\n]*(?:>|(?:[-*+]|\d+[.)])[^\S\n]))*[^\S\n]*(?P<marks>#{1,6})(?!#)[ ]*[^\s#].*", re.MULTILINE
)
DELIMITERS = re.compile(r"(?=[^|]*\|)\s*\|?(?:\s*:?-+:?\s*\|)*(?:\s*:?-+:?)?\s*")
"""The line of a table that makes the one above it the head."""
_STRONG = re.compile(
    r"\*\*(?:(?=\w)|(?<!\w\*\*)(?=\S))(?:(?!\*\*|\n\s*\n|\n\s*(?:[-*+•>#]|\d+[.)])\s|\|).)+?"
    r"(?:(?<=\w)\*\*|(?<=\S)\*\*(?!\w))",
    re.DOTALL,
)

_TAG = r"<(?!(?:https?|mailto):[^\s<>]+>|[^\s<>@]+@[^\s<>@]+>)[A-Za-z/!?][\w-]*(?:.*>)?"
_CALL = r"\{\s+\{[^{}\n]*\}\s*\}|(?<!\{)\{\s*[a-z_]+\([^{}\n]*\)\s*\}(?!\})"
_TEMPLATE = r"\{\{.{0,200}?\}\}|\{[{%#]"
_ODD_SPACE = r"(?:(?<=\w)[ ]+(?:[,;!?]|[.:](?=\s|$))|(?<=[а-яё]),(?=[а-яё]))\w*"


def _any_of(patterns: Mapping[str, str], beginning: str = "") -> re.Pattern[str]:
    """Return a pattern with a group for each; a look at how all of them begin saves most of the time."""
    named = "|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns.items())
    return re.compile(f"{beginning}(?:{named})", re.MULTILINE)


_RAW = _any_of(
    {"unclosed_fence": r"^(?:`{3,}|~{3,})[^`\n]*$", "fence": r"^[ ]+(?:```|~~~).*", "call": _TEMPLATE},
    r"(?=[`~{]|(?<![^\n])[ ])",
)
_MARKDOWN = _any_of(
    {
        "raw_html": _TAG,
        "macro_syntax": _CALL,
        "image_without_text": r"!\[\s*\]\([^)\n]*\)",
        "link_without_text": r"\[\s*\]\([^)\n]*\)",
        "vague_link": r"\[(?i:тут|здесь|сюда|ссылка|по ссылке|here|click here|this link)\](?=\()",
        "footnote": r"\[\^[^\]\n]+\](?::.*)?",
        "task": r"^[ ]*[-*+•] \[[ xXхХ]\]",
        "notice": r"^[ ]*(?:!!!|\?\?\?\+?|:::)\s*\w.*",
        "attributes": r"\{[:.][^}\n]*\}",
        "deleted": r"~~[^~\n]+~~|==[^=\n]+==|(?<=\w)(?:~[^~\s]+~|\^[^^\s]+\^)",
        "dashes": r"^[ ]*[–—] .*\n[ ]*[–—] .*",
        "letters": r"(?<![^\n].)(?<=[а-яёa-z])\) .*\n[ ]*[а-яёa-z]\) .*",
        "emoji": r"(?<![\w:/]):[a-z][a-z0-9_+-]*:(?![\w/])",
        "link": r"\[[^\[\]\n]*\](?:\s+\((?:https?:|www\.|[^\s()]+\.md)[^()\n]*\)|\((?![^\n]*\)).*|\(\s*\))|\[\[.*"
        r"|\([^()\n]+\)\[(?:https?:|[^\s\]]+\.md)[^\]\n]*\]",
        "bold_heading": r"(?:\A|(?<=\n\n))\*\*[^*\n]*[^*\n.!?:…]\*\*[ ]*(?=\n\n|\n?\Z)",
        "heading": r"(?<=[^\n]\n)[ ]*(?:=+|--+)[ ]*$|^[ ]*#{7,}.*",
        "empty_heading": r"^[ ]*#{1,6}[ #]*$",
        "title_period": r"^[ ]*#{1,6} .*(?:\w{4}|[»”)])\.[ #]*$",
        "empty": r"^[ ]*(?:[-*+•]|\d+[.)])[ ]*$",
        "signs": r"^\[TOC\]$|^\*\[.*|^:\s+\S.*",
        "odd_space": _ODD_SPACE,
    },
    r"(?=[<{!\[(),~=:^#*+•–—\-?0-9]|[ ](?:(?=[ ,;!?.:])|(?<![^\n].)))",
)
_LONE = _any_of({"line": r"^[ ]*(?:\*[ ]*){3,}$", "pair": r"(?:\*\*+|(?<!`)`(?!``)).*"}, r"(?=[*`]|(?<![^\n])[ ])")
_PLAIN = _any_of(
    {
        "raw_html": _TAG,
        "macro_syntax": _CALL,
        "call": _TEMPLATE,
        "entity": r"&(?:#\w+|\w{2,});",
        "lines": r"\n[\s\S]*",
        "plain": r"\*\*\S[^*]*\*\*|\[[^\[\]]+\]\([^()\s]+\)|`[^`]+`|~~[^~]+~~|^(?:#{1,6}|[-*+•]) .*",
        "odd_space": _ODD_SPACE,
    },
    r"(?=[<{&,\n*\[`~#+•-]|[ ](?=[ ,;!?.:]))",
)
"""What to look for in code too, in Markdown, in what is left of it, and in other texts. A name is that of a rule, or of
the remedy for markup that does not work."""

_INSIDE = ("link-into-site", "image")
_Place = tuple[int, str, str]
"""Where something stands in a text, its name, what is written."""


class Found(NamedTuple):
    """Markup to look at: its row from 0, its column from 1, the rule that it breaks, what is written, the remedy.

    `link-into-site`, `image` and `call` are no rules yet: whoever knows the page sees whether they may stand there.
    """

    row: int
    column: int
    rule: str
    written: str
    remedy: str = ""


def link_target(target: str, folder: str = "") -> str:
    """Return the path below the docs folder that a link in `folder` names, without anchor; empty for its own page."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)) if path else ""


def as_browsers_read(target: str) -> str:
    """Return an address without references and the control characters that browsers drop (URL standard, 4.4)."""
    return re.sub(r"[\x00-\x20\x7f]", "", html.unescape(target))


def find_scheme(target: str) -> str | None:
    """Return the scheme of an address in small letters, empty for `//host`; None inside the site."""
    scheme = _SCHEME.match(as_browsers_read(target))
    return (scheme[1] or "").lower() if scheme else None


def full_address(written: str) -> str:
    """Return where the link leads that an address in a text becomes."""
    return written if find_scheme(written) else f"{'mailto:' if '@' in written else 'https://'}{written}"


def find_targets(text: str) -> frozenset[str]:
    """Return where the links and images of a Markdown text lead, as written."""
    return frozenset(target for _, target, _ in _find_links(hide_code(text)))


def _find_links(shown: str) -> Iterator[tuple[int, str, re.Match[str]]]:
    """Yield each link, definition of one, and address: where its target stands, the target, and all of it."""
    starts: set[int] = set()
    nested = ((link, *_LINK.finditer(shown, *link.span("text"))) for link in _LINK.finditer(shown))
    definitions = _DEFINITION.finditer(shown) if "]:" in shown else ()
    for found in (*(link for links in nested for link in links), *definitions):
        if found["target"]:
            starts.add(found.start("target"))
            yield found.start("target"), found["target"], found
    for found in _find_addresses(shown):
        if found.start("address") not in starts:
            yield found.start("address"), full_address(found["address"]), found


def _find_addresses(shown: str) -> Iterator[re.Match[str]]:
    for run in _IN_ADDRESSES.finditer(shown):
        start = max(shown.rfind(space, 0, run.start()) for space in " \n") + 1
        yield from ADDRESS.finditer(shown, start, run.end())


def hide_code(text: str) -> str:
    """Return a text with empty lines for those of code between fences."""
    return _FENCED.sub(lambda code: "\n" * code[0].count("\n"), text) if "```" in text or "~~~" in text else text


def find_main_headings(text: str) -> Iterator[int]:
    """Yield the rows, from 0, with a heading of the first level."""
    for heading in _HEADING.finditer(hide_code(text)) if "#" in text else ():
        if heading["marks"] == "#":
            yield heading.string.count("\n", 0, heading.start("marks"))


def find_problems(text: str) -> Iterator[Found]:
    """Yield the markup of a text that is not allowed or not read, and every link into the site; code is left out."""
    whole = hide_code(text)
    shown = _HIDDEN.sub(lambda hidden: re.sub(r"[^\n]", "¤", hidden[0]), whole) if _has(whole, "`\\{") else whole
    left = _STRONG.sub(lambda pair: pair[0].replace("**", "¤¤"), shown)
    if _has(whole, "{`~"):
        yield from _place(whole, _match(_RAW, whole, whole))
    yield from _place(whole, _match(_MARKDOWN, shown, whole))
    if "**" in left or "`" in left:
        yield from _place(whole, _match(_LONE, left, whole))
    yield from _place(shown, _find_bad_links(shown))
    if "#" in shown:
        yield from _place(shown, _find_bad_levels(shown))
    if "|" in shown:
        yield from _place(shown, _find_bad_tables(shown))


def _has(text: str, signs: str) -> bool:
    """Whether one of the signs stands in a text: to ask first saves most of the time."""
    return any(sign in text for sign in signs)


def find_signs(text: str) -> Iterator[Found]:
    """Yield what a text without Markdown would show to readers as it is typed."""
    return _place(text, _match(_PLAIN, text, text))


def _match(pattern: re.Pattern[str], shown: str, whole: str) -> Iterator[_Place]:
    for found in pattern.finditer(shown):
        start = found.end() - len(found[0].lstrip())
        yield start, str(found.lastgroup).replace("_", "-"), whole[start : found.end()]


def _place(text: str, found: Iterator[_Place]) -> Iterator[Found]:
    for offset, name, written in found:
        row, column = text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset)
        remedy = f"stray_{name}" if f"stray_{name}" in load_messages("ru")["words"] else ""
        rule = "stray-markup" if remedy else name
        if rule != "line":
            yield Found(row, column, rule, written if rule in _INSIDE else shorten(written), remedy)


def _find_bad_links(shown: str) -> Iterator[_Place]:
    names = {definition["name"].lower() for definition in _DEFINITION.finditer(shown)} if "][" in shown else ()
    for link in _LINK.finditer(shown) if "][" in shown else ():
        if link["name"] is not None and (link["name"] or link["text"]).lower() not in names:
            yield link.start(), "reference", link[0]
    for offset, target, whole in _find_links(shown):
        scheme, is_image = find_scheme(target), whole[0].startswith("!")
        if scheme is None:
            yield offset, "image" if is_image else "link-into-site", target
        elif is_image:
            yield offset, "foreign-image", target
        elif scheme not in SCHEMES or not _TARGET.fullmatch(as_browsers_read(target)):
            yield offset, "bad-link", target


def _find_bad_levels(shown: str) -> Iterator[_Place]:
    above = 1
    for heading in _HEADING.finditer(shown):
        if len(heading["marks"]) > above + 1:
            yield heading.start("marks"), "skipped-level", heading[0]
        above = len(heading["marks"])


def _find_bad_tables(shown: str) -> Iterator[_Place]:
    """Yield rows with more cells than their table or fewer, and the first line of what is no table for Markdown."""
    width, above, offset = 0, "", 0
    for line, following in pairwise([*shown.split("\n"), ""]):
        cells, beneath = (row.strip().removeprefix("|").removesuffix("|").count("|") + 1 for row in (line, following))
        if not line.strip():
            width = 0
        elif width and cells != width:
            yield offset, "table-cells", line
        elif not width and DELIMITERS.fullmatch(following) and "|" in line and cells == beneath:
            width = cells
        elif not width and "|" not in above and (line.lstrip().startswith("|") or DELIMITERS.fullmatch(following)):
            yield offset, "table", line
        offset, above = offset + len(line) + 1, line
