"""The manifest, compressed forms, what counts as a loss, names of releases, targets, messages."""

import gzip
import hashlib
import json
import os
import re
import string
import subprocess
import sys
import tarfile
from pathlib import Path

import brotli
import pytest
import yaml

from macros.publish.compression import BROTLI, GZIP, compress_kept
from macros.publish.edition import Part
from macros.publish.failures import MESSAGES, PublishError
from macros.publish.manifest import BROKEN, Manifest, compare, parse_manifest, read_site
from macros.publish.releases import Releases, parse_pointer, sort_releases
from macros.publish.server import Server
from macros.publish.shrinking import count, find_losses
from macros.publish.targets import parse_target
from tests.publish.publisher import Starter
from tests.publish.sample import PAGES, make_sample

PACKAGE = Path(__file__).parents[2] / "macros" / "publish"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_sample(1).write(tmp_path / "site")


def test_the_manifest_is_a_function_of_the_files_alone(site: Path, tmp_path: Path) -> None:
    first = read_site(site)
    other = tmp_path / "elsewhere"
    for path, raw in reversed(make_sample(1).files.items()):
        (other / path).parent.mkdir(parents=True, exist_ok=True)
        (other / path).write_bytes(raw)
        os.utime(other / path, (0, 0))
    assert read_site(other).raw == first.raw
    assert json.loads(first.raw)["files"] == make_sample(1).manifest
    assert parse_manifest(first.raw) == first


def test_the_command_prints_the_hash_of_what_is_published(site: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    starter = Starter(tmp_path, {})
    code, output = starter.run("manifest", "--site", site)
    assert code == 0
    assert starter.run("publish", f"dir:{tmp_path / 'www'}", "--site", site)[0] == 0
    raw = (tmp_path / "www" / "current" / "manifest.json").read_bytes()
    assert output == f"sha256:{hashlib.sha256(raw).hexdigest()}\n"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"files": 1}', b'{"files": {"a": 1}}', b'{"files": {"a": "b"}}'])
def test_what_is_no_manifest_is_seen(raw: bytes) -> None:
    assert parse_manifest(raw) is BROKEN


def test_links_and_unfit_names_are_refused(site: Path) -> None:
    (site / "secret").symlink_to("/etc/passwd")
    with pytest.raises(PublishError, match="link-in-site"):
        read_site(site)
    (site / "secret").unlink()
    (site / "two\nlines.txt").write_text("x")
    with pytest.raises(PublishError, match="bad-name"):
        read_site(site)


def test_changes_are_told_apart() -> None:
    old, new = Manifest({"a": "1", "b": "1", "c": "1"}), Manifest({"b": "1", "c": "2", "d": "1"})
    changes = compare(old, new)
    assert (changes.added, changes.changed, changes.removed) == (("d",), ("c",), ("a",))
    assert compare(None, new).added == ("b", "c", "d")


def test_compressed_forms_are_the_same_on_every_day_and_hold_the_file(tmp_path: Path) -> None:
    raw = make_sample(1).files["index.html"]
    source = tmp_path / "index.html"
    source.write_bytes(raw)
    part = Part(source, hashlib.sha256(raw).hexdigest())
    forms = [compress_kept(part, coding, tmp_path / f"cache-{n}") for n in range(2) for coding in (BROTLI, GZIP)]
    assert forms[0].read_bytes() == forms[2].read_bytes() == brotli.compress(raw, quality=11)
    assert forms[1].read_bytes() == forms[3].read_bytes()
    assert gzip.decompress(forms[1].read_bytes()) == raw
    # RFC 1952, 2.3: bytes 4 to 7 are the time.
    assert forms[1].read_bytes()[4:8] == bytes(4)


def test_a_file_is_compressed_once_and_a_damaged_form_made_anew(tmp_path: Path) -> None:
    raw = make_sample(1).files["index.html"]
    source = tmp_path / "index.html"
    source.write_bytes(raw)
    part = Part(source, hashlib.sha256(raw).hexdigest())
    form = compress_kept(part, BROTLI, tmp_path)
    kept = form.stat().st_mtime_ns, form.stat().st_ino
    assert compress_kept(part, BROTLI, tmp_path) == form
    assert (form.stat().st_mtime_ns, form.stat().st_ino) == kept
    form.write_bytes(brotli.compress(b"something else"))
    assert brotli.decompress(compress_kept(part, BROTLI, tmp_path).read_bytes()) == raw


def test_pages_organisations_and_news_are_counted_by_address() -> None:
    assert count(Manifest(make_sample(1).manifest)) == {"pages": len(PAGES), "organisations": 12, "news": 10}


@pytest.mark.parametrize(("before", "after", "is_loss"), [(10, 9, False), (10, 8, True), (11, 10, False), (9, 8, True)])
def test_a_drop_of_more_than_a_tenth_is_a_loss(before: int, after: int, is_loss: bool) -> None:
    old, new = (
        Manifest({f"organisations/o-{number}/index.html": "0" for number in range(total)}) for total in (before, after)
    )
    assert {loss.kind for loss in find_losses(old, new)} == ({"pages", "organisations"} if is_loss else set())


def test_a_lost_language_is_a_loss_of_pages() -> None:
    sample = make_sample(1, pages=tuple(path for path in PAGES if not path.startswith("en/")))
    assert [loss.kind for loss in find_losses(Manifest(make_sample(1).manifest), Manifest(sample.manifest))] == [
        "pages"
    ]


def name(number: int) -> str:
    return f"{number:06d}-0123456789ab"


def test_numbers_of_releases_only_go_up() -> None:
    assert Releases({}, None).name_next("f" * 64) == "000001-ffffffffffff"
    assert Releases({name(7): "", name(9): name(7)}, name(7)).name_next("f" * 64) == "000010-ffffffffffff"
    assert sort_releases([name(1000000), name(2), "lost+found", ".x"]) == [name(2), name(1000000)]
    assert parse_pointer(f"releases/{name(3)}/site") == name(3)
    assert parse_pointer("/srv/old") is None


def test_rollback_follows_what_was_live_and_not_the_numbers() -> None:
    before = {name(1): "", name(2): name(1), name(3): name(1), name(4): name(3)}
    assert Releases(before, name(4)).find_earlier() == [name(3), name(1)]


def test_what_was_rolled_back_from_goes_one_publishing_later() -> None:
    chain = {name(1): "", name(2): name(1), name(3): name(2)}
    assert Releases(chain, name(2)).choose_to_drop(5) == []
    later = {**chain, name(4): name(2)}
    assert Releases(later, name(4)).choose_to_drop(5) == [name(3)]
    assert Releases(later, name(4)).choose_to_drop(2) == [name(1), name(2), name(3)]


def parse(text: str) -> object:
    return parse_target(text, 5, None, Path(".cache"))


def test_targets_are_told_apart() -> None:
    assert parse("ssh://me@host.example:2222/srv/the%20site/") == Server("me", "host.example", 2222, "/srv/the site")
    server = parse("ssh://me@[::1]/srv")
    assert isinstance(server, Server)
    assert (server.login, server.rsync_login) == ("me@::1", "me@[::1]")


@pytest.mark.parametrize(
    "text",
    ["", "dir:", "dir", "pages:", "ssh:host:/srv", "ssh://host", "ssh://host/", "ssh:///srv", "ssh://-o/srv"]
    + ["ssh://u:secret@host/srv", "ssh://host:x/srv", "s3://", "s3://UPPER", "s3:bucket", "http://host/"],
)
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(PublishError, match="bad-target"):
        parse(text)


def load(lang: str) -> dict[str, dict[str, object]]:
    with (MESSAGES / f"{lang}.yaml").open(encoding="utf-8") as file:
        catalogue: dict[str, dict[str, object]] = yaml.safe_load(file)
    return catalogue


def fields(text: object) -> set[str]:
    texts = text.values() if isinstance(text, dict) else [text]
    return {field for one in texts for _, field, _, _ in string.Formatter().parse(str(one)) if field}


def test_both_languages_say_the_same() -> None:
    russian, english = load("ru"), load("en")
    for part in ("words", "failures"):
        assert list(russian[part]) == list(english[part])
        for key in russian[part]:
            assert fields(russian[part][key]) == fields(english[part][key]), key


def test_every_failure_is_one_of_the_catalogue_and_none_is_left_over() -> None:
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.iterdir() if path.is_file())
    used = set(re.findall(r'PublishError\(\s*"([a-z-]+)"', code)) | set(re.findall(r"\bfail ([a-z-]+)", code))
    used |= set(re.findall(r'": "([a-z]+(?:-[a-z]+)*)",', code)) & set(load("ru")["failures"])
    assert used == set(load("ru")["failures"]), used ^ set(load("ru")["failures"])


def test_an_artifact_for_pages_is_plain_and_whole(site: Path, tmp_path: Path) -> None:
    starter = Starter(tmp_path, {})
    folder = tmp_path / "artifact"
    for _ in range(2):
        code, output = starter.run("publish", f"pages:{folder}", "--site", site)
        assert code == 0, output
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    assert files == make_sample(1).files.keys() | {"manifest.json", ".nojekyll"}
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    assert (folder / ".well-known" / "security.txt").stat().st_mode & 0o777 == 0o644
    code, output = starter.run("rollback", f"pages:{folder}")
    assert code == 1 and "прежних версий не хранит" in output


def test_an_artifact_as_tar_is_the_same_every_time(site: Path, tmp_path: Path) -> None:
    starter, tar = Starter(tmp_path, {}), tmp_path / "artifact.tar"
    raws = []
    for _ in range(2):
        assert starter.run("publish", f"pages:{tar}", "--site", site)[0] == 0
        raws.append(tar.read_bytes())
    assert raws[0] == raws[1]
    with tarfile.open(tar) as archive:
        names = {member.name for member in archive if member.isfile()}
        assert all(member.isfile() or member.isdir() for member in archive)
    assert {"./.well-known/security.txt", "./index.html", "./.nojekyll", "./manifest.json"} <= names


def test_a_folder_that_somebody_else_filled_is_left_alone(site: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    code, output = Starter(tmp_path, {}).run("publish", f"pages:{tmp_path / 'mine'}", "--site", site)
    assert code == 1 and "не пуста" in output
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_terminal_sees_progress_and_a_log_does_not(site: Path, tmp_path: Path) -> None:
    """script(1) gives the command a terminal."""
    (tmp_path / "www").mkdir()
    command = [sys.executable, "-m", "macros", "publish", f"dir:{tmp_path / 'www'}", "--site", str(site)]
    quiet = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert quiet.returncode == 0, quiet.stderr
    assert quiet.stderr == "" and "%" not in quiet.stdout
    (site / "new.txt").write_text("new")
    import pty

    seen = bytearray()

    def read(end: int) -> bytes:
        raw = os.read(end, 1024)
        seen.extend(raw)
        return raw

    assert pty.spawn([*command], read, lambda end: b"") == 0
    assert "Сжатие".encode() in seen and b"100%" in seen
