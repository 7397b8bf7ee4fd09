"""Writes new records as people here write them: a comment for each field, long texts folded, nothing overwritten."""

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from macros.content.files import read_text
from macros.content.reading import read_yaml
from macros.content.reviewing import replace_file
from macros.content.translations import fingerprint

WIDTH = 110
"""Characters of a line, as in the files that are there."""

Values = Mapping[str, Any]
"""Field -> text, list of ids, or {ru, en}."""


def mark(values: Values) -> str:
    """Return the fingerprints of all Russian texts of a record: whoever wrote both languages has compared them."""
    texts = {name: value["ru"] for name, value in values.items() if isinstance(value, dict)}
    return " ".join(fingerprint(name, russian) for name, russian in texts.items())


def render_record(values: Values, notes: Mapping[str, str], item: bool) -> str:
    """Return a record as YAML, each field below a comment with its note. `item`: it is one of a list."""
    lines: list[str] = []
    for name, value in values.items():
        note = notes.get(name, "")
        lines += textwrap.wrap(note[:1].upper() + note[1:], WIDTH, initial_indent="# ", subsequent_indent="# ")
        lines += _render_field(name, value)
    text = "\n".join(lines)
    if not item:
        return text + "\n"
    first = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    comments, fields = "\n".join(lines[:first]), "\n".join(lines[first:])
    return (comments + "\n" if comments else "") + "- " + textwrap.indent(fields, "  ").lstrip() + "\n"


def _render_field(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        inner = [line for key, text in value.items() for line in _render_field(key, text)]
        return [f"{name}:", *(f"  {line}" if line else "" for line in inner)]
    if isinstance(value, list | tuple):
        return [f"{name}:", *(f"  - {_scalar(unicodedata.normalize('NFC', text))}" for text in value)]
    text = unicodedata.normalize("NFC", str(value))
    if "\n" in text:
        lines = [line.rstrip() for line in text.strip().split("\n")]
        return [f"{name}: |", *(f"  {line}" if line else "" for line in lines)]
    if len(text) > WIDTH - len(name) and _folds(text):
        return [f"{name}: >-", *(f"  {line}" for line in _wrap(text))]
    return [f"{name}: {_scalar(text)}"]


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _folds(text: str) -> bool:
    """Whether folding gives the text back: it has single spaces only and nothing that cannot be seen."""
    return text.isprintable() and " ".join(_wrap(text)) == text and not text.startswith((" ", "#"))


def _scalar(text: str) -> str:
    """A text on one line, in quotes where YAML would take it for something else."""
    dumped = str(yaml.safe_dump([text], allow_unicode=True, width=10_000))[2:].rstrip("\n")
    is_date = re.fullmatch(r"\d{4}(-\d{2}){0,2}", text)
    return text if is_date else dumped


def add_file(root: Path, name: str, text: str) -> None:
    """Write a new file below `root`, whole or not at all. Raises FileExistsError."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def add_record(root: Path, name: str, text: str) -> None:
    """Add a record at the end of a list in a file; all that stands there stays as it is, to the byte.

    Raises ValueError when the file cannot take it, because it is damaged or is no list in lines.
    """
    path = root / name
    raw = path.read_bytes()
    document = read_yaml(name, read_text(name, raw).text or "")
    old = document.value
    if document.problems or not isinstance(old, list | None):
        raise ValueError(name)
    end = "\r\n" if b"\r\n" in raw else "\n"
    if old == [] and (empty := re.search(rb"^\[\s*\][ \t]*(?:\r?\n|\Z)", raw, re.MULTILINE)):
        raw = raw[: empty.start()] + raw[empty.end() :]
    gap = b"" if not raw or raw.endswith(b"\n") else end.encode()
    new = raw + gap + (end if old else "").encode() + text.replace("\n", end).encode()
    written = read_yaml(name, read_text(name, new).text or "")
    if written.problems or not isinstance(written.value, list) or written.value[:-1] != (old or []):
        raise ValueError(name)
    replace_file(path, new)


def make_slug(title: str, limit: int = 40) -> str:
    """Return the words of an English title as a part of an address, as many as fit."""
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", title.replace("’", "")).lower())
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > limit:
            break
        slug += f"-{word}" if slug else word
    return slug
