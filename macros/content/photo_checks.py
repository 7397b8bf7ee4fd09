"""The rules of photographs: each is there, used, and large enough. The docstring of a check is the rule."""

from collections.abc import Iterator
from typing import cast

from macros.content.draft import Draft, Entry
from macros.content.folders import PHOTO_FOLDER
from macros.content.model import NewsItem, Photo
from macros.content.problems import Problem
from macros.content.uses import Unless

LEAST_WIDTH = 800
"""What a photograph across a page of text needs, in pixels."""


def check_photo_files(draft: Draft) -> Iterator[Problem]:
    """Снимок, названный в новости, лежит в data/photos/ под этим именем."""
    for entry, photo in _named(draft):
        if not draft.around.has_photo(photo.file):
            hint = draft.around.nearest_photo(photo.file)
            yield entry.problem("missing-photo", "photo", "file", value=photo.file, nearest=hint)


def check_unused_photos(draft: Draft) -> Iterator[Unless]:
    """Каждый снимок из data/photos/ нужен какой-нибудь новости."""
    for name in sorted(draft.photos):
        yield Unless(Problem(f"data/{PHOTO_FOLDER}/{name}", 0, 0, "unused-photo"), frozenset({("photo", name)}))


def check_photo_sizes(draft: Draft) -> Iterator[Problem]:
    """Снимок не уже 800 точек: иначе он выйдет нечётким."""
    for entry, photo in _named(draft):
        width = draft.around.photo_width(photo.file)
        if 0 < width < LEAST_WIDTH:
            details = {"value": photo.file, "width": str(width), "limit": str(LEAST_WIDTH)}
            yield entry.problem("small-photo", "photo", "file", **details)


def _named(draft: Draft) -> Iterator[tuple[Entry, Photo]]:
    for entry in draft.of("news"):
        if photo := cast(NewsItem, entry.record).photo:
            yield entry, photo
