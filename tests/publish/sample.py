"""A small made-up site in any number of versions, and what it means that one of them is live and whole."""

import gzip
import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli

PAGES = (
    "index.html",
    "404.html",
    "en/index.html",
    *(f"organisations/org-{number}/index.html" for number in range(12)),
    *(f"en/organisations/org-{number}/index.html" for number in range(12)),
    *(f"news/2026-01-{number:02}-item/index.html" for number in range(1, 11)),
    *(f"en/news/2026-01-{number:02}-item/index.html" for number in range(1, 11)),
)

WORDS = ("фольга", "плёнка", "лоток", "крышка", "упаковка", "rolling", "foil")

FEW = PAGES[:15]
"""For the server of object storage, which is slow here."""

Answer = tuple[int, bytes]
Get = Callable[[str, str], Answer]
"""(address, Accept-Encoding) -> (status, body with its coding taken off)."""


@dataclass(frozen=True)
class Sample:
    """A version. `files`: address -> bytes."""

    version: int
    files: Mapping[str, bytes]

    def write(self, folder: Path) -> Path:
        for path, raw in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(raw)
        return folder

    @property
    def assets(self) -> list[str]:
        return [path for path in self.files if path.startswith("assets/")]

    @property
    def manifest(self) -> dict[str, str]:
        """What its manifest must say, by means of our own."""
        return {path: hashlib.sha256(raw).hexdigest() for path, raw in self.files.items()}


def make_sample(version: int, pages: tuple[str, ...] = PAGES) -> Sample:
    """Pages that name the version and the style sheet and drawing that belong to it; files that never change."""
    filler = " ".join(random.Random(version).choices(WORDS, k=60))
    files: dict[str, bytes] = {}
    for suffix, text in (("css", f".v{{--stamp:{version}}} /* {filler} */"), ("svg", f"<svg><!--{version}--></svg>")):
        raw = text.encode()
        files[f"assets/cards/{hashlib.sha256(raw).hexdigest()[:16]}.{suffix}"] = raw
    links = "".join(f'<link href="/{path}">' for path in files)
    for path in pages:
        files[path] = f'<!doctype html><html data-stamp="{version}">{links}<p>{path} {filler}</p></html>'.encode()
    files["feed.xml"] = f"<feed>{version}</feed>".encode()
    files["data/v1/facts.json"] = json.dumps({"stamp": version, "words": filler}).encode()
    files[".well-known/security.txt"] = b"Contact: mailto:someone@cluster.example\n"
    files["pagefind/pagefind.js"] = b"export const same = 'in every version';" * 20
    files["data/счёт 1.csv"] = f"id;{version}\n".encode()
    files["logo.png"] = b"\x89PNG" + bytes(range(256))
    return Sample(version, files)


def decode(body: bytes, coding: str) -> bytes:
    """Take off a Content-Encoding."""
    return {"gzip": gzip.decompress, "br": brotli.decompress}.get(coding, bytes)(body)


def find_assets(page: bytes) -> list[str]:
    """The assets that a page asks for."""
    return re.findall(r'href="/([^"]+)"', page.decode())


def find_live(get: Get, samples: Mapping[str, Sample], codings: tuple[str, ...] = ("", "gzip", "br")) -> Sample:
    """Return which version is live, having fetched every file that its manifest lists, each in some coding.

    `samples`: hash of the manifest -> version. Fails unless everything is there and whole.
    """
    status, raw = get("manifest.json", "")
    assert status == 200, status
    digest = hashlib.sha256(raw).hexdigest()
    assert digest in samples, "a manifest that nobody published"
    sample = samples[digest]
    assert json.loads(raw)["files"] == sample.manifest
    for number, (path, body) in enumerate(sample.files.items()):
        answer = get(path, codings[(number + sample.version) % len(codings)])
        assert answer == (200, body), (path, answer[0], len(answer[1]))
    return sample
