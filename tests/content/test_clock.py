"""The day of a build."""

import time
from datetime import date

import pytest

from macros.content.clock import today


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_day_is_that_of_utc_wherever_the_build_runs(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1718020800")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert today() == date(2024, 6, 10)
    finally:
        monkeypatch.undo()
        time.tzset()
