"""News items as plain values, kept for builds, so that these need not parse the files of all news again.

They lie in several files, so that an edit writes one of these anew. A line is a key, a checksum and the item as JSON. A
key stands for the code, the name of the news file and its bytes; what has a key of the past is left out by and by.
"""

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

SHARES = 64

_latest: dict[Path, dict[str, bytes]] = {}
"""What this process has read or kept last, by the folder and the key."""


def key_of(code: str, name: str, digest: str) -> str:
    """Return the key of the item in a news file of this name and content; `code` stands for how it was read."""
    whole = hashlib.sha256(f"{code}\0{name}\0{digest}".encode("utf-8", "surrogateescape"))
    return f"{zlib.crc32(os.fsencode(name)) % SHARES:02x}{whole.hexdigest()}"


def read_items(folder: Path, keys: Iterable[str]) -> Mapping[str, bytes]:
    """Return the items that are kept, by their keys; what is damaged is not."""
    known = _latest.setdefault(folder, {})
    for share in {key[:2] for key in keys if key not in known}:
        known |= _read_share(folder, share)
    return known


def write_items(folder: Path, new: Mapping[str, bytes], keys: Iterable[str]) -> None:
    """Keep these items beside those that have one of `keys`; where nothing may be written, do without."""
    living = frozenset(keys)
    known = _latest[folder] = {key: item for key, item in _latest.get(folder, {}).items() if key in living} | dict(new)
    for share in {key[:2] for key in new}:
        kept = _read_share(folder, share) | known
        lines = [_line(key, item) for key, item in sorted(kept.items()) if key in living and key[:2] == share]
        unfinished = folder / f"items-{share}.{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(b"".join(lines))
            unfinished.replace(folder / f"items-{share}")
        except OSError:
            with suppress(OSError):
                unfinished.unlink()


def _line(key: str, item: bytes) -> bytes:
    return b"%s %08x %s\n" % (key.encode(), zlib.crc32(item), item)


def _read_share(folder: Path, share: str) -> dict[str, bytes]:
    try:
        raw = (folder / f"items-{share}").read_bytes()
    except OSError:
        return {}
    return dict(_parse(raw))


def _parse(raw: bytes) -> Iterator[tuple[str, bytes]]:
    for line in raw.split(b"\n"):
        key, _, rest = line.partition(b" ")
        checksum, _, item = rest.partition(b" ")
        if item and checksum == b"%08x" % zlib.crc32(item) and key.isascii():
            yield key.decode(), item
