"""The rules that the content must keep. Adding one: a generator with the rule as its docstring, a line in `CHECKS`, its
message in `content/messages/`, a case in `tests/cases/`.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from macros.checks import (
    addresses,
    bilingual,
    consistency,
    media,
    mixed_scripts,
    overclaims,
    pages,
    records,
    sources,
    spelling,
    texts,
    translations,
    value_chain,
)
from macros.content.draft import Draft, Entry
from macros.content.loading import load_draft
from macros.content.model import Exemption
from macros.content.problems import Problem, limit_per_file, shorten
from macros.content.site import Site, assemble_site

Check = Callable[[Draft], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    spelling.check_spelling,
    media.check_folders,
    records.check_references,
    records.check_dates,
    records.check_unique_ids,
    records.check_subjects,
    records.check_participant_roles,
    records.check_role_words,
    records.check_menu,
    records.check_first_screen,
    records.check_placeholders,
    records.check_strings,
    consistency.check_repeated_ids,
    consistency.check_milestones,
    consistency.check_own_dates,
    consistency.check_as_of,
    consistency.check_answers,
    consistency.check_doubles,
    consistency.check_future_words,
    value_chain.check_links,
    value_chain.check_cycles,
    sources.check_addresses,
    sources.check_source_ages,
    sources.check_unused_sources,
    media.check_photo_files,
    media.check_letters_drawn,
    pages.check_page_pairs,
    pages.check_page_titles,
    pages.check_headings,
    pages.check_macro_calls,
    texts.check_markup,
    texts.check_bodies,
    texts.check_titles,
    addresses.check_addresses,
    addresses.check_former,
    addresses.check_moves,
    translations.check_pending,
    translations.check_translations,
    bilingual.check_twins,
    bilingual.check_calls,
    overclaims.check_wording,
    mixed_scripts.check_letters,
    mixed_scripts.check_languages,
)

_APART = (
    (spelling.check_spelling,),
    (bilingual.check_twins, mixed_scripts.check_letters, mixed_scripts.check_languages, records.check_first_screen),
)
_PARTS = (*_APART, tuple(rule for rule in CHECKS if not any(rule in part for part in _APART)))
"""What is run in processes of its own: checks that take long, each with those that look at the same."""

MAX_PROBLEMS = 1000
"""The most problems taken from one check, so that a ruined file cannot make it endless."""


class ContentError(Exception):
    """The content has problems, so nothing may be built from it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def find(draft: Draft, checks: Iterable[Check] = CHECKS) -> Iterator[Problem]:
    """Yield what checks find in a draft."""
    for rule in checks:
        yield from islice(rule(draft), MAX_PROBLEMS)


def find_apart(draft: Draft) -> Iterator[Problem]:
    """Yield what all checks find, in processes where that is possible. Raises EOFError when one fails; it says why."""
    if not hasattr(os, "fork"):
        yield from find(draft)
        return
    for pid, pipe in [_start(draft, part) for part in _PARTS]:
        with os.fdopen(pipe, "rb") as stream:
            yield from pickle.load(stream)
        os.waitpid(pid, 0)


def _start(draft: Draft, checks: Iterable[Check]) -> tuple[int, int]:
    """Start a process that runs some checks; return its id, and the pipe from which what it finds can be read."""
    receiver, sender = os.pipe()
    if pid := os.fork():
        os.close(sender)
        return pid, receiver
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C: one answer, and none from here
    try:
        with os.fdopen(sender, "wb") as stream:
            pickle.dump([*find(draft, checks)], stream)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(0)


def run(draft: Draft, look: Callable[[Draft], Iterator[Problem]] = find) -> Iterator[Problem]:
    """Yield what all checks find in a draft and no exception allows, and the exceptions that allow nothing."""
    unused: dict[tuple[str, str], Entry[Exemption]]
    unused = {(entry.record.rule, entry.record.value): entry for entry in draft.of(Exemption)}
    allowed = frozenset(unused)
    for problem in look(draft):
        unused.pop(key := (problem.rule, problem.details.get("excuse", "")), None)
        if key not in allowed:
            yield problem
    for (name, value), entry in unused.items() if not draft.unread else ():
        yield entry.problem("needless-exemption", "for", value=shorten(value), name=name)


def check(root: Path, today: date) -> tuple[Draft, tuple[Problem, ...]]:
    """Read and check everything below `root`. Returns the draft and all problems, sorted by file, line and column."""
    draft, problems = load_draft(root, today)
    found = run(draft, find_apart)
    return draft, tuple(limit_per_file([*problems, *found]))


def load_site(root: Path, today: date) -> tuple[Site, tuple[Problem, ...]]:
    """Return the site below `root` and its warnings. Raises ContentError on any problem."""
    draft, problems = check(root, today)
    if any(problem.level == "problem" for problem in problems):
        raise ContentError(problems)
    return assemble_site(draft), problems
