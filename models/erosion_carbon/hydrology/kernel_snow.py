"""Snow: its fall, density, melt by degree-days and the melt water it holds."""

from __future__ import annotations

import math

from numba import njit

from ..constants import LATENT_HEAT_FUSION_J_KG, WATER_DENSITY_KG_M3
from .parameters_column import SnowCanopyParameters

WATER_HEAT_CAPACITY_J_KG_K = 4186.0

# Anderson 1976 (NWS-19), fresh snow: 50 + 1.7 (T + 15)^1.5 between -15 and 2 degC.
FRESH_DENSITY_KG_M3 = 50.0
FRESH_DENSITY_SLOPE = 1.7
FRESH_DENSITY_COLD_C = -15.0
FRESH_DENSITY_WARM_C = 2.0


# Tabler 1990 and Brown et al. 2006 (CLASS): how far snow settles under its own weight.
SETTLING_DENSITY_PER_DEPTH = 204.7
SETTLING_DEPTH_M = 0.673

DAYS_PER_YEAR = 366.0
SPRING_EQUINOX_DAY = 81.0
"""Anderson 2006 (SNOW-17), Eq. 11: melt per degree runs with the sun, not with the temperature."""


@njit(cache=True, nogil=True)
def snow_fall_fraction(mean_c: float, all_snow_below_c: float, all_rain_above_c: float) -> float:
    """Return the share of precipitation that falls as snow, linear between two temperatures."""
    if mean_c <= all_snow_below_c:
        return 1.0
    if mean_c >= all_rain_above_c:
        return 0.0
    return (all_rain_above_c - mean_c) / (all_rain_above_c - all_snow_below_c)


@njit(cache=True, nogil=True)
def fresh_snow_density_kg_m3(mean_c: float) -> float:
    """Return the density of new snow (Anderson 1976)."""
    warmth = min(mean_c, FRESH_DENSITY_WARM_C) - FRESH_DENSITY_COLD_C
    if warmth <= 0.0:
        return FRESH_DENSITY_KG_M3
    return FRESH_DENSITY_KG_M3 + FRESH_DENSITY_SLOPE * warmth * math.sqrt(warmth)


@njit(cache=True, nogil=True)
def mixed_density_kg_m3(
    old_m: float, old_density_kg_m3: float, new_m: float, new_density_kg_m3: float
) -> float:
    """Return the density of two layers of snow (m water) laid upon each other: depths add."""
    if old_m <= 0.0:
        return new_density_kg_m3
    return (old_m + new_m) / (old_m / old_density_kg_m3 + new_m / new_density_kg_m3)


@njit(cache=True, nogil=True)
def settled_density_kg_m3(depth_m: float, limit_kg_m3: float) -> float:
    """Return the density that snow of some depth settles to (Brown et al. 2006).

    `limit_kg_m3` is that of snow without end, higher where it melts.
    """
    thickening = -math.expm1(-depth_m / SETTLING_DEPTH_M) / depth_m
    return limit_kg_m3 - SETTLING_DENSITY_PER_DEPTH * thickening


@njit(cache=True, nogil=True)
def aged_density_kg_m3(
    density_kg_m3: float, settled_kg_m3: float, settling_days: float, days: float
) -> float:
    """Return the density after some days (Verseghy 1991): it nears that of settled snow."""
    if density_kg_m3 >= settled_kg_m3:
        return density_kg_m3
    return settled_kg_m3 - (settled_kg_m3 - density_kg_m3) * math.exp(-days / settling_days)


@njit(cache=True, nogil=True)
def height_of_season(day_of_year: int, latitude_deg: float) -> float:
    """Return 0 at the winter solstice and 1 at the summer solstice of a hemisphere."""
    sine = math.sin(2.0 * math.pi * (day_of_year - SPRING_EQUINOX_DAY) / DAYS_PER_YEAR)
    return 0.5 + 0.5 * (sine if latitude_deg >= 0.0 else -sine)


@njit(cache=True, nogil=True)
def melt_factor_m_c_day(season: float, forest: bool, p: SnowCanopyParameters) -> float:
    """Return the melt per degree and day (Anderson 2006, SNOW-17)."""
    if forest:
        winter, summer = p.melt_factor_forest_winter_m_c_day, p.melt_factor_forest_summer_m_c_day
    else:
        winter, summer = p.melt_factor_open_winter_m_c_day, p.melt_factor_open_summer_m_c_day
    return float(winter + (summer - winter) * season)


@njit(cache=True, nogil=True)
def rain_melt_m(rain_m: float, mean_c: float) -> float:
    """Return the snow (m water) that the heat of rain melts."""
    return rain_m * WATER_HEAT_CAPACITY_J_KG_K * max(mean_c, 0.0) / LATENT_HEAT_FUSION_J_KG


@njit(cache=True, nogil=True)
def snow_depth_m(snow_water_m: float, density_kg_m3: float) -> float:
    """Return the depth of snow."""
    if snow_water_m <= 0.0:
        return 0.0
    return snow_water_m * WATER_DENSITY_KG_M3 / density_kg_m3


@njit(cache=True, nogil=True)
def density_of_day(
    snow_water_m: float,
    density_kg_m3: float,
    snowfall_m: float,
    mean_c: float,
    forest: bool,
    p: SnowCanopyParameters,
) -> float:
    """Return the density after a day's ageing and snowfall."""
    density = density_kg_m3
    if snow_water_m > 0.0:
        melting = mean_c > p.melt_above_c
        limit = p.density_limit_melting_kg_m3 if melting else p.density_limit_cold_kg_m3
        settled = settled_density_kg_m3(snow_depth_m(snow_water_m, density), limit)
        if forest:
            settled *= p.forest_density_share
        density = aged_density_kg_m3(density, settled, p.settling_days, 1.0)
    if snowfall_m > 0.0:
        fresh = fresh_snow_density_kg_m3(mean_c)
        density = mixed_density_kg_m3(snow_water_m, density, snowfall_m, fresh)
    return density


@njit(cache=True, nogil=True)
def liquid_after_thaw_m(
    snow_water_m: float,
    liquid_m: float,
    rain_m: float,
    mean_c: float,
    factor: float,
    p: SnowCanopyParameters,
) -> float:
    """Return the liquid water in the snow after a day's melt or frost (Bergstrom 1976, HBV)."""
    warmth = mean_c - p.melt_above_c
    if warmth <= 0.0:
        return max(0.0, liquid_m + p.refreezing_share * factor * warmth)
    return min(snow_water_m, liquid_m + factor * warmth + rain_melt_m(rain_m, mean_c))


@njit(cache=True, nogil=True)
def snow_day(
    snow_water_m: float,
    liquid_m: float,
    density_kg_m3: float,
    snowfall_m: float,
    rain_m: float,
    mean_c: float,
    season: float,
    forest: bool,
    p: SnowCanopyParameters,
) -> tuple[float, float, float, float]:
    """Age, lay and melt the snow of one day; snow holds some of the melt and rain.

    Parameters
    ----------
    snow_water_m, liquid_m, density_kg_m3 : float
        Snow of the evening before; `liquid_m` is a part of `snow_water_m`.
    snowfall_m, rain_m, mean_c : float
        Weather of the day.
    season : float
        From `height_of_season`.
    forest : bool
        Under trees.
    p : SnowCanopyParameters

    Returns
    -------
    snow_water_m, liquid_m, density_kg_m3, outflow_m : float
        Snow, which counts its liquid, and outflow add up to the old snow, snowfall and rain.
    """
    pack_m = snow_water_m + snowfall_m
    if pack_m <= p.least_snow_m:
        return 0.0, 0.0, 0.0, pack_m + rain_m
    density = density_of_day(snow_water_m, density_kg_m3, snowfall_m, mean_c, forest, p)
    factor = melt_factor_m_c_day(season, forest, p)
    liquid_m = liquid_after_thaw_m(pack_m, liquid_m, rain_m, mean_c, factor, p)
    ice_m = pack_m - liquid_m
    if ice_m <= p.least_snow_m:
        return 0.0, 0.0, 0.0, pack_m + rain_m
    wet_m = liquid_m + rain_m
    held_m = min(wet_m, p.liquid_holding_share * ice_m)
    return ice_m + held_m, held_m, density, wet_m - held_m
