"""The index that Pagefind makes: the same bytes wherever the same pages lie, and a plain word when it fails."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from macros.site.search import run_pagefind
from tests.site.soundness import compare

PAGE = (
    '<!doctype html><html lang="ru"><body><main data-pagefind-body><h1>Страница {number}</h1>'
    '<p data-pagefind-filter="kind:{kind}">Слово{number} и общее слово о фольге, {number} раз.</p></main></body></html>'
)
NUMBERS = range(60)


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory, where a folder lists first what was written last."""
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)


def write(folder: Path, numbers: Iterable[int]) -> Path:
    for number in numbers:
        page = folder / "news" / f"item-{number}" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(PAGE.format(number=number, kind="ab"[number % 2]), "utf-8")
    return folder


def test_the_index_is_the_same_however_a_folder_is_listed(memory: Path, tmp_path: Path) -> None:
    one, other = write(memory / "one", NUMBERS), write(memory / "other", reversed(NUMBERS))
    listed = [[path.name for path in (pages / "news").iterdir()] for pages in (one, other)]
    assert listed[0] != listed[1], "the order that this test is about"
    for name, pages in (("a", one), ("b", other), ("c", write(tmp_path / "pages", NUMBERS))):
        run_pagefind(pages, tmp_path / name, "ru")
    assert compare(tmp_path / "a", tmp_path / "b") == []
    assert compare(tmp_path / "a", tmp_path / "c") == []
    assert len(list((tmp_path / "a" / "fragment").iterdir())) == len(NUMBERS)


def test_a_pagefind_that_fails_says_why_and_ends(tmp_path: Path) -> None:
    pages = write(tmp_path / "pages", NUMBERS)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Abort, match="NotADirectory"):
        run_pagefind(pages, tmp_path / "file" / "index", "ru")


def test_a_page_that_cannot_be_read_fails_and_does_not_hang(tmp_path: Path) -> None:
    pages = write(tmp_path / "pages", NUMBERS)
    (pages / "news" / "item-30" / "index.html").write_bytes(b"\xff")
    with pytest.raises(Abort, match="utf-8"):
        run_pagefind(pages, tmp_path / "index", "ru")
