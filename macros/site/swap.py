"""A finished build takes the place of the last one: until then nothing of the site is touched."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Set
from pathlib import Path
from typing import IO

STAGING = ".site-"


def open_staging(target: Path) -> Path:
    """Return a new folder beside the site to build in; those that killed builds have left are deleted."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f"{STAGING}*"):
        process = left.name.removeprefix(STAGING).split("-")[0]
        if not (process.isdigit() and _is_running(int(process))):
            shutil.rmtree(left, ignore_errors=True)
    staging = Path(tempfile.mkdtemp(prefix=f"{STAGING}{os.getpid()}-", dir=target.parent))
    staging.chmod(0o755)
    return staging


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_for_others(cache: Path) -> IO[str]:
    """Return the lock of a folder's builds, once no other build holds it; it ends with the process."""
    cache.mkdir(parents=True, exist_ok=True)
    lock = (cache / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("В этой папке уже идёт сборка; ждём, пока она закончится.", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def replace_site(staging: Path, target: Path, unchanged: Set[str]) -> None:
    """Put what was built into the site, and delete what neither was built nor is `unchanged`.

    Every file is renamed into its place, so a reader sees the old one or the new one. A build that is killed here
    leaves files of both; the next one knows by their stamps which are right.
    """
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        staging.rename(target)
        return
    _sweep(str(target), "", move_files(staging, target) | unchanged)


def _sweep(folder: str, below: str, wanted: Set[str]) -> bool:
    """Delete what is not wanted in a folder, by addresses that begin with `below`; return whether nothing is left."""
    is_empty = True
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if not entry.is_dir(follow_symlinks=False):
                if below + entry.name in wanted:
                    is_empty = False
                else:
                    Path(entry.path).unlink()
            elif _sweep(entry.path, f"{below}{entry.name}/", wanted):
                Path(entry.path).rmdir()
            else:
                is_empty = False
    return is_empty


def move_files(staging: Path, target: Path) -> frozenset[str]:
    """Put what was built into the site, pages last, since they name the rest; return the addresses."""
    built = [path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()]
    ready = set()
    for name in sorted(built, key=lambda name: name.endswith(".html")):
        place = target / name
        if place.parent not in ready:
            _make_way(place.parent, target)
            ready.add(place.parent)
        try:
            (staging / name).replace(place)
        except IsADirectoryError:
            shutil.rmtree(place)
            (staging / name).replace(place)
    return frozenset(built)


def _make_way(folder: Path, root: Path) -> None:
    """Make a folder below `root`; a file or a link below it that stands in its way goes."""
    steps = folder.relative_to(root).parts
    for above in (root.joinpath(*steps[:count]) for count in range(1, len(steps) + 1)):
        if above.is_symlink() or above.is_file():
            above.unlink()
            break
    folder.mkdir(parents=True, exist_ok=True)
