"""Copies of photographs, smaller and lighter than the originals, without what a camera wrote into them."""

import io
import os
from pathlib import Path

import PIL
from PIL import Image, ImageOps

from macros.content.assets import Picture
from macros.content.site import Site
from macros.render.photos import Copy, list_copies

_SETTINGS: dict[str, dict[str, int]] = {"avif": {"quality": 55, "speed": 6}, "webp": {"quality": 72, "method": 6}}


def export_photos(site: Site, cache: Path) -> dict[str, bytes]:
    """Return the copies of every photograph that news show, by address; `cache` is a folder that keeps them.

    A copy is a function of the original, the settings and the version of Pillow, which are its name there.
    """
    copies: dict[str, bytes] = {}
    for name in sorted({item.photo.file for item in site.news if item.photo}):
        picture = site.photos[name]
        for copy in list_copies(name, picture):
            copies[copy.path] = _load(picture, copy, cache) or _save(picture, copy, cache)
    return copies


def _cached(picture: Picture, copy: Copy, cache: Path) -> Path:
    settings = "-".join(f"{key}{value}" for key, value in _SETTINGS[copy.format].items())
    return cache / f"{picture.digest}-{copy.width}-{settings}-{PIL.__version__}.{copy.format}"


def _load(picture: Picture, copy: Copy, cache: Path) -> bytes | None:
    """Return the copy that was made before, if it is whole."""
    try:
        raw = _cached(picture, copy, cache).read_bytes()
        with Image.open(io.BytesIO(raw)) as image:
            return raw if image.size == (copy.width, copy.height) else None
    except OSError:
        return None


def _save(picture: Picture, copy: Copy, cache: Path) -> bytes:
    raw = make_copy(picture, copy)
    path = _cached(picture, copy, cache)
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(raw)
    unfinished.replace(path)
    return raw


def make_copy(picture: Picture, copy: Copy) -> bytes:
    """Return a photograph in the size and format of a copy, turned upright, with nothing but its pixels."""
    with Image.open(picture.path) as original:
        upright = ImageOps.exif_transpose(original).convert("RGB")
        image = upright.resize((copy.width, copy.height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    # One thread: AVIF cut into tiles by the number of processors would differ from machine to machine.
    threads = {"max_threads": 1} if copy.format == "avif" else {}
    image.save(out, copy.format.upper(), **_SETTINGS[copy.format], **threads)
    return out.getvalue()
