"""A day of heat in every cell: air, snow, ponded water, ten soil layers and rock."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from ..constants import SECONDS_PER_DAY
from .grid import N_NODES, N_ROWS, N_SNOW_NODES, N_SOIL_NODES, POND_ROW, SOIL_ROW
from .kernel_enthalpy import enthalpy_j_m3, liquid_share_at
from .kernel_heat_column import HEAT_ROW, HeatRows, heat_column_step
from .kernel_heat_rows import (
    load_heat,
    load_pond,
    load_snow,
    load_soil,
    store_heat,
    write_layers,
)
from .kernel_properties import snow_conductivity_w_m_k
from .kernel_thermal_columns import ThermalColumns
from .parameters import SoilHeatParameters
from .state import HeatState

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def surface_temperature_c(air_c: float, canopy: float, parameters: SoilHeatParameters) -> float:
    """Return the temperature of the ground's or snow's surface by n-factors of the canopy."""
    if air_c > 0.0:
        open_factor, forest_factor = parameters.thaw_factor_open, parameters.thaw_factor_forest
    else:
        open_factor, forest_factor = parameters.freeze_factor_open, parameters.freeze_factor_forest
    return air_c * (open_factor + canopy * (forest_factor - open_factor))


@njit(cache=True, nogil=True, error_model="numpy")
def _keep_snow_cold(
    column: HeatRows, cell: int, base: int, snow: bool, surface_c: float, heat: HeatState
) -> None:
    """Keep the snow's temperatures; heat beyond 0 degC melts it, which the snow law counts."""
    for node in range(N_SNOW_NODES):
        temperature = column[base - N_SNOW_NODES + node]["temperature"] if snow else surface_c
        heat.snow_temperature[cell, node] = min(temperature, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def soil_heat_day(
    start: int,
    stop: int,
    heat: HeatState,
    air_mean_c: FloatArray,
    snow_depth_m: FloatArray,
    snow_density_kg_m3: FloatArray,
    water: FloatArray,
    columns: ThermalColumns,
    canopy: FloatArray,
    ponded_m: FloatArray,
    parameters: SoilHeatParameters,
    temperature_c: FloatArray,
    ice_fraction: FloatArray,
) -> None:
    """Conduct the heat of one day in the cells from start to stop.

    Parameters
    ----------
    start, stop : int
        Cells.
    heat : HeatState
        Changed in place.
    air_mean_c : array, shape (n_cells,)
        Mean air temperature of the day.
    snow_depth_m, snow_density_kg_m3 : array, shape (n_cells,)
        Snow at the end of the day.
    water : array, shape (n_cells, n_layers)
        Liquid water and ice of the layers at the end of the day, m3 of water m-3. What changed
        since yesterday brought or took the heat of `enthalpy_of_exchange`.
    columns : ThermalColumns
        From `fill_thermal_columns`.
    canopy : array, shape (n_cells,)
        Share of the cell under forest, 0 to 1.
    ponded_m : array, shape (n_cells,)
        Water, or water of ice, that stands on the soil.
    parameters : SoilHeatParameters
        See `SOIL_HEAT`.
    temperature_c, ice_fraction : array, shape (n_cells, n_layers)
        Written: temperature, and the share of the water that is ice.
    """
    column = np.zeros(N_ROWS, dtype=HEAT_ROW)
    for cell in range(start, stop):
        surface_c = surface_temperature_c(air_mean_c[cell], canopy[cell], parameters)
        load_soil(column, cell, water, columns, parameters)
        load_heat(column, cell, heat, water)
        base, pond_m, skin = SOIL_ROW, 0.0, 0.0
        if ponded_m[cell] >= parameters.least_pond_m:
            base, pond_m = POND_ROW, ponded_m[cell]
            load_pond(column, cell, heat, pond_m, surface_c)
        first, depth_m = base, snow_depth_m[cell]
        snow = depth_m >= parameters.least_snow_m
        if depth_m > 0.0:
            surface_c = min(surface_c, 0.0)
        if snow:
            first = base - N_SNOW_NODES
            load_snow(column, base, cell, heat, depth_m, snow_density_kg_m3[cell])
        elif depth_m > 0.0:
            skin = depth_m / snow_conductivity_w_m_k(snow_density_kg_m3[cell])
        heat.ground_heat[cell], _ = heat_column_step(
            column,
            first,
            base,
            SOIL_ROW,
            surface_c,
            skin,
            parameters.geothermal_flux_w_m2,
            SECONDS_PER_DAY,
        )
        store_heat(column, cell, heat, water, pond_m)
        _keep_snow_cold(column, cell, base, snow, surface_c, heat)
        write_layers(column, cell, temperature_c, ice_fraction)


@njit(cache=True, nogil=True, error_model="numpy")
def begin_heat(
    start: int,
    stop: int,
    temperature_c: FloatArray,
    water: FloatArray,
    columns: ThermalColumns,
    parameters: SoilHeatParameters,
    heat: HeatState,
) -> None:
    """Start the cells from start to stop with given temperatures.

    Parameters
    ----------
    start, stop : int
        Cells.
    temperature_c : array, shape (n_cells, n_nodes)
        Such as `steady_temperatures_c`.
    water : array, shape (n_cells, n_layers)
        Liquid water and ice, m3 of water m-3.
    columns, parameters
        As in `soil_heat_day`.
    heat : HeatState
        From `empty_heat_state`; filled.
    """
    column = np.zeros(N_ROWS, dtype=HEAT_ROW)
    for cell in range(start, stop):
        load_soil(column, cell, water, columns, parameters)
        for node in range(N_NODES):
            row = SOIL_ROW + node
            temperature = temperature_c[cell, node]
            share = 1.0
            if node < N_SOIL_NODES:
                share = liquid_share_at(
                    temperature, column[row]["water"], column[row]["scale"], column[row]["exponent"]
                )
            column[row]["temperature"], column[row]["liquid_share"] = temperature, share
            column[row]["enthalpy"] = enthalpy_j_m3(
                temperature,
                share,
                column[row]["water"],
                column[row]["thawed_capacity"],
                column[row]["frozen_capacity"],
            )
        store_heat(column, cell, heat, water, 0.0)
        heat.pond_water[cell] = 0.0
        heat.snow_temperature[cell, :] = min(temperature_c[cell, 0], 0.0)
