"""The one style sheet of the site: tokens, base, and a sheet for each component, in this order."""

import re

from macros.render.components import TEMPLATES

STYLES = TEMPLATES.parent / "styles"


def build_stylesheet() -> str:
    """Return all style sheets as one, without comments."""
    parts = [STYLES / "tokens.css", STYLES / "base.css", *sorted(TEMPLATES.glob("*.css"))]
    text = "\n".join(path.read_text("utf-8").strip() for path in parts if path.is_file())
    return re.sub(r"/\*.*?\*/\s*", "", text, flags=re.DOTALL)
