"""Weather from daily series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..cell_threads import CellThreads
from .day import DayWeather, Storms
from .kernel_noise import FloatArray
from .lattice import NoiseLattice
from .parameters import WeatherParameters

Series = npt.NDArray[np.floating]
ONE_DAY = dt.timedelta(days=1)
MM_PER_M = 1000.0


class DailySeries(NamedTuple):
    """Daily weather of places, as `DailyWeather` takes it.

    Parameters
    ----------
    dates : sequence of datetime.date
        Every day from the first to the last.
    precipitation_mm, mean_c : array of shape (n_days, n_places)
        Daily rain and snow, mm of water, and mean air temperature, degC.
    min_c, max_c : array of shape (n_days, n_places), optional
        Daily extremes, degC. Where None, mean less or plus half the usual diurnal range.
    """

    dates: Sequence[dt.date]
    precipitation_mm: Series
    mean_c: Series
    min_c: Series | None = None
    max_c: Series | None = None


class DailyWeather:
    """Daily series of rain and temperature; only the storms within the day are made up.

    Parameters
    ----------
    series : DailySeries
        Of some places; large ones may be maps of files, since a day at a time is read.
    places : array of int, shape (n_cells,)
        Position of each cell in the series.
    parameters : WeatherParameters
    seed : int
    easting_m, northing_m : array of shape (n_cells,)
        Cell centres on a plane.
    threads : CellThreads, optional
        By default the caller's thread alone.

    Raises
    ------
    InputError
        For missing dates, wrong shapes, negative rain, NaN, minimum above maximum.
    """

    def __init__(
        self,
        series: DailySeries,
        places: npt.NDArray[np.integer],
        parameters: WeatherParameters,
        seed: int,
        easting_m: FloatArray,
        northing_m: FloatArray,
        threads: CellThreads | None = None,
    ) -> None:
        check_series(series)
        self._series, self._places = series, places
        self._half_range_c = 0.5 * parameters.diurnal_range_c
        lattice = NoiseLattice(easting_m, northing_m, parameters.storm_length_m, seed)
        self._storms = Storms(lattice, parameters, threads or CellThreads(1))

    def day(self, date: dt.date) -> DayWeather:
        """Return the weather of a day of the series.

        Raises
        ------
        InputError
            For a date outside the series.
        """
        first, last = self._series.dates[0], self._series.dates[-1]
        if not first <= date <= last:
            raise InputError(
                Problem(
                    "daily weather",
                    f"{date} is not within {first} to {last}",
                    "shorten the simulation or give a longer series",
                )
            )
        row = (date - first).days
        precipitation_m = self._of_cells(self._series.precipitation_mm, row) / MM_PER_M
        mean_c = self._of_cells(self._series.mean_c, row)
        low, high = self._series.min_c, self._series.max_c
        min_c = mean_c - self._half_range_c if low is None else self._of_cells(low, row)
        max_c = mean_c + self._half_range_c if high is None else self._of_cells(high, row)
        decay_h, start_h = self._storms.of_day(date, precipitation_m, mean_c)
        return DayWeather(precipitation_m, mean_c, min_c, max_c, decay_h, start_h)

    def forget(self) -> None:
        """Do nothing: a day is read when it is asked for."""

    def _of_cells(self, series: Series, row: int) -> npt.NDArray[np.float64]:
        return np.asarray(series[row][self._places], dtype=np.float64)


def check_series(series: DailySeries) -> None:
    """Check dates, shapes and values.

    Raises
    ------
    InputError
        With every series at fault and its first date and place.
    """
    dates = series.dates
    given = {
        name: each
        for name, each in series._asdict().items()
        if name != "dates" and each is not None
    }
    shape = (len(dates), *series.precipitation_mm.shape[1:])
    problems = [
        Problem(f"daily {name}", f"has shape {each.shape}", f"give {shape}, days by cells")
        for name, each in given.items()
        if each.shape != shape
    ]
    problems += _gap(dates)
    if problems:
        raise InputError(problems)
    for name, each in given.items():
        problems += _first_wrong(dates, name, each, ~np.isfinite(each), "a finite number")
    rain = series.precipitation_mm
    problems += _first_wrong(dates, "precipitation_mm", rain, rain < 0, "0 or more")
    low, high = series.min_c, series.max_c
    if low is not None and high is not None:
        problems += _first_wrong(dates, "min_c", low, low > high, "no more than max_c")
    if problems:
        raise InputError(problems)


def _gap(dates: Sequence[dt.date]) -> list[Problem]:
    if not dates:
        return [Problem("daily weather", "there are no dates", "give one or more days")]
    for row in range(1, len(dates)):
        if dates[row] != dates[row - 1] + ONE_DAY:
            return [
                Problem(
                    f"daily weather, row {row}",
                    f"{dates[row]} follows {dates[row - 1]}",
                    "give every day once, in order; fill days without observations",
                )
            ]
    return []


def _first_wrong(
    dates: Sequence[dt.date],
    name: str,
    series: Series,
    wrong: npt.NDArray[np.bool_],
    expected: str,
) -> list[Problem]:
    if not wrong.any():
        return []
    row, cell = (int(each[0]) for each in np.nonzero(wrong))
    return [
        Problem(
            f"daily {name}, {dates[row]} (row {row}), cell {cell}",
            f"{series[row, cell]} was found, expected {expected}",
            "mend the series",
        )
    ]
