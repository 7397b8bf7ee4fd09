"""The dialogue of `reviewed`: one English text after another, beside the Russian one that has changed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from macros.content.site import today
from macros.content.history import find_old_text
from macros.content.loading import load_draft
from macros.content.reviewing import mark_reviewed
from macros.content.translations import Lag, Pair, find_pairs

_YES, _NO, _STOP = ("д", "y"), ("н", "n"), ("в", "q")


def review(root: Path, places: Sequence[str], is_compared: bool) -> int:
    """Ask about each text that lags, of those at `places` or of all, and mark what was compared.

    Returns the exit code: 0 when no text is left, 1 otherwise, 2 when there is nothing at one of the places.
    """
    draft, _ = load_draft(root, today())
    lagging = [pair for pair in find_pairs(draft) if pair.lags]
    unknown = [place for place in places if not any(_is_at(pair, lag, place) for pair, lag in _each(lagging))]
    for place in unknown:
        click.echo(f"{place}: здесь нет текста, который ждёт сверки.", err=True)
    if unknown:
        return 2
    wanted = [(pair, lag) for pair, lag in _each(lagging) if not places or any(_is_at(pair, lag, p) for p in places)]
    compared = wanted if is_compared else list(_ask(root, wanted))
    written = mark_reviewed(root, [(pair, tuple(lag for p, lag in compared if p is pair)) for pair in lagging])
    marked = sum(pair.document.file in written for pair, _ in compared)
    left = sum(len(pair.lags) for pair in lagging) - marked
    click.echo(f"Отмечено: {marked}. Ждут сверки: {left}.")
    return 1 if left else 0


def _each(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, Lag]]:
    return ((pair, lag) for pair in pairs for lag in pair.lags)


def _is_at(pair: Pair, lag: Lag, place: str) -> bool:
    """Whether a place names the file, the record or the very text."""
    file = pair.document.file
    line, column = pair.document.position(pair.path)
    return place in (file, pair.record, f"{file}:{lag.line}:{lag.column}", f"{file}:{line}:{column}")


def _ask(root: Path, wanted: Sequence[tuple[Pair, Lag]]) -> Iterator[tuple[Pair, Lag]]:
    """Show each text in both languages; yield those that are said to match."""
    for number, (pair, lag) in enumerate(wanted, start=1):
        name = f"{pair.record}, {lag.name}" if pair.record not in ("", lag.name) else lag.name
        click.echo()
        click.secho(f"{number} из {len(wanted)} · {pair.document.file}:{lag.line} · {name}", bold=True)
        if old := find_old_text(root, pair, lag):
            click.echo(f"  Было по-русски:  {_one_line(old)}")
        click.echo(f"  По-русски:       {_one_line(lag.russian)}")
        click.echo(f"  По-английски:    {_one_line(lag.english)}")
        answer = _prompt()
        if answer in _STOP:
            return
        if answer in _YES:
            yield pair, lag


def _prompt() -> str:
    """Ask until the answer is one of the letters; the end of input stops."""
    while True:
        try:
            answer = click.prompt("Английский текст верен? д — да, н — нет, в — выйти", prompt_suffix=": ")
        except click.Abort:
            click.echo()
            return _STOP[0]
        if (letter := str(answer).strip().lower()[:1]) in (*_YES, *_NO, *_STOP):
            return letter


def _one_line(text: str) -> str:
    return " ".join(text.split())
