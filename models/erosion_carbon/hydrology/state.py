"""Water held by each cell: the state that the daily loop carries on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..soil_columns import FloatArray, SoilColumns
from ..soil_layers import LAYER_MIDDLE_M
from .parameters_column import SOIL_WATER, SoilWaterParameters


class WaterState(NamedTuple):
    """Water of each cell; kernels change the arrays in place.

    Parameters
    ----------
    canopy_m : array (n,)
        Rain on leaves.
    snow_water_m : array (n,)
        Snow water equivalent, its liquid included.
    snow_liquid_m : array (n,)
        Liquid part of `snow_water_m`; do not add it again.
    snow_density_kg_m3 : array (n,)
        0 where there is no snow.
    soil : array (n, 10)
        Volumetric water content m3 m-3, ice included as the water it melts to.
    groundwater_m : array (n,)
        Store below the soil.
    surface_m : array (n, n_nodes)
        Water standing or flowing on the nodes of the hillslope.
    channel_m3 : array (n,)
        Water in the cell's channel link.
    """

    canopy_m: FloatArray
    snow_water_m: FloatArray
    snow_liquid_m: FloatArray
    snow_density_kg_m3: FloatArray
    soil: FloatArray
    groundwater_m: FloatArray
    surface_m: FloatArray
    channel_m3: FloatArray


def initial_water(
    soil: SoilColumns, n_nodes: int, parameters: SoilWaterParameters = SOIL_WATER.defaults
) -> WaterState:
    """Return soils at field capacity, wetlands full below their water table, all else empty.

    Parameters
    ----------
    soil : SoilColumns
        Of n cells.
    n_nodes : int
        Nodes of a hillslope.
    parameters : SoilWaterParameters
        Gives the depth of the wetlands' water table.
    """
    n_cells = len(soil.porosity)
    below_table = np.greater(LAYER_MIDDLE_M, parameters.wetland_water_table_m)
    full = (soil.water_table[:, None] > 0) & below_table[None, :]
    content = np.where(full, soil.porosity[:, None], soil.field_capacity[:, None])
    return WaterState(
        canopy_m=np.zeros(n_cells),
        snow_water_m=np.zeros(n_cells),
        snow_liquid_m=np.zeros(n_cells),
        snow_density_kg_m3=np.zeros(n_cells),
        soil=content,
        groundwater_m=np.zeros(n_cells),
        surface_m=np.zeros((n_cells, n_nodes)),
        channel_m3=np.zeros(n_cells),
    )
