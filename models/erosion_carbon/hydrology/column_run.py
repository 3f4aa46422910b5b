"""The water column of one site, day by day, without hillslope, frost or erosion."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..constants import SECONDS_PER_DAY
from ..soil_columns import FloatArray, SoilColumns
from ..soil_layers import LAYER_THICKNESS_M, N_LAYERS
from ..vegetation import COVER_CODES, cover_properties, root_share
from ..weather.kernel_radiation import extraterrestrial_radiation_mj, hargreaves_m
from .kernel_column_day import snow_and_canopy_day, soil_water_day
from .parameters_column import (
    SNOW_CANOPY,
    SOIL_WATER,
    SnowCanopyParameters,
    SoilWaterParameters,
)
from .state import WaterState, initial_water

MM_PER_M = 1000.0


class ColumnWeather(NamedTuple):
    """Weather of a site, each (n_days,).

    Parameters
    ----------
    day_of_year : array of int
        1 to 366.
    precipitation_mm : array
        Daily sum.
    mean_c : array
        Daily mean of air temperature.
    potential_evapotranspiration_mm : array
        Daily sum, measured or from `potential_evapotranspiration_mm`.
    lai : array
        Leaf area index, m2 m-2.
    """

    day_of_year: npt.NDArray[np.integer]
    precipitation_mm: FloatArray
    mean_c: FloatArray
    potential_evapotranspiration_mm: FloatArray
    lai: FloatArray


class ColumnRun(NamedTuple):
    """What a column did, each (n_days,): stores at the end of the day, fluxes in mm per day.

    Parameters
    ----------
    snow_water_mm, snow_depth_m : array
        Snow on the ground.
    soil_water_mm, groundwater_mm : array
        Water in the ten layers and below them.
    throughfall_mm, melt_mm : array
        Water that reached the ground.
    evapotranspiration_mm : array
        From leaves, soil and roots.
    quick_flow_mm : array
        Water that the soil could not take up or hold.
    base_flow_mm : array
        Interflow and groundwater.
    """

    snow_water_mm: FloatArray
    snow_depth_m: FloatArray
    soil_water_mm: FloatArray
    groundwater_mm: FloatArray
    throughfall_mm: FloatArray
    melt_mm: FloatArray
    evapotranspiration_mm: FloatArray
    quick_flow_mm: FloatArray
    base_flow_mm: FloatArray

    @property
    def runoff_mm(self) -> FloatArray:
        """All water that left sideways."""
        return self.quick_flow_mm + self.base_flow_mm


def potential_evapotranspiration_mm(
    latitude_deg: float, day_of_year: npt.NDArray[np.integer], min_c: FloatArray, max_c: FloatArray
) -> FloatArray:
    """Return the daily potential evapotranspiration (Hargreaves and Samani 1985), (n_days,)."""
    return np.array(
        [
            hargreaves_m(
                extraterrestrial_radiation_mj(latitude_deg, int(day)), (low + high) / 2, low, high
            )
            * MM_PER_M
            for day, low, high in zip(day_of_year, min_c, max_c, strict=True)
        ]
    )


def run_column(
    weather: ColumnWeather,
    latitude_deg: float,
    cover: str,
    soil: SoilColumns,
    snow_canopy: SnowCanopyParameters = SNOW_CANOPY.defaults,
    soil_water: SoilWaterParameters = SOIL_WATER.defaults,
    start: WaterState | None = None,
    transpiration_factor: float | None = None,
) -> ColumnRun:
    """Run the water of one site.

    All water on the ground infiltrates up to the day's saturated conductivity; the soil is taken as
    unfrozen and roots as at work on days above the threshold of `soil_water`.

    Parameters
    ----------
    weather : ColumnWeather
        Daily, without gaps.
    latitude_deg : float
        Negative in the south.
    cover : str
        One of `vegetation.COVER_NAMES`.
    soil : SoilColumns
        Of one cell, from `soil_columns`.
    snow_canopy, soil_water : parameters, optional
        From the tables of the same names.
    start : WaterState, optional
        Of one cell, changed in place; `initial_water` otherwise.
    transpiration_factor : float, optional
        Of well-watered plants over the potential, where it is known better than by cover.

    Raises
    ------
    InputError
        For gaps, unequal lengths and an unknown cover.
    """
    _check_weather(weather)
    if cover not in COVER_CODES:
        known = ", ".join(COVER_CODES)
        raise InputError(Problem("cover", f"there is no {cover!r}", f"choose from {known}"))
    water = initial_water(soil, 1, soil_water) if start is None else start
    properties = cover_properties(np.array([COVER_CODES[cover]]))
    factor = properties.transpiration_factor
    if transpiration_factor is not None:
        factor = np.array([transpiration_factor])
    roots = root_share(properties.root_beta)
    forest = np.array([1.0 if cover == "forest" else 0.0])
    days = np.zeros((len(weather.mean_c), len(ColumnRun._fields)))
    takes_up_m = float(soil.saturated_conductivity_m_s[0]) * SECONDS_PER_DAY
    for day in range(len(days)):
        days[day] = _column_day(
            weather,
            day,
            latitude_deg,
            water,
            soil,
            forest,
            properties.ground_cover,
            factor,
            roots,
            takes_up_m,
            snow_canopy,
            soil_water,
        )
    return ColumnRun(*np.ascontiguousarray(days.T))


def _column_day(
    weather: ColumnWeather,
    day: int,
    latitude_deg: float,
    water: WaterState,
    soil: SoilColumns,
    forest: FloatArray,
    ground_cover: FloatArray,
    transpiration_factor: FloatArray,
    roots: FloatArray,
    takes_up_m: float,
    snow_canopy: SnowCanopyParameters,
    soil_water: SoilWaterParameters,
) -> tuple[float, ...]:
    """Return one row of `ColumnRun`."""
    today = slice(day, day + 1)
    rain_m, melt_m, throughfall_m, depth_m = (np.zeros(1) for _ in range(4))
    snow_and_canopy_day(
        0,
        1,
        int(weather.day_of_year[day]),
        np.array([latitude_deg]),
        water,
        weather.precipitation_mm[today] / MM_PER_M,
        weather.mean_c[today],
        weather.lai[today],
        forest,
        snow_canopy,
        rain_m,
        melt_m,
        throughfall_m,
        depth_m,
    )
    at_ground_m = rain_m + melt_m
    infiltrated_m = np.minimum(at_ground_m, takes_up_m)
    evaporated_m, released_m, overflow_m = (np.zeros(1) for _ in range(3))
    soil_water_day(
        0,
        1,
        water,
        soil,
        infiltrated_m,
        weather.potential_evapotranspiration_mm[today] / MM_PER_M,
        weather.lai[today],
        ground_cover,
        transpiration_factor,
        roots,
        np.full((1, N_LAYERS), weather.mean_c[day]),
        np.zeros((1, N_LAYERS)),
        soil_water,
        evaporated_m,
        released_m,
        overflow_m,
        np.zeros((1, N_LAYERS)),
    )
    quick_m = at_ground_m - infiltrated_m + overflow_m
    return (
        water.snow_water_m[0] * MM_PER_M,
        depth_m[0],
        float(water.soil[0] @ LAYER_THICKNESS_M) * MM_PER_M,
        water.groundwater_m[0] * MM_PER_M,
        throughfall_m[0] * MM_PER_M,
        melt_m[0] * MM_PER_M,
        evaporated_m[0] * MM_PER_M,
        quick_m[0] * MM_PER_M,
        released_m[0] * MM_PER_M,
    )


def _check_weather(weather: ColumnWeather) -> None:
    lengths = {name: np.shape(values) for name, values in weather._asdict().items()}
    problems = []
    if len(set(lengths.values())) > 1:
        problems.append(
            Problem("weather", f"the series have shapes {lengths}", "give one value per day in all")
        )
    for name, values in weather._asdict().items():
        gaps = int(np.count_nonzero(~np.isfinite(values)))
        if gaps:
            problems.append(Problem(name, f"{gaps} days have no value", "fill the gaps"))
    for name in ("precipitation_mm", "potential_evapotranspiration_mm", "lai"):
        if np.any(getattr(weather, name) < 0):
            problems.append(Problem(name, "some days are below 0", "give 0 or more"))
    if problems:
        raise InputError(problems)
