"""Compiled channel links: implicit kinematic wave and sediment, level by level.

Cells of a level do not depend on each other, so the compiler turns their loops into vector code;
each cell's sums run over its upstream cells in a fixed order, so results are the same to the bit
for any number of threads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from ..kernel_depth_root import root_depth_guess
from .geometry import ChannelLinks
from .network import Schedule

FloatArray = npt.NDArray[np.float64]

LEAST_WATER_M3 = 1e-300
"""Keeps a dry link's concentration a number; nothing is carried by no water."""


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def root_depth(supply_m: float, kappa: float) -> float:
    """Return y = depth^(1/3) after a backward Euler step of a channel link.

    y^3 + kappa y^5 = supply: water left plus Manning outflow of the step equal water there before
    plus inflow, per bed area. Two Halley steps from the guess leave a relative error of 1e-9.

    Parameters
    ----------
    supply_m : float
        Water at the start and inflow of the step, over the bed area.
    kappa : float
        Conveyance times step, m^(-2/3).
    """
    y = root_depth_guess(supply_m, kappa)
    for _ in range(2):
        y2 = y * y
        flow = kappa * y2
        f = y2 * y * (1.0 + flow) - supply_m
        slope = y2 * (3.0 + 5.0 * flow)
        curve = y * (3.0 + 10.0 * flow)  # half of the second derivative
        y -= f * slope / (slope * slope - f * curve)
    return y


class ChannelState(NamedTuple):
    """What the links hold and hand down; arrays of shape (n,), in processing order.

    Parameters
    ----------
    volume_m3, suspended_kg : array
        Water in the link and sediment in that water: the state from step to step.
    discharge_m3, sediment_out_kg : array
        Handed down in the last step.
    arriving_m3, arriving_kg : array
        Scratch: water and sediment at hand in the step.
    """

    volume_m3: FloatArray
    suspended_kg: FloatArray
    discharge_m3: FloatArray
    sediment_out_kg: FloatArray
    arriving_m3: FloatArray
    arriving_kg: FloatArray


class ChannelTotals(NamedTuple):
    """Sums over steps, shape (n,): water and sediment handed down, sediment settled."""

    outflow_m3: FloatArray
    sediment_out_kg: FloatArray
    deposited_kg: FloatArray


@njit(cache=True, nogil=True, error_model="numpy")
def _gather(
    first: int,
    last: int,
    schedule: Schedule,
    share: float,
    lateral_m3: FloatArray,
    even_m3: FloatArray,
    supply_kg: FloatArray,
    state: ChannelState,
) -> None:
    """Collect water and sediment at hand: own, from the hillslope and from cells upstream."""
    for cell in range(first, last):
        water = state.volume_m3[cell] + share * (lateral_m3[cell] + even_m3[cell])
        sediment = state.suspended_kg[cell] + share * supply_kg[cell]
        for link in range(schedule.upstream_start[cell], schedule.upstream_start[cell + 1]):
            above = schedule.upstream[link]
            water += state.discharge_m3[above]
            sediment += state.sediment_out_kg[above]
        state.arriving_m3[cell], state.arriving_kg[cell] = water, sediment


@njit(cache=True, nogil=True, error_model="numpy")
def _flow(
    first: int,
    last: int,
    step_s: float,
    links: ChannelLinks,
    state: ChannelState,
    totals: ChannelTotals,
    teleport: bool,
) -> None:
    """Let water and sediment leave the links of a level."""
    for cell in range(np.uint64(first), np.uint64(last)):
        bed_m2 = links.bed_m2[cell]
        water_m3 = state.arriving_m3[cell]
        kappa = links.conveyance[cell] * step_s
        y = root_depth(water_m3 / bed_m2, kappa)
        y2 = y * y
        outflow_m3 = min(kappa * y2 * y2 * y * bed_m2, water_m3)
        # What stays is the difference, not bed times depth: no water is lost to the iteration.
        state.volume_m3[cell] = water_m3 - outflow_m3
        state.discharge_m3[cell] = outflow_m3
        totals.outflow_m3[cell] += outflow_m3
        at_hand_kg = state.arriving_kg[cell]
        settling_m3 = links.settling_m3_s[cell] * step_s
        carried_kg_m3 = min(
            at_hand_kg / max(water_m3 + settling_m3, LEAST_WATER_M3),
            links.capacity_kg_m3[cell] / np.sqrt(y),
        )
        passing_kg = at_hand_kg if teleport else min(carried_kg_m3 * outflow_m3, at_hand_kg)
        rest_kg = at_hand_kg - passing_kg
        staying_kg = min(carried_kg_m3 * (water_m3 - outflow_m3), rest_kg)
        state.suspended_kg[cell] = staying_kg
        state.sediment_out_kg[cell] = passing_kg
        totals.sediment_out_kg[cell] += passing_kg
        totals.deposited_kg[cell] += rest_kg - staying_kg


@njit(cache=True, nogil=True, error_model="numpy")
def channel_step(
    first_level: int,
    last_level: int,
    schedule: Schedule,
    links: ChannelLinks,
    step_s: float,
    share: float,
    lateral_m3: FloatArray,
    even_m3: FloatArray,
    supply_kg: FloatArray,
    state: ChannelState,
    totals: ChannelTotals,
    teleport: bool,
) -> None:
    """Move water and sediment through some levels in one step.

    Backward Euler of the kinematic wave, dV/dt = inflow - width depth^(5/3) sqrt(slope) / n, with
    the inflow of the same step. Sediment moves with the water, mixed in the link: backward Euler
    of dM/dt = inflow - (outflow + settling velocity times bed) M / V; what exceeds the transport
    capacity settles at once. What has settled is not taken up again.

    Parameters
    ----------
    first_level, last_level : int
        Levels of the schedule to do, the last one excluded; all upstream of them are done.
    schedule : Schedule
    links : ChannelLinks
    step_s : float
    share : float
        Part of `lateral_m3`, `even_m3` and `supply_kg` that comes in this step.
    lateral_m3, even_m3, supply_kg : array, shape (n,)
        Water and sediment of the hour from hillslopes; water from the soil.
    state : ChannelState
        Changed in place.
    totals : ChannelTotals
        Added to.
    teleport : bool
        Let all sediment pass, however little water there is, as Lu et al. (2024) do once it has
        reached a stream.
    """
    for level in range(first_level, last_level):
        first, last = schedule.level_start[level], schedule.level_start[level + 1]
        _gather(first, last, schedule, share, lateral_m3, even_m3, supply_kg, state)
        _flow(first, last, step_s, links, state, totals, teleport)
