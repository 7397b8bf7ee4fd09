"""Which files may lie where: finds news and pages, and what the site would not read or should not publish."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from macros.content.assets import Picture, check_asset, read_picture
from macros.content.files import shown_name
from macros.content.languages import LANGUAGES, Language
from macros.content.problems import Problem, nearest

NEWS_FOLDER = "news"
SCHEMA_FOLDER = "schema"
PHOTO_FOLDER = "photos"
PAGE_ENDING = ".md"
ASSET_ENDINGS = (".avif", ".jpeg", ".jpg", ".pdf", ".png", ".webp")
"""What else may lie among the pages: MkDocs publishes every file it finds there, scripts and dumps included."""

PHOTO_ENDINGS = (".avif", ".jpeg", ".jpg", ".png", ".webp")
"""What originals of photographs may be; the site shows smaller copies."""

OVERRIDES_ENDINGS = (".avif", ".css", ".ico", ".js", ".png", ".svg", ".txt", ".webp", ".woff2")
"""What may lie in `overrides/assets`: fonts, icons, scripts, and the texts of licences."""

_SITE_PATH = re.compile(r"(?:[a-z0-9]+(?:[-_][a-z0-9]+)*/)*[a-z0-9]+(?:[-_][a-z0-9]+)*\.[a-z0-9]+")


@dataclass(frozen=True)
class Folders:
    """What lies in the folders, beside data and prose: pictures and documents among pages, photos, and problems."""

    problems: tuple[Problem, ...] = ()
    assets: Mapping[Language, frozenset[str]] = field(default_factory=dict)
    photos: Mapping[str, Picture | None] = field(default_factory=dict)


def look_into_folders(root: Path, data_files: Iterable[str]) -> Folders:
    """Return what lies in the folders beside data and prose, and what is wrong with it."""
    return Folders(
        tuple(check_folders(root, data_files)),
        {lang: find_assets(root, lang) for lang in LANGUAGES},
        {path.name: read_picture(path) for path in find_photos(root)},
    )


def find_news(root: Path) -> list[Path]:
    """Return the files of `data/news/`, in order."""
    return [path for path in _visible(root / "data" / NEWS_FOLDER) if path.suffix == ".yaml"]


def find_pages(root: Path, lang: Language) -> list[Path]:
    """Return the Markdown files of `docs/<lang>/` and its subfolders, in order."""
    return [path for path in _all_below(root / "docs" / lang) if path.suffix == PAGE_ENDING]


def find_assets(root: Path, lang: Language) -> frozenset[str]:
    """Return the paths, below `docs/<lang>/`, of the pictures and documents that lie beside the pages."""
    folder = root / "docs" / lang
    return frozenset(path.relative_to(folder).as_posix() for path in _all_below(folder) if path.suffix in ASSET_ENDINGS)


def find_photos(root: Path) -> list[Path]:
    """Return the originals of photographs in `data/photos/`, in order."""
    return [path for path in _visible(root / "data" / PHOTO_FOLDER) if path.suffix in PHOTO_ENDINGS]


def check_folders(root: Path, data_files: Iterable[str]) -> Iterator[Problem]:
    """Лишнего в data/ и docs/ нет: каждый файл либо читается сайтом, либо это картинка или PDF рядом со страницами."""
    names = sorted(data_files)
    for path in _visible(root / "data"):
        folders = (NEWS_FOLDER, PHOTO_FOLDER, SCHEMA_FOLDER)
        if path.name not in (*names, *folders) or (path.name in folders and not path.is_dir()):
            yield _unexpected(root, path, ", ".join(names), nearest(path.name, names))
    for path in _visible(root / "data" / NEWS_FOLDER):
        if path.suffix != ".yaml":
            yield _unexpected(root, path, f"data/{NEWS_FOLDER}/*.yaml")
    for path in _visible(root / "docs"):
        if path.name not in LANGUAGES:
            yield _unexpected(root, path, ", ".join(f"docs/{lang}/*{PAGE_ENDING}" for lang in LANGUAGES))
    for lang in LANGUAGES:
        yield from _check_published(root, root / "docs" / lang, (PAGE_ENDING, *ASSET_ENDINGS))
    yield from _check_published(root, root / "data" / PHOTO_FOLDER, PHOTO_ENDINGS)
    yield from _check_published(root, root / "overrides" / "assets", OVERRIDES_ENDINGS)


def _check_published(root: Path, folder: Path, endings: Iterable[str]) -> Iterator[Problem]:
    """Yield what is wrong with the names and contents of files that are published, as they are or as pages."""
    for path in _all_below(folder):
        if path.is_dir() and not path.is_symlink():
            continue
        if path.is_symlink() and path.suffix != PAGE_ENDING:
            yield Problem(shown_name(path.relative_to(root)), 0, 0, "unreadable-file")
        elif path.suffix not in endings:
            yield _unexpected(root, path, ", ".join(f"*{ending}" for ending in endings))
        elif not _SITE_PATH.fullmatch(path.relative_to(folder).as_posix()) and folder.parent.name == "docs":
            yield Problem(shown_name(path.relative_to(root)), 0, 0, "page-name")
        elif path.suffix != PAGE_ENDING:
            yield from check_asset(root, path)


def _unexpected(root: Path, path: Path, allowed: str, hint: str = "") -> Problem:
    return Problem(shown_name(path.relative_to(root)), 0, 0, "unexpected-file", {"allowed": allowed, "nearest": hint})


def _visible(folder: Path) -> list[Path]:
    """What lies in a folder, in order, except hidden files: those belong to tools, and MkDocs leaves them out too."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []


def _all_below(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder and its subfolders, in order; a link to a folder is not followed."""
    for path in _visible(folder):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _all_below(path)
