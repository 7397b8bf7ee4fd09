"""Places in Markdown for HTML that Markdown must not touch: a macro leaves a mark, the page gets the HTML at the end.

So pages need no raw HTML, and what a component says is never parsed as Markdown. The marks are private-use characters,
which the reader refuses in every file (`content.files.is_hidden`): nobody can write one.
"""

import re

from markupsafe import Markup

_MARK = re.compile("<p>\ue000([0-9]+)\ue001</p>|\ue000([0-9]+)\ue001")


class Slots:
    """The HTML of the macro calls of one build."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, bool]] = []

    def put(self, html: Markup, is_block: bool) -> str:
        """Keep `html` and return the mark that stands for it."""
        self._parts.append((str(html), is_block))
        return f"\ue000{len(self._parts) - 1}\ue001"

    def fill(self, html: str) -> str:
        """Return the page with every mark replaced; a block, or nothing, takes the place of a paragraph of its own."""
        return _MARK.sub(self._part, html)

    def _part(self, mark: re.Match[str]) -> str:
        part, is_block = self._parts[int(mark[1] or mark[2])]
        return f"<p>{part}</p>" if mark[1] and part and not is_block else part
