"""Guard against a site that lost much of itself: what would be published is counted against what is live."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from macros.publish.manifest import Manifest

_KINDS: Mapping[str, re.Pattern[str]] = {
    "pages": re.compile(r".*\.html"),
    "organisations": re.compile(r"organisations/[^/]+/index\.html"),
    "news": re.compile(r"news/\d{4}-\d\d-\d\d-[^/]+/index\.html"),
}
"""What is counted, by address. Organisations and news are counted once, in the language at the root."""

_ALLOWED = 10
"""By how many per cent each may drop."""


@dataclass(frozen=True)
class Loss:
    """Of one kind, how many there were and how many would be left."""

    kind: str
    before: int
    after: int

    @property
    def percent(self) -> int:
        return (self.before - self.after) * 100 // self.before


def count(manifest: Manifest) -> dict[str, int]:
    """Return how many of each kind a site has."""
    return {kind: sum(1 for path in manifest.files if form.fullmatch(path)) for kind, form in _KINDS.items()}


def find_losses(live: Manifest, new: Manifest) -> Iterator[Loss]:
    """Yield each kind that would drop by more than a tenth."""
    before, after = count(live), count(new)
    for kind in _KINDS:
        if (before[kind] - after[kind]) * 100 > before[kind] * _ALLOWED:
            yield Loss(kind, before[kind], after[kind])
