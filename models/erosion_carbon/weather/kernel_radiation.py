"""Sun, day length and potential evapotranspiration (FAO Irrigation and Drainage Paper 56)."""

from __future__ import annotations

import math

from numba import njit

SOLAR_CONSTANT_MJ_M2_MIN = 0.0820
LATENT_HEAT_MJ_KG = 2.45
STEFAN_BOLTZMANN_MJ_K4_M2_D = 4.903e-9
ALBEDO_OF_GRASS = 0.23
SHORTWAVE_PER_ROOT_RANGE = 0.16
"""Inland (FAO-56, Eq. 50), K^-0.5."""
CLEAR_SKY_SHARE = 0.75
"""Of extraterrestrial radiation at sea level (FAO-56, Eq. 37)."""
PSYCHROMETRIC_KPA_K = 0.0674
"""At sea level (FAO-56, Eq. 8)."""
PRIESTLEY_TAYLOR = 1.26
"""Priestley & Taylor 1972."""
MM_PER_M = 1000.0


@njit(cache=True, nogil=True)
def declination(day_of_year: int) -> float:
    """Return the sun's declination, rad (FAO-56, Eq. 24)."""
    return 0.409 * math.sin(2.0 * math.pi * day_of_year / 365.0 - 1.39)


@njit(cache=True, nogil=True)
def sunset_angle(latitude_deg: float, day_of_year: int) -> float:
    """Return the hour angle of sunset, rad (FAO-56, Eq. 25): 0 in polar night, pi in polar day."""
    tangents = -math.tan(math.radians(latitude_deg)) * math.tan(declination(day_of_year))
    return math.acos(min(max(tangents, -1.0), 1.0))


@njit(cache=True, nogil=True)
def day_length_h(latitude_deg: float, day_of_year: int) -> float:
    """Return the hours of daylight (FAO-56, Eq. 34)."""
    return 24.0 / math.pi * sunset_angle(latitude_deg, day_of_year)


@njit(cache=True, nogil=True)
def extraterrestrial_radiation_mj(latitude_deg: float, day_of_year: int) -> float:
    """Return the sun's radiation above the air, MJ m-2 d-1 (FAO-56, Eq. 21)."""
    latitude, sun = math.radians(latitude_deg), declination(day_of_year)
    sunset = sunset_angle(latitude_deg, day_of_year)
    nearness = 1.0 + 0.033 * math.cos(2.0 * math.pi * day_of_year / 365.0)
    height = sunset * math.sin(latitude) * math.sin(sun)
    height += math.cos(latitude) * math.cos(sun) * math.sin(sunset)
    return max(0.0, 24.0 * 60.0 / math.pi * SOLAR_CONSTANT_MJ_M2_MIN * nearness * height)


@njit(cache=True, nogil=True)
def hargreaves_m(ra_mj: float, mean_c: float, min_c: float, max_c: float) -> float:
    """Return potential evapotranspiration, m d-1 (Hargreaves & Samani 1985; FAO-56, Eq. 52)."""
    root_range = math.sqrt(max(max_c - min_c, 0.0))
    return 0.0023 * ra_mj / LATENT_HEAT_MJ_KG * max(mean_c + 17.8, 0.0) * root_range / MM_PER_M


@njit(cache=True, nogil=True)
def saturation_pressure_kpa(temperature_c: float) -> float:
    """Return the saturation vapour pressure, kPa (FAO-56, Eq. 11)."""
    return 0.6108 * math.exp(17.27 * temperature_c / (temperature_c + 237.3))


@njit(cache=True, nogil=True)
def saturation_slope_kpa_k(temperature_c: float) -> float:
    """Return the slope of the saturation vapour pressure, kPa K-1 (FAO-56, Eq. 13)."""
    return 4098.0 * saturation_pressure_kpa(temperature_c) / (temperature_c + 237.3) ** 2


@njit(cache=True, nogil=True)
def net_longwave_mj(min_c: float, max_c: float, vapour_kpa: float, clearness: float) -> float:
    """Return the net outgoing longwave radiation, MJ m-2 d-1 (FAO-56, Eq. 39).

    Parameters
    ----------
    min_c, max_c : float
        Daily extremes, degC.
    vapour_kpa : float
        Actual vapour pressure.
    clearness : float
        Solar radiation over that of a clear sky, 0 to 1.
    """
    fourth_powers = (max_c + 273.16) ** 4 + (min_c + 273.16) ** 4
    cloud = 1.35 * min(clearness, 1.0) - 0.35
    air = 0.34 - 0.14 * math.sqrt(vapour_kpa)
    return STEFAN_BOLTZMANN_MJ_K4_M2_D * 0.5 * fourth_powers * air * cloud


@njit(cache=True, nogil=True)
def net_radiation_mj(ra_mj: float, min_c: float, max_c: float) -> float:
    """Return net radiation, MJ m-2 d-1, from temperatures alone.

    Solar radiation from the diurnal range (FAO-56, Eq. 50), vapour pressure from the minimum as the
    dewpoint (Eq. 48).
    """
    share = SHORTWAVE_PER_ROOT_RANGE * math.sqrt(max(max_c - min_c, 0.0))
    share = min(share, CLEAR_SKY_SHARE)
    vapour_kpa = saturation_pressure_kpa(min_c)
    longwave_mj = net_longwave_mj(min_c, max_c, vapour_kpa, share / CLEAR_SKY_SHARE)
    return (1.0 - ALBEDO_OF_GRASS) * share * ra_mj - longwave_mj


@njit(cache=True, nogil=True)
def priestley_taylor_m(ra_mj: float, mean_c: float, min_c: float, max_c: float) -> float:
    """Return potential evapotranspiration, m d-1 (Priestley & Taylor 1972), at sea level."""
    slope = saturation_slope_kpa_k(mean_c)
    energy_mj = max(net_radiation_mj(ra_mj, min_c, max_c), 0.0)
    share = slope / (slope + PSYCHROMETRIC_KPA_K)
    return PRIESTLEY_TAYLOR * share * energy_mj / LATENT_HEAT_MJ_KG / MM_PER_M
