"""Whole pages, with head, header and footer around their content, and every other file of the site."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.content.addresses import FOLDERS
from macros.content.model import Language
from macros.content.site import Site
from macros.outputs import Makers
from macros.outputs.diagram_files import export_diagrams
from macros.outputs.feeds import export_feeds
from macros.outputs.headers import write_headers_file, write_policy
from macros.outputs.linked_data import render_linked_data
from macros.outputs.open_data import export_open_data
from macros.outputs.photos import plan_photos
from macros.outputs.redirects import write_redirects_file
from macros.outputs.sitemap import export_robots, export_sitemap
from macros.render.assets import OVERRIDES, publish_assets
from macros.render.components import render_pending
from macros.render.page import PageInfo, render_footer, render_head, render_header, render_not_found, render_redirect
from macros.render.postprocess import add_footnotes, keep_whole, shift_headings, size_images, write_marks
from macros.render.view import View
from macros.site.pages import SitePage
from macros.site.search import list_words


def render_page(page: SitePage) -> bytes:
    """Return a whole page, made without MkDocs."""
    return _assemble("main.html", page_context(page), finish_content(page.view, page.render()))


def finish_content(view: View, html: str) -> str:
    """Return the content of a page: sources named and numbered, headings in order, words whole, pictures sized."""
    return size_images(view, keep_whole(add_footnotes(view, shift_headings(write_marks(view, html)))))


def page_context(page: SitePage) -> SimpleNamespace:
    """Return what the template of a page calls `cl`."""
    return _frame(page.view, page.info._replace(card=page.card.path))


def list_outputs(site: Site, pages: Mapping[str, SitePage], root: Path) -> Makers:
    """Return how to make every file beside pages, cards and the search index, by its address."""
    makers: Makers = {
        **plan_photos(site, root / ".cache" / "photos"),
        **export_open_data(site),
        "sitemap.xml": lambda: export_sitemap(site, {page.view.path for page in pages.values()}),
        "robots.txt": lambda: export_robots(site.url),
        "_headers": lambda: write_headers_file().encode(),
        "_redirects": lambda: write_redirects_file(site, urlsplit(site.url).path).encode(),
        **{asset.path: partial(bytes, asset.raw) for asset in publish_assets().values()},
    }
    for lang, folder in FOLDERS.items():
        own = [page for page in pages.values() if page.view.lang == lang]
        makers |= export_feeds(View(site, lang, base=site.url)) | export_diagrams(View(site, lang))
        makers[f"{folder}words.json"] = partial(list_words, own)
        makers[f"{folder}404.html"] = partial(_render_missing, site, lang)
        for old, new in site.redirects.items():
            if (file := f"{folder}{old}index.html") not in pages:
                makers[file] = partial(_render_redirect, View(site, lang, old), pages[f"{folder}{new}index.html"])
    return makers


def _render_redirect(view: View, page: SitePage) -> bytes:
    """Return the page at a former address, that of `view`."""
    return f"{render_redirect(view, page.view.path, page.info.title, write_policy(in_page=True))}\n".encode()


def _render_missing(site: Site, lang: Language) -> bytes:
    """Return the page for addresses that do not exist: bilingual at the root, since some hosts serve only that one."""
    base = urlsplit(site.url).path
    view = View(site, lang, base=base)
    title, text = str(view.t("not_found_title")), str(view.t("not_found_text"))
    context = _frame(view, PageInfo(title, text))
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
    return Environment(
        loader=FileSystemLoader(OVERRIDES), autoescape=False, undefined=StrictUndefined, auto_reload=False
    )


def _frame(view: View, info: PageInfo) -> SimpleNamespace:
    return SimpleNamespace(
        lang=view.lang,
        kind=info.kind,
        head=render_head(view, info, write_policy(in_page=True)),
        linked_data=Markup() if view.base else render_linked_data(view, info),
        header=render_header(view),
        pending=render_pending(view, info.pending),
        footer=render_footer(view),
    )
