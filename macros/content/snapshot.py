"""The bytes of all files at one moment: those of the news, and what stands for all others."""

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from macros.content.files import MAX_BYTES, news_id

CODE = Path(__file__).parent
_MEMBERS = ("data", "docs")
_TREES = ("data/photos", "docs/ru", "docs/en", "overrides/assets")
_TEXTS = (".yaml", ".md")
_NO_CONTENT = hashlib.sha256().hexdigest()


@dataclass(frozen=True)
class NewsFile:
    """A news file: its name, its item's id, its bytes and what stands for them; None and nothing when unreadable."""

    name: str
    id: str
    raw: bytes | None
    digest: str


@dataclass(frozen=True)
class Snapshot:
    """All news files in order, and what stands for the other files: `folders` for all but texts, `rest` for all."""

    news: tuple[NewsFile, ...]
    folders: str
    rest: str


def take_snapshot(root: Path) -> Snapshot:
    """Read everything below `root` that the checks look at."""
    folders, rest = digest_rest(root)
    return Snapshot(tuple(_news(root)), folders, rest)


def digest_rest(root: Path) -> tuple[str, str]:
    """Return what stands for everything but news: for all but texts, and for all."""
    folders, texts = hashlib.sha256(), hashlib.sha256()
    for file, content in _others(root):
        line = f"{file}\0{content}\n".encode("utf-8", "surrogateescape")
        texts.update(line)
        is_text = file.endswith(_TEXTS) and len(content) == len(_NO_CONTENT)
        folders.update(file.encode("utf-8", "surrogateescape") if is_text else line)
    texts.update(folders.digest())
    return folders.hexdigest(), texts.hexdigest()


def digest_code() -> str:
    """Return what stands for the code of the checks, and for everything that is installed beside it."""
    whole = hashlib.sha256(sys.version.encode())
    for path in sorted(_files_below(str(CODE))):
        if "__pycache__" not in path:
            whole.update(path.encode("utf-8", "surrogateescape") + b"\0" + _digest(path).encode())
    for folder in sys.path:
        names = sorted(path.name for path in Path(folder).glob("*.dist-info"))
        whole.update("\n".join(names).encode("utf-8", "replace"))
    return whole.hexdigest()


def _news(root: Path) -> Iterator[NewsFile]:
    folder = root / "data" / "news"
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        listed = sorted((entry for entry in entries if _is_news(entry.name)), key=lambda entry: entry.name)
    for entry in listed:
        raw = _read(entry.path) if entry.is_file(follow_symlinks=False) else None
        yield NewsFile(entry.name, news_id(entry.name), raw, "" if raw is None else hashlib.sha256(raw).hexdigest())


def _is_news(name: str) -> bool:
    return name.endswith(".yaml") and not name.startswith(".")


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 — fast: there are thousands
            return stream.read(MAX_BYTES + 1)
    except OSError:
        return None


def _others(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and what stands for the content of everything else that is looked at, in order."""
    yield from sorted(_members(root))


def _members(root: Path) -> Iterator[tuple[str, str]]:
    for name in _MEMBERS:
        yield from _listing(root / name, name)
    news = root / "data" / "news"
    yield from ((file, kind) for file, kind in _listing(news, "data/news", is_read=False) if not file.endswith(".yaml"))
    for name in _TREES:
        folder = root / name
        if folder.is_dir():
            for path in _files_below(str(folder)):
                yield f"{name}/{path[len(str(folder)) + 1 :]}", _stand_for(path)


def _listing(folder: Path, name: str, is_read: bool = True) -> Iterator[tuple[str, str]]:
    if folder.is_dir():
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    yield f"{name}/{entry.name}", _stand_for(entry.path) if is_read else ""


def _files_below(folder: str) -> Iterator[str]:
    """Yield everything in a folder and its subfolders; a link to a folder is not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            yield entry.path
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(entry.path)


def _stand_for(path: str) -> str:
    """What stands for a file: what it is, and its bytes when it is a plain file, or leads to one."""
    link = "link " if os.path.islink(path) else ""  # noqa: PTH114 — as above
    if os.path.isdir(path):  # noqa: PTH112
        return f"{link}folder"
    return link + (_digest(path) if os.path.isfile(path) else "other")  # noqa: PTH113


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "unreadable"
