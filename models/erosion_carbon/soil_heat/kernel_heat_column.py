"""One implicit step of heat conduction with freezing and thawing through a column.

The unknown is enthalpy, dH/dt = d/dz (k dT/dz). Each iteration solves the linearised balance and
takes the new enthalpy from its fluxes, so that energy closes to rounding after any number of them;
iterations end when the temperature the fluxes assumed is that of the new enthalpy.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .kernel_enthalpy import (
    enthalpy_j_m3,
    enthalpy_slope_j_m3_k,
    temperature_of_enthalpy,
)

FloatArray = npt.NDArray[np.float64]

LARGEST_MISMATCH_K = 2e-3
MOST_ITERATIONS = 12
ITERATIONS_WITH_NEW_CONDUCTIVITY = 3
STEPS_AFTER_FAILURE = 8


class HeatColumn(NamedTuple):
    """Rows of one column from the top, each array of shape (rows,), and its working space.

    Parameters
    ----------
    thickness_m, water : array
        Thickness, and liquid water with ice (m3 of water m-3).
    scale, exponent : array
        Freezing curve, see `liquid_water_limit`.
    thawed_capacity, frozen_capacity : array
        Heat capacity, J m-3 K-1, with all water liquid, and all ice.
    thawed_conductivity, frozen_conductivity : array
        Thermal conductivity, W m-1 K-1, with all water liquid, and all ice.
    enthalpy, temperature, liquid_share : array
        State: J m-3, degC, and the share of the water that is liquid.
    """

    thickness_m: FloatArray
    water: FloatArray
    scale: FloatArray
    exponent: FloatArray
    thawed_capacity: FloatArray
    frozen_capacity: FloatArray
    thawed_conductivity: FloatArray
    frozen_conductivity: FloatArray
    enthalpy: FloatArray
    temperature: FloatArray
    liquid_share: FloatArray
    old_enthalpy: FloatArray
    old_temperature: FloatArray
    old_liquid_share: FloatArray
    slope: FloatArray
    resistance: FloatArray
    above: FloatArray
    below: FloatArray
    change: FloatArray
    eliminated: FloatArray


@njit(cache=True, nogil=True)
def empty_column(rows: int) -> HeatColumn:
    """Return a column of zeros."""
    work = np.zeros((20, rows))
    return HeatColumn(
        work[0], work[1], work[2], work[3], work[4], work[5], work[6], work[7], work[8],
        work[9], work[10], work[11], work[12], work[13], work[14], work[15], work[16], work[17],
        work[18], work[19],
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _set_resistances(column: HeatColumn, first: int) -> None:
    """Set half of each row's resistance; partly frozen soil conducts as a geometric mean."""
    for row in range(first, len(column.water)):
        share = column.liquid_share[row]
        conductivity = column.thawed_conductivity[row]
        if share < 1.0:
            ratio = column.frozen_conductivity[row] / conductivity
            conductivity *= math.exp((1.0 - share) * math.log(ratio))
        column.resistance[row] = 0.5 * column.thickness_m[row] / conductivity


@njit(cache=True, nogil=True)
def _set_conductances(column: HeatColumn, first: int, skin_resistance: float) -> None:
    """Set the conductance from each row to its neighbours, W m-2 K-1."""
    last = len(column.water) - 1
    column.above[first] = 1.0 / (column.resistance[first] + skin_resistance)
    for row in range(first, last):
        conductance = 1.0 / (column.resistance[row] + column.resistance[row + 1])
        column.below[row] = conductance
        column.above[row + 1] = conductance
    column.below[last] = 0.0


@njit(cache=True, nogil=True)
def _melts_snow(column: HeatColumn, first: int, base: int) -> bool:
    """Tell whether the snow's base would be warmer than 0 degC without melting."""
    if base <= first:
        return False
    below, above = column.temperature[base], column.temperature[base - 1]
    return above * column.resistance[base] + below * column.resistance[base - 1] > 0.0


@njit(cache=True, nogil=True)
def _eliminate(
    column: HeatColumn, first: int, base: int, surface_c: float, bottom_w_m2: float, dt: float
) -> None:
    """Build and reduce the tridiagonal balance of the enthalpy changes, row by row.

    `base` is the row below melting snow, whose upper face is at 0 degC, or `first`.
    """
    last = len(column.water) - 1
    temperature, slope = column.temperature, column.slope
    above_c, above_slope, previous_factor, previous_change = surface_c, 0.0, 0.0, 0.0
    for row in range(first, last + 1):
        above, below = column.above[row], column.below[row]
        below_c, below_slope = 0.0, 0.0
        if row == base and row > first:
            above_c, above_slope = 0.0, 0.0
        if row < last and not (row + 1 == base and base > first):
            below_c, below_slope = temperature[row + 1], slope[row + 1]
        gain = above * (above_c - temperature[row]) - below * (temperature[row] - below_c)
        if row == last:
            gain += bottom_w_m2
        share = dt / column.thickness_m[row]
        residual = column.old_enthalpy[row] - column.enthalpy[row] + share * gain
        lower = -share * above * above_slope
        pivot = 1.0 / (1.0 + share * (above + below) * slope[row] - lower * previous_factor)
        previous_factor = -share * below * below_slope * pivot
        previous_change = (residual - lower * previous_change) * pivot
        column.eliminated[row] = previous_factor
        column.change[row] = previous_change
        above_c, above_slope = temperature[row], slope[row]


@njit(cache=True, nogil=True)
def _substitute(column: HeatColumn, first: int) -> float:
    """Solve upwards, move each row to its new enthalpy; return the worst mismatch of T, K.

    `change` holds the temperatures that the balance assumed from then on.
    """
    worst = 0.0
    change = 0.0
    for row in range(len(column.water) - 1, first - 1, -1):
        change = column.change[row] - column.eliminated[row] * change
        assumed = column.temperature[row] + column.slope[row] * change
        column.change[row] = assumed
        enthalpy = column.enthalpy[row] + change
        column.enthalpy[row] = enthalpy
        if enthalpy >= 0.0:
            temperature = enthalpy / column.thawed_capacity[row]
            column.liquid_share[row] = 1.0
            column.slope[row] = 1.0 / column.thawed_capacity[row]
        else:
            temperature, column.liquid_share[row], column.slope[row] = temperature_of_enthalpy(
                enthalpy,
                assumed,
                column.water[row],
                column.scale[row],
                column.exponent[row],
                column.thawed_capacity[row],
                column.frozen_capacity[row],
            )
        column.temperature[row] = temperature
        worst = max(worst, abs(temperature - assumed))
    return worst


@njit(cache=True, nogil=True)
def _begin(column: HeatColumn, first: int) -> None:
    """Keep the old enthalpies; start from the enthalpy and slope of the old temperatures."""
    for row in range(first, len(column.water)):
        column.old_enthalpy[row] = column.enthalpy[row]
        temperature, share = column.temperature[row], column.liquid_share[row]
        column.old_temperature[row], column.old_liquid_share[row] = temperature, share
        water = column.water[row]
        thawed, frozen = column.thawed_capacity[row], column.frozen_capacity[row]
        column.enthalpy[row] = enthalpy_j_m3(temperature, share, water, thawed, frozen)
        column.slope[row] = 1.0 / enthalpy_slope_j_m3_k(
            temperature, share, water, column.exponent[row], thawed, frozen
        )


@njit(cache=True, nogil=True)
def _heat_into(column: HeatColumn, row: int, melting: bool, first: int, surface_c: float) -> float:
    """Return the flux into a row from above, W m-2, of the temperatures the balance assumed."""
    above_c = surface_c
    if row > first:
        above_c = 0.0 if melting else column.change[row - 1]
    return column.above[row] * (above_c - column.change[row])


@njit(cache=True, nogil=True)
def _try_step(
    column: HeatColumn,
    first: int,
    base: int,
    surface_c: float,
    skin_resistance: float,
    bottom_w_m2: float,
    dt: float,
) -> tuple[bool, float]:
    """Iterate one step; return whether it converged, and the heat into the base row, W m-2."""
    _begin(column, first)
    melting = False
    for iteration in range(MOST_ITERATIONS):
        if iteration < ITERATIONS_WITH_NEW_CONDUCTIVITY:
            _set_resistances(column, first)
        _set_conductances(column, first, skin_resistance)
        melting = _melts_snow(column, first, base)
        if melting:
            column.below[base - 1] = 1.0 / column.resistance[base - 1]
            column.above[base] = 1.0 / column.resistance[base]
        _eliminate(column, first, base if melting else first, surface_c, bottom_w_m2, dt)
        mismatch = _substitute(column, first)
        if mismatch < LARGEST_MISMATCH_K and melting == _melts_snow(column, first, base):
            return True, _heat_into(column, base, melting, first, surface_c)
    return False, _heat_into(column, base, melting, first, surface_c)


@njit(cache=True, nogil=True)
def _restore(column: HeatColumn, first: int) -> None:
    """Return to the state before a step that did not converge."""
    for row in range(first, len(column.water)):
        column.enthalpy[row] = column.old_enthalpy[row]
        column.temperature[row] = column.old_temperature[row]
        column.liquid_share[row] = column.old_liquid_share[row]


@njit(cache=True, nogil=True)
def heat_column_step(
    column: HeatColumn,
    first: int,
    base: int,
    surface_c: float,
    skin_resistance: float,
    bottom_w_m2: float,
    dt: float,
) -> tuple[float, int]:
    """Conduct heat for a time; shorter steps where a step does not converge.

    Parameters
    ----------
    column : HeatColumn
        Changed in place: enthalpy, temperature, liquid share.
    first, base : int
        Uppermost row in use, and the row below the snow (`first` where there is none): between
        them the temperature stays at or below 0 degC, and surplus heat melts snow.
    surface_c : float
        Temperature of the upper face, degC.
    skin_resistance : float
        Of what covers the upper face without storing heat, K m2 W-1.
    bottom_w_m2 : float
        Heat that enters at the bottom.
    dt : float
        Time, s.

    Returns
    -------
    heat_j_m2 : float
        Heat into the base row from above.
    steps : int
        Steps taken.
    """
    steps = 1
    while True:
        heat = 0.0
        for _ in range(steps):
            converged, flux = _try_step(
                column, first, base, surface_c, skin_resistance, bottom_w_m2, dt / steps
            )
            heat += flux * dt / steps
            if not converged and steps == 1:
                break
        if converged or steps > 1:
            return heat, steps
        _restore(column, first)
        steps = STEPS_AFTER_FAILURE
