"""Releases on a server: how they are named, which is next, which go. Folders and servers share this layout.

current -> releases/000007-3fa9c1d2e4b5/site      what the web server serves; replaced in one step
releases/<number>-<manifest>/site                 a version, with assets that pages of earlier versions ask for
releases/<number>-<manifest>/sums                 SHA-256 of the version's own files
releases/<number>-<manifest>/assets               its own files that are named by their content
releases/<number>-<manifest>/before               the release that was live when this one was published
incoming-<token>/                                 where a publisher works; whoever publishes next takes it away
incoming-<token>/release                          a version under way
incoming-<token>/leftover                         one of somebody else that did not arrive whole: need not be sent again
.lock -> <token>                                  who is publishing
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

KEEP = 5
"""How many releases are kept."""

_NAME = re.compile(r"(\d{6,})-[0-9a-f]{12}")
_POINTER = re.compile(rf"releases/({_NAME.pattern})/site")


@dataclass(frozen=True)
class Releases:
    """What a target has. `before`: each release -> the one that was live when it was published."""

    before: Mapping[str, str]
    live: str | None

    def name_next(self, digest: str) -> str:
        """Name a release of the site with this manifest: numbers only go up, so no name comes twice."""
        number = max((_number(name) for name in self.before), default=0) + 1
        return f"{number:06d}-{digest[:12]}"

    def find_earlier(self) -> list[str]:
        """Return what was live before, the latest first; what was rolled back from never comes back."""
        found: list[str] = []
        name = self.before.get(self.live or "", "")
        while name in self.before and name not in found:
            found.append(name)
            name = self.before[name]
        return found

    def choose_to_drop(self, keep: int) -> list[str]:
        """Return which releases go once another one is live, so that `keep` are left.

        Those that were rolled back from go too, but one publishing later: pages of theirs may still be open.
        """
        kept = [self.live, *self.find_earlier()][: max(keep, 1) - 1]
        return [name for name in self.before if name not in kept and self.live and _number(name) <= _number(self.live)]


def _number(name: str) -> int:
    return int(name.partition("-")[0])


def sort_releases(names: Iterable[str]) -> list[str]:
    """Return the names that are releases, the oldest first; whatever else lies there is left alone."""
    return sorted((name for name in names if _NAME.fullmatch(name)), key=_number)


def parse_pointer(pointer: str) -> str | None:
    """Return which release `current` leads to; None if it leads elsewhere."""
    found = _POINTER.fullmatch(pointer)
    return found[1] if found else None
