"""The events of MkDocs, loaded by `hooks` in mkdocs.yml; what they do stands in `build` and `preview`."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

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
from macros.content.problems import print_anything  # noqa: E402
from macros.content.prose import ProsePage  # noqa: E402
from macros.render.markdown import SiteExtension  # noqa: E402
from macros.site.build import Build, explain_error, parse_site_url, running  # noqa: E402
from macros.site.layout import finish_content, page_context  # noqa: E402


def on_startup(**_: Any) -> None:
    """Prepare for failures told on a terminal that may not know Russian letters."""
    print_anything()
    # The plugin (1.5.0) asks Git a dozen times for what no page may read.
    context.get_git_info = dict


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Check everything before any plugin sees the settings and before anything is written; `serve` goes no further."""
    root, url = Path(config.config_file_path).parent, parse_site_url(os.environ.get("SITE_URL", str(config.site_url)))
    if IS_PREVIEW:
        from macros.site import preview  # a build need not wait for it

        Path(config.site_dir).rmdir()  # MkDocs' own, for what it would build; a restart would leave it behind
        preview.serve(root, str(config.dev_addr.host), config.dev_addr.port, url)
    build = Build(root, Path(config.site_dir), url)
    running.append(build)
    config.site_dir = str(build.staging)
    config.theme.static_templates = set()
    # Nothing of the theme's own files is used or published, and listing thousands of icons takes time.
    config.theme.dirs = [folder for folder in config.theme.dirs if Path(folder).is_relative_to(root)]
    return config


class _EditorsPages(Files):
    """Files of which MkDocs makes only the editors' pages; links may lead to the generated ones too."""

    def documentation_pages(self, **_: Any) -> list[File]:
        """Return the pages to be made."""
        return [file for file in super().documentation_pages() if file.generated_by is None]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Name the generated pages; leave out what the theme brings: `list_outputs` publishes `overrides/assets`."""
    build = running[-1]
    build.start()
    paths = [f"{page.view.lang}/{page.view.path.rstrip('/')}.md" for page in build.generated]
    generated = [File.generated(config, path, content="") for path in paths]
    own = [*(file for file in files if file.src_dir == config.docs_dir), *generated]
    for file in own:
        file.dest_uri = file.dest_uri.removeprefix("ru/")
    return _EditorsPages(own)


def on_page_read_source(page: Page, config: MkDocsConfig) -> str:
    """Give MkDocs the text that was checked, and how to read it; its front matter has been read."""
    found = running[-1].pages[page.file.dest_uri]
    assert isinstance(found.source, ProsePage)
    others = [extension for extension in config.markdown_extensions if isinstance(extension, str)]
    config.markdown_extensions = [*others, SiteExtension(found.view.lang, is_page=True)]  # type: ignore[list-item]
    return f"---\n{{}}\n---\n{found.source.body}"


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Put the HTML of macros in its place."""
    build = running[-1]
    return finish_content(build.pages[page.file.dest_uri].view, build.placeholders.fill(html))


def on_page_context(context: Any, page: Page, **_: Any) -> Any:
    """Give the template head, header and footer."""
    return {**context, "cl": page_context(running[-1].pages[page.file.dest_uri])}


@event_priority(-100)
def on_post_build(**_: Any) -> None:
    """After the editors' pages, make the rest."""
    running[-1].finish()


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
