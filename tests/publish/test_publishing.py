"""Publishing to a folder, over SSH and to object storage, as a process, seen through real servers."""

import re
import subprocess
import time

import pytest

from tests.publish.conftest import Place, list_keys
from tests.publish.sample import PAGES, find_live, make_sample


def live_version(place: Place) -> int:
    return find_live(place.get, place.samples).version


def test_what_is_published_is_live_and_whole_in_every_coding(place: Place) -> None:
    code, output = place.publish(1)
    assert code == 0, output
    assert "Опубликовано и проверено" in output
    for version in (2, 3):
        place.publish_well(version)
    for _ in range(3):
        assert live_version(place) == 3
    assert place.list_rubbish() == []


def test_an_earlier_version_comes_back_within_five_seconds(place: Place) -> None:
    for version in (1, 2, 3):
        place.publish_well(version)
    times = []
    for earlier in (2, 1):
        begin = time.monotonic()
        code, output = place.starter.run("rollback", place.target)
        times.append(time.monotonic() - begin)
        assert code == 0, output
        assert live_version(place) == earlier
    assert min(times) < 5
    code, output = place.starter.run("rollback", place.target)
    assert (code, live_version(place)) == (1, 1)
    assert "вернуться не к чему" in output


def test_what_was_rolled_back_from_never_comes_back(place: Place) -> None:
    for version in (1, 2):
        place.publish_well(version)
    assert place.starter.run("rollback", place.target)[0] == 0
    place.publish_well(3)
    assert place.starter.run("rollback", place.target)[0] == 0
    assert live_version(place) == 1


def test_assets_stay_for_pages_that_are_open_also_after_a_rollback(place: Place) -> None:
    for version in (1, 2, 3):
        place.publish_well(version)
    assert place.starter.run("rollback", place.target)[0] == 0
    assert live_version(place) == 2
    place.publish_well(4)
    assert live_version(place) == 4
    for version in (1, 2, 3):
        sample = make_sample(version)
        for path in sample.assets:
            for coding in ("", "gzip", "br"):
                assert place.get(path, coding) == (200, sample.files[path]), (version, path)


def test_old_versions_and_their_assets_go(place: Place) -> None:
    for version in range(1, 6):
        place.publish_well(version, "--keep", "2")
    assert place.get(make_sample(5).assets[0], "")[0] == 200
    assert place.get(make_sample(4).assets[0], "")[0] == 200
    assert place.get(make_sample(2).assets[0], "")[0] == 404
    if place.folder:
        assert len(list((place.folder / "releases").iterdir())) == 2
    else:
        assert len([key for key in list_keys(place.client, place.bucket) if "/versions/" in key]) == 2


def test_five_versions_are_kept(server_place: Place) -> None:
    for version in range(1, 8):
        server_place.publish_well(version)
    assert server_place.folder
    assert len(list((server_place.folder / "releases").iterdir())) == 5


def test_the_same_version_is_not_published_twice(place: Place) -> None:
    place.publish_well(1)
    code, output = place.publish(1)
    assert code == 0
    assert "уже опубликована" in output
    assert place.starter.run("rollback", place.target)[0] == 1


def test_a_damaged_file_is_healed_by_publishing_the_same_again(place: Place) -> None:
    place.publish_well(1)
    if place.folder:
        file = place.folder / "current" / PAGES[5]
        file.write_bytes(file.read_bytes()[:100])
    else:
        place.client.put_object(Bucket=place.bucket, Key=PAGES[5], Body=b"half a pa")
    place.publish_well(1)
    assert live_version(place) == 1


def test_unchanged_files_are_shared_between_releases(server_place: Place) -> None:
    server_place.publish_well(1)
    assert server_place.folder
    file = server_place.folder / "current" / "pagefind" / "pagefind.js"
    before = file.stat().st_ino
    server_place.publish_well(2)
    assert file.stat().st_ino == before
    assert (server_place.folder / "current" / "index.html").stat().st_nlink == 1


def test_a_preview_names_every_change_and_changes_nothing(place: Place) -> None:
    place.publish_well(1)
    site = place.site(2)
    (site / "new.txt").write_text("new")
    (site / "logo.png").unlink()
    code, output = place.starter.run("publish", place.target, "--site", site, "--dry-run")
    assert code == 0, output
    lines = output.splitlines()
    assert {"+ new.txt", "~ index.html", "- logo.png"} <= set(lines)
    assert "~ pagefind/pagefind.js" not in lines
    assert "ничего не изменено" in output
    assert live_version(place) == 1
    assert place.list_rubbish() == []


def test_a_site_that_lost_much_is_refused_with_the_numbers(place: Place) -> None:
    place.publish_well(1)
    few = tuple(path for path in place.pages if "org-11" not in path and "org-10" not in path)
    place.site(2, pages=few)
    code, output = place.publish(2)
    assert code == 1
    assert "организаций: было 12, станет 10 (−16 %)" in output
    assert "новостей" not in output
    assert "--allow-shrink" in output
    assert live_version(place) == 1
    place.publish_well(2, "--allow-shrink")
    assert live_version(place) == 2


def test_a_server_shows_no_files_that_only_its_owner_may_read(server_place: Place) -> None:
    server_place.publish_well(1)
    assert server_place.folder
    for path in (server_place.folder / "releases").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_a_site_whose_names_hold_anything_is_published(place: Place) -> None:
    site = place.site(1)
    for name in ("a b", "ё", "%20", "$(touch x)", "'", '"', "-n", "a#b?c", "*", "&amp;"):
        (site / f"{name}.txt").write_text(name)
    code, output = place.publish(1)
    assert code == 0, output
    for name in ("a b", "ё", "%20", "$(touch x)", "'", '"', "-n", "a#b?c", "*", "&amp;"):
        assert place.get(f"{name}.txt", "") == (200, name.encode())


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_errors_are_told_in_the_chosen_language_without_a_traceback(place: Place, lang: str) -> None:
    code, output = place.starter.run("publish", place.target, "--site", "/no/such/site", "--lang", lang)
    assert code == 1
    assert {"ru": "нет папки с собранным сайтом", "en": "there is no folder with a built site"}[lang] in output
    assert "Traceback" not in output


def test_headers_of_objects(make_place) -> None:  # type: ignore[no-untyped-def]
    place: Place = make_place("s3")
    place.publish_well(1)
    sample = make_sample(1)
    css = next(path for path in sample.assets if path.endswith(".css"))
    expected = {
        "index.html": ("text/html; charset=utf-8", "no-cache", "gzip"),
        css: ("text/css; charset=utf-8", "public, max-age=31536000, immutable", "gzip"),
        "logo.png": ("image/png", "no-cache", None),
        "feed.xml": ("application/atom+xml; charset=utf-8", "no-cache", None),
        "data/v1/facts.json": ("application/json", "no-cache", None),
        ".well-known/security.txt": ("text/plain; charset=utf-8", "no-cache", None),
        "manifest.json": ("application/json", "no-cache", None),
    }
    for path, headers in expected.items():
        found = place.client.head_object(Bucket=place.bucket, Key=path)
        assert (found["ContentType"], found["CacheControl"], found.get("ContentEncoding")) == headers, path


def test_objects_of_others_stay_and_unchanged_ones_are_not_written_again(make_place) -> None:  # type: ignore[no-untyped-def]
    place: Place = make_place("s3")
    place.client.put_object(Bucket=place.bucket, Key="yandex_1234.html", Body=b"not ours")
    place.publish_well(1)
    written = place.client.head_object(Bucket=place.bucket, Key="pagefind/pagefind.js")["LastModified"]
    time.sleep(1.1)
    place.publish_well(2)
    assert place.client.head_object(Bucket=place.bucket, Key="pagefind/pagefind.js")["LastModified"] == written
    assert place.client.head_object(Bucket=place.bucket, Key="index.html")["LastModified"] > written
    assert place.get("yandex_1234.html", "") == (200, b"not ours")


def test_a_prefix_keeps_two_sites_apart(make_place) -> None:  # type: ignore[no-untyped-def]
    place: Place = make_place("s3")
    for version, prefix in ((1, "one"), (2, "two/deep")):
        code, output = place.starter.run("publish", f"{place.target}/{prefix}", "--site", place.site(version))
        assert code == 0, output
    for version, prefix in ((1, "one"), (2, "two/deep")):
        sample = find_live(lambda path, coding, at=prefix: place.get(f"{at}/{path}", coding), place.samples)  # type: ignore[misc]
        assert sample.version == version


def test_nothing_but_sh_coreutils_and_rsync_is_asked_of_the_server() -> None:
    script = subprocess.run(["cat", "macros/publish/remote.sh"], capture_output=True, text=True, check=True).stdout
    code = "\n".join(line.split("#")[0] if line.lstrip().startswith("#") else line for line in script.splitlines())
    for program in ("flock", "setsid", "timeout", "sed", "awk", "grep", "find", "xargs", "python", "perl", "bash"):
        assert not re.search(rf"\b{program}\b", code), program
