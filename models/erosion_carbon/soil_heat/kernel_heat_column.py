"""One implicit step of heat conduction with freezing and thawing through columns side by side.

The unknown is enthalpy, dH/dt = d/dz (k dT/dz). Each iteration solves the linearised balance and
takes the new enthalpy from its fluxes, so that energy closes to rounding after any number of them;
iterations end when the temperature the fluxes assumed is that of the new enthalpy.

The compiler turns the loops over the cells of a block into vector code. Columns know nothing of
each other, and one that has come to rest stays as it is while others go on, so that a cell's result
does not depend on the block it is in.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .heat_block import (
    ABOVE,
    ASSUMED,
    BELOW,
    CHANGE,
    COUPLED,
    ELIMINATED,
    ENTHALPY,
    EXPONENT,
    FAILED,
    FROZEN_CAPACITY,
    GROUND_HEAT,
    LIQUID_SHARE,
    MELTING,
    MISMATCH_K,
    MOVING,
    OLD_ENTHALPY,
    OLD_LIQUID_SHARE,
    OLD_TEMPERATURE,
    SECONDS_PER_M,
    SLOPE,
    STUCK,
    SURFACE_C,
    TEMPERATURE,
    THAWED_CAPACITY,
    THICKNESS_M,
    WATER,
)
from .kernel_enthalpy import enthalpy_j_m3, enthalpy_slope_j_m3_k
from .kernel_heat_conductance import (
    base_c,
    melt_base,
    set_conductance,
    set_end_conductances,
    set_resistance,
)
from .kernel_heat_inversion import set_temperature

FloatArray = npt.NDArray[np.float64]

LARGEST_MISMATCH_K = 1e-2
MOST_ITERATIONS = 12
ITERATIONS_WITH_NEW_CONDUCTIVITY = 3
STEPS_AFTER_FAILURE = 8


@njit(cache=True, nogil=True, error_model="numpy")
def _set_surface(rows: FloatArray, cells: FloatArray, first: int) -> None:
    """Make the row above the first one the surface, whose temperature does not change."""
    for cell in range(rows.shape[2]):
        surface_c = cells[SURFACE_C, cell]
        rows[TEMPERATURE, first - 1, cell] = rows[ASSUMED, first - 1, cell] = surface_c
        rows[SLOPE, first - 1, cell] = 0.0
        rows[CHANGE, first - 1, cell] = rows[ELIMINATED, first - 1, cell] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _remember(rows: FloatArray, first: int, last: int) -> None:
    """Keep the state before the step, for columns that do not come to rest."""
    for row in range(first, last + 1):
        for cell in range(rows.shape[2]):
            rows[OLD_ENTHALPY, row, cell] = rows[ENTHALPY, row, cell]
            rows[OLD_TEMPERATURE, row, cell] = rows[TEMPERATURE, row, cell]
            rows[OLD_LIQUID_SHARE, row, cell] = rows[LIQUID_SHARE, row, cell]


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(rows: FloatArray, cells: FloatArray, first: int, last: int) -> None:
    """Start from the enthalpy and slope of the old temperatures."""
    for row in range(first, last + 1):
        for cell in range(rows.shape[2]):
            temperature, share = rows[TEMPERATURE, row, cell], rows[LIQUID_SHARE, row, cell]
            water, enthalpy = rows[WATER, row, cell], rows[ENTHALPY, row, cell]
            thawed, frozen = rows[THAWED_CAPACITY, row, cell], rows[FROZEN_CAPACITY, row, cell]
            begun = enthalpy_j_m3(temperature, share, water, thawed, frozen)
            rows[ENTHALPY, row, cell] = begun if cells[MOVING, cell] > 0.0 else enthalpy
            rows[SLOPE, row, cell] = 1.0 / enthalpy_slope_j_m3_k(
                temperature, share, water, rows[EXPONENT, row, cell], thawed, frozen
            )


@njit(cache=True, nogil=True, error_model="numpy")
def _set_step(rows: FloatArray, first: int, last: int, dt: float) -> None:
    """Set time step over thickness; couple all rows."""
    for row in range(first, last + 1):
        for cell in range(rows.shape[2]):
            rows[SECONDS_PER_M, row, cell] = dt / rows[THICKNESS_M, row, cell]
            rows[COUPLED, row, cell] = 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _eliminate(rows: FloatArray, row: int, inflow_w_m2: float) -> None:
    """Build and reduce a row of the tridiagonal balance of the enthalpy changes."""
    for cell in range(rows.shape[2]):
        here_c, share = rows[TEMPERATURE, row, cell], rows[SECONDS_PER_M, row, cell]
        above, below = rows[ABOVE, row, cell], rows[BELOW, row, cell]
        coupled, next_coupled = rows[COUPLED, row, cell], rows[COUPLED, row + 1, cell]
        gain = inflow_w_m2 + above * (coupled * rows[TEMPERATURE, row - 1, cell] - here_c)
        gain -= below * (here_c - next_coupled * rows[TEMPERATURE, row + 1, cell])
        residual = rows[OLD_ENTHALPY, row, cell] - rows[ENTHALPY, row, cell] + share * gain
        lower = -share * above * coupled * rows[SLOPE, row - 1, cell]
        upper = -share * below * next_coupled * rows[SLOPE, row + 1, cell]
        diagonal = 1.0 + share * (above + below) * rows[SLOPE, row, cell]
        pivot = 1.0 / (diagonal - lower * rows[ELIMINATED, row - 1, cell])
        rows[ELIMINATED, row, cell] = upper * pivot
        rows[CHANGE, row, cell] = (residual - lower * rows[CHANGE, row - 1, cell]) * pivot


@njit(cache=True, nogil=True, error_model="numpy")
def _substitute(rows: FloatArray, cells: FloatArray, row: int) -> None:
    """Solve a row; move its enthalpy and set the temperature that the balance assumed."""
    for cell in range(rows.shape[2]):
        change = rows[CHANGE, row, cell]
        change -= rows[ELIMINATED, row, cell] * rows[CHANGE, row + 1, cell]
        rows[CHANGE, row, cell] = change
        assumed_c = rows[TEMPERATURE, row, cell] + rows[SLOPE, row, cell] * change
        rows[ASSUMED, row, cell] = assumed_c
        rows[ENTHALPY, row, cell] += change * cells[MOVING, cell]


@njit(cache=True, nogil=True, error_model="numpy")
def _rest(
    rows: FloatArray, cells: FloatArray, first: int, base: int, ground: int, dt: float
) -> int:
    """Count the ground heat of columns that came to rest; return how many still move."""
    moving = 0
    for cell in range(rows.shape[2]):
        if cells[MOVING, cell] == 0.0:
            continue
        melts = base > first and base_c(rows, base, cell) > 0.0
        if cells[MISMATCH_K, cell] < LARGEST_MISMATCH_K and melts == (cells[MELTING, cell] > 0.0):
            cells[MOVING, cell] = 0.0
            _count_ground_heat(rows, cells, ground, cell, dt)
        else:
            moving += 1
    return moving


@njit(cache=True, nogil=True, error_model="numpy")
def _count_ground_heat(
    rows: FloatArray, cells: FloatArray, ground: int, cell: int, dt: float
) -> None:
    """Add the flux into the ground of the temperatures that the balance assumed."""
    difference = rows[COUPLED, ground, cell] * rows[ASSUMED, ground - 1, cell]
    difference -= rows[ASSUMED, ground, cell]
    cells[GROUND_HEAT, cell] += rows[ABOVE, ground, cell] * difference * dt


@njit(cache=True, nogil=True, error_model="numpy")
def _try_step(
    rows: FloatArray,
    cells: FloatArray,
    first: int,
    base: int,
    ground: int,
    bottom_w_m2: float,
    dt: float,
) -> int:
    """Iterate one step of the moving columns; return how many did not come to rest."""
    last, moving = rows.shape[1] - 2, 0
    _remember(rows, first, last)
    _begin(rows, cells, first, last)
    _set_step(rows, first, last, dt)
    for iteration in range(MOST_ITERATIONS):
        if iteration < ITERATIONS_WITH_NEW_CONDUCTIVITY:
            for row in range(first, last + 1):
                set_resistance(rows, row)
        for row in range(first, last):
            set_conductance(rows, row)
        set_end_conductances(rows, cells, first, last)
        if base > first:
            melt_base(rows, cells, base)
        for row in range(first, last + 1):
            _eliminate(rows, row, bottom_w_m2 if row == last else 0.0)
        cells[MISMATCH_K] = 0.0
        for row in range(last, first - 1, -1):
            _substitute(rows, cells, row)
            set_temperature(rows, cells, row)
        moving = _rest(rows, cells, first, base, ground, dt)
        if moving == 0:
            break
    return moving


@njit(cache=True, nogil=True, error_model="numpy")
def _set_back(rows: FloatArray, cells: FloatArray, flag: int, first: int, last: int) -> None:
    """Flag the moving columns and return them to their state before the step."""
    for cell in range(rows.shape[2]):
        cells[flag, cell] = cells[MOVING, cell]
    for row in range(first, last + 1):
        for cell in range(rows.shape[2]):
            if cells[flag, cell] > 0.0:
                rows[ENTHALPY, row, cell] = rows[OLD_ENTHALPY, row, cell]
                rows[TEMPERATURE, row, cell] = rows[OLD_TEMPERATURE, row, cell]
                rows[LIQUID_SHARE, row, cell] = rows[OLD_LIQUID_SHARE, row, cell]


@njit(cache=True, nogil=True, error_model="numpy")
def _take_smallest_steps(
    rows: FloatArray,
    cells: FloatArray,
    first: int,
    base: int,
    ground: int,
    bottom_w_m2: float,
    dt: float,
) -> None:
    """Cut a step that the moving columns did not end; what does not rest then stays as it is."""
    _set_back(rows, cells, STUCK, first, rows.shape[1] - 2)
    step_s = dt / STEPS_AFTER_FAILURE
    for _ in range(STEPS_AFTER_FAILURE):
        for cell in range(rows.shape[2]):
            cells[MOVING, cell] = cells[STUCK, cell]
        _try_step(rows, cells, first, base, ground, bottom_w_m2, step_s)
        for cell in range(rows.shape[2]):
            if cells[MOVING, cell] > 0.0:
                _count_ground_heat(rows, cells, ground, cell, step_s)


@njit(cache=True, nogil=True, error_model="numpy")
def heat_column_step(
    rows: FloatArray,
    cells: FloatArray,
    n_cells: int,
    first: int,
    base: int,
    ground: int,
    bottom_w_m2: float,
    dt: float,
) -> None:
    """Conduct heat for a time; shorter steps where a step does not converge.

    Parameters
    ----------
    rows, cells : array
        See `heat_block`; enthalpy, temperature, liquid share and `GROUND_HEAT` change. `SURFACE_C`
        and `SKIN` drive the columns.
    n_cells : int
        Cells of the block in use.
    first, base : int
        Uppermost row in use, 1 or more, and the row below the snow (`first` where there is none):
        between them the temperature stays at or below 0 degC, and surplus heat melts snow.
    ground : int
        Row whose gain from above is `GROUND_HEAT`: `base`, or below ponded water.
    bottom_w_m2 : float
        Heat that enters at the bottom.
    dt : float
        Time, s.
    """
    for cell in range(cells.shape[1]):
        cells[MOVING, cell] = 1.0 if cell < n_cells else 0.0
        cells[MELTING, cell] = cells[GROUND_HEAT, cell] = 0.0
    _set_surface(rows, cells, first)
    if _try_step(rows, cells, first, base, ground, bottom_w_m2, dt) == 0:
        return
    _set_back(rows, cells, FAILED, first, rows.shape[1] - 2)
    step_s = dt / STEPS_AFTER_FAILURE
    for _ in range(STEPS_AFTER_FAILURE):
        for cell in range(rows.shape[2]):
            cells[MOVING, cell] = cells[FAILED, cell]
        if _try_step(rows, cells, first, base, ground, bottom_w_m2, step_s) > 0:
            _take_smallest_steps(rows, cells, first, base, ground, bottom_w_m2, step_s)
