"""The commands `publish`, `rollback` and `manifest`. What they need is imported by them: others start sooner."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from macros.content.model import LANGUAGES, Language
from macros.publish.releases import KEEP

_CACHE = Path(".cache")
_Command = TypeVar("_Command", bound=Callable[..., Any])

_SITE = click.option(
    "--site", type=click.Path(path_type=Path), default="site", show_default=True, help="The built site, as files."
)
_LANG = click.option("--lang", type=click.Choice(LANGUAGES), default="ru", show_default=True, help="Of messages.")
_BREAK = click.option("--break-lock", is_flag=True, help="Take the lock of a publisher that is certainly gone.")
_ENDPOINT = click.option("--endpoint-url", metavar="URL", help="Address of the object storage, unless boto3 knows it.")


def _options(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    def add(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.command()
@click.argument("target")
@_options(_SITE, _LANG, _BREAK, _ENDPOINT)
@click.option("--dry-run", is_flag=True, help="Only list what would be added (+), changed (~) and removed (-).")
@click.option("--allow-shrink", is_flag=True, help="Publish although pages, organisations or news drop by over 10 %.")
@click.option("--live", metavar="URL", help="The live site (or a folder), to count losses against; meant for pages:.")
@click.option("--keep", type=click.IntRange(1), default=KEEP, show_default=True, help="How many versions to keep.")
def publish(
    target: str,
    site: Path,
    lang: str,
    break_lock: bool,
    endpoint_url: str | None,
    dry_run: bool,
    allow_shrink: bool,
    live: str | None,
    keep: int,
) -> None:
    """Put the built site live and verify it.

    TARGET: dir:FOLDER, ssh://[USER@]HOST[:PORT]/FOLDER, s3://BUCKET[/PREFIX] or pages:FOLDER (or FILE.tar). Exit code
    0: live, 1: refused or failed and nothing lost, 2: wrong usage.
    """
    from macros.publish.progress import show_progress
    from macros.publish.publishing import preview
    from macros.publish.publishing import publish as publish_site
    from macros.publish.targets import parse_target

    language = cast(Language, lang)
    with _failures_in_words(language):
        place = parse_target(target, keep, endpoint_url, _CACHE)
        if dry_run:
            preview(place, site, allow_shrink=allow_shrink, live=live, tell=click.echo, lang=language)
        else:
            publish_site(
                place,
                site,
                _CACHE,
                allow_shrink=allow_shrink,
                break_lock=break_lock,
                live=live,
                progress=show_progress(language),
                tell=click.echo,
                lang=language,
            )


@click.command()
@click.argument("target")
@_options(_LANG, _BREAK, _ENDPOINT)
def rollback(target: str, lang: str, break_lock: bool, endpoint_url: str | None) -> None:
    """Put the version live again that was live before. Exit codes as of `publish`."""
    from macros.publish.progress import show_progress
    from macros.publish.publishing import roll_back
    from macros.publish.targets import parse_target

    language = cast(Language, lang)
    with _failures_in_words(language):
        place = parse_target(target, KEEP, endpoint_url, _CACHE)
        roll_back(place, break_lock=break_lock, progress=show_progress(language), tell=click.echo, lang=language)


@click.command()
@_options(_SITE, _LANG)
def manifest(site: Path, lang: str) -> None:
    """Print the SHA-256 of the built site's manifest: the same site has the same everywhere."""
    from macros.publish.manifest import read_site

    with _failures_in_words(cast(Language, lang)):
        click.echo(f"sha256:{read_site(site).digest}")


COMMANDS = (publish, rollback, manifest)


@contextmanager
def _failures_in_words(lang: Language) -> Iterator[None]:
    """Tell what went wrong without a traceback. A polite request to stop is obeyed by letting go of locks."""
    from macros.publish.failures import PublishError, explain_failure, from_system

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    except (PublishError, OSError) as error:
        failure = error if isinstance(error, PublishError) else from_system(error)
        click.echo(explain_failure(failure, lang), err=True)
        sys.exit(2 if failure.name == "bad-target" else 1)
