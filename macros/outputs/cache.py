"""The only cache: files that are slow to make and determined by their name. The folder may be deleted at any time."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import get_ident


def keep(path: Path, make: Callable[[], bytes], is_whole: Callable[[bytes], bool] = bool) -> bytes:
    """Return what an earlier build kept under `path`, if it is whole; else make it and keep it.

    It is put there in one step, so that an interrupted build, or two at once, leave nothing half written.
    """
    try:
        raw = path.read_bytes()
    except OSError:
        raw = b""
    if is_whole(raw):
        return raw
    raw = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}-{get_ident()}")
    unfinished.write_bytes(raw)
    unfinished.replace(path)
    return raw
