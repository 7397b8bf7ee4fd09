"""A report as a section of Markdown that nothing in it can leave: for the page of a run on GitHub."""

import re
from pathlib import Path


def render_summary(title: str, text: str) -> str:
    """Return a heading and the text as code: what editors wrote is neither formatted nor made a link."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"## {title}\n\n{fence}text\n{text}\n{fence}\n\n"


def add_summary(file: Path, title: str, text: str) -> None:
    """Add a section to a file that other steps may have begun."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write(render_summary(title, text))
