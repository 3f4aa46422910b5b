"""Thermal properties of soil, snow and ice, and how much water stays liquid below 0 degC."""

from __future__ import annotations

import math

from numba import njit

from ..constants import GRAVITY_M_S2, LATENT_HEAT_FUSION_J_KG, WATER_DENSITY_KG_M3
from ..kernel_elementary import logarithm, power

MELTING_POINT_K = 273.15
WATER_HEAT_CAPACITY_J_M3_K = 4.188e6
ICE_HEAT_CAPACITY_J_KG_K = 2117.0
# ice contents are counted as the water they melt to: 1.94e6 J per m3 of ice, over 0.917
ICE_HEAT_CAPACITY_J_M3_K = ICE_HEAT_CAPACITY_J_KG_K * WATER_DENSITY_KG_M3
FUSION_HEAT_J_M3 = LATENT_HEAT_FUSION_J_KG * WATER_DENSITY_KG_M3
WATER_CONDUCTIVITY_W_M_K = 0.57
ICE_CONDUCTIVITY_W_M_K = 2.29
AIR_CONDUCTIVITY_W_M_K = 0.023

# Farouki 1981: solids by their sand and clay
SAND_CONDUCTIVITY_W_M_K = 8.80
CLAY_CONDUCTIVITY_W_M_K = 2.92
SAND_HEAT_CAPACITY_J_M3_K = 2.128e6
CLAY_HEAT_CAPACITY_J_M3_K = 2.385e6
LEAST_WATER = 1e-300
NEVER_C = -MELTING_POINT_K
"""Freezing point of what holds no water."""
PER_LN_10 = 1.0 / math.log(10.0)


@njit(cache=True, nogil=True, error_model="numpy")
def solid_conductivity_w_m_k(sand_percent: float, clay_percent: float) -> float:
    """Return the thermal conductivity of mineral solids (Farouki 1981); silt takes no part."""
    fines = max(sand_percent + clay_percent, 1e-6)
    return (SAND_CONDUCTIVITY_W_M_K * sand_percent + CLAY_CONDUCTIVITY_W_M_K * clay_percent) / fines


@njit(cache=True, nogil=True, error_model="numpy")
def solid_heat_capacity_j_m3_k(sand_percent: float, clay_percent: float) -> float:
    """Return the heat capacity of mineral solids per their own volume (Farouki 1981)."""
    fines = max(sand_percent + clay_percent, 1e-6)
    return (
        SAND_HEAT_CAPACITY_J_M3_K * sand_percent + CLAY_HEAT_CAPACITY_J_M3_K * clay_percent
    ) / fines


@njit(cache=True, nogil=True, error_model="numpy")
def dry_conductivity_w_m_k(bulk_density_kg_m3: float) -> float:
    """Return the thermal conductivity of dry mineral soil (Johansen 1975)."""
    return (0.135 * bulk_density_kg_m3 + 64.7) / (2700.0 - 0.947 * bulk_density_kg_m3)


@njit(cache=True, nogil=True, error_model="numpy")
def saturated_conductivity_w_m_k(solid_w_m_k: float, porosity: float, liquid_share: float) -> float:
    """Return the thermal conductivity of saturated soil: geometric mean of solids, water, ice."""
    log_mean = (1.0 - porosity) * math.log(solid_w_m_k) + porosity * (
        liquid_share * math.log(WATER_CONDUCTIVITY_W_M_K)
        + (1.0 - liquid_share) * math.log(ICE_CONDUCTIVITY_W_M_K)
    )
    return math.exp(log_mean)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def thawed_conductivity_w_m_k(saturated_w_m_k: float, dry_w_m_k: float, saturation: float) -> float:
    """Return the thermal conductivity of thawed soil (Johansen 1975): Ke = 1 + log10(Sr) >= 0."""
    kersten = 0.0 if saturation <= 0.1 else 1.0 + PER_LN_10 * logarithm(saturation)
    return dry_w_m_k + kersten * (saturated_w_m_k - dry_w_m_k)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def frozen_conductivity_w_m_k(saturated_w_m_k: float, dry_w_m_k: float, saturation: float) -> float:
    """Return the thermal conductivity of soil without liquid water (Johansen 1975): Ke = Sr."""
    return dry_w_m_k + saturation * (saturated_w_m_k - dry_w_m_k)


@njit(cache=True, nogil=True, error_model="numpy")
def snow_conductivity_w_m_k(density_kg_m3: float) -> float:
    """Return the thermal conductivity of snow (Jordan 1991)."""
    return AIR_CONDUCTIVITY_W_M_K + (
        7.75e-5 * density_kg_m3 + 1.105e-6 * density_kg_m3 * density_kg_m3
    ) * (ICE_CONDUCTIVITY_W_M_K - AIR_CONDUCTIVITY_W_M_K)


@njit(cache=True, nogil=True, error_model="numpy")
def freezing_scale(porosity: float, suction_m: float, clapp_hornberger_b: float) -> float:
    """Return the water that stays liquid at T = -T_kelvin, which `freezing_potential` scales.

    It gathers the constants of the freezing curve, theta_s (L_f / (g psi_s))^(-1/b).
    """
    ratio = LATENT_HEAT_FUSION_J_KG / (GRAVITY_M_S2 * suction_m)
    return porosity * math.pow(ratio, -1.0 / clapp_hornberger_b)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def freezing_potential(temperature_c: float) -> float:
    """Return (T_f - T) / T with temperatures in K: what the freezing curve depends on."""
    return -temperature_c / (temperature_c + MELTING_POINT_K)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def liquid_water_limit(temperature_c: float, scale: float, exponent: float) -> float:
    """Return the water (m3 m-3) that can stay liquid at a temperature below 0 degC.

    theta_s (L_f (T - T_f) / (g T psi_s))^(-1/b) (Niu & Yang 2006), with scale from
    `freezing_scale` and exponent 1/b.
    """
    return scale * power(freezing_potential(temperature_c), -exponent)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def freezing_point_c(water: float, scale: float, exponent: float) -> float:
    """Return the temperature at which this much water (m3 m-3) begins to freeze."""
    potential = power(scale / max(water, LEAST_WATER), 1.0 / exponent)
    return -MELTING_POINT_K * potential / (1.0 + potential)
