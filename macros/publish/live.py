"""What is live on a site that this machine can only look at, as a visitor: for targets that do not know themselves."""

from pathlib import Path

import urllib3
from urllib3.exceptions import HTTPError

from macros.publish.manifest import MANIFEST, Manifest, parse_manifest

_SECONDS = 15
_LARGEST = 64 * 1024 * 1024
"""Bytes of a manifest, which takes some 100 for each file."""


def find_live(place: str) -> Manifest | str:
    """Return the manifest of the site at an address, or in a folder; or else why there is none to be had.

    What is there, but no manifest, is BROKEN: a site of somebody else, or one that was damaged.
    """
    if not place.startswith(("http://", "https://")):
        return _read(Path(place) / MANIFEST)
    try:
        answer = urllib3.request(
            "GET", f"{place.rstrip('/')}/{MANIFEST}", timeout=_SECONDS, retries=3, preload_content=False
        )
        raw = answer.read(_LARGEST)
    except HTTPError as error:
        return str(error)
    return parse_manifest(raw) if answer.status == 200 else f"HTTP {answer.status}"


def _read(path: Path) -> Manifest | str:
    try:
        return parse_manifest(path.read_bytes())
    except OSError as error:
        return error.strerror or str(error)
