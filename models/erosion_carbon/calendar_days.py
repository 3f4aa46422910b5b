"""Days of simulated years."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator


def days_of(year: int) -> Iterator[tuple[dt.date, float]]:
    """Yield each day of a year and which share of the year is behind it."""
    first = dt.date(year, 1, 1)
    n_days = 366 if calendar.isleap(year) else 365
    for day in range(n_days):
        yield first + dt.timedelta(days=day), day / n_days
