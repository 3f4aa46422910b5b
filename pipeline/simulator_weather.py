"""Daily weather of the network's cells, from files of days."""

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
from models.erosion_carbon.routing.network import FlowNetwork
from models.erosion_carbon.weather import DailySeries

from .simulator_inputs import FloatGrid, SimulatorInputs

MONTHS = 12
SERIES = ("precipitation", "temperature")
FEBRUARY_29 = 59
"""Days of a leap year before it."""
Series = npt.NDArray[np.float32]


def daily_series(
    inputs: SimulatorInputs, network: FlowNetwork, years: Sequence[int]
) -> DailySeries:
    """Return daily weather of the network's cells row by row; a single year without dates repeats.

    Parameters
    ----------
    inputs : SimulatorInputs
        With precipitation and temperature by day.
    network : FlowNetwork
        Cells that need weather.
    years : sequence of int
        To be simulated.

    Raises
    ------
    InputError
        For days that differ between the two, years that are not covered, gaps.
    """
    dates = _dates(inputs, years)
    rain, mean_c = (_read(inputs, name, network, dates) for name in SERIES)
    if "diurnal_range" not in inputs.grids:
        return DailySeries(dates, rain, mean_c)
    flat = inputs.grids["diurnal_range"].reshape(MONTHS, -1)[:, np.sort(network.cell_of)]
    low, high = _temporary(mean_c.shape), _temporary(mean_c.shape)
    for day, date in enumerate(dates):
        low[day] = mean_c[day] - flat[date.month - 1] / 2
        high[day] = mean_c[day] + flat[date.month - 1] / 2
    return DailySeries(dates, rain, mean_c, low, high)


def monthly_normals(series: DailySeries, network: FlowNetwork) -> tuple[FloatGrid, FloatGrid]:
    """Return monthly sums of precipitation and means of temperature, (12, rows, cols)."""
    n = network.n_cells
    rain, warmth = np.zeros((MONTHS, n)), np.zeros((MONTHS, n))
    days = np.zeros(MONTHS)
    for day, date in enumerate(series.dates):
        rain[date.month - 1] += series.precipitation_mm[day]
        warmth[date.month - 1] += series.mean_c[day]
        days[date.month - 1] += 1
    n_years = len({date.year for date in series.dates})
    grids = np.full((2, MONTHS, *network.shape), np.nan)
    flat = grids.reshape(2, MONTHS, -1)
    flat[..., np.sort(network.cell_of)] = rain / n_years, warmth / days[:, None]
    return grids[0], grids[1]


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


def _read(
    inputs: SimulatorInputs, name: str, network: FlowNetwork, dates: Sequence[dt.date]
) -> Series:
    """Return one input of all days, (days, n), cells row by row."""
    given, layers = inputs.daily[name].given, inputs.daily[name].layers
    rows = _rows_of_layers(layers.dates, len(layers.places), dates)
    series = _temporary((len(dates), network.n_cells))
    region = np.zeros(inputs.grid.shape, bool)
    region.flat[network.cell_of] = True
    needed = replace(layers, places=tuple(layers.places[position] for position in rows))
    aligned = aligned_layers(given, needed, inputs.grid, region, inputs.issues)
    for days, layer in zip(rows.values(), aligned, strict=True):
        values = layer.values.ravel()[network.cell_of]
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
