"""What surrounds the content of a page: head, header, footer; also redirects and the 404 page."""

from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from macros.content.addresses import address
from macros.content.model import LANGUAGES, Language
from macros.render.components import render_template
from macros.render.typography import typeset
from macros.render.view import FOLDERS, LOCALES, View

FEEDS = {"feed.xml": "application/atom+xml", "rss.xml": "application/rss+xml"}
"""The feeds of the news: their addresses below the folder of a language, and media types."""


@dataclass(frozen=True)
class PageInfo:
    """Metadata of a page. `site_url`: absolute address of the site's root, ending in `/`.

    `policy`: Content-Security-Policy for hosts that send no headers, may be empty; `card`: address of the social card
    below that root, may be empty; `published`: the day of a news item.
    """

    title: str
    description: str
    site_url: str
    is_home: bool = False
    is_missing: bool = False
    policy: str = ""
    card: str = ""
    published: date | None = None

    def address(self, view: View, lang: Language | None = None) -> str:
        """The absolute address of the page of a view, or of the same page in another language."""
        return self.site_url + FOLDERS[lang or view.lang] + view.path


def render_head(view: View, page: PageInfo) -> Markup:
    """Everything in `<head>` but structured data."""
    cluster = view.text(view.site.cluster.name)
    return render_template(
        "head",
        view,
        title=cluster if page.is_home else f"{typeset(page.title, view.lang)} — {cluster}",
        policy=page.policy,
        description=page.description,
        name=cluster if page.is_home else typeset(page.title, view.lang),
        site=cluster,
        card=page.site_url + page.card if page.card else "",
        published=page.published.isoformat() if page.published else "",
        locale=str(LOCALES[view.lang]),
        is_missing=page.is_missing,
        canonical=page.address(view),
        alternates=[(lang, page.address(view, lang)) for lang in LANGUAGES],
        default=page.address(view, "ru"),
        fonts=[view.asset(f"assets/fonts/golos-text-{weight}.woff2") for weight in (400, 700)],
        stylesheet=view.asset("assets/site.css"),
        icon=view.asset("assets/icon.svg"),
        touch_icon=view.asset("assets/icon-180.png"),
        feeds=[
            {"title": view.t("news"), "type": media_type, "url": view.url(path)}
            for path, media_type in FEEDS.items()
            if view.site.news
        ],
        script=view.asset("assets/page.js"),
    )


def render_header(view: View) -> Markup:
    """Name of the cluster, menu, search, language switch and accessibility panel."""
    other: Language = "en" if view.lang == "ru" else "ru"
    other_name = view.t("language_ru") if other == "ru" else view.t("language_en")
    search = view.site.page_showing("search")
    return render_template(
        "header",
        view,
        name=view.text(view.site.cluster.short_name),
        home=view.url(""),
        menu=_menu(view, view.site.menu.header),
        search={"url": view.url(search), "is_current": view.path == search},
        settings=render_settings(view),
        other={"lang": other, "url": view.url(view.path, other), "name": other_name},
    )


def render_settings(view: View) -> Markup:
    """The accessibility panel: size of text, colours, spacing."""
    return render_template("settings", view)


def render_footer(view: View, page_address: str = "") -> Markup:
    """The footer menu and the name of the site; the absolute address shows in print."""
    return render_template(
        "footer",
        view,
        name=view.text(view.site.cluster.name),
        address=page_address,
        menu=_menu(view, view.site.menu.footer),
    )


def _menu(view: View, paths: tuple[str, ...]) -> list[dict[str, object]]:
    """Return the entries of a menu: `is_current` on the page itself, `is_section` on the pages below it."""
    entries: list[dict[str, object]] = []
    for path in paths:
        target = address(path)
        is_section = bool(target) and view.path.startswith(target) and view.path != target
        entries.append(
            {
                "title": typeset(view.site.page_meta(view.lang, path).title, view.lang),
                "url": view.url(target),
                "is_current": view.path == target and not view.base,
                "is_section": is_section,
            }
        )
    return entries


def render_redirect(view: View, new: str, title: str, page: PageInfo) -> Markup:
    """The page at a former address, that of `view`: it leads to `new`, where the page `title` is now.

    `page` has the policy and the root of the site.
    """
    return render_template(
        "redirect",
        view,
        policy=page.policy,
        url=view.url(new),
        canonical=page.address(replace(view, path=new)),
        title=typeset(title, view.lang),
    )


def render_not_found(views: tuple[View, ...]) -> Markup:
    """The text of the 404 page, in each of the languages given."""
    return render_template(
        "not_found",
        views[0],
        parts=[
            {
                "lang": view.lang,
                "title": view.t("not_found_title"),
                "text": view.t("not_found_text"),
                "home": {"title": view.t("not_found_home"), "url": view.url("")},
                "search": {
                    "title": view.t("not_found_search"),
                    "url": view.url(view.site.page_showing("search")),
                },
            }
            for view in views
        ],
    )
