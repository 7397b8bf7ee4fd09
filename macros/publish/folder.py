"""A folder on this machine as target: releases, and a link to the live one that is replaced in one step."""

import contextlib
import ctypes
import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from macros.publish.edition import Edition, Part, parse_sums
from macros.publish.failures import PublishError
from macros.publish.manifest import BROKEN, MANIFEST, Manifest, hash_file, parse_manifest
from macros.publish.preparing import Progress
from macros.publish.releases import KEEP, Releases, parse_pointer, sort_releases

_FOLDER, _FILE = 0o755, 0o644
"""Permissions, whatever the publisher's umask: the web server is another user."""


@dataclass(frozen=True)
class Folder:
    """`root` must exist, so that a misspelt one is not made. `keep`: how many releases stay."""

    root: Path
    keep: int = KEEP
    takes_compressed = True

    def read_live(self) -> Manifest | None:
        """Return what `current` leads to."""
        if not self.root.is_dir():
            raise PublishError("no-folder", path=self.root)
        current = self.root / "current"
        if not os.path.lexists(current):
            return None
        if not current.is_symlink():
            raise PublishError("not-a-link", path=current)
        manifest = current / MANIFEST
        return parse_manifest(manifest.read_bytes()) if manifest.is_file() else BROKEN

    @contextmanager
    def hold(self, break_lock: bool) -> Iterator["HeldFolder"]:
        """Lock the folder with flock(2), which ends with the process, and with the sign that `remote.sh` heeds.

        As there, everything that changes the site is a rename out of our own folder or into it.
        """
        self.read_live()
        lock = os.open(self.root, os.O_RDONLY)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise PublishError("lock-held-here", owner=_read_owner(self.root)) from error
            with _sign(self.root, break_lock), _own_folder(self.root) as own:
                yield HeldFolder(self.root, self.keep, self.read_live(), own)
        finally:
            os.close(lock)


_HERE = "here."
"""How the sign of a publisher begins that holds flock(2) too."""


@contextmanager
def _sign(root: Path, break_lock: bool) -> Iterator[None]:
    """Keep off publishers that come over SSH. A sign of our own kind is left over: its maker held flock(2)."""
    sign, owner, ours = root / ".lock", _read_owner(root), f"{_HERE}{socket.gethostname()}.{os.getpid()}"
    if owner.startswith(_HERE) or break_lock:
        sign.unlink(missing_ok=True)
    try:
        sign.symlink_to(ours)
    except FileExistsError as error:
        raise PublishError("lock-held", owner=owner, age=_age(sign)) from error
    try:
        yield
    except OSError as error:
        if _read_owner(root) != ours:
            raise PublishError("lock-lost") from error
        raise
    finally:
        if _read_owner(root) == ours:
            sign.unlink(missing_ok=True)


@contextmanager
def _own_folder(root: Path) -> Iterator[Path]:
    """Make a folder to work in, and take away those of all others: what is still at work there finds it no more."""
    own = root / f"incoming-{secrets.token_hex(8)}"
    own.mkdir(_FOLDER)
    try:
        trash = own / "trash"
        trash.mkdir()
        for path in [*root.glob("incoming-*"), *root.glob(".clock-*")]:
            if path != own:
                path.rename(trash / path.name)
        _remove(trash)
        yield own
    finally:
        _remove(own)


def _remove(folder: Path) -> None:
    """Remove a folder into which others may still be writing; once it is gone they cannot."""
    for _ in range(10):
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
            return
    shutil.rmtree(folder, ignore_errors=True)


def _read_owner(root: Path) -> str:
    try:
        return str((root / ".lock").readlink())
    except OSError:
        return ""


def _age(sign: Path) -> int:
    """Seconds since a sign was put up, by the clock of the file system, as a new file shows it."""
    probe = sign.with_name(f".clock-{os.getpid()}")
    probe.touch()
    now = probe.stat().st_mtime
    probe.unlink()
    return int(now - sign.lstat().st_mtime)


@dataclass(frozen=True)
class HeldFolder:
    """The folder, while it is locked."""

    root: Path
    keep: int
    live: Manifest | None
    own: Path

    def publish(self, edition: Edition, progress: Progress) -> str | None:
        """Make a release beside the others, verify it, put it live, remove the oldest."""
        releases = self._read_releases()
        if releases.live and self._is_whole(releases.live, edition.sums):
            return None
        name = releases.name_next(edition.manifest.digest)
        incoming = self.own / "release"
        self._place(edition, incoming, releases, progress)
        self._carry(releases, incoming / "site")
        _sync(self.own)
        (self.root / "releases").mkdir(_FOLDER, exist_ok=True)
        incoming.rename(self._release(name))
        self._put_live(name)
        self._drop(releases.choose_to_drop(self.keep))
        return name

    def roll_back(self, progress: Progress) -> str:
        """Put the newest earlier release live that is whole, with the assets that open pages ask for."""
        releases = self._read_releases()
        for name in releases.find_earlier():
            if self._is_whole(name):
                self._carry(releases, self._release(name) / "site")
                self._put_live(name)
                return name
        raise PublishError("nothing-earlier")

    def _release(self, name: str) -> Path:
        return self.root / "releases" / name

    def _read_releases(self) -> Releases:
        folder = self.root / "releases"
        names = sort_releases(path.name for path in folder.iterdir()) if folder.is_dir() else []
        current = self.root / "current"
        live = parse_pointer(str(current.readlink())) if current.is_symlink() else None
        return Releases({name: "".join(_read_lines(self._release(name) / "before")) for name in names}, live)

    def _place(self, edition: Edition, incoming: Path, releases: Releases, progress: Progress) -> None:
        """Write all files, those that the live release has as links to them, and read them back."""
        site = incoming / "site"
        for folder in (incoming, site, *_list_folders(edition, site)):
            folder.mkdir(_FOLDER)
            folder.chmod(_FOLDER)
        alike = self._read_sums(releases.live) if releases.live else {}
        for path, part in progress("copying", edition.parts.items(), len(edition.parts)):
            if alike.get(path) == part.digest:
                _link(self.root / "current" / path, site / path)
            else:
                _copy(part, site / path)
        for path, part in progress("verifying", edition.parts.items(), len(edition.parts)):
            if hash_file(site / path) != part.digest:
                # A link to a file that was damaged since; or the site changed under our hands.
                _copy(part, site / path)
                if hash_file(site / path) != part.digest:
                    raise PublishError("site-changed", path=path)
        (incoming / "sums").write_text(edition.sums, "utf-8")
        (incoming / "assets").write_text(edition.assets, "utf-8")
        (incoming / "before").write_text(f"{releases.live or ''}\n", "utf-8")

    def _carry(self, releases: Releases, site: Path) -> None:
        """Link the assets of the other releases into `site`: pages that are open still ask for them."""
        for release in map(self._release, reversed(list(releases.before))):
            for path in _read_lines(release / "assets"):
                if not (site / path).exists() and (release / "site" / path).is_file():
                    (site / path).parent.mkdir(_FOLDER, parents=True, exist_ok=True)
                    _link(release / "site" / path, site / path)

    def _read_sums(self, name: str) -> dict[str, str]:
        try:
            return parse_sums((self._release(name) / "sums").read_text("utf-8"))
        except OSError:
            return {}

    def _is_whole(self, name: str, sums: str | None = None) -> bool:
        """Whether a release has all its files, unharmed; with `sums`, whether it has these."""
        own = self._read_sums(name)
        if not own or (sums is not None and own != parse_sums(sums)):
            return False
        site = self._release(name) / "site"
        return all(_hash_if_there(site / path) == digest for path, digest in own.items())

    def _put_live(self, name: str) -> None:
        """Lead `current` to a release: rename(2) replaces it in one step."""
        fresh = self.own / "current"
        fresh.symlink_to(f"releases/{name}/site")
        fresh.replace(self.root / "current")

    def _drop(self, names: list[str]) -> None:
        """Remove releases; renamed first, so that no half of one is ever taken for a release."""
        for name in names:
            self._release(name).rename(self.own / name)


def _sync(folder: Path) -> None:
    """Have the file system of a folder on the disk: syncfs(2), which Python lacks; where there is none, all of them."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        os.sync()
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        if library.syncfs(opened):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(opened)


def _list_folders(edition: Edition, site: Path) -> list[Path]:
    """All folders that the parts need, each after the one that it stands in."""
    return sorted({site / folder for path in edition.parts for folder in PurePosixPath(path).parents} - {site})


def _copy(part: Part, place: Path) -> None:
    """Write a new file: not into an old one, which other releases may share."""
    place.unlink(missing_ok=True)
    shutil.copyfile(part.source, place)
    place.chmod(_FILE)


def _link(source: Path, place: Path) -> None:
    """Share a file between releases; where the file system cannot, or the file is lost, copy what there is."""
    try:
        place.hardlink_to(source)
    except OSError:
        if source.is_file():
            shutil.copyfile(source, place)
            place.chmod(_FILE)
        else:
            place.touch(_FILE)


def _hash_if_there(path: Path) -> str:
    try:
        return hash_file(path)
    except OSError:
        return ""


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except OSError:
        return []
