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

LARGEST_LAST_STEP = 1e-3  # of the temperature; Newton's error is its square
MOST_TRIALS = 60
LARGEST_LOG_STEP = 2.0


@njit(cache=True, nogil=True, error_model="numpy")
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


@njit(cache=True, nogil=True, error_model="numpy")
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
    if liquid_share >= 1.0:
        return thawed_j_m3_k
    kelvin = temperature_c + MELTING_POINT_K
    share_slope = exponent * liquid_share * MELTING_POINT_K / (-temperature_c * kelvin)
    return capacity + (FUSION_HEAT_J_M3 * water + difference * temperature_c) * share_slope


@njit(cache=True, nogil=True, error_model="numpy")
def liquid_share_at(temperature_c: float, water: float, scale: float, exponent: float) -> float:
    """Return the share of the water that is liquid at a temperature."""
    if temperature_c >= 0.0 or water <= 0.0:
        return 1.0
    return min(1.0, liquid_water_limit(temperature_c, scale, exponent) / water)


@njit(cache=True, nogil=True, error_model="numpy")
def _frozen_temperature(
    target_j_m3: float,
    guess_c: float,
    water: float,
    scale: float,
    exponent: float,
    thawed_j_m3_k: float,
    frozen_j_m3_k: float,
) -> tuple[float, float, float]:
    """Solve H(T) = target below the freezing point: Newton in log(-T), kept in a bracket.

    There latent heat is nearly linear in log(-T), so that steps neither crawl nor cross 0 degC.
    """
    coldest, warmest = -MELTING_POINT_K + 1.0, 0.0
    temperature = guess_c
    share = liquid_share_at(temperature, water, scale, exponent)
    if share >= 1.0:
        temperature = freezing_point_c(water, scale, exponent)
        warmest = temperature
        temperature *= 1.0 + 1e-9
        share = liquid_share_at(temperature, water, scale, exponent)
    slope = thawed_j_m3_k
    for _ in range(MOST_TRIALS):
        slope = enthalpy_slope_j_m3_k(
            temperature, share, water, exponent, thawed_j_m3_k, frozen_j_m3_k
        )
        excess = enthalpy_j_m3(temperature, share, water, thawed_j_m3_k, frozen_j_m3_k)
        step = (target_j_m3 - excess) / slope
        if step > 0.0:
            coldest = max(coldest, temperature)
        else:
            warmest = min(warmest, temperature)
        relative = step / temperature
        if abs(relative) < 0.02:
            trial = temperature + step
        else:
            relative = min(max(relative, -LARGEST_LOG_STEP), LARGEST_LOG_STEP)
            trial = temperature * math.exp(relative)
        if not coldest <= trial <= warmest:
            trial = 0.5 * (coldest + warmest)
        moved = abs(trial - temperature)
        share_slope = exponent * share * (trial - temperature) / temperature
        temperature = trial
        if moved < LARGEST_LAST_STEP * abs(temperature):
            share = min(1.0, share - share_slope)
            break
        share = liquid_share_at(temperature, water, scale, exponent)
    return temperature, share, 1.0 / slope


@njit(cache=True, nogil=True, error_model="numpy")
def temperature_of_enthalpy(
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
        Temperature to begin with.
    water : float
        Liquid water and ice, m3 of water m-3.
    scale, exponent : float
        Of the freezing curve, see `liquid_water_limit`.
    thawed_j_m3_k, frozen_j_m3_k : float
        Heat capacity with all water liquid, and with all of it ice.
    """
    thawed = target_j_m3 / thawed_j_m3_k
    if liquid_share_at(thawed, water, scale, exponent) >= 1.0:
        return thawed, 1.0, 1.0 / thawed_j_m3_k
    return _frozen_temperature(
        target_j_m3, guess_c, water, scale, exponent, thawed_j_m3_k, frozen_j_m3_k
    )
