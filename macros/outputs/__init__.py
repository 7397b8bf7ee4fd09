"""The site as files for other programs: feeds, open data, pictures, lists of pages, headers."""

from collections.abc import Callable

Makers = dict[str, Callable[[], bytes]]
"""How to make files, by their addresses below the site's root: a build makes all, the preview what is asked for."""
