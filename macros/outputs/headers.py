"""The HTTP headers that a server should send, written for nginx, for `_headers` and for pages.

The policy allows nothing but the site's own files. `wasm-unsafe-eval` is for Pagefind, which is WebAssembly; no inline
script or style has a permission, and no hash is taken from a built page.
"""

import re
from mimetypes import MimeTypes
from pathlib import PurePosixPath

_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)
"""Content-Security-Policy (W3C, level 3)."""

_PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), "
    "screen-wake-lock=(), serial=(), usb=(), web-share=(), xr-spatial-tracking=()"
)
"""Permissions-Policy: what no page uses."""

YEAR = 365 * 24 * 60 * 60
_LASTING_CACHE = f"public, max-age={YEAR}, immutable"
LASTING = ("/assets/", *(f"/pagefind/{part}/" for part in ("fragment", "index", "filter")))
"""Folders whose files are named by their hash and so never change."""


def is_lasting(path: str) -> bool:
    """Whether a file, by its address below the site's root, never changes: it may be kept for a year."""
    return f"/{path}".startswith(LASTING)


def write_cache_control(path: str) -> str:
    """Return the Cache-Control of a file, by its address below the site's root."""
    return _LASTING_CACHE if is_lasting(path) else "no-cache"


_TYPES = {
    **{name: "text/plain" for name in ("_headers", "_redirects", "SHA256SUMS")},
    **{"feed.xml": "application/atom+xml", "rss.xml": "application/rss+xml", ".md": "text/markdown"},
    **{".js": "text/javascript", ".mjs": "text/javascript", ".pagefind": "application/wasm"},
    **{".avif": "image/avif", ".webp": "image/webp", ".woff2": "font/woff2", ".ics": "text/calendar"},
}
"""By name or suffix, what Python does not know or calls otherwise; of its own table it reads no file."""


def find_type(path: str) -> str:
    """Return the Content-Type of a file, by its address."""
    name = PurePosixPath(path)
    kind = _TYPES.get(name.name) or _TYPES.get(name.suffix) or MimeTypes().guess_type(path)[0]
    return f"{kind}; charset=utf-8" if kind and kind.startswith("text/") else kind or "application/octet-stream"


def write_policy(in_page: bool = False) -> str:
    """Return the Content-Security-Policy, for a header or for a page's `<meta>`."""
    # A `<meta>` may not say who frames the page (CSP 3, 3.3).
    return _POLICY if in_page else f"{_POLICY}; frame-ancestors 'none'"


def list_headers() -> dict[str, str]:
    """Return the headers of every answer, errors among them."""
    return {
        "Content-Security-Policy": write_policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": _PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains",
    }


def write_nginx(base: str = "/") -> str:
    """Return a file to `include` in a `server` of nginx. `base`: path of the site's root, with a slash at its end.

    A location with an `add_header` of its own drops all others, so there is one place for headers; `always` sends
    them with errors too. How long a file may be kept is chosen by its address.
    """
    lines = [
        "# Written by `python -m macros headers nginx`; include it in a server block.",
        *(f'add_header {name} "{value}" always;' for name, value in list_headers().items()),
        "add_header Cache-Control $cluster_cache always;",
        'set $cluster_cache "no-cache";',
        *(
            f'if ($uri ~ "^{re.escape(base[:-1] + folder)}") {{ set $cluster_cache "{_LASTING_CACHE}"; }}'
            for folder in LASTING
        ),
    ]
    return "\n".join(lines) + "\n"


def write_headers_file(base: str = "/") -> str:
    """Return `_headers`, which Netlify, Cloudflare Pages and others read. `base`: as for `write_nginx`."""
    lines = [f"{base}*", *(f"  {name}: {value}" for name, value in list_headers().items()), "  Cache-Control: no-cache"]
    for folder in LASTING:
        lines += [f"{base[:-1]}{folder}*", "  ! Cache-Control", f"  Cache-Control: {_LASTING_CACHE}"]
    return "\n".join(lines) + "\n"
