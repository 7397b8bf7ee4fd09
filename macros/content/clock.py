"""Today's date, for those at the top who hand it down as an argument."""

import os
from datetime import UTC, date, datetime


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; of 29 February, 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def today() -> date:
    """Return today's date in UTC; `SOURCE_DATE_EPOCH` sets it, so that a build can be repeated."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date()
