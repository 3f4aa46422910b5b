"""Bring soil temperatures to rest under the same year again and again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .parameters import SoilHeatParameters

FloatArray = npt.NDArray[np.float64]

SNOW_OFFSET_DEPTH_M = 0.4
"""Snow this deep lets 1/e of the cold through (own, after n-factors of 0.7 to 0.25 under 0.1 to
0.6 m). It sets the first guess only."""


def mean_ground_temperature_c(
    air_c: FloatArray, snow_depth_m: FloatArray, canopy: FloatArray, parameters: SoilHeatParameters
) -> FloatArray:
    """Return a first guess of the mean annual temperature of the ground's surface.

    Parameters
    ----------
    air_c, snow_depth_m : array, shape (days, n_cells)
        A year's daily means.
    canopy : array, shape (n_cells,)
        Share under forest.
    parameters : SoilHeatParameters
        Its n-factors.
    """
    thaw = parameters.thaw_factor_open + canopy * (
        parameters.thaw_factor_forest - parameters.thaw_factor_open
    )
    freeze = parameters.freeze_factor_open + canopy * (
        parameters.freeze_factor_forest - parameters.freeze_factor_open
    )
    passed = freeze * np.exp(-snow_depth_m / SNOW_OFFSET_DEPTH_M)
    ground = np.where(air_c > 0.0, np.where(snow_depth_m > 0.0, 0.0, thaw * air_c), passed * air_c)
    return np.asarray(ground.mean(axis=0))


def periodic_spin_up(
    run_year: Callable[[], None],
    temperature_c: FloatArray,
    most_years: int,
    tolerance_k: float,
) -> list[float]:
    """Repeat a year until the temperatures at its end no longer change.

    Parameters
    ----------
    run_year : callable
        Runs the year once and changes `temperature_c` in place.
    temperature_c : array
        Of all cells and nodes, as `HeatState.temperature`.
    most_years : int
        Years to run at most.
    tolerance_k : float
        Largest change between two years' ends that counts as rest.

    Returns
    -------
    list of float
        Largest change of each year, K; the last one exceeds `tolerance_k` where it did not come to
        rest in `most_years`.
    """
    drifts: list[float] = []
    for _ in range(most_years):
        before = temperature_c.copy()
        run_year()
        drifts.append(float(np.abs(temperature_c - before).max()))
        if drifts[-1] <= tolerance_k:
            break
    return drifts
