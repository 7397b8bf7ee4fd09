"""The rules of files that are published as they are, and of photographs. The docstring of a check is the rule."""

import re
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from macros.checks.bilingual import find_twins
from macros.content.draft import Draft
from macros.content.files import (
    ASSET_ENDINGS,
    EXTRAORDINARY,
    NEWS_FOLDER,
    PAGE_ENDING,
    PHOTO_ENDINGS,
    PHOTO_FOLDER,
    SCHEMA_FOLDER,
    all_below,
    guess_format,
    shown_name,
    visible,
)
from macros.content.loading import DATA_NAMES
from macros.content.media import open_picture
from macros.content.model import LANGUAGES, NewsItem
from macros.content.problems import Problem, nearest, shorten
from macros.content.suggestions import suggest_name

MAX_PDF_BYTES = 20_000_000
MAX_PICTURE_BYTES = 5_000_000
MAX_PIXELS = 40_000_000

_PICTURES = {".avif": "AVIF", ".jpeg": "JPEG", ".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
_SIGNATURES = {
    "AVIF": rb"....ftypavi[fs]",
    "JPEG": rb"\xff\xd8\xff",
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "WEBP": rb"RIFF....WEBP",
}
_FOREIGN = {".bmp": "BMP", ".heic": "HEIC", ".heif": "HEIC", ".jxl": "JPEG XL", ".tif": "TIFF", ".tiff": "TIFF"}
_GPS, _CAMERA = 0x8825, 0x8769
"""The tags of the parts of EXIF that hold the place and the camera (EXIF 2.32, 4.6.3)."""
_OWNER = {0xA430, 0xA431, 0xA435}
"""The owner's name, the serial numbers of the camera and the lens (4.6.5)."""
_IN_XMP = re.compile(
    rb"exif:GPS|exifEX:(?:CameraOwnerName|\w*SerialNumber)|aux:(?:OwnerName|\w*SerialNumber)|Location(?:Created|Shown)"
    rb"|photoshop:City|Iptc4xmpCore:Location"
)
"""The same in XMP, which programs write as text into any format."""

_ACTIVE_IN_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_NAMES = ("name", "title", "short_name", "value", "label")
_FONT = Path(__file__).parents[2] / "overrides" / "fonts" / "golos-text-400.woff2"

LEAST_WIDTH = 800
"""What a photograph across a page of text needs, in pixels."""

_SITE_PATH = re.compile(r"(?:[a-z0-9]+(?:[-_][a-z0-9]+)*/)*[a-z0-9]+(?:[-_][a-z0-9]+)*\.[a-z0-9]+")


def check_folders(draft: Draft) -> Iterator[Problem]:
    """Лишнего в data/ и docs/ нет: каждый файл либо читается сайтом, либо это картинка или PDF рядом со страницами."""
    root, names = draft.root, sorted(DATA_NAMES)
    for path in visible(root / "data"):
        folders = (NEWS_FOLDER, PHOTO_FOLDER, SCHEMA_FOLDER)
        if path.name not in (*names, *folders) or (path.name in folders and not path.is_dir()):
            yield _unexpected(root, path, ", ".join(names), nearest(path.name, names))
    for path in visible(root / "data" / NEWS_FOLDER):
        if path.suffix != ".yaml":
            yield _unexpected(root, path, f"data/{NEWS_FOLDER}/*.yaml")
    for path in visible(root / "docs"):
        if path.name not in LANGUAGES:
            yield _unexpected(root, path, ", ".join(f"docs/{lang}/*{PAGE_ENDING}" for lang in LANGUAGES))
    for lang in LANGUAGES:
        yield from _check_published(root, root / "docs" / lang, (PAGE_ENDING, *ASSET_ENDINGS))
    yield from _check_published(root, root / "data" / PHOTO_FOLDER, PHOTO_ENDINGS)


def _check_published(root: Path, folder: Path, endings: Iterable[str]) -> Iterator[Problem]:
    """Check names and contents of the files in a folder that is published."""
    for path in all_below(folder):
        if path.is_dir() and not path.is_symlink():
            continue
        if path.is_symlink() and path.suffix != PAGE_ENDING:
            yield Problem(shown_name(path.relative_to(root)), 0, 0, "unreadable-file")
        elif path.suffix.lower() in _FOREIGN:
            details = {"found": _FOREIGN[path.suffix.lower()]}
            yield Problem(shown_name(path.relative_to(root)), 0, 0, "foreign-format", details)
        elif path.suffix not in endings:
            yield _unexpected(root, path, ", ".join(f"*{ending}" for ending in endings))
        elif not _SITE_PATH.fullmatch(path.relative_to(folder).as_posix()) and folder.parent.name == "docs":
            suggested = suggest_name(shown_name(path.relative_to(folder)), f"^{_SITE_PATH.pattern}$", "news/index.md")
            yield Problem(shown_name(path.relative_to(root)), 0, 0, "page-name", {"suggested": suggested})
        elif path.suffix != PAGE_ENDING:
            yield from _check_asset(root, path)


def _unexpected(root: Path, path: Path, allowed: str, hint: str = "") -> Problem:
    return Problem(shown_name(path.relative_to(root)), 0, 0, "unexpected-file", {"allowed": allowed, "nearest": hint})


def _check_asset(root: Path, path: Path) -> Iterator[Problem]:
    """Картинка или документ — то, чем назван; не слишком велик, не повреждён, ничего не выполняет и не выдаёт."""
    file = shown_name(path.relative_to(root))
    ending = path.suffix
    limit = MAX_PDF_BYTES if ending == ".pdf" else MAX_PICTURE_BYTES
    try:
        if not path.is_file():  # reading a pipe never ends
            raise FileNotFoundError(path)
        with path.open("rb") as stream:
            raw = stream.read(limit + 1)
    except OSError:
        yield Problem(file, 0, 0, "unreadable-file")
        return
    if len(raw) > limit:
        yield Problem(file, 0, 0, "file-too-big", {"limit": f"{limit // 1000}"})
    elif ending in _PICTURES:
        yield from _check_picture(file, path, raw)
    elif not raw.startswith(b"%PDF-"):
        yield Problem(file, 0, 0, "wrong-content", {"ending": ending, "found": guess_format(raw) or "—"})
    elif active := _ACTIVE_IN_PDF.search(raw):
        yield Problem(file, 0, 0, "active-file", {"written": active.group().decode("ascii")})


def _check_picture(file: str, path: Path, raw: bytes) -> Iterator[Problem]:
    """Read a picture to its end, in a reduced size where its format allows that."""
    found = ""
    try:
        with warnings.catch_warnings(action="ignore"), open_picture(raw) as image:
            found = image.format or ""
            width, height = image.size
            moves = getattr(image, "is_animated", False)
            is_private = False
            if width * height <= MAX_PIXELS:
                image.draft(None, (max(width // 8, 1), max(height // 8, 1)))
                image.load()
                exif = image.getexif()
                is_private = bool(exif.get_ifd(_GPS) or _OWNER & exif.get_ifd(_CAMERA).keys() or _IN_XMP.search(raw))
    except Exception:  # Pillow lets whatever a damaged file makes its decoders raise pass through
        if re.match(rb"....ftyp(?:hei|hev|mif|msf)", raw, re.DOTALL):
            yield Problem(file, 0, 0, "foreign-format", {"found": "HEIC"})
            return
        begins_well = re.match(_SIGNATURES[_PICTURES[path.suffix]], raw, re.DOTALL)
        rule = "broken-picture" if found or begins_well else "wrong-content"
        yield Problem(file, 0, 0, rule, {"ending": path.suffix, "found": guess_format(raw) or "—"})
        return
    if found != _PICTURES[path.suffix]:
        yield Problem(file, 0, 0, "wrong-content", {"ending": path.suffix, "found": found})
    elif width * height > MAX_PIXELS:
        details = {"width": str(width), "height": str(height), "limit": str(MAX_PIXELS // 1_000_000)}
        yield Problem(file, 0, 0, "too-many-pixels", details)
    elif moves:
        yield Problem(file, 0, 0, "moving-picture")
    elif is_private:
        yield Problem(file, 0, 0, "picture-location")


def check_photo_files(draft: Draft) -> Iterator[Problem]:
    """Снимок новости лежит в data/photos/, он не уже 800 точек, иначе выйдет нечётким; описание говорит, что на нём.

    Каждый снимок из data/photos/ нужен какой-нибудь новости.
    """
    for entry in draft.of(NewsItem):
        if (photo := entry.record.photo) is None:
            continue
        picture = draft.photos.get(photo.file)
        if photo.file not in draft.photos:
            hint = nearest(photo.file, draft.photos)
            yield entry.problem("missing-photo", "photo", "file", value=photo.file, nearest=hint)
        elif picture and picture.width < LEAST_WIDTH:
            details = {"value": photo.file, "width": str(picture.width), "limit": str(LEAST_WIDTH)}
            yield entry.problem("small-photo", "photo", "file", **details)
        if photo.alt.ru == entry.record.title.ru:
            yield entry.problem("title-again", "photo", "alt", "ru", value=shorten(photo.alt.ru))
    photos = (value.get("photo") for record in draft.written if isinstance(value := record.value, dict))
    used = {str(photo.get("file")) for photo in photos if isinstance(photo, dict)}
    for name in sorted(draft.photos.keys() - used) if not draft.unread else ():
        yield Problem(f"data/{PHOTO_FOLDER}/{name}", 0, 0, "unused-photo")


def check_letters_drawn(draft: Draft) -> Iterator[Problem]:
    """Буквы названий есть в шрифте картинок: иначе на карточках для соцсетей и на схеме на их месте будет пусто."""
    for twin in find_twins(draft):
        for lang in LANGUAGES if twin.key[-1] in _NAMES or twin.key[2:] == (0,) else ():
            name = twin.text(lang).split("\n")[0]  # of a page, its title
            if lacking := dict.fromkeys(letter for letter in EXTRAORDINARY.findall(name) if not _is_drawn(letter)):
                yield twin.problem("letters-not-drawn", lang, written=shorten(name), value=" ".join(lacking))


@cache
def _is_drawn(letter: str) -> bool:
    from PIL import ImageFont  # most sites have none to look at

    font = ImageFont.truetype(_FONT, 30, layout_engine=ImageFont.Layout.BASIC)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))
