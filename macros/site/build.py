"""One build of both languages: checks first, Russian, English, search, and only then the site is replaced."""

import logging
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

from markupsafe import Markup
from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from macros.content.clock import today
from macros.content.model import LANGUAGES, Language
from macros.content.problems import render_text
from macros.content.prose import PageMeta
from macros.content.site import ContentError, Site, address, load_site
from macros.outputs.cards import Card, export_card
from macros.outputs.export import export_files
from macros.outputs.headers import write_policy
from macros.outputs.linked_data import (
    describe_home,
    describe_news,
    describe_organisation,
    describe_place,
    render_linked_data,
)
from macros.outputs.maps import PageEntry
from macros.outputs.photos import export_photos
from macros.render.components import render_pending
from macros.render.footnotes import add_footnotes
from macros.render.headings import settle_levels
from macros.render.markdown import own_extensions
from macros.render.page import PageInfo, render_footer, render_head, render_header, render_not_found
from macros.render.sections import SectionsExtension
from macros.render.slots import Slots
from macros.render.stylesheet import build_stylesheet
from macros.render.typography import typeset
from macros.render.view import FOLDERS, View
from macros.site.changes import load_changes
from macros.site.pages import GeneratedPage, generate_pages
from macros.site.search import index_for_search

log = logging.getLogger("mkdocs.macros")


class _Run:
    """The build under way: MkDocs' events carry no state of ours."""

    site: Site | None = None
    slots = Slots()
    pages: dict[Language, dict[str, GeneratedPage]] = {}
    cards: set[Card] = set()
    staging: Path | None = None
    target: Path | None = None
    finished = False


def language_of(config: MkDocsConfig) -> Language:
    """Return the language that a configuration builds."""
    return cast(Language, config.theme["language"])


def begin(config: MkDocsConfig, stage: bool) -> MkDocsConfig:
    """Check the content and prepare the settings. Raises Abort, after printing them, when there are problems."""
    root = Path(config.config_file_path).parent
    lang = language_of(config)
    is_nested = lang != "ru" and _Run.site is not None and _Run.target is not None
    if not is_nested:
        try:
            content, found = load_site(root, today(), may_lag=not stage)
        except ContentError as error:
            print(render_text(error.problems, "ru"), file=sys.stderr)
            raise Abort("Сайт не собран.") from error
        if found:
            print(render_text(found, "ru"), file=sys.stderr)
        _Run.site = replace(content, changes=load_changes(root))
        _Run.finished = False
        _Run.slots = Slots()
        _Run.cards = set()
        _Run.target = Path(config.site_dir)
        if stage:
            _Run.target.parent.mkdir(parents=True, exist_ok=True)
            _Run.staging = Path(tempfile.mkdtemp(prefix=".site-", dir=_Run.target.parent))
            config.site_dir = str(_Run.staging)
    site = _site()
    config.site_name = site.cluster.name.in_language(lang)
    config.site_url = _language_url(config.site_url or "", lang)
    config.nav = None
    config.markdown_extensions = [*config.markdown_extensions, *own_extensions(lang, images=True), SectionsExtension()]  # type: ignore[list-item]
    config.theme.static_templates -= {"sitemap.xml"}
    _Run.pages[lang] = {page.path: page for page in generate_pages(site, lang)}
    return config


def _site() -> Site:
    assert _Run.site is not None, "begin() loads the site"
    return _Run.site


def _language_url(site_url: str, lang: Language) -> str:
    """`site_url` names the root of the whole site; each language stands in its folder below."""
    root = site_url.rstrip("/") + "/"
    return root if root.endswith(f"/{FOLDERS[lang]}") and FOLDERS[lang] else root + FOLDERS[lang]


def _root_url(config: MkDocsConfig) -> str:
    """The absolute address of the whole site's root, ending in `/`."""
    return (config.site_url or "/").removesuffix(FOLDERS[language_of(config)])


def view_of(page: Page, config: MkDocsConfig) -> View:
    """Return the view from a MkDocs page."""
    return View(_site(), language_of(config), page.url.removeprefix("./"))


def keep(html: Markup, is_block: bool) -> str:
    """Return a mark for the HTML of a macro; `fill` puts the HTML in its place."""
    return _Run.slots.put(html, is_block)


def add_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is generated, drop what the theme brings: only `overrides/assets` is published, once, at the root."""
    own_assets = str(Path(config.config_file_path).parent / "overrides" / "assets")
    lang = language_of(config)
    for file in list(files):
        from_theme = file.src_dir in config.theme.dirs
        if from_theme and (lang != "ru" or not str(file.abs_src_path).startswith(own_assets)):
            files.remove(file)
    for page in _Run.pages[lang].values():
        files.append(File.generated(config, page.path, content="---\nrender_macros: false\n---\n"))
    if lang == "ru":
        files.append(File.generated(config, "assets/site.css", content=build_stylesheet()))
        cache = Path(config.config_file_path).parent / ".cache" / "photos"
        for path, copy in export_photos(_site(), cache).items():
            files.append(File.generated(config, path, content=copy))
    return files


def fill(html: str, page: Page, config: MkDocsConfig) -> str:
    """Return the HTML of a generated page, or the page's own, with its headings in order."""
    generated = _Run.pages[language_of(config)].get(page.file.src_uri)
    whole = settle_levels(str(generated.html) if generated else _Run.slots.fill(html))
    return add_footnotes(view_of(page, config), whole)


def add_chrome(context: Any, page: Page, config: MkDocsConfig) -> Any:
    """Add `cl`: lang, head, header and footer of this page."""
    lang = language_of(config)
    view = view_of(page, config)
    own = _Run.pages[lang].get(page.file.src_uri) or _site().page_meta(lang, page.file.src_uri)
    info = PageInfo(
        own.title,
        own.description,
        _root_url(config),
        is_home=not view.path,
        policy=_policy(),
        card=_note_card(view, own),
        published=getattr(own, "published", None),
    )
    context["cl"] = _chrome(view, info)
    context["cl"].pending = render_pending(view, getattr(own, "pending", None))
    context["cl"].kind = own.kind if isinstance(own, GeneratedPage) else "page"
    context["cl"].linked_data = _describe(view, info)
    return context


def _describe(view: View, info: PageInfo) -> Markup:
    """What a page says in schema.org's terms."""
    site, folder, name = view.site, *view.path.rstrip("/").rpartition("/")[::2]
    absolute = replace(view, base=info.site_url)
    if not view.path:
        return render_linked_data(view, describe_home(absolute))
    steps = [(view.text(site.cluster.short_name), absolute.url(""))]
    if (f"page:{view.lang}", f"{folder}/index.md") in site.by_id:
        steps.append((site.page_meta(view.lang, f"{folder}/index.md").title, absolute.url(f"{folder}/")))
    nodes = describe_place([*steps, (info.title, absolute.url(view.path))])
    if folder == "organisations":
        nodes = describe_organisation(absolute, site.organisation(name)) + nodes
    elif folder == "news" and ("news", name) in site.by_id:
        image = info.site_url + info.card if info.card else ""
        nodes = describe_news(absolute, site.news_item(name), image) + nodes
    return render_linked_data(view, nodes)


def _policy() -> str:
    """The policy of finished pages; `serve` puts a script of its own into each."""
    return write_policy(in_page=True) if _Run.staging else ""


def _note_card(view: View, own: GeneratedPage | PageMeta) -> str:
    """Return the address of a page's social card, which `finish` will draw; nothing while somebody edits."""
    if _Run.staging is None:
        return ""
    cluster = view.site.cluster
    note, status = (own.note, own.status) if isinstance(own, GeneratedPage) else ("", None)
    card = Card(
        cluster=view.text(cluster.short_name),
        title=typeset(own.title, view.lang) if view.path else view.text(cluster.name),
        note=note or view.text(cluster.tagline),
        status=status if view.path else cluster.status.status,
    )
    _Run.cards.add(card)
    return card.path


def _chrome(view: View, info: PageInfo) -> SimpleNamespace:
    return SimpleNamespace(
        lang=view.lang,
        head=render_head(view, info),
        header=render_header(view),
        footer=render_footer(view, "" if info.is_missing else info.address(view)),
        pending=Markup(),
        kind=None,
        linked_data=Markup(),
    )


def add_template_chrome(context: Any, template_name: str, config: MkDocsConfig) -> Any:
    """Add `cl` to the 404 page: bilingual at the root, since some hosts serve only that one; English below `/en/`."""
    lang = language_of(config)
    base = urlsplit(_root_url(config)).path
    view = View(_site(), lang, base=base)
    title, text = str(view.t("not_found_title")), str(view.t("not_found_text"))
    info = PageInfo(title, text, _root_url(config), is_missing=True, policy=_policy())
    views = (view, View(_site(), "en", base=base)) if lang == "ru" else (view,)
    context["cl"] = _chrome(view, info)
    context["cl"].not_found = render_not_found(views)
    return context


def finish(config: MkDocsConfig) -> None:
    """After the Russian build: the English one into its folder, then one search index for each language."""
    if language_of(config) != "ru":
        _Run.finished = True
        return
    english = Path(config.config_file_path).with_name("mkdocs.en.yml")
    settings = load_config(
        str(english),
        site_dir=str(Path(config.site_dir) / FOLDERS["en"]),
        site_url=_root_url(config),
        strict=config.strict,
    )
    build_with_mkdocs(settings)
    index_for_search(Path(config.site_dir))
    _write_files(Path(config.site_dir), _root_url(config))
    _draw_cards(Path(config.site_dir), english.parent / ".cache" / "cards")
    _Run.finished = True


def _write_files(folder: Path, site_url: str) -> None:
    """Write everything that other programs read."""
    site = _site()
    pages = {
        lang: [
            *(
                PageEntry(address(page.path), page.meta.title, page.meta.description)
                for page in site.pages
                if page.lang == lang
            ),
            *(PageEntry(address(path), page.title, page.description) for path, page in _Run.pages[lang].items()),
        ]
        for lang in LANGUAGES
    }
    for path, raw in export_files(site, pages, site_url).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)


def _draw_cards(folder: Path, cache: Path) -> None:
    for card in _Run.cards:
        path = folder / card.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(export_card(card, cache))


def fail() -> None:
    """Remember that the build failed, also when that came out after its last page, as warnings do."""
    _Run.finished = False


def publish() -> None:
    """Swap a finished build into its place; a failed one is deleted and the old site stays."""
    if _Run.staging is None or _Run.target is None:
        return
    staging, target = _Run.staging, _Run.target
    _Run.staging = None
    if not _Run.finished:
        shutil.rmtree(staging)
        return
    staging.chmod(0o755)
    old = target.with_name(f".site-old-{os.getpid()}")
    if target.exists():
        target.rename(old)
    staging.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def prepare_server(server: Any, config: MkDocsConfig, builder: Any) -> Any:
    """Rebuild in a way that leaves the last good pages on view when the content has problems."""

    def rebuild() -> None:
        try:
            builder()
        except Abort as error:
            log.error("%s Показана последняя удачная сборка; исправьте файл, и страница обновится.", error)

    server.builder = rebuild
    log.info("Русская версия: %s", server.url)
    log.info("English version: %sen/", server.url)
    return server
