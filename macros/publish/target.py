"""What every target can do, and what publishing asks of it."""

from contextlib import AbstractContextManager
from typing import Protocol

from macros.publish.edition import Edition
from macros.publish.manifest import Manifest
from macros.publish.preparing import Progress


class Held(Protocol):
    """A target that nobody else publishes to at the moment."""

    @property
    def live(self) -> Manifest | None:
        """What is live; None when nothing is."""

    def publish(self, edition: Edition, progress: Progress) -> str | None:
        """Put an edition live and verify it; returns its name, or None when it was live and whole already."""

    def roll_back(self, progress: Progress) -> str:
        """Put the version live that was so before; returns its name."""


class Target(Protocol):
    """A place to publish to. Every method may raise PublishError."""

    @property
    def takes_compressed(self) -> bool:
        """Whether compressed forms belong beside the files."""

    def read_live(self) -> Manifest | None:
        """Return what is live, changing nothing; None when nothing is."""

    def hold(self, break_lock: bool) -> AbstractContextManager[Held]:
        """Keep others from publishing. `break_lock`: whoever holds it is known to be gone.

        Taking the lock and letting go of it must not be interrupted: see `stopping.py`.
        """
