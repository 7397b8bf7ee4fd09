"""The command line of the site: `python -m macros …`. What only one command needs is imported by it."""

import io
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import click

from macros.content.clock import today
from macros.content.examining import Examination
from macros.content.languages import LANGUAGES, Language
from macros.content.memory import MEMORY
from macros.content.problems import Problem, render_github, render_json, render_text
from macros.kinds import FORMS, Kind, options_of
from macros.publish.command import COMMANDS

ROOT = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder that holds data/, docs/ and EDITING.md.",
)
SUMMARIES = {"ru": "Проверка текстов и данных", "en": "Check of texts and data"}
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
@click.option("--clean", is_flag=True, help="Examine everything anew, and remember nothing.")
def check(root: Path, lang: str, form: str, strict: bool, summary: Path | None, clean: bool) -> None:
    """Check data and prose. Exit code 0: clean or warnings only, 1: problems, 2: wrong usage.

    What was found is kept in .cache/check, so that the next check examines only what has changed.
    """
    _print_anything()
    found: Iterable[Problem] = Examination(root, today(), None if clean else root / MEMORY).problems
    wrong = ("problem", "warning") if strict else ("problem",)
    is_wrong = any(problem.level in wrong for problem in found)
    if any("had" in problem.details for problem in found):
        from macros.content.history import explain_changes

        found = explain_changes(root, found)
    if report := FORMATS[form](found, cast(Language, lang)):
        click.echo(report)
    if summary is not None:
        from macros.content.summary import add_summary

        add_summary(summary, SUMMARIES[cast(Language, lang)], render_text(found, cast(Language, lang)))
    sys.exit(1 if is_wrong else 0)


@main.command()
@ROOT
@click.option("--strict", is_flag=True, help="Exit code 1 when a link is dead or a certificate certainly bad.")
@click.option(
    "--summary",
    envvar="GITHUB_STEP_SUMMARY",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to add the report to as Markdown; GITHUB_STEP_SUMMARY names it on GitHub.",
)
def links(root: Path, strict: bool, summary: Path | None) -> None:
    """Ask all outside addresses whether they still open. Answers are kept in .cache/links.json.

    A good answer is trusted for 7 days, a bad one for its day; bad on three days in a row is dead. SITE_URL tells the
    sites who asks. Exit code 0, with --strict 1 when something should be mended or nobody could be asked.
    """
    from macros.links.asking import Asker
    from macros.links.running import agent_of, run_links

    _print_anything()
    asker = Asker(agent_of(os.environ.get("SITE_URL", "")))
    outcome = run_links(root, today(), asker, click.echo, summary)
    sys.exit(1 if strict and outcome.has_faults else 0)


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
    """Print where former and short addresses lead. FORM: nginx (a file to include) or netlify (_redirects)."""
    from macros.content.site import ContentError, load_site
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
@click.option("--yes", is_flag=True, help="Ask nothing: all of them have been compared.")
@click.argument("places", nargs=-1)
def reviewed(root: Path, yes: bool, places: tuple[str, ...]) -> None:
    """Show each English text whose Russian one has changed, and mark those that you have compared.

    PLACES: files, places as the check tells them (data/topics.yaml:52:11), or ids of records. Exit code 0: all are
    marked, 1: some are left, 2: wrong usage.
    """
    _print_anything()
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("Спросить некого: это не терминал. Если тексты сверены, добавьте --yes.")
    from macros.review import review

    sys.exit(review(root, places, yes))


@main.command()
@ROOT
@click.option("--against", metavar="REVISION", help="Version to compare with; the last commit, or that before it.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default="report.html", show_default=True)
def report(root: Path, against: str | None, output: Path) -> None:
    """Write what has changed since a version of Git as one HTML file. Exit code 0: written, 2: nothing to compare."""
    from macros.content.repository import RevisionError
    from macros.report.making import make_report

    _print_anything()
    try:
        html = make_report(root, against, today())
    except RevisionError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    output.write_text(html, "utf-8")
    click.echo(f"Отчёт: {output}")


@main.command()
@ROOT
@click.option("--since", metavar="REVISION", help="The older version of Git; the one before --until.")
@click.option("--until", metavar="REVISION", help="The newer version of Git; the last commit.")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="ru", show_default=True, help="Language of the sentences."
)
def changes(root: Path, since: str | None, until: str | None, lang: str) -> None:
    """Print how the data changed, in sentences: between two versions, or without them by day. What is not committed
    does not count. Exit code 0: printed, 1: the content of today has problems, 2: no such version.
    """
    from macros.content.repository import RevisionError
    from macros.content.site import ContentError
    from macros.telling import tell_changes

    _print_anything()
    try:
        click.echo(tell_changes(root, today(), cast(Language, lang), since, until))
    except ContentError as error:
        click.echo(render_text(error.problems, cast(Language, lang)), err=True)
        sys.exit(1)
    except RevisionError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


@main.group()
def new() -> None:
    """Add a news item, an organisation or a source: asks for what the options leave open."""


def _add_kind(kind: Kind) -> None:
    """Register `new <kind>` with an option for each field."""

    def command(root: Path, **given: Any) -> None:
        from macros.new import add_new

        _print_anything()
        sys.exit(add_new(root, kind, given, today()))

    command.__doc__ = f"Add a {kind.replace('news', 'news item')}. Exit code 0: written and valid, 1: not so, 2: usage."
    options = [
        click.option("--" + name.replace("_", "-"), name, help=words + ".", multiple=True)
        for name, words in options_of(kind)
    ]
    for option in reversed([ROOT, *options]):
        command = option(command)
    new.command(kind)(command)


for _kind in FORMS:
    _add_kind(_kind)


@main.command()
@ROOT
def schema(root: Path) -> None:
    """Write data/schema/ anew from the model and the words of EDITING.md."""
    from macros.content.schema import build_schemas, read_words

    folder = root / "data" / "schema"
    folder.mkdir(exist_ok=True)
    for name, text in build_schemas(read_words((root / "EDITING.md").read_text("utf-8"))).items():
        (folder / f"{name}.json").write_text(text, "utf-8")


for _command in COMMANDS:
    main.add_command(_command)


def _print_anything() -> None:
    """Let a terminal without Russian letters show their codes: it is no reason to fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
