"""What surrounds the content of a page: head, header, footer; also redirects and the 404 page."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup
from msgspec.structs import replace

from macros.content.addresses import address
from macros.content.model import LANGUAGES, Language, Publisher, Status
from macros.content.site import Site
from macros.render.components import render_template
from macros.render.typography import typeset
from macros.render.view import LOCALES, Kind, View

FEEDS = {"feed.xml": ("Atom", "application/atom+xml"), "rss.xml": ("RSS", "application/rss+xml")}
"""The feeds of the news: their addresses below the folder of a language, names and media types."""


class PageInfo(NamedTuple):
    """What a page says of itself.

    `kind` is what search calls it; lists have none, since search finds what they list. `note` and `status` are for its
    social card, which is at `card` below the site's root; `published` is the day of a news item; `pending`: its words
    lag behind the other language.
    """

    title: str
    description: str
    kind: Kind | None = None
    note: str = ""
    status: Status | None = None
    published: date | None = None
    pending: date | None = None
    card: str = ""


def render_head(view: View, page: PageInfo, policy: str) -> Markup:
    """Everything in `<head>` but structured data. `policy`: what the page allows, for hosts that send no headers."""
    data, title = view.site.cluster, typeset(page.title, view.lang)
    cluster = view.text(data.name)
    home = f"{cluster} — {view.text(data.place)}" if data.place else cluster
    is_home = not view.path and not view.base
    return render_template(
        "head",
        view,
        page=page,
        policy=policy,
        title=home if is_home else f"{title} — {cluster}",
        name=home if is_home else title,
        locale=str(LOCALES[view.lang]),
        feeds=FEEDS if view.site.news else {},
    )


def render_header(view: View) -> Markup:
    """Name of the cluster, menu, search, language switch and accessibility panel."""
    return render_template(
        "header",
        view,
        menu=_menu(view, view.site.menu.header),
        search=view.site.page_showing("search"),
        settings=_render_settings(view.site, view.lang),
    )


@lru_cache(maxsize=len(LANGUAGES))
def _render_settings(site: Site, lang: Language) -> Markup:
    """The accessibility panel: size of text, colours, spacing. It is the same on all pages of a language."""
    return render_template("settings", View(site, lang))


def render_footer(view: View) -> Markup:
    """The footer menu and the name of the site; the absolute address shows in print."""
    return render_template(
        "footer",
        view,
        publisher=render_template("publisher", view) if view.site.cluster.publisher != Publisher() else "",
        address="" if view.base else view.address(),
        menu=_menu(view, view.site.menu.footer),
    )


def _menu(view: View, paths: tuple[str, ...]) -> list[dict[str, object]]:
    """Return the entries of a menu: `is_current` on the page itself, `is_section` on the pages below it."""
    return [
        {
            "title": view.page_title(path),
            "url": view.url(there := address(path)),
            "is_current": view.path == there and not view.base,
            "is_section": view.path.startswith(there) and there not in ("", view.path),
        }
        for path in paths
    ]


def render_redirect(view: View, new: str, title: str, policy: str) -> Markup:
    """The page at a former address, that of `view`: it leads to `new`, where the page `title` is now."""
    canonical = replace(view, path=new).address()
    return render_template(
        "redirect", view, policy=policy, path=new, canonical=canonical, title=typeset(title, view.lang)
    )


def render_not_found(views: tuple[View, ...]) -> Markup:
    """The text of the 404 page, in each of the languages given."""
    return render_template("not_found", views[0], views=views)
