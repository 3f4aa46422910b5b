"""How much sediment flow can carry: three laws, chosen by an integer."""

from __future__ import annotations

import math

from numba import njit

from ..constants import GRAVITY_M_S2, WATER_DENSITY_KG_M3
from ..kernel_elementary import logarithm_of_one_and, power

CAPACITY_SHEAR = 0
CAPACITY_GOVERS = 1
CAPACITY_YALIN = 2
CAPACITY_LAWS = {"shear": CAPACITY_SHEAR, "govers": CAPACITY_GOVERS, "yalin": CAPACITY_YALIN}

QUARTZ_DENSITY_KG_M3 = 2650.0
CRITICAL_STREAM_POWER_CM_S = 0.4
LARGEST_VOLUME_SHARE = 0.32


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def shear_capacity(shear_pa: float, coefficient: float) -> float:
    """Return k_t shear^1.5, kg m-1 s-1 (Finkner et al. 1989; WEPP eq. 11.2.7)."""
    return coefficient * shear_pa * math.sqrt(shear_pa)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def govers_capacity(
    discharge_m2_s: float, depth_m: float, slope: float, diameter_m: float
) -> float:
    """Return the capacity by unit stream power, kg m-1 s-1 (Govers 1990).

    Stream power is velocity times sine of slope in cm s-1, diameter enters in micrometres. The
    share of volume stays below 0.32, the packing beyond which a mixture no longer flows as water.
    """
    sine = slope / math.sqrt(1.0 + slope * slope)
    velocity = discharge_m2_s / depth_m
    excess = 100.0 * velocity * sine - CRITICAL_STREAM_POWER_CM_S
    diameter_um = diameter_m * 1e6
    coefficient = power((diameter_um + 5.0) / 0.32, -0.6)
    exponent = power((diameter_um + 5.0) / 300.0, 0.25)
    share = min(coefficient * power(excess, exponent), LARGEST_VOLUME_SHARE)
    if excess <= 0.0:
        return 0.0
    return share * QUARTZ_DENSITY_KG_M3 * discharge_m2_s


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def yalin_capacity(
    shear_pa: float, diameter_m: float, density_kg_m3: float, critical_shields: float
) -> float:
    """Return the capacity for one particle, kg m-1 s-1 (Yalin 1963)."""
    specific = density_kg_m3 / WATER_DENSITY_KG_M3
    particle_weight_pa = (specific - 1.0) * WATER_DENSITY_KG_M3 * GRAVITY_M_S2 * diameter_m
    excess = shear_pa / particle_weight_pa / critical_shields - 1.0
    if excess <= 0.0:
        return 0.0
    sigma = 2.45 * power(specific, -0.4) * math.sqrt(critical_shields) * excess
    number = 0.635 * excess * (1.0 - logarithm_of_one_and(sigma) / sigma)
    shear_velocity = math.sqrt(shear_pa / WATER_DENSITY_KG_M3)
    return number * density_kg_m3 * diameter_m * shear_velocity
