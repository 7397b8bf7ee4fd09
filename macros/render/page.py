"""What stands around a page's content: head, header, footer, and the page for addresses that do not exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from macros.content.model import LANGUAGES, Language
from macros.content.site import address
from macros.render.components import render_template
from macros.render.feeds import CHANGE_FEEDS, FEEDS
from macros.render.qr import draw_qr
from macros.render.typography import typeset
from macros.render.view import FOLDERS, View


@dataclass(frozen=True)
class PageInfo:
    """What a page says of itself. `site_url`: absolute address of the site's root, ending in `/`.

    `policy`: Content-Security-Policy for hosts that send no headers, or nothing; `card`: address of its social card
    below that root, or nothing; `published`: the day of a news item.
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

    def short_address(self, view: View) -> str:
        """The short absolute address of the page of a view, or nothing where it has none."""
        return self.site_url + FOLDERS[view.lang] + view.short_path if view.short_path else ""


def render_head(view: View, page: PageInfo) -> Markup:
    """Title, description, canonical and language addresses, style sheet."""
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
        locale=LOCALES[view.lang],
        is_missing=page.is_missing,
        canonical=page.address(view),
        alternates=[(lang, page.address(view, lang)) for lang in LANGUAGES],
        default=page.address(view, "ru"),
        fonts=[view.asset(f"assets/fonts/golos-text-{weight}.woff2") for weight in (400, 700)],
        stylesheet=view.asset("assets/site.css"),
        icon=view.asset("assets/icon.svg"),
        touch_icon=view.asset("assets/icon-180.png"),
        manifest=view.url("manifest.webmanifest"),
        feeds=_feeds(view, page),
        script=view.asset("assets/page.js"),
    )


def _feeds(view: View, page: PageInfo) -> list[dict[str, object]]:
    """The feeds that a page names: those of the news; on the page of changes their own as well."""
    titles = [(view.t("news"), feed) for feed in FEEDS.values()]
    if view.path and view.path == view.site.page_showing("changes") and not page.is_missing:
        titles += [(view.t("changes"), feed) for feed in CHANGE_FEEDS.values()]
    return [{"title": title, "type": feed.type, "url": view.url(feed.path)} for title, feed in titles]


def render_header(view: View) -> Markup:
    """Name of the cluster, menu, search and the switch of languages."""
    other: Language = "en" if view.lang == "ru" else "ru"
    search = view.site.page_showing("search")
    return render_template(
        "header",
        view,
        name=view.text(view.site.cluster.short_name),
        home=view.url(""),
        menu=_menu(view, view.site.menu.header),
        search={"url": view.url(search), "is_current": view.path == search},
        settings=render_settings(view),
        other={"lang": other, "url": view.url(view.path, other), "name": view.t(f"language_{other}")},
    )


LOCALES: dict[Language, str] = {"ru": "ru_RU", "en": "en_GB"}
"""As Open Graph writes them."""

SETTINGS = {
    "size": ("", "150", "200"),
    "scheme": ("", "light", "dark", "black-on-white", "white-on-black"),
    "spacing": ("", "wide"),
    "images": ("", "off"),
    "keys": ("", "off"),
}
"""The groups of the accessibility panel and what may be chosen in each; nothing stands for the usual."""


def render_settings(view: View) -> Markup:
    """The accessibility panel: size of text, colours, spacing."""
    groups = [
        {
            "name": name,
            "title": view.t(f"settings_{name}"),
            "options": [(value, view.t(f"settings_{name}_{value.replace('-', '_') or 'usual'}")) for value in values],
        }
        for name, values in SETTINGS.items()
    ]
    return render_template("settings", view, groups=groups)


def render_footer(view: View, page_address: str = "", short_address: str = "") -> Markup:
    """The rest of the menu and what the site is; the absolute addresses are printed, the short one as a QR code too."""
    code = draw_qr(short_address) if short_address else None
    return render_template(
        "footer",
        view,
        name=view.text(view.site.cluster.name),
        address=page_address,
        short_address=short_address,
        code={"side": code.side, "path": code.path} if code else None,
        menu=_menu(view, view.site.menu.footer),
    )


def _menu(view: View, paths: tuple[str, ...]) -> list[dict[str, object]]:
    """Entries of a menu: an entry is current on its own page, and its section's on the pages below it."""
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


def render_redirects(
    view: View, ways: Mapping[str, str], titles: Mapping[str, str], page: PageInfo
) -> Iterator[Markup]:
    """Yield the whole page at each address of `ways`, which leads to another one, named by its title.

    `page` has the policy and the root of the site.
    """
    for old, new in ways.items():
        yield render_template(
            "redirect",
            view,
            policy=page.policy,
            url=view.at(old).url(new),
            canonical=page.address(view.at(new)),
            title=typeset(titles[new], view.lang),
        )


def render_not_found(views: tuple[View, ...]) -> Markup:
    """The text for addresses that do not exist, in each of the languages given."""
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
