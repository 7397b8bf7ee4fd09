"""What a build does when something is wrong: the old site stays whole, and whoever builds learns why."""

import errno
import fcntl
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser

from macros.content.loading import load_draft
from macros.content.problems import CommandFailed
from macros.content.site import assemble_site
from macros.site import search
from macros.site.build import Build, explain_error, lock_builds, parse_site_url
from macros.site.layout import render_page
from macros.site.pages import list_pages
from tests.built import IS_LONG, SITE_URL, Built, compare, edit, run_mkdocs
from tests.conftest import DAY

OLD = {"index.html": b"the last good site"}


def put_old_site(root: Path) -> None:
    """Put something in the place of an earlier build."""
    (root / "site").mkdir()
    for name, raw in OLD.items():
        (root / "site" / name).write_bytes(raw)


def read_site(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (root / "site").rglob("*") if file.is_file()}


def test_the_same_tree_comes_out_without_mkdocs(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    built: Built = request.getfixturevalue("built" if IS_LONG else "small_built")
    day = {} if IS_LONG else {"SOURCE_DATE_EPOCH": str(DAY)}
    program = Path(__file__).with_name("without_mkdocs.py")
    run = subprocess.run(
        [sys.executable, program, tmp_path / "site"],
        cwd=built.root,
        env={**os.environ, "SITE_URL": SITE_URL, **day},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    assert compare(tmp_path / "site", built.folder) == []


WARN_ENGLISH = """
import logging
def on_page_markdown(markdown, page, config, files):
    if page.file.src_uri == "en/lists.md":
        logging.getLogger("mkdocs.planted").warning("planted")
"""


def warn_in_english(root: Path) -> None:
    (root / "warn.py").write_text(WARN_ENGLISH)
    edit(root / "mkdocs.yml", "hooks:\n", "hooks:\n  - warn.py\n")


FAULTS: dict[str, Callable[[Path], None]] = {
    "a warning of MkDocs in an English page": warn_in_english,
    "a template of an editor's page": lambda root: edit(
        root / "overrides" / "components" / "hero.html", "{{ view.text(cluster.tagline) }}", "{{ no_such_field }}"
    ),
    "a template of a generated page": lambda root: edit(
        root / "overrides" / "components" / "organisation_page.html",
        "{{ view.role_phrase(organisation) }}",
        "{{ no_such_field }}",
    ),
    "Pagefind": lambda root: edit(root / "macros" / "site" / "search.py", "[get_executable()", '["false"'),
}
if not IS_LONG:
    del FAULTS["a template of an editor's page"]  # what its macros do: test_a_page_runs_nothing…


@pytest.mark.parametrize("fault", FAULTS)
def test_a_build_that_fails_leaves_the_old_site_as_it_was(small: Path, fault: str) -> None:
    put_old_site(small)
    FAULTS[fault](small)
    run = run_mkdocs(small, "build", "--strict")
    assert run.returncode != 0
    assert ("Traceback" in run.stderr) == ("template" in fault), "a traceback is for programmers"
    assert read_site(small) == OLD
    assert not list(small.glob(".site-*")), "nothing half-built is left behind"


def test_pagefind_on_a_full_disk_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nmkdir "$2/pagefind" && : >"$2/pagefind/pagefind-entry.json"\n')
    program.chmod(0o755)
    monkeypatch.setattr(search, "get_executable", lambda: program)
    with pytest.raises(CommandFailed, match="pagefind-entry.json: 0 B"):
        search.index_pages(tmp_path)


def test_a_problem_is_told_with_its_place_and_a_site_that_was_put_aside_is_back(small: Path) -> None:
    put_old_site(small)
    (small / "site").rename(small / ".site-old")
    edit(small / "data" / "cluster.yaml", "status: planned", "status: plannd")
    run = run_mkdocs(small, "build", "--strict")
    assert run.returncode == 1 and "Traceback" not in run.stdout + run.stderr
    assert re.search(r"data/cluster\.yaml:\d+:\d+: .*возможно, вы имели в виду «planned»", run.stderr)
    assert read_site(small) == OLD


KILL = "os.kill(os.getpid(), signal.SIGKILL)"
KILLS = {
    "while pages are made": ("build.py", "            self._workers.append(worker)\n", f"        {KILL}\n"),
    "between the two renames": ("build.py", "        self.staging.rename(self.target)\n", f"        {KILL}\n"),
}
if "KILLS" in os.environ:
    KILLS |= {
        "before the swap": ("build.py", "        if self.target.exists():\n            self", f"        {KILL}\n"),
        "before the old site is deleted": ("build.py", "        shutil.rmtree(self.old", f"        {KILL}\n"),
    }


def test_a_killed_build_leaves_a_site_that_the_next_one_replaces_whole_also_behind_a_link(small: Path) -> None:
    """Only the first process is killed, as a system does that is short of memory; each finds what the last has left."""
    put_old_site(small)
    (small / "site").rename(small / "disk")
    (small / "disk" / "gone.html").write_bytes(OLD["index.html"])
    (small / "site").symlink_to("disk")
    old = read_site(small)
    for moment, (name, line, kill) in KILLS.items():
        code = small / "macros" / "site" / name
        sound = code.read_text("utf-8")
        edit(code, line, line + kill if moment == "while pages are made" else kill + line)
        assert run_mkdocs(small, "build", "--strict").returncode == -signal.SIGKILL
        if moment == "before the old site is deleted":
            assert (small / "site" / "about" / "index.html").exists()
        elif moment == "between the two renames":
            assert not (small / "site").exists()
        else:
            assert read_site(small) == old
        code.write_text(sound, "utf-8")
        lock = os.open(small, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers that are left end by themselves
        os.close(lock)
    run = run_mkdocs(small, "build", "--strict")
    assert run.returncode == 0, run.stderr
    assert (small / "site").is_symlink() and (small / "disk" / "en" / "about" / "index.html").exists()
    assert "the last good site" not in (small / "site" / "index.html").read_text("utf-8")
    assert not (small / "disk" / "gone.html").exists()
    assert not list(small.glob(".*-old")) and not list(small.glob(".*-new"))


def test_a_second_build_says_so(small: Path) -> None:
    lock = lock_builds(small)
    with pytest.raises(CommandFailed, match="В этой папке уже идёт сборка"):
        Build(small, small / "site", SITE_URL)
    os.close(lock)


@pytest.mark.parametrize("name", ["site", ".site-new", ".cache"])
def test_a_file_in_the_place_of_a_folder_is_told_before_anything_is_made(small: Path, name: str) -> None:
    (small / name).write_text("not a folder")
    with pytest.raises(FileExistsError) as refused:
        Build(small, small / "site", SITE_URL)
    assert f"/{name}: на месте папки лежит файл" in explain_error(refused.value)
    assert (small / name).read_text() == "not a folder"


@pytest.mark.parametrize("name", ["site/about", ".cache/photos"] if IS_LONG else ["site/about"])
def test_a_folder_of_somebody_else_is_told_before_anything_is_replaced(small: Path, name: str) -> None:
    put_old_site(small)
    (small / name).mkdir(parents=True)
    (small / name).chmod(0o555)
    program = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    if os.geteuid() == 0:  # root may write everywhere
        program = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", *program]
    run = subprocess.run(program, cwd=small, env={**os.environ, "SITE_URL": SITE_URL}, capture_output=True, text=True)
    assert run.returncode == 1 and "Traceback" not in run.stderr
    assert f"sudo chown -R $USER {small / name}\n" in run.stdout
    assert read_site(small) == OLD and not list(small.glob(".site-*"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "sudo chown -R $USER {folder}"),
        (errno.EROFS, "{folder}: нет прав"),
        (errno.ENOSPC, "нет места"),
        (errno.ENOTDIR, "{folder}: на месте папки лежит файл"),
    ],
)
def test_what_the_system_refuses_is_told_with_its_remedy(tmp_path: Path, number: int, said: str) -> None:
    """Of a folder that could not be made, that is named which is there."""
    assert said.format(folder=tmp_path) in explain_error(OSError(number, "", str(tmp_path / "some" / "folder")))


def test_where_files_cannot_be_locked_the_build_says_where_it_runs(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(CommandFailed, match="WSL"):
        lock_builds(small)


def test_a_programmers_mistake_is_not_worded() -> None:
    assert explain_error(FileNotFoundError(errno.ENOENT, "", "no-such-template.html")) == ""
    assert explain_error(CommandFailed("why")) == "why"


@pytest.mark.parametrize(
    ("written", "root"),
    [
        ("https://cluster.example", "https://cluster.example/"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/"),
        ("http://[::1]:80/a/", "http://[::1]:80/a/"),
        ("https://Cluster.example/Foil//", "https://cluster.example/Foil/"),
        ("https://кластер.рф/сайт/", "https://xn--80akne1aeh.xn--p1ai/%D1%81%D0%B0%D0%B9%D1%82/"),
        ("https://cluster.example/%D1%81/", "https://cluster.example/%D1%81/"),
    ],
)
def test_the_address_of_the_site_is_written_as_browsers_send_it(written: str, root: str) -> None:
    assert parse_site_url(written) == root


NO_ROOTS = r"""
    cluster.example  //cluster.example/  file:///srv/  ftp://cluster.example/  javascript:alert(1)  https://  https:///a/
    https://user@cluster.example/  https://u:p@cluster.example/  https://cluster.example/?a=1  https://cluster.example/?
    https://cluster.example/#x  https://cluster..example/  https://cluster.example:99999/  https://cluster.example:a/
    https://cluster.example:0/     https://[::1/  https://cluster.example\a/
"""


@pytest.mark.parametrize(
    "written", [*NO_ROOTS.split(), "", " ", "https://cluster.example/ ", "https://a b/", "https://cluster.example/\n"]
)
def test_what_is_no_address_of_a_site_is_refused(written: str) -> None:
    with pytest.raises(CommandFailed, match="SITE_URL"):
        parse_site_url(written)


def test_a_variable_that_is_wrong_is_told_in_a_sentence(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_mkdocs(small, "build", "--strict", SITE_URL="cluster.example")
    assert run.returncode == 1 and not (small / "site").exists() and not list(small.glob(".site-*"))
    assert "SITE_URL: «cluster.example»" in run.stdout + run.stderr and "Traceback" not in run.stderr
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "abc")
    with pytest.raises(CommandFailed, match="SOURCE_DATE_EPOCH: «abc»"):
        Build(small, small / "site", SITE_URL)
    assert not (small / "site").exists() and not list(small.glob(".site-*"))


def test_a_page_brings_nothing_active_even_without_the_checks(small: Path) -> None:
    payload = (
        "\n\n<script>alert(1)</script>\n\nbefore <img src=x onerror=alert(2)> [a](javascript:alert(3)) "
        "![b](https://evil.example/x.png) after\n\n<svg onload=alert(4)>\n"
    )
    for lang in ("ru", "en"):
        page = small / "docs" / lang / "lists.md"
        page.write_text(page.read_text("utf-8") + payload, "utf-8")
    draft, _ = load_draft(small, date(2026, 11, 23))
    pages = list_pages(replace(assemble_site(draft), url=SITE_URL))
    for path in ("lists", "en/lists"):
        built = render_page(pages[f"{path}/index.html"]).decode()
        main = LexborHTMLParser(built).css_first("main")
        assert main.css("script, img, svg, [onerror], [onload], a[href^=javascript]") == []
        for shown in ("<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "<svg onload=alert(4)>"):
            assert shown in main.text().replace("\N{NO-BREAK SPACE}", " ")
        assert "evil.example" not in built


def test_a_page_runs_nothing_even_with_the_checks_switched_off_and_replaces_no_site(small: Path) -> None:
    put_old_site(small)
    edit(small / "macros" / "content" / "prose.py", "tuple(calls), tuple(problems), body", "tuple(calls), (), body")
    planted = small / "planted"
    for lang in ("ru", "en"):
        page = small / "docs" / lang / "lists.md"
        payload = f"\n\n{{{{ lipsum.__globals__['os'].popen('touch {planted}').read() }}}} {{{{ config }}}}\n"
        page.write_text(page.read_text("utf-8") + payload, "utf-8")
    run = run_mkdocs(small, "build", "--strict")
    assert run.returncode != 0
    assert "lipsum" in run.stderr + run.stdout
    assert not planted.exists()
    assert read_site(small) == OLD and not list(small.glob(".site-*"))
