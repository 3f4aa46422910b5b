"""Evaporation from leaves and soil, and transpiration from the layers where roots are."""

from __future__ import annotations

import math

from numba import njit

from ..soil_columns import FloatArray
from ..soil_layers import LAYER_THICKNESS_M, N_LAYERS

EVAPORATING_LAYERS = 2
"""Soil evaporation draws on 0-10 cm (Allen et al. 1998, Eq. 73: 0.10-0.15 m)."""

# Allen et al. 1998 (FAO-56), Eqs. 21-25.
SOLAR_CONSTANT_MJ_M2_MIN = 0.0820
MINUTES_PER_DAY = 1440.0
DAYS_PER_YEAR = 365.0
DISTANCE_AMPLITUDE = 0.033
DECLINATION_RAD = 0.409
DECLINATION_PHASE_RAD = 1.39

# Hargreaves and Samani 1985.
HARGREAVES_COEFFICIENT = 0.0023
HARGREAVES_OFFSET_C = 17.8
LATENT_HEAT_VAPORISATION_MJ_KG = 2.45
M_PER_MM = 1e-3


@njit(cache=True, nogil=True)
def extraterrestrial_radiation_mj_m2(latitude_rad: float, day_of_year: float) -> float:
    """Return the daily radiation above the atmosphere (FAO-56, Eq. 21)."""
    angle = 2.0 * math.pi * day_of_year / DAYS_PER_YEAR
    distance = 1.0 + DISTANCE_AMPLITUDE * math.cos(angle)
    declination = DECLINATION_RAD * math.sin(angle - DECLINATION_PHASE_RAD)
    sunset_cosine = -math.tan(latitude_rad) * math.tan(declination)
    sunset = math.acos(min(1.0, max(-1.0, sunset_cosine)))
    height = sunset * math.sin(latitude_rad) * math.sin(declination) + math.cos(
        latitude_rad
    ) * math.cos(declination) * math.sin(sunset)
    return MINUTES_PER_DAY / math.pi * SOLAR_CONSTANT_MJ_M2_MIN * distance * max(height, 0.0)


@njit(cache=True, nogil=True)
def hargreaves_m(mean_c: float, min_c: float, max_c: float, radiation_mj_m2: float) -> float:
    """Return the potential evapotranspiration of a day (Hargreaves and Samani 1985)."""
    warmth = max(mean_c + HARGREAVES_OFFSET_C, 0.0)
    span = math.sqrt(max(max_c - min_c, 0.0))
    water_mm = radiation_mj_m2 / LATENT_HEAT_VAPORISATION_MJ_KG
    return HARGREAVES_COEFFICIENT * water_mm * warmth * span * M_PER_MM


@njit(cache=True, nogil=True)
def potential_evapotranspiration_day(
    start: int,
    stop: int,
    day_of_year: float,
    latitude_rad: FloatArray,
    mean_c: FloatArray,
    min_c: FloatArray,
    max_c: FloatArray,
    potential_m: FloatArray,
) -> None:
    """Write the potential evapotranspiration of the cells start to stop, all (n,)."""
    for i in range(start, stop):
        radiation = extraterrestrial_radiation_mj_m2(latitude_rad[i], day_of_year)
        potential_m[i] = hargreaves_m(mean_c[i], min_c[i], max_c[i], radiation)


@njit(cache=True, nogil=True)
def share_reaching_soil(lai: float, light_extinction: float) -> float:
    """Return the share of the energy that the canopy leaves to the soil (Beer's law)."""
    return math.exp(-light_extinction * max(lai, 0.0))


@njit(cache=True, nogil=True)
def evaporation_factor(liquid: float, air_dry: float, field_capacity: float) -> float:
    """Return the share of the potential that drying soil evaporates, 0 to 1."""
    return min(1.0, max(0.0, (liquid - air_dry) / (field_capacity - air_dry)))


@njit(cache=True, nogil=True)
def stress_factor(
    liquid: float, wilting_point: float, field_capacity: float, stress_share: float
) -> float:
    """Return the share of the potential that roots take up, 0 at the wilting point."""
    critical = stress_share * (field_capacity - wilting_point)
    return min(1.0, max(0.0, (liquid - wilting_point) / critical))


@njit(cache=True, nogil=True)
def evaporate_soil(
    content: FloatArray,
    ice_share: FloatArray,
    demand_m: float,
    air_dry: float,
    field_capacity: float,
) -> float:
    """Evaporate from the top layers, each its share of the depth; change `content`.

    Returns
    -------
    float
        Water in m.
    """
    depth_m = 0.0
    for k in range(EVAPORATING_LAYERS):
        depth_m += LAYER_THICKNESS_M[k]
    taken_m = 0.0
    for k in range(EVAPORATING_LAYERS):
        liquid = content[k] * (1.0 - ice_share[k])
        factor = evaporation_factor(liquid, air_dry, field_capacity)
        drop = min(demand_m * factor / depth_m, max(0.0, liquid - air_dry))
        content[k] -= drop
        taken_m += drop * LAYER_THICKNESS_M[k]
    return taken_m


@njit(cache=True, nogil=True)
def transpire(
    content: FloatArray,
    ice_share: FloatArray,
    temperature_c: FloatArray,
    root_share: FloatArray,
    demand_m: float,
    wilting_point: float,
    field_capacity: float,
    stress_share: float,
    above_c: float,
) -> float:
    """Take water up by roots from layers that are warm and wet enough; change `content`.

    Returns
    -------
    float
        Water in m.
    """
    taken_m = 0.0
    for k in range(N_LAYERS):
        if temperature_c[k] < above_c:
            continue
        liquid = content[k] * (1.0 - ice_share[k])
        factor = stress_factor(liquid, wilting_point, field_capacity, stress_share)
        wanted = demand_m * root_share[k] * factor / LAYER_THICKNESS_M[k]
        drop = min(wanted, max(0.0, liquid - wilting_point))
        content[k] -= drop
        taken_m += drop * LAYER_THICKNESS_M[k]
    return taken_m
