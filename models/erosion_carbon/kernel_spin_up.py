"""Compiled sums over the last spin-up year: what the carbon's steady state belongs to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .carbon.kernel_factors import dissolved_temperature_factor, moisture_factor
from .dissolved.kernel_dissolved import N_MEAN_LAYERS, mean_of_top
from .dissolved.kernel_laws import washed_out
from .dissolved.parameters import DissolvedParameters
from .soil_layers import LAYER_THICKNESS_M

FloatArray = npt.NDArray[np.float64]
PERCENT = 100.0


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

    Layers of 0-30 cm share their mean temperature and moisture, as where carbon dissolves.

    Parameters
    ----------
    temperature_c, water : array (n, 10)
    porosity : array (n,)
    warmth, warmth_and_water : array (n, 10)
        Added to.
    """
    for i in range(start, stop):
        warm = dissolved_temperature_factor(mean_of_top(temperature_c[i]), q10)
        wet = moisture_factor(PERCENT * mean_of_top(water[i]) / porosity[i])
        for k in range(water.shape[1]):
            if k >= N_MEAN_LAYERS:
                warm = dissolved_temperature_factor(temperature_c[i, k], q10)
                wet = moisture_factor(PERCENT * water[i, k] / porosity[i])
            warmth[i, k] += warm
            warmth_and_water[i, k] += warm * wet


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
        off = washed_out(1.0, overland_runoff_m[i], water[i, 0], LAYER_THICKNESS_M[0], density, p)
        washed_off[i] += off
        for k in range(water.shape[1] - 1):
            share = washed_out(
                1.0, percolation_m[i, k], water[i, k], LAYER_THICKNESS_M[k], density, p
            )
            carried_down[i, k] += (1.0 - off) * share if k == 0 else share
