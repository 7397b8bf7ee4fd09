"""The one style sheet of the site: tokens, base, and a sheet for each component, in this order."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "overrides" / "components"
STYLES = TEMPLATES.parent / "styles"


DEVICE_SCHEMES = {
    "dark": "(prefers-color-scheme: dark)",
    "black-on-white": "(prefers-contrast: more)",
    "white-on-black": "(prefers-contrast: more) and (prefers-color-scheme: dark)",
}
"""Schemes of the accessibility panel that also hold by themselves, unless another was chosen, where a device asks."""

_SCHEME = re.compile(r':root\[data-scheme="([a-z-]+)"\] (\{[^}]*\})')


def follow_devices(css: str) -> str:
    """Return `css` with a media query beside each scheme that a device can ask for."""

    def widen(scheme: re.Match[str]) -> str:
        query = DEVICE_SCHEMES.get(scheme[1])
        media = f"@media {query} {{ :root:not([data-scheme]) {scheme[2]} }}\n" if query else ""
        return media + scheme[0]

    return _SCHEME.sub(widen, css)


def build_stylesheet() -> str:
    """Return all style sheets as one, without comments."""
    parts = [STYLES / "tokens.css", STYLES / "base.css", *sorted(TEMPLATES.glob("*.css"))]
    text = "\n".join(path.read_text("utf-8").strip() for path in parts if path.is_file())
    return follow_devices(re.sub(r"/\*.*?\*/\s*", "", text, flags=re.DOTALL))
