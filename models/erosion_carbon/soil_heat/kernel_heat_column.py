"""One implicit step of heat conduction with freezing and thawing through a column.

The unknown is enthalpy, dH/dt = d/dz (k dT/dz). Each iteration solves the linearised balance and
takes the new enthalpy from its fluxes, so that energy closes to rounding after any number of them;
iterations end when the temperature the fluxes assumed is that of the new enthalpy.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from .kernel_enthalpy import (
    enthalpy_j_m3,
    enthalpy_slope_j_m3_k,
    temperature_of_enthalpy,
)

FloatArray = npt.NDArray[np.float64]

LARGEST_MISMATCH_K = 1e-2
MOST_ITERATIONS = 12
ITERATIONS_WITH_NEW_CONDUCTIVITY = 3
STEPS_AFTER_FAILURE = 8


HeatRows = npt.NDArray[np.void]
"""Rows of one column from the top, of type `HEAT_ROW`: one array, because kernels count references
to each array they are handed."""

HEAT_ROW = np.dtype(
    [
        (name, np.float64)
        for name in (
            "thickness_m",
            "water",  # liquid and ice, m3 of water m-3
            "scale",  # of the freezing curve, see `liquid_water_limit`
            "exponent",
            "thawed_capacity",  # J m-3 K-1 with all water liquid
            "frozen_capacity",  # with all of it ice
            "thawed_conductivity",  # W m-1 K-1
            "frozen_conductivity",
            "enthalpy",  # J m-3: the state, with the two that follow from it
            "temperature",  # degC
            "liquid_share",  # of the water
            "old_enthalpy",  # state before the step
            "old_temperature",
            "old_liquid_share",
            "slope",  # dT/dH
            "resistance",  # from the middle to either face, K m2 W-1
            "above",  # conductance to the row above, W m-2 K-1
            "below",
            "change",  # of enthalpy, then the temperature that the balance assumed
            "eliminated",
        )
    ]
)


@njit(cache=True, nogil=True, error_model="numpy")
def _set_resistances(column: HeatRows, first: int) -> None:
    """Set half of each row's resistance; partly frozen soil conducts as a geometric mean."""
    for row in range(first, len(column)):
        share = column[row]["liquid_share"]
        conductivity = column[row]["thawed_conductivity"]
        if share < 1.0:
            ratio = column[row]["frozen_conductivity"] / conductivity
            conductivity *= math.exp((1.0 - share) * math.log(ratio))
        column[row]["resistance"] = 0.5 * column[row]["thickness_m"] / conductivity


@njit(cache=True, nogil=True, error_model="numpy")
def _set_conductances(column: HeatRows, first: int, skin_resistance: float) -> None:
    """Set the conductance from each row to its neighbours, W m-2 K-1."""
    last = len(column) - 1
    column[first]["above"] = 1.0 / (column[first]["resistance"] + skin_resistance)
    for row in range(first, last):
        conductance = 1.0 / (column[row]["resistance"] + column[row + 1]["resistance"])
        column[row]["below"] = conductance
        column[row + 1]["above"] = conductance
    column[last]["below"] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _melts_snow(column: HeatRows, first: int, base: int) -> bool:
    """Tell whether the snow's base would be warmer than 0 degC without melting."""
    if base <= first:
        return False
    snow_c, ground_c = column[base - 1]["temperature"], column[base]["temperature"]
    return bool(
        snow_c * column[base]["resistance"] + ground_c * column[base - 1]["resistance"] > 0.0
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _eliminate(
    column: HeatRows, first: int, base: int, surface_c: float, bottom_w_m2: float, dt: float
) -> None:
    """Build and reduce the tridiagonal balance of the enthalpy changes, row by row.

    `base` is the row below melting snow, whose upper face is at 0 degC, or `first`.
    """
    last = len(column) - 1
    above_c, above_slope, previous_factor, previous_change = surface_c, 0.0, 0.0, 0.0
    for row in range(first, last + 1):
        here_c, slope = column[row]["temperature"], column[row]["slope"]
        above, below = column[row]["above"], column[row]["below"]
        below_c, below_slope = 0.0, 0.0
        if row == base and row > first:
            above_c, above_slope = 0.0, 0.0
        if row < last and not (row + 1 == base and base > first):
            below_c, below_slope = column[row + 1]["temperature"], column[row + 1]["slope"]
        gain = above * (above_c - here_c) - below * (here_c - below_c)
        if row == last:
            gain += bottom_w_m2
        share = dt / column[row]["thickness_m"]
        residual = column[row]["old_enthalpy"] - column[row]["enthalpy"] + share * gain
        lower = -share * above * above_slope
        pivot = 1.0 / (1.0 + share * (above + below) * slope - lower * previous_factor)
        previous_factor = -share * below * below_slope * pivot
        previous_change = (residual - lower * previous_change) * pivot
        column[row]["eliminated"] = previous_factor
        column[row]["change"] = previous_change
        above_c, above_slope = here_c, slope


@njit(cache=True, nogil=True, error_model="numpy")
def _substitute(column: HeatRows, first: int) -> float:
    """Solve upwards and move each row to its new enthalpy; return the worst mismatch of T, K.

    `change` holds the temperatures that the balance assumed from then on.
    """
    change = 0.0
    for row in range(len(column) - 1, first - 1, -1):
        change = column[row]["change"] - column[row]["eliminated"] * change
        column[row]["enthalpy"] += change
        column[row]["change"] = column[row]["temperature"] + column[row]["slope"] * change
    worst = 0.0
    for row in range(first, len(column)):
        enthalpy, assumed = column[row]["enthalpy"], column[row]["change"]
        if enthalpy >= 0.0 or column[row]["water"] <= 0.0:
            share, slope = 1.0, 1.0 / column[row]["thawed_capacity"]
            temperature = enthalpy * slope
        else:
            temperature, share, slope = temperature_of_enthalpy(
                enthalpy,
                assumed,
                column[row]["water"],
                column[row]["scale"],
                column[row]["exponent"],
                column[row]["thawed_capacity"],
                column[row]["frozen_capacity"],
            )
        column[row]["temperature"] = temperature
        column[row]["liquid_share"] = share
        column[row]["slope"] = slope
        mismatch = abs(temperature - assumed)
        if mismatch > worst:
            worst = mismatch
    return worst


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(column: HeatRows, first: int) -> None:
    """Keep the old enthalpies; start from the enthalpy and slope of the old temperatures."""
    for row in range(first, len(column)):
        column[row]["old_enthalpy"] = column[row]["enthalpy"]
        temperature, share = column[row]["temperature"], column[row]["liquid_share"]
        column[row]["old_temperature"], column[row]["old_liquid_share"] = temperature, share
        water = column[row]["water"]
        thawed, frozen = column[row]["thawed_capacity"], column[row]["frozen_capacity"]
        column[row]["enthalpy"] = enthalpy_j_m3(temperature, share, water, thawed, frozen)
        column[row]["slope"] = 1.0 / enthalpy_slope_j_m3_k(
            temperature, share, water, column[row]["exponent"], thawed, frozen
        )


@njit(cache=True, nogil=True, error_model="numpy")
def _heat_into(column: HeatRows, row: int, melting: bool, first: int, surface_c: float) -> float:
    """Return the flux into a row from above, W m-2, of the temperatures the balance assumed."""
    above_c = surface_c
    if row > first:
        above_c = 0.0 if melting else column[row - 1]["change"]
    return float(column[row]["above"] * (above_c - column[row]["change"]))


@njit(cache=True, nogil=True, error_model="numpy")
def _try_step(
    column: HeatRows,
    first: int,
    base: int,
    ground: int,
    surface_c: float,
    skin_resistance: float,
    bottom_w_m2: float,
    dt: float,
) -> tuple[bool, float]:
    """Iterate one step; return whether it converged, and the heat into the ground, W m-2."""
    _begin(column, first)
    melting = False
    for iteration in range(MOST_ITERATIONS):
        if iteration < ITERATIONS_WITH_NEW_CONDUCTIVITY:
            _set_resistances(column, first)
        _set_conductances(column, first, skin_resistance)
        melting = _melts_snow(column, first, base)
        if melting:
            column[base - 1]["below"] = 1.0 / column[base - 1]["resistance"]
            column[base]["above"] = 1.0 / column[base]["resistance"]
        _eliminate(column, first, base if melting else first, surface_c, bottom_w_m2, dt)
        mismatch = _substitute(column, first)
        if mismatch < LARGEST_MISMATCH_K and melting == _melts_snow(column, first, base):
            return True, _heat_into(column, ground, melting and ground == base, first, surface_c)
    return False, _heat_into(column, ground, melting and ground == base, first, surface_c)


@njit(cache=True, nogil=True, error_model="numpy")
def _restore(column: HeatRows, first: int) -> None:
    """Return to the state before a step that did not converge."""
    for row in range(first, len(column)):
        column[row]["enthalpy"] = column[row]["old_enthalpy"]
        column[row]["temperature"] = column[row]["old_temperature"]
        column[row]["liquid_share"] = column[row]["old_liquid_share"]


@njit(cache=True, nogil=True, error_model="numpy")
def heat_column_step(
    column: HeatRows,
    first: int,
    base: int,
    ground: int,
    surface_c: float,
    skin_resistance: float,
    bottom_w_m2: float,
    dt: float,
) -> tuple[float, int]:
    """Conduct heat for a time; shorter steps where a step does not converge.

    Parameters
    ----------
    column : array of HEAT_ROW, shape (rows,)
        Changed in place: enthalpy, temperature, liquid share.
    first, base : int
        Uppermost row in use, and the row below the snow (`first` where there is none): between
        them the temperature stays at or below 0 degC, and surplus heat melts snow.
    ground : int
        Row that the returned heat enters: `base`, or below ponded water.
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
        Heat into the ground from above.
    steps : int
        Steps taken.
    """
    steps = 1
    while True:
        heat = 0.0
        for _ in range(steps):
            converged, flux = _try_step(
                column, first, base, ground, surface_c, skin_resistance, bottom_w_m2, dt / steps
            )
            heat += flux * dt / steps
            if not converged and steps == 1:
                break
        if converged or steps > 1:
            return heat, steps
        _restore(column, first)
        steps = STEPS_AFTER_FAILURE
