"""The site's sign as pictures for devices, and the web manifest that names them."""

import io
import json

from PIL import Image, ImageDraw

from macros.render.view import FOLDERS, View

ICONS = {"assets/icon-180.png": (180, 0.16), "assets/icon-192.png": (192, 0.08), "assets/icon-512.png": (512, 0.2)}
"""Address, size in pixels, and the margin as a part of it; the largest may be cut to any shape (maskable)."""
MANIFEST = "manifest.webmanifest"
_PAPER, _INK, _SIDE = (255, 255, 255), (20, 24, 29), (160, 166, 173)
_FACES = (((3, 8), (21, 4), (21, 24), (3, 28)), _INK), (((21, 4), (29, 8), (29, 28), (21, 24)), _SIDE)
"""The two faces of the sign in a square of 32 units, as in the header."""


def export_icons() -> dict[str, bytes]:
    """Return the icons by address, and favicon.ico for programs that ask for nothing else."""
    icons = {path: _encode(draw_sign(size, margin), "PNG") for path, (size, margin) in ICONS.items()}
    return icons | {"favicon.ico": _encode(draw_sign(32, 0.03), "ICO")}


def draw_sign(size: int, margin: float) -> Image.Image:
    """Draw the sign on white, four times as large and then reduced, so that its edges are smooth."""
    large = 4 * size
    image = Image.new("RGB", (large, large), _PAPER)
    draw = ImageDraw.Draw(image)
    unit = large * (1 - 2 * margin) / 32
    for points, colour in _FACES:
        draw.polygon([(large * margin + x * unit, large * margin + y * unit) for x, y in points], fill=colour)
    return image.resize((size, size), Image.Resampling.BOX)


def _encode(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def export_manifest(view: View) -> dict[str, bytes]:
    """Return the web manifest (W3C, Web Application Manifest) of a language by address."""
    icons = [
        {"src": view.at("").asset(path), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for path, (size, _) in ICONS.items()
        for purpose in (("any", "maskable") if size == 512 else ("any",))
    ]
    manifest = {
        "name": view.text(view.site.cluster.name),
        "short_name": view.text(view.site.cluster.short_name),
        "description": view.text(view.site.cluster.tagline),
        "lang": view.lang,
        "start_url": "./",
        "display": "browser",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": icons,
    }
    return {FOLDERS[view.lang] + MANIFEST: (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()}
