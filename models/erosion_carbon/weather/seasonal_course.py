"""A smooth seasonal course whose monthly means are the given ones (Killworth 1996)."""

from __future__ import annotations

from calendar import monthrange
from typing import NamedTuple

import numpy as np

from .kernel_noise import FloatArray


class MonthCourse(NamedTuple):
    """How the days of one month follow from the twelve monthly means.

    Parameters
    ----------
    solution : array of shape (3, 12)
        Mid-month values before, in and after the month, per monthly mean.
    day_weights : array of shape (n_days, 3)
        Weights of these three on each day: straight lines between mid-months.
    """

    solution: FloatArray
    day_weights: FloatArray


def month_course(year: int, month: int) -> MonthCourse:
    """Return the course of a month; the year only matters for the length of February."""
    days = [monthrange(year, each + 1)[1] for each in range(12)]
    means = np.zeros((12, 12))
    for each in range(12):
        share = _day_weights(days[each - 1], days[each], days[(each + 1) % 12]).mean(axis=0)
        means[each, [each - 1, each, (each + 1) % 12]] = share
    here = month - 1
    neighbours = [here - 1, here, (here + 1) % 12]
    solution = np.linalg.inv(means)[neighbours]
    before, this, after = (days[each] for each in neighbours)
    return MonthCourse(np.ascontiguousarray(solution), _day_weights(before, this, after))


def _day_weights(days_before: int, days: int, days_after: int) -> FloatArray:
    from_middle = np.arange(days) + 0.5 - days / 2
    before = np.maximum(-from_middle, 0.0) / ((days_before + days) / 2)
    after = np.maximum(from_middle, 0.0) / ((days + days_after) / 2)
    return np.stack([before, 1.0 - before - after, after], axis=1)
