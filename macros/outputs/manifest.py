"""The web manifest, by which devices know the site's name and icons."""

import json

from macros.render.assets import ICONS
from macros.render.view import FOLDERS, View

MANIFEST = "manifest.webmanifest"


def export_manifest(view: View) -> dict[str, bytes]:
    """Return the web manifest (W3C, Web Application Manifest) of a language by address."""
    icons = [
        {"src": view.at("").asset(path), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for path, size in ICONS.items()
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
