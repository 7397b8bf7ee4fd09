"""Pictures, documents, fonts: what is inside, because files that no page is made of are published as they are."""

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macros.content.files import shown_name
from macros.content.problems import Problem, shorten

if TYPE_CHECKING:
    from xml.etree import ElementTree

MAX_BYTES = {".pdf": 20_000_000}
MAX_OTHER_BYTES = 5_000_000
MAX_PIXELS = 40_000_000

_PICTURES = {".avif": "AVIF", ".ico": "ICO", ".jpeg": "JPEG", ".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
_BEGINNINGS = {".pdf": b"%PDF-", ".woff2": b"wOF2"}
_SIGNATURES = {
    "AVIF": rb"....ftypavi[fs]",
    "ICO": rb"\0\0\1\0",
    "JPEG": rb"\xff\xd8\xff",
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "WEBP": rb"RIFF....WEBP",
}
_TEXTS = (".css", ".js", ".txt")
_GPS = 0x8825
"""The tag of the part of EXIF that holds the place (EXIF 2.32, 4.6.3)."""

_ORIENTATION = 0x0112
_LYING = (5, 6, 7, 8)
"""Orientations (EXIF 2.32, 4.6.4) in which a camera held upright stores a picture on its side."""

_ACTIVE_IN_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_SVG = "{http://www.w3.org/2000/svg}"
_SVG_TAGS = """
    circle clipPath defs desc ellipse g line linearGradient mask path pattern polygon polyline radialGradient rect stop
    svg symbol text title tspan use
"""
_DRAWS = frozenset(_SVG + tag for tag in _SVG_TAGS.split())


@dataclass(frozen=True)
class Picture:
    """The original of a photograph: where it is, how large it is shown, in pixels, and a digest of its bytes."""

    path: Path
    width: int
    height: int
    digest: str


def read_picture(path: Path) -> Picture | None:
    """Return what is to be known of a picture, or None when it cannot be read."""
    try:
        raw = path.read_bytes()
        with _open(io.BytesIO(raw)) as image:
            width, height = image.size
            if image.getexif().get(_ORIENTATION, 1) in _LYING:
                width, height = height, width
    except Exception:  # as in `_check_picture`, which says what is wrong
        return None
    return Picture(path, width, height, hashlib.sha256(raw).hexdigest()[:16])


def _open(raw: io.BytesIO) -> Any:
    """Open a picture with Pillow, which is imported only when there is one."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # judged here, before anything is decoded, with a message of ours
    return Image.open(raw)


def check_asset(root: Path, path: Path) -> Iterator[Problem]:
    """Картинка, документ, шрифт — то, чем назван; не слишком велик, не повреждён, ничего не выполняет и не выдаёт."""
    file = shown_name(path.relative_to(root))
    ending = path.suffix
    limit = MAX_BYTES.get(ending, MAX_OTHER_BYTES)
    try:
        raw = _read(path, limit + 1)
    except OSError:
        yield Problem(file, 0, 0, "unreadable-file")
        return
    if len(raw) > limit:
        yield Problem(file, 0, 0, "file-too-big", {"limit": f"{limit // 1000}"})
    elif ending in _PICTURES:
        yield from _check_picture(file, path, raw)
    elif ending == ".svg":
        yield from _check_drawing(file, raw)
    elif not raw.startswith(_BEGINNINGS.get(ending, b"")) or (ending in _TEXTS and b"\0" in raw):
        yield Problem(file, 0, 0, "wrong-content", {"ending": ending, "found": "—"})
    elif ending == ".pdf" and (active := _ACTIVE_IN_PDF.search(raw)):
        yield Problem(file, 0, 0, "active-file", {"written": active.group().decode("ascii")})


def _read(path: Path, size: int) -> bytes:
    """Read the beginning of a plain file: a pipe never ends. Raises OSError."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with path.open("rb") as stream:
        return stream.read(size)


def _check_picture(file: str, path: Path, raw: bytes) -> Iterator[Problem]:
    """Read a picture to its end, in a reduced size where its format allows that."""
    found = ""
    try:
        with warnings.catch_warnings(action="ignore"), _open(io.BytesIO(raw)) as image:
            found = image.format or ""
            width, height = image.size
            moves = getattr(image, "is_animated", False)
            has_place = False
            if width * height <= MAX_PIXELS:
                image.draft(None, (max(width // 8, 1), max(height // 8, 1)))
                image.load()
                has_place = bool(image.getexif().get_ifd(_GPS))
    except Exception:  # Pillow lets whatever a damaged file makes its decoders raise pass through
        begins_well = re.match(_SIGNATURES[_PICTURES[path.suffix]], raw, re.DOTALL)
        rule = "broken-picture" if found or begins_well else "wrong-content"
        yield Problem(file, 0, 0, rule, {"ending": path.suffix, "found": "—"})
        return
    if found != _PICTURES[path.suffix]:
        yield Problem(file, 0, 0, "wrong-content", {"ending": path.suffix, "found": found})
    elif width * height > MAX_PIXELS:
        details = {"width": str(width), "height": str(height), "limit": str(MAX_PIXELS // 1_000_000)}
        yield Problem(file, 0, 0, "too-many-pixels", details)
    elif moves:
        yield Problem(file, 0, 0, "moving-picture")
    elif has_place:
        yield Problem(file, 0, 0, "picture-location")


def _check_drawing(file: str, raw: bytes) -> Iterator[Problem]:
    """An SVG may only draw: no scripts, no events, nothing from elsewhere, no document type with entities."""
    from xml.etree import ElementTree  # here, since drawings are rare

    if declaration := re.search(rb"<!(?!--)[^>]{0,60}|<\?(?!xml )[^>]{0,60}", raw):
        yield Problem(file, 0, 0, "active-file", {"written": shorten(declaration.group().decode("utf-8", "replace"))})
        return
    try:
        drawing = ElementTree.fromstring(raw)
    except (ElementTree.ParseError, ValueError, LookupError):
        yield Problem(file, 0, 0, "wrong-content", {"ending": ".svg", "found": "—"})
        return
    if drawing.tag != f"{_SVG}svg":
        yield Problem(file, 0, 0, "wrong-content", {"ending": ".svg", "found": shorten(drawing.tag)})
        return
    for element in drawing.iter():
        if active := _find_active(element):
            yield Problem(file, 0, 0, "active-file", {"written": shorten(active)})


def _find_active(element: "ElementTree.Element") -> str:
    """Return what in an element does more than draw, or nothing."""
    if element.tag not in _DRAWS:
        return f"<{element.tag.rpartition('}')[2]}>"
    for name, value in element.attrib.items():
        bare = name.rpartition("}")[2].lower()
        compact = re.sub(r"[\x00-\x20]", "", value).lower()
        is_outside = (bare == "href" and not compact.startswith("#")) or re.search(
            r"url\((?!['\"]?#)|@import|javascript:|data:|//", compact
        )
        if bare.startswith("on") or bare == "base" or is_outside:
            return f'{bare}="{value}"'
    return ""
