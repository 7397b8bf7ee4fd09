"""Files on disk: which may lie where, and their bytes to clean text."""

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from macros.content.model import Language
from macros.content.problems import Problem, shorten

MAX_BYTES = 1_000_000

NEWS_FOLDER = "news"
SCHEMA_FOLDER = "schema"
PHOTO_FOLDER = "photos"
PAGE_ENDING = ".md"
ASSET_ENDINGS = (".avif", ".jpeg", ".jpg", ".pdf", ".png", ".webp")
"""Files allowed beside the pages: MkDocs would publish any other too, scripts and dumps included."""

PHOTO_ENDINGS = (".avif", ".jpeg", ".jpg", ".png", ".webp")
"""What originals of photographs may be; the site shows smaller copies."""


def _follow(codec: str) -> str:
    """The characters that the second byte of a Russian letter in UTF-8 is in another encoding."""
    return re.escape(bytes(range(0x80, 0xC0)).decode(codec, "ignore").replace("\u00a0", ""))


_CONFLICT = re.compile(r"(?:<<<<<<<|>>>>>>>)(?: |$)", re.MULTILINE)
_LOST = re.compile(r"\N{REPLACEMENT CHARACTER}|\?(?<![^\s(«“\"'].)\?+(?![^\s).,:;»”\"'])")
"""What stands for letters that a program could not keep: a sign for them, or a word of question marks."""
_CODECS = ("cp1251", "cp1252", "latin-1", "cp866", "koi8-r", "mac-roman")
"""As which UTF-8 is often read by mistake."""
_MISREAD = re.compile(
    "|".join(f"(?:[{bytes((0xD0, 0xD1)).decode(codec)}][{_follow(codec)}]){{2}}" for codec in _CODECS)
    + "|вЂ|â€|пїЅ|ï¿½|В«|Â«|[À-ÖØ-öø-ÿ]{5}"
)
"""Two Russian letters read in a wrong encoding, a quotation mark or a dash; or five letters of one byte each."""
EXTRAORDINARY = re.compile("[^\0-~А-яЁё\u00a0\u202f«»“”„‘’—–−…•·№§©®°±×€₽²³]")
"""What most texts have none of: without it nothing was misread, and all can be drawn."""
_BEGINNINGS = {
    b"%pdf": "PDF",
    b"pk\3\4": "DOCX, XLSX, ZIP",
    b"\xd0\xcf\x11\xe0": "DOC, XLS",
    b"{\\rtf": "RTF",
    b"<!doctype html": "HTML",
    b"<html": "HTML",
}
"""What else may lie under the name of a text."""
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
    if found := guess_format(raw):
        return refuse("wrong-content", ending=path.suffix, found=found)
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
    lines = text.split("\n") if EXTRAORDINARY.search(text) and _MISREAD.search(text) else []
    if misread := [(row, sign.start(), line) for row, line in enumerate(lines, 1) if (sign := _MISREAD.search(line))]:
        row, column, line = misread[0]
        wanted = shorten(re.sub(r"[^\x00-\x7f]+", _read_anew, line), 200)
        return refuse("misread-text", row, column + 1, written=shorten(line), wanted=wanted, count=str(len(misread)))
    hidden = find_hidden(text)
    return TextFile(file, remove_characters(text, hidden), tuple(_character_problems(file, text, hidden)))


def guess_format(raw: bytes) -> str:
    """Return what a file seems to be when it is neither a text of ours nor a picture, or nothing."""
    begin = raw[:20].lstrip().lower()
    return next((name for sign, name in _BEGINNINGS.items() if begin.startswith(sign)), "")


def _read_anew(run: re.Match[str]) -> str:
    """The letters that were read in a wrong encoding; others stay."""
    for wrong, right in (*((codec, "utf-8") for codec in _CODECS), ("cp1252", "cp1251")):
        with suppress(UnicodeError):
            return run[0].encode(wrong).decode(right)
    return run[0]


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
    """Yield the hidden characters and the first lost one of each line."""
    for number, line in enumerate(text.split("\n") if hidden or _LOST.search(text) else (), start=1):
        if columns := [column for column, c in enumerate(line, start=1) if c in hidden]:
            codes = dict.fromkeys(f"U+{ord(line[column - 1]):04X}" for column in columns)
            yield Problem(file, number, columns[0], "control-character", {"code": ", ".join(codes)})
        if lost := _LOST.search(line):
            yield Problem(file, number, lost.start() + 1, "lost-character", {"written": lost[0]})


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
    paths = (path for path in folder.iterdir() if path.name[0] != ".") if folder.is_dir() else ()
    return sorted(paths, key=lambda path: path.name)


def all_below(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder and its subfolders, in order; a link to a folder is not followed."""
    for path in visible(folder):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from all_below(path)
