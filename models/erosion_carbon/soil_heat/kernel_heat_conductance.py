"""Conductances between the rows of a block of heat columns, and where snow melts at its base."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from ..kernel_elementary import exponential
from .heat_block import (
    ABOVE,
    BELOW,
    COUPLED,
    LIQUID_SHARE,
    LOG_FROZEN_RATIO,
    MELTING,
    RESISTANCE,
    SKIN,
    TEMPERATURE,
    THAWED_CONDUCTIVITY,
    THICKNESS_M,
)

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def set_resistance(rows: FloatArray, row: int) -> None:
    """Set half of a row's resistance; partly frozen soil conducts as a geometric mean."""
    least_share = 1.0
    for cell in range(rows.shape[2]):
        least_share = min(least_share, rows[LIQUID_SHARE, row, cell])
    if least_share >= 1.0:
        for cell in range(rows.shape[2]):
            half_m = 0.5 * rows[THICKNESS_M, row, cell]
            rows[RESISTANCE, row, cell] = half_m / rows[THAWED_CONDUCTIVITY, row, cell]
        return
    for cell in range(rows.shape[2]):
        ice = 1.0 - rows[LIQUID_SHARE, row, cell]
        conductivity = rows[THAWED_CONDUCTIVITY, row, cell] * exponential(
            ice * rows[LOG_FROZEN_RATIO, row, cell]
        )
        rows[RESISTANCE, row, cell] = 0.5 * rows[THICKNESS_M, row, cell] / conductivity


@njit(cache=True, nogil=True, error_model="numpy")
def set_conductance(rows: FloatArray, row: int) -> None:
    """Set the conductance from a row to the next one."""
    for cell in range(rows.shape[2]):
        resistance = rows[RESISTANCE, row, cell] + rows[RESISTANCE, row + 1, cell]
        rows[BELOW, row, cell] = 1.0 / resistance
        rows[ABOVE, row + 1, cell] = 1.0 / resistance


@njit(cache=True, nogil=True, error_model="numpy")
def set_end_conductances(rows: FloatArray, cells: FloatArray, first: int, last: int) -> None:
    """Set the conductance to the surface; none leads out of the bottom."""
    for cell in range(rows.shape[2]):
        rows[ABOVE, first, cell] = 1.0 / (rows[RESISTANCE, first, cell] + cells[SKIN, cell])
        rows[BELOW, last, cell] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def base_c(rows: FloatArray, base: int, cell: int) -> float:
    """Return a number of the sign of the snow's base temperature if it did not melt."""
    return float(
        rows[TEMPERATURE, base - 1, cell] * rows[RESISTANCE, base, cell]
        + rows[TEMPERATURE, base, cell] * rows[RESISTANCE, base - 1, cell]
    )


@njit(cache=True, nogil=True, error_model="numpy")
def melt_base(rows: FloatArray, cells: FloatArray, base: int) -> None:
    """Hold the snow's base at 0 degC where it would be warmer: then snow and ground part."""
    for cell in range(rows.shape[2]):
        melts = base_c(rows, base, cell) > 0.0
        cells[MELTING, cell] = 1.0 if melts else 0.0
        rows[COUPLED, base, cell] = 0.0 if melts else 1.0
        if melts:
            rows[BELOW, base - 1, cell] = 1.0 / rows[RESISTANCE, base - 1, cell]
            rows[ABOVE, base, cell] = 1.0 / rows[RESISTANCE, base, cell]
