"""Object storage as target. It has no rename: files are replaced one by one, in an order in which no page ever asks
for a file that is not there.

    <path>                            what visitors get
    .publish/objects/<name>           every file of the kept versions that is not named by its content
    .publish/versions/<version>       what each kept version consists of
    .publish/state                    which versions there were, which is live, which is about to be
    .publish/lock                     who is publishing

Everything is uploaded under names that nobody asks for; what changes the site are copies inside the storage, which take
seconds and need no file from here. That is also what a rollback does. Whoever is interrupted during it leaves pages of
two versions, each whole; the next publishing or rollback puts it right.
"""

import contextlib
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from macros.outputs.headers import is_lasting
from macros.publish.edition import Edition
from macros.publish.failures import PublishError
from macros.publish.manifest import MANIFEST, Manifest, parse_manifest
from macros.publish.objects import Object, make_object
from macros.publish.preparing import Progress
from macros.publish.releases import KEEP, Releases, sort_releases
from macros.publish.storage import Storage, connect, do_all

_OWN = ".publish/"
_OBJECTS, _VERSIONS, _STATE, _LOCK = (_OWN + name for name in ("objects/", "versions/", "state", "lock"))
_MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class File:
    """A file of a version: the name of its object (bytes and headers), and the ETag of its bytes."""

    name: str
    md5: str


Files = Mapping[str, File]
"""Address -> file."""


@dataclass(frozen=True)
class Version:
    """`before`: the version that was live when this one was published, or nothing."""

    files: Files
    before: str = ""

    @property
    def raw(self) -> bytes:
        return json.dumps(
            {"before": self.before, "files": {path: [file.name, file.md5] for path, file in self.files.items()}}
        ).encode()


NOTHING = Version({})


@dataclass(frozen=True)
class State:
    """`coming`: what a publisher began to put live, and whether it finished is not known."""

    live: str | None = None
    coming: str | None = None
    tag: str | None = None

    def write(self, token: str) -> bytes:
        """`token`: who writes, so that the ETag never comes twice."""
        return json.dumps({"live": self.live, "coming": self.coming, "by": token}).encode()


@dataclass(frozen=True)
class Bucket:
    """`prefix` is empty or ends in `/`. `cache`: where compressed forms are kept on this machine."""

    name: str
    prefix: str
    endpoint_url: str | None
    cache: Path
    keep: int = KEEP
    takes_compressed = False

    def read_live(self) -> Manifest | None:
        """Return the manifest of the version that was put live last."""
        return _read_manifest(connect(self.name, self.prefix, self.endpoint_url))

    @contextmanager
    def hold(self, break_lock: bool) -> Iterator["HeldBucket"]:
        """Lock by an object that is only written if there is none."""
        storage = connect(self.name, self.prefix, self.endpoint_url)
        token = secrets.token_hex(8)
        try:
            _take_lock(storage, token, break_lock)
            yield HeldBucket(storage, self.cache, self.keep, token, _read_manifest(storage), _read_state(storage))
        finally:
            with contextlib.suppress(PublishError):
                if _is_ours(storage, token):
                    storage.delete(_LOCK)


def _is_ours(storage: Storage, token: str) -> bool:
    held = storage.read(_LOCK)
    return held is not None and held[0] == token.encode()


def _take_lock(storage: Storage, token: str, break_lock: bool) -> None:
    """Read first: a storage that knows no conditions still keeps most publishers apart."""
    if break_lock:
        storage.delete(_LOCK)
    is_free = storage.read(_LOCK) is None and storage.write(_LOCK, token.encode(), IfNoneMatch="*") is not None
    # An answer that was lost on its way, and asked for again, is a refusal.
    if not is_free and not _is_ours(storage, token):
        raise PublishError("lock-held", age=storage.read_age(_LOCK), owner=storage.bucket)


def _read_manifest(storage: Storage) -> Manifest | None:
    found = storage.read(MANIFEST)
    return parse_manifest(found[0]) if found else None


def _read_state(storage: Storage) -> State:
    found = storage.read(_STATE)
    if found is None:
        return State()
    state = json.loads(found[0])
    return State(state["live"], state["coming"], found[1])


@dataclass(frozen=True)
class HeldBucket:
    """The bucket, while it is locked."""

    storage: Storage
    cache: Path
    keep: int
    token: str
    live: Manifest | None
    state: State

    def publish(self, edition: Edition, progress: Progress) -> str | None:
        """Upload what is new beside the site, then put it live by copies."""
        there = self.storage.list_all()
        objects = self._make_objects(edition, progress)
        files = {path: File(item.name, item.md5) for path, item in objects.items()}
        versions = self._read_versions(there)
        live = versions.get(self.state.live or "", NOTHING)
        is_settled = live.files == files and not self.state.coming
        if is_settled and _is_complete(files, there) and not _find_wrong(files, there, files):
            return None
        self._upload(objects, there, progress)
        there = self.storage.list_all()
        if not _is_complete(files, there):
            raise PublishError("damaged", path=self.storage.bucket)
        releases = _as_releases(versions, self.state.live)
        name = releases.name_next(edition.manifest.digest)
        versions[name] = Version(files, self.state.live or "")
        self.storage.write(_VERSIONS + name, versions[name].raw)
        state = self._put_live(name, versions, there, progress)
        self._drop(releases.choose_to_drop(self.keep), versions)
        self._write_state(replace(state, live=name, coming=None))
        return name

    def roll_back(self, progress: Progress) -> str:
        """Put the version before the live one live; after an interruption, the one that was live before it."""
        there = self.storage.list_all()
        versions = self._read_versions(there)
        earlier = _as_releases(versions, self.state.live).find_earlier()
        for name in [self.state.live, *earlier] if self.state.coming else earlier:
            if name in versions and _is_complete(versions[name].files, there):
                state = self._put_live(name, versions, there, progress)
                self._write_state(replace(state, live=name, coming=None))
                return name
        raise PublishError("nothing-earlier")

    def _make_objects(self, edition: Edition, progress: Progress) -> dict[str, Object]:
        made = do_all(lambda item: (item[0], make_object(*item, self.cache)), edition.parts.items())
        return dict(progress("compressing", made, len(edition.parts)))

    def _read_versions(self, there: Mapping[str, str]) -> dict[str, Version]:
        names = sort_releases(key.removeprefix(_VERSIONS) for key in there if key.startswith(_VERSIONS))
        found = do_all(lambda name: self.storage.read(_VERSIONS + name), names)
        return {name: _parse_version(raw[0]) for name, raw in zip(names, found, strict=True) if raw}

    def _upload(self, objects: Mapping[str, Object], there: Mapping[str, str], progress: Progress) -> None:
        """Upload what storage has not, each content once; files named by their content go to their own place."""
        places = {_place_of(path, item.name): item for path, item in objects.items()}
        missing = [(key, item) for key, item in places.items() if not _is_like(there.get(key), item.md5)]
        for _ in progress("sending", do_all(lambda job: self.storage.put(*job), missing), len(missing)):
            pass

    def _put_live(
        self, name: str, versions: Mapping[str, Version], there: Mapping[str, str], progress: Progress
    ) -> State:
        """Copy what differs into place: what pages load, pages, the manifest; then delete what is of other versions."""
        state = self._write_state(replace(self.state, coming=name))
        files = versions[name].files
        before = NOTHING if self.state.coming else versions.get(self.state.live or "", NOTHING)
        for paths in _in_order(_find_wrong(files, there, before.files)):
            self._copy(files, paths, progress)
        ours = {path for other in versions.values() for path in other.files if not is_lasting(path)}
        gone = sorted(ours - files.keys())
        for _ in progress("deleting", do_all(self.storage.delete, gone), len(gone)):
            pass
        self._verify(files, progress)
        return state

    def _copy(self, files: Files, paths: Sequence[str], progress: Progress) -> None:
        copies = do_all(lambda path: self.storage.copy(_OBJECTS + files[path].name, path), paths)
        for _ in progress("replacing", copies, len(paths)):
            pass

    def _verify(self, files: Files, progress: Progress) -> None:
        """Compare the ETag of every file with its MD5; where storage makes ETags in another way, read it back."""
        there = self.storage.list_all()
        unlike = [path for path, file in files.items() if there.get(path) != file.md5]
        checked = do_all(lambda path: (path, self._is_same(path, files[path])), unlike)
        for path, is_same in progress("verifying", checked, len(unlike)):
            if not is_same:
                raise PublishError("damaged", path=path)

    def _is_same(self, path: str, file: File) -> bool:
        found = self.storage.read(path)
        return found is not None and _md5(found[0]) == file.md5

    def _write_state(self, state: State) -> State:
        """Write the state, if the lock is still ours and nobody else has written the state since it was read."""
        if not _is_ours(self.storage, self.token):
            raise PublishError("lock-lost")
        condition = {"IfMatch": state.tag} if state.tag else {"IfNoneMatch": "*"}
        tag = self.storage.write(_STATE, state.write(self.token), **condition)
        if tag is None:
            raise PublishError("lock-lost")
        return replace(state, tag=tag)

    def _drop(self, names: Iterable[str], versions: Mapping[str, Version]) -> None:
        """Forget versions: their record first, then what no other version has."""
        dropped = set(names) & versions.keys()
        for _ in do_all(self.storage.delete, [_VERSIONS + name for name in dropped]):
            pass
        kept = {
            _place_of(path, file.name)
            for name, version in versions.items()
            if name not in dropped
            for path, file in version.files.items()
        }
        lost = {_place_of(path, file.name) for name in dropped for path, file in versions[name].files.items()} - kept
        for _ in do_all(self.storage.delete, sorted(lost)):
            pass


def _as_releases(versions: Mapping[str, Version], live: str | None) -> Releases:
    return Releases({name: version.before for name, version in versions.items()}, live)


def _is_complete(files: Files, there: Mapping[str, str]) -> bool:
    """Whether everything that a version consists of has been uploaded."""
    return all(_is_like(there.get(_place_of(path, file.name)), file.md5) for path, file in files.items())


def _find_wrong(files: Files, there: Mapping[str, str], before: Files) -> list[str]:
    """Return the addresses where something else lies, or may lie, than a version says.

    `before`: what certainly is live; an ETag tells nothing of headers.
    """
    return [
        path
        for path, file in files.items()
        if not is_lasting(path) and (before.get(path) != file or not _is_like(there.get(path), file.md5))
    ]


def _place_of(path: str, name: str) -> str:
    """Where a file is uploaded to: its own place if it is named by its content, else one that nobody asks for."""
    return path if is_lasting(path) else _OBJECTS + name


def _in_order(paths: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """What pages load, then pages, then the manifest that lists them."""
    rest = [path for path in paths if path != MANIFEST]
    pages = [path for path in rest if path.endswith(".html")]
    return [path for path in rest if path not in set(pages)], pages, [path for path in paths if path == MANIFEST]


def _is_like(tag: str | None, md5: str) -> bool:
    """Whether an object is there whose ETag does not say that it is another one."""
    return tag is not None and (tag == md5 or not _MD5.fullmatch(tag))


def _parse_version(raw: bytes) -> Version:
    whole: dict[str, Any] = json.loads(raw)
    return Version({path: File(*file) for path, file in whole["files"].items()}, whole["before"])


def _md5(raw: bytes) -> str:
    return hashlib.md5(raw, usedforsecurity=False).hexdigest()
