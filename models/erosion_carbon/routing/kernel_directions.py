"""Compiled parts of drainage directions: flats, and paths through land that is not ours."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def drain_flats(
    filled: FloatArray, codes: npt.NDArray[np.uint8], is_sink: npt.NDArray[np.bool_]
) -> int:
    """Give every cell of a flat the direction of its shortest way out, in place.

    A breadth-first walk into each flat from all its ways out at once, as the "towards lower
    terrain" half of Garbrecht & Martz (1997), J. Hydrol. 193:204-213. Heights are not raised by
    small steps, which would vanish in rounding. Each step goes to a cell reached earlier, so no
    flow runs in circles.

    Parameters
    ----------
    filled : array of float64, shape (rows, cols)
        Elevation in m without depressions, NaN where missing.
    codes : array of uint8, shape (rows, cols)
        D8 codes (1 east, clockwise to 128 north-east; 0 no lower neighbour; 247 missing).
    is_sink : array of bool, shape (rows, cols)
        Cells where water may stay or leave.

    Returns
    -------
    int
        Number of cells left without a way out; 0 if depressions were filled.
    """
    rows, cols = filled.shape
    queue = np.empty(filled.size, np.int64)
    reached = np.zeros(filled.shape, np.bool_)
    tail, present = 0, 0
    for row in range(rows):
        for col in range(cols):
            if codes[row, col] == 247:
                continue
            present += 1
            if codes[row, col] != 0 or is_sink[row, col]:
                reached[row, col] = True
                queue[tail] = row * cols + col
                tail += 1
    head = 0
    while head < tail:
        row, col = queue[head] // cols, queue[head] % cols
        head += 1
        for k in range(8):
            # East, then clockwise.
            i = row + (0, 1, 1, 1, 0, -1, -1, -1)[k]
            j = col + (1, 1, 0, -1, -1, -1, 0, 1)[k]
            if not (0 <= i < rows and 0 <= j < cols):
                continue
            # A missing neighbour is NaN and equals nothing.
            if not reached[i, j] and filled[i, j] == filled[row, col]:
                reached[i, j] = True
                codes[i, j] = 1 << ((k + 4) % 8)
                queue[tail] = i * cols + j
                tail += 1
    return present - tail


@njit(cache=True, nogil=True)
def receivers(
    codes: npt.NDArray[np.uint8], cell_x_m: FloatArray, cell_y_m: FloatArray
) -> tuple[IndexArray, FloatArray]:
    """Return flat index of the cell that each cell drains to, and the way there.

    Parameters
    ----------
    codes : array of uint8, shape (rows, cols)
        D8 codes.
    cell_x_m, cell_y_m : array of float64, shape (rows,)
        Ground size of the cells of each row.

    Returns
    -------
    receiver : array of int64, shape (rows * cols,)
        Own index where water ends.
    distance_m : array of float64, shape (rows * cols,)
        0 where water ends.
    """
    rows, cols = codes.shape
    receiver = np.arange(codes.size)
    distance_m = np.zeros(codes.size)
    for row in range(rows):
        dx, dy = cell_x_m[row], cell_y_m[row]
        for col in range(cols):
            for k in range(8):
                if codes[row, col] == 1 << k:
                    i = (0, 1, 1, 1, 0, -1, -1, -1)[k]
                    j = (1, 1, 0, -1, -1, -1, 0, 1)[k]
                    cell = row * cols + col
                    receiver[cell] = cell + i * cols + j
                    distance_m[cell] = np.sqrt((i * dy) ** 2 + (j * dx) ** 2)
    return receiver, distance_m


@njit(cache=True, nogil=True)
def bridge_outside(
    order: IndexArray,
    receiver: IndexArray,
    distance_m: FloatArray,
    inside: npt.NDArray[np.bool_],
) -> tuple[IndexArray, FloatArray, IndexArray]:
    """Join cells of the region whose water crosses land outside it before it comes back.

    Without it every hole in the region (a lake without soil, a gap) would cut its river.

    Parameters
    ----------
    order : array of int64, shape (m,)
        All cells with elevation, upstream first.
    receiver, distance_m : arrays, shape (cells of the grid,)
        As ``receivers`` gives them.
    inside : array of bool, shape (cells of the grid,)
        Cells of the region.

    Returns
    -------
    target : array of int64, shape (cells of the grid,)
        Next cell downstream that is in the region; -1 where water leaves for good.
    way_m : array of float64, shape (cells of the grid,)
        Distance to it; to the first cell outside where water leaves for good.
    first : array of int64, shape (cells of the grid,)
        Cell that ends `way_m`; own index where the ground ends.
    """
    entry = np.full(receiver.size, -1)
    entry_m = np.zeros(receiver.size)
    target = np.full(receiver.size, -1)
    way_m = np.zeros(receiver.size)
    first = np.arange(receiver.size)
    for k in range(order.size - 1, -1, -1):
        cell = order[k]
        to = receiver[cell]
        if to != cell:
            if entry[to] >= 0:
                target[cell], way_m[cell] = entry[to], distance_m[cell] + entry_m[to]
            else:
                way_m[cell] = distance_m[cell]
            first[cell] = target[cell] if target[cell] >= 0 else to
        if inside[cell]:
            entry[cell] = cell
        else:
            entry[cell], entry_m[cell] = target[cell], way_m[cell]
    return target, way_m, first
