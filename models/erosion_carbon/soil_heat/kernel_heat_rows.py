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
from .kernel_heat_column import HeatRows
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
def load_soil(
    column: HeatRows,
    cell: int,
    water: FloatArray,
    columns: ThermalColumns,
    parameters: SoilHeatParameters,
) -> None:
    """Set the constants of a cell's soil and rock for the water of the day."""
    for node in range(N_NODES):
        row = SOIL_ROW + node
        column[row]["thickness_m"] = NODE_THICKNESS_M[node]
        if node >= N_SOIL_NODES:
            column[row]["water"] = 0.0
            column[row]["thawed_capacity"] = parameters.rock_heat_capacity_j_m3_k
            column[row]["frozen_capacity"] = parameters.rock_heat_capacity_j_m3_k
            column[row]["thawed_conductivity"] = parameters.rock_conductivity_w_m_k
            column[row]["frozen_conductivity"] = parameters.rock_conductivity_w_m_k
            continue
        if node > 0 and NODE_LAYER[node] == NODE_LAYER[node - 1]:
            _copy_constants(column, row)
            continue
        layer = NODE_LAYER[node]
        content = water[cell, layer]
        solid = columns.solid_heat_capacity[cell, layer]
        saturation = min(content / columns.porosity[cell, layer], 1.0)
        dry = columns.dry_conductivity[cell, layer]
        column[row]["water"] = content
        column[row]["scale"] = columns.freezing_scale[cell, layer]
        column[row]["exponent"] = columns.freezing_exponent[cell, layer]
        column[row]["thawed_capacity"] = solid + WATER_HEAT_CAPACITY_J_M3_K * content
        column[row]["frozen_capacity"] = solid + ICE_HEAT_CAPACITY_J_M3_K * content
        column[row]["thawed_conductivity"] = thawed_conductivity_w_m_k(
            columns.saturated_conductivity[cell, layer], dry, saturation
        )
        column[row]["frozen_conductivity"] = frozen_conductivity_w_m_k(
            columns.saturated_frozen_conductivity[cell, layer], dry, saturation
        )


@njit(cache=True, nogil=True, error_model="numpy")
def _copy_constants(column: HeatRows, row: int) -> None:
    """Give a row the constants of the row above, of the same layer."""
    column[row]["water"] = column[row - 1]["water"]
    column[row]["scale"] = column[row - 1]["scale"]
    column[row]["exponent"] = column[row - 1]["exponent"]
    column[row]["thawed_capacity"] = column[row - 1]["thawed_capacity"]
    column[row]["frozen_capacity"] = column[row - 1]["frozen_capacity"]
    column[row]["thawed_conductivity"] = column[row - 1]["thawed_conductivity"]
    column[row]["frozen_conductivity"] = column[row - 1]["frozen_conductivity"]


@njit(cache=True, nogil=True, error_model="numpy")
def load_heat(column: HeatRows, cell: int, heat: HeatState, water: FloatArray) -> None:
    """Set the state of a cell's soil, after the exchange of water since the last step."""
    for node in range(N_NODES):
        row = SOIL_ROW + node
        column[row]["enthalpy"] = heat.enthalpy[cell, node]
        column[row]["temperature"] = heat.temperature[cell, node]
        column[row]["liquid_share"] = heat.liquid_share[cell, node]
    for node in range(N_SOIL_NODES):
        layer = NODE_LAYER[node]
        old, new = heat.water[cell, layer], water[cell, layer]
        if old != new:
            row = SOIL_ROW + node
            share = column[row]["liquid_share"]
            column[row]["enthalpy"] += enthalpy_of_exchange(
                column[row]["temperature"], share, old, new
            )
            column[row]["liquid_share"] = liquid_share_after_exchange(share, old, new)


@njit(cache=True, nogil=True, error_model="numpy")
def load_pond(
    column: HeatRows, cell: int, heat: HeatState, ponded_m: float, surface_c: float
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
    column[row]["thickness_m"] = ponded_m
    column[row]["water"] = 1.0
    column[row]["scale"] = POND_FREEZING_SCALE
    column[row]["exponent"] = POND_FREEZING_EXPONENT
    column[row]["thawed_capacity"] = WATER_HEAT_CAPACITY_J_M3_K
    column[row]["frozen_capacity"] = ICE_HEAT_CAPACITY_J_M3_K
    column[row]["thawed_conductivity"] = WATER_CONDUCTIVITY_W_M_K
    column[row]["frozen_conductivity"] = ICE_CONDUCTIVITY_W_M_K
    column[row]["enthalpy"] = heat_j_m2 / ponded_m
    column[row]["temperature"] = temperature
    column[row]["liquid_share"] = share


@njit(cache=True, nogil=True, error_model="numpy")
def load_snow(
    column: HeatRows, base: int, cell: int, heat: HeatState, depth_m: float, density: float
) -> None:
    """Set the rows of snow above the base row."""
    capacity = ICE_HEAT_CAPACITY_J_KG_K * density
    conductivity = snow_conductivity_w_m_k(density)
    for node in range(N_SNOW_NODES):
        row = base - N_SNOW_NODES + node
        column[row]["thickness_m"] = depth_m / N_SNOW_NODES
        column[row]["water"] = 0.0
        column[row]["thawed_capacity"] = capacity
        column[row]["frozen_capacity"] = capacity
        column[row]["thawed_conductivity"] = conductivity
        column[row]["frozen_conductivity"] = conductivity
        column[row]["temperature"] = heat.snow_temperature[cell, node]
        column[row]["enthalpy"] = capacity * column[row]["temperature"]
        column[row]["liquid_share"] = 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def store_heat(
    column: HeatRows, cell: int, heat: HeatState, water: FloatArray, pond_m: float
) -> None:
    """Keep the state of a cell's soil and pond."""
    for node in range(N_NODES):
        row = SOIL_ROW + node
        heat.enthalpy[cell, node] = column[row]["enthalpy"]
        heat.temperature[cell, node] = column[row]["temperature"]
        heat.liquid_share[cell, node] = column[row]["liquid_share"]
    for layer in range(N_LAYERS):
        heat.water[cell, layer] = water[cell, layer]
    heat.pond_water[cell] = pond_m
    if pond_m > 0.0:
        heat.pond_enthalpy[cell] = column[POND_ROW]["enthalpy"] * pond_m
        heat.pond_temperature[cell] = column[POND_ROW]["temperature"]
        heat.pond_liquid_share[cell] = column[POND_ROW]["liquid_share"]


@njit(cache=True, nogil=True, error_model="numpy")
def write_layers(
    column: HeatRows, cell: int, temperature_c: FloatArray, ice_fraction: FloatArray
) -> None:
    """Write each layer's mean temperature and ice share over its nodes."""
    row = SOIL_ROW
    for layer in range(N_LAYERS):
        nodes = NODES_PER_LAYER[layer]
        temperature, liquid = 0.0, 0.0
        for _ in range(nodes):
            temperature += column[row]["temperature"]
            liquid += column[row]["liquid_share"]
            row += 1
        temperature_c[cell, layer] = temperature / nodes
        ice_fraction[cell, layer] = 1.0 - liquid / nodes
