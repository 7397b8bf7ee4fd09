"""Publishing by real rsync, sshd and rclone to folders, a server and an S3 server, also when publishers are killed."""

import fcntl
import gzip
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import brotli
import pytest

from macros.content.problems import load_messages
from macros.publish import REASONS, PublishError, refuse_losses, write_manifest
from tests.commands import run_command
from tests.servers import Sshd, find_program, free_port, run_s3, run_server, run_sshd

PROJECT = Path(__file__).parents[1]
KILLS = {"ssh": 2, "dir": 1, "s3": 1}
"""How many publishers are killed at each kind of target; KILLS=100 kills as many at each."""

APART = "-o ControlPath=none"
"""An ssh that logs in anew."""

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


def build(
    folder: Path,
    version: int,
    organisations: int = 8,
    address: str = "https://cluster.example/",
    with_all_kinds: bool = True,
) -> Path:
    """Make a small site as a build leaves it; each page names the style sheet of its version.

    rclone runs once for each kind of file: who does not ask about them makes pages and a style sheet only.
    """
    shutil.rmtree(folder, ignore_errors=True)
    css = f".v{{--v:{version}}}" + "/* алюминиевая фольга */" * 20
    asset = f"assets/site.{hashlib.sha256(css.encode()).hexdigest()[:10]}.css"
    pages = ["index.html", "404.html", "en/index.html", "news/2026-01-01-news/index.html"]
    pages += [f"organisations/org-{number}/index.html" for number in range(organisations)]
    head = f'<link rel="canonical" href="{address}"><link rel="stylesheet" href="/{asset}">'
    files = {page: f"<!doctype html>{head}<p>{page} {version} {'фольга ' * 300}</p>" for page in pages}
    files[asset] = css
    if with_all_kinds:
        files |= {"feed.xml": f"<feed>{version}</feed>", ".well-known/security.txt": "Contact: x", "empty.txt": ""}
        files |= {"data/счёт 1.csv": f"a;{version}\n", "pagefind/pagefind.js": "export const a = 1;\n" * 50}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    if with_all_kinds:
        (folder / "logo.png").write_bytes(b"\x89PNG" + bytes(range(256)))
    write_manifest(folder)
    return folder


def read(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


@dataclass
class Place:
    """Somewhere to publish to. `folder`, or else `client` and `bucket`, show what is there."""

    target: str
    site: Path
    kills: int
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()
    client: Any = None
    bucket: str = ""

    def run(self, *arguments: str | Path, **environment: str | None) -> tuple[int, str]:
        """Run a command of the publisher; returns exit code and output."""
        code, told, warned = run_command(*arguments, environment={**self.environment, **environment})
        return code, told + warned

    def publish(self, *arguments: str, **environment: str | None) -> tuple[int, str]:
        return self.run("publish", self.target, "--site", self.site, *arguments, **environment)

    def publish_well(self, version: int, **options: Any) -> None:
        build(self.site, version, **options)
        code, output = self.publish()
        assert code == 0, output

    def read_live(self) -> dict[str, bytes]:
        """What visitors can get, by address; Content-Encoding taken off."""
        if self.client is None:
            return read(self.folder / "current") if (self.folder / "current").exists() else {}
        found = {}
        for item in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", []):
            answer = self.client.get_object(Bucket=self.bucket, Key=item["Key"])
            raw = answer["Body"].read()
            found[item["Key"]] = gzip.decompress(raw) if answer.get("ContentEncoding") == "gzip" else raw
        return found

    def put(self, path: str, raw: bytes | None) -> None:
        """Replace what visitors get at an address, or remove it: a fault."""
        if self.client is None:
            file = self.folder / "current" / path
            file.unlink(missing_ok=True)
            if raw is not None:
                file.write_bytes(raw)
        elif raw is None:
            self.client.delete_object(Bucket=self.bucket, Key=path)
        else:
            self.client.put_object(Bucket=self.bucket, Key=path, Body=raw)


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with run_sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of an S3 server, and its log of requests."""
    folder = tmp_path_factory.mktemp("s3")
    with run_s3(folder) as address:
        yield address, folder / "s3.log"


def make_place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    kills = int(os.environ.get("KILLS", KILLS[kind]))
    if kind == "s3":
        address, _ = request.getfixturevalue("s3")
        client = boto3.client(
            "s3",
            endpoint_url=address,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
        )
        bucket = f"site-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:20]}"
        client.create_bucket(Bucket=bucket)
        environment = {**KEYS, "AWS_ENDPOINT_URL_S3": address}
        return Place(f"s3://{bucket}", tmp_path / "site", kills, environment, client=client, bucket=bucket)
    folder = tmp_path / "the cluster's site"
    folder.mkdir()
    if kind == "dir":
        return Place(f"dir:{folder}", tmp_path / "site", kills, folder=folder)
    server: Sshd = request.getfixturevalue("sshd")
    target = f"ssh://127.0.0.1:{server.port}{quote(str(folder))}"
    return Place(target, tmp_path / "site", kills, {"RSYNC_RSH": server.shell}, folder=folder)


@pytest.fixture(params=["dir", "ssh", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place of each kind in turn."""
    return make_place(request.param, request, tmp_path)


@pytest.fixture(params=["dir", "ssh"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return make_place(request.param, request, tmp_path)


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return make_place("dir", request, tmp_path)


@pytest.fixture
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return make_place("s3", request, tmp_path)


def says(rule: str, output: str) -> bool:
    """Whether a message of the catalogue was told, with its remedy and no traceback."""
    what = load_messages("ru")[rule]["what"].partition("{")[0]
    return what in output and load_messages("ru")[rule]["fix"] in output and "Traceback" not in output


def test_a_site_goes_live_and_is_replaced_and_what_is_the_same_is_told(place: Place) -> None:
    """In a bucket with few kinds of files: of all kinds, test_objects_have_their_types_and_times."""
    kinds = {"with_all_kinds": place.client is None}
    place.publish_well(1, **kinds)
    first = read(place.site)
    assert place.read_live().items() >= first.items()
    code, output = place.publish()
    assert code == 0 and load_messages("ru")["words"]["publish_same"] in output
    place.publish_well(2, organisations=7, **kinds)
    live = place.read_live()
    assert live.items() >= read(place.site).items()
    assert "organisations/org-7/index.html" not in live
    (asset,) = first.keys() & {path for path in live if path.startswith("assets/")} - read(place.site).keys()
    assert live[asset] == first[asset], "an open page of the first version asks for it"


def test_a_dry_run_lists_what_would_change_and_changes_nothing(folder: Place) -> None:
    folder.publish_well(1)
    before = folder.read_live()
    build(folder.site, 2, organisations=7)
    code, output = folder.publish("--dry-run")
    assert code == 0 and load_messages("ru")["words"]["publish_dry"] in output
    marks = dict(reversed(line.split(" ", 1)) for line in output.splitlines() if line[:2] in ("+ ", "~ ", "- "))
    assert marks["index.html"] == "~" and marks["organisations/org-7/index.html"] == "-"
    assert sorted(mark for path, mark in marks.items() if path.startswith("assets/")) == ["+", "-"]
    assert folder.read_live() == before


def test_compressed_forms_lie_beside_the_files_and_are_the_same_each_time(server: Place, tmp_path: Path) -> None:
    server.publish_well(1)
    live = server.read_live()
    assert gzip.decompress(live["index.html.gz"]) == brotli.decompress(live["index.html.br"]) == live["index.html"]
    assert not {"logo.png.gz", "empty.txt.gz", "empty.txt.br"} & live.keys()
    assert live["index.html.gz"][:10].hex() == "1f8b0800000000000203", "with every Python the same"
    (tmp_path / "other").mkdir()
    assert server.run("publish", f"dir:{tmp_path / 'other'}", "--site", server.site)[0] == 0
    assert read(tmp_path / "other" / "current") == live
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "other" / "current").rglob("*.html")} == {0o644}


def test_five_releases_are_kept_and_share_what_is_the_same(folder: Place) -> None:
    for version in range(1, 7):
        folder.publish_well(version)
    releases = sorted(path.name[:6] for path in (folder.folder / "releases").iterdir())
    assert releases == ["000002", "000003", "000004", "000005", "000006"]
    assert (folder.folder / "current" / "logo.png").stat().st_nlink == 5


def test_a_rollback_goes_back_step_by_step_and_what_was_left_never_returns(server: Place) -> None:
    for version in (1, 2, 3):
        server.publish_well(version)
    third = server.read_live()
    assert server.run("rollback", server.target)[0] == 0
    second = server.read_live()
    assert b" 2 " in second["index.html"]
    assert {path for path in third if path.startswith("assets/")} <= second.keys()
    assert server.run("rollback", server.target)[0] == 0
    server.publish_well(4)
    assert server.run("rollback", server.target)[0] == 0
    assert b" 1 " in server.read_live()["index.html"]
    code, output = server.run("rollback", server.target)
    assert code == 1 and says("publish-no-earlier", output)


def test_a_rollback_passes_over_a_damaged_release(folder: Place) -> None:
    for version in (1, 2, 3):
        folder.publish_well(version)
    (damaged,) = (folder.folder / "releases").glob("000002-*")
    (damaged / "site" / "index.html").write_text("damaged")
    assert folder.run("rollback", folder.target)[0] == 0
    assert b" 1 " in folder.read_live()["index.html"]


def test_a_damaged_live_release_is_published_again(folder: Place) -> None:
    folder.publish_well(1)
    (folder.folder / "current" / "index.html").write_text("damaged")
    assert folder.publish()[0] == 0
    assert folder.read_live().items() >= read(folder.site).items()


def test_a_server_as_earlier_publishers_left_it_is_published_to_and_rolled_back(server: Place) -> None:
    for number, before in ((7, ""), (8, "000007-aaaaaaaaaaaa")):
        release = server.folder / "releases" / f"{number:06}-aaaaaaaaaaaa"
        files = read(build(release / "site", number))
        (release / "sums").write_text(
            "".join(f"{hashlib.sha256(raw).hexdigest()}  {path}\n" for path, raw in sorted(files.items())), "utf-8"
        )
        (release / "assets").write_text("".join(f"{path}\n" for path in files if path.startswith("assets/")))
        (release / "before").write_text(f"{before}\n")
    (server.folder / "current").symlink_to("releases/000008-aaaaaaaaaaaa/site")
    (server.folder / ".lock").symlink_to("0123456789abcdef")
    (server.folder / "incoming-0123456789abcdef").mkdir()
    assets = {path for path in server.read_live() if path.startswith("assets/")}
    server.publish_well(9)
    assert str((server.folder / "current").readlink()).startswith("releases/000009-")
    assert assets <= server.read_live().keys()
    for number in (8, 7):
        assert server.run("rollback", server.target)[0] == 0
        assert f" {number} ".encode() in server.read_live()["index.html"]


def test_objects_have_their_types_and_times(bucket: Place) -> None:
    bucket.publish_well(1)
    found = {}
    for path in bucket.read_live():
        answer = bucket.client.head_object(Bucket=bucket.bucket, Key=path)
        coding = answer.get("ContentEncoding", "")
        found[re.sub(r"\.[0-9a-f]{10}\.", ".", path)] = (answer["ContentType"], answer["CacheControl"], coding)
    year = "public, max-age=31536000, immutable"
    wanted = {
        "index.html": ("text/html; charset=utf-8", "no-cache", "gzip"),
        "assets/site.css": ("text/css; charset=utf-8", year, "gzip"),
        "pagefind/pagefind.js": ("text/javascript; charset=utf-8", "no-cache", "gzip"),
        "feed.xml": ("application/atom+xml", "no-cache", ""),
        "data/счёт 1.csv": ("text/csv; charset=utf-8", "no-cache", ""),
        "manifest.json": ("application/json", "no-cache", ""),
        "logo.png": ("image/png", "no-cache", ""),
        ".well-known/security.txt": ("text/plain; charset=utf-8", "no-cache", ""),
    }
    assert {path: found[path] for path in wanted} == wanted


def test_assets_are_sent_before_pages_deletions_come_last_and_nothing_is_sent_twice(
    bucket: Place, s3: tuple[str, Path]
) -> None:
    """Nor is anything kept for longer than the pages that are still open."""
    bucket.publish_well(1)
    size = len(s3[1].read_bytes())
    bucket.publish_well(2, organisations=7)
    log = s3[1].read_bytes()[size:].decode()
    requests = re.findall(rf'"(PUT|DELETE|POST) /{bucket.bucket}/?([^? ]*)', log)
    kinds = [
        "delete"
        if method != "PUT"
        else next((kind for kind in ("assets", "html", "manifest") if kind in path), "other")
        for method, path in requests
    ]
    assert list(dict.fromkeys(kinds)) == ["assets", "other", "html", "manifest", "delete"]
    assert not [path for _, path in requests if "logo" in path or "pagefind" in path]
    bucket.publish_well(3)
    assets = [path for path in bucket.read_live() if path.startswith("assets/")]
    assert len(assets) == 2, "those of the version before the last have gone"


def test_a_first_publication_that_broke_off_is_known_as_ours(bucket: Place, tmp_path: Path) -> None:
    build(bucket.site, 1, organisations=1, with_all_kinds=False)
    path = put_in_front(tmp_path / "bin", "rclone", 'case "$*" in *text/html*) exit 1;; esac\nreal "$@"')
    code, output = bucket.publish(PATH=path)
    assert code == 1 and says("publish-failed", output)
    assert "index.html" not in bucket.read_live()
    assert bucket.publish()[0] == 0
    assert bucket.read_live() == read(bucket.site)


def test_settings_of_whoever_publishes_are_not_read(bucket: Place, tmp_path: Path) -> None:
    (tmp_path / "rclone.conf").write_text("[broken")
    build(bucket.site, 1, organisations=1, with_all_kinds=False)
    code, output = bucket.publish(RCLONE_CONFIG=str(tmp_path / "rclone.conf"), AWS_CA_BUNDLE=str(tmp_path / "none"))
    assert code != 0, "the bundle is asked for"
    code, output = bucket.publish(RCLONE_CONFIG=str(tmp_path / "rclone.conf"))
    assert code == 0, output


def test_a_site_that_others_deploy_is_guarded_by_a_dry_run(folder: Place, tmp_path: Path) -> None:
    live, port = build(tmp_path / "live", 1), free_port()
    command: list[str | Path] = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "-d", live]
    with run_server(command, port, tmp_path / "log"):
        address = f"http://127.0.0.1:{port}/"
        build(folder.site, 2, organisations=7)
        code, output = folder.run("publish", address, "--site", folder.site, "--dry-run")
        assert code == 0 and "- organisations/org-7/index.html" in output
        build(folder.site, 3, organisations=6)
        code, output = folder.run("publish", address, "--site", folder.site, "--dry-run")
        assert code == 1 and says("publish-shrinks", output)
        code, output = folder.run("publish", address, "--site", folder.site, "--allow-shrink")
        assert code == 2 and says("publish-target", output)
        assert folder.run("publish", f"{address}nothing/", "--site", folder.site, "--dry-run")[0] == 0
    code, output = folder.run("publish", address, "--site", folder.site, "--dry-run")
    assert code == 1 and says("publish-unknown-site", output)


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [(2, 1, False), (2, 0, True), (1, 0, True), (8, 7, False), (8, 6, True), (10, 9, False), (20, 18, False)]
    + [(20, 17, True), (100, 90, False), (100, 89, True), (8, 9, False)],
)
def test_a_loss_is_told_and_a_great_one_refused(
    before: int, after: int, is_refused: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    def files(count: int) -> dict[str, str]:
        pages = {f"page-{number}.html": "" for number in range(1000)}
        return pages | {f"organisations/{number}/index.html": "" for number in range(count)}

    def lose(allow_shrink: bool) -> None:
        refuse_losses(files(before), files(after), allow_shrink, "ru")
        assert (f"организаций: было {before}, станет {after}" in capsys.readouterr().out) == (after < before)

    lose(allow_shrink=True)
    if is_refused:
        with pytest.raises(PublishError, match="publish-shrinks"):
            lose(allow_shrink=False)
    else:
        lose(allow_shrink=False)


PLANTED: list[tuple[str, Callable[[Place], object]]] = [
    ("publish-stray", lambda place: (place.site / ".env").write_text("SECRET=1")),
    ("publish-stray", lambda place: (place.site / "data" / "backup.sql").symlink_to("/dev/null")),
    ("publish-changed", lambda place: (place.site / "404.html").write_text("changed")),
    ("publish-changed", lambda place: (place.site / "404.html").unlink()),
    ("publish-no-site", lambda place: (place.site / "manifest.json").unlink()),
    ("publish-no-site", lambda place: shutil.rmtree(place.site)),
    ("publish-no-folder", lambda place: place.folder.rmdir()),
    ("publish-not-a-link", lambda place: (place.folder / "current").mkdir()),
    ("publish-unknown-site", lambda place: (place.folder / "current").symlink_to("releases/000001-aaaaaaaaaaaa/site")),
]


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(PLANTED)])
def test_what_is_not_as_it_should_be_is_refused(server: Place, rule: str, plant: Callable[[Place], object]) -> None:
    build(server.site, 1)
    plant(server)
    code, output = server.publish()
    assert code == 1 and says(rule, output), output
    assert server.publish("--lang", "en")[1].startswith(load_messages("en")[rule]["what"].partition("{")[0])
    assert "releases/000002" not in str(list(server.folder.rglob("*")))


@pytest.mark.parametrize(
    "address",
    ["", "/", "/foil/", "http://127.0.0.1:8000/", "http://localhost/", "https://[::1]/x/", "//cluster.example/"],
)
def test_a_site_without_an_address_of_its_own_is_refused(folder: Place, address: str) -> None:
    build(folder.site, 1, address=address)
    code, output = folder.publish()
    assert code == 1 and says("publish-address", output) and f"«{address}»" in output
    assert not list(folder.folder.iterdir())


@pytest.mark.parametrize("where", ["site", "site/inside", "."])
def test_a_target_inside_the_site_or_around_it_is_refused(folder: Place, tmp_path: Path, where: str) -> None:
    build(folder.site, 1)
    code, output = folder.run("publish", f"dir:{tmp_path / where}", "--site", folder.site)
    assert code == 1 and says("publish-overlap", output)


@pytest.mark.parametrize(
    "target",
    ["", "dir:", "ftp://host/path", "ssh://host", "ssh://host/", "ssh://-oProxyCommand=x/p", "s3://", "s3://B_/x"]
    + ["ssh://user:secret@host/path", "ssh://-user@host/path"],
)
def test_a_target_that_is_none_is_wrong_usage(folder: Place, target: str) -> None:
    build(folder.site, 1)
    code, output = folder.run("publish", target, "--site", folder.site)
    assert code == 2 and says("publish-target", output)


def test_a_missing_program_is_named(place: Place, tmp_path: Path) -> None:
    build(place.site, 1)
    (tmp_path / "few").mkdir()
    wanted = "ssh" if place.target.startswith("ssh") else "rclone" if place.client else "rsync"
    for program in ("sh", "readlink", "cat", "flock", "sha256sum"):
        (tmp_path / "few" / program).symlink_to(find_program(program))
    code, output = place.publish(PATH=str(tmp_path / "few"))
    rule = "publish-no-server-program" if wanted == "rsync" else "publish-no-program"
    assert code == 1 and says(rule, output) and f"«{wanted}»" in output


def test_two_publishers_at_once_do_not_disturb_each_other(server: Place) -> None:
    server.publish_well(1)
    before = server.read_live()
    build(server.site, 2)
    lock = os.open(server.folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    code, output = server.publish()
    os.close(lock)
    assert code == 1 and says("publish-busy", output)
    assert server.read_live() == before and not list(server.folder.glob("incoming-*"))


def put_in_front(folder: Path, program: str, text: str) -> str:
    """Put a script of this name before the real program, which it calls as `real`; returns the PATH."""
    folder.mkdir()
    (folder / program).write_text(f'#!/bin/sh\nreal() {{ {find_program(program)} "$@"; }}\n{text}\n')
    (folder / program).chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_what_another_publisher_put_live_meanwhile_is_not_replaced(folder: Place, tmp_path: Path) -> None:
    folder.publish_well(1)
    build(folder.site, 2)
    path = put_in_front(
        tmp_path / "bin",
        "rsync",
        f"real \"$@\"\nln -sfn releases/000009-x/site '{tmp_path}/x'\nmv -T '{tmp_path}/x' \"{folder.folder}/current\"",
    )
    code, output = folder.publish(PATH=path)
    assert code == 1 and says("publish-overtaken", output)


def test_what_is_damaged_on_its_way_does_not_go_live(folder: Place, tmp_path: Path) -> None:
    folder.publish_well(1)
    before = folder.read_live()
    build(folder.site, 2)
    path = put_in_front(tmp_path / "bin", "rsync", 'real "$@"\nfor last; do :; done\necho x >>"$last/site/404.html"')
    code, output = folder.publish(PATH=path)
    assert code == 1 and says("publish-damaged", output)
    assert folder.read_live() == before and not list(folder.folder.glob("incoming-*"))


def test_what_ssh_and_the_server_complain_of_is_explained(
    request: pytest.FixtureRequest, sshd: Sshd, tmp_path: Path
) -> None:
    place = make_place("ssh", request, tmp_path)
    build(place.site, 1)
    (tmp_path / "empty").touch()
    for shell, rule in (
        (
            f"ssh -o UserKnownHostsFile={tmp_path}/empty -o StrictHostKeyChecking=yes -F /dev/null",
            "publish-unknown-host",
        ),
        (
            f"{sshd.shell} -o ControlPath=none -o IdentityFile={tmp_path}/empty -o PubkeyAuthentication=no",
            "publish-no-access",
        ),
        (f"{sshd.shell} -p {free_port()}", "publish-no-connection"),
        (sshd.small_shell, "publish-disk-full"),
    ):
        code, output = place.publish(RSYNC_RSH=shell)
        assert code == 1 and says(rule, output), output
    assert not place.read_live()


def test_what_storage_complains_of_is_explained(bucket: Place) -> None:
    build(bucket.site, 1)
    for environment, rule in (
        ({"AWS_SECRET_ACCESS_KEY": ""}, "publish-no-keys"),
        ({"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{free_port()}"}, "publish-no-connection"),
    ):
        code, output = bucket.publish(**environment)
        assert code == 1 and says(rule, output), output
    code, output = bucket.run("publish", "s3://no-such-bucket/x", "--site", bucket.site)
    assert code == 1 and says("publish-no-bucket", output)
    bucket.client.put_object(Bucket=bucket.bucket, Key="somebody-elses.txt", Body=b"x")
    code, output = bucket.publish()
    assert code == 1 and says("publish-unknown-site", output)
    code, output = bucket.run("rollback", bucket.target)
    assert code == 1 and says("publish-no-rollback", output)
    assert bucket.read_live() == {"somebody-elses.txt": b"x"}


def test_every_message_is_used_and_every_reason_has_one() -> None:
    code = (PROJECT / "macros" / "publish.py").read_text() + (PROJECT / "macros" / "publish.sh").read_text()
    messages = load_messages("ru")
    told = {rule for rule in messages if rule.startswith("publish-")}
    assert set(re.findall(r"\bpublish-[a-z-]+", code)) == told >= REASONS.keys()
    words = {word for word in messages["words"] if word.startswith("publish_")}
    main_code = (PROJECT / "macros" / "__main__.py").read_text()
    assert set(re.findall(r'"(publish_[a-z_]+)"', code + main_code)) == words


def check_whole(place: Place, versions: list[dict[str, bytes]]) -> None:
    """On a server one version is live, and whole; in a bucket each page is of one version and finds its style sheet."""
    live = place.read_live()
    if place.client is None:
        assert any(live.items() >= version.items() for version in versions)
        assert all(gzip.decompress(raw) == live[path[:-3]] for path, raw in live.items() if path.endswith(".gz"))
        return
    for path in versions[0]:
        if path.endswith(".html"):
            assert live[path] in [version[path] for version in versions], path
            (asset,) = re.findall(r'href="/(assets/[^"]+)"', live[path].decode())
            assert asset in live


def test_a_site_that_is_not_whole_is_seen(place: Place) -> None:
    versions = [read(build(place.site, 1, organisations=1, with_all_kinds=False))]
    if place.client is None:
        assert place.publish()[0] == 0
    else:
        for path, raw in versions[0].items():
            place.put(path, raw)
    check_whole(place, versions)
    (asset,) = [path for path in versions[0] if path.startswith("assets/")]
    page = "index.html" if place.client is not None else "404.html"
    before = place.read_live()
    for path, raw in ((page, b"other"), (page, None), (asset, None)):
        place.put(path, raw)
        with pytest.raises((AssertionError, KeyError)):
            check_whole(place, versions)
        place.put(path, before[path])
    check_whole(place, versions)


def test_a_publisher_that_is_killed_leaves_what_is_live_whole_and_the_next_one_heals(
    place: Place, tmp_path: Path
) -> None:
    versions = [read(build(place.site, 0, with_all_kinds=False))]
    command = [sys.executable, "-m", "macros", "publish", place.target, "--site", str(place.site)]
    environment = {**os.environ, **place.environment, "PYTHONPATH": str(PROJECT)}
    if "RSYNC_RSH" in environment:
        environment["RSYNC_RSH"] += f" {APART}"  # the connection ends with the publisher

    def start() -> "subprocess.Popen[bytes]":
        with (tmp_path / "output").open("wb") as output:
            return subprocess.Popen(
                command, cwd=tmp_path, env=environment, stdout=output, stderr=output, process_group=0
            )

    began = time.monotonic()
    assert start().wait() == 0, (tmp_path / "output").read_text()
    whole_time = time.monotonic() - began
    for number in range(place.kills):
        versions.append(read(build(place.site, number + 1, with_all_kinds=False)))
        publisher = start()
        # Spread over its time, but for the part in which it only starts.
        time.sleep(whole_time * (0.2 + 0.8 * number / place.kills))
        os.killpg(publisher.pid, signal.SIGKILL)
        publisher.wait()
        check_whole(place, versions)
        if number % 2:
            code, output = place.publish()
            assert code == 0, output
            check_whole(place, versions[-1:])
    for left in place.folder.glob("incoming-*") if place.client is None else ():
        os.utime(left, (0, 0))
    place.publish_well(99, with_all_kinds=False)
    check_whole(place, [read(place.site)])
    if place.client is None:
        assert {path.name for path in place.folder.iterdir()} == {"current", "releases"}
    else:
        live, wanted = ({path for path in one if "assets/" not in path} for one in (place.read_live(), versions[0]))
        assert live == wanted
