"""What a Russian text was before, as far as Git remembers: for messages that it has changed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any

from macros.content.files import read_text
from macros.content.problems import Problem, shorten
from macros.content.prose import read_page
from macros.content.reading import read_yaml
from macros.content.repository import RevisionError, ask_text
from macros.content.translations import Lag, Pair, fingerprint

MAX_REVISIONS = 50
"""As many revisions of a file are looked at, the newest first."""

_CONTEXT = 3
"""Words shown on either side of a change."""


def explain_changes(root: Path, problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems; those about a Russian text that has changed say from what to what, where Git knows."""
    return [_explain(root, problem) if "had" in problem.details else problem for problem in problems]


def _explain(root: Path, problem: Problem) -> Problem:
    details = problem.details
    gone = frozenset(details["had"].split()) - frozenset(details["line"].split())
    was = _find(root, problem.file, details["field"], gone, details["russian"])
    if was is None:
        return problem
    before, after = changed_words(was, details["russian"])
    return replace(problem, details={**details, "was": before, "now": after})


def find_old_text(root: Path, pair: Pair, lag: Lag) -> str | None:
    """Return the Russian text that the English one was last compared with, or None where Git does not know it."""
    return _find(root, pair.document.file, lag.name, frozenset(pair.had or ()) - frozenset(pair.due), lag.russian)


def _find(root: Path, file: str, name: str, gone: frozenset[str], now: str) -> str | None:
    """Find the latest text of a field, or of a section most like this one, with one of the fingerprints `gone`."""
    for texts in _revisions(root.resolve(), file.replace("docs/en/", "docs/ru/", 1)) if gone else ():
        old = [text for own, text in texts if own in ("", name) and fingerprint(own, text) in gone]
        if old:
            return max(old, key=lambda text: SequenceMatcher(None, text.split(), now.split()).ratio())
    return None


def changed_words(was: str, now: str) -> tuple[str, str]:
    """Return what differs between two texts, from the first word changed to the last, with a few words around it."""
    old, new = was.split(), now.split()
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start, rest = max(same - _CONTEXT, 0), max(tail - _CONTEXT, 0)

    def excerpt(words: list[str]) -> str:
        middle = shorten(" ".join(words[start : len(words) - rest]), 120)
        return ("… " if start else "") + middle + (" …" if rest else "")

    return excerpt(old), excerpt(new)


@lru_cache(maxsize=16)
def _revisions(root: Path, file: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return, for each revision of a file, the newest first, its Russian texts with the names of their fields."""
    commits = _git(root, "log", f"--max-count={MAX_REVISIONS}", "--format=%H", "--", file).split()
    return tuple(tuple(_russian_texts(file, _git(root, "show", f"{commit}:./{file}"))) for commit in commits)


def _git(root: Path, *arguments: str) -> str:
    """Return what Git answers, or nothing where there is no Git, no repository or no such file."""
    try:
        return ask_text(root, *arguments)
    except RevisionError:
        return ""


def _russian_texts(file: str, raw: str) -> Iterator[tuple[str, str]]:
    text = read_text(file, raw.encode()).text or ""
    if file.endswith(".md"):
        yield from (("", section.text) for section in read_page(file, "ru", "", text).sections())
    else:
        yield from _texts_in(read_yaml(file, text).value, ())


def _texts_in(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each Russian text below a value under every name that its field may have in a record around it."""
    if isinstance(value, dict):
        if isinstance(russian := value.get("ru"), str):
            yield from ((".".join(path[start:]), russian) for start in range(max(len(path) - 2, 0), len(path) + 1))
        elif isinstance(russian, dict):
            yield "", " ".join(f"{form}: {text}" for form, text in russian.items())
        for key, item in value.items():
            yield from _texts_in(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item, ())
