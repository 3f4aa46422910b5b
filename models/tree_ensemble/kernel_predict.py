"""Numba kernels: sum of trees over blocks of alike rows.

A block of rows that are alike sees only a few branches of each tree. The box of the block, its
smallest and largest value of each column, tells which nodes part its rows; the others are walked
past once for the whole block. What is left of the tree is evaluated from the leaves up: each
remaining node selects between the values of its two branches, a loop without branches over
contiguous rows that compiles to vector instructions. The values are only selected, never
recomputed, so that the result is that of a walk down the tree, bit for bit.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

Floats: TypeAlias = npt.NDArray[np.float32]
Features: TypeAlias = npt.NDArray[np.int16]
Children: TypeAlias = npt.NDArray[np.int32]
Integers: TypeAlias = npt.NDArray[np.int64]

BLOCK = 1024
"""Rows in a block: one column of it is 4 KiB, so that all of them and the buffers stay in cache."""
MAX_NODES = 255
"""Trees that keep more nodes than this within a block are walked down row by row."""


@njit(cache=True, nogil=True)
def prune(
    feature: Features,
    threshold: Floats,
    left: Children,
    right: Children,
    low: Floats,
    high: Floats,
    alive: Integers,
    stack: Integers,
) -> int:
    """List the nodes and leaves that some row of a box may reach, parents first, left first.

    Returns
    -------
    int
        How many stand in `alive`, or -1 if there were more than it holds.
    """
    stack[0], waiting, found = 0, 1, 0
    while waiting > 0:
        waiting -= 1
        node = stack[waiting]
        f = feature[node]
        while f >= 0:
            t = threshold[node]
            if high[f] < t:
                node = left[node]
            elif low[f] >= t:
                node = right[node]
            else:
                break
            f = feature[node]
        if found == alive.shape[0]:
            return -1
        alive[found] = node
        found += 1
        if f >= 0:
            stack[waiting] = right[node]
            stack[waiting + 1] = left[node]
            waiting += 2
    return found


@njit(cache=True, nogil=True)
def add_pruned(
    feature: Features,
    threshold: Floats,
    value: Floats,
    alive: Integers,
    columns: Floats,
    buffers: Floats,
    place: Integers,
    constant: Floats,
    total: Floats,
) -> None:
    """Add a pruned tree to `total` (rows,), from its leaves up.

    Read backwards, the list of `prune` names both branches of a node before the node itself, the
    left one last: a stack machine. An entry of its stack is a constant (`place` < 0) or a row of
    `buffers`. Operands are loaded before they are chosen from: only so do the loops compile to
    vector selections.
    """
    height = 0
    for k in range(alive.shape[0] - 1, -1, -1):
        node = alive[k]
        f = feature[node]
        if f < 0:
            place[height] = -1
            constant[height] = value[node]
            height += 1
            continue
        height -= 1
        t = threshold[node]
        then_place, else_place = height, height - 1
        a, b = constant[height], constant[height - 1]
        if place[height] < 0 and place[height - 1] < 0:
            for i in range(BLOCK):
                buffers[else_place, i] = a if columns[f, i] < t else b
        elif place[height] < 0:
            for i in range(BLOCK):
                otherwise = buffers[else_place, i]
                buffers[else_place, i] = a if columns[f, i] < t else otherwise
        elif place[height - 1] < 0:
            for i in range(BLOCK):
                then = buffers[then_place, i]
                buffers[else_place, i] = then if columns[f, i] < t else b
        else:
            for i in range(BLOCK):
                then, otherwise = buffers[then_place, i], buffers[else_place, i]
                buffers[else_place, i] = then if columns[f, i] < t else otherwise
        place[height - 1] = 0
    if place[0] < 0:
        for i in range(BLOCK):
            total[i] += constant[0]
    else:
        for i in range(BLOCK):
            total[i] += buffers[0, i]


@njit(cache=True, nogil=True)
def add_walked(
    feature: Features,
    threshold: Floats,
    left: Children,
    right: Children,
    value: Floats,
    columns: Floats,
    total: Floats,
) -> None:
    """Add a tree to `total` (rows,) by walking each row down from the root."""
    for i in range(total.shape[0]):
        node = 0
        f = feature[0]
        while f >= 0:
            node = left[node] if columns[f, i] < threshold[node] else right[node]
            f = feature[node]
        total[i] += value[node]


@njit(cache=True, nogil=True)
def predict_blocks(
    feature: Features,
    threshold: Floats,
    left: Children,
    right: Children,
    value: Floats,
    offsets: Integers,
    columns: Floats,
    low: Floats,
    high: Floats,
    start: np.float32,
    buffers: Floats,
    out: Floats,
) -> None:
    """Sum all trees of one ensemble over blocks of rows.

    Parameters
    ----------
    feature, threshold, left, right, value, offsets
        The arrays of a `TreeEnsemble`.
    columns : float32 (blocks, p, BLOCK)
        Covariates of each block.
    low, high : float32 (blocks, p)
        Smallest and largest value of each column in each block.
    start : float32
        What the sums start from.
    buffers : float32 (MAX_NODES + 2, at least BLOCK)
        Room to work in.
    out : float32 (blocks, BLOCK)
        Filled with the sums, in the order of the trees.
    """
    alive = np.empty(2 * MAX_NODES + 1, np.int64)
    stack = np.empty(2 * MAX_NODES + 4, np.int64)
    place = np.empty(MAX_NODES + 2, np.int64)
    constant = np.empty(MAX_NODES + 2, np.float32)
    out[:] = start
    for t in range(offsets.shape[0] - 1):
        first, end = offsets[t], offsets[t + 1]
        f, h, v = feature[first:end], threshold[first:end], value[first:end]
        a, b = left[first:end], right[first:end]
        for block in range(columns.shape[0]):
            found = prune(f, h, a, b, low[block], high[block], alive, stack)
            if found < 0:
                add_walked(f, h, a, b, v, columns[block], out[block])
            else:
                add_pruned(
                    f, h, v, alive[:found], columns[block], buffers, place, constant, out[block]
                )
