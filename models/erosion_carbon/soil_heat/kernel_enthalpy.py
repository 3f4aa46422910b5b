"""Enthalpy and temperature of soil that freezes along its freezing curve.

Enthalpy (J m-3) is zero for thawed soil at 0 degC: H = C T - L_f rho_w (theta - theta_liquid), with
the heat capacity C between that of the frozen and the thawed soil by the share of liquid water.
"""

from __future__ import annotations

import math

from numba import njit

from .kernel_properties import (
    FUSION_HEAT_J_M3,
    MELTING_POINT_K,
    freezing_point_c,
    liquid_water_limit,
)

LARGEST_LAST_STEP = 3e-3  # of the temperature; Newton's error goes with its square
MOST_TRIALS = 60
SMALL_STEP = 0.02
JUST_COLDER = 1.0 + 1e-9
LARGEST_LOG_STEP = 2.0


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def enthalpy_j_m3(
    temperature_c: float,
    liquid_share: float,
    water: float,
    thawed_j_m3_k: float,
    frozen_j_m3_k: float,
) -> float:
    """Return the enthalpy of soil of which a share of the water is liquid."""
    capacity = frozen_j_m3_k + (thawed_j_m3_k - frozen_j_m3_k) * liquid_share
    return capacity * temperature_c - FUSION_HEAT_J_M3 * water * (1.0 - liquid_share)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _share_slope_per_k(temperature_c: float, liquid_share: float, exponent: float) -> float:
    """Return the slope of the freezing curve, as a share of the water per K, below 0 degC."""
    kelvin = temperature_c + MELTING_POINT_K
    return exponent * liquid_share * MELTING_POINT_K / (-temperature_c * kelvin)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def enthalpy_slope_j_m3_k(
    temperature_c: float,
    liquid_share: float,
    water: float,
    exponent: float,
    thawed_j_m3_k: float,
    frozen_j_m3_k: float,
) -> float:
    """Return dH/dT: the heat capacity, and the heat of water that freezes with falling T."""
    difference = thawed_j_m3_k - frozen_j_m3_k
    capacity = frozen_j_m3_k + difference * liquid_share
    share_slope = _share_slope_per_k(temperature_c, liquid_share, exponent)
    latent = (FUSION_HEAT_J_M3 * water + difference * temperature_c) * share_slope
    return thawed_j_m3_k if liquid_share >= 1.0 else capacity + latent


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def liquid_share_at(temperature_c: float, water: float, scale: float, exponent: float) -> float:
    """Return the share of the water that is liquid at a temperature."""
    share = min(1.0, liquid_water_limit(temperature_c, scale, exponent) / water)
    return 1.0 if temperature_c >= 0.0 or water <= 0.0 else share


@njit(cache=True, nogil=True, error_model="numpy")
def _next_trial(temperature_c: float, step_k: float, coldest_c: float, warmest_c: float) -> float:
    """Return Newton's next temperature below 0 degC: in log(-T), and kept in a bracket.

    Latent heat is nearly linear in log(-T), so that long steps neither crawl nor cross 0 degC.
    """
    relative = step_k / temperature_c
    if abs(relative) < SMALL_STEP:
        trial = temperature_c + step_k
    else:
        relative = min(max(relative, -LARGEST_LOG_STEP), LARGEST_LOG_STEP)
        trial = temperature_c * math.exp(relative)
    if trial < coldest_c or trial > warmest_c:
        return 0.5 * (coldest_c + warmest_c)
    return trial


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def newton_step(
    target_j_m3: float,
    temperature_c: float,
    share: float,
    water: float,
    exponent: float,
    thawed_j_m3_k: float,
    frozen_j_m3_k: float,
) -> tuple[float, float, float]:
    """Return Newton's step (K) towards an enthalpy below the freezing point, d(share)/dT, dT/dH."""
    share_slope = _share_slope_per_k(temperature_c, share, exponent)
    difference, fusion_j_m3 = thawed_j_m3_k - frozen_j_m3_k, FUSION_HEAT_J_M3 * water
    capacity = frozen_j_m3_k + difference * share
    slope = 1.0 / (capacity + (fusion_j_m3 + difference * temperature_c) * share_slope)
    enthalpy = capacity * temperature_c - fusion_j_m3 * (1.0 - share)
    return (target_j_m3 - enthalpy) * slope, share_slope, slope


@njit(cache=True, nogil=True, error_model="numpy")
def search_temperature(
    target_j_m3: float,
    guess_c: float,
    water: float,
    scale: float,
    exponent: float,
    thawed_j_m3_k: float,
    frozen_j_m3_k: float,
) -> tuple[float, float, float]:
    """Return the temperature, the liquid share of the water, and dT/dH of an enthalpy.

    Parameters
    ----------
    target_j_m3 : float
        Enthalpy.
    guess_c : float
        Temperature to begin with, on either side of the freezing point.
    water : float
        Liquid water and ice, m3 of water m-3.
    scale, exponent : float
        Of the freezing curve, see `liquid_water_limit`.
    thawed_j_m3_k, frozen_j_m3_k : float
        Heat capacity with all water liquid, and with all of it ice.
    """
    coldest_c, warmest_c = -MELTING_POINT_K + 1.0, 0.0
    temperature, slope = guess_c, 1.0 / thawed_j_m3_k
    share = liquid_share_at(temperature, water, scale, exponent)
    for _ in range(MOST_TRIALS):
        if share >= 1.0:
            thawed_c = target_j_m3 / thawed_j_m3_k
            if liquid_share_at(thawed_c, water, scale, exponent) >= 1.0:
                return thawed_c, 1.0, 1.0 / thawed_j_m3_k
            warmest_c = freezing_point_c(water, scale, exponent)
            temperature = warmest_c * JUST_COLDER
            share = liquid_share_at(temperature, water, scale, exponent)
        step_k, share_slope, slope = newton_step(
            target_j_m3, temperature, share, water, exponent, thawed_j_m3_k, frozen_j_m3_k
        )
        if abs(step_k) < -LARGEST_LAST_STEP * temperature:
            return temperature + step_k, min(1.0, share + share_slope * step_k), slope
        if step_k > 0.0:
            coldest_c = max(coldest_c, temperature)
        else:
            warmest_c = min(warmest_c, temperature)
        temperature = _next_trial(temperature, step_k, coldest_c, warmest_c)
        share = liquid_share_at(temperature, water, scale, exponent)
    return temperature, share, slope
