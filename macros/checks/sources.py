"""The rules of sources: that they are used, safe to open, and looked at again in time. The docstring is the rule."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from macros.content.draft import Draft, Entry
from macros.content.model import Source
from macros.content.problems import Problem
from macros.content.reading import Path

SOON = timedelta(days=30)
"""Before `check_by` the check only reminds."""

GRACE = timedelta(days=90)
"""After `check_by` it warns, and then refuses."""

ADDRESS_FIELDS = ("url", "link", "links", "website", "email")
"""Fields that hold addresses of other sites, or of mail."""


def check_source_ages(draft: Draft) -> Iterator[Problem]:
    """Источник с check_by проверен к этому дню: за месяц — напоминание, потом предупреждение, через 90 дней запрет."""
    for entry in draft.of(Source):
        source = entry.record
        if source.check_by is None:
            continue
        details = {"value": source.check_by.isoformat(), "checked": source.checked.isoformat()}
        age = draft.today - source.check_by
        if source.check_by <= source.checked:
            yield entry.problem("check-by-passed", "check_by", **details)
        elif age > GRACE:
            yield entry.problem("check-long-overdue", "check_by", **details, days=str(GRACE.days), excuse=source.id)
        elif age > timedelta(0):
            yield entry.problem("check-overdue", "check_by", **details)
        elif -age <= SOON:
            yield entry.problem("check-soon", "check_by", **details)


def check_unused_sources(draft: Draft) -> Iterator[Problem]:
    """На каждый источник что-нибудь опирается."""
    used = {ref for _, _, kind, ref in draft.refs if kind == "source"}
    for entry in draft.of(Source) if not draft.unread else ():
        if entry.record.id not in used:
            yield entry.problem("unused-source", "id")


def check_addresses(draft: Draft) -> Iterator[Problem]:
    """Адреса начинаются с https; адрес с http возможен, если он назван с причиной в exceptions.yaml."""
    for entry, path, value in find_addresses(draft):
        if value.startswith("http://"):
            yield entry.problem("http-address", *path, value=value, excuse=value)


def find_addresses(draft: Draft) -> Iterator[tuple[Entry[Any], Path, str]]:
    """Yield each web or mail address that stands in a field of its own, with its path."""
    for entry, path, record in draft.walked:
        for name in ADDRESS_FIELDS:
            value = getattr(record, name, None)
            if isinstance(value, str):
                yield entry, (*path, name), value
            elif isinstance(value, tuple):
                yield from (
                    (entry, (*path, name, index), one) for index, one in enumerate(value) if isinstance(one, str)
                )
