"""Heat of one site's column over many steps: any layers, measured snow."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from .grid import N_SNOW_NODES
from .heat_block import (
    ENTHALPY,
    EXPONENT,
    FREEZING_C,
    FROZEN_CAPACITY,
    GROUND_HEAT,
    LIQUID_SHARE,
    LOG_FROZEN_RATIO,
    N_CELL_FIELDS,
    N_FIELDS,
    SCALE,
    SKIN,
    SURFACE_C,
    TEMPERATURE,
    THAWED_CAPACITY,
    THAWED_CONDUCTIVITY,
    THICKNESS_M,
    WATER,
)
from .kernel_enthalpy import enthalpy_j_m3, liquid_share_at
from .kernel_heat_column import heat_column_step
from .kernel_properties import NEVER_C, freezing_point_c

FloatArray = npt.NDArray[np.float64]

GROUND_ROW = 1 + N_SNOW_NODES


@njit(cache=True, nogil=True, error_model="numpy")
def _load(
    rows: FloatArray,
    thickness_m: FloatArray,
    constants: FloatArray,
    temperature_c: FloatArray,
) -> None:
    """Fill the rows below the snow; constants in the order of `SiteColumn`."""
    for node in range(len(thickness_m)):
        row = GROUND_ROW + node
        water, scale, exponent = constants[0, node], constants[1, node], constants[2, node]
        thawed, frozen = constants[3, node], constants[4, node]
        temperature = temperature_c[node]
        share = liquid_share_at(temperature, water, scale, exponent)
        rows[THICKNESS_M, row] = thickness_m[node]
        rows[WATER, row], rows[SCALE, row], rows[EXPONENT, row] = water, scale, exponent
        rows[THAWED_CAPACITY, row], rows[FROZEN_CAPACITY, row] = thawed, frozen
        rows[THAWED_CONDUCTIVITY, row] = constants[5, node]
        rows[LOG_FROZEN_RATIO, row] = math.log(constants[6, node] / constants[5, node])
        rows[FREEZING_C, row] = freezing_point_c(water, scale, exponent)
        rows[TEMPERATURE, row], rows[LIQUID_SHARE, row] = temperature, share
        rows[ENTHALPY, row] = enthalpy_j_m3(temperature, share, water, thawed, frozen)


@njit(cache=True, nogil=True, error_model="numpy")
def _lay_snow(
    rows: FloatArray, depth_m: float, heat_capacity_j_m3_k: float, conductivity_w_m_k: float
) -> None:
    """Fill the rows of snow; their temperatures stay."""
    for row in range(1, GROUND_ROW):
        rows[THICKNESS_M, row] = depth_m / N_SNOW_NODES
        rows[THAWED_CAPACITY, row] = rows[FROZEN_CAPACITY, row] = heat_capacity_j_m3_k
        rows[THAWED_CONDUCTIVITY, row] = conductivity_w_m_k
        rows[LIQUID_SHARE, row] = 1.0
        rows[FREEZING_C, row] = NEVER_C
        for k in range(rows.shape[2]):
            rows[ENTHALPY, row, k] = heat_capacity_j_m3_k * rows[TEMPERATURE, row, k]


@njit(cache=True, nogil=True, error_model="numpy")
def run_site_column(
    thickness_m: FloatArray,
    constants: FloatArray,
    start_temperature_c: FloatArray,
    surface_c: FloatArray,
    snow_depth_m: FloatArray,
    snow_heat_capacity_j_m3_k: FloatArray,
    snow_conductivity_w_m_k: FloatArray,
    least_snow_m: float,
    bottom_w_m2: float,
    step_s: float,
    temperature_c: FloatArray,
    liquid_share: FloatArray,
    ground_heat_j_m2: FloatArray,
) -> None:
    """Run a column through all steps; see `run_site` for the arrays.

    `temperature_c` and `liquid_share` (steps, nodes) and `ground_heat_j_m2` (steps,) are written.
    """
    nodes = len(thickness_m)
    rows = np.zeros((N_FIELDS, GROUND_ROW + nodes + 1, 1))
    cells = np.zeros((N_CELL_FIELDS, 1))
    _load(rows, thickness_m, constants, start_temperature_c)
    for step in range(len(surface_c)):
        surface, depth_m, skin = surface_c[step], snow_depth_m[step], 0.0
        first = GROUND_ROW
        if depth_m > 0.0:
            surface = min(surface, 0.0)
            skin = depth_m / snow_conductivity_w_m_k[step]
        if depth_m >= least_snow_m:
            first, skin = 1, 0.0
            _lay_snow(rows, depth_m, snow_heat_capacity_j_m3_k[step], snow_conductivity_w_m_k[step])
        cells[SURFACE_C], cells[SKIN] = surface, skin
        heat_column_step(rows, cells, 1, first, GROUND_ROW, GROUND_ROW, bottom_w_m2, step_s)
        ground_heat_j_m2[step] = cells[GROUND_HEAT, 0]
        for row in range(1, GROUND_ROW):
            snow_c = rows[TEMPERATURE, row, 0] if first == 1 else surface
            rows[TEMPERATURE, row] = min(snow_c, 0.0)
        for node in range(nodes):
            temperature_c[step, node] = rows[TEMPERATURE, GROUND_ROW + node, 0]
            liquid_share[step, node] = rows[LIQUID_SHARE, GROUND_ROW + node, 0]
