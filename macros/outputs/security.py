"""security.txt (RFC 9116): where faults of the site's safety are told."""

from macros.content.addresses import address
from macros.content.model import LANGUAGES
from macros.content.site import Site
from macros.render.view import FOLDERS

PATH = ".well-known/security.txt"
"""It has effect at the root of a domain only (RFC 9116, 3)."""


def export_security(site: Site, site_url: str) -> dict[str, bytes]:
    """Return security.txt by its address, or nothing where the cluster names no contact. Its day is from the data."""
    security = site.cluster.security
    if security is None:
        return {}
    pages = [site_url + FOLDERS[lang] + address(security.page) for lang in LANGUAGES if security.page]
    lines = [
        *(f"Contact: {contact}" for contact in pages or [security.contact]),
        f"Expires: {security.expires.isoformat()}T00:00:00Z",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {site_url}{PATH}",
    ]
    return {PATH: "".join(f"{line}\n" for line in lines).encode()}
