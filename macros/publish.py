"""Publishing: the built site goes live in object storage by rclone, or by rsync and a rename on a server, which holds

current -> releases/000007-3fa9c1d2e4b5/site   what is served; the digits are of the manifest's hash
releases/<release>/sums                        SHA-256 of the files in its `site`, compressed forms included
releases/<release>/assets                      those of its files that are named by their hash
releases/<release>/before                      the release that was live when this one was published
incoming-<token>                               a release on its way; one left behind goes after an hour
"""

import hashlib
import json
import os
import re
import secrets
import shlex
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import brotli
import click

from macros.content.model import Language
from macros.content.problems import Problem, explain, load_messages
from macros.outputs.headers import find_type, is_lasting, write_cache_control

Files = Mapping[str, str]
"""Address below the site's root -> hash in hex."""


class Live(NamedTuple):
    """What is live. `name`: the release, on a server."""

    name: str
    files: Files


MANIFEST = "manifest.json"
"""Lists the SHA-256 of every file of the site but itself."""

SERVER_SCRIPT = Path(__file__).with_suffix(".sh")
SSH_OPTIONS = "-o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15 -o ServerAliveCountMax=3"
RSYNC = ("rsync", "-rL", "--checksum", "--perms", "--chmod=D755,F644", "--protect-args", "--info=progress2")
"""No times: nginx makes its ETag of time and length, so a file that changed has the time at which it was sent."""

RCLONE = ("rclone", "--config=", "--s3-env-auth", "--s3-no-check-bucket", "--low-level-retries=3")
"""An empty --config: what whoever runs this has set up for rclone is not read."""

COMPRESSIBLE = re.compile(r"\.(atom|css|csv|html|ico|ics|js|json|md|mjs|rss|svg|txt|vcf|webmanifest|xml)$")
STORED_COMPRESSED = re.compile(r"\.(css|html|js|mjs|svg)$")
"""Held as gzip by object storage, which sends what it has without asking: whoever fetches these takes gzip."""

GZIP = partial(zlib.compress, level=9, wbits=31)
"""The same bytes with every Python; those of the module `gzip` are others since 3.13."""

PUBLIC = re.compile(r"https?://(?!127\.|0\.0\.0\.0|\[::1?\]|([\w-]+\.)*localhost(:|/|$))[^/]", re.I)
"""An address that is absolute and not one of the builder's own machine."""

KINDS = {
    "publish_pages": re.compile(r".*\.html"),
    "publish_organisations": re.compile(r"organisations/[^/]+/index\.html"),
    "publish_news": re.compile(r"news/\d{4}-\d\d-\d\d-[^/]+/index\.html"),
}
"""What the shrink guard counts, by address; organisations and news in the language at the root."""

REASONS = {
    "publish-unknown-host": "Host key verification failed",
    "publish-no-access": r"Permission denied \(",
    "publish-no-connection": "Connection refused|Could not resolve|no such host|timed out",
    "publish-disk-full": "No space left|quota exceeded|File too large|exit code 11",
    "publish-no-permission": "Permission denied",
    "publish-no-bucket": "directory not found|NoSuchBucket",
    "publish-denied": "AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden",
}
"""Message -> what ssh, rsync (at times only its 11, for file I/O), rclone and the server's programs write."""


class PublishError(Exception):
    """`rule` is a message of the catalogue, `detail` fills it in. What is live stays whole."""

    def __init__(self, rule: str, detail: object = "") -> None:
        super().__init__(rule)
        self.rule, self.detail = rule, str(detail)

    def explain(self, lang: Language) -> str:
        """Return what is wrong, why it matters and the remedy."""
        what, why, fix = explain(Problem("", 0, 0, self.rule, {"detail": self.detail}), lang)
        return f"{what}\n    {phrase(lang, 'why')}: {why}\n    {phrase(lang, 'fix')}: {fix}"


def phrase(lang: Language, word: str, **details: object) -> str:
    return load_messages(lang)["words"][word].format(**details)


def publish(target: str, site: Path, *, allow_shrink: bool, dry_run: bool, lang: Language) -> None:
    """Put a built site live. Raises PublishError."""
    files = load_site(site)
    place = parse_target(target)
    if isinstance(place, Server) and not place.login:
        root, own = Path(place.root), site.resolve()
        if root.is_relative_to(own) or own.is_relative_to(root):
            raise PublishError("publish-overlap", root)
    live = load_live(place, allow_shrink)
    changes = compare(live.files, files)
    if dry_run:
        for path, mark in sorted(changes.items()):
            print(f"{mark} {path}")
    refuse_losses(live.files, files, allow_shrink, lang)
    name = "" if dry_run else place.put(site, files, live, lang)
    added, changed, removed = (list(changes.values()).count(mark) for mark in "+~-")
    print(phrase(lang, "publish_changes", added=added, changed=changed, removed=removed))
    done = "publish_dry" if dry_run else "publish_done" if name else "publish_same"
    print(phrase(lang, done, name=name))


def roll_back(target: str) -> str:
    """Put the release live that was so before; returns its name. Raises PublishError."""
    place = parse_target(target)
    if not isinstance(place, Server):
        raise PublishError("publish-no-rollback")
    return place.run("rollback").strip()


def write_manifest(site: Path) -> str:
    """Write the manifest of a site that has just been built; returns its SHA-256, the same for the same site."""
    if not (site / "index.html").is_file():
        raise PublishError("publish-no-site", site)
    files = {path: hash_file(site / path) for path in sorted(list_files(site) - {MANIFEST})}
    text = json.dumps({"version": 1, "files": files}, ensure_ascii=False, indent=1)
    (site / MANIFEST).write_text(f"{text}\n", "utf-8")
    return hash_file(site / MANIFEST)


def list_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def hash_file(path: Path, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, path.read_bytes(), usedforsecurity=False).hexdigest()


def load_site(site: Path) -> Files:
    """Return the files of a site that is as the build left it and names its own address."""
    try:
        files: Files = json.loads((site / MANIFEST).read_bytes())["files"]
        page = (site / "index.html").read_text("utf-8")
    except (FileNotFoundError, ValueError, LookupError) as error:
        raise PublishError("publish-no-site", site) from error
    there = list_files(site)
    if strays := there - files.keys() - {MANIFEST}:
        raise PublishError("publish-stray", ", ".join(sorted(strays)[:9]))
    if wrong := [path for path in files if path not in there or hash_file(site / path) != files[path]]:
        raise PublishError("publish-changed", ", ".join(wrong[:9]))
    # The home page stands for all: they have the same root.
    canonical = re.search(r'<link rel="canonical" href="([^"]*)"', page)
    if canonical is None or not PUBLIC.match(canonical[1]):
        raise PublishError("publish-address", canonical[1] if canonical else "")
    return files


def load_live(place: "Place", allow_shrink: bool) -> Live:
    """Return what is live. What cannot be known counts as nothing, if that is accepted."""
    name = ""
    try:
        name, manifest = place.read_live()
        return Live(name, json.loads(manifest)["files"] if manifest is not None else {})
    except (OSError, ValueError, LookupError, TypeError) as error:
        if allow_shrink:
            return Live(name, {})
        raise PublishError("publish-unknown-site", error) from error


def compare(live: Files, files: Files) -> dict[str, str]:
    """Return what changes: address -> + for what is new, - for what goes, ~ for the rest."""
    changed = [path for path in live.keys() | files.keys() if live.get(path) != files.get(path)]
    return {path: "+" if path not in live else "-" if path not in files else "~" for path in changed}


def refuse_losses(live: Files, files: Files, allow_shrink: bool, lang: Language) -> None:
    """Tell every loss; refuse those that are too many."""
    lines, is_refused = list_losses(live, files, lang)
    if is_refused and not allow_shrink:
        raise PublishError("publish-shrinks", "; ".join(lines))
    print("\n".join(lines), end="\n" if lines else "")


def list_losses(live: Iterable[str], files: Iterable[str], lang: Language) -> tuple[list[str], bool]:
    """Return what is lost, by kind, and whether that is refused.

    Refused: more than a tenth of a kind (of fewer than twenty: more than one), and all of a kind.
    """
    lines, is_refused = [], False
    for word, form in KINDS.items():
        before, after = (sum(form.fullmatch(path) is not None for path in paths) for paths in (live, files))
        if after < before:
            lines.append(phrase(lang, "publish_loss", what=phrase(lang, word), before=before, after=after))
            is_refused |= before - after > max(1, before // 10) or after == 0
    return lines, is_refused


def parse_target(text: str) -> "Place":
    """Return the place for dir:FOLDER, ssh://[USER@]HOST[:PORT]/FOLDER, s3://BUCKET[/PREFIX] or https://SITE."""
    if found := re.fullmatch(r"dir:(.+)", text):
        return Server(str(Path(found[1]).resolve()))
    # Neither user nor host may begin with a hyphen: ssh would take it for an option.
    if found := re.fullmatch(r"ssh://(\w[\w.@+-]*@)?(\w[\w.-]*|\[[0-9a-f:]+\])(?::(\d+))?(/.*[^/])/*", text):
        return Server(unquote(found[4]), (found[1] or "") + found[2], found[3] or "")
    if found := re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]+[a-z0-9](?:/[^/]+)*)/*", text):
        return Bucket(f":s3:{found[1]}")
    if re.match(r"https?://.", text):
        return LiveSite(text)
    raise PublishError("publish-target", text)


class Server(NamedTuple):
    """A folder on a server, or on this machine when there is no `login`. RSYNC_RSH names another ssh, as for rsync."""

    root: str
    login: str = ""
    port: str = ""

    @property
    def shell(self) -> list[str]:
        port = ["-p", self.port] if self.port else []
        return [*shlex.split(os.environ.get("RSYNC_RSH", "ssh")), *SSH_OPTIONS.split(), *port]

    def run(self, *arguments: str) -> str:
        command = ["sh", "-c", SERVER_SCRIPT.read_text("utf-8"), "publish", self.root, *arguments]
        return call([*self.shell, re.sub(r"[][]", "", self.login), shlex.join(command)] if self.login else command)

    def read_live(self) -> tuple[str, bytes | None]:
        """Return the release that is live and its manifest, empty if it has none; None if nothing is live."""
        name, _, manifest = self.run("look").partition("\n")
        return name, manifest.encode() if name else None

    def put(self, site: Path, files: Files, live: Live, lang: Language) -> str:
        """Send a release; one call verifies it and turns `current` to it. Returns its name, empty if it was live."""
        incoming = f"incoming-{secrets.token_hex(8)}"
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            stage(site, files, folder / "site", add_compressed, lang)
            paths = sorted(list_files(folder / "site"))
            sums = "".join(f"{hash_file(folder / 'site' / path)}  {path}\n" for path in paths)
            (folder / "sums").write_text(sums, "utf-8")
            (folder / "assets").write_text("".join(f"{path}\n" for path in paths if is_lasting(path)), "utf-8")
            print(phrase(lang, "publish_sending"), file=sys.stderr)
            options = [f"--link-dest={self.root}/releases/{live.name}/"] if live.name else []
            options += [f"--rsh={shlex.join(self.shell)}"] if self.login else []
            place = f"{self.login}:{self.root}" if self.login else self.root
            call([*RSYNC, *options, f"{folder}/", f"{place}/{incoming}/"], is_shown=True)
        print(phrase(lang, "publish_switching"), file=sys.stderr)
        digests = hash_file(site / MANIFEST)[:12], hashlib.sha256(sums.encode()).hexdigest()
        return self.run("switch", incoming, *digests, live.name).strip()


class Bucket(NamedTuple):
    """Object storage: `remote` is bucket and prefix, as rclone has them. Keys, region, endpoint: AWS_….

    There is no rename: what pages load is sent first, then pages, then the manifest; deletions come last. So each page
    is whole at every moment. A killed publisher leaves pages of two versions; the next one compares everything again.
    """

    remote: str

    def rclone(self, *arguments: str, given: str = "") -> str:
        environment = dict(os.environ)
        if not environment.get("AWS_ACCESS_KEY_ID") or not environment.get("AWS_SECRET_ACCESS_KEY"):
            raise PublishError("publish-no-keys")
        endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL") or ""
        region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"
        command = [*RCLONE, f"--s3-provider={'Other' if endpoint else 'AWS'}", f"--s3-endpoint={endpoint}"]
        command += [f"--s3-region={region}", *arguments]
        # rclone 1.60 does not start with this one; it has an option of its own.
        if bundle := environment.pop("AWS_CA_BUNDLE", ""):
            command.append(f"--ca-cert={bundle}")
        return call(command, given=given, env=environment, is_shown="--progress" in arguments)

    def list_objects(self) -> dict[str, str]:
        """Return address -> MD5 of everything there."""
        options = ["--recursive", "--files-only", "--hash", "--no-modtime", "--no-mimetype", "--fast-list"]
        rows = json.loads(self.rclone("lsjson", *options, self.remote))
        return {row["Path"]: row.get("Hashes", {}).get("md5", "") for row in rows}

    def read_live(self) -> tuple[str, bytes | None]:
        there = self.list_objects()
        if MANIFEST in there:
            return "", self.rclone("cat", f"{self.remote}/{MANIFEST}").encode()
        return "", b"" if there else None

    def put(self, site: Path, files: Files, live: Live, lang: Language) -> str:
        there = self.list_objects()
        with tempfile.TemporaryDirectory() as folder:
            stage(site, files, Path(folder), store_compressed, lang)
            wanted = list_files(Path(folder))
            wrong = [path for path in wanted if there.get(path) != hash_file(Path(folder, path), "md5")]
            steps = {path: find_step(path, is_empty=not there) for path in wrong}
            for step, paths in groupby(sorted(wrong, key=steps.__getitem__), key=steps.__getitem__):
                print(f"{phrase(lang, 'publish_sending')} {step[1]}", file=sys.stderr)
                options = ["--copy-links", "--no-check-dest", "--transfers=16", "--progress", "--files-from-raw=-"]
                options += [f"--header-upload={header}" for header in step[1:]]
                self.rclone("copy", *options, folder, self.remote, given="\n".join(paths))
        # Pages of the version before may still be open: what they load stays until the next one.
        gone = [path for path in there if path not in wanted and not (is_lasting(path) and path in live.files)]
        if gone:
            self.rclone("delete", "--files-from-raw=-", self.remote, given="\n".join(gone))
        return self.remote.removeprefix(":s3:") if wrong or gone else ""


def find_step(path: str, is_empty: bool) -> tuple[int | str, ...]:
    """Return when an object is sent, the lowest number first, and its headers: those alike are sent together."""
    order = 0 if is_lasting(path) else 2 if path.endswith(".html") else 1
    if path == MANIFEST:
        # First in an empty bucket: what a killed publisher leaves there is known as ours.
        order = -1 if is_empty else 3
    coding = ["Content-Encoding: gzip"] if STORED_COMPRESSED.search(path) else []
    return order, f"Content-Type: {find_type(path)}", f"Cache-Control: {write_cache_control(path)}", *coding


class LiveSite(NamedTuple):
    """A site that this machine can only look at as a visitor: --dry-run guards it where others deploy, as on Pages."""

    address: str

    def read_live(self) -> tuple[str, bytes | None]:
        from urllib import error, request  # here, since these take longer to load than all the rest

        try:
            with request.urlopen(f"{self.address.rstrip('/')}/{MANIFEST}", timeout=15) as answer:
                return "", answer.read()
        except error.HTTPError as answer:
            if answer.code == 404:
                return "", None
            raise

    def put(self, site: Path, files: Files, live: Live, lang: Language) -> str:
        raise PublishError("publish-target", self.address)


Place = Server | Bucket | LiveSite


def add_compressed(path: str, raw: bytes) -> dict[str, bytes]:
    if not COMPRESSIBLE.search(path):
        return {path: raw}
    forms = {f"{path}.br": brotli.compress(raw, quality=11), f"{path}.gz": GZIP(raw)}
    return {path: raw} | {address: form for address, form in forms.items() if len(form) < len(raw)}


def store_compressed(path: str, raw: bytes) -> dict[str, bytes]:
    return {path: GZIP(raw) if STORED_COMPRESSED.search(path) else raw}


def stage(
    site: Path, files: Files, folder: Path, forms_of: Callable[[str, bytes], dict[str, bytes]], lang: Language
) -> None:
    """Lay out in a folder what will be sent: links to the site's own files, and compressed ones."""

    def stage_file(path: str) -> None:
        raw = (site / path).read_bytes()
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        for address, form in forms_of(path, raw).items():
            if form is raw:
                (folder / address).symlink_to((site / path).resolve())
            else:
                (folder / address).write_bytes(form)

    # Threads are enough: the compressors let others run.
    label = phrase(lang, "publish_compressing")
    with ThreadPoolExecutor() as pool, click.progressbar([*files, MANIFEST], label=label, file=sys.stderr) as paths:
        list(pool.map(stage_file, paths))


def call(command: Sequence[str], given: str = "", env: Mapping[str, str] | None = None, is_shown: bool = False) -> str:
    """Run a program and return what it prints, or let it show that on a terminal."""
    output = None if is_shown and sys.stdout.isatty() else subprocess.PIPE
    try:
        done = subprocess.run(command, input=given, stdout=output, stderr=subprocess.PIPE, env=env, encoding="utf-8")
    except FileNotFoundError as error:
        raise PublishError("publish-no-program", command[0]) from error
    if done.returncode == 0:
        return done.stdout or ""
    said = done.stderr.strip() or f"exit code {done.returncode}"
    if told := re.search(r"^fail (\S+) ?(.*)$", said, re.M):
        raise PublishError(told[1], told[2])
    for rule, signs in REASONS.items():
        if found := re.search(f"^.*({signs}).*$", said, re.M | re.I):
            raise PublishError(rule, found[0].strip())
    raise PublishError("publish-failed", f"{command[0]}: {said.splitlines()[-1]}")
