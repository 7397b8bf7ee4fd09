"""Lists of pages for other programs: sitemap.xml and robots.txt."""

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree

from macros.content.addresses import FOLDERS
from macros.content.model import LANGUAGES, NewsItem, Organisation
from macros.content.site import Site
from macros.outputs.feeds import changed_on, serialise

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def last_change(site: Site, path: str, latest: Mapping[str, str]) -> str:
    """Return the last date in the content of a page, as precise as it is written, or nothing.

    Never the day of the build. A news page changes with its item, a list of news with the newest of them, the page of
    an organisation with its facts and news; of others the content says nothing. `latest`: that of the news of
    each year, and of all under an empty one.
    """
    folder, _, name = path.rstrip("/").rpartition("/")
    if folder == "news" and (NewsItem, name) in site.by_id:
        return changed_on(site.find(NewsItem, name)).isoformat()
    if folder == "organisations" and (Organisation, name) in site.by_id:
        organisation = site.find(Organisation, name)
        days = [organisation.as_of, *(fact.as_of for fact in organisation.facts)]
        return max([*days, *(changed_on(item).isoformat() for item in site.find_news(organisation=name))])
    if path.startswith("news/"):
        return latest.get(path.split("/")[1], latest[""])
    return ""


def export_sitemap(site: Site, paths: Iterable[str]) -> bytes:
    """Return sitemap.xml (sitemaps.org 0.9) of all pages in both languages, each naming its other one."""
    root = ElementTree.Element("urlset", {"xmlns": _SITEMAP, "xmlns:xhtml": _XHTML})
    lists = {"": site.news, **{str(year): site.find_news(year=year) for year in site.years}}
    latest = {year: max((changed_on(item).isoformat() for item in items), default="") for year, items in lists.items()}
    for path in sorted(paths):
        day = last_change(site, path, latest)
        for lang in LANGUAGES:
            page = ElementTree.SubElement(root, "url")
            ElementTree.SubElement(page, "loc").text = site.url + FOLDERS[lang] + path
            if day:
                ElementTree.SubElement(page, "lastmod").text = day
            for other in (*LANGUAGES, "x-default"):
                folder = FOLDERS["en"] if other == "en" else FOLDERS["ru"]
                named = {"rel": "alternate", "hreflang": other, "href": site.url + folder + path}
                ElementTree.SubElement(page, "xhtml:link", named)
    return serialise(root)


def export_robots(site_url: str) -> bytes:
    """Return robots.txt (RFC 9309): everything may be read. It has effect at the root of a domain only."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {site_url}sitemap.xml\n".encode()
