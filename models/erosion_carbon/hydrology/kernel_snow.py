"""Snow: its fall, density and melt by degree-days."""

from __future__ import annotations

import math

from numba import njit

from ..constants import LATENT_HEAT_FUSION_J_KG, WATER_DENSITY_KG_M3

WATER_HEAT_CAPACITY_J_KG_K = 4186.0

# Anderson 1976 (NWS-19), fresh snow: 50 + 1.7 (T + 15)^1.5 between -15 and 2 degC.
FRESH_DENSITY_KG_M3 = 50.0
FRESH_DENSITY_SLOPE = 1.7
FRESH_DENSITY_COLD_C = -15.0
FRESH_DENSITY_WARM_C = 2.0


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
def aged_density_kg_m3(
    density_kg_m3: float, settled_kg_m3: float, settling_days: float, days: float
) -> float:
    """Return the density after some days (Verseghy 1991): it nears that of settled snow."""
    if density_kg_m3 >= settled_kg_m3:
        return density_kg_m3
    return settled_kg_m3 - (settled_kg_m3 - density_kg_m3) * math.exp(-days / settling_days)


@njit(cache=True, nogil=True)
def potential_melt_m(
    mean_c: float, rain_m: float, melt_factor_m_c_day: float, melt_above_c: float
) -> float:
    """Return the snow (m water) a day can melt: degree-days, and the heat that rain brings."""
    warmth = mean_c - melt_above_c
    if warmth <= 0.0:
        return 0.0
    rain_heat = WATER_HEAT_CAPACITY_J_KG_K * max(mean_c, 0.0) / LATENT_HEAT_FUSION_J_KG
    return melt_factor_m_c_day * warmth + rain_heat * rain_m


@njit(cache=True, nogil=True)
def snow_depth_m(snow_water_m: float, density_kg_m3: float) -> float:
    """Return the depth of snow."""
    if snow_water_m <= 0.0:
        return 0.0
    return snow_water_m * WATER_DENSITY_KG_M3 / density_kg_m3


@njit(cache=True, nogil=True)
def snow_day(
    snow_water_m: float,
    density_kg_m3: float,
    snowfall_m: float,
    rain_m: float,
    mean_c: float,
    settled_kg_m3: float,
    settling_days: float,
    melt_factor_m_c_day: float,
    melt_above_c: float,
) -> tuple[float, float, float]:
    """Age, lay and melt the snow of one day; rain passes through.

    Returns
    -------
    snow_water_m, density_kg_m3, melt_m : float
        Snow and melt add up to the old snow plus the snowfall.
    """
    if snow_water_m <= 0.0 and snowfall_m <= 0.0:
        return 0.0, 0.0, 0.0
    density = aged_density_kg_m3(density_kg_m3, settled_kg_m3, settling_days, 1.0)
    if snowfall_m > 0.0:
        fresh = fresh_snow_density_kg_m3(mean_c)
        density = mixed_density_kg_m3(snow_water_m, density, snowfall_m, fresh)
    pack_m = snow_water_m + snowfall_m
    potential_m = potential_melt_m(mean_c, rain_m, melt_factor_m_c_day, melt_above_c)
    if potential_m >= pack_m:
        return 0.0, 0.0, pack_m
    left_m = pack_m - potential_m
    return left_m, density, pack_m - left_m
