"""Sources that grow old: what the site knows of them."""

from datetime import date
from pathlib import Path

import pytest

from macros.checks import load_site


@pytest.mark.parametrize(("day", "overdue"), [("2026-12-01", set()), ("2026-12-02", {"harbour-news"})])
def test_a_source_is_overdue_from_the_day_after_it_was_due(site: Path, day: str, overdue: set[str]) -> None:
    sources = site / "data" / "sources.yaml"
    sources.write_text(sources.read_text("utf-8").replace("  grade", "  check_by: 2026-12-01\n  grade"), "utf-8")

    assert load_site(site, date.fromisoformat(day))[0].overdue == overdue
