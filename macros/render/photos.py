"""Photographs on pages: the sizes and formats that a browser may choose from."""

from typing import NamedTuple

from markupsafe import Markup

from macros.content.media import Picture
from macros.content.model import Photo
from macros.render.components import render_template
from macros.render.view import View

WIDTHS = (480, 960, 1600)
"""Widths of the copies in pixels: a phone, a page of text, the same on a dense screen."""
FORMATS = ("avif", "webp")


class Copy(NamedTuple):
    """A copy of a photograph: its address below the site's root, its format and its size in pixels."""

    path: str
    format: str
    width: int
    height: int


def list_copies(name: str, picture: Picture) -> list[Copy]:
    """Return the copies of a photograph in every format, smallest first; none is larger than the original."""
    largest = min(picture.width, WIDTHS[-1])
    widths = [width for width in WIDTHS if width < 0.8 * largest] + [largest]
    stem = f"assets/photos/{name.rpartition('.')[0]}-{picture.digest[:8]}"
    return [
        Copy(f"{stem}-{width}.{form}", form, width, round(picture.height * width / picture.width))
        for form in FORMATS
        for width in widths
    ]


def render_photo(view: View, photo: Photo) -> Markup:
    """A photograph with its alternative text and author; width and height reserve its place while it loads."""
    copies = list_copies(photo.file, view.site.photos[photo.file])
    by_format = {form: [copy for copy in copies if copy.format == form] for form in FORMATS}
    shown = next(copy for copy in by_format["webp"] if copy.width >= min(960, by_format["webp"][-1].width))
    return render_template("photo", view, photo=photo, copies=by_format, shown=shown)
