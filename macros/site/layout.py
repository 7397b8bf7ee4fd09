"""A whole page: head, header and footer around its content, its data for search engines, its social card."""

from dataclasses import dataclass
from functools import cache, cached_property
from types import SimpleNamespace
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.content.addresses import address
from macros.content.model import LANGUAGES, Language
from macros.content.prose import ProsePage
from macros.content.site import Site
from macros.outputs.cards import Card
from macros.outputs.headers import write_policy
from macros.outputs.linked_data import render_linked_data
from macros.render.assets import OVERRIDES
from macros.render.components import render_pending
from macros.render.page import PageInfo, render_footer, render_head, render_header, render_not_found
from macros.render.postprocess import add_footnotes, shift_headings
from macros.render.typography import typeset
from macros.render.view import FOLDERS, View
from macros.site.pages import Meta, PagePlan, plan_pages
from macros.site.prose import render_prose


@dataclass(frozen=True)
class BuildOptions:
    """What all pages share: the absolute address of the site's root, ending in `/`, and whether this is the preview.

    Pages of the preview carry no policy: it would forbid the script that reloads them.
    """

    site_url: str
    is_preview: bool = False

    @property
    def policy(self) -> str:
        """The Content-Security-Policy that pages carry."""
        return "" if self.is_preview else write_policy(in_page=True)


@dataclass(frozen=True)
class SitePage:
    """A page in one language: an editor's or a generated one. It is made anew each time it is asked for."""

    view: View
    source: ProsePage | PagePlan

    @property
    def file(self) -> str:
        """The file below the site's root."""
        return f"{FOLDERS[self.view.lang]}{self.view.path}index.html"

    @cached_property
    def meta(self) -> Meta:
        """What the page says of itself."""
        if isinstance(self.source, PagePlan):
            return self.source.describe(self.view)
        meta = self.view.site.page_meta(self.view.lang, self.source.path)
        return Meta(meta.title, meta.description, "page", pending=getattr(meta, "pending", None))

    @cached_property
    def card(self) -> Card:
        """The social card."""
        view, meta, cluster = self.view, self.meta, self.view.site.cluster
        return Card(
            cluster=view.text(cluster.short_name),
            title=typeset(meta.title, view.lang) if view.path else view.text(cluster.name),
            note=meta.note or view.text(cluster.tagline),
            status=meta.status if view.path else cluster.status.status,
        )

    def render(self, options: BuildOptions) -> bytes:
        """Return the whole page, made without MkDocs."""
        view, source = self.view, self.source
        content = str(source.render(view)) if isinstance(source, PagePlan) else render_prose(view, source)
        return _assemble("main.html", page_context(self, options), finish_content(view, content))


def list_pages(site: Site) -> list[SitePage]:
    """Return every page; the editors' pages of a language come before the generated ones."""
    plans = list(plan_pages(site))
    pages: list[SitePage] = []
    for lang in LANGUAGES:
        sources: list[ProsePage | PagePlan] = [page for page in site.pages if page.lang == lang]
        pages += [SitePage(View(site, lang, address(source.path)), source) for source in [*sources, *plans]]
    return pages


def finish_content(view: View, html: str) -> str:
    """Return the content of a page with its headings in order and its sources numbered for paper."""
    return add_footnotes(view, shift_headings(html))


def page_context(page: SitePage, options: BuildOptions) -> SimpleNamespace:
    """Return what the template of a page calls `cl`."""
    view, meta = page.view, page.meta
    info = PageInfo(
        meta.title,
        meta.description,
        options.site_url,
        is_home=not view.path,
        policy=options.policy,
        card=page.card.path,
        published=meta.published,
    )
    context = _frame(view, info)
    context.pending = render_pending(view, meta.pending)
    context.kind = meta.kind
    context.linked_data = render_linked_data(view, info)
    return context


def render_missing(site: Site, lang: Language, options: BuildOptions) -> bytes:
    """Return the page for addresses that do not exist: bilingual at the root, since some hosts serve only that one."""
    base = urlsplit(options.site_url).path
    view = View(site, lang, base=base)
    title, text = str(view.t("not_found_title")), str(view.t("not_found_text"))
    context = _frame(view, PageInfo(title, text, options.site_url, is_missing=True, policy=options.policy))
    context.not_found = render_not_found((view, View(site, "en", base=base)) if lang == "ru" else (view,))
    return _assemble("404.html", context)


def render_reloader(version: str, message: str) -> str:
    """Return what the preview adds to a page: a script that reloads it, and a message laid over it, if any."""
    return _environment().get_template("preview.html").render(version=version, message=message)


def _assemble(template: str, context: SimpleNamespace, content: str = "") -> bytes:
    page = SimpleNamespace(content=content)
    return _environment().get_template(template).render(cl=context, page=page).encode()


@cache
def _environment() -> Environment:
    """MkDocs' environment does not escape either: what the templates are given is HTML already."""
    return Environment(loader=FileSystemLoader(OVERRIDES), autoescape=False, undefined=StrictUndefined)


def _frame(view: View, info: PageInfo) -> SimpleNamespace:
    return SimpleNamespace(
        lang=view.lang,
        head=render_head(view, info),
        header=render_header(view),
        footer=render_footer(view, "" if info.is_missing else info.address(view)),
        pending=Markup(),
        kind=None,
        linked_data=Markup(),
    )
