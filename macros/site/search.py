"""The search index of a built site, by Pagefind, the same bytes for the same pages."""

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import cbor2
from mkdocs.exceptions import Abort

UNUSED_FILES = (
    "pagefind-ui.*",
    "pagefind-modular-ui.*",
    "pagefind-component-ui.*",
    "pagefind-highlight.js",
)
_MAGIC = b"pagefind_dcd"


def index_for_search(folder: Path) -> None:
    """Build Pagefind's index of a built site, one for each `<html lang>`. Raises Abort when Pagefind fails."""
    run = subprocess.run(
        [sys.executable, "-m", "pagefind", "--site", str(folder), "--output-subdir", "pagefind"],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise Abort(f"pagefind: {run.stdout}{run.stderr}")
    for pattern in UNUSED_FILES:
        for path in (folder / "pagefind").glob(pattern):
            path.unlink()
    settle_order(folder / "pagefind")


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
