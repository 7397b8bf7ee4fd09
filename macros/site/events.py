"""The events of MkDocs, loaded by `hooks` in mkdocs.yml; what they do stands in `build`.

`macros` is imported inside the events: MkDocs puts this file's own folder on the path, not the project's, and a
running `serve` drops the package when its code changes.
"""

import atexit
import gc
import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from mkdocs.plugins import event_priority
from mkdocs_macros import context

ROOT = Path(__file__).absolute().parents[2]
_state: dict[str, Any] = {"command": "", "clean": False, "code": {}}


def _build() -> ModuleType:
    return _module("build")


def _module(name: str) -> ModuleType:
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module(f"macros.site.{name}")


def _forget_changed_code() -> None:
    """Drop our modules when any of their files has changed, so that `serve` runs what is written now."""
    code = {path: path.stat().st_mtime_ns for path in (ROOT / "macros").rglob("*.py")}
    if _state["code"] not in ({}, code):
        _build().leave()
        for name in [name for name in sys.modules if name.split(".")[0] == "macros"]:
            del sys.modules[name]
    _state["code"] = code


def on_startup(command: str, **_: Any) -> None:
    """Remember whether MkDocs builds or serves, and whether it was told to begin from nothing.

    MkDocs itself cleans its folder unless told not to; whoever writes --clean wants nothing of earlier builds.
    """
    _state.update(command=command, clean=not {"--clean", "-c"}.isdisjoint(sys.argv))
    # For each language the plugin (1.5.0) asks Git a dozen times for what no page may read.
    context.get_git_info = dict
    if command == "build":
        # It ends soon, and nearly all that it makes stays until then: that need not be looked through again and again.
        gc.set_threshold(100_000)
        atexit.register(gc.freeze)


@event_priority(100)
def on_config(config: Any) -> Any:
    """Check everything, before any plugin sees the settings and before anything is written."""
    if _state["command"] == "serve":
        _forget_changed_code()
    return _build().begin(config, serves=_state["command"] == "serve", is_clean=_state["clean"])


def on_files(files: Any, config: Any) -> Any:
    """Name the generated pages; leave the theme's own assets and the pages that stay as they are out."""
    return _build().add_files(files, config)


def on_page_read_source(page: Any, config: Any) -> str:
    """Give the text of a page as it was when the build began."""
    return str(_build().read_source(page, config))


def on_page_content(html: str, page: Any, config: Any, **_: Any) -> str:
    """Put the HTML of macros in its place."""
    return str(_build().fill(html, page, config))


def on_page_context(context: Any, page: Any, config: Any, **_: Any) -> Any:
    """Give the template head, header and footer."""
    return _build().add_chrome(context, page, config)


def on_template_context(context: Any, template_name: str, config: Any) -> Any:
    """Give the 404 page the same."""
    return _build().add_template_chrome(context, template_name, config)


@event_priority(-100)
def on_post_build(config: Any) -> None:
    """After Russian build English, then the search index of both."""
    _build().finish(config)


def on_build_error(**_: Any) -> None:
    """A failed build must not replace the last good one."""
    _build().fail()


def on_shutdown() -> None:
    """Put a build that succeeded in the place of the last one."""
    _build().publish()


def on_serve(server: Any, config: Any, builder: Any) -> Any:
    """Keep the last good pages on view while the content has problems; name both addresses."""
    return _module("serving").prepare_server(server, config, builder)
