"""Compiled sums over the last spin-up year: what the carbon's steady state belongs to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .carbon.kernel_factors import dissolved_temperature_factor, moisture_factor
from .dissolved.kernel_dissolved import N_MEAN_LAYERS, mean_of_top

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
