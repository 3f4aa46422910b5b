"""One hour on a block of hillslopes: which of them run, in how many steps, and what they move."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import SECONDS_PER_HOUR
from .erosion import kernel_hillslope_sediment as sediment
from .hillslope_block import (
    ALL_PORES_M,
    CONDUCTIVITY_M_S,
    DAY_MELT_M,
    DECAY_H,
    DEEPEST_M,
    DEPTH,
    DISCHARGE,
    DRY_RATE_M_S,
    FALL_DECAY,
    FALLING_M,
    FIRST_NODE_ROW,
    FLOWS,
    GRAVITY_PORES_M,
    INFILTRATED_M,
    LARGEST_M2_S,
    LENGTH_M,
    MELT_M,
    MEMORY_M,
    N_GATHERED,
    N_GATHERED_OF_NODES,
    N_STEPS,
    PASSED,
    PEAK_RATIO,
    POURED_M,
    RAIN_M,
    RAN_OFF_M,
    RESISTANCE,
    RETENTION_M,
    ROOM_M,
    RUNNING_M,
    SPACING_M,
    SQUARE_RATIO,
    SUCTION_DEFICIT_M,
    TAKEN_THERE_M,
    node_row,
    whole_vectors,
)
from .hydrology.kernel_detention import mobile_depth
from .hydrology.kernel_infiltration import holtan_step
from .hydrology.kernel_overland import substeps
from .hydrology.parameters_overland import OverlandParameters
from .kernel_hillslope_front import infiltrate_there
from .kernel_hillslope_step import INFILTRATION_HOLTAN, infiltrate
from .weather.kernel_storm import intensity_square_ratio

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
TRICKLE_M2_S = 1e-6
"""Flow per width, 0.01 mm/h from 300 m, whose shear moves no soil."""


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def first_of_hour(rain_m: float, decay_h: float, n_steps: int) -> tuple[float, float]:
    """Return the rain of an hour's first step and the ratio of each to the one before.

    Within the hour the storm goes on falling off exponentially; the steps add up to `rain_m`.
    """
    decay = math.exp(-1.0 / (n_steps * decay_h))
    return rain_m * (1.0 - decay) / (1.0 - decay**n_steps), decay


@njit(cache=True, nogil=True)
def peak_ratio(decay_h: float, step_s: float) -> float:
    """Return the intensity of an hour's heaviest step over the hour's mean."""
    n_steps = int(SECONDS_PER_HOUR / step_s)
    return first_of_hour(1.0, decay_h, n_steps)[0] * n_steps


@njit(cache=True, nogil=True)
def most_steps_of_hour(p: OverlandParameters) -> int:
    """Return into how many steps an hour is cut at most."""
    return math.ceil(SECONDS_PER_HOUR / min(p.shortest_wet_step_s, p.longest_wet_step_s))


@njit(cache=True, nogil=True, error_model="numpy")
def find_running(
    cells: FloatArray,
    n: int,
    n_nodes: int,
    rain_of_hour_m: FloatArray,
    melting_share: float,
    p: OverlandParameters,
    law: int,
    running: IntArray,
    infiltrated_m: FloatArray,
) -> int:
    """Find the cells whose water needs to be followed in this hour; return how many.

    Most hours are dry, or even their heaviest minutes stay below the conductivity: all of their
    water sinks in here.

    Parameters
    ----------
    cells : array (n_rows, BLOCK)
        See `hillslope_block`; `RAIN_M` and `MELT_M` are set of those found.
    rain_of_hour_m : array (BLOCK,)
    melting_share : float
        Part of the day's melt water that comes in this hour.
    running : array of int (BLOCK,)
        Written.
    infiltrated_m : array (BLOCK,)
        Added to.
    """
    n_running = 0
    for c in range(n):
        rain_m, melt_m = rain_of_hour_m[c], melting_share * cells[DAY_MELT_M, c]
        supply_m, deepest_m, runs = rain_m + melt_m, cells[DEEPEST_M, c], True
        room_m = cells[ROOM_M, c]
        if supply_m <= 0.0:
            # The puddles of full soil: nothing sinks in, nothing runs.
            still = room_m <= 0.0 and deepest_m <= cells[RETENTION_M, c]
            runs = deepest_m > 0.0 and not still
        elif deepest_m <= 0.0 and supply_m <= room_m:
            peak_m = rain_m * cells[PEAK_RATIO, c] + melt_m
            runs = peak_m > cells[CONDUCTIVITY_M_S, c] * SECONDS_PER_HOUR
        if runs:
            cells[RAIN_M, c], cells[MELT_M, c] = rain_m, melt_m
            running[n_running] = c
            n_running += 1
            continue
        if cells[FLOWS, c] > 0.0:
            cells[FLOWS, c] = 0.0
            for node in range(n_nodes):
                cells[node_row(DISCHARGE, node, n_nodes), c] = 0.0
        if supply_m > 0.0:
            taken_m, cells[MEMORY_M, c] = infiltrate(
                cells[MEMORY_M, c],
                supply_m,
                room_m,
                cells[CONDUCTIVITY_M_S, c],
                cells[SUCTION_DEFICIT_M, c],
                cells[ALL_PORES_M, c],
                cells[GRAVITY_PORES_M, c],
                cells[DRY_RATE_M_S, c],
                SECONDS_PER_HOUR,
                law,
                p.holtan_exponent,
            )
            infiltrated_m[c] += taken_m
            cells[ROOM_M, c] -= taken_m
    return n_running


@njit(cache=True, nogil=True, error_model="numpy")
def set_steps(lanes: FloatArray, n: int, n_nodes: int, p: OverlandParameters, law: int) -> None:
    """Set into how many steps each lane's hour is cut.

    The heaviest minutes decide whether any water runs, not the hour's mean; without any supply the
    recession of the flow alone decides, which needs few. The Courant number of the whole slope sets
    the step, between the shortest and the longest.
    """
    for lane in range(n):
        peak_m = lanes[RAIN_M, lane] * lanes[PEAK_RATIO, lane] + lanes[MELT_M, lane]
        lanes[POURED_M, lane] = lanes[DEEPEST_M, lane] + peak_m
    if law == INFILTRATION_HOLTAN:
        for lane in range(n):
            lanes[TAKEN_THERE_M, lane] = holtan_step(
                lanes[MEMORY_M, lane],
                lanes[POURED_M, lane],
                lanes[ALL_PORES_M, lane],
                lanes[GRAVITY_PORES_M, lane],
                lanes[CONDUCTIVITY_M_S, lane],
                lanes[DRY_RATE_M_S, lane],
                p.holtan_exponent,
                SECONDS_PER_HOUR,
            )[0]
    else:
        infiltrate_there(lanes, n, SECONDS_PER_HOUR)
    resistance = node_row(RESISTANCE, 0, n_nodes)
    for lane in range(n):
        supplied = lanes[RAIN_M, lane] + lanes[MELT_M, lane] > 0.0
        retention_m, standing_m = lanes[RETENTION_M, lane], lanes[DEEPEST_M, lane]
        left_m = lanes[POURED_M, lane] - lanes[TAKEN_THERE_M, lane]
        deepest_m = max(standing_m, left_m) if supplied else standing_m
        mobile_m = mobile_depth(deepest_m, retention_m)
        lanes[N_STEPS, lane] = substeps(
            mobile_m,
            lanes[resistance, lane],
            lanes[LENGTH_M, lane],
            SECONDS_PER_HOUR,
            p.shortest_wet_step_s,
            p.longest_wet_step_s if supplied else SECONDS_PER_HOUR,
            p.courant_number,
        )


@njit(cache=True, nogil=True, error_model="numpy")
def gather_lanes(
    cells: FloatArray, members: IntArray, n_members: int, n_nodes: int, lanes: FloatArray
) -> int:
    """Pack some cells into lanes, filled up to whole vectors with the last; return how many lanes.

    `members` (PACK,) holds the cells, at most `PACK`.
    """
    n = whole_vectors(n_members)
    for lane in range(n_members, n):
        members[lane] = members[n_members - 1]
    for row in range(N_GATHERED):
        for lane in range(n):
            lanes[row, lane] = cells[row, members[lane]]
    for row in range(FIRST_NODE_ROW, FIRST_NODE_ROW + N_GATHERED_OF_NODES * n_nodes):
        for lane in range(n):
            lanes[row, lane] = cells[row, members[lane]]
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def begin_lanes(lanes: FloatArray, n: int, n_steps: int) -> None:
    """Set the rain of the hour's first step; nothing has moved yet."""
    for lane in range(n):
        rain_m, decay_h = lanes[RAIN_M, lane], lanes[DECAY_H, lane]
        falling_m, decay, square_ratio = 0.0, 1.0, 1.0
        if rain_m > 0.0:
            falling_m, decay = first_of_hour(rain_m, decay_h, n_steps)
            square_ratio = intensity_square_ratio(1.0 / n_steps, decay_h)
        lanes[FALLING_M, lane], lanes[FALL_DECAY, lane] = falling_m, decay
        lanes[SQUARE_RATIO, lane] = square_ratio
        lanes[INFILTRATED_M, lane] = lanes[RAN_OFF_M, lane] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def store_lanes(
    lanes: FloatArray, members: IntArray, n_members: int, n_nodes: int, cells: FloatArray
) -> None:
    """Bring what changed back from the lanes to their cells."""
    for lane in range(n_members):
        c = members[lane]
        cells[ROOM_M, c], cells[MEMORY_M, c] = lanes[ROOM_M, lane], lanes[MEMORY_M, lane]
        deepest_m = 0.0
        for node in range(n_nodes):
            deepest_m = max(deepest_m, lanes[node_row(DEPTH, node, n_nodes), lane])
        cells[DEEPEST_M, c], cells[FLOWS, c] = deepest_m, 1.0
        for row in range(FIRST_NODE_ROW, FIRST_NODE_ROW + RESISTANCE * n_nodes):
            cells[row, c] = lanes[row, lane]


@njit(cache=True, nogil=True, error_model="numpy")
def keep_steps(
    lanes: FloatArray,
    members: IntArray,
    first: int,
    n_members: int,
    n_nodes: int,
    places: IntArray,
    hour: int,
    duration_s: float,
    steps: FloatArray,
    n_kept: int,
) -> tuple[int, int]:
    """Keep the rain and flow of a step, by which soil moves, after the `n_kept` before it.

    Returns
    -------
    n_kept, lane : int
        Steps kept, and the lane to go on with once there is room for it.
    """
    for lane in range(first, n_members):
        falling_m, running_m = lanes[FALLING_M, lane], max(lanes[RUNNING_M, lane], 0.0)
        splashes = falling_m > 0.0 and running_m > 0.0
        if not splashes and lanes[LARGEST_M2_S, lane] <= TRICKLE_M2_S:
            continue
        if n_kept == steps.shape[1]:
            return n_kept, lane
        steps[sediment.RAIN_M_S, n_kept] = falling_m / duration_s
        steps[sediment.RUNOFF_M_S, n_kept] = running_m / duration_s
        steps[sediment.SQUARE_RATIO, n_kept] = lanes[SQUARE_RATIO, lane]
        steps[sediment.DURATION_S, n_kept] = duration_s
        steps[sediment.PLACE, n_kept] = places[members[lane]]
        steps[sediment.HOUR, n_kept] = hour
        steps[sediment.SPACING_M, n_kept] = lanes[SPACING_M, lane]
        for node in range(n_nodes):
            flow_m2_s = lanes[node_row(PASSED, node, n_nodes), lane]
            steps[sediment.FIRST_NODE + node, n_kept] = flow_m2_s
        n_kept += 1
    return n_kept, n_members
