"""Assets are named by what they hold, and by what those hold that they name."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from macros.render import assets
from macros.render.assets import STYLESHEET, publish_assets


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of assets to change."""
    (tmp_path / "words.js").write_text("export const one = 1;\n")
    (tmp_path / "search.js").write_text('import { one } from "./words.js";\n')
    (tmp_path / "fonts").mkdir()
    for weight in (400, 700):
        (tmp_path / "fonts" / f"golos-text-{weight}.woff2").write_bytes(b"font %d" % weight)
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    publish_assets.cache_clear()
    yield tmp_path
    publish_assets.cache_clear()


def published() -> dict[str, str]:
    publish_assets.cache_clear()
    return {name: asset.path for name, asset in publish_assets().items()}


def test_names_change_with_what_a_file_holds_or_names(folder: Path) -> None:
    before = published()
    (folder / "words.js").write_text("export const one = 2;\n")
    after = published()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"assets/words.js", "assets/search.js"}
    (folder / "fonts" / "golos-text-400.woff2").write_bytes(b"another font")
    changed = {name for name in after if after[name] != published()[name]}
    assert changed == {"assets/fonts/golos-text-400.woff2", STYLESHEET}


def test_what_files_name_is_there() -> None:
    publish_assets.cache_clear()
    paths = {asset.path for asset in publish_assets().values()}
    named = 0
    for asset in publish_assets().values():
        if asset.path.endswith((".css", ".js")):
            for name in re.findall(r"""["'(](?:\./)?([a-z0-9/-]+\.[0-9a-f]{10}\.[a-z0-9]+)["')]""", asset.raw.decode()):
                named += 1
                assert f"assets/{name}" in paths
    assert named >= 4, "two fonts and two imports at least"


def test_the_style_sheet_is_a_part_of_every_design(monkeypatch: pytest.MonkeyPatch) -> None:
    before = published()[STYLESHEET]
    monkeypatch.setattr(assets, "DEVICE_SCHEMES", {})
    assert published()[STYLESHEET] != before
    monkeypatch.undo()
    assert published()[STYLESHEET] == before
