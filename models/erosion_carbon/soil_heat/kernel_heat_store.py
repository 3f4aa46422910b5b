"""What a block of heat columns hands back to the cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from ..soil_layers import N_LAYERS
from .grid import N_NODES, N_SNOW_NODES, NODES_PER_LAYER, POND_ROW, SOIL_ROW
from .heat_block import ENTHALPY, LIQUID_SHARE, TEMPERATURE
from .kernel_heat_rows import FIRST_NODE, Members

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def store_heat(
    rows: FloatArray,
    members: Members,
    n_members: int,
    enthalpy: FloatArray,
    temperature: FloatArray,
    liquid_share: FloatArray,
    water: FloatArray,
    new_water: FloatArray,
) -> None:
    """Keep the state of the cells' soil, and the water that its enthalpy was made with."""
    for k in range(n_members):
        cell = members[k]
        for node in range(N_NODES):
            row = SOIL_ROW + node
            enthalpy[cell, node] = rows[ENTHALPY, row, k]
            temperature[cell, node] = rows[TEMPERATURE, row, k]
            liquid_share[cell, node] = rows[LIQUID_SHARE, row, k]
        for layer in range(N_LAYERS):
            water[cell, layer] = new_water[cell, layer]


@njit(cache=True, nogil=True, error_model="numpy")
def store_pond(
    rows: FloatArray,
    members: Members,
    n_members: int,
    base: int,
    ponded_m: FloatArray,
    water_m: FloatArray,
    enthalpy_j_m2: FloatArray,
    temperature_c: FloatArray,
    liquid_share: FloatArray,
) -> None:
    """Keep the state of ponded water."""
    for k in range(n_members):
        cell = members[k]
        water_m[cell] = 0.0
        if base == POND_ROW:
            water_m[cell] = ponded_m[cell]
            enthalpy_j_m2[cell] = rows[ENTHALPY, POND_ROW, k] * ponded_m[cell]
            temperature_c[cell] = rows[TEMPERATURE, POND_ROW, k]
            liquid_share[cell] = rows[LIQUID_SHARE, POND_ROW, k]


@njit(cache=True, nogil=True, error_model="numpy")
def store_snow(
    rows: FloatArray,
    members: Members,
    n_members: int,
    first: int,
    base: int,
    surface_c: FloatArray,
    snow_c: FloatArray,
) -> None:
    """Keep the snow's temperatures; heat beyond 0 degC melts it, which the snow law counts."""
    for k in range(n_members):
        for node in range(N_SNOW_NODES):
            temperature = surface_c[k]
            if first < base:
                temperature = rows[TEMPERATURE, first + node, k]
            snow_c[members[k], node] = min(temperature, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def write_layers(
    rows: FloatArray,
    members: Members,
    n_members: int,
    temperature_c: FloatArray,
    ice_fraction: FloatArray,
) -> None:
    """Write each layer's mean temperature and ice share over its nodes."""
    for k in range(n_members):
        cell = members[k]
        for layer in range(N_LAYERS):
            nodes, first = NODES_PER_LAYER[layer], SOIL_ROW + FIRST_NODE[layer]
            temperature, liquid = 0.0, 0.0
            for row in range(first, first + nodes):
                temperature += rows[TEMPERATURE, row, k]
                liquid += rows[LIQUID_SHARE, row, k]
            temperature_c[cell, layer] = temperature / nodes
            ice_fraction[cell, layer] = 1.0 - liquid / nodes
