"""Daily weather of the region's cells, from files of days."""

from __future__ import annotations

import calendar
import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem
from features.forcing_grids import aligned_layers
from models.erosion_carbon.weather import DailySeries

from .simulator_inputs import FloatGrid, SimulatorInputs

MONTHS = 12
SERIES = ("precipitation", "temperature")
FEBRUARY_29 = 59
"""Days of a leap year before it."""
Series = npt.NDArray[np.float32]


def daily_series(inputs: SimulatorInputs, years: Sequence[int]) -> DailySeries:
    """Return daily weather of the region's cells, row by row; a year without dates repeats.

    Parameters
    ----------
    inputs : SimulatorInputs
        With precipitation and temperature by day.
    years : sequence of int
        To be simulated.

    Raises
    ------
    InputError
        Where only one is daily; for days that differ between the two, years that are not covered,
        gaps.
    """
    _check_both_are_daily(inputs)
    dates = _dates(inputs, years)
    rain, mean_c = (_read(inputs, name, dates) for name in SERIES)
    if "diurnal_range" not in inputs.grids:
        return DailySeries(dates, rain, mean_c)
    range_c = inputs.grids["diurnal_range"][:, inputs.region]
    low, high = _temporary(mean_c.shape), _temporary(mean_c.shape)
    for day, date in enumerate(dates):
        low[day] = mean_c[day] - range_c[date.month - 1] / 2
        high[day] = mean_c[day] + range_c[date.month - 1] / 2
    return DailySeries(dates, rain, mean_c, low, high)


def monthly_normals(
    series: DailySeries, region: npt.NDArray[np.bool_]
) -> tuple[FloatGrid, FloatGrid]:
    """Return monthly sums of precipitation and means of temperature, (12, rows, cols)."""
    rain, warmth = np.full((2, MONTHS, *region.shape), np.nan)
    months = np.array([date.month for date in series.dates])
    n_years = len({date.year for date in series.dates})
    for month in range(MONTHS):
        of_month = months == month + 1
        rain[month, region] = series.precipitation_mm[of_month].sum(axis=0) / n_years
        warmth[month, region] = series.mean_c[of_month].mean(axis=0)
    return rain, warmth


def _check_both_are_daily(inputs: SimulatorInputs) -> None:
    """Raise an InputError where one of the two is daily and the other is not."""
    monthly = [name for name in SERIES if name not in inputs.daily]
    if monthly:
        raise InputError(
            Problem(
                f"forcing.{monthly[0]}",
                f"is monthly, while {', '.join(inputs.daily)} is daily",
                "give precipitation and temperature both by month or both by day",
            )
        )


def _dates(inputs: SimulatorInputs, years: Sequence[int]) -> list[dt.date]:
    """Return the days to be simulated."""
    given = [inputs.daily[name].layers for name in SERIES]
    wanted = [dt.date(year, 1, 1) + dt.timedelta(days=day) for year in years
              for day in range(366 if calendar.isleap(year) else 365)]  # fmt: skip
    for name, layers in zip(SERIES, given, strict=True):
        if layers.dates is None:
            continue
        missing = sorted(set(wanted) - set(layers.dates))
        if missing:
            what = f"{name} holds {layers.dates[0]} to {layers.dates[-1]}, but not {missing[0]}"
            mend = "set `simulator.years` to years that are covered wholly"
            raise InputError(Problem(str(layers.places[0][0]), what, mend))
    return wanted


def _read(inputs: SimulatorInputs, name: str, dates: Sequence[dt.date]) -> Series:
    """Return one input of all days, (days, n), cells row by row."""
    given, layers = inputs.daily[name].given, inputs.daily[name].layers
    rows = _rows_of_layers(layers.dates, len(layers.places), dates)
    region = inputs.region
    series = _temporary((len(dates), int(region.sum())))
    needed = replace(layers, places=tuple(layers.places[position] for position in rows))
    aligned = aligned_layers(given, needed, inputs.grid, region, inputs.issues)
    for days, layer in zip(rows.values(), aligned, strict=True):
        values = layer.values[region]
        if n_missing := int(np.isnan(values).sum()):
            what = f"{name} has no value in {n_missing} cells of the region"
            raise InputError(Problem(layer.where, what, "fill the gaps, or narrow the region"))
        series[days] = values
    return series


def _rows_of_layers(
    known: Sequence[dt.date] | None, n_layers: int, dates: Sequence[dt.date]
) -> dict[int, list[int]]:
    """Return, for each layer that is needed, the days it serves: one, or one of every year."""
    rows: dict[int, list[int]] = {}
    position = {date: layer for layer, date in enumerate(known or ())}
    for row, date in enumerate(dates):
        layer = position[date] if known else _day_of_year(date, n_layers)
        rows.setdefault(layer, []).append(row)
    return dict(sorted(rows.items()))


def _day_of_year(date: dt.date, n_layers: int) -> int:
    """Return the layer of a day in a year of 365 or 366 layers; 29 February as the day before."""
    day = date.timetuple().tm_yday - 1
    leap = calendar.isleap(date.year)
    if n_layers == 365 and leap and day >= FEBRUARY_29:
        return day - 1
    if n_layers == 366 and not leap and day >= FEBRUARY_29:
        return day + 1
    return day


def _temporary(shape: tuple[int, ...]) -> Series:
    """Return an array in a file without a name: years of days may not fit in memory."""
    with tempfile.TemporaryFile() as file:  # the mapping outlives the name
        return np.memmap(file, dtype=np.float32, mode="w+", shape=shape)
