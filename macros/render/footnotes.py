"""Sources on paper, where nothing opens: each mark gets the number of its sources, the page ends with their list."""

import re

from macros.render.components import render_template, source_fields
from macros.render.view import View

_MARK = re.compile(r'<sup class="cl-source__numbers">([a-z0-9 -]+)</sup>')


def add_footnotes(view: View, html: str) -> str:
    """Return a page's HTML with its sources numbered in the order of their marks, and listed at the end."""
    numbers: dict[str, int] = {}

    def number(mark: re.Match[str]) -> str:
        found = [numbers.setdefault(source_id, len(numbers) + 1) for source_id in mark[1].split()]
        return f'<sup class="cl-source__numbers">[{", ".join(map(str, found))}]</sup>'

    numbered = _MARK.sub(number, html)
    if not numbers:
        return html
    notes = [source_fields(view, view.site.source(source_id)) for source_id in numbers]
    return numbered + str(render_template("footnotes", view, notes=notes))
