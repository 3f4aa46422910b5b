"""Thermal constants of every cell's layers, from its soil; made once, read every day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from ..soil_columns import SoilColumns
from ..soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M, N_LAYERS, N_TOP_LAYERS
from .kernel_properties import (
    dry_conductivity_w_m_k,
    freezing_scale,
    saturated_conductivity_w_m_k,
    solid_conductivity_w_m_k,
    solid_heat_capacity_j_m3_k,
)
from .parameters import SoilHeatParameters

FloatArray = npt.NDArray[np.float64]


class ThermalColumns(NamedTuple):
    """Thermal constants, arrays of shape (n_cells, n_layers).

    Parameters
    ----------
    porosity : array
        m3 m-3.
    solid_heat_capacity : array
        Of the solids per volume of soil, J m-3 K-1.
    dry_conductivity, saturated_conductivity, saturated_frozen_conductivity : array
        Thermal conductivity when dry, full of water, and full of ice, W m-1 K-1.
    freezing_scale, freezing_exponent : array
        Of the freezing curve, see `liquid_water_limit`.
    """

    porosity: FloatArray
    solid_heat_capacity: FloatArray
    dry_conductivity: FloatArray
    saturated_conductivity: FloatArray
    saturated_frozen_conductivity: FloatArray
    freezing_scale: FloatArray
    freezing_exponent: FloatArray


def empty_thermal_columns(n_cells: int) -> ThermalColumns:
    """Return arrays for `fill_thermal_columns` to fill."""
    return ThermalColumns(*(np.empty((n_cells, N_LAYERS)) for _ in ThermalColumns._fields))


@njit(cache=True, nogil=True, error_model="numpy")
def _mix(organic: float, of_organic: float, of_mineral: float) -> float:
    return organic * of_organic + (1.0 - organic) * of_mineral


@njit(cache=True, nogil=True, error_model="numpy")
def organic_layer_share(layer: int, organic_layer_m: float) -> float:
    """Return the share of a layer that lies within the organic layer at the top."""
    top_m = LAYER_BOTTOM_M[layer] - LAYER_THICKNESS_M[layer]
    share = (organic_layer_m - top_m) / LAYER_THICKNESS_M[layer]
    return float(min(max(share, 0.0), 1.0))


@njit(cache=True, nogil=True, error_model="numpy")
def fill_thermal_columns(
    start: int,
    stop: int,
    soil: SoilColumns,
    parameters: SoilHeatParameters,
    columns: ThermalColumns,
) -> None:
    """Set the thermal constants of the cells from start to stop.

    The organic layer takes the uppermost `organic_layer_m` of the column. Organic matter of the
    mineral soil (0-15 cm) changes its solids but not its porosity, which was given. Properties mix
    linearly by volume (Lawrence & Slater 2008).
    """
    for cell in range(start, stop):
        sand, clay = soil.sand_percent[cell], soil.clay_percent[cell]
        density = soil.bulk_density_kg_m3[cell]
        matter_kg_m3 = density * soil.organic_matter_percent[cell] / 100.0
        for layer in range(N_LAYERS):
            peat = organic_layer_share(layer, soil.organic_layer_m[cell])
            matter = 0.0
            if layer < N_TOP_LAYERS:
                matter = min(matter_kg_m3 / parameters.organic_density_kg_m3, 1.0)
            organic = peat + (1.0 - peat) * matter
            porosity = _mix(peat, parameters.organic_porosity, soil.porosity[cell])
            solid = _mix(
                organic,
                parameters.organic_solid_conductivity_w_m_k,
                solid_conductivity_w_m_k(sand, clay),
            )
            columns.porosity[cell, layer] = porosity
            columns.solid_heat_capacity[cell, layer] = (1.0 - porosity) * _mix(
                organic,
                parameters.organic_solid_heat_capacity_j_m3_k,
                solid_heat_capacity_j_m3_k(sand, clay),
            )
            columns.dry_conductivity[cell, layer] = _mix(
                organic, parameters.organic_dry_conductivity_w_m_k, dry_conductivity_w_m_k(density)
            )
            columns.saturated_conductivity[cell, layer] = saturated_conductivity_w_m_k(
                solid, porosity, 1.0
            )
            columns.saturated_frozen_conductivity[cell, layer] = saturated_conductivity_w_m_k(
                solid, porosity, 0.0
            )
            suction_m = _mix(peat, parameters.organic_suction_m, soil.air_entry_suction_m[cell])
            b = _mix(peat, parameters.organic_clapp_hornberger_b, soil.clapp_hornberger_b[cell])
            columns.freezing_scale[cell, layer] = freezing_scale(porosity, suction_m, b)
            columns.freezing_exponent[cell, layer] = 1.0 / b
