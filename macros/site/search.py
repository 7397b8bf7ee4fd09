"""The search index, by Pagefind: of each language's pages that are marked `data-pagefind-body` (base.html)."""

import subprocess
from pathlib import Path

from pagefind_bin import get_executable

from macros.content.problems import format_failure

_UNUSED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.*")
"""Files of Pagefind's own search boxes; ours needs none."""


class SearchFailed(Exception):
    """Pagefind has made no index; says so, with what it says itself, to whoever builds."""

    def __init__(self, said: str) -> None:
        super().__init__(format_failure("no-search", said=said))


def index_pages(site: Path) -> None:
    """Write the index of a built site into it. Raises SearchFailed."""
    run = subprocess.run([get_executable(), "--site", site, "--quiet"], capture_output=True, text=True)
    if run.returncode or run.stderr:
        raise SearchFailed(f"{run.stdout}{run.stderr}".strip())
    for pattern in _UNUSED:
        for file in (site / "pagefind").glob(pattern):
            file.unlink()
    for file in (site / "pagefind" / "pagefind-entry.json", *(site / "pagefind").rglob("*")):
        if not file.stat().st_size:  # Pagefind 1.5.2 does not mind a full disk
            raise SearchFailed(f"{file.relative_to(site)}: 0 B")
