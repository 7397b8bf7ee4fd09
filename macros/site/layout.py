"""Whole pages, with head, header and footer around their content, and every other file of the site."""

from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.content.addresses import FOLDERS
from macros.content.model import LANGUAGES, Language
from macros.content.site import Site
from macros.outputs.diagram_files import export_diagrams
from macros.outputs.feeds import export_feeds
from macros.outputs.headers import write_headers_file, write_policy
from macros.outputs.linked_data import render_linked_data
from macros.outputs.open_data import export_open_data
from macros.outputs.redirects import export_redirects
from macros.outputs.sitemap import export_robots, export_sitemap
from macros.render.assets import OVERRIDES, publish_assets
from macros.render.components import render_pending
from macros.render.page import PageInfo, render_footer, render_head, render_header, render_not_found
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


def list_outputs(site: Site, pages: Mapping[str, SitePage]) -> dict[str, bytes]:
    """Return every file beside pages, pictures and the search index, by its address, for the build and the preview."""
    titles: dict[Language, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    for page in pages.values():
        titles[page.view.lang][page.view.path] = page.info.title
    files = {
        **export_open_data(site),
        "sitemap.xml": export_sitemap(site, titles["ru"]),
        "robots.txt": export_robots(site.url),
        "_headers": write_headers_file().encode(),
        **{asset.path: asset.raw for asset in publish_assets().values()},
        **export_redirects(site, titles),
        **list_words(pages.values()),
    }
    for lang in LANGUAGES:
        files[f"{FOLDERS[lang]}404.html"] = _render_missing(site, lang)
        files |= export_feeds(View(site, lang, base=site.url)) | export_diagrams(View(site, lang))
    return files


def _render_missing(site: Site, lang: Language) -> bytes:
    """Return the page for addresses that do not exist: bilingual at the root, since some hosts serve only that one."""
    base = urlsplit(site.url).path
    view = View(site, lang, base=base)
    title, text = str(view.t("not_found_title")), str(view.t("not_found_text"))
    context = _frame(view, PageInfo(title, text, is_missing=True))
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
        linked_data=Markup() if info.is_missing else render_linked_data(view, info),
        header=render_header(view),
        pending=render_pending(view, info.pending),
        footer=render_footer(view),
    )
