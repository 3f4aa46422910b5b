"""Daily weather from monthly climate."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..cell_threads import CellThreads
from .day import DayWeather, Storms
from .gamma_quantiles import gamma_quantiles
from .kernel_noise import FloatArray, make_persistent
from .kernel_rain import rain_of_month
from .kernel_temperature import month_anchors, temperature_of_day
from .lattice import NoiseLattice
from .parameters import WeatherParameters
from .seasonal_course import month_course

RAIN_STREAM, TEMPERATURE_STREAM = 0, 1
RAIN_EARLY_DAYS = 5
"""Days before the month in which the chain of wet days forgets its start: 0.25^5 = 0.1 %."""
TEMPERATURE_EARLY_DAYS = 30
"""Days before the month in which anomalies join those of the month before: 0.8^30 = 0.1 %."""
MMArray = npt.NDArray[np.floating]


class MonthlyClimate(NamedTuple):
    """Monthly normals, each of shape (12, n_cells), January first, float32 or float64.

    Parameters
    ----------
    precipitation_mm : array
        Sum of the month.
    temperature_c : array
        Mean air temperature.
    diurnal_range_c : array
        Mean of daily maximum less minimum; NaN where unknown.
    wet_days : array
        Days with 0.1 mm or more, fractions allowed; NaN where unknown.
    """

    precipitation_mm: MMArray
    temperature_c: MMArray
    diurnal_range_c: MMArray
    wet_days: MMArray


class _Month(NamedTuple):
    key: tuple[int, int]
    daily_m: FloatArray
    month_c: FloatArray
    range_c: FloatArray
    anchors_c: FloatArray
    anchor_weights: FloatArray
    anomalies: FloatArray


class MonthlyWeather:
    """A weather generator that keeps the monthly rain and temperature of every cell.

    Years differ in which days are wet or warm, not in the months' sums and means. The weather of a
    cell and date depends on the seed and the cell's own coordinates and climate alone, whatever was
    asked before and whichever other cells there are.

    Parameters
    ----------
    climate : MonthlyClimate
        Of ``n_cells``.
    easting_m, northing_m : array of shape (n_cells,)
        Cell centres on a plane.
    parameters : WeatherParameters
    seed : int
    threads : CellThreads, optional
        By default the caller's thread alone.

    Raises
    ------
    InputError
        For rain, temperature or counts that cannot be.
    """

    def __init__(
        self,
        climate: MonthlyClimate,
        easting_m: FloatArray,
        northing_m: FloatArray,
        parameters: WeatherParameters,
        seed: int,
        threads: CellThreads | None = None,
    ) -> None:
        check_climate(climate, len(easting_m))
        self._climate, self._parameters = climate, parameters
        self._threads = threads or CellThreads(1)
        self._storm_lattice = NoiseLattice(easting_m, northing_m, parameters.storm_length_m, seed)
        self._heat_lattice = NoiseLattice(
            easting_m, northing_m, parameters.temperature_length_m, seed
        )
        self._storms = Storms(self._storm_lattice, parameters, self._threads)
        self._n_cells = len(easting_m)
        self._month: _Month | None = None

    def day(self, date: dt.date) -> DayWeather:
        """Return the weather of a day; days of one month are cheap after the first."""
        if self._month is None or self._month.key != (date.year, date.month):
            self._month = None  # frees the old month before the new one is made
            self._month = self._make_month(date)
        month, day = self._month, date.day - 1
        mean_c, min_c, max_c = (np.empty(self._n_cells) for _ in range(3))
        self._threads.over_cells(
            temperature_of_day,
            self._n_cells,
            day,
            month.anchors_c,
            month.anchor_weights,
            month.month_c,
            month.range_c,
            self._heat_lattice.corners,
            self._heat_lattice.weights,
            month.anomalies,
            self._parameters,
            mean_c,
            min_c,
            max_c,
        )
        precipitation_m = month.daily_m[day].copy()
        decay_h, start_h = self._storms.of_day(date, precipitation_m, mean_c)
        return DayWeather(precipitation_m, mean_c, min_c, max_c, decay_h, start_h)

    def forget(self) -> None:
        """Let go of the month made last: a month of rain of a large landscape takes 130 MiB."""
        self._month = None

    def _make_month(self, date: dt.date) -> _Month:
        first = date.replace(day=1)
        row = date.month - 1
        course = month_course(date.year, date.month)
        anchors_c = np.empty((3, self._n_cells))
        self._threads.over_cells(
            month_anchors, self._n_cells, self._climate.temperature_c, course.solution, anchors_c
        )
        return _Month(
            (date.year, date.month),
            self._rain(first),
            self._climate.temperature_c[row].astype(np.float64),
            self._diurnal_range(row),
            anchors_c,
            course.day_weights,
            self._anomalies(first),
        )

    def _rain(self, first: dt.date) -> FloatArray:
        n_days = monthrange(first.year, first.month)[1]
        month_mm = self._climate.precipitation_mm[first.month - 1].astype(np.float64)
        daily_m = np.empty((n_days, self._n_cells))
        self._threads.over_cells(
            rain_of_month,
            self._n_cells,
            month_mm,
            self._wet_days(first.month - 1, month_mm),
            self._storm_lattice.corners,
            self._storm_lattice.weights,
            self._storm_lattice.normals(
                RAIN_STREAM, first.toordinal() - RAIN_EARLY_DAYS, RAIN_EARLY_DAYS + n_days
            ),
            gamma_quantiles(),
            self._parameters,
            daily_m,
        )
        return daily_m

    def _wet_days(self, row: int, month_mm: FloatArray) -> FloatArray:
        counted = self._climate.wet_days[row].astype(np.float64)
        p = self._parameters
        guessed = p.wet_days_per_rain * month_mm**p.wet_days_exponent
        return np.where(np.isnan(counted), guessed, counted)

    def _diurnal_range(self, row: int) -> FloatArray:
        known = self._climate.diurnal_range_c[row].astype(np.float64)
        return np.where(np.isnan(known), self._parameters.diurnal_range_c, known)

    def _anomalies(self, first: dt.date) -> FloatArray:
        """Return the nodes' noise (n_nodes, n_days), mean 0 and unit variance in the month."""
        n_days = monthrange(first.year, first.month)[1]
        early = TEMPERATURE_EARLY_DAYS
        noise = self._heat_lattice.normals(
            TEMPERATURE_STREAM, first.toordinal() - early, early + n_days
        )
        correlation = self._parameters.temperature_persistence
        make_persistent(noise, correlation)
        month = noise[:, early:]
        lag = np.arange(1, n_days)
        variance_of_mean = (n_days + 2 * ((n_days - lag) * correlation**lag).sum()) / n_days**2
        anomalies = (month - month.mean(axis=1, keepdims=True)) / np.sqrt(1 - variance_of_mean)
        return np.ascontiguousarray(anomalies)


def check_climate(climate: MonthlyClimate, n_cells: int) -> None:
    """Check shapes and values.

    Raises
    ------
    InputError
        With every field at fault and its first month and cell.
    """
    problems = [
        Problem(f"climate.{name}", f"has shape {field.shape}", f"give (12, {n_cells})")
        for name, field in climate._asdict().items()
        if field.shape != (12, n_cells)
    ]
    if problems:
        raise InputError(problems)
    with_nan = {"diurnal_range_c", "wet_days"}
    for name, field in climate._asdict().items():
        wrong = np.isinf(field) if name in with_nan else ~np.isfinite(field)
        if name != "temperature_c":
            wrong = wrong | (field < 0)
        if wrong.any():
            month, cell = (int(each[0]) for each in np.nonzero(wrong))
            problems.append(
                Problem(
                    f"climate.{name}, month {month + 1}, cell {cell}",
                    f"{field[month, cell]} cannot be",
                    "mask the cell or mend the source",
                )
            )
    if problems:
        raise InputError(problems)
