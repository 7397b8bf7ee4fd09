"""The rules of security.txt: its contact is there, its day is neither past nor far away. The docstring is the rule."""

from collections.abc import Iterator
from datetime import timedelta
from typing import cast

from macros.content.addresses import hint_at_path
from macros.content.draft import Draft
from macros.content.model import LANGUAGES, Cluster
from macros.content.problems import Problem, shorten

SOON = timedelta(days=60)
"""So long before the day the check reminds."""

LATE = timedelta(days=30)
"""So long before it the check warns, and a test fails."""

FAR = timedelta(days=365)
"""RFC 9116, 2.5.5: the day should be less than a year ahead, so that nobody trusts what is forgotten."""


def check_security(draft: Draft) -> Iterator[Problem]:
    """Страница для сообщений об уязвимостях существует; срок security.txt не прошёл, не истекает и не дальше года."""
    for entry in draft.of("cluster"):
        security = cast(Cluster, entry.record).security
        if security is None:
            continue
        page = security.page
        if page and not all(draft.around.has_page(lang, page) for lang in LANGUAGES):
            hint = hint_at_path(draft.around, "ru", page)
            yield entry.problem("unknown-page", "security", "contact", value=shorten(page), **hint)
        left = security.expires - draft.today
        limits = (timedelta(0), "security-over"), (LATE, "security-late"), (SOON, "security-soon")
        rule = next((rule for limit, rule in limits if left <= limit), "security-far" if left > FAR else "")
        if rule:
            yield entry.problem(rule, "security", "expires", value=security.expires.isoformat(), days=str(left.days))
