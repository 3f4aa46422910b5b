"""Freezing and thawing of a year, counted day by day."""

from __future__ import annotations

import datetime as dt

import numpy as np

from .cell_threads import CellThreads
from .landscape import Landscape
from .soil_columns import FloatArray
from .soil_heat.diagnostics import begin_year, permafrost
from .soil_heat.kernel_freeze_thaw import count_freeze_thaw_day
from .state import State
from .weather import DayWeather

NO_THAW = 366
"""Onset where no thaw lasted: later than every other, so that means over years keep their order."""


class FrostYear:
    """Counts the days of one year.

    Parameters
    ----------
    landscape : Landscape
        Of n cells.
    threads : CellThreads
        For kernels over cells.
    """

    def __init__(self, landscape: Landscape, threads: CellThreads) -> None:
        self._land, self._threads = landscape, threads
        self._year = begin_year(landscape.n_cells)

    def add(
        self, date: dt.date, weather: DayWeather, snow_depth_m: FloatArray, state: State
    ) -> None:
        """Count one day."""
        self._threads.over_cells(
            count_freeze_thaw_day,
            self._land.n_cells,
            date.timetuple().tm_yday,
            state.heat,
            weather.max_c - weather.min_c,
            snow_depth_m,
            state.water.snow_density_kg_m3,
            self._land.thermal,
            self._land.latitude_deg,
            self._year,
        )

    def values(self) -> dict[str, FloatArray]:
        """Return the quantities of the year by name, each (n,)."""
        year = self._year
        counts = {
            "freeze_thaw_days": year.freeze_thaw_days,
            "frozen_days": year.frozen_days,
            "thaw_onset": np.where(year.thaw_onset_day > 0, year.thaw_onset_day, NO_THAW),
            "thaw_depth": year.thaw_depth_m,
            "permafrost": permafrost([year]),
        }
        return {name: np.asarray(each, dtype=np.float64) for name, each in counts.items()}
