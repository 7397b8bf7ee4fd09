"""Files on disk: which may lie where, and their bytes to clean text."""

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from macros.content.model import Language
from macros.content.problems import Problem

MAX_BYTES = 1_000_000

NEWS_FOLDER = "news"
SCHEMA_FOLDER = "schema"
PHOTO_FOLDER = "photos"
PAGE_ENDING = ".md"
ASSET_ENDINGS = (".avif", ".jpeg", ".jpg", ".pdf", ".png", ".webp")
"""Files allowed beside the pages: MkDocs would publish any other too, scripts and dumps included."""

PHOTO_ENDINGS = (".avif", ".jpeg", ".jpg", ".png", ".webp")
"""What originals of photographs may be; the site shows smaller copies."""

_CONFLICT = re.compile(r"(?:<<<<<<<|>>>>>>>)(?: |$)", re.MULTILINE)
_LOST = "\N{REPLACEMENT CHARACTER}"
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_NONCHARACTERS = frozenset("\ufffe\uffff")
_SHOWN_BY_EDITORS = frozenset("\n\t")


class TextFile(NamedTuple):
    """The text of a file, or None when it cannot be read; then `problems` say why."""

    file: str
    text: str | None
    problems: tuple[Problem, ...] = ()


def shown_name(path: Path) -> str:
    """Return a path that can be printed: one line of valid Unicode in NFC, whatever bytes the name has."""
    text = os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")
    shown = text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return unicodedata.normalize("NFC", shown)


def read_file(root: Path, path: Path, limit: int = MAX_BYTES) -> TextFile:
    """Read a file below `root`: its text in NFC with LF line ends, without byte order mark and hidden characters.

    Only a regular file is opened: a link may lead out of the site, reading a pipe never ends.
    """
    file = shown_name(path.relative_to(root))

    def refuse(rule: str, line: int = 0, column: int = 0, **details: str) -> TextFile:
        return TextFile(file, None, (Problem(file, line, column, rule, details),))

    if path.is_symlink() or not path.is_file():
        return refuse("unreadable-file")
    try:
        if path.stat().st_size > limit:
            return refuse("file-too-big", limit=f"{limit // 1000}")
        raw = path.read_bytes()
    except OSError:
        return refuse("unreadable-file")
    if raw.count(0) * 20 > len(raw):  # UTF-16 without a byte order mark is valid UTF-8 to the decoder
        return refuse("not-utf8", 1, 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace").split("\n")
        return refuse("not-utf8", len(before), len(before[-1]) + 1)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if conflict := _CONFLICT.search(text):
        return refuse("conflict-marker", text.count("\n", 0, conflict.start()) + 1, 1)
    hidden = find_hidden(text)
    return TextFile(file, remove_characters(text, hidden), tuple(_character_problems(file, text, hidden)))


@cache
def is_hidden(character: str) -> bool:
    """Whether a character is invisible or changes the direction of text, so that nobody can proof-read it."""
    return (
        unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _NONCHARACTERS
    ) and character not in _SHOWN_BY_EDITORS


def find_hidden(text: str) -> frozenset[str]:
    """Return the hidden characters that occur in a text."""
    if text.replace("\n", "").replace("\u00a0", "").isprintable():  # most texts, and much faster
        return frozenset()
    return frozenset(filter(is_hidden, set(text)))


def remove_characters(text: str, characters: frozenset[str]) -> str:
    """Return `text` without any of these characters."""
    return text.translate({ord(character): None for character in characters}) if characters else text


def _character_problems(file: str, text: str, hidden: frozenset[str]) -> Iterator[Problem]:
    """Yield the first hidden and the first lost character of each line."""
    for number, line in enumerate(text.split("\n") if hidden or _LOST in text else (), start=1):
        column = next((column for column, c in enumerate(line, start=1) if c in hidden), 0)
        if column:
            yield Problem(file, number, column, "control-character", {"code": f"U+{ord(line[column - 1]):04X}"})
        if lost := line.find(_LOST) + 1:
            yield Problem(file, number, lost, "lost-character")


def find_news(root: Path) -> list[Path]:
    """Return the files of `data/news/`, in order."""
    return [path for path in visible(root / "data" / NEWS_FOLDER) if path.suffix == ".yaml"]


def find_pages(root: Path, lang: Language) -> list[Path]:
    """Return the Markdown files of `docs/<lang>/` and its subfolders, in order."""
    return [path for path in all_below(root / "docs" / lang) if path.suffix == PAGE_ENDING]


def find_assets(root: Path, lang: Language) -> frozenset[str]:
    """Return the paths, below `docs/<lang>/`, of the pictures and documents that lie beside the pages."""
    folder = root / "docs" / lang
    return frozenset(path.relative_to(folder).as_posix() for path in all_below(folder) if path.suffix in ASSET_ENDINGS)


def find_photos(root: Path) -> list[Path]:
    """Return the originals of photographs in `data/photos/`, in order."""
    return [path for path in visible(root / "data" / PHOTO_FOLDER) if path.suffix in PHOTO_ENDINGS]


def visible(folder: Path) -> list[Path]:
    """What lies in a folder, in order, except hidden files: those belong to tools, and MkDocs leaves them out too."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []


def all_below(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder and its subfolders, in order; a link to a folder is not followed."""
    for path in visible(folder):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from all_below(path)
