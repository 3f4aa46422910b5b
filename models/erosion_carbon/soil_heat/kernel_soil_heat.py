"""A day of heat in every cell: air, snow, ponded water, ten soil layers and rock."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from ..constants import SECONDS_PER_DAY
from .grid import N_NODES, N_ROWS, N_SNOW_NODES, N_SOIL_NODES, POND_ROW, SOIL_ROW
from .heat_block import (
    BLOCK,
    ENTHALPY,
    EXPONENT,
    FROZEN_CAPACITY,
    GROUND_HEAT,
    LIQUID_SHARE,
    N_CELL_FIELDS,
    N_FIELDS,
    SCALE,
    SKIN,
    SURFACE_C,
    TEMPERATURE,
    THAWED_CAPACITY,
    WATER,
)
from .kernel_enthalpy import enthalpy_j_m3, liquid_share_at
from .kernel_heat_column import heat_column_step
from .kernel_heat_rows import (
    Members,
    load_heat,
    load_pond,
    load_rock,
    load_snow,
    load_soil,
)
from .kernel_heat_store import store_heat, store_pond, store_snow, write_layers
from .kernel_properties import snow_conductivity_w_m_k
from .kernel_thermal_columns import ThermalColumns
from .parameters import SoilHeatParameters
from .state import HeatState

FloatArray = npt.NDArray[np.float64]

KINDS = 4
"""Columns that begin with soil, with snow on it, with ponded water, with snow on that."""


@njit(cache=True, nogil=True, error_model="numpy")
def surface_temperature_c(air_c: float, canopy: float, parameters: SoilHeatParameters) -> float:
    """Rekind the temperature of the ground's or snow's surface by n-factors of the canopy."""
    if air_c > 0.0:
        open_factor, forest_factor = parameters.thaw_factor_open, parameters.thaw_factor_forest
    else:
        open_factor, forest_factor = parameters.freeze_factor_open, parameters.freeze_factor_forest
    return air_c * (open_factor + canopy * (forest_factor - open_factor))


@njit(cache=True, nogil=True, error_model="numpy")
def _set_surfaces(
    cells: FloatArray,
    members: Members,
    air_c: FloatArray,
    snow_depth_m: FloatArray,
    snow_density_kg_m3: FloatArray,
    canopy: FloatArray,
    parameters: SoilHeatParameters,
) -> None:
    """Set the temperature above the columns, and the resistance of snow too thin for rows."""
    for k in range(BLOCK):
        cell = members[k]
        surface_c = surface_temperature_c(air_c[cell], canopy[cell], parameters)
        depth_m, skin = snow_depth_m[cell], 0.0
        if depth_m > 0.0:
            surface_c = min(surface_c, 0.0)
            if depth_m < parameters.least_snow_m:
                skin = depth_m / snow_conductivity_w_m_k(snow_density_kg_m3[cell])
        cells[SURFACE_C, k], cells[SKIN, k] = surface_c, skin


@njit(cache=True, nogil=True, error_model="numpy")
def _gather(
    next_cell: int,
    stop: int,
    snowy: bool,
    ponded: bool,
    snow_depth_m: FloatArray,
    ponded_m: FloatArray,
    parameters: SoilHeatParameters,
    members: Members,
) -> tuple[int, int]:
    """Fill a block with the next cells whose columns begin with the same row.

    Rekinds
    -------
    n_members, next_cell : int
        Cells found, and where to go on; the block's rest repeats the last one.
    """
    n_members = 0
    while next_cell < stop and n_members < BLOCK:
        has_snow = snow_depth_m[next_cell] >= parameters.least_snow_m
        has_pond = ponded_m[next_cell] >= parameters.least_pond_m
        if has_snow == snowy and has_pond == ponded:
            members[n_members] = next_cell
            n_members += 1
        next_cell += 1
    if n_members > 0:
        members[n_members:] = members[n_members - 1]
    return n_members, next_cell


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

    Cells whose columns begin with the same row are computed side by side, see `heat_block`.

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
    rows, cells = np.zeros((N_FIELDS, N_ROWS, BLOCK)), np.zeros((N_CELL_FIELDS, BLOCK))
    members = np.empty(BLOCK, dtype=np.uint64)
    load_rock(rows, parameters)
    for kind in range(KINDS):
        snowy, ponded = kind % 2 == 1, kind >= 2
        base = POND_ROW if ponded else SOIL_ROW
        first = base - N_SNOW_NODES if snowy else base
        next_cell = start
        while True:
            n_members, next_cell = _gather(
                next_cell, stop, snowy, ponded, snow_depth_m, ponded_m, parameters, members
            )
            if n_members == 0:
                break
            _set_surfaces(
                cells, members, air_mean_c, snow_depth_m, snow_density_kg_m3, canopy, parameters
            )
            load_soil(rows, members, water, columns)
            load_heat(rows, members, heat.enthalpy, heat.temperature, heat.liquid_share, heat.water)
            if ponded:
                load_pond(
                    rows, members, cells[SURFACE_C], ponded_m, heat.pond_water,
                    heat.pond_enthalpy, heat.pond_temperature, heat.pond_liquid_share,
                )  # fmt: skip
            if snowy:
                load_snow(
                    rows, base, members, snow_depth_m, snow_density_kg_m3, heat.snow_temperature
                )
            heat_column_step(
                rows, cells, n_members, first, base, SOIL_ROW, parameters.geothermal_flux_w_m2,
                SECONDS_PER_DAY,
            )  # fmt: skip
            for k in range(n_members):
                heat.ground_heat[members[k]] = cells[GROUND_HEAT, k]
            store_heat(
                rows, members, n_members, heat.enthalpy, heat.temperature, heat.liquid_share,
                heat.water, water,
            )  # fmt: skip
            store_pond(
                rows, members, n_members, base, ponded_m, heat.pond_water, heat.pond_enthalpy,
                heat.pond_temperature, heat.pond_liquid_share,
            )  # fmt: skip
            store_snow(
                rows, members, n_members, first, base, cells[SURFACE_C], heat.snow_temperature
            )
            write_layers(rows, members, n_members, temperature_c, ice_fraction)


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
    rows = np.zeros((N_FIELDS, N_ROWS, BLOCK))
    members = np.empty(BLOCK, dtype=np.uint64)
    load_rock(rows, parameters)
    for begin in range(start, stop, BLOCK):
        n_members = min(BLOCK, stop - begin)
        for k in range(BLOCK):
            members[k] = min(begin + k, stop - 1)
        load_soil(rows, members, water, columns)
        for node in range(N_NODES):
            row = SOIL_ROW + node
            for k in range(BLOCK):
                temperature = temperature_c[members[k], node]
                content, share = rows[WATER, row, k], 1.0
                if node < N_SOIL_NODES:
                    share = liquid_share_at(
                        temperature, content, rows[SCALE, row, k], rows[EXPONENT, row, k]
                    )
                rows[TEMPERATURE, row, k], rows[LIQUID_SHARE, row, k] = temperature, share
                rows[ENTHALPY, row, k] = enthalpy_j_m3(
                    temperature,
                    share,
                    content,
                    rows[THAWED_CAPACITY, row, k],
                    rows[FROZEN_CAPACITY, row, k],
                )
        store_heat(
            rows, members, n_members, heat.enthalpy, heat.temperature, heat.liquid_share,
            heat.water, water,
        )  # fmt: skip
        for k in range(n_members):
            heat.pond_water[members[k]] = 0.0
            heat.snow_temperature[members[k], :] = min(temperature_c[members[k], 0], 0.0)
