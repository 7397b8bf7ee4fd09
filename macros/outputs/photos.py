"""Copies of photographs, smaller and lighter than the originals, without what a camera wrote into them."""

import io
import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import get_ident

import PIL
from PIL import Image, ImageCms, ImageOps

from macros.content.media import Picture
from macros.content.site import Site
from macros.outputs import Makers
from macros.render.photos import Copy, list_copies

_PAPER = "#fff"
"""What is seen through a transparent picture."""

_RECIPE = "srgb"
"""Part of the name of a kept copy: a new word here makes all copies anew."""

_SETTINGS: dict[str, dict[str, int]] = {"avif": {"quality": 55, "speed": 7}, "webp": {"quality": 72, "method": 6}}


def plan_photos(site: Site, cache: Path) -> Makers:
    """Return by address how to make the copies of every photograph that news show.

    `cache` keeps them: the only folder that does, and it may be deleted. A copy is a function of the original, the
    settings and the version of Pillow, which are its name there.
    """
    copies: Makers = {}
    for name in sorted({item.photo.file for item in site.news if item.photo}):
        picture = site.photos[name]
        for copy in list_copies(name, picture):
            settings = "-".join(f"{key}{value}" for key, value in _SETTINGS[copy.format].items())
            kept = cache / f"{picture.digest}-{copy.width}-{_RECIPE}-{settings}-{PIL.__version__}.{copy.format}"
            copies[copy.path] = partial(_keep, kept, picture, copy)
    return copies


def _keep(path: Path, picture: Picture, copy: Copy) -> bytes:
    """Return the copy that an earlier build kept under `path`, if it is whole; else make it and keep it.

    It is put there in one step, so that an interrupted build, or two at once, leave nothing half written.
    """
    with suppress(OSError), Image.open(path) as kept:
        if kept.size == (copy.width, copy.height):
            return path.read_bytes()
    raw = make_copy(picture, copy)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}-{get_ident()}")
    unfinished.write_bytes(raw)
    unfinished.replace(path)
    return raw


def make_copy(picture: Picture, copy: Copy) -> bytes:
    """Return a photograph in the size and format of a copy: upright, opaque, in sRGB, nothing but its pixels."""
    with Image.open(picture.path) as original:
        upright = _flatten(ImageOps.exif_transpose(original))
        image = upright.resize((copy.width, copy.height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    # One thread: AVIF cut into tiles by the number of processors would differ from machine to machine.
    threads = {"max_threads": 1} if copy.format == "avif" else {}
    image.save(out, copy.format.upper(), **_SETTINGS[copy.format], **threads)
    return out.getvalue()


def _flatten(image: Image.Image) -> Image.Image:
    """Return a picture in sRGB, on paper where it is transparent; a profile that cannot be read is left out."""
    profile = image.info.pop("icc_profile", None)
    if image.mode.startswith("I"):  # 16 bits: Pillow would cut off what is brighter than 255
        image = image.point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, _PAPER)
        paper.alpha_composite(image.convert("RGBA"))
        image = paper.convert("RGB")
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
            del image.info["icc_profile"]
    return image.convert("RGB")
