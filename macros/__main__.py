"""The command line of the site: `python -m macros …`. What the check does not need is imported where it is needed."""

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from macros import checks
from macros.content.model import LANGUAGES
from macros.content.problems import (
    FORMATS,
    CommandFailed,
    Problem,
    load_messages,
    print_anything,
    render_summary,
    render_text,
)
from macros.content.site import today

Given = argparse.Namespace
"""The options of a command, as the functions below name them."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command. Its exit code is raised as SystemExit where it is not 0; 2 is wrong usage."""
    print_anything()
    given = _build_parser().parse_args(arguments)
    try:
        given.run(given)
        sys.stdout.flush()
    except CommandFailed as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # whoever read has seen enough; Python itself would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m macros", description=main.__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for run in (check, headers, redirects, schema, publish, rollback, manifest):
        command = commands.add_parser(run.__name__, description=run.__doc__, help=str(run.__doc__).partition("\n")[0])
        command.set_defaults(run=run)
        add_arguments(command, _OPTIONS[run.__name__])
    return parser


def add_arguments(parser: argparse.ArgumentParser, names: str) -> None:
    """Let a parser take arguments that several commands have, given by their names."""
    for name in names.split():
        parser.add_argument(name, **_ARGUMENTS[name])


def _folder(name: str) -> Path:
    if not Path(name).is_dir():
        raise argparse.ArgumentTypeError(f"no such folder: {name}")
    return Path(name)


def _base(base: str) -> str:
    if not re.fullmatch(r"/([\w.~-]+/)*", base, re.ASCII):
        raise argparse.ArgumentTypeError(load_messages("ru")["words"]["bad_base"].format(base=base))
    return base


_ARGUMENTS: dict[str, dict[str, Any]] = {
    "--root": {"type": _folder, "default": Path(), "help": "Folder that holds data/ and docs/."},
    "--site": {"type": Path, "default": Path("site"), "help": "The built site, if not site/."},
    "--lang": {"choices": LANGUAGES, "default": "ru", "help": "Of messages; Russian if not given."},
    "--format": {
        "choices": tuple(FORMATS),
        "default": "text",
        "help": "For people, or as notes beside the lines of a change on GitHub, on GitLab (codequality).",
    },
    "--strict": {"action": "store_true", "help": "Exit code 1 for warnings too."},
    "--summary": {"type": Path, "help": "File to add the report to as Markdown."},
    "--base": {"type": _base, "default": "/", "help": "Path of the site's root on its host, such as /foil/."},
    "--dry-run": {"action": "store_true", "help": "Only list what would be added (+), changed (~), removed (-)."},
    "--allow-shrink": {"action": "store_true", "help": "Accept that pages, organisations or news are lost."},
    "form": {"choices": ("nginx", "netlify"), "help": "A file for nginx to include, or Netlify's own."},
    "target": {"help": "dir:FOLDER, ssh://[USER@]HOST[:PORT]/FOLDER or s3://BUCKET[/PREFIX]"},
}
_OPTIONS = {
    "check": "--root --lang --format --strict --summary",
    "headers": "--base form",
    "redirects": "--root --base form",
    "schema": "--root",
    "publish": "target --site --lang --dry-run --allow-shrink",
    "rollback": "target --lang",
    "manifest": "--site",
}


def check(given: Given) -> None:
    """Check data and prose. Exit code 0: clean or warnings only, 1: problems, 2: wrong usage."""
    found = checks.check(given.root, today(given.root))[1]
    if given.summary is not None:
        append_text(given.summary, render_summary(found, given.lang, "report"))
    print_problems(found, given)


def append_text(file: Path, text: str) -> None:
    """Add a text to the end of a file, such as the summary of a run on GitHub."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


def print_problems(found: Sequence[Problem], given: Given) -> None:
    """Print problems, and exit: with 0 without any, or with warnings only unless `strict`, else with 1."""
    if report := FORMATS[given.format](found, given.lang):
        print(report)
    wrong = ("problem", "warning") if given.strict else ("problem",)
    sys.exit(1 if any(problem.level in wrong for problem in found) else 0)


def headers(given: Given) -> None:
    """Print the headers that a server should send."""
    from macros.outputs.headers import write_headers_file, write_nginx

    print(write_nginx(given.base) if given.form == "nginx" else write_headers_file(given.base), end="")


def redirects(given: Given) -> None:
    """Print where former addresses lead."""
    from macros.outputs.redirects import write_nginx_redirects, write_redirects_file

    try:
        site, _ = checks.load_site(given.root, today(given.root))
    except checks.ContentError as error:
        print(render_text(error.problems, "ru"), file=sys.stderr)
        sys.exit(1)
    write = write_nginx_redirects if given.form == "nginx" else write_redirects_file
    print(write(site, given.base), end="")


def schema(given: Given) -> None:
    """Write data/schema/ and the reference of fields for editors anew from the model."""
    from macros.content.schema import build_files

    for name, text in build_files().items():
        (given.root / name).parent.mkdir(exist_ok=True)
        (given.root / name).write_text(text, "utf-8")


@contextmanager
def _publish_errors_explained(given: Given) -> Iterator[None]:
    from macros.publish import PublishError

    try:
        yield
    except (PublishError, OSError) as error:
        told = error if isinstance(error, PublishError) else PublishError("publish-failed", error)
        print(told.explain(getattr(given, "lang", "ru")), file=sys.stderr)
        sys.exit(2 if told.rule == "publish-target" else 1)


def publish(given: Given) -> None:
    """Put the built site live. Exit code 0: live, 1: refused or failed, and what is live is whole, 2: wrong usage.

    With --dry-run the target may also be the address of the live site.
    """
    from macros.publish import publish as publish_site

    with _publish_errors_explained(given):
        publish_site(given.target, given.site, allow_shrink=given.allow_shrink, dry_run=given.dry_run, lang=given.lang)


def rollback(given: Given) -> None:
    """Put the version live again that was so before, on a server or in a folder."""
    from macros.publish import phrase, roll_back

    with _publish_errors_explained(given):
        print(phrase(given.lang, "publish_rolled_back", name=roll_back(given.target)))


def manifest(given: Given) -> None:
    """Write manifest.json into a site that has just been built, and print its SHA-256: the same for the same site."""
    from macros.publish import write_manifest

    with _publish_errors_explained(given):
        print(f"sha256:{write_manifest(given.site)}")


if __name__ == "__main__":
    main()
