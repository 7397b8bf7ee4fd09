"""The published assets: style sheet, scripts, fonts and icons, named by their hash."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

OVERRIDES = Path(__file__).parents[2] / "overrides"
COMPONENTS = OVERRIDES / "components"
FOLDER = OVERRIDES / "assets"
STYLESHEET = "assets/site.css"

_FAVICON = "assets/favicon.ico"
"""Some programs request it at the root of the site, under this name only."""
_DIGITS = 10
_NAMED = re.compile(r"""(?<=["'(])(?:\./)?((?:fonts/)?[a-z0-9-]+\.(?:js|woff2|svg))(?=["')])""")
"""A script that a script imports, or a font that the style sheet loads."""

DEVICE_SCHEMES = {
    "dark": "(prefers-color-scheme: dark)",
    "black-on-white": "(prefers-contrast: more)",
    "white-on-black": "(prefers-contrast: more) and (prefers-color-scheme: dark)",
}
"""Schemes of the accessibility panel that also apply, unless another was chosen, where the device asks for them."""

_SCHEME = re.compile(r':root\[data-scheme="([a-z-]+)"\] (\{[^}]*\})')


class Asset(NamedTuple):
    """A file as it is published: its address below the site's root, and its bytes."""

    path: str
    raw: bytes


@cache
def publish_assets() -> Mapping[str, Asset]:
    """Return every asset by its source name, such as `assets/site.css`.

    An asset that names others is rewritten to their published names, so its own hash changes with theirs.
    """
    files = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    sources = {f"assets/{path.relative_to(FOLDER).as_posix()}": path.read_bytes() for path in files}
    sources[STYLESHEET] = build_stylesheet().encode()
    published: dict[str, Asset] = {}

    def rename(named: re.Match[str]) -> str:
        inner = f"assets/{named[1]}"
        if inner not in sources:
            return named[0]
        return named[0].removesuffix(named[1]) + publish(inner).path.removeprefix("assets/")

    def publish(name: str) -> Asset:
        """Publish an asset after those that it names. Circular imports of scripts are not supported."""
        if name not in published:
            raw, path = sources[name], PurePosixPath(name)
            if path.suffix in (".css", ".js"):
                raw = _NAMED.sub(rename, raw.decode()).encode()
            hashed = path.with_name(f"{path.stem}.{hashlib.sha256(raw).hexdigest()[:_DIGITS]}{path.suffix}")
            published[name] = Asset("favicon.ico" if name == _FAVICON else str(hashed), raw)
        return published[name]

    return {name: publish(name) for name in sources}


def build_stylesheet() -> str:
    """Return all style sheets as one, without comments and in one line: tokens, base, components by name."""
    parts = [OVERRIDES / "styles/tokens.css", OVERRIDES / "styles/base.css", *sorted(COMPONENTS.glob("*.css"))]
    text = "\n".join(path.read_text("utf-8").strip() for path in parts)
    return follow_devices(" ".join(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).split()))


def follow_devices(css: str) -> str:
    """Return `css` with a media query beside each scheme that a device can ask for."""

    def widen(scheme: re.Match[str]) -> str:
        query = DEVICE_SCHEMES.get(scheme[1])
        media = f"@media {query} {{ :root:not([data-scheme]) {scheme[2]} }}\n" if query else ""
        return media + scheme[0]

    return _SCHEME.sub(widen, css)
