"""Everything of a page but what it says: head, header, footer, its data for search engines, its social card."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.content.addresses import address
from macros.content.model import Status
from macros.content.prose import PageMeta
from macros.outputs.cards import Card
from macros.outputs.headers import write_policy
from macros.outputs.linked_data import (
    breadcrumbs,
    describe_home,
    describe_news,
    describe_organisation,
    render_linked_data,
)
from macros.render.assets import OVERRIDES
from macros.render.components import render_pending
from macros.render.page import PageInfo, render_footer, render_head, render_header, render_not_found
from macros.render.postprocess import add_footnotes, shift_headings
from macros.render.typography import typeset
from macros.render.view import Kind, View
from macros.site.pages import GeneratedPage


@dataclass(frozen=True)
class Setting:
    """What all pages share: the absolute address of the site's root, ending in `/`, and whether it is for visitors.

    While somebody edits (`serve`), pages have no policy, since MkDocs puts a script of its own into each, and no card.
    """

    site_url: str
    is_public: bool

    @property
    def policy(self) -> str:
        """The policy that pages carry."""
        return write_policy(in_page=True) if self.is_public else ""


@dataclass(frozen=True)
class Identity:
    """What a page says of itself, and whether its words lag behind the other language (`pending`)."""

    title: str
    description: str
    kind: Kind | None
    note: str = ""
    status: Status | None = None
    published: date | None = None
    pending: date | None = None


def identify(page: GeneratedPage | PageMeta) -> Identity:
    """Return what a page made from data, or the front matter of an editor's, says of it."""
    if isinstance(page, GeneratedPage):
        return Identity(page.title, page.description, page.kind, page.note, page.status, page.published)
    return Identity(page.title, page.description, "page", pending=getattr(page, "pending", None))


def dress(view: View, page: Identity, setting: Setting) -> tuple[SimpleNamespace, Card | None]:
    """Return what the template of a page calls `cl`, and the card that its head names."""
    card = _design_card(view, page) if setting.is_public else None
    info = PageInfo(
        page.title,
        page.description,
        setting.site_url,
        is_home=not view.path,
        policy=setting.policy,
        card=card.path if card else "",
        published=page.published,
    )
    chrome = _chrome(view, info)
    chrome.pending = render_pending(view, page.pending)
    chrome.kind = page.kind
    chrome.linked_data = _describe(view, info)
    return chrome, card


def dress_missing(views: tuple[View, ...], setting: Setting) -> SimpleNamespace:
    """Return `cl` of the page for addresses that do not exist, in each of the languages given; the first is its own."""
    view = views[0]
    title, text = str(view.t("not_found_title")), str(view.t("not_found_text"))
    chrome = _chrome(view, PageInfo(title, text, setting.site_url, is_missing=True, policy=setting.policy))
    chrome.not_found = render_not_found(views)
    return chrome


def finish_content(view: View, html: str) -> str:
    """Return the content of a page with its headings in order and its sources numbered for paper."""
    return add_footnotes(view, shift_headings(html))


def assemble(chrome: SimpleNamespace, content: str) -> str:
    """Return a whole page by the template that MkDocs uses for the pages of editors."""
    return _environment().get_template("main.html").render(cl=chrome, page=SimpleNamespace(content=content))


@cache
def _environment() -> Environment:
    """MkDocs' environment does not escape either: what the templates are given is HTML already."""
    return Environment(loader=FileSystemLoader(OVERRIDES), autoescape=False, undefined=StrictUndefined)


def _chrome(view: View, info: PageInfo) -> SimpleNamespace:
    return SimpleNamespace(
        lang=view.lang,
        head=render_head(view, info),
        header=render_header(view),
        footer=render_footer(view) if info.is_missing else render_footer(view, info.address(view)),
        pending=Markup(),
        kind=None,
        linked_data=Markup(),
    )


def _design_card(view: View, page: Identity) -> Card:
    cluster = view.site.cluster
    return Card(
        cluster=view.text(cluster.short_name),
        title=typeset(page.title, view.lang) if view.path else view.text(cluster.name),
        note=page.note or view.text(cluster.tagline),
        status=page.status if view.path else cluster.status.status,
    )


def _describe(view: View, info: PageInfo) -> Markup:
    """What a page says in schema.org's terms."""
    site, folder, name = view.site, *view.path.rstrip("/").rpartition("/")[::2]
    absolute = replace(view, base=info.site_url)
    if not view.path:
        return render_linked_data(view, describe_home(absolute))
    steps = [(view.text(site.cluster.short_name), absolute.url(""))]
    if (f"page:{view.lang}", f"{folder}/index.md") in site.by_id:
        steps.append((site.page_meta(view.lang, f"{folder}/index.md").title, absolute.url(f"{folder}/")))
    nodes = breadcrumbs([*steps, (info.title, absolute.url(view.path))])
    if folder == "organisations":
        nodes = describe_organisation(absolute, site.organisation(name)) + nodes
    elif folder == "news" and ("news", name) in site.by_id:
        image = info.site_url + info.card if info.card else ""
        nodes = describe_news(absolute, site.news_item(name), image) + nodes
    return render_linked_data(view, nodes)


def view_of_page(view: View, path: str) -> View:
    """Return the view from a page, by its path below the docs folder."""
    return view.at(address(path))
