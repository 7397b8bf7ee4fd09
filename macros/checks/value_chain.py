"""The rules of the value chain: where its links may lead. The docstring of a check is the rule."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import cast

from macros.content.draft import Draft
from macros.content.model import End, SupplyLink, ValueChain
from macros.content.problems import Problem


def check_links(draft: Draft) -> Iterator[Problem]:
    """Рынок ничего не поставляет; одна поставка — одно звено: материал, откуда и куда вместе не повторяются.

    Звено опирается на источники, а предположение сайта (inferred) — на факты; подтверждённым оно не бывает.
    """
    for entry in draft.of(ValueChain):
        first: dict[tuple[str, str, str], str] = {}
        for index, link in enumerate(entry.record.links):
            if link.source_end.market:
                yield entry.problem("market-supplies", "links", index, "from", "market", value=link.id)
            same = (link.material, _name(link.source_end), _name(link.target_end))
            if same in first:
                yield entry.problem("same-link", "links", index, "id", value=link.id, first=first[same])
            first.setdefault(same, link.id)
            if link.status == "inferred":
                if link.sources or not link.based_on:
                    yield entry.problem("inferred-basis", "links", index, "status", value=link.id)
            elif link.based_on:
                yield entry.problem("inferred-status", "links", index, "status", value=link.id, status=link.status)
            elif not link.sources:
                yield entry.problem("no-source", "links", index, "sources")


def check_cycles(draft: Draft) -> Iterator[Problem]:
    """Поставки не идут по кругу: ничто не поставляет само себе, ни прямо, ни через других."""
    for entry in draft.of(ValueChain):
        left = dict(enumerate(entry.record.links))
        while cycle := _find_cycle(left.values()):
            steps = set(zip(cycle, cycle[1:], strict=False))
            last = max(index for index, link in left.items() if _step(link) in steps)
            yield entry.problem("supply-cycle", "links", last, "to", value=left[last].id, circle=" → ".join(cycle))
            del left[last]


def _find_cycle(links: Iterable[SupplyLink]) -> list[str]:
    """Return the names along a circle of links, the first repeated at the end; empty when there is none."""
    suppliers: dict[str, set[str]] = {}
    for link in links:
        source, target = _step(link)
        suppliers.setdefault(target, set()).add(source)
    try:
        TopologicalSorter(suppliers).prepare()
    except CycleError as error:
        return cast("list[str]", error.args[1])
    return []


def _step(link: SupplyLink) -> tuple[str, str]:
    return _name(link.source_end), _name(link.target_end)


def _name(end: End) -> str:
    """An end by its kind and id."""
    kind, value = next((kind, value) for kind, value in end if value)
    return value if kind == "organisation" else f"{kind} {value}"
