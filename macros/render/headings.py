"""Levels of headings: a card's title follows whatever heading stands above it on the page."""

import re

_HEADING = re.compile(r"<(?P<tag>h[1-6])(?P<attributes>(?: [^>]*)?)>(?P<text>.*?)</(?P=tag)>", re.DOTALL)


def settle_levels(html: str) -> str:
    """Return `html` with each component's `<h3 class="cl-…">` one level below the last heading of the page itself.

    A component cannot know where a page will call it, and a skipped level misleads screen readers (WCAG 2.1, 1.3.1).
    """
    above = 1

    def settle(match: re.Match[str]) -> str:
        nonlocal above
        tag, attributes = match["tag"], match["attributes"]
        if tag == "h3" and ' class="cl-' in attributes:
            tag = f"h{above + 1}"
        else:
            above = int(tag[1])
        return f"<{tag}{attributes}>{match['text']}</{tag}>"

    return _HEADING.sub(settle, html)
