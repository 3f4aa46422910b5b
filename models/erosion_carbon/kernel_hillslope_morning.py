"""Before a day on the hillslopes: yesterday's fluxes are cleared, cells without water are found."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .hillslopes import HOURS

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@njit(cache=True, nogil=True, forceinline=True)
def dry_all_day(
    start: int,
    stop: int,
    rain_m: FloatArray,
    melt_m: FloatArray,
    surface_m: FloatArray,
    discharge_m2_s: FloatArray,
    dry: BoolArray,
) -> None:
    """Tell which cells have no water on the ground all day, and stop the flow there."""
    n_nodes = surface_m.shape[1]
    for i in range(start, stop):
        deepest_m = 0.0
        for k in range(n_nodes):
            deepest_m = max(deepest_m, surface_m[i, k])
        dry[i - start] = rain_m[i] + melt_m[i] <= 0.0 and deepest_m <= 0.0
        if dry[i - start]:
            for k in range(n_nodes):
                discharge_m2_s[i, k] = 0.0


@njit(cache=True, nogil=True, forceinline=True)
def forget_day(
    start: int,
    stop: int,
    overland_m: FloatArray,
    overland_m3: FloatArray,
    sediment_kg: FloatArray,
    infiltrated_m: FloatArray,
    detached_kg_m2: FloatArray,
    deposited_kg_m2: FloatArray,
) -> None:
    """Clear the fluxes of the day before; by the hour mostly nothing left."""
    for i in range(start, stop):
        if overland_m[i] != 0.0 or detached_kg_m2[i] != 0.0:
            for hour in range(HOURS):
                overland_m3[hour, i] = sediment_kg[hour, i] = 0.0
        overland_m[i] = infiltrated_m[i] = detached_kg_m2[i] = deposited_kg_m2[i] = 0.0
