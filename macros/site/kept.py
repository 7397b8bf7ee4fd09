"""What a build leaves for the next one: of each page what it was made from, and which file it became.

Kept in `.cache/pages/`, which may be deleted at any time; `mkdocs build --clean` and another epoch (code, templates,
settings, versions) begin without it. Whatever is damaged there counts as absent.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from sys import version_info
from zlib import ZLIB_RUNTIME_VERSION

from macros.content.model import Language
from macros.outputs.cards import Card
from macros.site.reads import Read, Reads, Records

_PACKAGES = ("babel", "jinja2", "markdown", "mkdocs", "mkdocs-macros-plugin", "mkdocs-material", "pagefind", "pillow")
_FOLDERS = ("macros", "overrides")
_SETTINGS = ("mkdocs.yml", "mkdocs.en.yml")

Stamp = tuple[int, int]
"""Size and time of the last change of a file, in bytes and nanoseconds: a file that has them is that one."""


def stamp_of(path: Path | str) -> Stamp | None:
    """Return the stamp of a file, or None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 — fast: there are thousands
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def holds(path: Path, raw: bytes) -> bool:
    """Whether there is a file that holds just these bytes."""
    try:
        return path.read_bytes() == raw
    except OSError:
        return False


@cache
def _versions() -> tuple[str, ...]:
    return tuple(version(name) for name in _PACKAGES)


def describe_epoch(root: Path, *settings: object) -> str:
    """Return a digest of all that every page depends on beside the content: code, templates, settings, versions."""
    digest = hashlib.sha256(repr((version_info[:3], ZLIB_RUNTIME_VERSION, _versions(), settings)).encode())
    files = [root / name for name in _SETTINGS]
    files += [path for folder in _FOLDERS for path in (root / folder).rglob("*") if path.suffix != ".pyc"]
    for path in sorted(files):
        if path.is_file():
            digest.update(f"{path.relative_to(root)} ".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass(frozen=True)
class KeptPage:
    """A page as it was made: what it read (numbers of expressions) and was written in (`text`, of an editor's page).

    `title` and `description` are its own; `stamp` is that of its file in the site, `search_stamp` that of what search
    reads instead of it, None for a page that search leaves out.
    """

    reads: array[int]
    text: str
    title: str
    description: str
    card: Card | None
    stamp: Stamp
    search_stamp: Stamp | None


@dataclass(frozen=True)
class Kept:
    """The pages of one language by path, the expressions that they read, the digests of those and of all records."""

    reads: Sequence[Read] = ()
    digests: Sequence[bytes] = ()
    records: Records = field(default_factory=dict)
    pages: Mapping[str, KeptPage] = field(default_factory=dict)
    full: int = 0
    """How many expressions a build from nothing had: when edits have added too many, the next one starts afresh."""
    live: Reads | None = None
    """The expressions with what they gave, if this process has built last; not written."""


_latest: dict[Path, tuple[str, Kept]] = {}
"""What this process has kept last, and in which epoch, by its file: it need not be read.

Whatever another process has kept in the meantime, each page is still told by the stamp of its file.
"""


def take_kept(folder: Path, lang: Language, epoch: str) -> Kept:
    """Return what the last build of this epoch left, or nothing. What this process remembers is given out once.

    It is about to be changed: after a build that failed, the next one reads what has been written.
    """
    path = _file(folder, lang)
    latest, kept = _latest.pop(path, ("", Kept()))
    if latest != epoch:
        kept = _read_kept(path, epoch)
    return Kept() if len(kept.reads) > 4 * kept.full else kept


def _file(folder: Path, lang: Language) -> Path:
    return folder / f"{lang}.pickle"


def _read_kept(path: Path, epoch: str) -> Kept:
    try:
        raw = path.read_bytes()
        head, digest, body = raw[:64], raw[64:96], raw[96:]
        if head != epoch.encode() or hashlib.sha256(body).digest() != digest:
            return Kept()
        return Kept(*pickle.loads(body))
    except (OSError, ValueError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, TypeError):
        return Kept()


def remember_kept(folder: Path, lang: Language, epoch: str, kept: Kept) -> None:
    """Keep it for the next build of this process."""
    _latest[_file(folder, lang)] = epoch, kept


def forget_kept(folder: Path, lang: Language) -> None:
    """Let the next build read what another process is going to keep."""
    _latest.pop(_file(folder, lang), None)


def write_kept(folder: Path, lang: Language) -> None:
    """Keep for every next build, in one step, what this process has kept, if it has built this language."""
    path = _file(folder, lang)
    if path not in _latest:
        return
    epoch, kept = _latest[path]
    parts = (kept.reads, kept.digests, kept.records, kept.pages, kept.full)
    body = pickle.dumps(parts, pickle.HIGHEST_PROTOCOL)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{lang}.{os.getpid()}"
    unfinished.write_bytes(epoch.encode() + hashlib.sha256(body).digest() + body)
    unfinished.replace(path)


def pack(numbers: Iterable[int]) -> array[int]:
    """Return the numbers of expressions in little room."""
    return array("I", sorted(numbers))
