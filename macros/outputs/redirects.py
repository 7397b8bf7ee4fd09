"""Redirects from former addresses, as lines for hosts that can answer with 301; for others there are pages."""

from collections.abc import Iterator

from macros.content.addresses import FOLDERS
from macros.content.model import LANGUAGES
from macros.content.site import Site

MAX_LINES = 1000
"""GitLab Pages follows no line of a longer file; Cloudflare Pages takes 2,000."""


def write_redirects_file(site: Site, base: str = "/") -> str:
    """Return `_redirects`, which Netlify, Cloudflare Pages and GitLab Pages read. `base`: the path of the site's root.

    Netlify prefers the page that is there, and it leads on too; its `301!` would be an error elsewhere.
    """
    lines = [f"{old} {new} 301" for old, new in _list_paths(site, base)]
    return "".join(f"{line}\n" for line in lines[:MAX_LINES])


def write_nginx_redirects(site: Site, base: str = "/") -> str:
    """Return a file to `include` in a `server` of nginx. Its answers name no host: a proxy may stand before it."""
    lines = [
        "# Written by `python -m macros redirects nginx`; include it in a server block.",
        *(f"location = {old} {{ absolute_redirect off; return 301 {new}; }}" for old, new in _list_paths(site, base)),
    ]
    return "\n".join(lines) + "\n"


def _list_paths(site: Site, base: str) -> Iterator[tuple[str, str]]:
    """Yield old and new address from the root of the host, of both languages."""
    for old, new in site.redirects.items():
        for lang in LANGUAGES:
            root = base + FOLDERS[lang]
            yield root + old, root + new
