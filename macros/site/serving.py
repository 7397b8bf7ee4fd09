"""`mkdocs serve`: looks closely for changes, shows the last good pages while there are problems, tidies up in between.

A running server outlives the modules of this project: when their code has changed, those are dropped, and the next
build loads them anew. So what it calls here finds `build` by name.
"""

import gc
import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from watchdog.observers.polling import PollingObserver
from watchdog.utils.dirsnapshot import DirectorySnapshot

from macros.site.build import served_folder

log = logging.getLogger("mkdocs.macros")

LOOK = 0.1
"""Seconds from one look for changes to the next, at the least."""

PAUSE = 5.0
"""Seconds without a change after which this process tidies up: on a large site that holds it up for a second."""

_BUILD = "macros.site.build"


def prepare_server(server: Any, config: MkDocsConfig, builder: Any) -> Any:
    """Serve what was built, and rebuild in a way that leaves the last good pages on view while there are problems."""
    site = served_folder(Path(config.config_file_path).parent)
    pauses: list[threading.Timer] = []

    def show_error(code: int) -> bytes | None:
        return (site / "404.html").read_bytes() if code == 404 else None

    def rebuild() -> None:
        while pauses:
            pauses.pop().cancel()
        if _BUILD in sys.modules:
            sys.modules[_BUILD].FOLLOWER.stop()  # it ends while the settings are read
        try:
            builder()
        except Abort as error:
            log.error("%s Показана последняя удачная сборка; исправьте файл, и страница обновится.", error)
        finally:
            sys.modules[_BUILD].leave_failed()
            pauses.append(threading.Timer(PAUSE, sys.modules[_BUILD].tidy))
            pauses[-1].daemon = True
            pauses[-1].start()

    _watch_closely(server, config)
    sys.modules[_BUILD].tidy()
    gc.disable()  # to look for garbage takes a fifth of a small build
    server.builder = rebuild
    server.root = str(site)
    server.error_handler = show_error
    log.info("Русская версия: %s", server.url)
    log.info("English version: %sen/", server.url)
    return server


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
