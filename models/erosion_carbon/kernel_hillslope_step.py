"""One time step on one hillslope: water infiltrates by the chosen law, the rest runs down."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .hydrology.kernel_detention import inundated_fraction
from .hydrology.kernel_infiltration import area_infiltration, holtan_step
from .hydrology.kernel_overland import plane_step

FloatArray = npt.NDArray[np.float64]
INFILTRATION_GREEN_AMPT, INFILTRATION_HOLTAN = 0, 1
INFILTRATION_LAWS = {"green_ampt": INFILTRATION_GREEN_AMPT, "holtan": INFILTRATION_HOLTAN}


class Ground(NamedTuple):
    """One cell's hillslope today, plain numbers: arrays in arguments cost more than the sums.

    Parameters
    ----------
    length_m, spacing_m : float
        Of the slope and of its nodes.
    retention_m, relief_roughness : float
        Water that micro-relief holds, and the relief's shape.
    conductivity_m_s, suction_deficit_m : float
        Of Green-Ampt; the conductivity is Holtan's steady rate too.
    room_m : float
        Free pore space in the morning.
    all_pores_m, gravity_pores_m, dry_rate_m_s : float
        Holtan's control zone: TP, GWC and A.
    decay_h : float
        Of the day's storm.
    peak_ratio : float
        Intensity of the heaviest of an hour's longest steps over the hour's mean, at least 1.
    """

    length_m: float
    spacing_m: float
    retention_m: float
    relief_roughness: float
    conductivity_m_s: float
    suction_deficit_m: float
    room_m: float
    all_pores_m: float
    gravity_pores_m: float
    dry_rate_m_s: float
    decay_h: float
    peak_ratio: float


@njit(cache=True, nogil=True, forceinline=True)
def mean_of(values: FloatArray) -> float:
    """Return the mean of the nodes."""
    total = 0.0
    for k in range(values.size):
        total += values[k]
    return float(total / values.size)


@njit(cache=True, nogil=True, forceinline=True)
def largest_of(values: FloatArray) -> float:
    """Return the largest of the nodes."""
    largest = float(values[0])
    for k in range(1, values.size):
        largest = max(largest, values[k])
    return largest


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def holtan_area(
    free_pores_m: float,
    supply_m: float,
    standing_m: float,
    inundated: float,
    ground: Ground,
    exponent: float,
    duration_s: float,
) -> tuple[float, float]:
    """Return infiltration and the zone's drainage (m) where water covers a share of the ground."""
    taken_m = drained_m = 0.0
    if inundated < 1.0:
        taken_m, drained_m = holtan_step(
            free_pores_m, supply_m, ground.all_pores_m, ground.gravity_pores_m,
            ground.conductivity_m_s, ground.dry_rate_m_s, exponent, duration_s,
        )  # fmt: skip
        taken_m *= 1.0 - inundated
        drained_m *= 1.0 - inundated
    if inundated > 0.0:
        below_m, drained_below_m = holtan_step(
            free_pores_m, supply_m + standing_m / inundated, ground.all_pores_m,
            ground.gravity_pores_m, ground.conductivity_m_s, ground.dry_rate_m_s, exponent,
            duration_s,
        )  # fmt: skip
        taken_m += inundated * below_m
        drained_m += inundated * drained_below_m
    return min(taken_m, supply_m + standing_m), drained_m


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def infiltrate(
    memory_m: float,
    supply_m: float,
    standing_m: float,
    room_m: float,
    ground: Ground,
    duration_s: float,
    law: int,
    exponent: float,
) -> tuple[float, float]:
    """Return what infiltrates in a step (m) and what the law remembers after it.

    Rain falls on all of the ground, standing water infiltrates where it stands.
    """
    inundated = inundated_fraction(standing_m, ground.retention_m, ground.relief_roughness)
    if law == INFILTRATION_HOLTAN:
        taken_m, drained_m = holtan_area(
            memory_m, supply_m, standing_m, inundated, ground, exponent, duration_s
        )
        taken_m = max(min(taken_m, room_m), 0.0)
        free_m = memory_m - taken_m + drained_m
        return taken_m, min(max(free_m, 0.0), ground.all_pores_m)
    taken_m = area_infiltration(
        memory_m, supply_m, standing_m, inundated, ground.conductivity_m_s,
        ground.suction_deficit_m, duration_s,
    )  # fmt: skip
    taken_m = max(min(taken_m, room_m), 0.0)
    return taken_m, memory_m + taken_m


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def spread_excess(
    excess_m: float, standing_m: float, depth_m: FloatArray, at_nodes_m: FloatArray
) -> None:
    """Write what each node gains: rain in excess evenly; what sinks in beyond rain by depth."""
    for k in range(at_nodes_m.size):
        at_nodes_m[k] = excess_m
        if excess_m < 0.0:
            # Never more than the node holds, whatever the rounding of the mean.
            at_nodes_m[k] = -min(depth_m[k], -excess_m * depth_m[k] / standing_m)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def step_water(
    memory_m: float,
    supply_m: float,
    room_m: float,
    duration_s: float,
    ground: Ground,
    law: int,
    exponent: float,
    depth_m: FloatArray,
    discharge_m2_s: FloatArray,
    resistance: FloatArray,
    excess_m: FloatArray,
    flow_m2_s: FloatArray,
) -> tuple[float, float, float, float]:
    """Infiltrate and route one step.

    `flow_m2_s` is overwritten with the step's mean flow over the lower edge of each node.

    Returns
    -------
    tuple of float
        What infiltrated, ran off and was in excess of infiltration (m), and the law's memory.
    """
    standing_m = max(mean_of(depth_m), 0.0)
    taken_m, memory_m = infiltrate(
        memory_m, supply_m, standing_m, room_m, ground, duration_s, law, exponent
    )
    left_m = supply_m - taken_m
    spread_excess(left_m, standing_m, depth_m, excess_m)
    if left_m < 0.0:
        taken_m = supply_m - mean_of(excess_m)
    outflow_m = plane_step(
        depth_m, discharge_m2_s, resistance, ground.retention_m, ground.spacing_m, excess_m,
        duration_s, flow_m2_s,
    )  # fmt: skip
    for k in range(flow_m2_s.size):
        flow_m2_s[k] *= ground.spacing_m / duration_s
    return taken_m, outflow_m, max(left_m, 0.0), memory_m
