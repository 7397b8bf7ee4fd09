"""Requests to stop (SIGTERM, Ctrl-C, a closed terminal): obeyed at any moment but those in which a lock would stay."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

_REQUESTS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Stops:
    """Requests that wait. `handlers`: what each would have done; `waiting`: those that have come."""

    handlers: dict[signal.Signals, Any] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)

    @contextmanager
    def obeyed(self) -> Iterator[None]:
        """Let a request end this block at any moment, one that waits at once. After the first, others wait again."""
        try:
            for number, handler in self.handlers.items():
                signal.signal(number, self._obey if callable(handler) else handler)
            self.deliver()
            yield
        finally:
            self.put_off()

    def put_off(self) -> None:
        """Let every request wait from now on."""
        for number in self.handlers:
            signal.signal(number, self._note)

    def deliver(self) -> None:
        """Send the first request again that waits, if there is one."""
        if self.waiting:
            first = self.waiting[0]
            self.waiting.clear()
            signal.raise_signal(first)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.waiting.append(number)

    def _obey(self, number: int, frame: FrameType | None) -> None:
        # What lets go of the lock, on the way out, must not be stopped in its turn.
        self.put_off()
        self.handlers[signal.Signals(number)](number, frame)


@contextmanager
def stops_put_off() -> Iterator[Stops]:
    """Let requests to stop wait until the block ends, but for parts of it that are `obeyed`. For the main thread."""
    handlers = {number: signal.getsignal(number) for number in _REQUESTS}
    # What is ignored, as by nohup, stays so.
    stops = Stops({number: handler for number, handler in handlers.items() if handler not in (signal.SIG_IGN, None)})
    try:
        stops.put_off()
        yield stops
    finally:
        for number, handler in stops.handlers.items():
            signal.signal(number, handler)
    stops.deliver()
