"""Compiled sums over the last spin-up year: what the carbon's steady state belongs to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .dissolved.kernel_climate import BLOCK, N_COLUMNS, dissolving_climate
from .dissolved.kernel_laws import washed_share
from .dissolved.parameters import DissolvedParameters
from .soil_layers import LAYER_THICKNESS_M, N_LAYERS

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def add_dissolving_factors(
    start: int,
    stop: int,
    temperature_c: FloatArray,
    water: FloatArray,
    porosity: FloatArray,
    q10: float,
    warmth: FloatArray,
    warmth_and_water: FloatArray,
) -> None:
    """Add the day's T_s and T_s W_s of every layer (Lu et al. 2024, Eqs. 8, 9).

    As where carbon dissolves, see `dissolved.kernel_climate`.

    Parameters
    ----------
    temperature_c, water : array (n, 10)
    porosity : array (n,)
    warmth, warmth_and_water : array (n, 10)
        Added to.
    """
    warm, dissolving = np.zeros((BLOCK, N_COLUMNS)), np.zeros((BLOCK, N_COLUMNS))
    for first in range(start, stop, BLOCK):
        last = min(first + BLOCK, stop)
        dissolving_climate(first, last, temperature_c, water, porosity, q10, warm, dissolving)
        for i in range(first, last):
            for k in range(N_LAYERS):
                warmth[i, k] += warm[i - first, k]
                warmth_and_water[i, k] += dissolving[i - first, k]


@njit(cache=True, nogil=True)
def add_washed_shares(
    start: int,
    stop: int,
    water: FloatArray,
    overland_runoff_m: FloatArray,
    percolation_m: FloatArray,
    bulk_density_kg_m3: FloatArray,
    p: DissolvedParameters,
    washed_off: FloatArray,
    carried_down: FloatArray,
) -> None:
    """Add the shares of a layer's dissolved carbon that leave with the day's water.

    Parameters
    ----------
    water, percolation_m : array (n, 10)
    overland_runoff_m, bulk_density_kg_m3 : array (n,)
    washed_off : array (n,)
        Of the first layer to the channel; added to.
    carried_down : array (n, 10)
        Of each layer to the next; added to.
    """
    for i in range(start, stop):
        density = bulk_density_kg_m3[i]
        off = washed_share(overland_runoff_m[i], water[i, 0], LAYER_THICKNESS_M[0], density, p)
        washed_off[i] += off
        for k in range(water.shape[1] - 1):
            share = washed_share(percolation_m[i, k], water[i, k], LAYER_THICKNESS_M[k], density, p)
            carried_down[i, k] += (1.0 - off) * share if k == 0 else share
