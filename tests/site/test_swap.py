"""Putting what was built into the site: whatever lies in the way, and nothing outside it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from macros.site.swap import replace_site


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def read(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    return write(tmp_path / "staging", {"index.html": "new", "news/one/index.html": "new", "a.txt": "new"})


def test_what_was_built_or_stays_is_all_that_is_left(staging: Path, tmp_path: Path) -> None:
    site = write(tmp_path / "site", {"index.html": "old", "kept/b.txt": "kept", "gone/deep/c.txt": "x", "d.txt": "x"})
    replace_site(staging, site, {"kept/b.txt"})
    assert read(site) == {"index.html": "new", "news/one/index.html": "new", "a.txt": "new", "kept/b.txt": "kept"}
    assert not (site / "gone").exists()


def test_files_folders_and_links_that_stand_in_the_way_go(staging: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"one/index.html": "not ours", "e.txt": "not ours"})
    site = write(tmp_path / "site", {"a.txt/f.txt": "a folder where a file is wanted"})
    (site / "news").symlink_to(outside)
    (site / "more").symlink_to(outside)
    replace_site(staging, site, set())
    assert read(site) == {"index.html": "new", "news/one/index.html": "new", "a.txt": "new"}
    assert not (site / "more").is_symlink() and not (site / "news").is_symlink()
    assert read(outside) == {"one/index.html": "not ours", "e.txt": "not ours"}
    (site / "news" / "one" / "index.html").unlink()
    (site / "news" / "one").rmdir()
    (site / "news" / "one").write_text("a file where a folder is wanted")
    replace_site(write(tmp_path / "staging", {"news/one/index.html": "newer"}), site, {"index.html", "a.txt"})
    assert read(site) == {"index.html": "new", "news/one/index.html": "newer", "a.txt": "new"}


def test_a_project_may_lie_behind_a_link(staging: Path, tmp_path: Path) -> None:
    write(tmp_path / "disk" / "site", {"index.html": "old"})
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    replace_site(staging, tmp_path / "home" / "site", set())
    assert (tmp_path / "home").is_symlink()
    assert read(tmp_path / "disk" / "site")["index.html"] == "new"
