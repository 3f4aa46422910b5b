"""Numba kernel: warmth and wetness that carbon dissolves by, for many cells side by side."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from ..carbon.kernel_factors import dissolved_temperature_factor, moisture_factor
from ..soil_layers import LAYER_THICKNESS_M, N_LAYERS

Floats: TypeAlias = npt.NDArray[np.float64]

N_MEAN_LAYERS = 5
"""Layers of 0-30 cm, which share their mean temperature and moisture (Lu et al. 2024, 2.1.2)."""
MEAN_WEIGHT = LAYER_THICKNESS_M[:N_MEAN_LAYERS] / LAYER_THICKNESS_M[:N_MEAN_LAYERS].sum()
GROUND = N_LAYERS
"""Column of what lies on the ground, after those of the layers."""
N_COLUMNS = N_LAYERS + 1
BLOCK = 64
"""Cells whose factors fit the first cache."""
PERCENT = 100.0


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def mean_of_top(values: Floats, cell: int) -> float:
    """Return the mean over 0-30 cm of a property of the layers (n, 10)."""
    mean = 0.0
    for k in range(N_MEAN_LAYERS):
        mean += MEAN_WEIGHT[k] * values[cell, k]
    return mean


@njit(cache=True, nogil=True, error_model="numpy")
def _spread(first: int, last: int, values: Floats, spread: Floats) -> None:
    """Copy (n, 10) into the rows of a block: the mean of 0-30 cm, deeper layers, the first."""
    for i in range(first, last):
        mean = mean_of_top(values, i)
        for k in range(N_MEAN_LAYERS):
            spread[i - first, k] = mean
        for k in range(N_MEAN_LAYERS, N_LAYERS):
            spread[i - first, k] = values[i, k]
        spread[i - first, GROUND] = values[i, 0]


@njit(cache=True, nogil=True, error_model="numpy")
def dissolving_climate(
    first: int,
    last: int,
    temperature_c: Floats,
    water: Floats,
    porosity: Floats,
    q10: float,
    warmth: Floats,
    dissolving: Floats,
) -> None:
    """Write T_s and T_s W_s of a block of cells (Lu et al. 2024, Eqs. 8, 9).

    Lu et al. 2024 use the mean temperature and moisture of 0-30 cm for all carbon below ground;
    here deeper layers, which the paper's mean cannot stand for, use their own.

    Parameters
    ----------
    first, last : int
        At most `BLOCK` cells.
    temperature_c, water : array (n, 10)
        Water content, m3 m-3.
    porosity : array (n,)
    warmth, dissolving : array (BLOCK, 11)
        Overwritten; the last column is that of litter on the ground, which has the climate of the
        first layer.
    """
    _spread(first, last, temperature_c, warmth)
    _spread(first, last, water, dissolving)
    for i in range(first, last):
        per_pores = PERCENT / porosity[i]
        for k in range(N_COLUMNS):
            dissolving[i - first, k] *= per_pores
    warm, wet = warmth.reshape(-1), dissolving.reshape(-1)
    for j in range((last - first) * N_COLUMNS):
        factor = dissolved_temperature_factor(warm[j], q10)
        wet[j] = factor * moisture_factor(wet[j])
        warm[j] = factor
