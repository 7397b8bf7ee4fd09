"""The search index, by Pagefind: of each language's pages that are marked `data-pagefind-body` (base.html)."""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from pagefind_bin import get_executable

from macros.content.problems import CommandFailed, format_failure
from macros.site.pages import SitePage

_UNUSED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.*")
"""Files of Pagefind's own search boxes; ours needs none."""


def index_pages(site: Path) -> None:
    """Write the index of a built site into it. Raises CommandFailed."""
    run = subprocess.run([get_executable(), "--site", site, "--quiet"], capture_output=True, text=True)
    if run.returncode or run.stderr:
        raise CommandFailed(format_failure("no-search", said=f"{run.stdout}{run.stderr}".strip()))
    for pattern in _UNUSED:
        for file in (site / "pagefind").glob(pattern):
            file.unlink()
    for file in (site / "pagefind" / "pagefind-entry.json", *(site / "pagefind").rglob("*")):
        if not file.stat().st_size:  # Pagefind 1.5.2 does not mind a full disk
            raise CommandFailed(format_failure("no-search", said=f"{file.relative_to(site)}: 0 B"))


def list_words(pages: Iterable[SitePage]) -> bytes:
    """Return the words of titles and descriptions as JSON: what a search may mean."""
    text = "\n".join(f"{page.info.title} {page.info.description}" for page in pages).lower().replace("ё", "е")
    return json.dumps(sorted(set(re.findall(r"[^\W\d_]{3,}", text))), ensure_ascii=False).encode()
