"""Which feeds there are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Feed:
    """A feed: its address below the folder of its language, and its media type."""

    path: str
    type: str


FEEDS = {
    "atom": Feed("feed.xml", "application/atom+xml"),
    "rss": Feed("rss.xml", "application/rss+xml"),
    "json": Feed("feed.json", "application/feed+json"),
}
"""The feeds of the news."""
