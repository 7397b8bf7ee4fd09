"""The index that Pagefind makes: the same bytes wherever the same pages lie, and a plain word when it fails."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from macros.site import search
from macros.site.search import run_pagefind

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
    first = run_pagefind(one, "ru")
    assert run_pagefind(other, "ru") == first
    assert run_pagefind(write(tmp_path / "pages", NUMBERS), "ru") == first
    assert len([name for name in first if name.startswith("pagefind/fragment/")]) == len(NUMBERS)
    assert all(first.values()), "whole files"


def test_a_pagefind_that_ends_before_its_answers_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pagefind"
    program.write_text("#!/bin/sh\nhead -c 1000 >/dev/null\necho no room >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(search, "get_executable", lambda: program)
    with pytest.raises(Abort, match="no room"):
        run_pagefind(write(tmp_path / "pages", NUMBERS), "ru")


def test_what_pagefind_refuses_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_list_requests", lambda *_: iter([{"type": "GetFiles", "index_id": 5}]))
    with pytest.raises(Abort, match="Invalid index"):
        run_pagefind(tmp_path, "ru")


def test_a_page_that_cannot_be_read_fails_and_does_not_hang(tmp_path: Path) -> None:
    pages = write(tmp_path / "pages", NUMBERS)
    (pages / "news" / "item-30" / "index.html").write_bytes(b"\xff")
    with pytest.raises(Abort, match="utf-8"):
        run_pagefind(pages, "ru")
