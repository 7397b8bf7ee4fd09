"""From a built site to an edition."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from macros.outputs.cache import keep
from macros.publish.compression import CODINGS, compress_all
from macros.publish.edition import Edition, Part
from macros.publish.manifest import MANIFEST, Manifest, hash_file

Item = TypeVar("Item")


class Progress(Protocol):
    """Passes on what it is given and shows how far it has come. `stage` is a word of the catalogue."""

    def __call__(self, stage: str, items: Iterable[Item], length: int) -> Iterator[Item]: ...


def prepare_edition(site: Path, manifest: Manifest, cache: Path, compressed: bool, progress: Progress) -> Edition:
    """Gather the files of a site with its manifest and, if `compressed`, the compressed forms beside them."""
    place = cache / "manifests" / f"{manifest.digest}.json"
    keep(place, lambda: manifest.raw, lambda raw: raw == manifest.raw)
    parts = {path: Part(site / path, digest) for path, digest in manifest.files.items()}
    parts[MANIFEST] = Part(place, manifest.digest)
    if compressed:
        forms = progress("compressing", compress_all(dict(parts), cache), len(parts) * len(CODINGS))
        parts |= {path: Part(form, hash_file(form)) for path, form in filter(None, forms)}
    return Edition(manifest, parts)
