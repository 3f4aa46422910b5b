"""The soil that the kept steps of many hillslopes move."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .erosion.kernel_hillslope_sediment import (
    ADJUSTMENT,
    COVER_ERODIBILITY,
    CRITICAL_SHEAR,
    DEPOSITED,
    DETACHED,
    DURATION_S,
    FALL_VELOCITY,
    FIRST_NODE,
    FRICTION,
    HOUR,
    INTERRILL,
    LOAD,
    PLACE,
    RILL,
    hillslope_sediment,
)
from .erosion.parameters import ErosionParameters
from .hillslopes import Erodibilities, HillslopeDay, Hillslopes, Laws

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def _resist(
    steps: FloatArray,
    n_steps: int,
    n_nodes: int,
    slopes: Hillslopes,
    erodibility: Erodibilities,
) -> None:
    """Set what resists erosion in each step: that of its hillslope."""
    for step in range(n_steps):
        i = int(steps[PLACE, step])
        steps[INTERRILL, step] = erodibility.interrill_kg_s_m4[i]
        steps[RILL, step] = erodibility.rill_s_m[i]
        steps[CRITICAL_SHEAR, step] = erodibility.critical_shear_pa[i]
        steps[FRICTION, step] = erodibility.friction_factor[i]
        steps[FALL_VELOCITY, step] = erodibility.fall_velocity_m_s[i]
        steps[ADJUSTMENT, step] = erodibility.transport_adjustment[i]
        steps[COVER_ERODIBILITY, step] = erodibility.cover_erodibility_us[i]
        for node in range(n_nodes):
            steps[FIRST_NODE + n_nodes + node, step] = slopes.slope[i, node]


@njit(cache=True, nogil=True, error_model="numpy")
def move_soil(
    steps: FloatArray,
    n_steps: int,
    n_nodes: int,
    slopes: Hillslopes,
    erodibility: Erodibilities,
    erosion: ErosionParameters,
    laws: Laws,
    day: HillslopeDay,
) -> None:
    """Move the soil of the kept steps and add it to the day.

    A hillslope's steps are added up in their order, however many are kept at once.

    Parameters
    ----------
    steps : array (rows, steps)
        See `kernel_hillslope_sediment.FIRST_NODE`; `PLACE` is the cell.
    day : HillslopeDay
        `sediment_kg`, `detached_kg_m2` and `deposited_kg_m2` are added to.
    """
    if n_steps == 0:
        return
    _resist(steps, n_steps, n_nodes, slopes, erodibility)
    hillslope_sediment(steps, n_steps, n_nodes, erosion, laws.erosion, laws.capacity)
    for step in range(n_steps):
        i, hour = int(steps[PLACE, step]), int(steps[HOUR, step])
        duration_s, length_m = steps[DURATION_S, step], slopes.length_m[i]
        per_m = duration_s * (slopes.area_m2[i] / length_m)
        day.sediment_kg[hour, i] += steps[LOAD, step] * per_m
        day.detached_kg_m2[i] += steps[DETACHED, step] * duration_s / length_m
        day.deposited_kg_m2[i] += steps[DEPOSITED, step] * duration_s / length_m
