"""The files at one moment: those of the news, what stands for all others, and which bytes need not be read again.

A file that has kept its stamp (inode, size, times of change of content and of inode) has the bytes that it had: no
program can set the last of these times. Files changed within the last seconds get none, since a clock can be too coarse
to tell two changes apart; nor do they where that time means something else. Whatever has no stamp or another is read.
"""

import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from macros.content.files import MAX_BYTES, news_id

CODE = Path(__file__).parent
SETTLED = 2_000_000_000
"""Nanoseconds since its last change after which a file gets a stamp."""

_MEMBERS = ("data", "docs")
_TREES = ("data/photos", "docs/ru", "docs/en", "overrides/assets")
_TEXTS = (".yaml", ".md")
_NO_CONTENT = hashlib.sha256().hexdigest()

Stamps = Mapping[str, tuple[str, str]]
"""By the path below the root: the stamp of a file, and the digest of its bytes."""


class NewsFile(NamedTuple):
    """A news file: its name, its item's id, where it is and what stands for its bytes; nothing when unreadable."""

    name: str
    id: str
    path: str
    digest: str
    bytes_read: bytes | None = None

    @property
    def raw(self) -> bytes | None:
        """Its bytes, read now if they have not been; None when it cannot be read."""
        return _read(self.path) if self.bytes_read is None and self.digest else self.bytes_read


class Snapshot(NamedTuple):
    """All news files in order, and what stands for the other files: `folders` for all but texts, `rest` for all."""

    news: tuple[NewsFile, ...]
    folders: str
    rest: str
    stamps: Stamps


def take_snapshot(root: Path, known: Stamps) -> Snapshot:
    """Look at everything below `root` that the checks read; bytes are read where the stamps do not tell them."""
    stamps = _Stamps(known)
    news = tuple(_news(root, stamps))
    folders, rest = _digest_rest(root, stamps)
    return Snapshot(news, folders, rest, stamps.latest)


def digest_rest(root: Path, known: Stamps) -> tuple[str, str]:
    """Return what stands for everything but news: for all but texts, and for all."""
    return _digest_rest(root, _Stamps(known))


@dataclass
class _Stamps:
    """Tells what stands for the bytes of files, and collects the stamps of those that have one."""

    known: Stamps
    latest: dict[str, tuple[str, str]] = field(default_factory=dict)
    began: int = field(default_factory=time.time_ns)

    def find(self, name: str, status: os.stat_result) -> str:
        """Return the digest of the bytes of a plain file, or nothing when they must be read."""
        stamp, digest = self.known.get(name, ("", ""))
        if stamp != _stamp(status):
            return ""
        self.latest[name] = stamp, digest
        return digest

    def note(self, name: str, status: os.stat_result, digest: str) -> None:
        """Keep the digest of bytes that were read after `status` was."""
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        if os.name == "posix" and changed < self.began - SETTLED:
            self.latest[name] = _stamp(status), digest


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _digest_rest(root: Path, stamps: _Stamps) -> tuple[str, str]:
    folders, texts = hashlib.sha256(), hashlib.sha256()
    for file, content in sorted(_members(root, stamps)):
        line = f"{file}\0{content}\n".encode("utf-8", "surrogateescape")
        texts.update(line)
        is_text = file.endswith(_TEXTS) and len(content) == len(_NO_CONTENT)
        folders.update(file.encode("utf-8", "surrogateescape") if is_text else line)
    texts.update(folders.digest())
    return folders.hexdigest(), texts.hexdigest()


@cache
def digest_code() -> str:
    """Return what stands for the code of the checks, and for everything that is installed beside it.

    A process goes on with the code that it began with, whatever lies there later.
    """
    whole = hashlib.sha256(sys.version.encode())
    for path in sorted(_files_below(str(CODE))):
        if "__pycache__" not in path:
            whole.update(path.encode("utf-8", "surrogateescape") + b"\0" + _digest(path).encode())
    for folder in sys.path:
        names = sorted(path.name for path in Path(folder).glob("*.dist-info"))
        whole.update("\n".join(names).encode("utf-8", "replace"))
    return whole.hexdigest()


def _news(root: Path, stamps: _Stamps) -> Iterator[NewsFile]:
    folder = root / "data" / "news"
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        listed = sorted((entry for entry in entries if _is_news(entry.name)), key=lambda entry: entry.name)
    for entry in listed:
        yield _news_file(entry, stamps)


def _news_file(entry: "os.DirEntry[str]", stamps: _Stamps) -> NewsFile:
    name, shown = entry.name, f"data/news/{entry.name}"
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return NewsFile(name, news_id(name), entry.path, "")
    is_plain = stat.S_ISREG(status.st_mode)
    if is_plain and (digest := stamps.find(shown, status)):
        return NewsFile(name, news_id(name), entry.path, digest)
    raw = _read(entry.path) if is_plain else None
    digest = "" if raw is None else hashlib.sha256(raw).hexdigest()
    if digest:
        stamps.note(shown, status, digest)
    return NewsFile(name, news_id(name), entry.path, digest, raw)


def _is_news(name: str) -> bool:
    return name.endswith(".yaml") and not name.startswith(".")


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 — fast: there are thousands
            return stream.read(MAX_BYTES + 1)
    except OSError:
        return None


def _members(root: Path, stamps: _Stamps) -> Iterator[tuple[str, str]]:
    """Yield the name and what stands for the content of everything else that is looked at."""
    for name in _MEMBERS:
        yield from ((file, _stand_for(entry.path, file, stamps)) for file, entry in _listing(root / name, name))
    news = root / "data" / "news"
    yield from ((file, "") for file, _ in _listing(news, "data/news") if not file.endswith(".yaml"))
    for name in _TREES:
        folder = root / name
        if folder.is_dir():
            for path in _files_below(str(folder)):
                file = f"{name}/{path[len(str(folder)) + 1 :]}"
                yield file, _stand_for(path, file, stamps)


def _listing(folder: Path, name: str) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    if folder.is_dir():
        with os.scandir(folder) as entries:
            yield from ((f"{name}/{entry.name}", entry) for entry in entries if not entry.name.startswith("."))


def _files_below(folder: str) -> Iterator[str]:
    """Yield everything in a folder and its subfolders; a link to a folder is not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            yield entry.path
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(entry.path)


def _stand_for(path: str, name: str, stamps: _Stamps) -> str:
    """What stands for a file: what it is, and its bytes when it is a plain file, or leads to one."""
    try:
        status = os.lstat(path)
    except OSError:
        return "other"
    if stat.S_ISREG(status.st_mode):
        if not (digest := stamps.find(name, status)):
            digest = _digest(path)
            stamps.note(name, status, digest)
        return digest
    link = "link " if stat.S_ISLNK(status.st_mode) else ""
    if os.path.isdir(path):  # noqa: PTH112
        return f"{link}folder"
    return link + (_digest(path) if os.path.isfile(path) else "other")  # noqa: PTH113


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "unreadable"
