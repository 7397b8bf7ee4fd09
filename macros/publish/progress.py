"""How far publishing has come, for whoever watches a terminal; a log gets nothing."""

import sys
from collections.abc import Iterable, Iterator

import click

from macros.content.model import Language
from macros.publish.failures import say
from macros.publish.preparing import Item, Progress


def show_progress(lang: Language) -> Progress:
    """Return what draws a bar for each stage on a terminal, and does nothing elsewhere."""

    def progress(stage: str, items: Iterable[Item], length: int) -> Iterator[Item]:
        if not sys.stderr.isatty():
            yield from items
            return
        with click.progressbar(items, length, label=say(lang, stage).ljust(_WIDTH), file=sys.stderr) as bar:
            yield from bar

    return progress


_WIDTH = 12
