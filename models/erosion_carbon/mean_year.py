"""The mean year of other years: what a simulation should beat where something was measured."""

from __future__ import annotations

import numpy as np
import pandas as pd

DAYS_PER_YEAR = 365.25


def mean_of_other_years(observed: pd.Series, window_days: int = 7) -> pd.Series:
    """Return what the observations of other years say of each observed day.

    A model driven by weather knows this year, the mean of other years knows the site: it is a hard
    yardstick, and one that needs no parameters.

    Parameters
    ----------
    observed : Series
        By date, in the order of time; NaN where nothing was observed.
    window_days : int
        Days of the year this near count; dates less than half a year apart never do.

    Returns
    -------
    Series
        Of the same dates; NaN where `observed` is or where no other year was observed.
    """
    dates = pd.DatetimeIndex(observed.index)
    values = observed.to_numpy(dtype=np.float64)
    day = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    of_year = dates.day_of_year.to_numpy()
    known = np.isfinite(values)
    expected = np.full(len(values), np.nan)
    for at in np.flatnonzero(known):
        apart = np.abs(of_year - of_year[at])
        near = np.minimum(apart, DAYS_PER_YEAR - apart) <= window_days
        other = near & known & (np.abs(day - day[at]) > DAYS_PER_YEAR / 2)
        if other.any():
            expected[at] = values[other].mean()
    return pd.Series(expected, observed.index)
