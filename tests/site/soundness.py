"""Random edits, then a build that keeps what it can, then one from nothing: both must be the same to the last byte.

`python tests/site/soundness.py FOLDER SEQUENCES SEED` works in FOLDER, which holds content, templates and code;
it prints how many sequences it compared; exit code 1 and the differing files at the first that differs. With `--serve`
it builds as `mkdocs serve` does, with `--real-search` Pagefind makes the index. With `--kill` it kills so many builds
instead, and prints how many had not ended before.
"""

import contextlib
import errno
import io
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

WORDS = (("дополнительно", "additionally"), ("отдельно", "separately"), ("заново", "anew"))
_LINE = re.compile(r"^( *(?:- )?)(ru|en): ([^\n'\"|>{&*][^\n{]*)$", re.MULTILINE)


class Editor:
    """Edits content as people do; every edit keeps both languages alike, so most results pass the check."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root = root
        self.chance = chance
        self.number = 0

    def edit(self) -> str:
        """Make one random edit; return what was done."""
        kind = self.chance.choice(EDITS)
        return f"{kind.__name__}: {kind(self)}"

    def choose(self, pattern: str) -> Path:
        return self.chance.choice(sorted(self.root.glob(pattern)))

    def reword(self) -> str:
        """Add a word to a text in both languages, or take it away."""
        file = self.choose("data/*.yaml")
        text = file.read_text("utf-8")
        pairs = [
            (russian, english)
            for russian, english in pairwise(_LINE.finditer(text))
            if (russian[2], english[2]) == ("ru", "en") and russian.end() + 1 == english.start()
        ]
        if not pairs:
            return f"nothing in {file.name}"
        chosen, words = self.chance.choice(pairs), self.chance.choice(WORDS)
        for line, word in reversed(list(zip(chosen, words, strict=True))):
            old = line[3]
            new = old.removesuffix(f" {word}") if old.endswith(f" {word}") else f"{old} {word}"
            text = text[: line.start(3)] + new + text[line.end(3) :]
        file.write_text(text, "utf-8")
        return file.name

    def reword_news(self) -> str:
        """Add a sentence to the body of a news item, in one language only."""
        file = self.choose("data/news/*.yaml")
        text = file.read_text("utf-8")
        lang, word = self.chance.choice((("ru", "Подробности позже."), ("en", "Details will follow.")))
        text = re.sub(rf"(body:\n(?:.*\n)*?  {lang}: \|\n(    ).*\n)", rf"\1\2{word}\n", text, count=1)
        file.write_text(text, "utf-8")
        return file.name

    def add_news(self) -> str:
        self.number += 1
        file = self.choose("data/news/*.yaml")
        day = f"20{self.chance.randrange(15, 24)}-0{self.chance.randrange(1, 10)}-1{self.chance.randrange(10)}"
        text = re.sub(r"^date: .*$", f"date: {day}", file.read_text("utf-8"), count=1, flags=re.MULTILINE)
        text = re.sub(r"^updated: .*\n", "", text, flags=re.MULTILINE)
        text = re.sub(r"(title:\n  ru: .*)(\n  en: .*)", rf"\1 {_letters(self.number)}\2 {_letters(self.number)}", text)
        (file.parent / f"{day}-copy-{self.number}.yaml").write_text(text, "utf-8")
        return f"{day}-copy-{self.number}"

    def rename_news(self) -> str:
        self.number += 1
        file = self.choose("data/news/*.yaml")
        file.rename(file.with_name(f"{file.name[:10]}-renamed-{self.number}.yaml"))
        return file.name

    def delete_news(self) -> str:
        files = sorted(self.root.glob("data/news/*-copy-*.yaml"))
        if files:
            self.chance.choice(files).unlink()
        return str(len(files))

    def change_status(self) -> str:
        file = self.choose("data/*.yaml")
        text = file.read_text("utf-8")
        found = list(re.finditer(r"^ *(?:- )?status: (planned|confirmed|past|disputed|unknown)$", text, re.MULTILINE))
        if found:
            place = self.chance.choice(found)
            status = self.chance.choice(("planned", "confirmed", "past", "disputed", "unknown"))
            file.write_text(text[: place.start(1)] + status + text[place.end(1) :], "utf-8")
        return file.name

    def swap_records(self) -> str:
        """Put the first record of a list behind the second."""
        file = self.choose("data/[ops]*s.yaml")
        head, *records = re.split(r"^(?=- )", file.read_text("utf-8"), flags=re.MULTILINE)
        if len(records) > 1:
            at = self.chance.randrange(len(records) - 1)
            records[at], records[at + 1] = records[at + 1].rstrip("\n") + "\n", records[at].rstrip("\n") + "\n"
            file.write_text(head + "".join(records), "utf-8")
        return file.name

    def edit_page(self) -> str:
        page = self.choose("docs/ru/**/*.md").relative_to(self.root / "docs" / "ru")
        for lang, word in (("ru", "Проверено."), ("en", "Checked.")):
            file = self.root / "docs" / lang / page
            text = file.read_text("utf-8")
            added = f"\n{word}\n"
            file.write_text(text.removesuffix(added) if text.endswith(added) else text + added, "utf-8")
        return str(page)

    def retitle_page(self) -> str:
        page = self.choose("docs/ru/*.md").relative_to(self.root / "docs" / "ru")
        for lang, word in (("ru", "подробно"), ("en", "in detail")):
            file = self.root / "docs" / lang / page
            file.write_text(re.sub(r"^title: (.*)$", rf"title: \1 {word}", file.read_text("utf-8"), flags=re.MULTILINE))
        return str(page)

    def add_page(self) -> str:
        for lang, title, text in (("ru", "Пробная", "Здесь пока ничего."), ("en", "Trial", "Nothing here yet.")):
            head = f"---\ntitle: {title}\ndescription: {text}\n---\n\n# {title}\n\n{text}\n"
            (self.root / "docs" / lang / "trial.md").write_text(head, "utf-8")
        return "trial.md"

    def delete_page(self) -> str:
        for lang in ("ru", "en"):
            (self.root / "docs" / lang / "trial.md").unlink(missing_ok=True)
        return "trial.md"

    def edit_template(self) -> str:
        file = self.choose("overrides/components/[f-n]*.html")
        file.write_text(file.read_text("utf-8").replace('class="cl-', f'data-n="{self.number}" class="cl-', 1), "utf-8")
        self.number += 1
        return file.name

    def edit_style(self) -> str:
        file = self.choose("overrides/components/*.css")
        file.write_text(file.read_text("utf-8") + f"\n.cl-x{self.number} {{ order: {self.number}; }}\n", "utf-8")
        self.number += 1
        return file.name

    def edit_script(self) -> str:
        file = self.choose("overrides/assets/*.js")
        file.write_text(file.read_text("utf-8") + f"// {self.number}\n", "utf-8")
        self.number += 1
        return file.name

    def change_address(self) -> str:
        os.environ["SITE_URL"] = self.chance.choice(("https://cluster.example/", "https://host.example/foil/"))
        return os.environ["SITE_URL"]

    def spoil_site(self) -> str:
        """Somebody deletes, changes or adds a file of the built site."""
        files = sorted(path for path in (self.root / "site").rglob("*") if path.is_file())
        if not files:
            return "no site"
        file = self.chance.choice(files)
        what = self.chance.randrange(3)
        if what == 0:
            file.unlink()
        elif what == 1 and file.suffix == ".html":
            file.write_text("spoiled", "utf-8")
        else:
            file.with_name("stray.html").write_text("stray", "utf-8")
        return f"{what} {file.relative_to(self.root)}"

    def spoil_cache(self) -> str:
        """Somebody deletes a part of the cache, or it is damaged."""
        files = sorted(path for path in (self.root / ".cache").rglob("*") if path.is_file())
        if not files:
            return "no cache"
        file = self.chance.choice(files)
        if self.chance.random() < 0.5:
            file.unlink()
        elif "pages" in file.parts or "check" in file.parts:
            file.write_bytes(file.read_bytes()[: self.chance.randrange(200)])
        else:
            shutil.rmtree(self.root / ".cache" / "build" / "search", ignore_errors=True)
        return str(file.relative_to(self.root))


def _letters(number: int) -> str:
    return "".join(chr(ord("а") + int(digit)) for digit in str(number))


EDITS: tuple[Callable[[Editor], str], ...] = (
    *(Editor.reword,) * 6,
    *(Editor.reword_news,) * 3,
    *(Editor.add_news, Editor.delete_news, Editor.rename_news, Editor.change_status, Editor.swap_records) * 2,
    *(Editor.edit_page, Editor.retitle_page, Editor.add_page, Editor.delete_page),
    *(Editor.edit_template, Editor.edit_style, Editor.edit_script, Editor.change_address),
    *(Editor.spoil_site, Editor.spoil_cache),
)


def build(root: Path, site: str) -> str:
    """Build into a folder of `root`; return what went wrong, if anything did."""
    from mkdocs.commands.build import build as build_with_mkdocs
    from mkdocs.config import load_config

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        config = load_config(str(root / "mkdocs.yml"), site_dir=str(root / site))
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build_with_mkdocs(config)
        except SystemExit as error:
            return f"{said.getvalue()}{error}"
        finally:
            config.plugins.on_shutdown()
    return ""


SERVED = ".cache/serve/site"


def serve(root: Path, waits: bool = True) -> str:
    """Build as `mkdocs serve` does after a change; `waits`: also for what follows the pages."""
    from mkdocs.commands.build import build as build_with_mkdocs
    from mkdocs.config import load_config

    import macros.site.build as running
    from macros.site import following

    following.REST = following.BACK = 0
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        config = load_config(str(root / "mkdocs.yml"))
        config.plugins.on_startup(command="serve", dirty=False)
        config.site_url = address = "http://127.0.0.1:8000/"
        try:
            build_with_mkdocs(config, serve_url=address)
        except SystemExit as error:
            return f"{said.getvalue()}{error}"
        finally:
            running.leave_failed()
            if waits:
                running.FOLLOWER.join()
    return ""


def keep_compiled_templates() -> None:
    """Compile templates of the same text once: every build forgets them, and compiling takes a sixth of its time."""
    from jinja2 import Environment

    compile_anew, kept = Environment.compile, {}

    def compile(self: Environment, source: Any, name: Any = None, filename: Any = None, *how: Any, **named: Any) -> Any:
        settings = (type(self), self.finalize, *sorted(self.extensions), *sorted(self.filters), *sorted(self.globals))
        key = (settings, source, name, filename, how, *named.items())
        if key not in kept:
            kept[key] = compile_anew(self, source, name, filename, *how, **named)
        return kept[key]

    Environment.compile = compile  # type: ignore[assignment, method-assign]


def ask_once() -> None:
    """Spare what every build finds out anew and no page shows: which packages there are, its own notes."""
    import mkdocs.plugins
    import mkdocs.utils
    import mkdocs_macros.plugin

    import macros.site.language as language

    language.make_card = cache(language.make_card)
    mkdocs.plugins.entry_points = mkdocs.utils.entry_points = cache(metadata.entry_points)
    mkdocs_macros.plugin.debug = lambda *_, **__: None
    mkdocs_macros.plugin.MacrosPlugin.on_pre_build = lambda *_, **__: None


def read_tree(root: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def compare(one: Path, other: Path) -> list[str]:
    """The files that differ, or that only one of two folders has."""
    trees = [read_tree(root) for root in (one, other)]
    return sorted(name for name in trees[0].keys() | trees[1].keys() if trees[0].get(name) != trees[1].get(name))


def forget() -> list[dict[object, object]]:
    """Let this process begin anew; return what it had kept in memory from its builds, for `remember`."""
    from macros.content import examining, loading

    for known in (examining._read_item, loading._read_data, loading._read_page):
        known.cache_clear()
    held = [dict(store) for store in _stores()]
    remember([{} for _ in held])
    return held


def remember(held: list[dict[object, object]]) -> None:
    for store, content in zip(_stores(), held, strict=True):
        store.clear()
        store.update(content)


def _stores() -> list[dict[object, object]]:
    from macros.content import examining, items, memory
    from macros.site import kept, reads

    return [memory._latest, items._latest, kept._latest, examining._latest_rest, reads._known]


def build_from_nothing(root: Path, serves: bool) -> str:
    """Build into `clean/` without anything that earlier builds have kept."""
    import macros.site.build as running

    start_english = running._start_english
    shutil.rmtree(root / "clean", ignore_errors=True)
    kept = root / ".cache"
    kept.rename(root / ".kept")
    held = forget()
    running._start_english = lambda run, config: None
    try:
        if not serves:
            return build(root, "clean")
        wrong = serve(root)
        (root / SERVED).rename(root / "clean")
        return wrong
    finally:
        running._start_english = start_english
        remember(held)
        shutil.rmtree(kept, ignore_errors=True)
        (root / ".kept").rename(kept)


def fail_halfway(rebuild: Callable[[], str]) -> None:
    """Let a build end when its pages have been made, as on a full disk; the next one has to make them again."""
    from macros.site.language import LanguageBuild

    fault = OSError(errno.ENOSPC, "planted: no space left")
    with mock.patch.object(LanguageBuild, "_keep_pages", side_effect=fault), contextlib.suppress(OSError):
        rebuild()


def try_sequences(root: Path, sequences: int, seed: int, serves: bool = False) -> int:
    """Compare builds after that many sequences of edits; return how many of them could be built at all."""
    from macros.review import review

    chance = random.Random(seed)
    editor = Editor(root, chance)
    built = 0
    site = root / (SERVED if serves else "site")

    def rebuild() -> str:
        return serve(root) if serves else build(root, site.name)

    assert not (wrong := rebuild()), wrong
    for number in range(sequences):
        content = root / ".content"
        shutil.rmtree(content, ignore_errors=True)
        for folder in ("data", "docs"):
            shutil.copytree(root / folder, content / folder)
        done = [editor.edit() for _ in range(chance.randrange(1, 5))]
        if serves and chance.random() < 0.5:
            serve(root, waits=False)  # the next build ends what follows this one
            done.append(editor.edit())
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            review(root, (), True)
        if chance.random() < 0.4:
            forget()  # as if another process built
        if chance.random() < 0.2:
            fail_halfway(rebuild)
        # In serve, what follows the last good pages may still be under way.
        before = {} if serves else read_tree(site)
        if rebuild():
            after = {} if serves else read_tree(site)
            assert before == after, f"sequence {number}: a build that failed has changed the site: {done}"
            for folder in ("data", "docs"):
                shutil.rmtree(root / folder)
                shutil.copytree(content / folder, root / folder)
            continue
        wrong = build_from_nothing(root, serves)
        assert wrong == "", f"sequence {number}: only a build from nothing fails: {done}\n{wrong}"
        if differing := compare(site, root / "clean"):
            print(f"sequence {number} of seed {seed}: {done}\n" + "\n".join(differing[:20]))
            sys.exit(1)
        built += 1
    return built


def kill_builds(root: Path, kills: int, seed: int) -> int:
    """Edit and build that many times, each build in a process that has loaded everything and is killed at any moment.

    Return how many had not ended before; a build that fails by itself raises.
    """
    from macros.review import review

    # All of them inherit what is compiled and drawn here: these seconds are no moments worth killing at.
    (root / ".cache").mkdir()
    assert not (wrong := build_from_nothing(root, serves=False)), wrong
    shutil.rmtree(root / "clean")
    chance = random.Random(seed)
    editor = Editor(root, chance)
    took, killed = time_build(root) or 0, 0
    for number in range(kills):
        # First every page is made anew, then single ones: what is wrong with these no later build would put right.
        if number < kills // 2:
            part = root / "overrides" / "components" / "footer.html"
            part.write_text(part.read_text("utf-8") + f"{{# {number} #}}\n", "utf-8")
        else:
            editor.edit_page()
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                review(root, (), True)
        # What a build takes on this machine now: later than that, there is nothing left to kill.
        if (whole := time_build(root, chance.uniform(0, 1) * took)) is None:
            killed += 1
        else:
            took = whole
    return killed


def time_build(root: Path, longest: float = 300) -> float | None:
    """Build, and return the seconds that it took; or kill it and all its processes after `longest` seconds."""
    ready = multiprocessing.get_context("fork").Event()

    def build_alone() -> None:
        os.setsid()
        ready.set()
        sys.exit(build(root, "site") or None)

    process = multiprocessing.get_context("fork").Process(target=build_alone)
    process.start()
    ready.wait()
    started = time.monotonic()
    process.join(longest)
    if process.exitcode is None and process.pid:
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        return None
    assert process.exitcode == 0
    return time.monotonic() - started


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ.update(NO_MKDOCS_2_WARNING="1", SITE_URL="https://cluster.example/")
    keep_compiled_templates()
    ask_once()
    if "--kill" in sys.argv:
        print(kill_builds(folder, int(sys.argv[2]), int(sys.argv[3])))
        sys.exit()
    if "--real-search" not in sys.argv:
        # Pagefind takes most of the time; what it would be given stands in for what it would make of it.
        import macros.site.search as search

        def list_pages(pages: Path, lang: str) -> dict[str, bytes]:
            texts = [f"{path.relative_to(pages)}\n{path.read_text('utf-8')}" for path in sorted(pages.rglob("*.html"))]
            return {"pagefind/pagefind.js": "\n".join(texts).encode()}

        search.run_pagefind = list_pages
    count = try_sequences(folder, int(sys.argv[2]), int(sys.argv[3]), "--serve" in sys.argv)
    print(f"{count} of {sys.argv[2]} sequences compared")
