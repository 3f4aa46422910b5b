"""Rows of a block of heat columns, filled from the cells' state and stored back."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from ..kernel_elementary import logarithm
from ..soil_layers import N_LAYERS
from .grid import (
    N_NODES,
    N_SNOW_NODES,
    N_SOIL_NODES,
    NODE_LAYER,
    NODE_THICKNESS_M,
    NODES_PER_LAYER,
    POND_ROW,
    SOIL_ROW,
)
from .heat_block import (
    ABOVE,
    BELOW,
    ENTHALPY,
    EXPONENT,
    FREEZING_C,
    FROZEN_CAPACITY,
    LIQUID_SHARE,
    LOG_FROZEN_RATIO,
    RESISTANCE,
    SCALE,
    TEMPERATURE,
    THAWED_CAPACITY,
    THAWED_CONDUCTIVITY,
    THICKNESS_M,
    WATER,
)
from .kernel_properties import (
    FUSION_HEAT_J_M3,
    ICE_CONDUCTIVITY_W_M_K,
    ICE_HEAT_CAPACITY_J_KG_K,
    ICE_HEAT_CAPACITY_J_M3_K,
    MELTING_POINT_K,
    NEVER_C,
    WATER_CONDUCTIVITY_W_M_K,
    WATER_HEAT_CAPACITY_J_M3_K,
    freezing_point_c,
    frozen_conductivity_w_m_k,
    snow_conductivity_w_m_k,
    thawed_conductivity_w_m_k,
)
from .kernel_thermal_columns import ThermalColumns
from .parameters import SoilHeatParameters

FloatArray = npt.NDArray[np.float64]
Members = npt.NDArray[np.uint64]
"""Cells whose columns the block holds; unsigned, which spares a look for negative indices."""

# Open water freezes at 0 degC; a curve this steep freezes 94 % of it above -0.02 degC.
POND_FREEZING_EXPONENT = 4.0
POND_FREEZING_SCALE = (0.01 / 273.15) ** POND_FREEZING_EXPONENT
POND_FREEZING_C = -0.01 / (1.0 + 0.01 / MELTING_POINT_K)
LOG_ICE_OVER_WATER = math.log(ICE_CONDUCTIVITY_W_M_K / WATER_CONDUCTIVITY_W_M_K)
CONSTANTS = (
    WATER,
    SCALE,
    EXPONENT,
    THAWED_CAPACITY,
    FROZEN_CAPACITY,
    THAWED_CONDUCTIVITY,
    LOG_FROZEN_RATIO,
    FREEZING_C,
)
# Fields that the solver sets later hold, until then, what the constants are made of.
PORES, DRY_CONDUCTIVITY, SOLID_CAPACITY = RESISTANCE, ABOVE, BELOW
FIRST_NODE: npt.NDArray[np.int64] = np.cumsum(NODES_PER_LAYER) - NODES_PER_LAYER
"""Uppermost node of each layer."""


@njit(cache=True, nogil=True, error_model="numpy")
def enthalpy_of_exchange(
    temperature_c: float, liquid_share: float, old_water: float, new_water: float
) -> float:
    """Return the enthalpy that water carries as it enters or leaves (per unit of water: J m-3).

    Water enters liquid, at the soil's temperature but not below 0 degC: melt water that enters
    frozen soil brings its heat of fusion. Water leaves likewise; more than was liquid leaves as
    ice at the soil's temperature.
    """
    gain = new_water - old_water
    warm_j_m3 = WATER_HEAT_CAPACITY_J_M3_K * max(temperature_c, 0.0)
    liquid = liquid_share * old_water
    if gain >= -liquid:
        return gain * warm_j_m3
    ice = ICE_HEAT_CAPACITY_J_M3_K * temperature_c - FUSION_HEAT_J_M3
    return -liquid * warm_j_m3 + (gain + liquid) * ice


@njit(cache=True, nogil=True, error_model="numpy")
def liquid_share_after_exchange(liquid_share: float, old_water: float, new_water: float) -> float:
    """Return the liquid share before any heat moves: a frozen node keeps its liquid content."""
    if liquid_share >= 1.0 or new_water <= 0.0:
        return 1.0
    return min(1.0, liquid_share * old_water / new_water)


@njit(cache=True, nogil=True, error_model="numpy")
def load_rock(rows: FloatArray, parameters: SoilHeatParameters) -> None:
    """Set what is the same in all cells: thicknesses, and the constants of rock."""
    for node in range(N_NODES):
        row = SOIL_ROW + node
        rows[THICKNESS_M, row] = NODE_THICKNESS_M[node]
        if node >= N_SOIL_NODES:
            rows[WATER, row] = 0.0
            rows[THAWED_CAPACITY, row] = parameters.rock_heat_capacity_j_m3_k
            rows[FROZEN_CAPACITY, row] = parameters.rock_heat_capacity_j_m3_k
            rows[THAWED_CONDUCTIVITY, row] = parameters.rock_conductivity_w_m_k
            rows[LOG_FROZEN_RATIO, row] = 0.0
            rows[FREEZING_C, row] = NEVER_C


@njit(cache=True, nogil=True, error_model="numpy")
def _gather_layers(rows: FloatArray, field: int, members: Members, values: FloatArray) -> None:
    """Bring a property of layers (n_cells, n_layers) into the first row of each layer.

    Cell by cell: reading along the layers takes half as long as gathering a layer of all cells.
    """
    for k in range(rows.shape[2]):
        cell = members[k]
        for layer in range(N_LAYERS):
            rows[field, SOIL_ROW + FIRST_NODE[layer], k] = values[cell, layer]


@njit(cache=True, nogil=True, error_model="numpy")
def _gather_nodes(rows: FloatArray, field: int, members: Members, values: FloatArray) -> None:
    """Bring a property of nodes (n_cells, n_nodes) into their rows."""
    for k in range(rows.shape[2]):
        cell = members[k]
        for node in range(N_NODES):
            rows[field, SOIL_ROW + node, k] = values[cell, node]


@njit(cache=True, nogil=True, error_model="numpy")
def _set_conductivities(rows: FloatArray, row: int) -> None:
    """Turn the conductivities of saturated soil into those of the day's water."""
    for k in range(rows.shape[2]):
        saturation = min(rows[WATER, row, k] / rows[PORES, row, k], 1.0)
        dry = rows[DRY_CONDUCTIVITY, row, k]
        thawed = thawed_conductivity_w_m_k(rows[THAWED_CONDUCTIVITY, row, k], dry, saturation)
        frozen = frozen_conductivity_w_m_k(rows[LOG_FROZEN_RATIO, row, k], dry, saturation)
        rows[THAWED_CONDUCTIVITY, row, k] = thawed
        rows[LOG_FROZEN_RATIO, row, k] = logarithm(frozen / thawed)


@njit(cache=True, nogil=True, error_model="numpy")
def _set_capacity(rows: FloatArray, row: int) -> None:
    """Set heat capacities and freezing point for the day's water."""
    for k in range(rows.shape[2]):
        content, solid = rows[WATER, row, k], rows[SOLID_CAPACITY, row, k]
        rows[THAWED_CAPACITY, row, k] = solid + WATER_HEAT_CAPACITY_J_M3_K * content
        rows[FROZEN_CAPACITY, row, k] = solid + ICE_HEAT_CAPACITY_J_M3_K * content
        freezing_c = freezing_point_c(content, rows[SCALE, row, k], rows[EXPONENT, row, k])
        rows[FREEZING_C, row, k] = freezing_c


@njit(cache=True, nogil=True, error_model="numpy")
def load_soil(
    rows: FloatArray, members: Members, water: FloatArray, columns: ThermalColumns
) -> None:
    """Set the constants of the cells' soil for the water of the day."""
    _gather_layers(rows, WATER, members, water)
    _gather_layers(rows, PORES, members, columns.porosity)
    _gather_layers(rows, SOLID_CAPACITY, members, columns.solid_heat_capacity)
    _gather_layers(rows, DRY_CONDUCTIVITY, members, columns.dry_conductivity)
    _gather_layers(rows, THAWED_CONDUCTIVITY, members, columns.saturated_conductivity)
    _gather_layers(rows, LOG_FROZEN_RATIO, members, columns.saturated_frozen_conductivity)
    _gather_layers(rows, SCALE, members, columns.freezing_scale)
    _gather_layers(rows, EXPONENT, members, columns.freezing_exponent)
    for layer in range(N_LAYERS):
        row = SOIL_ROW + FIRST_NODE[layer]
        _set_conductivities(rows, row)
        _set_capacity(rows, row)
        for below in range(row + 1, row + NODES_PER_LAYER[layer]):
            for field in CONSTANTS:
                for k in range(rows.shape[2]):
                    rows[field, below, k] = rows[field, row, k]


@njit(cache=True, nogil=True, error_model="numpy")
def load_heat(
    rows: FloatArray,
    members: Members,
    enthalpy: FloatArray,
    temperature: FloatArray,
    liquid_share: FloatArray,
    old_water: FloatArray,
) -> None:
    """Set the state of the cells' soil, after the exchange of water since the last step."""
    _gather_nodes(rows, ENTHALPY, members, enthalpy)
    _gather_nodes(rows, TEMPERATURE, members, temperature)
    _gather_nodes(rows, LIQUID_SHARE, members, liquid_share)
    for node in range(N_SOIL_NODES):
        row = SOIL_ROW + node
        for k in range(rows.shape[2]):
            old, new = old_water[members[k], NODE_LAYER[node]], rows[WATER, row, k]
            share = rows[LIQUID_SHARE, row, k]
            rows[ENTHALPY, row, k] += enthalpy_of_exchange(
                rows[TEMPERATURE, row, k], share, old, new
            )
            exchanged = liquid_share_after_exchange(share, old, new)
            rows[LIQUID_SHARE, row, k] = share if old == new else exchanged


@njit(cache=True, nogil=True, error_model="numpy")
def load_pond(
    rows: FloatArray,
    members: Members,
    surface_c: FloatArray,
    ponded_m: FloatArray,
    old_m: FloatArray,
    enthalpy_j_m2: FloatArray,
    temperature_c: FloatArray,
    liquid_share: FloatArray,
) -> None:
    """Set the row of ponded water: all water, no solids."""
    row = POND_ROW
    rows[WATER, row] = 1.0
    rows[SCALE, row] = POND_FREEZING_SCALE
    rows[EXPONENT, row] = POND_FREEZING_EXPONENT
    rows[THAWED_CAPACITY, row] = WATER_HEAT_CAPACITY_J_M3_K
    rows[FROZEN_CAPACITY, row] = ICE_HEAT_CAPACITY_J_M3_K
    rows[THAWED_CONDUCTIVITY, row] = WATER_CONDUCTIVITY_W_M_K
    rows[LOG_FROZEN_RATIO, row] = LOG_ICE_OVER_WATER
    rows[FREEZING_C, row] = POND_FREEZING_C
    for k in range(rows.shape[2]):
        cell = members[k]
        depth_m, share, temperature = ponded_m[cell], liquid_share[cell], temperature_c[cell]
        heat_j_m2 = enthalpy_j_m2[cell]
        if old_m[cell] <= 0.0:
            temperature, share = max(surface_c[k], 0.0), 1.0
            heat_j_m2 = WATER_HEAT_CAPACITY_J_M3_K * temperature * depth_m
        else:
            heat_j_m2 += enthalpy_of_exchange(temperature, share, old_m[cell], depth_m)
            share = liquid_share_after_exchange(share, old_m[cell], depth_m)
        rows[THICKNESS_M, row, k] = depth_m
        rows[ENTHALPY, row, k] = heat_j_m2 / depth_m
        rows[TEMPERATURE, row, k] = temperature
        rows[LIQUID_SHARE, row, k] = share


@njit(cache=True, nogil=True, error_model="numpy")
def load_snow(
    rows: FloatArray,
    base: int,
    members: Members,
    depth_m: FloatArray,
    density_kg_m3: FloatArray,
    temperature_c: FloatArray,
) -> None:
    """Set the rows of snow above the base row."""
    for node in range(N_SNOW_NODES):
        row = base - N_SNOW_NODES + node
        for k in range(rows.shape[2]):
            cell = members[k]
            capacity = ICE_HEAT_CAPACITY_J_KG_K * density_kg_m3[cell]
            temperature = temperature_c[cell, node]
            rows[THICKNESS_M, row, k] = depth_m[cell] / N_SNOW_NODES
            rows[WATER, row, k] = 0.0
            rows[THAWED_CAPACITY, row, k] = capacity
            rows[FROZEN_CAPACITY, row, k] = capacity
            rows[THAWED_CONDUCTIVITY, row, k] = snow_conductivity_w_m_k(density_kg_m3[cell])
            rows[LOG_FROZEN_RATIO, row, k] = 0.0
            rows[FREEZING_C, row, k] = NEVER_C
            rows[TEMPERATURE, row, k] = temperature
            rows[ENTHALPY, row, k] = capacity * temperature
            rows[LIQUID_SHARE, row, k] = 1.0
