"""Erosion of the original ANSWERS (Beasley & Huggins 1982), with its units of minutes."""

from __future__ import annotations

import math

from numba import njit

RAIN_DETACHMENT = 0.108
FLOW_DETACHMENT = 0.90
SECONDS_PER_MINUTE = 60.0
MM_PER_M = 1000.0
US_PER_SI_ERODIBILITY = 1.0 / 0.1317
"""K of the USLE: customary US units per t ha h ha-1 MJ-1 mm-1 (Foster et al. 1981)."""
LAMINAR_LIMIT_M2_MIN = 0.046


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def rain_detachment(cover_erodibility_us: float, intensity_m_s: float) -> float:
    """Return detachment by rain, kg m-2 s-1: 0.108 C K i^2 with i in mm per minute.

    ``cover_erodibility_us`` is C times K, K in US customary units.
    """
    intensity_mm_min = intensity_m_s * MM_PER_M * SECONDS_PER_MINUTE
    return RAIN_DETACHMENT * cover_erodibility_us * intensity_mm_min**2 / SECONDS_PER_MINUTE


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def flow_detachment(cover_erodibility_us: float, slope: float, discharge_m2_s: float) -> float:
    """Return detachment by flow, kg m-2 s-1: 0.90 C K S q, S the sine, q in m2 per minute."""
    sine = slope / math.sqrt(1.0 + slope * slope)
    discharge_m2_min = discharge_m2_s * SECONDS_PER_MINUTE
    return FLOW_DETACHMENT * cover_erodibility_us * sine * discharge_m2_min / SECONDS_PER_MINUTE


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def answers_capacity(slope: float, discharge_m2_s: float) -> float:
    """Return transport capacity, kg s-1 per metre of width.

    161 S q^0.5 up to 0.046 m2 per minute, 16320 S q^2 above, in kg per minute and metre; S is the
    sine as in the detachment.
    """
    sine = slope / math.sqrt(1.0 + slope * slope)
    discharge = discharge_m2_s * SECONDS_PER_MINUTE
    if discharge <= LAMINAR_LIMIT_M2_MIN:
        return 161.0 * sine * math.sqrt(discharge) / SECONDS_PER_MINUTE
    return 16320.0 * sine * discharge * discharge / SECONDS_PER_MINUTE


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def answers_segment(
    load_in_kg_s_m: float, rain_kg_s_m: float, flow_kg_s_m: float, capacity_kg_s_m: float
) -> tuple[float, float, float]:
    """Return load out, soil detached and soil deposited, each kg s-1 per metre of width.

    Load out is the smaller of inflow plus detachment and capacity. What exceeds capacity settles,
    and flow detaches only while capacity is left.
    """
    carried = load_in_kg_s_m + rain_kg_s_m
    if carried >= capacity_kg_s_m:
        return capacity_kg_s_m, rain_kg_s_m, carried - capacity_kg_s_m
    by_flow = min(flow_kg_s_m, capacity_kg_s_m - carried)
    return carried + by_flow, rain_kg_s_m + by_flow, 0.0
