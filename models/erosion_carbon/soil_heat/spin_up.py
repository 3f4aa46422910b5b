"""Bring soil temperatures to rest under the same year again and again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .grid import NODE_MIDDLE_M
from .parameters import SoilHeatParameters

FloatArray = npt.NDArray[np.float64]


def steady_temperatures_c(mean_surface_c: FloatArray, parameters: SoilHeatParameters) -> FloatArray:
    """Return temperatures (n_cells, n_nodes) below ground of a mean temperature.

    Parameters
    ----------
    mean_surface_c : array, shape (n_cells,)
        Mean annual temperature of the ground's surface.
    parameters : SoilHeatParameters
        Whose geothermal flux and rock set the gradient.
    """
    gradient = parameters.geothermal_flux_w_m2 / parameters.rock_conductivity_w_m_k
    return np.asarray(mean_surface_c[:, None] + gradient * NODE_MIDDLE_M[None, :])


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
