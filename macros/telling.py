"""What `changes` prints: how the data changed, day by day or between two revisions, in the words of the site."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from macros.content.changes import RecordChange
from macros.content.chronicle import compare_revisions, read_chronicle
from macros.content.model import Language
from macros.content.site import load_site
from macros.render.changes import list_sentences, word_nothing
from macros.render.view import View


def tell_changes(root: Path, today: date, lang: Language, since: str | None, until: str | None) -> str:
    """Return the changes between two commits, or without any the whole history. Raises ContentError, RevisionError.

    `since` is the commit before `until` when only that is given, `until` the last one when only `since` is.
    """
    site, _ = load_site(root, today, may_lag=True)
    view = View(site, lang)
    if since or until:
        until = until or "HEAD"
        blocks = _blocks(view, compare_revisions(root, since or f"{until}~1", until))
    else:
        days = read_chronicle(root).days
        blocks = [block for day in days for block in (view.date(day.day), *_blocks(view, day.records))]
    text = "\n\n".join(blocks) or word_nothing(view)
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _blocks(view: View, records: Iterable[RecordChange]) -> list[str]:
    """A paragraph for each record: what it is, what changed, by which sources."""
    paragraphs = [list_sentences(view, record) for record in records]
    return ["\n  ".join(lines) for lines in paragraphs if lines]
