"""What of the site is relied on somewhere, and what is to be told of that which is not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from macros.content.around import Answer, Question
from macros.content.languages import LANGUAGES, Language
from macros.content.problems import Problem

Need = tuple[str, str]
"""A kind of thing that can be needed, and which: `("source", "tass")`, `("word-ru", "фольг")`."""


Place = tuple[Language, str, str]
"""A written page: its language, its address, its file."""


@dataclass(frozen=True)
class Unless:
    """A problem that stands unless something has one of these needs."""

    problem: Problem
    needs: frozenset[Need]


@dataclass(frozen=True)
class Uses:
    """What a part of the content needs, and the addresses of pages that the site makes from it.

    `own` are those of its records, `lists` those of lists that its records stand in; each with the file concerned.
    """

    needs: frozenset[Need] = frozenset()
    own: tuple[tuple[str, str], ...] = ()
    lists: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Found:
    """What examining a part found: problems, what it needs, and what it asked about other parts with the answers."""

    problems: tuple[Problem, ...]
    uses: Uses
    asked: Mapping[Question, Answer]


@dataclass(frozen=True)
class Rest:
    """What of everything but news must be used somewhere, and the pages that are written."""

    unless: tuple[Unless, ...]
    pages: tuple[Place, ...]


def check_addresses(pages: Iterable[Place], uses: Iterable[Uses]) -> Iterator[Problem]:
    """Две страницы не занимают один адрес: ни страницы docs/, ни те, что сайт делает из данных."""
    listed = tuple(uses)
    taken = {
        (lang, address): file
        for places in (*(part.own for part in listed), *(part.lists for part in listed))
        for address, file in places
        for lang in LANGUAGES
    }
    for lang, address, file in pages:
        first = taken.setdefault((lang, address), file)
        if first != file:
            yield Problem(file, 0, 0, "same-address", {"first": first, "address": f"/{address}"})


def find_unused(unless: Iterable[Unless], uses: Iterable[Uses]) -> Iterator[Problem]:
    """Yield each problem that stands because nothing has a need for what it is about."""
    needed = frozenset(need for part in uses for need in part.needs)
    yield from (one.problem for one in unless if needed.isdisjoint(one.needs))
