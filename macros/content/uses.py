"""What of the site is relied on somewhere, and what is to be told of that which is not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from macros.content.addresses import Claims, Place, Taken
from macros.content.around import Answer, Question
from macros.content.problems import Problem

Need = tuple[str, str]
"""A kind of thing that can be needed, and which: `("source", "tass")`, `("word-ru", "фольг")`."""


class Unless(NamedTuple):
    """A problem that stands unless something has one of these needs."""

    problem: Problem
    needs: frozenset[Need]


class Uses(NamedTuple):
    """What a part of the content needs, and the addresses that it claims."""

    needs: frozenset[Need] = frozenset()
    claims: Claims = Claims()


class Found(NamedTuple):
    """What examining a part found: problems, what it needs, and what it asked about other parts with the answers."""

    problems: tuple[Problem, ...]
    uses: Uses
    asked: Mapping[Question, Answer]


class Rest(NamedTuple):
    """What of everything but news must be used somewhere, the pages that are written, and the addresses of all tags."""

    unless: tuple[Unless, ...]
    pages: tuple[Place, ...]
    tags: tuple[Taken, ...] = ()


def find_unused(unless: Iterable[Unless], uses: Iterable[Uses]) -> Iterator[Problem]:
    """Yield each problem that stands because nothing has a need for what it is about."""
    needed = frozenset(need for part in uses for need in part.needs)
    yield from (one.problem for one in unless if needed.isdisjoint(one.needs))
