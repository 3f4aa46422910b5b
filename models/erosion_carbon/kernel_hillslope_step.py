"""What infiltrates on a hillslope in a time step, by the chosen law."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .hydrology.kernel_infiltration import green_ampt_step, holtan_step

FloatArray = npt.NDArray[np.float64]
INFILTRATION_GREEN_AMPT, INFILTRATION_HOLTAN = 0, 1
INFILTRATION_LAWS = {"green_ampt": INFILTRATION_GREEN_AMPT, "holtan": INFILTRATION_HOLTAN}


@njit(cache=True, nogil=True, forceinline=True)
def mean_of(values: FloatArray) -> float:
    """Return the mean of the nodes."""
    total = 0.0
    for k in range(values.size):
        total += values[k]
    return float(total / values.size)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def holtan_area(
    free_pores_m: float,
    supply_m: float,
    standing_m: float,
    inundated: float,
    all_pores_m: float,
    gravity_pores_m: float,
    steady_m_s: float,
    dry_rate_m_s: float,
    exponent: float,
    duration_s: float,
) -> tuple[float, float]:
    """Return infiltration and the zone's drainage (m) where water covers a share of the ground."""
    taken_m = drained_m = 0.0
    if inundated < 1.0:
        taken_m, drained_m = holtan_step(
            free_pores_m, supply_m, all_pores_m, gravity_pores_m, steady_m_s, dry_rate_m_s,
            exponent, duration_s,
        )  # fmt: skip
        taken_m *= 1.0 - inundated
        drained_m *= 1.0 - inundated
    if inundated > 0.0:
        below_m, drained_below_m = holtan_step(
            free_pores_m, supply_m + standing_m / inundated, all_pores_m, gravity_pores_m,
            steady_m_s, dry_rate_m_s, exponent, duration_s,
        )  # fmt: skip
        taken_m += inundated * below_m
        drained_m += inundated * drained_below_m
    return min(taken_m, supply_m + standing_m), drained_m


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def infiltrate(
    memory_m: float,
    supply_m: float,
    room_m: float,
    conductivity_m_s: float,
    suction_deficit_m: float,
    all_pores_m: float,
    gravity_pores_m: float,
    dry_rate_m_s: float,
    duration_s: float,
    law: int,
    exponent: float,
) -> tuple[float, float]:
    """Return what infiltrates into dry ground (m) and what the law remembers after it.

    The memory is the cumulative infiltration of Green-Ampt, or the free pores of Holtan's control
    zone.
    """
    if law == INFILTRATION_HOLTAN:
        taken_m, drained_m = holtan_step(
            memory_m,
            supply_m,
            all_pores_m,
            gravity_pores_m,
            conductivity_m_s,
            dry_rate_m_s,
            exponent,
            duration_s,
        )
        taken_m = max(min(taken_m, room_m), 0.0)
        return taken_m, min(max(memory_m - taken_m + drained_m, 0.0), all_pores_m)
    taken_m = green_ampt_step(memory_m, supply_m, conductivity_m_s, suction_deficit_m, duration_s)
    taken_m = max(min(taken_m, room_m), 0.0)
    return taken_m, memory_m + taken_m
