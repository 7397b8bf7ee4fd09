"""One build of both languages by MkDocs: checks first, then what has to be made, and only then the site is replaced.

Editors' pages go through MkDocs and its plugins, pages made from data do not; English is built in a process of its own
where the system can fork.
"""

import gc
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Set
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing.context import ForkProcess
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
from watchdog.observers.polling import PollingObserver
from watchdog.utils.dirsnapshot import DirectorySnapshot

from macros.content.clock import today
from macros.content.examining import Later
from macros.content.memory import MEMORY
from macros.content.model import LANGUAGES, Language
from macros.content.problems import render_text
from macros.content.site import ContentError, Site, load_site
from macros.outputs.export import export_files
from macros.outputs.photos import export_photos
from macros.render.assets import publish_assets
from macros.render.components import forget_templates
from macros.render.markdown import own_extensions
from macros.render.sections import SectionsExtension
from macros.render.slots import Slots
from macros.render.view import FOLDERS, View
from macros.site.changes import load_changes
from macros.site.chrome import Setting, dress_missing
from macros.site.kept import describe_epoch, forget_kept, holds, write_kept
from macros.site.language import LanguageBuild, LanguageResult, Place, make_search, search_folder
from macros.site.reads import Records, digest_records
from macros.site.swap import move_files, open_staging, replace_site, wait_for_others

log = logging.getLogger("mkdocs.macros")

MANY = 200
"""From so many pages on, a terminal is told how far the build is."""

LOOK = 0.1
"""Seconds from one look for changes to the next, at the least."""

REST = 1.0
"""Seconds after a build of `serve`, when its pages have been shown and nobody waits."""

FOLLOWING = 15
"""How far what follows stands back, as `nice` counts it: the pages are being looked at."""

FEW = 30
"""So many pages of a language, or fewer, `serve` makes sooner itself than in a process that must read all again."""


class _Run:
    """The build under way: MkDocs' events carry no state of ours."""

    site: Site | None = None
    records: Records = {}
    setting = Setting("/", is_public=False)
    place: Place | None = None
    epoch = ""
    slots = Slots()
    builds: dict[Language, LanguageBuild] = {}
    english: "Future[LanguageResult] | None" = None
    keeping: "Future[None] | None" = None
    pool: ProcessPoolExecutor | None = None
    follower: ForkProcess | None = None
    rubbish: set[Path] = set()
    """Staging folders that have been used: to delete thousands of folders takes longer than to make a page."""
    later: Later = []
    lock: IO[str] | None = None
    unchanged: frozenset[str] = frozenset()
    is_alone = False
    """Only the English pages are built: what belongs to both languages is left to a build of both."""
    finished = False


def language_of(config: MkDocsConfig) -> Language:
    """Return the language that a configuration builds."""
    return cast(Language, config.theme["language"])


def begin(config: MkDocsConfig, serves: bool, is_clean: bool = False) -> MkDocsConfig:
    """Check the content and prepare the settings. Raises Abort, after printing them, when there are problems.

    `serves`: for somebody who edits and looks, not for visitors; `is_clean`: nothing kept by earlier builds is used.
    """
    lang = language_of(config)
    if lang == "ru" or _Run.place is None:
        _start(config, serves, is_clean)
    place, site = _place(), _site()
    config.site_dir = str(place.staging / FOLDERS[lang])
    config.site_name = site.cluster.name.in_language(lang)
    config.site_url = _Run.setting.site_url + FOLDERS[lang]
    config.nav = None
    config.markdown_extensions = [*config.markdown_extensions, *own_extensions(lang, images=True), SectionsExtension()]  # type: ignore[list-item]
    config.theme.static_templates -= {"sitemap.xml"}
    # Nothing of the theme's own files is used or published, and listing thousands of icons takes longer than a rebuild.
    config.theme.dirs = [folder for folder in config.theme.dirs if Path(folder).is_relative_to(place.root)]
    return config


def _start(config: MkDocsConfig, serves: bool, is_clean: bool) -> None:
    """Read and check everything, and find out what the build is for."""
    leave()
    root = Path(config.config_file_path).parent
    publish_assets.cache_clear()
    forget_templates()
    try:
        memory = None if is_clean else root / MEMORY
        _Run.later.clear()
        content, found = load_site(root, today(), may_lag=serves, memory=memory, later=_Run.later if serves else None)
    except ContentError as error:
        print(render_text(error.problems, "ru"), file=sys.stderr)
        raise Abort("Сайт не собран.") from error
    if found:
        print(render_text(found, "ru"), file=sys.stderr)
    cache = _cache_folder(root, serves)
    _Run.site = replace(content, changes=load_changes(root))
    _Run.records = digest_records(content)
    _Run.lock = wait_for_others(cache)
    _Run.is_alone = language_of(config) != "ru"
    site_folder = Path(config.site_dir).parent if _Run.is_alone else Path(config.site_dir)
    target = served_folder(root) if serves else site_folder
    if is_clean:
        for kept in ("pages", "search"):
            shutil.rmtree(cache / kept, ignore_errors=True)
    _Run.place = Place(root, target, open_staging(target), cache)
    _Run.setting = Setting(_root_url(config), is_public=not serves)
    _Run.epoch = describe_epoch(root, _Run.setting, str(target))
    _Run.slots = Slots()
    _Run.builds = {}
    _Run.english = _Run.keeping = None
    _Run.finished = False


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


def _site() -> Site:
    assert _Run.site is not None, "begin() loads the site"
    return _Run.site


def _place() -> Place:
    assert _Run.place is not None, "begin() chooses it"
    return _Run.place


def _start_english(config: MkDocsConfig) -> None:
    """Begin the English pages in a process of their own. It has read what this one has: nothing is read twice."""
    if sys.platform == "linux":
        forget_kept(_place().pages, "en")
        gc.freeze()  # what has been read stays; nobody need look again whether it is still wanted
        _Run.pool = ProcessPoolExecutor(1, multiprocessing.get_context("fork"), _end_with_parent)
        _Run.english = _Run.pool.submit(_build_english, str(config.config_file_path), bool(config.strict))
        _Run.keeping = _Run.pool.submit(write_kept, _place().pages, "en")  # nobody waits for it to go on


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
    return _finish_language("en")


def _search_english(english: "Future[LanguageResult]") -> frozenset[str]:
    """Make the English index once the pages are there; their process ends, since Pagefind needs the room."""
    result = english.result()
    if _Run.pool is not None:
        _Run.pool.shutdown(wait=False)
    return make_search(_place(), "en", result.searched)


def _finish_language(lang: Language) -> LanguageResult:
    """Make the rest of the pages of a language, and their cards."""
    result = _Run.builds[lang].finish(_tell_terminal if lang == "ru" and sys.stderr.isatty() else _tell_nobody)
    if _Run.setting.is_public:
        search_folder(_place(), lang).forget_others(result.searched)
    return result


def _tell_nobody(done: int, total: int) -> None:
    pass


def _tell_terminal(done: int, total: int) -> None:
    if total >= MANY and (done % 50 == 0 or done == total):
        click.echo(f"\rСтраницы из данных: {done} из {total}", err=True, nl=done == total)


def view_of(page: Page, config: MkDocsConfig) -> View:
    """Return the view from a MkDocs page."""
    return _Run.builds[language_of(config)].view(page.file.src_uri)


def keep(html: Markup, is_block: bool) -> str:
    """Return a mark for the HTML of a macro; `fill` puts the HTML in its place."""
    return _Run.slots.put(html, is_block)


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
    lang = language_of(config)
    if lang == "ru" and _Run.setting.is_public:
        _start_english(config)  # not before: until here MkDocs empties the folder into which both languages are built
    build = _Run.builds[lang] = LanguageBuild(_site(), _Run.records, lang, _place(), _Run.setting, _Run.epoch)
    if lang == "ru" and not _Run.setting.is_public and len(build.stale) > FEW:
        _start_english(config)
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
    return _Run.builds[language_of(config)].texts[page.file.src_uri]


def fill(html: str, page: Page, config: MkDocsConfig) -> str:
    """Return a page's HTML with that of its macros."""
    return _Run.builds[language_of(config)].fill(page.file.src_uri, _Run.slots.fill(html))


def add_chrome(context: Any, page: Page, config: MkDocsConfig) -> Any:
    """Add `cl`: lang, head, header and footer of this page."""
    context["cl"] = _Run.builds[language_of(config)].dress(page.file.src_uri)
    return context


def add_template_chrome(context: Any, template_name: str, config: MkDocsConfig) -> Any:
    """Add `cl` to the 404 page: bilingual at the root, since some hosts serve only that one; English below `/en/`."""
    lang = language_of(config)
    base = urlsplit(_Run.setting.site_url).path
    view = View(_site(), lang, base=base)
    views = (view, View(_site(), "en", base=base)) if lang == "ru" else (view,)
    context["cl"] = dress_missing(views, _Run.setting)
    return context


def finish(config: MkDocsConfig) -> None:
    """After the Russian pages: what is made from data, the English pages, and the files that belong to both."""
    if _Run.is_alone:
        result = _finish_language("en")
        write_kept(_place().pages, "en")
        _Run.unchanged = result.unchanged | make_search(_place(), "en", result.searched)
        _Run.finished = True
    if language_of(config) != "ru":
        return
    with ThreadPoolExecutor(len(LANGUAGES)) as beside:
        english = _Run.english or _done(_build_english(str(config.config_file_path), config.strict))
        searches = [beside.submit(_search_english, english)] if _Run.setting.is_public else []
        russian = _finish_language("ru")
        if _Run.setting.is_public:
            searches.append(beside.submit(make_search, _place(), "ru", russian.searched))
        results: dict[Language, LanguageResult] = {"ru": russian, "en": english.result()}
        pages = sum(len(result.pages) for result in results.values())
        made = sum(result.made for result in results.values())
        log.info("Страниц: %d, собрано заново: %d", pages, made)
        if _Run.setting.is_public:
            unchanged = [_export(_place(), results), *(result.unchanged for result in results.values())]
            _Run.unchanged = frozenset().union(*unchanged, *(search.result() for search in searches))
        else:
            _show_pages(results)
        if _Run.keeping is not None:
            _Run.keeping.result()
    _Run.finished = True


def _done(result: LanguageResult) -> "Future[LanguageResult]":
    future: Future[LanguageResult] = Future()
    future.set_result(result)
    return future


def _export(place: Place, results: Mapping[Language, LanguageResult]) -> frozenset[str]:
    """Write everything that belongs to both languages; return the addresses of what the site has already."""
    for lang in LANGUAGES:
        write_kept(place.pages, lang)
    pages = {lang: results[lang].pages for lang in LANGUAGES}
    files = export_files(_site(), pages, _Run.setting.site_url)
    photos = export_photos(_site(), place.root / ".cache" / "photos", lambda path: not (place.target / path).is_file())
    return _write_files(place, {**files, **photos})


def _show_pages(results: Mapping[Language, LanguageResult]) -> None:
    """Show the pages to who edits; search, feeds and the like follow while they look."""
    move_files(_place().staging, _place().target)
    if sys.platform == "linux":
        _Run.follower = multiprocessing.get_context("fork").Process(
            target=_follow_apart, args=(_place(), results, _Run.rubbish)
        )
        _Run.follower.start()
        _lead_group(_Run.follower.pid)
    else:
        _follow(_place(), results, _Run.rubbish)


def _lead_group(process: int | None) -> None:
    """Make a process the leader of a group, so that it can be ended with the programs that it runs."""
    with suppress(ProcessLookupError, PermissionError):
        os.setpgid(process or 0, process or 0)


def _follow_apart(place: Place, results: Mapping[Language, LanguageResult], rubbish: Set[Path]) -> None:
    _lead_group(None)
    os.nice(FOLLOWING)
    time.sleep(REST)  # processes of other sessions do not know how far this one stands back
    _follow(place, results, rubbish)


def _follow(place: Place, results: Mapping[Language, LanguageResult], rubbish: Set[Path]) -> None:
    unchanged = _export(place, results)
    for lang, result in results.items():
        search_folder(place, lang).forget_others(result.searched)
        unchanged |= result.files | result.unchanged | make_search(place, lang, result.searched)
    replace_site(place.staging, place.target, unchanged)
    for folder in (place.staging, *rubbish):
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
    _Run.finished = False


def publish() -> None:
    """Put a finished build into its place, and leave; of a failed one nothing stays but the old site."""
    leave(publishes=_Run.finished and _Run.setting.is_public)
    for folder in _Run.rubbish:
        shutil.rmtree(folder, ignore_errors=True)
    _Run.rubbish.clear()


def leave(publishes: bool = False) -> None:
    """End the build, once its processes have ended: its site in place, if it is to be published, nothing elsewhere."""
    if _Run.pool is not None:
        _Run.pool.shutdown(wait=True, cancel_futures=True)
        _Run.pool = None
    if _Run.follower is not None:
        stop_following()
        _Run.follower.join()
        _Run.follower = None
    if _Run.place is None:
        return
    gc.unfreeze()
    place, _Run.place = _Run.place, None
    if _Run.lock is not None:
        _Run.lock.close()
        _Run.lock = None
    if publishes and _Run.is_alone:
        folder = FOLDERS["en"]
        unchanged = {path.removeprefix(folder) for path in _Run.unchanged if path.startswith(folder)}
        replace_site(place.staging / folder, place.target / folder, unchanged)
    elif publishes:
        replace_site(place.staging, place.target, _Run.unchanged)
    if _Run.setting.is_public:
        shutil.rmtree(place.staging, ignore_errors=True)
    else:
        _Run.rubbish = {folder for folder in {*_Run.rubbish, place.staging} if folder.exists()}


def stop_following() -> None:
    """End what follows the last build: nobody waits for an index of pages that are about to change again."""
    if _Run.follower is not None and _Run.follower.is_alive() and _Run.follower.pid:
        with suppress(ProcessLookupError):
            os.killpg(_Run.follower.pid, signal.SIGKILL)


def leave_failed() -> None:
    """End a build that failed; one that did not goes on while its pages are looked at."""
    if not _Run.finished:
        leave()


def tidy() -> None:
    """Do what nobody waits for: write down what the check found, look for garbage."""
    while _Run.later:
        _Run.later.pop()()
    gc.collect()


def _watch_closely(server: Any, config: MkDocsConfig) -> None:
    """Look for changes as often as a tenth of a processor allows; MkDocs does so every half second, and waits a tenth.

    It goes by looking since some file systems tell nobody what changes there.
    """
    root = Path(config.config_file_path).parent
    began = time.perf_counter()
    DirectorySnapshot(str(root / "data"))
    took = time.perf_counter() - began
    watched = (config.docs_dir, config.config_file_path)
    for path in watched:
        server.unwatch(path)
    server.observer = PollingObserver(timeout=min(max(LOOK, 10 * took), 0.5))
    server.build_delay = LOOK / 2
    for path in watched:
        server.watch(path)


def prepare_server(server: Any, config: MkDocsConfig, builder: Any) -> Any:
    """Serve what was built, and rebuild in a way that leaves the last good pages on view while there are problems."""
    site = served_folder(Path(config.config_file_path).parent)

    def show_error(code: int) -> bytes | None:
        return (site / "404.html").read_bytes() if code == 404 else None

    def rebuild() -> None:
        if __name__ in sys.modules:
            sys.modules[__name__].stop_following()  # it ends while the settings are read
        try:
            builder()
        except Abort as error:
            log.error("%s Показана последняя удачная сборка; исправьте файл, и страница обновится.", error)
        finally:
            # By name: the builder drops this module when code has changed, and then another one has begun the build.
            sys.modules[__name__].leave_failed()
            tidying = threading.Timer(REST, sys.modules[__name__].tidy)
            tidying.daemon = True
            tidying.start()

    _watch_closely(server, config)
    tidy()
    gc.disable()  # to look for garbage takes a fifth of a small build
    server.builder = rebuild
    server.root = str(site)
    server.error_handler = show_error
    log.info("Русская версия: %s", server.url)
    log.info("English version: %sen/", server.url)
    return server
