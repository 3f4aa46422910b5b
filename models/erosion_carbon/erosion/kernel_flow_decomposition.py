"""Flow over a fine grid in the direction of steepest descent, split between two neighbours.

Desmet and Govers 1996 ("flux decomposition"), as WaTEM/SEDEM and WATEM_C: of what flows in the
direction a, |sin a| and |cos a| parts of their sum go to the neighbours along columns and rows.
Convergent and divergent slopes spread what D8 gathers in lines.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IndexArray = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def height_at(elevation_m: FloatArray, row: int, col: int, otherwise: float) -> float:
    """Return the elevation of a cell, or `otherwise` where it is unknown."""
    if 0 <= row < elevation_m.shape[0] and 0 <= col < elevation_m.shape[1]:
        value = elevation_m[row, col]
        if not np.isnan(value):
            return float(value)
    return otherwise


@njit(cache=True, nogil=True)
def central_fall(
    elevation_m: FloatArray, row: int, col: int, d_row: int, d_col: int, cell_m: float
) -> float:
    """Return the fall per metre towards one neighbour, from both sides (Zevenbergen and Thorne).

    The wider window of Horn 1981 smooths the hollows in which soil settles. At an edge of the data
    the unknown side continues the known one.
    """
    here = elevation_m[row, col]
    ahead = height_at(elevation_m, row + d_row, col + d_col, np.nan)
    behind = height_at(elevation_m, row - d_row, col - d_col, np.nan)
    if np.isnan(ahead):
        ahead = here if np.isnan(behind) else 2.0 * here - behind
    if np.isnan(behind):
        behind = 2.0 * here - ahead
    return (behind - ahead) / (2.0 * cell_m)


@njit(cache=True, nogil=True)
def descent(
    elevation_m: FloatArray, inside: BoolArray, cell_m: float
) -> tuple[FloatArray, FloatArray]:
    """Return the fall eastward and southward of the cells inside, (rows, cols), elsewhere NaN."""
    rows, cols = elevation_m.shape
    east, south = np.full((rows, cols), np.nan), np.full((rows, cols), np.nan)
    for row in range(rows):
        for col in range(cols):
            if inside[row, col]:
                east[row, col] = central_fall(elevation_m, row, col, 0, 1, cell_m)
                south[row, col] = central_fall(elevation_m, row, col, 1, 0, cell_m)
    return east, south


@njit(cache=True, nogil=True)
def steepest_lower(elevation_m: FloatArray, inside: BoolArray, row: int, col: int) -> int:
    """Return the flat index of the steepest lower neighbour of eight inside, or -1."""
    best, found = 0.0, -1
    for d_row in range(-1, 2):
        for d_col in range(-1, 2):
            to_row, to_col = row + d_row, col + d_col
            if (d_row == 0 and d_col == 0) or not is_inside(inside, to_row, to_col):
                continue
            fall = elevation_m[row, col] - elevation_m[to_row, to_col]
            fall /= math.sqrt(d_row * d_row + d_col * d_col)
            if fall > best:
                best, found = fall, to_row * elevation_m.shape[1] + to_col
    return found


@njit(cache=True, nogil=True)
def is_inside(inside: BoolArray, row: int, col: int) -> bool:
    """Return whether a cell belongs to the grid's region."""
    if 0 <= row < inside.shape[0] and 0 <= col < inside.shape[1]:
        return bool(inside[row, col])
    return False


@njit(cache=True, nogil=True)
def decomposed_flow(
    elevation_m: FloatArray, inside: BoolArray, east: FloatArray, south: FloatArray
) -> tuple[IndexArray, FloatArray]:
    """Return who takes which share of each cell's flow, both (rows * cols, 2).

    A neighbour that is not lower takes nothing; if both are not, the steepest lower one of eight
    takes all; if there is none, the cell is a pit and its shares are 0. Beyond the border flow is
    free to leave (receiver -1).
    """
    rows, cols = elevation_m.shape
    receiver = np.full((rows * cols, 2), -1)
    share = np.zeros((rows * cols, 2))
    for row in range(rows):
        for col in range(cols):
            if not inside[row, col]:
                continue
            cell = row * cols + col
            for k in range(2):
                fall = east[row, col] if k == 0 else south[row, col]
                step = 1 if fall > 0.0 else -1
                to_row, to_col = (row, col + step) if k == 0 else (row + step, col)
                if not is_inside(inside, to_row, to_col):
                    share[cell, k] = abs(fall)
                elif elevation_m[to_row, to_col] < elevation_m[row, col]:
                    receiver[cell, k] = to_row * cols + to_col
                    share[cell, k] = abs(fall)
            total = share[cell, 0] + share[cell, 1]
            if total > 0.0:
                share[cell] /= total
            else:
                receiver[cell, 0] = steepest_lower(elevation_m, inside, row, col)
                share[cell, 0] = 1.0 if receiver[cell, 0] >= 0 else 0.0
    return receiver, share


@njit(cache=True, nogil=True)
def upslope_area(
    order: IndexArray, receiver: IndexArray, share: FloatArray, cell_area_m2: float
) -> FloatArray:
    """Return the area that drains into each cell, itself apart, (n,)."""
    area = np.zeros(receiver.shape[0])
    for cell in order:
        for k in range(2):
            if receiver[cell, k] >= 0:
                area[receiver[cell, k]] += share[cell, k] * (area[cell] + cell_area_m2)
    return area
