"""Writes into the files that an English text has been compared with its Russian one: the line `reviewed`."""

import os
import re
import stat
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path as FilePath

from macros.content.files import read_text
from macros.content.prose import read_page
from macros.content.reading import read_yaml
from macros.content.translations import Lag, Pair

Choice = tuple[Pair, tuple[Lag, ...]]
"""A pair, and those of its texts that somebody has compared."""


def mark_reviewed(root: FilePath, chosen: Iterable[Choice]) -> list[str]:
    """Put the fingerprints of the chosen texts into their files below `root`; return the files written.

    All else in a file stays as it is, to the byte. A file whose text has problems of its own is left alone. A record
    that lags no longer loses its `pending`.
    """
    by_file: defaultdict[str, list[Choice]] = defaultdict(list)
    for pair, lags in chosen:
        if not pair.document.problems:
            by_file[pair.document.file].append((pair, lags))
    written = []
    for file, choices in by_file.items():
        raw = (root / file).read_bytes()
        if read_text(file, raw).problems:
            continue
        # Line ends are kept: a lone CR counts as one, as it does for the reader.
        lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", raw.decode("utf-8"))
        edits = [edit for pair, lags in choices for edit in _edits(lines, pair, lags)]
        for start, end, text in sorted(edits, reverse=True):
            _replace(lines, start, end, text)
        _check_unharmed(file, raw, "".join(lines).encode())
        replace_file(root / file, "".join(lines).encode())
        written.append(file)
    return written


Place = tuple[int, int]
"""Line and column, from 1."""


def _edits(lines: list[str], pair: Pair, lags: Iterable[Lag]) -> Iterable[tuple[Place, Place, str]]:
    """Yield (from, to, text to stand there instead)."""
    document, path = pair.document, pair.path
    lags = tuple(lags)
    line = pair.line_with(lag.mark for lag in lags)
    if (key := document.keys.get((*path, "reviewed"))) is not None:
        yield key, document.ends[*path, "reviewed"], line
    elif pair.is_page:
        fence = document.ends[()][0] + 1
        yield (fence, 1), (fence, 1), line + _line_end(lines)
    elif (start := document.position(path)) and lines[start[0] - 1][start[1] - 1 : start[1]] == "{":
        row, column = document.ends[path]
        yield (row, column - 1), (row, column - 1), f", {line}"
    else:
        row = document.ends[pair.after][0]
        indent = " " * (document.position(path)[1] - 1)
        lead = "" if lines[row - 1].endswith(("\n", "\r")) else _line_end(lines)
        yield (row + 1, 1), (row + 1, 1), lead + indent + line + _line_end(lines)
    if pair.pending is not None and len(lags) == len(pair.lags):
        row = document.keys[*path, "pending"][0]
        if re.fullmatch(r"\s*pending: *[\d-]+\s*", lines[row - 1]):
            yield (row, 1), (row + 1, 1), ""


def _line_end(lines: list[str]) -> str:
    """The line end of the file."""
    found = re.search(r"\r?\n|\r", lines[0])
    return found.group() if found else "\n"


def _replace(lines: list[str], start: Place, end: Place, text: str) -> None:
    """Put `text` in the place of what stands from `start` to `end`."""
    before = lines[start[0] - 1][: start[1] - 1] if start[0] <= len(lines) else ""
    after = lines[end[0] - 1][end[1] - 1 :] if end[0] <= len(lines) else ""
    lines[start[0] - 1 : end[0]] = [before + text + after]


def _check_unharmed(file: str, old: bytes, new: bytes) -> None:
    """Nothing but `reviewed` and `pending` may differ in what the files say. Raises AssertionError."""

    def said(raw: bytes) -> object:
        text = read_text(file, raw).text or ""
        if not file.endswith(".md"):
            return _without_marks(read_yaml(file, text).value)
        page = read_page(file, "en", "", text)
        return _without_marks(page.front_matter.value), page.body

    assert said(old) == said(new), f"{file} would be damaged"


def _without_marks(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_marks(item) for key, item in value.items() if key not in ("reviewed", "pending")}
    return [_without_marks(item) for item in value] if isinstance(value, list) else value


def replace_file(path: FilePath, raw: bytes) -> None:
    """Replace a file at once, or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".reviewed-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        FilePath(name).chmod(stat.S_IMODE(path.stat().st_mode))
        FilePath(name).replace(path)
    except BaseException:
        FilePath(name).unlink(missing_ok=True)
        raise
