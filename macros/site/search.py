"""The search index of one language, by Pagefind, the same bytes for the same pages.

Pagefind reads, instead of the pages, files that hold only what search may find; they are kept in a folder of the cache
from build to build, and so is the index made of them.
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cbor2
from mkdocs.exceptions import Abort

from macros.content.model import Language
from macros.outputs.headers import is_lasting
from macros.site.kept import Stamp, stamp_of

FOLDER = "pagefind/"
UNUSED_FILES = (
    "pagefind-ui.*",
    "pagefind-modular-ui.*",
    "pagefind-component-ui.*",
    "pagefind-highlight.js",
)
_MAGIC = b"pagefind_dcd"
_MAIN = re.compile(r"<main .*</main>", re.DOTALL)


@dataclass(frozen=True)
class SearchFolder:
    """A folder that keeps what search reads of the pages of a language, and the index made of that."""

    folder: Path
    lang: Language

    def _document(self, page: str) -> Path:
        return self.folder / "pages" / page / "index.html"

    def has(self, page: str, stamp: Stamp) -> bool:
        """Whether what search reads of a page, by its address, is still as it was written."""
        return stamp_of(self._document(page)) == stamp

    def write(self, page: str, file: Path) -> Stamp:
        """Take what search may find from the file of a page."""
        main = _MAIN.search(file.read_text("utf-8"))
        assert main is not None, f"{file} has a <main>"
        document = self._document(page)
        document.parent.mkdir(parents=True, exist_ok=True)
        document.write_text(f'<!doctype html><html lang="{self.lang}"><body>{main[0]}</body></html>', "utf-8")
        stamp = stamp_of(document)
        assert stamp is not None
        return stamp

    def publish(self, pages: Mapping[str, Stamp], staging: Path, target: Path, prefix: str) -> set[str]:
        """Put the index of these pages into `staging`, but what `target` has already; return the addresses of that.

        `prefix`: the folder of the language below the site's root. Raises Abort when Pagefind fails.
        """
        self._forget_others(pages)
        index = self._index(pages)
        there = set()
        for file in _list_files(index):
            name = FOLDER + file.relative_to(index).as_posix()
            old = stamp_of(target / name)
            if is_lasting(prefix + name) and old and old[0] == file.stat().st_size:
                there.add(prefix + name)
                continue
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, staging / name)
        return there

    def _forget_others(self, pages: Mapping[str, Stamp]) -> None:
        """Delete what is kept of pages that are no more: Pagefind would find them."""
        folder = self.folder / "pages"
        wanted = {self._document(page) for page in pages}
        for file in folder.rglob("*"):
            if file.is_file() and file not in wanted:
                file.unlink()

    def _index(self, pages: Mapping[str, Stamp]) -> Path:
        """The folder with the index of these pages, made now or by an earlier build."""
        key = hashlib.sha256(repr(sorted(pages.items())).encode()).hexdigest()[:16]
        index = self.folder / f"index-{key}"
        whole = self.folder / f"index-{key}.files"
        if not whole.is_file() or whole.read_text() != str(len(_list_files(index))):
            unfinished = self.folder / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            run_pagefind(self.folder / "pages", unfinished, self.lang)
            for old in self.folder.glob("index-*"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            unfinished.rename(index)
            whole.write_text(str(len(_list_files(index))))
        return index


def _list_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def run_pagefind(pages: Path, index: Path, lang: Language) -> None:
    """Write the index of a folder of pages into the folder `index`. Raises Abort when Pagefind fails."""
    command = [sys.executable, "-m", "pagefind", "--site", str(pages), "--output-path", str(index)]
    run = subprocess.run(
        [*command, "--force-language", lang],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise Abort(f"pagefind: {run.stdout}{run.stderr}")
    for pattern in UNUSED_FILES:
        for path in index.glob(pattern):
            path.unlink()
    settle_order(index)


def settle_order(index: Path) -> None:
    """Put in order what Pagefind 1.5.2 writes in that of a hash table: the values of filters, and the languages.

    Its files are named by their contents and name one another: a filter changes the meta file, and that the entry.
    """
    entry_file = index / "pagefind-entry.json"
    entry = json.loads(entry_file.read_text("utf-8"))
    for lang, about in entry["languages"].items():
        names = {path.name: _settle_filter(path, lang) for path in (index / "filter").glob(f"{lang}_*.pf_filter")}
        meta_file = index / f"pagefind.{about['hash']}.pf_meta"
        meta = gzip.decompress(meta_file.read_bytes())
        for old, new in sorted(names.items()):
            meta = meta.replace(old.removesuffix(".pf_filter").encode(), new.removesuffix(".pf_filter").encode())
        about["hash"] = f"{lang}_{_digest(meta, 10)}"
        meta_file.unlink()
        _write(index / f"pagefind.{about['hash']}.pf_meta", meta)
    entry_file.write_text(json.dumps(entry, sort_keys=True), "utf-8")


def _settle_filter(path: Path, lang: str) -> str:
    """Sort the values of a filter, `[name, [[value, [pages]], …]]` in CBOR; return the new name of its file."""
    raw = gzip.decompress(path.read_bytes())
    name, values = cbor2.loads(raw.removeprefix(_MAGIC))
    settled = _MAGIC + cbor2.dumps([name, sorted(values)])
    path.unlink()
    new = f"{lang}_{_digest(settled, 7)}.pf_filter"
    _write(path.with_name(new), settled)
    return new


def _digest(raw: bytes, length: int) -> str:
    return hashlib.sha256(raw).hexdigest()[:length]


def _write(path: Path, raw: bytes) -> None:
    path.write_bytes(gzip.compress(raw, 9, mtime=0))
