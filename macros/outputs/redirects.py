"""Redirects from former addresses: a page for every host, and lines for hosts that can answer with 301."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from macros.content.addresses import FOLDERS
from macros.content.model import LANGUAGES, Language
from macros.content.site import Site
from macros.outputs.headers import write_policy
from macros.render.page import render_redirect
from macros.render.view import View

MAX_LINES = 1000
"""GitLab Pages follows no line of a longer file; Cloudflare Pages takes 2,000."""

Titles = Mapping[Language, Mapping[str, str]]
"""The title of every page, by language and by address below the root of that language."""


def export_redirects(site: Site, titles: Titles) -> dict[str, bytes]:
    """Return the redirect pages and `_redirects`, by address. An existing page is never replaced."""
    files = {"_redirects": write_redirects_file(site, urlsplit(site.url).path).encode()}
    for lang in LANGUAGES:
        for old, new in site.redirects.items():
            if old not in titles[lang]:
                page = render_redirect(View(site, lang, old), new, titles[lang][new], write_policy(in_page=True))
                files[f"{FOLDERS[lang]}{old}index.html"] = f"{page}\n".encode()
    return files


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
