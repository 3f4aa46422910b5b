"""One day on many cells by curve number and MUSLE: the daily alternative to `hillslope_day`."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from ..constants import SECONDS_PER_HOUR
from ..hillslopes import (
    FIRST_MELT_HOUR,
    HOURS,
    LAST_MELT_HOUR,
    HillslopeDay,
    Hillslopes,
    SurfaceWater,
)
from ..hydrology.state import WaterState
from ..kernel_hillslope_step import mean_of
from ..soil_columns import SoilColumns
from ..weather.kernel_storm import storm_hours
from .kernel_curve_number import retention_of_day_m, runoff_of_retention_m
from .kernel_musle import (
    PEAK_TRIANGULAR,
    musle_yield_kg,
    plane_concentration_s,
    rational_peak_m3_s,
    triangular_peak_m3_s,
)
from .parameters_usle import UsleParameters

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def hourly_supply(i: int, standing_m: float, surface: SurfaceWater, hourly_m: FloatArray) -> float:
    """Fill the water that reaches the ground in each hour; return the day's sum.

    What stands from before the day counts to its first hour.
    """
    hourly_m[:] = 0.0
    if surface.rain_m[i] > 0.0:
        storm_hours(surface.rain_m[i], surface.storm_decay_h[i], surface.storm_start_h[i], hourly_m)
    melting_m = surface.melt_m[i] / (LAST_MELT_HOUR - FIRST_MELT_HOUR)
    for hour in range(FIRST_MELT_HOUR, LAST_MELT_HOUR):
        hourly_m[hour] += melting_m
    hourly_m[0] += standing_m
    total_m = 0.0
    for hour in range(HOURS):
        total_m += hourly_m[hour]
    return total_m


@njit(cache=True, nogil=True)
def hourly_runoff(
    hourly_m: FloatArray, retention_m: float, abstraction_share: float, room_m: float
) -> tuple[float, int]:
    """Turn the supply of each hour into its runoff; return the sum and the hours that run.

    The curve holds for the storm's depth up to each hour, so that a storm's first rain soaks in.
    What finds no room in the soil runs off too.
    """
    fallen_m, run_m, n_running = 0.0, 0.0, 0
    for hour in range(HOURS):
        fallen_m += hourly_m[hour]
        by_curve_m = runoff_of_retention_m(fallen_m, retention_m, abstraction_share)
        until_now_m = max(by_curve_m, fallen_m - room_m, run_m)
        hourly_m[hour] = until_now_m - run_m
        if hourly_m[hour] > 0.0:
            n_running += 1
        run_m = until_now_m
    return run_m, n_running


@njit(cache=True, nogil=True)
def peak_of_day_m3_s(
    i: int,
    run_m: float,
    n_running: int,
    surface: SurfaceWater,
    slopes: Hillslopes,
    peak_law: int,
    channel_velocity_m_s: float,
) -> float:
    """Return the peak of a cell's runoff; melt has none within its hours."""
    duration_s = n_running * SECONDS_PER_HOUR
    area_m2 = slopes.area_m2[i]
    concentration_s = plane_concentration_s(
        slopes.length_m[i], mean_of(slopes.resistance[i]), run_m / duration_s
    )
    concentration_s += math.sqrt(area_m2) / channel_velocity_m_s
    volume_m3 = run_m * area_m2
    if peak_law == PEAK_TRIANGULAR:
        return float(triangular_peak_m3_s(volume_m3, concentration_s, duration_s))
    rain_m = surface.rain_m[i]
    rain_share = rain_m / (rain_m + surface.melt_m[i]) if rain_m > 0.0 else 0.0
    peak_m3_s = (1.0 - rain_share) * volume_m3 / max(duration_s, concentration_s)
    if rain_share > 0.0:
        peak_m3_s += rain_share * rational_peak_m3_s(
            volume_m3, concentration_s, surface.storm_decay_h[i]
        )
    return float(peak_m3_s)


@njit(cache=True, nogil=True)
def curve_number_day(
    start: int,
    stop: int,
    water: WaterState,
    surface: SurfaceWater,
    slopes: Hillslopes,
    soil: SoilColumns,
    ice_fraction: FloatArray,
    curve_number: FloatArray,
    factors_us: FloatArray,
    peak_law: int,
    p: UsleParameters,
    day: HillslopeDay,
) -> None:
    """Run one day of the cells start to stop, each taken as a catchment of its own.

    Runoff leaves in the hour it arises. MUSLE gives what leaves the cell, gross erosion and
    deposition within it apart, so that all that is detached is delivered.

    Parameters
    ----------
    water : WaterState
        `surface_m` is emptied.
    surface : SurfaceWater
        Rain, melt, storm and room are read.
    slopes : Hillslopes
        Length, resistance and area are read.
    ice_fraction : array (n, 10)
        Share of the layers' water that is ice.
    curve_number : array (n,)
        Of average moisture; `cover_curve_number`.
    factors_us : array (n,)
        K LS C P with K in US customary units; `musle_factors_us`.
    peak_law : int
        ``PEAK_RATIONAL`` (SWAT) or ``PEAK_TRIANGULAR`` (NRCS).
    day : HillslopeDay
        Overwritten. Rain + melt + what stood on the ground = infiltrated + run off.
    """
    hourly_m = np.empty(HOURS)
    for i in range(start, stop):
        day.detached_kg_m2[i] = day.deposited_kg_m2[i] = 0.0
        supply_m = hourly_supply(i, mean_of(water.surface_m[i]), surface, hourly_m)
        water.surface_m[i] = 0.0
        run_m, n_running = 0.0, 0
        if supply_m > 0.0:
            contents = (soil.wilting_point[i], soil.field_capacity[i], soil.porosity[i])
            retention_m = retention_of_day_m(
                curve_number[i], water.soil[i], ice_fraction[i], contents, p.moisture_depth_m,
                p.frost_depth_m,
            )  # fmt: skip
            run_m, n_running = hourly_runoff(
                hourly_m, retention_m, p.abstraction_share, surface.room_m[i]
            )
        day.infiltrated_m[i], day.overland_m[i] = supply_m - run_m, run_m
        yield_kg = 0.0
        if n_running > 0:
            peak_m3_s = peak_of_day_m3_s(
                i, run_m, n_running, surface, slopes, peak_law, p.channel_velocity_m_s
            )
            held = (1.0 - ice_fraction[i, 0]) * math.exp(
                -p.snow_protection_1_m * water.snow_water_m[i]
            )
            yield_kg = held * musle_yield_kg(run_m * slopes.area_m2[i], peak_m3_s, factors_us[i])
            day.detached_kg_m2[i] = yield_kg / slopes.area_m2[i]
        for hour in range(HOURS):
            day.overland_m3[hour, i] = hourly_m[hour] * slopes.area_m2[i]
            share = hourly_m[hour] / run_m if run_m > 0.0 else 0.0
            day.sediment_kg[hour, i] = yield_kg * share
