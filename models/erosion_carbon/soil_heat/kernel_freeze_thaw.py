"""What a year of soil temperatures says about freezing and thawing, counted day by day."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from ..constants import SECONDS_PER_DAY
from ..soil_layers import LAYER_MIDDLE_M
from .grid import N_NODES, NODE_BOTTOM_M, NODE_MIDDLE_M
from .kernel_properties import (
    ICE_HEAT_CAPACITY_J_KG_K,
    WATER_HEAT_CAPACITY_J_M3_K,
    snow_conductivity_w_m_k,
    thawed_conductivity_w_m_k,
)
from .kernel_thermal_columns import ThermalColumns
from .state import HeatState

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

DAYS_OF_LASTING_THAW = 5
MIDSUMMER_OF_NORTH = 182
"""Southern winters lie within the calendar year: their thaw is looked for after its middle."""


class FreezeThawYear(NamedTuple):
    """Counts of one calendar year, arrays of shape (n_cells,).

    Parameters
    ----------
    freeze_thaw_days : array of int
        Days on which the top layer is both above and below 0 degC.
    frozen_days : array of int
        Days whose mean temperature of the top layer is below 0 degC.
    thaw_onset_day : array of int
        First day of the year of the first 5 days in a row above 0 degC in the top layer, counted
        from day 1, in the south from day 182; 0 where there is none.
    thaw_run_days : array of int
        Days in a row above 0 degC up to now.
    thaw_depth_m : array
        Deepest 0 degC isotherm below thawed ground, the column's depth where all of it is thawed.
    thawed_nodes : array of int
        Bit i is set where node i was at or above 0 degC on any day, see `permafrost`.
    """

    freeze_thaw_days: IntArray
    frozen_days: IntArray
    thaw_onset_day: IntArray
    thaw_run_days: IntArray
    thaw_depth_m: FloatArray
    thawed_nodes: IntArray


@njit(cache=True, nogil=True, error_model="numpy")
def diurnal_amplitude_k(
    range_k: float,
    depth_m: float,
    diffusivity_m2_s: float,
    snow_depth_m: float,
    snow_diffusivity_m2_s: float,
) -> float:
    """Return half the daily range of temperature at a depth below soil and snow.

    A daily wave falls off as exp(-z / d) with d = sqrt(2 a / w). The heat of freezing, which damps
    it further, is left out.
    """
    frequency = 2.0 * math.pi / SECONDS_PER_DAY
    damping = depth_m * math.sqrt(frequency / (2.0 * diffusivity_m2_s))
    damping += snow_depth_m * math.sqrt(frequency / (2.0 * snow_diffusivity_m2_s))
    return 0.5 * range_k * math.exp(-damping)


@njit(cache=True, nogil=True, error_model="numpy")
def thaw_depth_m(
    temperature_c: FloatArray, node_middle_m: FloatArray, node_bottom_m: FloatArray
) -> float:
    """Return the depth of the first 0 degC isotherm below a thawed surface; 0 where it is frozen.

    Between the middles of two nodes the temperature is taken as linear.
    """
    if temperature_c[0] <= 0.0:
        return 0.0
    for node in range(1, len(temperature_c)):
        if temperature_c[node] <= 0.0:
            above, below = temperature_c[node - 1], temperature_c[node]
            share = above / (above - below)
            return float(
                node_middle_m[node - 1] + share * (node_middle_m[node] - node_middle_m[node - 1])
            )
    return float(node_bottom_m[-1])


@njit(cache=True, nogil=True, error_model="numpy")
def _top_amplitude_k(
    cell: int,
    range_k: float,
    snow_m: float,
    snow_density: float,
    heat: HeatState,
    columns: ThermalColumns,
) -> float:
    """Return half the daily range in the middle of the top layer."""
    water = heat.water[cell, 0]
    conductivity = thawed_conductivity_w_m_k(
        columns.saturated_conductivity[cell, 0],
        columns.dry_conductivity[cell, 0],
        min(water / columns.porosity[cell, 0], 1.0),
    )
    capacity = columns.solid_heat_capacity[cell, 0] + WATER_HEAT_CAPACITY_J_M3_K * water
    snow_diffusivity = 1.0
    if snow_m > 0.0:
        snow_capacity = ICE_HEAT_CAPACITY_J_KG_K * snow_density
        snow_diffusivity = snow_conductivity_w_m_k(snow_density) / snow_capacity
    return diurnal_amplitude_k(
        range_k, LAYER_MIDDLE_M[0], conductivity / capacity, snow_m, snow_diffusivity
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _count_thaw_onset(cell: int, day_of_year: int, south: float, year: FreezeThawYear) -> None:
    """Keep the first day of the first lasting thaw."""
    first_day = MIDSUMMER_OF_NORTH if south else 1
    run = min(year.thaw_run_days[cell], day_of_year - first_day + 1)
    if year.thaw_onset_day[cell] == 0 and run >= DAYS_OF_LASTING_THAW:
        year.thaw_onset_day[cell] = day_of_year - run + 1


@njit(cache=True, nogil=True, error_model="numpy")
def count_freeze_thaw_day(
    start: int,
    stop: int,
    day_of_year: int,
    heat: HeatState,
    air_range_k: FloatArray,
    snow_depth_m: FloatArray,
    snow_density_kg_m3: FloatArray,
    columns: ThermalColumns,
    latitude_deg: FloatArray,
    year: FreezeThawYear,
) -> None:
    """Count one day of the cells from start to stop.

    Parameters
    ----------
    start, stop : int
        Cells.
    day_of_year : int
        1 to 366.
    heat : HeatState
        At the end of the day.
    air_range_k : array, shape (n_cells,)
        Daily maximum less minimum of the air temperature.
    snow_depth_m, snow_density_kg_m3 : array, shape (n_cells,)
        Snow of the day.
    columns : ThermalColumns
        From `fill_thermal_columns`.
    latitude_deg : array, shape (n_cells,)
        Negative in the south.
    year : FreezeThawYear
        Changed in place.
    """
    for cell in range(start, stop):
        top_c = heat.temperature[cell, 0]
        amplitude = _top_amplitude_k(
            cell, air_range_k[cell], snow_depth_m[cell], snow_density_kg_m3[cell], heat, columns
        )
        if top_c + amplitude > 0.0 and top_c - amplitude < 0.0:
            year.freeze_thaw_days[cell] += 1
        if top_c < 0.0:
            year.frozen_days[cell] += 1
        year.thaw_run_days[cell] = year.thaw_run_days[cell] + 1 if top_c > 0.0 else 0
        _count_thaw_onset(cell, day_of_year, latitude_deg[cell] < 0.0, year)
        depth = thaw_depth_m(heat.temperature[cell], NODE_MIDDLE_M, NODE_BOTTOM_M)
        year.thaw_depth_m[cell] = max(year.thaw_depth_m[cell], depth)
        for node in range(N_NODES):
            if heat.temperature[cell, node] >= 0.0:
                year.thawed_nodes[cell] |= 1 << node
