"""Sediment continuity along a piece of slope, solved exactly (WEPP eq. 11.2.1)."""

from __future__ import annotations

import math

from numba import njit

SMALL_EXPONENT = 1e-8
"""Below it the first two terms of the series are exact in double precision."""


@njit(cache=True, nogil=True)
def mean_decay(exponent: float) -> float:
    """Return (1 - exp(-a)) / a, the mean of exp(-a s) for s from 0 to 1."""
    if exponent < SMALL_EXPONENT:
        return 1.0 - 0.5 * exponent
    return -math.expm1(-exponent) / exponent


@njit(cache=True, nogil=True)
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
    load = load_in_kg_s_m
    rest = length_m
    detached = 0.0
    if load < transport_capacity:
        rate = detachment_capacity / transport_capacity
        at_start = interrill + rate * (transport_capacity - load)
        gain = at_start * rest * mean_decay(rate * rest)
        if load + gain <= transport_capacity:
            return load + gain, gain, 0.0
        detached = transport_capacity - load
        rest -= distance_to_capacity(detached, rate, interrill, rest)
        load = transport_capacity
    exponent = deposition_rate_m * rest
    decay = mean_decay(exponent)
    supply = interrill * rest
    deposited = (load - transport_capacity) * exponent * decay + supply * (1.0 - decay)
    detached += supply
    return max(load_in_kg_s_m + detached - deposited, 0.0), detached, deposited


@njit(cache=True, nogil=True)
def distance_to_capacity(missing: float, rate: float, interrill: float, longest: float) -> float:
    """Return where the load has gained what it missed; G passes T_c only if D_i > 0."""
    if interrill <= 0.0:
        return longest
    if rate * missing < SMALL_EXPONENT * interrill:
        return min(missing / interrill, longest)
    return min(math.log1p(rate * missing / interrill) / rate, longest)
