"""The directory of organisations: its filters and its statistics."""

import json
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from macros.content.model import Organisation, Word
from macros.render.components import STATUS_ORDER, render_template
from macros.render.view import View

FEW = 15
"""Fewer organisations than these are read one by one: a list of them has rows instead of cards, and no charts."""


def list_criteria(view: View) -> dict[str, tuple[Markup, tuple[Word, ...]]]:
    """Return what organisations are filtered by, in the order of display: title and terms of each.

    The criteria are also the names of fields and query parameters.
    """
    vocabulary = view.site.vocabulary
    return {
        "role": (view.t("role"), vocabulary.roles),
        "region": (view.t("region"), vocabulary.regions),
        "stage": (view.t("stage"), vocabulary.stages),
        "status": (view.t("status"), vocabulary.statuses),
    }


def render_filters(view: View, organisations: Sequence[Organisation]) -> Markup:
    """A search field and the groups of filters that would narrow the list; nothing for a list of one."""
    if len(organisations) < 2:
        return Markup()
    groups = []
    for criterion, (title, terms) in list_criteria(view).items():
        options = _count(view, criterion, terms, organisations)
        if any(option["count"] != len(organisations) for option in options):
            groups.append({"name": criterion, "title": title, "options": options})
    return render_template(
        "filters",
        view,
        groups=groups,
        total=len(organisations),
        # Filled in by the script.
        remove=view.t("filters_remove", name="{name}"),
        shown=json.dumps(view.plural_forms("organisations_shown", n="{n}", total="{total}"), ensure_ascii=False),
        script=view.asset("assets/directory.js"),
    )


def _count(
    view: View, criterion: str, terms: Sequence[Word], organisations: Sequence[Organisation]
) -> list[dict[str, object]]:
    """Return the terms that occur as a criterion, in the order of the vocabulary, with their numbers."""
    found = Counter(getattr(item, criterion) for item in organisations)
    return [
        {"id": term.id, "name": view.text(term.name), "count": found[term.id]} for term in terms if term.id in found
    ]


def render_statistics(view: View, organisations: Sequence[Organisation]) -> Markup:
    """The numbers of organisations by role, region, stage and status; of many, with bars that show their statuses."""
    total = len(organisations)
    groups = []
    for criterion, (title, terms) in list_criteria(view).items():
        rows = [
            {
                **option,
                "url": view.directory_url(**{criterion: str(option["id"])}),
                "bars": _bars([item for item in organisations if getattr(item, criterion) == option["id"]], total),
            }
            for option in _count(view, criterion, terms, organisations)
        ]
        without = sum(not getattr(item, criterion) for item in organisations)
        groups.append({"title": title, "rows": rows, "without": without})
    statuses = {item.status for item in organisations}
    notes = [
        {"name": view.text(words.name), "note": view.text(words.note)}
        for words in view.site.vocabulary.statuses
        if words.id in statuses
    ]
    return render_template(
        "statistics",
        view,
        total=view.count("organisations_count", total),
        has_bars=total >= FEW,
        groups=[group for group in groups if group["rows"]],
        notes=notes,
    )


def _bars(organisations: Sequence[Organisation], total: int) -> list[dict[str, object]]:
    """Return the parts of a bar in `STATUS_ORDER`: status, start and width in per cent of the whole list."""
    found = Counter[str](item.status for item in organisations)
    bars: list[dict[str, object]] = []
    start = 0
    for status in STATUS_ORDER:
        if found[status]:
            bars.append({"status": status, "start": 100 * start / total, "width": 100 * found[status] / total})
            start += found[status]
    return bars
