"""The search index of one language, by Pagefind, the same bytes for the same pages.

Pagefind reads, instead of the pages, files that hold only what search may find; they are kept in a folder of the cache
from build to build, with a note of what the index in the site was made of.
"""

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import cbor2
from mkdocs.exceptions import Abort
from pagefind_bin import get_executable

from macros.content.model import Language
from macros.site.kept import Stamp, holds, stamp_of

FOLDER = "pagefind/"
_UNUSED = re.compile(r"pagefind-(ui|modular-ui|component-ui|highlight)\.")
"""Files of Pagefind's own search boxes; ours needs none."""
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

    def publish(self, pages: Mapping[str, Stamp], staging: Path, target: Path) -> frozenset[str]:
        """Make the index of these pages in `staging`, but what `target` has; return its files, below these folders.

        Raises Abort when Pagefind fails.
        """
        made_of = hashlib.sha256(repr(sorted(pages.items())).encode()).hexdigest()
        names = self._find_made(made_of, target)
        if names is None:
            files = run_pagefind(self.folder / "pages", self.lang)
            stamps = {name: _place(raw, staging / name, target / name) for name, raw in files.items()}
            self._note_made(made_of, stamps)
            names = frozenset(stamps)
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

    def _note_made(self, made_of: str, stamps: Mapping[str, Stamp | None]) -> None:
        """Note what was made. If it never comes to stand in the site, its stamps are not found there."""
        unfinished = self._note.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps({"made_of": made_of, "files": stamps}), "utf-8")
        unfinished.replace(self._note)


def _place(raw: bytes, new: Path, there: Path) -> Stamp | None:
    """Write a file of the index to `new`, unless the one in the site is the same; return the stamp of the one to be."""
    if holds(there, raw):
        return stamp_of(there)
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_bytes(raw)
    return stamp_of(new)


def _list_files(folder: str) -> list[str]:
    return [f"{above}/{name}" for above, _, names in os.walk(folder) for name in names]


def run_pagefind(pages: Path, lang: Language) -> dict[str, bytes]:
    """Return the index of a folder of pages, by the names of its files. Raises Abort when Pagefind fails.

    Pagefind numbers pages in the order in which it meets them, and each file system lists a folder in another. So it is
    told of one page after the other, in the order of their paths, by the protocol that its own wrappers speak. It hands
    out the files: of those that it writes itself, it may end before the last.
    """
    with tempfile.TemporaryFile() as errors, _start_pagefind(errors) as service:
        try:
            files = _index(service, _list_requests(pages, lang))
        except (OSError, ValueError) as error:
            service.kill()
            with suppress(OSError):
                service.communicate()  # what it was not told cannot be told any more
            errors.seek(0)
            raise Abort(f"pagefind: {error} {errors.read().decode('utf-8', 'replace')}") from error
    return {FOLDER + name: raw for name, raw in settle_order(files).items() if not _UNUSED.match(name)}


def _list_requests(pages: Path, lang: Language) -> Iterator[Mapping[str, object]]:
    """Yield what is asked of Pagefind; the first index of a process has the number 0."""
    yield {"type": "NewIndex", "config": {"force_language": lang}}
    for path in sorted(_list_files(str(pages))):
        name, text = path.removeprefix(f"{pages}/"), Path(path).read_text("utf-8")
        yield {"type": "AddFile", "index_id": 0, "file_path": name, "url": None, "file_contents": text}
    yield {"type": "GetFiles", "index_id": 0}


def _start_pagefind(errors: IO[bytes]) -> "subprocess.Popen[bytes]":
    command = [get_executable(), "--service"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)


def _index(service: "subprocess.Popen[bytes]", requests: Iterator[Mapping[str, object]]) -> dict[str, bytes]:
    """Ask for everything while the answers are read. Raises OSError and ValueError when that does not end well.

    Pagefind ends, whatever it is at, when nothing more can be asked.
    """
    assert service.stdin is not None and service.stdout is not None
    files: list[Mapping[str, str]] = []
    with ThreadPoolExecutor(1) as beside:
        asking = beside.submit(_ask, service, requests)
        try:
            for answer in _read_answers(service.stdout):
                if answer["type"] == "GetFiles":
                    files = answer["files"]
                    break
            else:
                raise ValueError("ended without its last answer.")
        except ValueError:
            service.kill()  # nobody need go on asking
            if error := asking.exception():
                raise error from None
            raise
    service.stdin.close()
    return {file["path"]: base64.b64decode(file["content"]) for file in files}


def _ask(service: "subprocess.Popen[bytes]", requests: Iterator[Mapping[str, object]]) -> None:
    assert service.stdin is not None
    try:
        for number, payload in enumerate(requests, start=1):
            message = json.dumps({"message_id": number, "payload": payload}).encode()
            service.stdin.write(base64.b64encode(message) + b",")
        service.stdin.flush()
    except BaseException:
        service.kill()  # nobody need wait for answers
        raise


def _read_answers(stdout: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """Yield the answers. Raises ValueError for one that is an error."""
    begun: list[bytes] = []
    while read := os.read(stdout.fileno(), 1 << 20):
        *ends, rest = read.split(b",")
        for end in ends:
            answer: Mapping[str, Any] = json.loads(base64.b64decode(b"".join((*begun, end))))["payload"]
            begun.clear()
            if answer["type"] == "Error":
                raise ValueError(answer["message"])
            yield answer
        begun.append(rest)


def settle_order(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Put in order what Pagefind 1.5.2 writes in that of a hash table: the values of filters, and the languages.

    Its files are named by their contents and name one another: a filter changes the meta file, and that the entry.
    """
    settled = dict(files)
    entry = json.loads(settled.pop("pagefind-entry.json"))
    for lang, about in entry["languages"].items():
        meta = _unpack(settled.pop(f"pagefind.{about['hash']}.pf_meta"))
        for old in sorted(name for name in files if name.startswith(f"filter/{lang}_")):
            new, raw = _settle_filter(settled.pop(old), lang)
            settled[f"filter/{new}.pf_filter"] = raw
            meta = meta.replace(PurePosixPath(old).stem.encode(), new.encode())
        about["hash"] = f"{lang}_{_digest(meta, 10)}"
        settled[f"pagefind.{about['hash']}.pf_meta"] = _pack(meta)
    settled["pagefind-entry.json"] = json.dumps(entry, sort_keys=True).encode()
    return settled


def _settle_filter(packed: bytes, lang: str) -> tuple[str, bytes]:
    """Sort the values of a filter, `[name, [[value, [pages]], …]]` in CBOR; return its new name, and itself."""
    name, values = cbor2.loads(_unpack(packed).removeprefix(_MAGIC))
    settled = _MAGIC + cbor2.dumps([name, sorted(values)])
    return f"{lang}_{_digest(settled, 7)}", _pack(settled)


def _digest(raw: bytes, length: int) -> str:
    return hashlib.sha256(raw).hexdigest()[:length]


def _unpack(packed: bytes) -> bytes:
    return gzip.decompress(packed)


def _pack(raw: bytes) -> bytes:
    return gzip.compress(raw, 9, mtime=0)
