"""What an object in storage carries beside its bytes: there is no web server to add type, time to be kept, coding."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from macros.outputs.headers import write_cache_control
from macros.publish.compression import GZIP, compress_kept
from macros.publish.edition import Part
from macros.publish.failures import PublishError
from macros.publish.manifest import hash_file

TYPES: Mapping[str, str] = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".avif": "image/avif",
    ".br": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".pagefind": "application/wasm",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vcf": "text/vcard; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
"""Types by suffix. A table of our own: that of the system is another one on every machine."""

_FEEDS = {
    "feed.xml": TYPES[".atom"],
    "rss.xml": "application/rss+xml; charset=utf-8",
    "feed.json": "application/feed+json",
}
_NAMED = {"security.txt": TYPES[".txt"], "SHA256SUMS": TYPES[".txt"], "_headers": TYPES[".txt"], **_FEEDS}
_COMPRESSED = frozenset({".html", ".css", ".js", ".mjs", ".svg"})
"""What only browsers and search engines fetch, all of which take gzip. Feeds, tables and the like are fetched by
programs that need not, and storage sends what it has without asking."""


@dataclass(frozen=True)
class Object:
    """A file as an object. `source` holds its bytes, which are compressed if there is an `encoding`."""

    source: Path
    digest: str
    content_type: str
    cache_control: str
    encoding: str = ""

    @cached_property
    def md5(self) -> str:
        """What storage calls the ETag of an object that was put in one piece."""
        return hashlib.md5(self.source.read_bytes(), usedforsecurity=False).hexdigest()

    @cached_property
    def name(self) -> str:
        """Stands for bytes and headers together: what differs in either has another name."""
        whole = [self.digest, self.content_type, self.cache_control, self.encoding]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()

    @property
    def headers(self) -> dict[str, str]:
        """Arguments of `put_object`."""
        coding = {"ContentEncoding": self.encoding} if self.encoding else {}
        return {"ContentType": self.content_type, "CacheControl": self.cache_control, **coding}


def find_type(path: str) -> str:
    """Return the media type of a file by its address."""
    place = PurePosixPath(path)
    return _NAMED.get(place.name) or TYPES.get(place.suffix.lower(), "application/octet-stream")


def make_object(path: str, part: Part, cache: Path) -> Object:
    """Return the object of a file; pages and what they load are compressed if that makes them smaller.

    Raises PublishError when the file is not the one that the manifest lists.
    """
    if hash_file(part.source) != part.digest:
        raise PublishError("site-changed", path=path)
    content_type, kept_for = find_type(path), write_cache_control(path)
    if PurePosixPath(path).suffix.lower() in _COMPRESSED:
        form = compress_kept(part, GZIP, cache)
        if form.stat().st_size < part.source.stat().st_size:
            return Object(form, part.digest, content_type, kept_for, "gzip")
    return Object(part.source, part.digest, content_type, kept_for)
