"""An artifact for Pages as target: a plain folder, or a tar file of it. What is live is not in reach: see `live.py`."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from macros.publish.edition import Edition
from macros.publish.failures import PublishError
from macros.publish.manifest import MANIFEST, Manifest, hash_file, parse_manifest
from macros.publish.preparing import Progress

_NO_JEKYLL = ".nojekyll"
"""Tells GitHub Pages to publish the files as they are, those too whose names begin with a dot or a line."""


@dataclass(frozen=True)
class Artifact:
    """`place`: the folder to write, or a file whose name ends in `.tar`."""

    place: Path
    takes_compressed = False

    def read_live(self) -> Manifest | None:
        """Return what was written here before: the nearest to what is live that this machine knows."""
        manifest = self.place / MANIFEST
        return parse_manifest(manifest.read_bytes()) if manifest.is_file() else None

    @contextmanager
    def hold(self, break_lock: bool) -> Iterator["HeldArtifact"]:
        """Nobody else writes here: each run of a workflow has its own machine."""
        if not self.place.absolute().parent.is_dir():
            raise PublishError("no-folder", path=self.place.absolute().parent)
        is_ours = (self.place / MANIFEST).is_file() and (self.place / _NO_JEKYLL).is_file()
        if self.place.is_dir() and not is_ours and any(self.place.iterdir()):
            raise PublishError("not-ours", path=self.place)
        yield HeldArtifact(self.place, self.read_live())


@dataclass(frozen=True)
class HeldArtifact:
    """The place, once it is known to be ours."""

    place: Path
    live: Manifest | None

    def publish(self, edition: Edition, progress: Progress) -> str | None:
        """Write it beside its place, read it back, put it there."""
        fresh = self.place.absolute().with_name(f".{self.place.name}-{os.getpid()}")
        try:
            _write(edition, fresh, progress)
            if self.place.suffix == ".tar":
                tar = fresh.with_suffix(".tar")
                _pack(fresh, tar)
                tar.replace(self.place)
            else:
                shutil.rmtree(self.place, ignore_errors=True)
                fresh.rename(self.place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.with_suffix(".tar").unlink(missing_ok=True)
        return edition.manifest.digest[:12]

    def roll_back(self, progress: Progress) -> str:
        """Pages keeps what was deployed before; this machine does not."""
        raise PublishError("no-rollback")


def _write(edition: Edition, folder: Path, progress: Progress) -> None:
    for path, part in progress("copying", edition.parts.items(), len(edition.parts)):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(part.source, place)
        place.chmod(0o644)
        if hash_file(place) != part.digest:
            raise PublishError("site-changed", path=path)
    (folder / _NO_JEKYLL).touch()
    for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        inner.chmod(0o755)


def _pack(folder: Path, tar: Path) -> None:
    """Pack a folder as the upload action does, but so that the same site gives the same bytes."""
    with tarfile.open(tar, "w", format=tarfile.GNU_FORMAT) as archive:
        for path in [folder, *sorted(folder.rglob("*"))]:
            name = path.relative_to(folder)
            entry = archive.gettarinfo(path, f"./{name}" if name.parts else ".")
            entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = 0, 0, 0, "", ""
            if path.is_dir():
                archive.addfile(entry)
            else:
                with path.open("rb") as file:
                    archive.addfile(entry, file)
