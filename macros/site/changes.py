"""The changes of the data for a build: asked of Git, or kept from an earlier build."""

import logging
from pathlib import Path

from macros.content.chronicle import Chronicle, is_whole, read_chronicle
from macros.content.repository import RevisionError
from macros.outputs.cache import keep

log = logging.getLogger("mkdocs.macros")


def load_changes(root: Path) -> Chronicle:
    """Return how the data below `root` changed; nothing where there is no history, which the console then tells."""
    folder = root / ".cache" / "changes"
    try:
        found = read_chronicle(root, lambda mark, make: keep(folder / f"{mark}.json", make, is_whole))
    except RevisionError as error:
        log.info("Истории данных в этой копии нет, и страница изменений так и говорит. %s", error)
        return Chronicle()
    if found.is_partial and found.since:
        log.info(
            "История данных в этой копии неполная: с %s. Вся она нужна, чтобы показать все изменения: "
            "git fetch --unshallow.",
            found.since.isoformat(),
        )
    return found
