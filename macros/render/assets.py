"""What is published below `assets/` beside pictures: style sheet, scripts, fonts, icons, named by what they hold."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from macros.render.stylesheet import TEMPLATES, build_stylesheet

FOLDER = TEMPLATES.parent / "assets"
STYLESHEET = "assets/site.css"
ICONS = {"assets/icon-180.png": 180, "assets/icon-192.png": 192, "assets/icon-512.png": 512}
"""Icons for devices, by name, with their size in pixels; the largest may be cut to any shape (maskable)."""

_FAVICON = "assets/favicon.ico"
"""Programs ask for it at the root of the site, under this name only."""
_DIGITS = 10
_NAMED = re.compile(r"""(?<=["'(])(?:\./)?((?:fonts/)?[a-z0-9-]+\.(?:js|woff2|svg))(?=["')])""")
"""A script that a script imports, or a font that the style sheet loads."""


@dataclass(frozen=True)
class Asset:
    """A file as it is published: its address below the site's root, and what it holds."""

    path: str
    raw: bytes


@cache
def publish_assets() -> Mapping[str, Asset]:
    """Return every asset by the name under which code knows it, such as `assets/site.css`.

    An asset that names others gets their published names, and so another name itself when they change. Kept: after a
    change of any of them the preview starts anew.
    """
    sources = {f"assets/{path.relative_to(FOLDER).as_posix()}": path.read_bytes() for path in _files()}
    sources[STYLESHEET] = build_stylesheet().encode()
    published: dict[str, Asset] = {}
    for name in sources:
        _publish(name, sources, published)
    return published


def _files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.is_file())


def _publish(name: str, sources: Mapping[str, bytes], published: dict[str, Asset]) -> Asset:
    """Add an asset after those that it names. Scripts that import each other in a circle are not supported."""
    if name in published:
        return published[name]
    raw = sources[name]

    def rename(named: re.Match[str]) -> str:
        inner = f"assets/{named[1]}"
        if inner not in sources:
            return named[0]
        return named[0].removesuffix(named[1]) + _publish(inner, sources, published).path.removeprefix("assets/")

    if name.endswith((".css", ".js")):
        raw = _NAMED.sub(rename, raw.decode()).encode()
    path = "favicon.ico" if name == _FAVICON else name_by_content(name, raw)
    published[name] = Asset(path, raw)
    return published[name]


def name_by_content(name: str, raw: bytes) -> str:
    """Return `name` with the beginning of its SHA-256 before the ending: `assets/site.3f9a2c81b0.css`."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.{hashlib.sha256(raw).hexdigest()[:_DIGITS]}{path.suffix}"))
