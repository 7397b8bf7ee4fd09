"""The directory of organisations: its filters and its statistics."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from macros.content.model import LinkStatus, Organisation, Word
from macros.render.components import STATUS_ORDER, render_template
from macros.render.view import View

FEW = 15
"""Fewer organisations than these are read one by one: a list of them has rows instead of cards, and no charts."""

Option = tuple[Word, int]
"""A term and the number of organisations that it is said of."""


def _list_criteria(view: View, organisations: Sequence[Organisation]) -> Iterator[tuple[str, Markup, list[Option]]]:
    """Yield what organisations are filtered by, in the order of display: criterion, title, and the terms that occur.

    The criteria are also the names of fields and query parameters.
    """
    vocabulary = view.site.vocabulary
    criteria: tuple[tuple[str, Markup, Sequence[Word]], ...] = (
        ("role", view.t("role"), vocabulary.roles),
        ("region", view.t("region"), vocabulary.regions),
        ("stage", view.t("stage"), vocabulary.stages),
        ("status", view.t("status"), vocabulary.statuses),
    )
    for criterion, title, terms in criteria:
        found = Counter(getattr(item, criterion) for item in organisations)
        yield criterion, title, [(term, found[term.id]) for term in terms if term.id in found]


def render_filters(view: View, organisations: Sequence[Organisation]) -> Markup:
    """A search field and the groups of filters that would narrow the list; nothing for a list of one."""
    total = len(organisations)
    if total < 2:
        return Markup()
    return render_template(
        "filters",
        view,
        groups=[group for group in _list_criteria(view, organisations) if any(count != total for _, count in group[2])],
        total=total,
        # Filled in by the script.
        remove=view.t("filters_remove", name="{name}"),
        shown=json.dumps(view.plural_forms("organisations_shown", n="{n}", total="{total}"), ensure_ascii=False),
    )


def render_statistics(view: View, organisations: Sequence[Organisation]) -> Markup:
    """The numbers of organisations by role, region, stage and status; of many, with bars that show their statuses."""
    total = len(organisations)
    groups = []
    for criterion, title, options in _list_criteria(view, organisations):
        rows = [
            (term, count, _bars([item for item in organisations if getattr(item, criterion) == term.id], total))
            for term, count in options
        ]
        without = sum(not getattr(item, criterion) for item in organisations)
        groups.append((criterion, title, rows, without))
    statuses = {item.status for item in organisations}
    return render_template(
        "statistics",
        view,
        total=view.count("organisations_count", total),
        has_bars=total >= FEW,
        groups=[group for group in groups if group[2]],
        statuses=[words for words in view.site.vocabulary.statuses if words.id in statuses],
    )


def _bars(organisations: Sequence[Organisation], total: int) -> list[tuple[LinkStatus, float, float]]:
    """Return the parts of a bar in `STATUS_ORDER`: status, start and width in per cent of the whole list."""
    found = Counter[LinkStatus](item.status for item in organisations)
    bars, start = [], 0
    for status in STATUS_ORDER:
        if found[status]:
            bars.append((status, 100 * start / total, 100 * found[status] / total))
            start += found[status]
    return bars
