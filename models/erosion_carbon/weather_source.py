"""Where the weather of a landscape comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .cell_threads import CellThreads
from .soil_columns import FloatArray
from .weather import DailySeries, DailyWeather, MonthlyClimate, MonthlyWeather, WeatherParameters


@dataclass(frozen=True)
class WeatherSource:
    """Climate or daily series of n cells, and where they lie.

    Parameters
    ----------
    climate : MonthlyClimate
        Monthly normals, (12, n).
    daily : DailySeries, optional
        Daily weather, instead of weather made from the normals.
    places : array of int (n,)
        Position of each cell in `daily`.
    easting_m, northing_m : array (n,)
        Cell centres; only distances matter.
    parameters : WeatherParameters
        Of the generator.
    seed : int
        Of the generator.
    """

    climate: MonthlyClimate
    daily: DailySeries | None
    places: npt.NDArray[np.int64]
    easting_m: FloatArray
    northing_m: FloatArray
    parameters: WeatherParameters
    seed: int

    def open(self, threads: CellThreads) -> MonthlyWeather | DailyWeather:
        """Return what gives the weather of any day."""
        where = (self.parameters, self.seed, self.easting_m, self.northing_m, threads)
        if self.daily is not None:
            return DailyWeather(self.daily, self.places, *where)
        return MonthlyWeather(
            self.climate, self.easting_m, self.northing_m, self.parameters, self.seed, threads
        )

    def of(self, cells: npt.NDArray[np.int64]) -> WeatherSource:
        """Return the weather of some of the cells; it is the same there as in all of them."""
        return replace(
            self,
            climate=MonthlyClimate(*(each[:, cells] for each in self.climate)),
            places=self.places[cells],
            easting_m=self.easting_m[cells],
            northing_m=self.northing_m[cells],
        )
