"""Compiled loop of one storm over one hillslope."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .kernel_overland import infiltrating_plane_step

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def storm_over_hillslope(
    rain_m: FloatArray,
    step_s: float,
    resistance: FloatArray,
    retention_m: float,
    relief_roughness: float,
    spacing_m: float,
    conductivity_m_s: float,
    suction_deficit_m: float,
    outflow_m: FloatArray,
    infiltrated_m: FloatArray,
    discharge_m2_s: FloatArray,
) -> float:
    """Run a storm from a dry surface; return the water left on it (m).

    Parameters
    ----------
    rain_m : array (steps,)
        Rain of each step.
    step_s, retention_m, relief_roughness, spacing_m, conductivity_m_s, suction_deficit_m : float
        As in `infiltrating_plane_step`.
    resistance : array (nodes,)
        As in `infiltrating_plane_step`.
    outflow_m, infiltrated_m : array (steps,)
        Written: sums of each step, means over the hillslope.
    discharge_m2_s : array (steps,)
        Written: flow per width at the foot at the end of each step.
    """
    nodes = resistance.size
    depth_m = np.zeros(nodes)
    edge_m2_s = np.zeros(nodes)
    cumulative_m = np.zeros(nodes)
    passed_m = np.empty(nodes)
    for step in range(rain_m.size):
        outflow_m[step], infiltrated_m[step] = infiltrating_plane_step(
            depth_m,
            edge_m2_s,
            cumulative_m,
            resistance,
            retention_m,
            relief_roughness,
            spacing_m,
            rain_m[step],
            conductivity_m_s,
            suction_deficit_m,
            step_s,
            passed_m,
        )
        discharge_m2_s[step] = edge_m2_s[nodes - 1]
    return float(depth_m.mean())
