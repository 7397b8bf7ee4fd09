"""Compares our site with stock MkDocs + Material and with Hugo, on the same content in one run: `make bench`.

All build the enlarged demo cluster in turn, a different one first in each round. A build is cold: what an earlier one
has made lies in another folder, since deleting a large site just before a build slows the disk. Peers get ready lists
in Markdown in place of our macros. They make no cards, feeds of two kinds, open data or structured data and check
little; Hugo has no search and a bare theme.
"""

import argparse
import math
import os
import posixpath
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import yaml
from playwright.sync_api import sync_playwright

from tests.clusters.enlarge import Record, compose_item, dump, enlarge, load
from tools.browser import find_chromium, launch

PROJECT = Path(__file__).parents[1]
ENVIRONMENT = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": "https://cluster.example/"}
MKDOCS = (sys.executable, "-m", "mkdocs")
FOLDERS = {"ru": "", "en": "en/"}
PATIENCE = 600
"""Seconds to wait for `mkdocs serve`, and for a change to be seen."""


@dataclass(frozen=True)
class Page:
    """A page for the peers: its path below the folder of its language, front matter, Markdown."""

    path: str
    front: Record
    body: str


@dataclass
class Builder:
    """A generator, and what its builds of one size took: seconds, and MB of its largest process."""

    name: str
    prepare: Callable[[Path, Path], None]
    commands: Sequence[Sequence[str]]
    site: str = "site"
    made: Sequence[str] = ("site", ".cache")
    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


# Content for the peers


def list_pages(cluster: Path, lang: str) -> Iterator[Page]:
    """Yield prose pages, organisations and news of a cluster in one language; links lead to Markdown files."""
    data = cluster / "data"
    members = [record for name in ("participants", "organisations") for record in load(data / f"{name}.yaml")]
    news = [load(path) | {"id": path.stem} for path in sorted((data / "news").glob("*.yaml"), reverse=True)]
    lists = {
        "participants": [f"- [{one['name'][lang]}](/organisations/{one['id']}.md)" for one in members],
        "news": [f"- {one['date']} [{one['title'][lang]}](/news/{one['id']}.md) {one['lead'][lang]}" for one in news],
    }
    docs = cluster / "docs" / lang
    for file in sorted(docs.rglob("*.md")):
        _, head, body = file.read_text("utf-8").split("---\n", 2)
        path = file.relative_to(docs).as_posix()
        yield Page(path, yaml.safe_load(head), replace_calls(body, lists))
    for one in members:
        facts = "".join(f"- {fact['text'][lang]}\n" for fact in one.get("facts", ()))
        front: Record = {"title": one["name"][lang], "description": one["summary"][lang]}
        yield Page(f"organisations/{one['id']}.md", front, f"{one['summary'][lang]}\n\n{facts}")
    for one in news:
        keys = {"tags": one.get("tags", []), "years": [one["date"][:4]], "organisations": one.get("organisations", [])}
        front = {"title": one["title"][lang], "description": one["lead"][lang], "date": one["date"], **keys}
        body = re.sub(r"\]\((?=[\w./-]+\.md)", "](/", one["body"][lang])
        yield Page(f"news/{one['id']}.md", front, f"{one['lead'][lang]}\n\n{body}")


def replace_calls(body: str, lists: dict[str, list[str]]) -> str:
    """Put a list for the first call of its macro, short if it is a choice; nothing for others; dots into sentences."""
    left = dict(lists)

    def replace(call: re.Match[str]) -> str:
        return "\n".join(left.pop(call["name"], [])[: 3 if call["arguments"] else None])

    alone = re.compile(r"^\{\{ (?P<name>\w+)\((?P<arguments>.*)\) \}\}$", re.MULTILINE)
    return re.sub(r"\{\{.*?\}\}", "…", alone.sub(replace, body))


def link(page: Page, to_address: Callable[[str, str], str]) -> str:
    """Return the body with its links to Markdown files rewritten from paths of files."""
    folder = posixpath.dirname("/" + page.path)
    pattern = r"\]\((?P<target>[\w./-]+\.md)(?:#[^)]*)?\)"
    return re.sub(pattern, lambda found: f"]({to_address(posixpath.join(folder, found['target']), folder)})", page.body)


def write(path: Path, front: Record, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{yaml.dump(front, Dumper=yaml.CSafeDumper, allow_unicode=True)}---\n\n{body}\n", "utf-8")


# Builders


def prepare_ours(cluster: Path, root: Path) -> None:
    shutil.copytree(cluster, root)
    for name in ("mkdocs.yml", "macros", "overrides"):
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, root / name)


STOCK = """
site_name: Cluster
site_url: https://cluster.example/{prefix}
docs_dir: docs/{lang}
site_dir: site/{prefix}
theme: {{name: material, language: {lang}, font: false}}
plugins: [search]
nav: [index.md, about.md, participants/index.md, chain.md, news/index.md, join.md, organisations/index.md, sources.md]
not_in_nav: "*"
"""
"""News and organisations stand in lists: a menu of thousands on every page would be the slowest of all."""


def prepare_stock(cluster: Path, root: Path) -> None:
    for lang, prefix in FOLDERS.items():
        groups: dict[str, list[str]] = {}
        for page in list_pages(cluster, lang):
            title, links = page.front["title"], ""
            for key, folder in (("years", "news/"), ("tags", "news/tags/"), ("organisations", "organisations/")):
                for one in page.front.get(key, ()):
                    links += f" [{one}](/{folder}{one}.md)"
                    if key != "organisations":
                        groups.setdefault(f"{folder}{one}.md", []).append(f"- [{title}](/{page.path})")
            whole = Page(page.path, {}, f"# {title}\n\n{page.body}\n\n{links}")
            front = {"title": title, "description": page.front["description"]}
            write(root / "docs" / lang / page.path, front, link(whole, posixpath.relpath))
        for path, items in groups.items():
            title = Path(path).stem
            listed = Page(path, {}, f"# {title}\n\n" + "\n".join(items))
            write(root / "docs" / lang / path, {"title": title}, link(listed, posixpath.relpath))
        (root / f"{lang}.yml").write_text(STOCK.format(lang=lang, prefix=prefix), "utf-8")


HUGO = {
    "config.yaml": """
baseURL: https://cluster.example/
paginate: 20
defaultContentLanguage: ru
languages:
  ru: {contentDir: content/ru, title: Кластер, weight: 1}
  en: {contentDir: content/en, title: Cluster, weight: 2}
taxonomies: {tag: tags, year: years}
services: {rss: {limit: 20}}
""",
    "layouts/_default/baseof.html": """<!doctype html>
<html lang="{{ .Site.Language.Lang }}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ .Title }} · {{ .Site.Title }}</title>
<meta name="description" content="{{ .Description }}">
<link rel="canonical" href="{{ .Permalink }}">
{{ range .AllTranslations }}<link rel="alternate" hreflang="{{ .Language.Lang }}" href="{{ .Permalink }}">{{ end }}
<link rel="alternate" type="application/rss+xml" href="{{ "index.xml" | relLangURL }}">
</head>
<body>
<header><a href="{{ "" | relLangURL }}">{{ .Site.Title }}</a>
{{ range slice "about" "participants" "chain" "news" "join" }}{{ with $.Site.GetPage . }}
<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}
{{ range .Translations }}<a href="{{ .RelPermalink }}">{{ .Language.Lang }}</a>{{ end }}</header>
<main><h1>{{ .Title }}</h1>{{ block "main" . }}{{ .Content }}{{ end }}</main>
</body>
</html>
""",
    "layouts/_default/single.html": """{{ define "main" }}{{ .Content }}<ul>
{{ range .GetTerms "tags" }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}
{{ range .Params.organisations }}{{ with $.Site.GetPage (printf "/organisations/%s" .) }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}{{ end }}</ul>{{ end }}
""",
    "layouts/_default/list.html": """{{ define "main" }}{{ .Content }}{{ if ne .Kind "home" }}<ul>
{{ range .Paginator.Pages }}<li><time>{{ .Date.Format "02.01.2006" }}</time>
<a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Description }}</li>{{ end }}</ul>
{{ with .Paginator }}<nav>{{ if .HasPrev }}<a href="{{ .Prev.URL }}">←</a>{{ end }} {{ .PageNumber }}
{{ if .HasNext }}<a href="{{ .Next.URL }}">→</a>{{ end }}</nav>{{ end }}{{ end }}{{ end }}
""",
}


def prepare_hugo(cluster: Path, root: Path) -> None:
    for name, text in HUGO.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    for lang, prefix in FOLDERS.items():

        def to_address(target: str, _: str, prefix: str = prefix) -> str:
            return f"/{prefix}{posixpath.normpath(target)[1:].removesuffix('.md').removesuffix('index').rstrip('/')}/"

        for page in list_pages(cluster, lang):
            path = re.sub(r"(^|/)index\.md$", r"\1_index.md", page.path)
            body = "" if page.path == "news/index.md" else link(page, to_address)
            write(root / "content" / lang / path, page.front, body)


OURS = Builder("ours", prepare_ours, [(*MKDOCS, "build", "--strict")])
PEERS = (
    Builder("stock", prepare_stock, [(*MKDOCS, "build", "-q", "-f", f"{lang}.yml") for lang in FOLDERS]),
    Builder("hugo", prepare_hugo, [("hugo", "--quiet")], "public", ("public", "resources")),
)


# Measuring


def run(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run a program; return its seconds and the MB of the largest of its processes. Ends all when it fails."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{output.read().decode()[-4000:]}")
    return seconds, usage.ru_maxrss / 1000


def measure_builds(work: Path, builders: Sequence[Builder], news: int, rounds: int) -> None:
    """Build in turn, and note what each build took."""
    cluster = work / "cluster"
    enlarge(cluster, 0, news)
    for builder in builders:
        builder.prepare(cluster, work / builder.name)
    for number in range(rounds):
        for builder in [*builders[number % len(builders) :], *builders[: number % len(builders)]]:
            root = work / builder.name
            say(f"{builder.name}, {news} news items, round {number + 1}")
            taken = [run(command, root) for command in builder.commands]
            builder.seconds.append(sum(seconds for seconds, _ in taken))
            builder.memory.append(max(memory for _, memory in taken))
            verify(cluster, root / builder.site)
            for name in builder.made:
                with suppress(FileNotFoundError):
                    (root / name).rename(work / f"{builder.name}-{name}-{number}")


def verify(cluster: Path, site: Path) -> None:
    """End all unless a site has every news item, with its title, in both languages."""
    for path in (cluster / "data" / "news").glob("*.yaml"):
        number = load(path)["title"]["ru"].split()[-1]
        for prefix in FOLDERS.values():
            page = site / prefix / "news" / path.stem / "index.html"
            if not page.is_file() or number not in page.read_text("utf-8"):
                sys.exit(f"{page} is missing, or does not show its title")


def measure_growth(work: Path, sizes: Sequence[int]) -> tuple[float, dict[int, float]]:
    """Return the exponent of time over size, by least squares, and the seconds of one cold build of each size."""
    seconds = {}
    for size in sizes:
        builder = Builder("ours", prepare_ours, OURS.commands)
        measure_builds(work / str(size), [builder], size, 1)
        seconds[size] = builder.seconds[0]
    logs = [[math.log(value) for value in values] for values in (seconds, seconds.values())]
    return statistics.linear_regression(*logs).slope, seconds


def measure_check(work: Path, rounds: int) -> list[float]:
    """Return the seconds of a check of 300 participants and 2,000 news items."""
    enlarge(work, 300, 2000)
    seconds = []
    for number in range(rounds):
        say(f"check, round {number + 1}")
        seconds.append(run([sys.executable, "-m", "macros", "check", "--root", str(work)], PROJECT)[0])
        shutil.rmtree(work / ".cache", ignore_errors=True)
    return seconds


def measure_serve(root: Path, rounds: int) -> list[float]:
    """Return the seconds from a saved news item to its new title on a page that is open in a browser."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    item = sorted((root / "data" / "news").glob("*.yaml"))[-1]
    command = [*MKDOCS, "serve", "--dev-addr", address]
    say("serve")
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=root, env=ENVIRONMENT, stdout=quiet, stderr=quiet, start_new_session=True)
    seconds = []
    try:
        with sync_playwright() as playwright:
            page = launch(playwright, find_chromium()).new_page()
            wait_for(f"http://{address}/", process)
            page.goto(f"http://{address}/news/{item.stem}/", timeout=PATIENCE * 1000)
            for number in range(rounds + 1):
                dump(item, compose_item(load(item), 10_000_000 + number))
                start = time.perf_counter()
                page.get_by_role("heading", name=f"№ {10_000_000 + number}").wait_for(timeout=PATIENCE * 1000)
                seconds.append(time.perf_counter() - start)
                time.sleep(8)  # what follows a change is over
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return seconds[1:]


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), urlopen(address, timeout=PATIENCE):
            return
        time.sleep(0.2)
    sys.exit(f"mkdocs serve did not answer (exit code {process.poll()})")


# Telling


def say(line: str) -> None:
    print(f"… {line}", file=sys.stderr)


def row(what: str, seconds: Sequence[float], note: str = "") -> str:
    return f"| {what} | {statistics.median(seconds):.2f} s ({min(seconds):.2f}–{max(seconds):.2f}) | {note} |"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--news", type=int, default=1000, help="news items, in two languages each; at least 60")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; what is told is the median")
    parser.add_argument("--sizes", default="", help="news items for the growth: 100,1000,10000")
    parser.add_argument("--skip", default="", help="what is left out, of: stock,hugo,check,serve")
    options = parser.parse_args(arguments)
    peers = [peer for peer in PEERS if peer.name not in options.skip]
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        measure_builds(work / "builds", [OURS, *peers], options.news, options.rounds)
        print(f"\n{options.news} news items × 2 languages, {options.rounds} rounds, {os.cpu_count()} processors\n")
        print("| what | median (least–most) | note |\n| --- | --- | --- |")
        for builder in (OURS, *peers):
            ratio = statistics.median(OURS.seconds) / statistics.median(builder.seconds)
            memory = f"{max(builder.memory):.0f} MB in its largest process"
            note = memory if builder is OURS else f"ours/{builder.name} {ratio:.2f}; {memory}"
            print(row(f"cold build, {builder.name}", builder.seconds, note))
        if options.sizes:
            exponent, seconds = measure_growth(work / "sizes", [int(size) for size in options.sizes.split(",")])
            told = ", ".join(f"{size}: {taken:.1f} s" for size, taken in seconds.items())
            print(f"| growth of the cold build | exponent {exponent:.2f} | {told} |")
        if "check" not in options.skip:
            print(row("check, 300 participants, 2,000 news items", measure_check(work / "check", options.rounds)))
        if "serve" not in options.skip:
            print(row("serve, saved to painted", measure_serve(work / "builds" / "ours", options.rounds)))


if __name__ == "__main__":
    main()
