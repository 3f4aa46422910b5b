"""Sediment continuity along a piece of slope, solved exactly (WEPP eq. 11.2.1)."""

from __future__ import annotations

import math

from numba import njit

from ..kernel_elementary import exponential, logarithm_of_one_and

SERIES_BELOW = 0.05
"""Below it the series to a^6 is exact to 1e-13, above it the quotient is."""

PER_TERM = (0.0, *(1.0 / term for term in range(1, 8)))
"""Factors of the series: dividing takes vector code several times as long."""

SMALLEST_CAPACITY_KG_S_M = 1e-100
"""Less is none: dividing by it would overflow."""


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def mean_decay(exponent: float) -> float:
    """Return (1 - exp(-a)) / a, the mean of exp(-a s) for s from 0 to 1."""
    a = exponent
    series = 1.0
    for term in range(7, 1, -1):
        series = 1.0 - a * PER_TERM[term] * series
    quotient = (1.0 - exponential(-a)) / a
    return series if a < SERIES_BELOW else quotient


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def segment(
    load_in_kg_s_m: float,
    length_m: float,
    detachment_capacity: float,
    transport_capacity: float,
    interrill: float,
    deposition_rate_m: float,
) -> tuple[float, float, float]:
    """Return load out, soil detached and soil deposited, each kg s-1 per metre of slope width.

    Solves dG/dx = D_i + D_c (1 - G / T_c) where G < T_c and dG/dx = D_i + k (T_c - G) where
    G >= T_c, with constant coefficients. G rises to T_c at most once and then stays at or above,
    so that there are at most two pieces. Load in + detached - deposited = load out.

    Parameters
    ----------
    load_in_kg_s_m : float
        Sediment that enters at the upper end.
    detachment_capacity, interrill : float
        D_c and D_i, kg m-2 s-1 of ground.
    transport_capacity : float
        T_c, kg s-1 per metre of slope width.
    deposition_rate_m : float
        k, m-1.
    """
    missing = transport_capacity - load_in_kg_s_m
    gains = missing > 0.0 and transport_capacity > SMALLEST_CAPACITY_KG_S_M
    rate = detachment_capacity / transport_capacity
    reach = distance_to_capacity(missing, rate, interrill)
    stays_below = gains and reach >= length_m
    gain = (interrill + rate * missing) * length_m * mean_decay(rate * length_m)
    # From where the load is at the capacity, or from the upper end where it is so there.
    rest = length_m - reach if gains else length_m
    load = transport_capacity if gains else load_in_kg_s_m
    exponent = deposition_rate_m * rest
    decay = mean_decay(exponent)
    supply = interrill * rest
    settled = (load - transport_capacity) * exponent * decay + supply * (1.0 - decay)
    detached = supply + (missing if gains else 0.0)
    there = load_in_kg_s_m + detached
    # Rounding alone could let a little less than nothing settle, or more than there is.
    deposited = min(max(settled, 0.0), there)
    if stays_below:
        return load_in_kg_s_m + gain, gain, 0.0
    return there - deposited, detached, deposited


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def distance_to_capacity(missing: float, rate: float, interrill: float) -> float:
    """Return after how many metres the load has gained what it missed; never without D_i."""
    gained_by_flow = rate * missing / interrill
    series = missing / interrill * (1.0 - gained_by_flow / 2)
    exact = logarithm_of_one_and(gained_by_flow) / rate
    reach = series if gained_by_flow < SERIES_BELOW * 1e-6 else exact
    return reach if interrill > 0.0 else math.inf
