"""Addresses: where pages stand, and which other addresses they had before."""

from functools import cache
from typing import NamedTuple

from macros.content.model import Language

FOLDERS: dict[Language, str] = {"ru": "", "en": "en/"}
"""Where the pages of a language begin, below the root of the site."""

RECORD_FOLDERS = {"organisation": "organisations", "news": "news", "tag": "news/tags"}
"""The folders of the pages that are made from records of a kind."""


class Former(NamedTuple):
    """A path that a page had before and the path that it has now, as in links from the docs folder: `news/a.md`.

    `written` is what the data say for the old one, in `file` at `line` and `column`; `record` names the record there.
    """

    old: str
    new: str
    written: str
    file: str
    line: int
    column: int
    record: str


@cache
def address(path: str) -> str:
    """Return the directory address of a prose page: `news/index.md` is at `news/`, `about.md` at `about/`."""
    stem = path.removesuffix(".md")
    return stem.removesuffix("index") if stem.split("/")[-1] == "index" else f"{stem}/"


def path_of(kind: str, record_id: str) -> str:
    """Return the path of the page made from a record, as links have it."""
    return f"{RECORD_FOLDERS[kind]}/{record_id}.md"
