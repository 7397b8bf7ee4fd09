"""Every file that the site has beside its pages and their assets: one function, so that no builder forgets one."""

from macros.content.model import LANGUAGES
from macros.content.site import Site
from macros.outputs.feeds import export_feeds
from macros.outputs.headers import write_headers_file
from macros.outputs.open_data import export_open_data
from macros.outputs.redirects import Titles, export_redirects
from macros.outputs.sitemap import export_robots, export_sitemap
from macros.render.assets import publish_assets
from macros.render.view import View


def export_files(site: Site, titles: Titles) -> dict[str, bytes]:
    """Return the files by address. `titles`: of all pages."""
    files = {
        **export_open_data(site),
        "sitemap.xml": export_sitemap(site, titles["ru"]),
        "robots.txt": export_robots(site.url),
        "_headers": write_headers_file().encode(),
        **{asset.path: asset.raw for asset in publish_assets().values()},
        **export_redirects(site, titles),
    }
    for lang in LANGUAGES:
        files |= export_feeds(View(site, lang, base=site.url))
    return files
