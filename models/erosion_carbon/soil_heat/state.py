"""What the heat of the soil remembers from day to day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..soil_layers import N_LAYERS
from .grid import N_NODES, N_SNOW_NODES

FloatArray = npt.NDArray[np.float64]


class HeatState(NamedTuple):
    """Heat of every cell.

    Parameters
    ----------
    enthalpy : array, shape (n_cells, n_nodes)
        J m-3, zero for thawed soil at 0 degC.
    temperature : array, shape (n_cells, n_nodes)
        degC, of that enthalpy.
    liquid_share : array, shape (n_cells, n_nodes)
        Share of the node's water that is liquid.
    water : array, shape (n_cells, n_layers)
        Liquid water and ice that the enthalpy was made with, m3 of water m-3.
    snow_temperature : array, shape (n_cells, n_snow_nodes)
        degC from the top; of cells without snow, what new snow begins with.
    pond_water, pond_enthalpy, pond_temperature, pond_liquid_share : array, shape (n_cells,)
        Ponded water with its ice: m of water, J m-2, degC, share that is liquid.
    ground_heat : array, shape (n_cells,)
        Heat into the soil's upper face in the last step, J m-2.
    """

    enthalpy: FloatArray
    temperature: FloatArray
    liquid_share: FloatArray
    water: FloatArray
    snow_temperature: FloatArray
    pond_water: FloatArray
    pond_enthalpy: FloatArray
    pond_temperature: FloatArray
    pond_liquid_share: FloatArray
    ground_heat: FloatArray


def empty_heat_state(n_cells: int) -> HeatState:
    """Return arrays for `begin_heat` to fill."""
    nodes, cells = (n_cells, N_NODES), (n_cells,)
    return HeatState(
        enthalpy=np.zeros(nodes),
        temperature=np.zeros(nodes),
        liquid_share=np.ones(nodes),
        water=np.zeros((n_cells, N_LAYERS)),
        snow_temperature=np.zeros((n_cells, N_SNOW_NODES)),
        pond_water=np.zeros(cells),
        pond_enthalpy=np.zeros(cells),
        pond_temperature=np.zeros(cells),
        pond_liquid_share=np.ones(cells),
        ground_heat=np.zeros(cells),
    )
