"""The search index of one language, by Pagefind, the same bytes for the same pages.

Pagefind reads, instead of the pages, files that hold only what search may find; they are kept in a folder of the cache
from build to build, with a note of what the index in the site was made of.
"""

import gzip
import hashlib
import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cbor2
from mkdocs.exceptions import Abort
from pagefind_bin import get_executable

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

    def _document(self, page: str) -> str:
        return f"{self.folder}/pages/{page}index.html"

    def has(self, page: str, stamp: Stamp) -> bool:
        """Whether what search reads of a page, by its address, is still as it was written."""
        return stamp_of(self._document(page)) == stamp

    def write(self, page: str, html: str) -> Stamp:
        """Take what search may find from the HTML of a page."""
        main = _MAIN.search(html)
        assert main is not None, f"{page} has a <main>"
        document = Path(self._document(page))
        document.parent.mkdir(parents=True, exist_ok=True)
        document.write_text(f'<!doctype html><html lang="{self.lang}"><body>{main[0]}</body></html>', "utf-8")
        stamp = stamp_of(document)
        assert stamp is not None
        return stamp

    def forget_others(self, pages: Mapping[str, Stamp]) -> None:
        """Delete what is kept of pages that are no more: Pagefind would find them."""
        wanted = {self._document(page) for page in pages}
        for path in _list_files(f"{self.folder}/pages"):
            if path not in wanted:
                Path(path).unlink()

    def publish(self, pages: Mapping[str, Stamp], staging: Path, target: Path, prefix: str) -> frozenset[str]:
        """Make the index of these pages in `staging`, but what `target` has; return its files, below these folders.

        `prefix`: the folder of the language below the site's root. Raises Abort when Pagefind fails.
        """
        made_of = hashlib.sha256(repr(sorted(pages.items())).encode()).hexdigest()
        names = self._find_made(made_of, target)
        if names is None:
            run_pagefind(self.folder / "pages", staging / FOLDER, self.lang)
            names = self._note_made(made_of, staging, target, prefix)
        return names

    @property
    def _note(self) -> Path:
        return self.folder / "index.json"

    def _find_made(self, made_of: str, target: Path) -> frozenset[str] | None:
        """The files of the index in the site, if it was made of the same pages and all are as they were then."""
        try:
            note = json.loads(self._note.read_bytes())
            stamps = {str(name): tuple(stamp) for name, stamp in note["files"].items()}
            is_same = note["made_of"] == made_of
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        is_whole = is_same and all(stamp_of(f"{target}/{name}") == stamp for name, stamp in stamps.items())
        return frozenset(stamps) if is_whole else None

    def _note_made(self, made_of: str, staging: Path, target: Path, prefix: str) -> frozenset[str]:
        """Note what was made. If it never comes to stand in the site, its stamps are not found there."""
        stamps: dict[str, Stamp | None] = {}
        for path in _list_files(f"{staging}/{FOLDER.rstrip('/')}"):
            name = path.removeprefix(f"{staging}/")
            new, old = stamp_of(path), stamp_of(f"{target}/{name}")
            is_there = is_lasting(prefix + name) and old is not None and new is not None and old[0] == new[0]
            stamps[name] = old if is_there else new
            if is_there:
                Path(path).unlink()
        unfinished = self._note.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps({"made_of": made_of, "files": stamps}), "utf-8")
        unfinished.replace(self._note)
        return frozenset(stamps)


def _list_files(folder: str) -> list[str]:
    return [f"{above}/{name}" for above, _, names in os.walk(folder) for name in names]


def run_pagefind(pages: Path, index: Path, lang: Language) -> None:
    """Write the index of a folder of pages into the folder `index`. Raises Abort when Pagefind fails."""
    command = [get_executable(), "--site", str(pages), "--output-path", str(index)]
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
