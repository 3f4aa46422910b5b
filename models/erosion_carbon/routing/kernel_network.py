"""Compiled order of a drainage network: who comes before whom, how far, how much."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def topological_order(downstream: IndexArray) -> tuple[IndexArray, int]:
    """Return cells upstream first (Kahn 1962, Commun. ACM 5:558-562).

    Parameters
    ----------
    downstream : array of int64, shape (n,)
        Index of the next cell; own index where water ends; -1 for cells to leave out.

    Returns
    -------
    order : array of int64, shape (n,)
        The first `visited` are the order.
    visited : int
        Fewer than the cells where flow runs in circles.
    """
    waiting_for = np.zeros(downstream.size, np.int64)
    for cell in range(downstream.size):
        if downstream[cell] >= 0 and downstream[cell] != cell:
            waiting_for[downstream[cell]] += 1
    order = np.empty(downstream.size, np.int64)
    visited = 0
    for cell in range(downstream.size):
        if downstream[cell] >= 0 and waiting_for[cell] == 0:
            order[visited] = cell
            visited += 1
    done = 0
    while done < visited:
        to = downstream[order[done]]
        if to != order[done]:
            waiting_for[to] -= 1
            if waiting_for[to] == 0:
                order[visited] = to
                visited += 1
        done += 1
    return order, visited


@njit(cache=True, nogil=True)
def accumulate(order: IndexArray, downstream: IndexArray, values: FloatArray) -> FloatArray:
    """Return each cell's own value plus those of all cells upstream, shape (n,)."""
    total = values.copy()
    for k in range(order.size):
        cell = order[k]
        if downstream[cell] != cell:
            total[downstream[cell]] += total[cell]
    return total


@njit(cache=True, nogil=True)
def heights(order: IndexArray, downstream: IndexArray) -> IndexArray:
    """Return the number of cells on the longest way from a source to each cell, shape (n,)."""
    height = np.zeros(downstream.size, np.int64)
    for k in range(order.size):
        to = downstream[order[k]]
        if to != order[k] and height[to] <= height[order[k]]:
            height[to] = height[order[k]] + 1
    return height


@njit(cache=True, nogil=True)
def handed_up(order: IndexArray, downstream: IndexArray, values: IndexArray) -> IndexArray:
    """Return for each cell its own value if not negative, else that of the next one below."""
    result = values.copy()
    for k in range(order.size - 1, -1, -1):
        cell = order[k]
        if result[cell] < 0:
            result[cell] = result[downstream[cell]]
    return result


@njit(cache=True, nogil=True)
def pack(sizes: IndexArray, capacity: int) -> IndexArray:
    """Return a bin for each item, filled in turn; an item over the capacity fills its own.

    Parameters
    ----------
    sizes : array of int64, shape (m,)
        Cells of each item.
    capacity : int
        Cells of a bin.
    """
    bins = np.empty(sizes.size, np.int64)
    current, filled = 0, 0
    for item in range(sizes.size):
        if filled > 0 and filled + sizes[item] > capacity:
            current += 1
            filled = 0
        bins[item] = current
        filled += sizes[item]
    return bins
