"""Compares our builds with those of others in one run: `python -m tools.bench`, or `make bench`.

Each option can be given to make as well, in capitals: make bench N=1000 ROUNDS=3 PEERS=stock,hugo SIZES= SERVE=.
"""

import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from tools.bench.browser import ServeError, open_browser
from tools.bench.builders import OURS, PEERS, WrongSiteError
from tools.bench.contest import ORGANISATIONS, Plan, hold
from tools.bench.running import RunError
from tools.bench.table import list_goals, render_builders, render_defeats, render_goals

POLICY = """\
Every builder builds the same content in {rounds} rounds, in turn, a different one first in each round. Before the first
round each builds once uncounted, so that programs and content are in the memory of the system. Cold: nothing that a
build has made is left, our `.cache` included. After each edit the new words are looked for in both languages, and
after the edits of a round our site is compared with that of the cold build: the same {same} of {rounds} times. Memory:
the largest sum over all processes of one build, shared pages counted once (PSS), looked at every 50 ms. News page:
bodies of all answers to one first view, text in brotli. Growth: one cold build of each size. Peers make no social
cards, open data or structured data and check little; Hugo and Eleventy have no search, and bare themes.
"""
DEFAULTS = {
    "N": "1000",
    "ROUNDS": "3",
    "PEERS": ",".join(PEERS),
    "SIZES": "100,1000,10000",
    "SERVE": "1000",
    "CHECK": "2000",
}
"""Settings, as make hands them on in the environment, and their values when it does not. Empty is a value."""


def _option(name: str, words: str, read: Callable[..., object] | None = None) -> Callable[..., Any]:
    """An option that a variable of the environment sets as well."""
    return click.option(
        f"--{name.lower()}",
        type=str if read else int,
        default=lambda: os.environ.get(name, DEFAULTS[name]),
        callback=read,
        show_default=DEFAULTS[name],
        help=words,
    )


def _read_numbers(context: click.Context, option: click.Parameter, text: str) -> list[int]:
    """Whole numbers with commas between; nothing at all is none."""
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise click.BadParameter(f"{text!r} is no list of numbers", context, option) from None


def _read_names(context: click.Context, option: click.Parameter, text: str) -> list[str]:
    """Peers with commas between; nothing at all, or the word none, is none."""
    names = [part.strip() for part in text.split(",") if part.strip() not in ("", "none")]
    if unknown := [name for name in names if name not in PEERS]:
        raise click.BadParameter(f"{', '.join(unknown)}: choose from {', '.join(PEERS)}", context, option)
    return names


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@_option("N", "News items, in two languages each.")
@_option("ROUNDS", "Rounds; what is told is the median.")
@_option("PEERS", "Builders beside ours.", _read_names)
@_option("SIZES", "News items for the growth.", _read_numbers)
@_option("SERVE", "News items for serve.", _read_numbers)
@_option("CHECK", "News items for the check; 0 for none.")
@click.option("--strict", is_flag=True, help="Exit code 1 when a goal is missed.")
def main(n: int, rounds: int, peers: list[str], sizes: list[int], serve: list[int], check: int, strict: bool) -> None:
    """Measure builds, rebuilds, serve, the check and a page's weight, beside other builders with the same content."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what runs is ended as well
    builders = [PEERS[name] for name in peers]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, open_browser() as browser:
        plan = Plan(n, rounds, builders, sizes, serve, check, Path(folder))
        try:
            results = hold(plan, browser, lambda line: click.echo(f"… {line}", err=True))
        except (RunError, WrongSiteError, ServeError) as error:
            raise click.ClickException(str(error)) from error
        versions = _list_versions(peers, browser.version)
    titles = {builder.name: builder.title for builder in (OURS, *builders)}
    goals = list(list_goals(results))
    click.echo(f"Command: `{_command()}`\n")
    click.echo(
        f"Machine: {os.cpu_count()} processors ({_processor()}), {platform.platform()}, load {_load()}. {versions}"
    )
    click.echo(f"\n{n} news items × 2 languages, {ORGANISATIONS} organisations.")
    click.echo(POLICY.format(rounds=rounds, same=results.same))
    for part in (render_builders(results, titles), render_goals(goals), render_defeats(results, titles)):
        click.echo(f"\n{part}")
    if strict and not all(goal.is_reached for goal in goals):
        sys.exit(1)


def _command() -> str:
    given = [f"{name}={os.environ[name]}" for name in DEFAULTS if name in os.environ]
    return " ".join(["make bench" if "MAKELEVEL" in os.environ else "python -m tools.bench", *given, *sys.argv[1:]])


def _load() -> str:
    return ", ".join(f"{load:.1f}" for load in os.getloadavg())


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _list_versions(peers: list[str], chromium: str) -> str:
    names = ("mkdocs", "mkdocs-material", "mkdocs-macros-plugin", "pydantic", "pagefind")
    told = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)]
    if "hugo" in peers:
        told.append(_ask("hugo", "version").split("-")[0].split("+")[0])
    if "eleventy" in peers:
        program = PEERS["eleventy"].commands[0][:2]
        told += [f"node {_ask('node', '--version')}", f"Eleventy {_ask(*program, '--version')}"]
    return ", ".join([*told, f"Chromium {chromium}"])


def _ask(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
