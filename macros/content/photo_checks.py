"""The rules of photographs: each is there, used, and large enough. The docstring of a check is the rule."""

from collections.abc import Iterator
from typing import cast

from macros.content.draft import Draft, Entry
from macros.content.folders import PHOTO_FOLDER
from macros.content.model import NewsItem, Photo
from macros.content.problems import Problem, nearest

LEAST_WIDTH = 800
"""What a photograph across a page of text needs, in pixels."""


def check_photo_files(draft: Draft) -> Iterator[Problem]:
    """Снимок, названный в новости, лежит в data/photos/ под этим именем."""
    for entry, photo in _named(draft):
        if photo.file not in draft.photos:
            hint = nearest(photo.file, draft.photos)
            yield entry.problem("missing-photo", "photo", "file", value=photo.file, nearest=hint)


def check_unused_photos(draft: Draft) -> Iterator[Problem]:
    """Каждый снимок из data/photos/ нужен какой-нибудь новости."""
    used = {photo.file for _, photo in _named(draft)}
    written = {str(value["file"]) for record in draft.written if (value := _photo_as_written(record.value))}
    for name in sorted(set(draft.photos) - used - written):
        yield Problem(f"data/{PHOTO_FOLDER}/{name}", 0, 0, "unused-photo")


def check_photo_sizes(draft: Draft) -> Iterator[Problem]:
    """Снимок не уже 800 точек: иначе он выйдет нечётким."""
    for entry, photo in _named(draft):
        picture = draft.photos.get(photo.file)
        if picture and picture.width < LEAST_WIDTH:
            details = {"value": photo.file, "width": str(picture.width), "limit": str(LEAST_WIDTH)}
            yield entry.problem("small-photo", "photo", "file", **details)


def _named(draft: Draft) -> Iterator[tuple[Entry, Photo]]:
    for entry in draft.of("news"):
        if photo := cast(NewsItem, entry.record).photo:
            yield entry, photo


def _photo_as_written(value: object) -> dict[str, object] | None:
    """The photograph of a record that may be wrong otherwise."""
    photo = value.get("photo") if isinstance(value, dict) else None
    return photo if isinstance(photo, dict) and "file" in photo else None
