"""Problems with their places, and their messages: what is wrong, why it matters, how to fix it."""

import difflib
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Literal

import yaml
from msgspec import Struct, field

from macros.content.model import Language

MESSAGES = Path(__file__).parent / "messages"
MAX_PER_FILE = 100
"""The most problems reported for one file."""


Level = Literal["problem", "warning", "info"]

_WARNINGS = """
    bold-heading built-alone built-gone-page built-gone-record built-heavy built-shrinks check-overdue future-confirmed
    late-as-of late-plan letters-not-drawn long-menu long-text misspelt no-history-in-ci odd-space same-value
    skipped-level small-photo title-again title-period too-many-warnings translation-lagged unused-photo unused-source
    unused-word vague-link
"""
_NOTES = "check-soon no-dictionary no-history translation-pending"
LEVELS: Mapping[str, Level] = {
    **dict.fromkeys(_WARNINGS.split(), "warning"),
    **dict.fromkeys(_NOTES.split(), "info"),
}
"""Rules that do not stop the site from being built; every other is a problem."""


class Problem(Struct, frozen=True):
    """One problem. `line` and `column` count from 1; 0 means the file as a whole. `rule` names its message."""

    file: str
    line: int
    column: int
    rule: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """`file:line:column`, or the file alone."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def level(self) -> Level:
        """Its severity: only a `problem` stops the build."""
        return LEVELS.get(self.rule, "problem")

    @property
    def record(self) -> str:
        """The id of the record concerned, or an empty string."""
        return self.details.get("record", "")

    @property
    def subject(self) -> str:
        """The record's id as the beginning of a message."""
        return f"{self.record}: " if self.record else ""


@cache
def load_messages(lang: Language) -> Mapping[str, Mapping[str, str]]:
    """Return the catalogue: rule id -> `what`, `why`, `fix`, each a format string over the problem's details."""
    catalogue: dict[str, dict[str, str]] = yaml.load((MESSAGES / f"{lang}.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return catalogue


_WORDS = ("kind", "lang", "reason", "remedy")
"""Details that are keys of the catalogue's words; all others are shown as they are."""


def explain(problem: Problem, lang: Language) -> tuple[str, str, str]:
    """Return (what is wrong, why it matters, how to fix it) in `lang`."""
    message = load_messages(lang)[problem.rule]
    words = load_messages(lang)["words"]
    shown = problem.details
    details = {key: words[value].format(**shown) if key in _WORDS else value for key, value in shown.items()}
    what, why, fix = (message[part].format(**details) for part in ("what", "why", "fix"))
    if nearest := problem.details.get("nearest"):
        what += words["did_you_mean"].format(nearest=nearest)
    if "excuse" in problem.details:
        fix = f"{fix.rstrip('.')}; " + words["excuse"].format(rule=problem.rule, **problem.details)
    if "renamed" in problem.details:
        fix = words["renamed"].format(**problem.details)
    return what, why, fix


class CommandFailed(Exception):
    """A command cannot be carried out; says why, and what to do, to whoever gave it."""


def format_failure(name: str, lang: Language = "ru", **details: str) -> str:
    """Return the message for a command that failed: the cause and the remedy."""
    return load_messages(lang)["failures"][name].format(**details)


def print_anything() -> None:
    """Let a terminal without Russian letters show their codes: it is no reason to fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


by_place = attrgetter("file", "line", "column", "rule")
"""The order of problems."""


def limit_per_file(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems sorted, with a note in place of what exceeds `MAX_PER_FILE` in a file; warnings likewise."""
    kept: list[Problem] = []
    counts: Counter[tuple[str, str]] = Counter()
    for problem in sorted(problems, key=by_place):
        note = "too-many-problems" if problem.level == "problem" else "too-many-warnings"
        counts[problem.file, note] += 1
        if counts[problem.file, note] <= MAX_PER_FILE:
            kept.append(problem)
        elif counts[problem.file, note] == MAX_PER_FILE + 1:
            kept.append(Problem(problem.file, 0, 0, note, {"limit": str(MAX_PER_FILE)}))
    return sorted(kept, key=by_place)


def shorten(text: str, limit: int = 60) -> str:
    """Return `text` on one line, cut so that a message stays a sentence."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return the allowed word most like `word`, or an empty string when none is."""
    return _nearest(word, tuple(sorted(allowed)))


@lru_cache(maxsize=1024)
def _nearest(word: str, allowed: tuple[str, ...]) -> str:
    lower = {item.lower(): item for item in allowed}
    matches = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6) if len(word) <= 100 else []
    return lower[matches[0]] if matches else ""


def render_text(problems: Iterable[Problem], lang: Language) -> str:
    """Return the problems as text for a terminal, four parts each, counted at the end."""
    words = load_messages(lang)["words"]
    blocks = []
    counts: Counter[Level] = Counter()
    for problem in problems:
        counts[problem.level] += 1
        what, why, fix = explain(problem, lang)
        mark = "" if problem.level == "problem" else f"{words[problem.level]}: "
        blocks.append(
            f"{problem.place}: {mark}{problem.subject}{what} [{problem.rule}]\n"
            f"    {words['why']}: {why}\n"
            f"    {words['fix']}: {fix}\n"
        )
    total = words["total"].format(count=counts["problem"]) if counts["problem"] else words["clean"]
    if others := len(blocks) - counts["problem"]:
        total += " " + words["warnings"].format(count=others)
    return "\n".join([*blocks, total])


_ANNOTATIONS: Mapping[Level, str] = {"problem": "error", "warning": "warning", "info": "notice"}


def render_github(problems: Iterable[Problem], lang: Language) -> str:
    """Return GitHub Actions workflow commands that annotate the lines.

    Source of the escapes: actions/toolkit, packages/core/src/command.ts.
    """

    def escape(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def escape_property(text: str) -> str:
        return escape(text).replace(":", "%3A").replace(",", "%2C")

    words = load_messages(lang)["words"]
    lines = []
    for problem in problems:
        what, why, fix = explain(problem, lang)
        body = escape(f"{problem.subject}{what}\n{words['why']}: {why}\n{words['fix']}: {fix}")
        place = f"file={escape_property(problem.file)}"
        if problem.line:
            place += f",line={problem.line},col={problem.column}"
        lines.append(f"::{_ANNOTATIONS[problem.level]} {place},title={escape_property(problem.rule)}::{body}")
    return "\n".join(lines)


_SEVERITIES: Mapping[Level, str] = {"problem": "major", "warning": "minor", "info": "info"}


def render_codequality(problems: Iterable[Problem], lang: Language) -> str:
    """Return GitLab's Code Quality report, which a merge request shows beside the lines.

    Source of the form: docs.gitlab.com/ci/testing/code_quality/. A fingerprint stays when the line moves.
    """
    import hashlib

    rows: list[dict[str, object]] = []
    seen: Counter[str] = Counter()
    for problem in problems:
        what, _, fix = explain(problem, lang)
        text = f"{problem.subject}{what}. {load_messages(lang)['words']['fix']}: {fix}"
        seen[key := f"{problem.file}\0{problem.rule}\0{text}"] += 1
        rows.append(
            {
                "description": text,
                "check_name": problem.rule,
                "fingerprint": hashlib.sha256(f"{key}\0{seen[key]}".encode()).hexdigest(),
                "severity": _SEVERITIES[problem.level],
                "location": {"path": problem.file, "lines": {"begin": max(problem.line, 1)}},
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=2)


FORMATS = {"text": render_text, "github": render_github, "codequality": render_codequality}


def render_summary(problems: Iterable[Problem], lang: Language, title: str, before: str = "") -> str:
    """Return the report as a section of Markdown: as code, so that nothing that editors wrote becomes a link.

    For the summary of a run on GitHub. `title`: a word of the catalogue; `before`: Markdown to stand above the report.
    """
    text = render_text(problems, lang)
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"## {load_messages(lang)['words'][title]}\n\n{before}{fence}text\n{text}\n{fence}\n\n"
