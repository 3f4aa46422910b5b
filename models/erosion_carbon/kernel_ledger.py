"""Compiled sums and checks of the ledger."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .hydrology.state import WaterState
from .soil_layers import LAYER_THICKNESS_M

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def water_storage(
    start: int,
    stop: int,
    water: WaterState,
    area_m2: FloatArray,
    storage_m3: FloatArray,
) -> None:
    """Write the water each cell holds, m3: canopy, snow, surface, soil, groundwater, channel."""
    for i in range(start, stop):
        depth = water.canopy_m[i] + water.snow_water_m[i] + water.groundwater_m[i]
        for k in range(water.soil.shape[1]):
            depth += water.soil[i, k] * LAYER_THICKNESS_M[k]
        on_surface = 0.0
        for k in range(water.surface_m.shape[1]):
            on_surface += water.surface_m[i, k]
        depth += on_surface / water.surface_m.shape[1]
        storage_m3[i] = depth * area_m2[i] + water.channel_m3[i]


@njit(cache=True, nogil=True, forceinline=True)
def sum_of_row(values: FloatArray, i: int) -> float:
    """Return the sum of a row of (n, m)."""
    total = 0.0
    for k in range(values.shape[1]):
        total += values[i, k]
    return total


@njit(cache=True, nogil=True)
def carbon_storage(
    start: int,
    stop: int,
    soil: FloatArray,
    surface: FloatArray,
    dissolved: FloatArray,
    owed_by_leaves_g_m2: FloatArray,
    poc_in_channel_g: FloatArray,
    doc_in_channel_g: FloatArray,
    area_m2: FloatArray,
    storage_g: FloatArray,
) -> None:
    """Write the carbon each cell holds, g C: layers, litter, channel, less what leaves owe."""
    for i in range(start, stop):
        total = 0.0
        for k in range(soil.shape[1]):
            for p in range(soil.shape[2]):
                total += soil[i, k, p]
            total += dissolved[i, k, 0] + dissolved[i, k, 1]
        total += sum_of_row(surface, i) - owed_by_leaves_g_m2[i]
        in_channel_g = sum_of_row(poc_in_channel_g, i) + sum_of_row(doc_in_channel_g, i)
        storage_g[i] = total * area_m2[i] + in_channel_g


@njit(cache=True, nogil=True)
def sums_of_rows(
    start: int, stop: int, first: FloatArray, second: FloatArray, total: FloatArray
) -> None:
    """Write the sum of each row of two arrays (n, m), together."""
    for i in range(start, stop):
        total[i] = sum_of_row(first, i) + sum_of_row(second, i)


@njit(cache=True, nogil=True)
def worst_balance(
    before: FloatArray, gained: FloatArray, lost: FloatArray, after: FloatArray
) -> tuple[int, float]:
    """Return the cell whose balance closes worst and its residual over what it held and moved.

    The residual is before + gained - lost - after; a NaN anywhere is the worst there is.
    """
    worst, where = 0.0, 0
    for i in range(before.size):
        residual = before[i] + gained[i] - lost[i] - after[i]
        scale = abs(before[i]) + abs(gained[i]) + abs(lost[i]) + abs(after[i])
        relative = abs(residual) / scale if scale > 0 else abs(residual)
        if not relative <= worst:
            worst, where = relative, i
            if np.isnan(relative):
                return where, relative
    return where, worst
