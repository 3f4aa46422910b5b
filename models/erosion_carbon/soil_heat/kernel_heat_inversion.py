"""Temperatures and liquid shares that belong to the enthalpies of a block of columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .heat_block import (
    ASSUMED,
    ENTHALPY,
    EXPONENT,
    FREEZING_C,
    FROZEN_CAPACITY,
    LIQUID_SHARE,
    MISMATCH_K,
    MOVING,
    SCALE,
    SLOPE,
    TEMPERATURE,
    THAWED_CAPACITY,
    UNFOUND,
    WATER,
)
from .kernel_enthalpy import (
    LARGEST_LAST_STEP,
    liquid_share_at,
    newton_step,
    search_temperature,
)
from .kernel_properties import FUSION_HEAT_J_M3, freezing_point_c

FloatArray = npt.NDArray[np.float64]

MOST_STEPS = 8
LARGEST_STEP = 1.0
"""Of the temperature."""
LEAST_GUESSED_SHARE = 0.05
COLDEST_GUESS_C = -5.0
FOUND, NEAR, UNKNOWN, LOST = 0.0, 1.0, 2.0, 3.0
"""Where the search for a temperature is: done, on its way, without a beginning, astray."""
FEW = 8
"""Cells of a row that are done sooner one by one than side by side; the result is the same."""


@njit(cache=True, nogil=True, error_model="numpy")
def _begin_row(rows: FloatArray, cells: FloatArray, row: int) -> int:
    """Set temperatures where all water is liquid, else those assumed; return how many are left.

    Where all water was liquid, or would be by the temperature assumed, the balance knew of no
    freezing curve: what it assumed says nothing.
    """
    left = 0
    for cell in range(rows.shape[2]):
        moving = cells[MOVING, cell] > 0.0
        enthalpy, capacity = rows[ENTHALPY, row, cell], rows[THAWED_CAPACITY, row, cell]
        assumed_c, freezing_c = rows[ASSUMED, row, cell], rows[FREEZING_C, row, cell]
        share, slope = rows[LIQUID_SHARE, row, cell], 1.0 / capacity
        searched = moving and enthalpy < capacity * freezing_c
        beginning = NEAR if share < 1.0 and assumed_c < freezing_c else UNKNOWN
        temperature = assumed_c if searched else enthalpy * slope
        if moving:
            rows[TEMPERATURE, row, cell] = temperature
            rows[LIQUID_SHARE, row, cell] = 1.0
            rows[SLOPE, row, cell] = slope
        cells[UNFOUND, cell] = beginning if searched else FOUND
        left += 1 if searched else 0
    return left


@njit(cache=True, nogil=True, error_model="numpy")
def _count_unknown(cells: FloatArray) -> int:
    """Return how many cells have nothing to begin the search with."""
    unknown = 0
    for cell in range(cells.shape[1]):
        unknown += 1 if cells[UNFOUND, cell] == UNKNOWN else 0
    return unknown


@njit(cache=True, nogil=True, error_model="numpy")
def _guess_row(rows: FloatArray, cells: FloatArray, row: int) -> None:
    """Begin where nothing is known as if all the heat that is missing had frozen water."""
    for cell in range(rows.shape[2]):
        water = rows[WATER, row, cell]
        share = 1.0 + rows[ENTHALPY, row, cell] / (FUSION_HEAT_J_M3 * water)
        liquid = max(share, LEAST_GUESSED_SHARE) * water
        guess_c = freezing_point_c(liquid, rows[SCALE, row, cell], rows[EXPONENT, row, cell])
        if cells[UNFOUND, cell] == UNKNOWN:
            coldest_c = min(COLDEST_GUESS_C, rows[FREEZING_C, row, cell])
            rows[TEMPERATURE, row, cell] = max(guess_c, coldest_c)
            cells[UNFOUND, cell] = NEAR


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _step_cell(rows: FloatArray, cells: FloatArray, row: int, cell: int) -> None:
    """Take a Newton step in a cell that needs one.

    Long steps go by (1 + r / 2) / (1 - r / 2), r = step / T, nearly the exponential: latent heat is
    nearly linear in log(-T).
    """
    temperature, water = rows[TEMPERATURE, row, cell], rows[WATER, row, cell]
    exponent = rows[EXPONENT, row, cell]
    share = liquid_share_at(temperature, water, rows[SCALE, row, cell], exponent)
    step_k, share_slope, slope = newton_step(
        rows[ENTHALPY, row, cell],
        temperature,
        share,
        water,
        exponent,
        rows[THAWED_CAPACITY, row, cell],
        rows[FROZEN_CAPACITY, row, cell],
    )
    relative = min(max(step_k / temperature, -LARGEST_STEP), LARGEST_STEP)
    last = abs(step_k) < -LARGEST_LAST_STEP * temperature
    longer = temperature * (1.0 + 0.5 * relative) / (1.0 - 0.5 * relative)
    if cells[UNFOUND, cell] == NEAR:
        rows[TEMPERATURE, row, cell] = temperature + step_k if last else longer
        rows[LIQUID_SHARE, row, cell] = min(1.0, share + share_slope * step_k)
        rows[SLOPE, row, cell] = slope
        found = FOUND if last else NEAR
        cells[UNFOUND, cell] = found if share < 1.0 else LOST


@njit(cache=True, nogil=True, error_model="numpy")
def _step_row(rows: FloatArray, cells: FloatArray, row: int) -> int:
    """Take a step in all cells side by side; return how many need another."""
    left = 0
    for cell in range(rows.shape[2]):
        _step_cell(rows, cells, row, cell)
        left += 1 if cells[UNFOUND, cell] == NEAR else 0
    return left


@njit(cache=True, nogil=True, error_model="numpy")
def _finish_row(rows: FloatArray, cells: FloatArray, row: int, steps_left: int) -> None:
    """Take the remaining steps of the last few cells one by one; search where they go astray."""
    for cell in range(rows.shape[2]):
        if cells[UNFOUND, cell] == FOUND:
            continue
        for _ in range(steps_left):
            if cells[UNFOUND, cell] == NEAR:
                _step_cell(rows, cells, row, cell)
        if cells[UNFOUND, cell] != FOUND:
            temperature, share, slope = search_temperature(
                rows[ENTHALPY, row, cell],
                rows[TEMPERATURE, row, cell],
                rows[WATER, row, cell],
                rows[SCALE, row, cell],
                rows[EXPONENT, row, cell],
                rows[THAWED_CAPACITY, row, cell],
                rows[FROZEN_CAPACITY, row, cell],
            )
            rows[TEMPERATURE, row, cell] = temperature
            rows[LIQUID_SHARE, row, cell] = share
            rows[SLOPE, row, cell] = slope


@njit(cache=True, nogil=True, error_model="numpy")
def set_temperature(rows: FloatArray, cells: FloatArray, row: int) -> None:
    """Set temperature, liquid share and dT/dH of a row's enthalpies in moving columns.

    `MISMATCH_K` of the cells grows to the difference to the temperatures assumed.
    """
    left = _begin_row(rows, cells, row)
    if left > 0:
        if _count_unknown(cells) > 0:
            _guess_row(rows, cells, row)
        steps_left = MOST_STEPS
        while left > FEW and steps_left > 0:
            left = _step_row(rows, cells, row)
            steps_left -= 1
        _finish_row(rows, cells, row, steps_left)
    for cell in range(rows.shape[2]):
        mismatch_k = abs(rows[TEMPERATURE, row, cell] - rows[ASSUMED, row, cell])
        cells[MISMATCH_K, cell] = max(cells[MISMATCH_K, cell], mismatch_k)
