"""The events of MkDocs, loaded by `hooks` in mkdocs.yml; what they do stands in `build` and `preview`.

English is built inside the Russian build, at the moment when MkDocs has emptied the folder of both.
"""

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any, cast

from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs_macros import context

IS_PREVIEW = "serve" in sys.argv
if IS_PREVIEW:
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))  # Ctrl-C is a quiet end from here on: what follows takes long
sys.path.insert(0, str(Path(__file__).absolute().parents[2]))  # MkDocs puts this file's own folder there
from macros.content.addresses import FOLDERS  # noqa: E402
from macros.content.model import Language  # noqa: E402
from macros.content.problems import format_failure, print_anything  # noqa: E402
from macros.content.prose import ProsePage  # noqa: E402
from macros.render.markdown import SiteExtension  # noqa: E402
from macros.site.build import Build, explain_error, parse_site_url, running  # noqa: E402
from macros.site.layout import finish_content, page_context  # noqa: E402
from macros.site.pages import SitePage  # noqa: E402

log = logging.getLogger("mkdocs.macros")


def on_startup(**_: Any) -> None:
    """Prepare for failures told on a terminal that may not know Russian letters."""
    print_anything()
    # For each language the plugin (1.5.0) asks Git a dozen times for what no page may read.
    context.get_git_info = dict


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Check everything before any plugin sees the settings and before anything is written; `serve` goes no further."""
    lang = _language(config)
    if lang == "ru":
        _begin(config)
    elif not running:
        raise Abort(format_failure("english-alone"))
    build = running[-1]
    config.site_dir = str(build.staging / FOLDERS[lang])
    config.site_name = build.site.cluster.name.in_language(lang)
    config.site_url = build.site.url + FOLDERS[lang]
    config.nav = None
    config.markdown_extensions = [*config.markdown_extensions, SiteExtension(lang, is_page=True)]  # type: ignore[list-item]
    config.theme.static_templates = set()
    # Nothing of the theme's own files is used or published, and listing thousands of icons takes time.
    config.theme.dirs = [folder for folder in config.theme.dirs if Path(folder).is_relative_to(build.root)]
    return config


def _language(config: MkDocsConfig) -> Language:
    return cast(Language, config.theme["language"])


def _begin(config: MkDocsConfig) -> None:
    root, url = Path(config.config_file_path).parent, parse_site_url(os.environ.get("SITE_URL", str(config.site_url)))
    if IS_PREVIEW:
        from macros.site import preview  # a build need not wait for it

        Path(config.site_dir).rmdir()  # MkDocs' own, for what it would build; a restart would leave it behind
        preview.serve(root, str(config.dev_addr.host), config.dev_addr.port, url)
    running.append(Build(root, Path(config.site_dir), url))


class _EditorsPages(Files):
    """Files of which MkDocs makes only the editors' pages; links may lead to the generated ones too."""

    def documentation_pages(self, **_: Any) -> list[File]:
        """Return the pages to be made."""
        return [file for file in super().documentation_pages() if file.generated_by is None]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Name the generated pages; leave out what the theme brings: `list_outputs` publishes `overrides/assets`."""
    build, lang = running[-1], _language(config)
    if lang == "ru":
        english = Path(config.config_file_path).with_name("mkdocs.en.yml")
        build_with_mkdocs(load_config(str(english), strict=config.strict))
    else:
        build.start()
    paths = [page.view.path.rstrip("/") + ".md" for page in build.generated if page.view.lang == lang]
    generated = [File.generated(config, path, content="") for path in paths]
    return _EditorsPages([*(file for file in files if file.src_dir == config.docs_dir), *generated])


def _find_page(page: Page, config: MkDocsConfig) -> SitePage:
    return running[-1].pages[FOLDERS[_language(config)] + page.file.dest_uri]


def on_page_read_source(page: Page, config: MkDocsConfig) -> str:
    """Give MkDocs the text that was checked; its front matter has been read."""
    return "---\n{}\n---\n" + cast(ProsePage, _find_page(page, config).source).body


def on_page_content(html: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Put the HTML of macros in its place."""
    return finish_content(_find_page(page, config).view, running[-1].placeholders.fill(html))


def on_page_context(context: Any, page: Page, config: MkDocsConfig, **_: Any) -> Any:
    """Give the template head, header and footer."""
    return {**context, "cl": page_context(_find_page(page, config))}


@event_priority(-100)
def on_post_build(config: MkDocsConfig) -> None:
    """After the editors' pages of both languages, make the rest."""
    if _language(config) == "ru":
        running[-1].finish()
        log.info("Страниц: %d", len(running[-1].pages))


def on_build_error(error: Exception, **_: Any) -> None:
    """Tell in a sentence what is no mistake of a programmer. Strict mode finds its warnings after the last page."""
    for build in running:
        build.is_finished = False
    if message := explain_error(error):
        raise Abort(message) from None


def on_shutdown() -> None:
    """Put a build that succeeded in the place of the old site; of a failed one nothing stays."""
    while running:
        build = running.pop()
        try:
            if build.is_finished:
                build.swap()
        except OSError as error:
            raise Abort(explain_error(error) or str(error)) from error
        finally:
            build.close()
