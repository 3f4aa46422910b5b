"""Rows of a cell's heat column, filled from its state and stored back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

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
from .kernel_heat_column import HeatColumn
from .kernel_properties import (
    FUSION_HEAT_J_M3,
    ICE_CONDUCTIVITY_W_M_K,
    ICE_HEAT_CAPACITY_J_KG_K,
    ICE_HEAT_CAPACITY_J_M3_K,
    WATER_CONDUCTIVITY_W_M_K,
    WATER_HEAT_CAPACITY_J_M3_K,
    frozen_conductivity_w_m_k,
    snow_conductivity_w_m_k,
    thawed_conductivity_w_m_k,
)
from .kernel_thermal_columns import ThermalColumns
from .parameters import SoilHeatParameters
from .state import HeatState

FloatArray = npt.NDArray[np.float64]

# Open water freezes at 0 degC; a curve this steep freezes 94 % of it above -0.02 degC.
POND_FREEZING_EXPONENT = 4.0
POND_FREEZING_SCALE = (0.01 / 273.15) ** POND_FREEZING_EXPONENT


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def liquid_share_after_exchange(liquid_share: float, old_water: float, new_water: float) -> float:
    """Return the liquid share before any heat moves: a frozen node keeps its liquid content."""
    if liquid_share >= 1.0 or new_water <= 0.0:
        return 1.0
    return min(1.0, liquid_share * old_water / new_water)


@njit(cache=True, nogil=True)
def load_soil(
    column: HeatColumn,
    cell: int,
    water: FloatArray,
    columns: ThermalColumns,
    parameters: SoilHeatParameters,
) -> None:
    """Set the constants of a cell's soil and rock for the water of the day."""
    for node in range(N_NODES):
        row = SOIL_ROW + node
        column.thickness_m[row] = NODE_THICKNESS_M[node]
        if node >= N_SOIL_NODES:
            column.water[row] = 0.0
            column.thawed_capacity[row] = parameters.rock_heat_capacity_j_m3_k
            column.frozen_capacity[row] = parameters.rock_heat_capacity_j_m3_k
            column.thawed_conductivity[row] = parameters.rock_conductivity_w_m_k
            column.frozen_conductivity[row] = parameters.rock_conductivity_w_m_k
            continue
        if node > 0 and NODE_LAYER[node] == NODE_LAYER[node - 1]:
            _copy_constants(column, row)
            continue
        layer = NODE_LAYER[node]
        content = water[cell, layer]
        solid = columns.solid_heat_capacity[cell, layer]
        saturation = min(content / columns.porosity[cell, layer], 1.0)
        dry = columns.dry_conductivity[cell, layer]
        column.water[row] = content
        column.scale[row] = columns.freezing_scale[cell, layer]
        column.exponent[row] = columns.freezing_exponent[cell, layer]
        column.thawed_capacity[row] = solid + WATER_HEAT_CAPACITY_J_M3_K * content
        column.frozen_capacity[row] = solid + ICE_HEAT_CAPACITY_J_M3_K * content
        column.thawed_conductivity[row] = thawed_conductivity_w_m_k(
            columns.saturated_conductivity[cell, layer], dry, saturation
        )
        column.frozen_conductivity[row] = frozen_conductivity_w_m_k(
            columns.saturated_frozen_conductivity[cell, layer], dry, saturation
        )


@njit(cache=True, nogil=True)
def _copy_constants(column: HeatColumn, row: int) -> None:
    """Give a row the constants of the row above, of the same layer."""
    column.water[row] = column.water[row - 1]
    column.scale[row] = column.scale[row - 1]
    column.exponent[row] = column.exponent[row - 1]
    column.thawed_capacity[row] = column.thawed_capacity[row - 1]
    column.frozen_capacity[row] = column.frozen_capacity[row - 1]
    column.thawed_conductivity[row] = column.thawed_conductivity[row - 1]
    column.frozen_conductivity[row] = column.frozen_conductivity[row - 1]


@njit(cache=True, nogil=True)
def load_heat(column: HeatColumn, cell: int, heat: HeatState, water: FloatArray) -> None:
    """Set the state of a cell's soil, after the exchange of water since the last step."""
    for node in range(N_NODES):
        row = SOIL_ROW + node
        column.enthalpy[row] = heat.enthalpy[cell, node]
        column.temperature[row] = heat.temperature[cell, node]
        column.liquid_share[row] = heat.liquid_share[cell, node]
    for node in range(N_SOIL_NODES):
        layer = NODE_LAYER[node]
        old, new = heat.water[cell, layer], water[cell, layer]
        if old != new:
            row = SOIL_ROW + node
            share = column.liquid_share[row]
            column.enthalpy[row] += enthalpy_of_exchange(column.temperature[row], share, old, new)
            column.liquid_share[row] = liquid_share_after_exchange(share, old, new)


@njit(cache=True, nogil=True)
def load_pond(
    column: HeatColumn, cell: int, heat: HeatState, ponded_m: float, surface_c: float
) -> None:
    """Set the row of ponded water: all water, no solids."""
    row = POND_ROW
    old_m, share = heat.pond_water[cell], heat.pond_liquid_share[cell]
    temperature, heat_j_m2 = heat.pond_temperature[cell], heat.pond_enthalpy[cell]
    if old_m <= 0.0:
        temperature, share = max(surface_c, 0.0), 1.0
        heat_j_m2 = WATER_HEAT_CAPACITY_J_M3_K * temperature * ponded_m
    else:
        heat_j_m2 += enthalpy_of_exchange(temperature, share, old_m, ponded_m)
        share = liquid_share_after_exchange(share, old_m, ponded_m)
    column.thickness_m[row] = ponded_m
    column.water[row] = 1.0
    column.scale[row] = POND_FREEZING_SCALE
    column.exponent[row] = POND_FREEZING_EXPONENT
    column.thawed_capacity[row] = WATER_HEAT_CAPACITY_J_M3_K
    column.frozen_capacity[row] = ICE_HEAT_CAPACITY_J_M3_K
    column.thawed_conductivity[row] = WATER_CONDUCTIVITY_W_M_K
    column.frozen_conductivity[row] = ICE_CONDUCTIVITY_W_M_K
    column.enthalpy[row] = heat_j_m2 / ponded_m
    column.temperature[row] = temperature
    column.liquid_share[row] = share


@njit(cache=True, nogil=True)
def load_snow(
    column: HeatColumn, base: int, cell: int, heat: HeatState, depth_m: float, density: float
) -> None:
    """Set the rows of snow above the base row."""
    capacity = ICE_HEAT_CAPACITY_J_KG_K * density
    conductivity = snow_conductivity_w_m_k(density)
    for node in range(N_SNOW_NODES):
        row = base - N_SNOW_NODES + node
        column.thickness_m[row] = depth_m / N_SNOW_NODES
        column.water[row] = 0.0
        column.thawed_capacity[row] = capacity
        column.frozen_capacity[row] = capacity
        column.thawed_conductivity[row] = conductivity
        column.frozen_conductivity[row] = conductivity
        column.temperature[row] = heat.snow_temperature[cell, node]
        column.enthalpy[row] = capacity * column.temperature[row]
        column.liquid_share[row] = 1.0


@njit(cache=True, nogil=True)
def store_heat(
    column: HeatColumn, cell: int, heat: HeatState, water: FloatArray, pond_m: float
) -> None:
    """Keep the state of a cell's soil and pond."""
    for node in range(N_NODES):
        row = SOIL_ROW + node
        heat.enthalpy[cell, node] = column.enthalpy[row]
        heat.temperature[cell, node] = column.temperature[row]
        heat.liquid_share[cell, node] = column.liquid_share[row]
    for layer in range(N_LAYERS):
        heat.water[cell, layer] = water[cell, layer]
    heat.pond_water[cell] = pond_m
    if pond_m > 0.0:
        heat.pond_enthalpy[cell] = column.enthalpy[POND_ROW] * pond_m
        heat.pond_temperature[cell] = column.temperature[POND_ROW]
        heat.pond_liquid_share[cell] = column.liquid_share[POND_ROW]


@njit(cache=True, nogil=True)
def write_layers(
    column: HeatColumn, cell: int, temperature_c: FloatArray, ice_fraction: FloatArray
) -> None:
    """Write each layer's mean temperature and ice share over its nodes."""
    row = SOIL_ROW
    for layer in range(N_LAYERS):
        nodes = NODES_PER_LAYER[layer]
        temperature, liquid = 0.0, 0.0
        for _ in range(nodes):
            temperature += column.temperature[row]
            liquid += column.liquid_share[row]
            row += 1
        temperature_c[cell, layer] = temperature / nodes
        ice_fraction[cell, layer] = 1.0 - liquid / nodes
