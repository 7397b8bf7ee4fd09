"""Which feeds there are of the changes of the data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Feed:
    """A feed: its address below the folder of its language, and its media type."""

    path: str
    type: str


CHANGE_FEEDS = {
    "Atom": Feed("changes.xml", "application/atom+xml"),
    "JSON Feed": Feed("changes.json", "application/feed+json"),
}
"""The feeds of the changes of the data, by what they are called."""
