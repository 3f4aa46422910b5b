"""The weather of one day, and the storms that both sources of weather share."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np

from ..cell_threads import CellThreads
from .kernel_noise import FloatArray
from .kernel_storm import storms_of_day
from .lattice import NoiseLattice
from .parameters import WeatherParameters

STORM_SHARE_STREAM, STORM_START_STREAM = 2, 3
DRY_DAY_DECAY_H = 1.0


class DayWeather(NamedTuple):
    """Weather of one day, each of shape (n_cells,), float64.

    Parameters
    ----------
    precipitation_m : array
        Rain and snow together, m of water.
    mean_c, min_c, max_c : array
        Air temperature, degC.
    storm_decay_h : array
        Decay time of the exponential storm, h; 1 on dry days.
    storm_start_h : array
        Hour of the day when the storm begins; it ends within the day. 0 on dry days.
    """

    precipitation_m: FloatArray
    mean_c: FloatArray
    min_c: FloatArray
    max_c: FloatArray
    storm_decay_h: FloatArray
    storm_start_h: FloatArray


class Storms:
    """When storms begin and how they decay, alike for cells near each other.

    Parameters
    ----------
    lattice : NoiseLattice
        Of storms.
    parameters : WeatherParameters
    threads : CellThreads
    """

    def __init__(
        self, lattice: NoiseLattice, parameters: WeatherParameters, threads: CellThreads
    ) -> None:
        self._lattice, self._parameters, self._threads = lattice, parameters, threads

    def of_day(
        self, date: dt.date, precipitation_m: FloatArray, mean_c: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return decay time and start, h, each of shape (n_cells,)."""
        decay_h = np.full_like(precipitation_m, DRY_DAY_DECAY_H)
        start_h = np.zeros_like(precipitation_m)
        noise = (
            self._lattice.normals(stream, date.toordinal(), 1)
            for stream in (STORM_SHARE_STREAM, STORM_START_STREAM)
        )
        self._threads.over_cells(
            storms_of_day,
            len(precipitation_m),
            precipitation_m,
            mean_c,
            self._lattice.corners,
            self._lattice.weights,
            *noise,
            self._parameters,
            decay_h,
            start_h,
        )
        return decay_h, start_h
