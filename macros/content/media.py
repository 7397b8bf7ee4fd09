"""The originals of photographs: where they are and how large they are shown."""

import io
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from PIL import Image

_KINDS = ("Avif", "Bmp", "Gif", "Jpeg", "Png", "Tiff", "WebP")
"""What is recognised: left to itself, Pillow loads all of its 45 modules for a picture that is none of five kinds."""
_ORIENTATION = 0x0112
_LYING = (5, 6, 7, 8)
"""Orientations (EXIF 2.32, 4.6.4) in which a camera held upright stores a picture on its side."""


class Picture(Struct, frozen=True):
    """The original of a photograph: where it is, how large it is shown, in pixels, and a digest of its bytes."""

    path: Path
    width: int
    height: int
    digest: str


def read_picture(path: Path) -> Picture | None:
    """Return the size and digest of a picture, or None when it cannot be read."""
    import hashlib  # as Pillow below: only a site with pictures waits for it

    try:
        raw = path.read_bytes()
        with open_picture(raw) as image:
            width, height = image.size
            if image.getexif().get(_ORIENTATION, 1) in _LYING:
                width, height = height, width
    except Exception:  # Pillow lets through whatever a damaged file makes its decoders raise
        return None
    return Picture(path, width, height, hashlib.sha256(raw).hexdigest()[:16])


def open_picture(raw: bytes) -> "Image.Image":
    """Return a picture of any size, not decoded yet: `checks.media` limits the size, with a message of its own."""
    from PIL import Image

    for kind in _KINDS:
        import_module(f"PIL.{kind}ImagePlugin")
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(io.BytesIO(raw), formats=[kind.upper() for kind in _KINDS])
