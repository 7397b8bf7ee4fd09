"""One build of both languages, always from nothing: check · pages · outputs · search · swap.

`hooks` takes these steps as MkDocs goes; of the pages, MkDocs makes only those of editors.
"""

import errno
import multiprocessing
import os
import re
import shutil
import signal
import sys
from contextlib import suppress
from functools import partial
from multiprocessing.context import ForkProcess
from pathlib import Path
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from macros.checks import check
from macros.content.problems import CommandFailed, format_failure, render_text
from macros.content.prose import ProsePage
from macros.content.site import assemble_site, today
from macros.outputs import Makers
from macros.outputs.cards import draw_card
from macros.render.postprocess import Placeholders
from macros.site.layout import list_outputs, render_page
from macros.site.pages import list_pages
from macros.site.search import index_pages


class Build:
    """A build under way, in a staging folder beside the site; only `swap` touches the site itself."""

    def __init__(self, root: Path, target: Path, site_url: str) -> None:
        """Check the content and open the staging folder. Raises CommandFailed; problems are printed before."""
        self.root = root
        self.target = target.resolve()
        self.staging, self.old = (self.target.with_name(f".{target.name}-{what}") for what in ("new", "old"))
        self.placeholders = Placeholders()
        self.is_finished = False
        self._workers: list[ForkProcess] = []
        self._lock = lock_builds(root)
        self._restore_site()
        draft, found = check(root, today(root))
        if found:
            print(render_text(found, "ru"), file=sys.stderr)
        if any(problem.level == "problem" for problem in found):
            raise CommandFailed(format_failure("not-built"))
        self.site = replace(assemble_site(draft), url=site_url)
        self.pages = list_pages(self.site)
        self.generated = [page for page in self.pages.values() if not isinstance(page.source, ProsePage)]
        self._open_staging()

    def _open_staging(self) -> None:
        """Make a new folder beside the site, when what a killed build has left is gone. Raises OSError before that."""
        left = [folder for folder in (self.staging, self.old) if folder.exists()]
        for folder in (self.target, self.root / ".cache", *left):
            if folder.exists() and not folder.is_dir():
                raise FileExistsError(errno.EEXIST, "", str(folder))
            if locked := next((inner for inner, *_ in os.walk(folder) if not os.access(inner, os.W_OK)), None):
                raise PermissionError(errno.EACCES, "", locked)
        for folder in left:
            shutil.rmtree(folder)
        self.staging.mkdir(parents=True)

    def _restore_site(self) -> None:
        """Put the old site back, if a build was killed between the two renames of `swap`."""
        if self.old.exists() and not self.target.exists():
            self.old.rename(self.target)

    def start(self) -> None:
        """Begin to make pages, then all else, on all cores.

        Workers never wait for this process: they end by themselves when it is killed.
        """
        for page in {type(page.source): page for page in self.generated}.values():
            render_page(page)  # compiles the templates, here rather than in each process
        pages = {page.file: partial(render_page, page) for page in self.generated}
        cards = {page.card.path: partial(draw_card, page.card) for page in self.pages.values()}
        self._makers: Makers = {**pages, **list_outputs(self.site, self.pages, self.root), **cards}
        self._pages_made, self._making_pages = os.pipe()
        cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 0
        for _ in range(cores):
            worker = multiprocessing.get_context("fork").Process(target=self._work, daemon=True)
            worker.start()
            self._workers.append(worker)

    def _work(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C: nobody wants the traceback of a worker
        try:
            self._make_pages()
            self._make_files()
        except OSError as error:
            if not explain_error(error):
                raise
            sys.exit(error.errno)  # told once, by `finish`

    def _make_pages(self) -> None:
        self._make_files(".html")
        os.close(self._making_pages)

    def _make_files(self, ending: str = "") -> None:
        """Make files of this ending, or of any, that no other process has begun to make."""
        for path, make in self._makers.items():
            file = self.staging / path
            if path.endswith(ending) and not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileExistsError), file.open("xb") as out:
                    out.write(make())

    def finish(self) -> None:
        """Make everything but the editors' pages. Pagefind leaves cores idle, so all else is made beside it."""
        self._make_pages()
        os.read(self._pages_made, 1)  # ends when no process makes pages any more
        index_pages(self.staging)
        self._make_files()
        for worker in self._workers:
            worker.join()
        if code := max((abs(worker.exitcode or 0) for worker in self._workers), default=0):
            told = explain_error(OSError(code, "", str(self.staging))) if code > 1 else ""
            raise CommandFailed(told or format_failure("not-built"))
        self.is_finished = True

    def swap(self) -> None:
        """Put the finished site in the place of the old one."""
        if self.target.exists():
            self.target.rename(self.old)
        self.staging.rename(self.target)
        shutil.rmtree(self.old, ignore_errors=True)

    def close(self) -> None:
        """End the build: nothing of it stays but the site that `swap` has put in place."""
        for worker in self._workers:
            worker.terminate()
            worker.join()
        self._restore_site()
        shutil.rmtree(self.staging, ignore_errors=True)
        os.close(self._lock)


def parse_site_url(written: str) -> str:
    """Return the address of the site's root as browsers send it (RFC 3986, RFC 3490), ending in `/`.

    Raises CommandFailed for anything but http or https, a host, a port and a path.
    """
    try:
        parts = urlsplit(written)
        host = (parts.hostname or "").encode("idna").decode()
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:  # UnicodeError too
        host = port = ""
    if not host or port == ":0" or parts.scheme not in ("http", "https") or re.search(r"[\s@?#\\]", written):
        raise CommandFailed(format_failure("bad-site-url", written=written))
    host = f"[{host}]" if ":" in host else host
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")  # RFC 3986, 3.3
    return f"{parts.scheme}://{host}{port}{path}/"


running: list[Build] = []
"""The build under way, if any: MkDocs' events carry no state of ours."""


def lock_builds(root: Path) -> int:
    """Return a lock on this folder's builds: it ends with the last process of a build, killed or not."""
    try:
        import fcntl
    except ImportError:
        raise CommandFailed(format_failure("windows")) from None
    lock = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise CommandFailed(format_failure("build-running")) from None
    return lock


_FAILURES = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "not-writable"),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk-full"),
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR, errno.EISDIR), "in-the-way"),
}


def explain_error(error: BaseException) -> str:
    """Return what is wrong, in words for whoever builds, when it is nothing wrong with the program; else nothing."""
    if isinstance(error, CommandFailed):
        return str(error)
    if isinstance(error, OSError) and (failure := _FAILURES.get(error.errno or 0)):
        path = Path(str(error.filename))
        there = next((one for one in (path, *path.parents) if one.exists()), path)
        return format_failure(failure, path=str(there))
    return ""
