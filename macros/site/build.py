"""One build of both languages by MkDocs: checks first, then what has to be made, and only then the site is replaced.

Editors' pages go through MkDocs and its plugins, pages made from data do not; English is built in a process of its own
where the system can fork.
"""

import gc
import logging
import multiprocessing
import os
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

import click
from markupsafe import Markup
from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from macros.checks import ContentError, load_site
from macros.content.examining import Later
from macros.content.memory import MEMORY
from macros.content.model import LANGUAGES, Language
from macros.content.problems import render_text
from macros.content.site import Site, today
from macros.outputs.export import export_files
from macros.outputs.photos import export_photos
from macros.render.assets import publish_assets
from macros.render.components import forget_templates
from macros.render.markdown import SiteExtension
from macros.render.postprocess import Placeholders
from macros.render.view import FOLDERS, View
from macros.site.chrome import Setting, dress_missing
from macros.site.following import Follower
from macros.site.kept import describe_epoch, forget_kept, holds, write_kept
from macros.site.language import LanguageBuild, LanguageResult, Place, make_search, search_folder
from macros.site.reads import Records, digest_records
from macros.site.swap import move_files, open_staging, replace_site, wait_for_others

log = logging.getLogger("mkdocs.macros")

MANY = 200
"""From so many pages on, a terminal is told how far the build is."""

FEW = 30
"""So many pages of a language, or fewer, `serve` makes sooner itself than in a process that must read all again."""

FOLLOWER = Follower()
"""What follows the pages of `serve`."""

_rubbish: set[Path] = set()
"""Staging folders that have been used: to delete thousands of folders takes longer than to make a page."""

_later: Later = []
"""What the check has to write down when nobody waits."""


@dataclass
class _Run:
    """A build: MkDocs' events carry no state of ours. `is_alone`: of the English pages only, not of what both share.

    `unchanged` are the files of the site that stay as they are; `finished`: all has been made, and nothing failed.
    """

    site: Site
    records: Records
    setting: Setting
    place: Place
    epoch: str
    lock: IO[str]
    is_alone: bool
    slots: Placeholders = field(default_factory=Placeholders)
    builds: dict[Language, LanguageBuild] = field(default_factory=dict)
    pool: ProcessPoolExecutor | None = None
    english: "Future[LanguageResult] | None" = None
    keeping: "Future[None] | None" = None
    unchanged: frozenset[str] = frozenset()
    finished: bool = False


_Results = Mapping[Language, LanguageResult]

_runs: list[_Run] = []
"""The build under way, if any; a build of `serve` lasts until the next one begins."""


def _run() -> _Run:
    assert _runs, "begin() puts it there"
    return _runs[-1]


def language_of(config: MkDocsConfig) -> Language:
    """Return the language that a configuration builds."""
    return cast(Language, config.theme["language"])


def begin(config: MkDocsConfig, serves: bool, is_clean: bool = False) -> MkDocsConfig:
    """Check the content and prepare the settings. Raises Abort, after printing them, when there are problems.

    `serves`: for somebody who edits and looks, not for visitors; `is_clean`: nothing kept by earlier builds is used.
    """
    lang = language_of(config)
    if lang == "ru" or not _runs:
        leave()
        _runs.append(_start(config, serves, is_clean))
    run = _run()
    config.site_dir = str(run.place.staging / FOLDERS[lang])
    config.site_name = run.site.cluster.name.in_language(lang)
    config.site_url = run.setting.site_url + FOLDERS[lang]
    config.nav = None
    config.markdown_extensions = [*config.markdown_extensions, SiteExtension(lang, is_page=True)]  # type: ignore[list-item]
    config.theme.static_templates -= {"sitemap.xml"}
    # Nothing of the theme's own files is used or published, and listing thousands of icons takes longer than a rebuild.
    config.theme.dirs = [folder for folder in config.theme.dirs if Path(folder).is_relative_to(run.place.root)]
    return config


def _start(config: MkDocsConfig, serves: bool, is_clean: bool) -> _Run:
    """Read and check everything, and find out what the build is for."""
    root = Path(config.config_file_path).parent
    publish_assets.cache_clear()
    forget_templates()
    try:
        memory = None if is_clean else root / MEMORY
        content, found = load_site(root, today(), may_lag=serves, memory=memory, later=_later if serves else None)
    except ContentError as error:
        print(render_text(error.problems, "ru"), file=sys.stderr)
        raise Abort("Сайт не собран.") from error
    if found:
        print(render_text(found, "ru"), file=sys.stderr)
    cache = _cache_folder(root, serves)
    is_alone = language_of(config) != "ru"
    site_folder = Path(config.site_dir).parent if is_alone else Path(config.site_dir)
    target = served_folder(root) if serves else site_folder
    setting = Setting(_root_url(config), is_public=not serves)
    lock = wait_for_others(cache)
    if is_clean:
        for kept in ("pages", "search"):
            shutil.rmtree(cache / kept, ignore_errors=True)
    return _Run(
        site=content,
        records=digest_records(content),
        setting=setting,
        place=Place(root, target, open_staging(target), cache),
        epoch=describe_epoch(root, setting, str(target)),
        lock=lock,
        is_alone=is_alone,
    )


def _cache_folder(root: Path, serves: bool) -> Path:
    return root / ".cache" / ("serve" if serves else "build")


def served_folder(root: Path) -> Path:
    """The folder with the site that `serve` shows; it stays from one time to the next."""
    return _cache_folder(root, serves=True) / "site"


def _root_url(config: MkDocsConfig) -> str:
    """The absolute address of the whole site's root, ending in `/`; `site_url` may name that of a language."""
    url = (config.site_url or "/").rstrip("/") + "/"
    folder = FOLDERS[language_of(config)]
    return url.removesuffix(folder) if folder and url.endswith(f"/{folder}") else url


def _start_english(run: _Run, config: MkDocsConfig) -> None:
    """Begin the English pages in a process of their own. It has read what this one has: nothing is read twice."""
    if sys.platform == "linux":
        forget_kept(run.place.pages, "en")
        gc.freeze()  # what has been read stays; nobody need look again whether it is still wanted
        run.pool = ProcessPoolExecutor(1, multiprocessing.get_context("fork"), _end_with_parent)
        run.english = run.pool.submit(_build_english, str(config.config_file_path), bool(config.strict))
        run.keeping = run.pool.submit(write_kept, run.place.pages, "en")  # nobody waits for it to go on


def _end_with_parent() -> None:
    """End this process when that which forked it has been killed: it would wait for ever, and hold the lock."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        assert parent is not None, "this process was forked"
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _build_english(config_file: str, strict: bool) -> LanguageResult:
    """Build the English pages into their folder of the staging place."""
    settings = load_config(str(Path(config_file).with_name("mkdocs.en.yml")), strict=strict)
    build_with_mkdocs(settings)
    return _finish_language(_run(), "en")


def _search_english(run: _Run, english: "Future[LanguageResult]") -> frozenset[str]:
    """Make the English index once the pages are there; their process ends, since Pagefind needs the room."""
    result = english.result()
    if run.pool is not None:
        run.pool.shutdown(wait=False)
    return make_search(run.place, "en", result.searched)


def _finish_language(run: _Run, lang: Language) -> LanguageResult:
    """Make the rest of the pages of a language, and their cards."""
    result = run.builds[lang].finish(_tell_terminal if lang == "ru" and sys.stderr.isatty() else _tell_nobody)
    if run.setting.is_public:
        search_folder(run.place, lang).forget_others(result.searched)
    return result


def _tell_nobody(done: int, total: int) -> None:
    pass


def _tell_terminal(done: int, total: int) -> None:
    if total >= MANY and (done % 50 == 0 or done == total):
        click.echo(f"\rСтраницы из данных: {done} из {total}", err=True, nl=done == total)


def view_of(page: Page, config: MkDocsConfig) -> View:
    """Return the view from a MkDocs page."""
    return _language_build(config).view(page.file.src_uri)


def _language_build(config: MkDocsConfig) -> LanguageBuild:
    return _run().builds[language_of(config)]


def keep(html: Markup, is_block: bool) -> str:
    """Return a mark for the HTML of a macro; `fill` puts the HTML in its place."""
    return _run().slots.put(html, is_block)


class PagesToMake(Files):
    """Files of which MkDocs makes only some pages; links may lead to all of them."""

    def __init__(self, files: Files, wanted: frozenset[str]) -> None:
        super().__init__(files)
        self._wanted = wanted

    def documentation_pages(
        self, *, inclusion: Callable[[InclusionLevel], bool] = InclusionLevel.is_included
    ) -> list[File]:
        """Return the editors' pages that have to be made."""
        return [file for file in super().documentation_pages(inclusion=inclusion) if file.src_uri in self._wanted]


def add_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is generated, drop what the theme brings: `overrides/assets` is published by `outputs.export`."""
    run, lang = _run(), language_of(config)
    if lang == "ru" and run.setting.is_public:
        _start_english(run, config)  # not before: until here MkDocs empties the folder both languages are built into
    build = run.builds[lang] = LanguageBuild(run.site, run.records, lang, run.place, run.setting, run.epoch)
    if lang == "ru" and not run.setting.is_public and len(build.stale) > FEW:
        _start_english(run, config)
    for file in list(files):
        if file.src_dir in config.theme.dirs:
            files.remove(file)
    wanted = build.stale.intersection(build.texts)
    if wanted:
        for path in build.plans:
            files.append(File.generated(config, path, content=""))
    return PagesToMake(files, wanted)


def read_source(page: Page, config: MkDocsConfig) -> str:
    """Return the text of a page as it was when the build began: what it is kept by."""
    return _language_build(config).texts[page.file.src_uri]


def fill(html: str, page: Page, config: MkDocsConfig) -> str:
    """Return a page's HTML with that of its macros."""
    return _language_build(config).fill(page.file.src_uri, _run().slots.fill(html))


def add_chrome(context: Any, page: Page, config: MkDocsConfig) -> Any:
    """Add `cl`: lang, head, header and footer of this page."""
    context["cl"] = _language_build(config).dress(page.file.src_uri)
    return context


def add_template_chrome(context: Any, template_name: str, config: MkDocsConfig) -> Any:
    """Add `cl` to the 404 page: bilingual at the root, since some hosts serve only that one; English below `/en/`."""
    run, lang = _run(), language_of(config)
    base = urlsplit(run.setting.site_url).path
    view = View(run.site, lang, base=base)
    views = (view, View(run.site, "en", base=base)) if lang == "ru" else (view,)
    context["cl"] = dress_missing(views, run.setting)
    return context


def finish(config: MkDocsConfig) -> None:
    """After the Russian pages: what is made from data, the English pages, and the files that belong to both."""
    run = _run()
    if run.is_alone:
        result = _finish_language(run, "en")
        write_kept(run.place.pages, "en")
        run.unchanged = result.unchanged | make_search(run.place, "en", result.searched)
        run.finished = True
    if language_of(config) != "ru":
        return
    with ThreadPoolExecutor(len(LANGUAGES)) as beside:
        english = run.english or _done(_build_english(str(config.config_file_path), config.strict))
        searches = [beside.submit(_search_english, run, english)] if run.setting.is_public else []
        russian = _finish_language(run, "ru")
        if run.setting.is_public:
            searches.append(beside.submit(make_search, run.place, "ru", russian.searched))
        results: _Results = {"ru": russian, "en": english.result()}
        pages = sum(len(result.pages) for result in results.values())
        made = sum(result.made for result in results.values())
        log.info("Страниц: %d, собрано заново: %d", pages, made)
        if run.setting.is_public:
            unchanged = [_export(run, results), *(result.unchanged for result in results.values())]
            run.unchanged = frozenset().union(*unchanged, *(search.result() for search in searches))
        else:
            move_files(run.place.staging, run.place.target)
            FOLLOWER.start(partial(_follow, run, results))
        if run.keeping is not None:
            run.keeping.result()
    run.finished = True


def _done(result: LanguageResult) -> "Future[LanguageResult]":
    future: Future[LanguageResult] = Future()
    future.set_result(result)
    return future


def _export(run: _Run, results: _Results) -> frozenset[str]:
    """Write everything that belongs to both languages; return the addresses of what the site has already."""
    place = run.place
    for lang in LANGUAGES:
        write_kept(place.pages, lang)
    pages = {lang: results[lang].pages for lang in LANGUAGES}
    files = export_files(run.site, pages, run.setting.site_url)
    photos = export_photos(run.site, place.root / ".cache" / "photos", lambda path: not (place.target / path).is_file())
    return _write_files(place, {**files, **photos})


def _follow(run: _Run, results: _Results) -> None:
    """Complete what `serve` shows: search, feeds and the like come after the pages."""
    unchanged = _export(run, results)
    for lang, result in results.items():
        search_folder(run.place, lang).forget_others(result.searched)
        unchanged |= result.files | result.unchanged | make_search(run.place, lang, result.searched)
    replace_site(run.place.staging, run.place.target, unchanged)
    for folder in (run.place.staging, *_rubbish):
        shutil.rmtree(folder, ignore_errors=True)


def _write_files(place: Place, files: dict[str, bytes | None]) -> frozenset[str]:
    """Write the files that the site does not have; return the addresses of the others, of those that are None too."""
    there = set()
    for path, raw in files.items():
        if raw is None or holds(place.target / path, raw):
            there.add(path)
            continue
        (place.staging / path).parent.mkdir(parents=True, exist_ok=True)
        (place.staging / path).write_bytes(raw)
    return frozenset(there)


def fail() -> None:
    """Remember that the build failed, also when that came out after its last page, as warnings do."""
    if _runs:
        _run().finished = False


def publish() -> None:
    """Put a finished build into its place, and leave; of a failed one nothing stays but the old site."""
    leave(publishes=bool(_runs) and _run().finished and _run().setting.is_public)
    _write_later()
    for folder in _rubbish:
        shutil.rmtree(folder, ignore_errors=True)
    _rubbish.clear()


def leave(publishes: bool = False) -> None:
    """End the build, once its processes have ended: its site in place, if it is to be published, nothing elsewhere."""
    FOLLOWER.stop()
    FOLLOWER.join()
    if not _runs:
        return
    run = _runs.pop()
    if run.pool is not None:
        run.pool.shutdown(wait=True, cancel_futures=True)
    gc.unfreeze()
    run.lock.close()
    place = run.place
    if publishes and run.is_alone:
        folder = FOLDERS["en"]
        unchanged = {path.removeprefix(folder) for path in run.unchanged if path.startswith(folder)}
        replace_site(place.staging / folder, place.target / folder, unchanged)
    elif publishes:
        replace_site(place.staging, place.target, run.unchanged)
    if run.setting.is_public:
        shutil.rmtree(place.staging, ignore_errors=True)
    else:
        _rubbish.add(place.staging)
        _rubbish.difference_update([folder for folder in _rubbish if not folder.exists()])


def leave_failed() -> None:
    """End a build that failed; one that did not goes on while its pages are looked at."""
    if _runs and not _run().finished:
        leave()


def tidy() -> None:
    """Do what nobody waits for: write down what the check found, look for garbage."""
    _write_later()
    gc.collect()


def _write_later() -> None:
    latest = _later[-1:]  # it has what those before it would write
    _later.clear()
    for write in latest:
        write()
