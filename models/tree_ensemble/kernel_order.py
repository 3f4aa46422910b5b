"""Numba kernel: put rows that take the same branches next to each other."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

Floats: TypeAlias = npt.NDArray[np.float32]
Integers: TypeAlias = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def select_nth(keys: Floats, order: Integers, start: int, end: int, nth: int) -> None:
    """Reorder ``order[start:end]`` so that the row of rank `nth` by key stands at its place.

    Hoare's selection: smaller keys end up before `nth`, larger ones after it.
    """
    low, high = start, end - 1
    while low < high:
        pivot = keys[order[(low + high) // 2]]
        i, j = low, high
        while i <= j:
            while keys[order[i]] < pivot:
                i += 1
            while keys[order[j]] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if nth <= j:
            high = j
        elif nth >= i:
            low = i
        else:
            return


@njit(cache=True, nogil=True)
def widest_column(
    columns: Floats, order: Integers, start: int, end: int, cuts: Floats, cut_offsets: Integers
) -> int:
    """Return the column whose range over the rows holds most cuts, or -1 where none holds any."""
    best, most = -1, 0
    for f in range(columns.shape[0]):
        column = columns[f]
        low = column[order[start]]
        high = low
        for i in range(start + 1, end):
            x = column[order[i]]
            low = min(low, x)
            high = max(high, x)
        own = cuts[cut_offsets[f] : cut_offsets[f + 1]]
        held = np.searchsorted(own, high, side="right") - np.searchsorted(own, low, side="right")
        if held > most:
            best, most = f, held
    return best


@njit(cache=True, nogil=True)
def block_order(columns: Floats, cuts: Floats, cut_offsets: Integers, block: int) -> Integers:
    """Order rows into blocks of alike rows, by a k-d tree over the splits of the ensemble.

    Parameters
    ----------
    columns : float32 (p, n)
        Covariates, one row of the array per column.
    cuts : float32 (n_cuts,)
        Thresholds of the ensemble, sorted within each column, repeats kept.
    cut_offsets : int64 (p + 1,)
        Where the cuts of each column begin and end.
    block : int
        Rows in a block.

    Returns
    -------
    int64 (n,)
        Row numbers; each `block` of them is a leaf of the k-d tree.
    """
    n = columns.shape[1]
    order = np.arange(n)
    starts = np.empty(128, np.int64)
    ends = np.empty(128, np.int64)
    starts[0], ends[0], waiting = 0, n, 1
    while waiting > 0:
        waiting -= 1
        start, end = starts[waiting], ends[waiting]
        blocks = (end - start + block - 1) // block
        if blocks < 2:
            continue
        f = widest_column(columns, order, start, end, cuts, cut_offsets)
        if f < 0:
            continue
        middle = start + (blocks + 1) // 2 * block
        if middle >= end:
            middle = start + blocks // 2 * block
        select_nth(columns[f], order, start, end, middle)
        starts[waiting], ends[waiting] = start, middle
        starts[waiting + 1], ends[waiting + 1] = middle, end
        waiting += 2
    return order
