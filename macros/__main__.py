"""The command line of the site: `python -m macros …`. What the check does not need is imported where it is needed."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from macros import checks
from macros.content.model import LANGUAGES, Language
from macros.content.problems import (
    FORMATS,
    CommandFailed,
    Problem,
    load_messages,
    print_anything,
    render_summary,
    render_text,
)
from macros.content.schema import build_files
from macros.content.site import today

ROOT = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder that holds data/ and docs/.",
)
SITE = click.option(
    "--site", type=click.Path(path_type=Path), default="site", show_default=True, help="The built site."
)
LANG = click.option("--lang", type=click.Choice(LANGUAGES), default="ru", show_default=True, help="Of messages.")
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
    help="text for people, json for programs, github and codequality (GitLab) for notes beside the lines of a change.",
)
STRICT = click.option("--strict", is_flag=True, help="Exit code 1 for warnings too.")
SUMMARY = click.option(
    "--summary", type=click.Path(dir_okay=False, path_type=Path), help="File to add the report to as Markdown."
)


class Commands(click.Group):
    """Commands that say in a sentence what they cannot do."""

    def invoke(self, context: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(context)
        except CommandFailed as error:
            click.echo(str(error), err=True)
            sys.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The site of the cluster: check its content, write its schemas, put it live."""
    print_anything()


@main.command()
@ROOT
@LANG
@FORMAT
@STRICT
@SUMMARY
def check(root: Path, lang: Language, form: str, strict: bool, summary: Path | None) -> None:
    """Check data and prose. Exit code 0: clean or warnings only, 1: problems, 2: wrong usage."""
    found = checks.check(root, today(root))[1]
    if summary is not None:
        append_text(summary, render_summary(found, lang, "report"))
    print_problems(found, form, strict, lang)


def append_text(file: Path, text: str) -> None:
    """Add a text to the end of a file, such as the summary of a run on GitHub."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


def print_problems(found: Sequence[Problem], form: str, strict: bool, lang: Language) -> None:
    """Print problems in a form, and exit: 0 without any, or with warnings only unless `strict`, else 1."""
    if report := FORMATS[form](found, lang):
        click.echo(report)
    wrong = ("problem", "warning") if strict else ("problem",)
    sys.exit(1 if any(problem.level in wrong for problem in found) else 0)


def _check_base(context: click.Context, parameter: click.Parameter, base: str) -> str:
    if not re.fullmatch(r"/([\w.~-]+/)*", base, re.ASCII):
        raise click.UsageError(load_messages("ru")["words"]["bad_base"].format(base=base))
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
    from macros.outputs.redirects import write_nginx_redirects, write_redirects_file

    try:
        site, _ = checks.load_site(root, today(root))
    except checks.ContentError as error:
        click.echo(render_text(error.problems, "ru"), err=True)
        sys.exit(1)
    write = write_nginx_redirects if form == "nginx" else write_redirects_file
    click.echo(write(site, base), nl=False)


@main.command()
@ROOT
def schema(root: Path) -> None:
    """Write data/schema/ and the reference of fields for editors anew from the model."""
    for name, text in build_files().items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, "utf-8")


@contextmanager
def _publish_errors_explained(lang: Language) -> Iterator[None]:
    from macros.publish import PublishError

    try:
        yield
    except (PublishError, OSError) as error:
        told = error if isinstance(error, PublishError) else PublishError("publish-failed", error)
        click.echo(told.explain(lang), err=True)
        sys.exit(2 if told.rule == "publish-target" else 1)


@main.command()
@click.argument("target")
@SITE
@LANG
@click.option("--dry-run", is_flag=True, help="Only list what would be added (+), changed (~) and removed (-).")
@click.option("--allow-shrink", is_flag=True, help="Accept that pages, organisations or news are lost.")
def publish(target: str, site: Path, lang: Language, dry_run: bool, allow_shrink: bool) -> None:
    """Put the built site live.

    TARGET: dir:FOLDER, ssh://[USER@]HOST[:PORT]/FOLDER or s3://BUCKET[/PREFIX]; with --dry-run also the address of the
    live site. Exit code 0: live, 1: refused or failed, and what is live is whole, 2: wrong usage.
    """
    from macros.publish import publish as publish_site

    with _publish_errors_explained(lang):
        publish_site(target, site, allow_shrink=allow_shrink, dry_run=dry_run, lang=lang)


@main.command()
@click.argument("target")
@LANG
def rollback(target: str, lang: Language) -> None:
    """Put the version live again that was so before. TARGET: dir:FOLDER or ssh://[USER@]HOST[:PORT]/FOLDER."""
    from macros.publish import phrase, roll_back

    with _publish_errors_explained(lang):
        click.echo(phrase(lang, "publish_rolled_back", name=roll_back(target)))


@main.command()
@SITE
def manifest(site: Path) -> None:
    """Write manifest.json into a site that has just been built, and print its SHA-256: the same for the same site."""
    from macros.publish import write_manifest

    with _publish_errors_explained("ru"):
        click.echo(f"sha256:{write_manifest(site)}")


if __name__ == "__main__":
    main()
