"""Compressed forms of files, made once for each content and kept."""

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import brotli

from macros.outputs.cache import keep
from macros.publish.edition import Part

_BROTLI_QUALITY = 11
_GZIP_LEVEL = 9

COMPRESSIBLE = frozenset(
    {".atom", ".css", ".csv", ".html", ".ico", ".js", ".json", ".map", ".md", ".mjs", ".rss", ".svg", ".txt"}
    | {".webmanifest", ".xml"}
)
"""Suffixes of files that become smaller; pictures, WOFF2 and Pagefind's own files are compressed already."""


@dataclass(frozen=True)
class Coding:
    """A way to compress. `name` tells versions of its results apart."""

    suffix: str
    name: str
    compress: Callable[[bytes], bytes]
    expand: Callable[[bytes], bytes]


def _gzip(raw: bytes) -> bytes:
    # mtime 0: the same content gives the same bytes on every day.
    return gzip.compress(raw, _GZIP_LEVEL, mtime=0)


def _brotli(raw: bytes) -> bytes:
    return brotli.compress(raw, quality=_BROTLI_QUALITY)  # type: ignore[no-any-return]


GZIP = Coding(".gz", f"gzip-{zlib.ZLIB_RUNTIME_VERSION}-{_GZIP_LEVEL}", _gzip, gzip.decompress)
BROTLI = Coding(".br", f"brotli-{brotli.__version__}-{_BROTLI_QUALITY}", _brotli, brotli.decompress)
CODINGS = (BROTLI, GZIP)


def is_compressible(path: str) -> bool:
    """Whether a file, by its name, is worth compressing."""
    return PurePosixPath(path).suffix.lower() in COMPRESSIBLE


def compress_kept(part: Part, coding: Coding, cache: Path) -> Path:
    """Return where the compressed form of a file lies in the cache; it is made unless an earlier run kept it whole."""
    place = cache / "compressed" / coding.name / (part.digest + coding.suffix)
    keep(place, lambda: coding.compress(part.source.read_bytes()), lambda raw: _holds(raw, part.digest, coding))
    return place


def _holds(raw: bytes, digest: str, coding: Coding) -> bool:
    """Whether compressed bytes are whole: they expand to the content that they are named by."""
    try:
        return hashlib.sha256(coding.expand(raw)).hexdigest() == digest
    except (OSError, EOFError, zlib.error, brotli.error):
        return False


def compress_all(parts: Mapping[str, Part], cache: Path) -> Iterator[tuple[str, Path] | None]:
    """Yield (address, file in the cache) of each form that is smaller than its file; None for every other.

    Threads are enough: both compressors let other threads run, and no thread outlives a killed process.
    """
    jobs = [(path, coding) for path in parts for coding in CODINGS]

    def compress(job: tuple[str, Coding]) -> tuple[str, Path] | None:
        path, coding = job
        if not is_compressible(path) or path + coding.suffix in parts:
            return None
        form = compress_kept(parts[path], coding, cache)
        is_smaller = form.stat().st_size < parts[path].source.stat().st_size
        return (path + coding.suffix, form) if is_smaller else None

    with ThreadPoolExecutor(os.cpu_count()) as workers:
        yield from workers.map(compress, jobs)
