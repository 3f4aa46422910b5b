"""Green-Ampt's law on hillslopes side by side: what infiltrates in a step, lane by lane.

The same sums as `hydrology.kernel_infiltration` does cell by cell, to the bit. Lanes whose front is
found stay as they are while others go on, so that a cell's result does not depend on its lane.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .hillslope_block import (
    ADVANCE,
    BEFORE_M,
    CONDUCTIVITY_M_S,
    FRONT,
    FRONT_M,
    GRAVITY_M,
    INUNDATED,
    MEMORY_M,
    POURED_M,
    STANDING_M,
    SUCTION_DEFICIT_M,
    SUPPLY_M,
    TAKEN_M,
    TAKEN_THERE_M,
)
from .hydrology.kernel_infiltration import (
    LEAST_SUCTION_DEFICIT_M,
    MOST_ITERATIONS,
    NEGLIGIBLE_ADVANCE,
    RELATIVE_ACCURACY,
    excess_advance,
    first_advance,
)

FloatArray = npt.NDArray[np.float64]

TAKES_ALL, GRAVITY_ALONE, FOUND, SEARCHED = 0.0, 1.0, 2.0, 3.0
"""How a lane infiltrates: all that comes; by gravity; with a front that is found, or not yet."""


@njit(cache=True, nogil=True, error_model="numpy")
def _begin_front(lanes: FloatArray, n: int, duration_s: float) -> int:
    """Let all infiltrate up to ponding, and guess the front; return how many are to be searched."""
    searched = 0
    for lane in range(n):
        poured_m, deficit_m = lanes[POURED_M, lane], lanes[SUCTION_DEFICIT_M, lane]
        conductivity, memory_m = lanes[CONDUCTIVITY_M_S, lane], lanes[MEMORY_M, lane]
        gravity_m = conductivity * duration_s
        ponding_m = deficit_m * gravity_m / (poured_m - gravity_m)
        before_m = max(ponding_m - memory_m, 0.0)
        all_in = poured_m <= gravity_m or before_m >= poured_m
        rest_m = conductivity * (duration_s * (1.0 - before_m / poured_m))
        by_gravity = rest_m <= 0.0 or deficit_m <= LEAST_SUCTION_DEFICIT_M
        advance = first_advance(memory_m + before_m, rest_m, deficit_m)
        front = SEARCHED if advance >= NEGLIGIBLE_ADVANCE else FOUND
        front = GRAVITY_ALONE if by_gravity else front
        front = TAKES_ALL if all_in else front
        lanes[ADVANCE, lane], lanes[FRONT_M, lane] = advance, memory_m + before_m
        lanes[GRAVITY_M, lane], lanes[BEFORE_M, lane] = rest_m, before_m
        lanes[FRONT, lane] = front
        searched += 1 if front == SEARCHED else 0
    return searched


@njit(cache=True, nogil=True, error_model="numpy")
def _search_front(lanes: FloatArray, n: int) -> int:
    """Take one of Newton's steps in the lanes that need one; return how many need another."""
    searched = 0
    for lane in range(n):
        advance, front = lanes[ADVANCE, lane], lanes[FRONT, lane]
        change = excess_advance(
            advance, lanes[FRONT_M, lane], lanes[GRAVITY_M, lane], lanes[SUCTION_DEFICIT_M, lane]
        )
        lower = advance - change
        goes_on = change > RELATIVE_ACCURACY * lower
        moves = front == SEARCHED
        lanes[ADVANCE, lane] = lower if moves else advance
        after = SEARCHED if goes_on else FOUND
        lanes[FRONT, lane] = after if moves else front
        searched += 1 if moves and goes_on else 0
    return searched


@njit(cache=True, nogil=True, error_model="numpy")
def infiltrate_there(lanes: FloatArray, n: int, duration_s: float) -> None:
    """Set `TAKEN_THERE_M` of what is poured on a part of the ground (`green_ampt_step`)."""
    searched = _begin_front(lanes, n, duration_s)
    for _ in range(MOST_ITERATIONS):
        if searched == 0:
            break
        searched = _search_front(lanes, n)
    for lane in range(n):
        front, poured_m = lanes[FRONT, lane], lanes[POURED_M, lane]
        after_m = lanes[ADVANCE, lane] * (lanes[FRONT_M, lane] + lanes[SUCTION_DEFICIT_M, lane])
        after_m = lanes[GRAVITY_M, lane] if front == GRAVITY_ALONE else after_m
        taken_m = min(lanes[BEFORE_M, lane] + after_m, poured_m)
        lanes[TAKEN_THERE_M, lane] = poured_m if front == TAKES_ALL else taken_m


@njit(cache=True, nogil=True, error_model="numpy")
def infiltrate_lanes(lanes: FloatArray, n: int, duration_s: float) -> None:
    """Set `TAKEN_M`, what infiltrates in a step where water covers a share of the ground.

    Rain falls on all of it, water in depressions infiltrates under itself (`area_infiltration`).
    """
    partly = 0
    for lane in range(n):
        lanes[POURED_M, lane], lanes[TAKEN_M, lane] = lanes[SUPPLY_M, lane], 0.0
        partly += 1 if lanes[INUNDATED, lane] < 1.0 else 0
    if partly > 0:
        infiltrate_there(lanes, n, duration_s)
        for lane in range(n):
            dry = 1.0 - lanes[INUNDATED, lane]
            taken_m = dry * lanes[TAKEN_THERE_M, lane]
            lanes[TAKEN_M, lane] = taken_m if dry > 0.0 else 0.0
    partly = 0
    for lane in range(n):
        inundated = lanes[INUNDATED, lane]
        poured_m = lanes[SUPPLY_M, lane] + lanes[STANDING_M, lane] / inundated
        lanes[POURED_M, lane] = poured_m if inundated > 0.0 else 0.0
        partly += 1 if inundated > 0.0 else 0
    if partly > 0:
        infiltrate_there(lanes, n, duration_s)
        for lane in range(n):
            inundated = lanes[INUNDATED, lane]
            more_m = inundated * lanes[TAKEN_THERE_M, lane]
            lanes[TAKEN_M, lane] += more_m if inundated > 0.0 else 0.0
    for lane in range(n):
        at_hand_m = lanes[SUPPLY_M, lane] + lanes[STANDING_M, lane]
        lanes[TAKEN_M, lane] = min(lanes[TAKEN_M, lane], at_hand_m)
