"""The command line of the site: `python -m macros …`. What only one command needs is imported by it."""

import atexit
import gc
import io
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import click

from macros import checks
from macros.content.site import today
from macros.content.model import LANGUAGES, Language
from macros.content.problems import render_github, render_json, render_summary, render_text
from macros.kinds import FORMS, Kind, options_of
from macros.publish.command import COMMANDS

ROOT = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder that holds data/ and docs/.",
)
FORMATS = {"text": render_text, "json": render_json, "github": render_github}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The site of the cluster: check its content, write its schemas, put it live."""


@main.command()
@ROOT
@click.option("--lang", type=click.Choice(LANGUAGES), default="ru", show_default=True, help="Language of messages.")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
    help="text for people, json for programs, github for annotations in a pull request.",
)
@click.option("--strict", is_flag=True, help="Exit code 1 for warnings too.")
@click.option(
    "--summary", type=click.Path(dir_okay=False, path_type=Path), help="File to add the report to as Markdown."
)
def check(root: Path, lang: str, form: str, strict: bool, summary: Path | None) -> None:
    """Check data and prose. Exit code 0: clean or warnings only, 1: problems, 2: wrong usage."""
    _print_anything()
    found = checks.check(root, today())[1]
    wrong = ("problem", "warning") if strict else ("problem",)
    if report := FORMATS[form](found, cast(Language, lang)):
        click.echo(report)
    if summary is not None:
        with summary.open("a", encoding="utf-8") as stream:
            stream.write(render_summary(found, cast(Language, lang)))
    sys.exit(1 if any(problem.level in wrong for problem in found) else 0)


def _check_base(context: click.Context, parameter: click.Parameter, base: str) -> str:
    if not re.fullmatch(r"/([\w.~-]+/)*", base, re.ASCII):
        raise click.UsageError(f"--base: «{base}» — не путь; он начинается и кончается косой чертой: /foil/")
    return base


BASE = click.option(
    "--base",
    default="/",
    show_default=True,
    callback=_check_base,
    help="Path of the site's root on its host, such as /foil/.",
)


@main.command()
@BASE
@click.argument("form", metavar="FORM", type=click.Choice(("nginx", "netlify")))
def headers(base: str, form: str) -> None:
    """Print the headers that a server should send. FORM: nginx (a file to include) or netlify (_headers)."""
    from macros.outputs.headers import write_headers_file, write_nginx

    click.echo(write_nginx(base) if form == "nginx" else write_headers_file(base), nl=False)


@main.command()
@ROOT
@BASE
@click.argument("form", metavar="FORM", type=click.Choice(("nginx", "netlify")))
def redirects(root: Path, base: str, form: str) -> None:
    """Print where former addresses lead. FORM: nginx (a file to include) or netlify (_redirects)."""
    from macros.checks import ContentError, load_site
    from macros.outputs.redirects import write_nginx_redirects, write_redirects_file

    _print_anything()
    try:
        site, _ = load_site(root, today())
    except ContentError as error:
        click.echo(render_text(error.problems, "ru"), err=True)
        sys.exit(1)
    write = write_nginx_redirects if form == "nginx" else write_redirects_file
    click.echo(write(site, base), nl=False)


@main.command()
@ROOT
def schema(root: Path) -> None:
    """Write data/schema/ and the reference of fields for editors anew from the model."""
    from macros.content.schema import build_files

    for name, text in build_files().items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, "utf-8")


for _command in COMMANDS:
    main.add_command(_command)


def _print_anything() -> None:
    """Let a terminal without Russian letters show their codes: it is no reason to fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    # A command is short and keeps nearly all that it makes to its end: that need not be looked through again and again.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    main()
