"""The manifest: the SHA-256 of every file of a site, and nothing else, so the same site has the same manifest."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from macros.publish.failures import PublishError

MANIFEST = "manifest.json"
"""Where the manifest stands in the published site; it does not list itself."""

_VERSION = 1
_HASH = re.compile(r"[0-9a-f]{64}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]")
"""Characters that sha256sum would write in another way, and that no address has."""


@dataclass(frozen=True)
class Manifest:
    """`files`: address below the site's root -> SHA-256 in hex."""

    files: Mapping[str, str]

    @cached_property
    def raw(self) -> bytes:
        """The manifest as it is published."""
        whole = {"version": _VERSION, "files": dict(sorted(self.files.items()))}
        return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the manifest, which stands for the whole site."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True)
class Changes:
    """What another version adds, changes, removes; addresses in order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_site(site: Path) -> Manifest:
    """Hash every file of a built site. Raises PublishError when it is no whole site, or none that can be published."""
    if not site.is_dir():
        raise PublishError("no-site", site=site)
    if not (site / "index.html").is_file():
        raise PublishError("not-a-site", site=site)
    return Manifest({path: hash_file(site / path) for path in sorted(_list_files(site))})


def _list_files(site: Path) -> Iterator[str]:
    for file in site.rglob("*"):
        path = file.relative_to(site).as_posix()
        if file.is_symlink():
            raise PublishError("link-in-site", path=path)
        if _UNFIT.search(path):
            raise PublishError("bad-name", path=repr(path))
        if path != MANIFEST and not file.is_dir():
            yield path


BROKEN = Manifest({})
"""Stands for a manifest that is lost or damaged, so that nothing can be said about what is live."""


def parse_manifest(raw: bytes) -> Manifest:
    """Read a published manifest; returns BROKEN when it is none."""
    try:
        files = json.loads(raw)["files"]
        if all(_HASH.fullmatch(digest) for digest in files.values()):
            return Manifest(files)
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    return BROKEN


def compare(live: Manifest | None, new: Manifest) -> Changes:
    """Return what `new` would change of what is live."""
    old = live.files if live else {}
    return Changes(
        tuple(sorted(new.files.keys() - old.keys())),
        tuple(sorted(path for path in new.files.keys() & old.keys() if new.files[path] != old[path])),
        tuple(sorted(old.keys() - new.files.keys())),
    )
