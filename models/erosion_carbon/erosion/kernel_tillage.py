"""Soil that tillage moves downslope: Q = k tan(slope), kg per m of width and year."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@njit(cache=True, nogil=True)
def tillage_flux_kg_m(k: int, slope: FloatArray, transport_kg_m: float) -> float:
    """Return what tillage moves over the lower edge of a node of a hillslope.

    Nothing leaves at the foot, where the field ends at the channel.
    """
    if k + 1 >= slope.size:
        return 0.0
    return float(0.5 * transport_kg_m * (slope[k] + slope[k + 1]))


@njit(cache=True, nogil=True)
def grid_tillage(
    elevation_m: FloatArray, tilled: BoolArray, cell_m: float, transport_kg_m: float
) -> FloatArray:
    """Return what each cell of a grid gains (loses if negative) by tillage in a year, kg m-2.

    Between two tilled neighbours k times their fall moves, so that field borders stay shut and the
    sum is 0 (Govers et al. 1994: no matter in which direction the field is tilled).

    Parameters
    ----------
    elevation_m : array (rows, cols)
    tilled : array of bool (rows, cols)
    cell_m : float
        Side of the cells.
    transport_kg_m : float
        k, kg per m and year.
    """
    rows, cols = elevation_m.shape
    gain = np.zeros((rows, cols))
    per_fall = transport_kg_m / cell_m**2
    for row in range(rows):
        for col in range(cols):
            if not tilled[row, col]:
                continue
            for below, right in ((row + 1, col), (row, col + 1)):
                if below < rows and right < cols and tilled[below, right]:
                    moved = per_fall * (elevation_m[row, col] - elevation_m[below, right])
                    gain[row, col] -= moved
                    gain[below, right] += moved
    return gain
