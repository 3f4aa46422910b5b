"""Numba kernels: sum of trees over blocks of alike rows.

A block of rows that are alike sees only a few branches of each tree. The box of the block, its
smallest and largest value of each column, tells which nodes part its rows; the others are walked
past once for the whole block. What is left of the tree is evaluated from the leaves up: each
remaining node selects between the values of its two branches, a loop without branches over
contiguous rows that compiles to vector instructions. The values are only selected, never
recomputed, so that the result is that of a walk down the tree, bit for bit.
"""

import numpy as np
from numba import njit

BLOCK = 512
"""Rows in a block: one column of it is 2 KiB, all of them and the buffers fit the L1/L2 cache."""
MAX_NODES = 255
"""Trees that keep more nodes than this within a block are walked down row by row."""


@njit(cache=True, nogil=True)
def prune(feature, threshold, left, right, low, high, alive, stack):
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
def add_pruned(feature, threshold, value, alive, found, columns, buffers, total):
    """Add a pruned tree to `total` (rows,), from its leaves up.

    Read backwards, the list of `prune` names both branches of a node before the node itself, the
    left one last: a stack machine. A stack entry is a constant (`place` -1) or a buffer.
    """
    place = np.empty(buffers.shape[0] + 1, np.int64)
    constant = np.empty(buffers.shape[0] + 1, np.float32)
    height = 0
    for k in range(found - 1, -1, -1):
        node = alive[k]
        f = feature[node]
        if f < 0:
            place[height] = -1
            constant[height] = value[node]
            height += 1
            continue
        height -= 1
        x, t = columns[f], threshold[node]
        result = buffers[height - 1]
        a, b = constant[height], constant[height - 1]
        if place[height] < 0 and place[height - 1] < 0:
            for i in range(BLOCK):
                result[i] = a if x[i] < t else b
        elif place[height] < 0:
            for i in range(BLOCK):
                result[i] = a if x[i] < t else result[i]
        elif place[height - 1] < 0:
            branch = buffers[height]
            for i in range(BLOCK):
                result[i] = branch[i] if x[i] < t else b
        else:
            branch = buffers[height]
            for i in range(BLOCK):
                result[i] = branch[i] if x[i] < t else result[i]
        place[height - 1] = height - 1
    if place[0] < 0:
        for i in range(BLOCK):
            total[i] += constant[0]
    else:
        result = buffers[0]
        for i in range(BLOCK):
            total[i] += result[i]


@njit(cache=True, nogil=True)
def add_walked(feature, threshold, left, right, value, columns, total):
    """Add a tree to `total` (rows,) by walking each row down from the root."""
    for i in range(total.shape[0]):
        node = 0
        f = feature[0]
        while f >= 0:
            node = left[node] if columns[f, i] < threshold[node] else right[node]
            f = feature[node]
        total[i] += value[node]


@njit(cache=True, nogil=True)
def predict_blocks(feature, threshold, left, right, value, offsets, columns, low, high, start, out):
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
    out : float32 (blocks, BLOCK)
        Filled with the sums, in the order of the trees.
    """
    alive = np.empty(2 * MAX_NODES + 1, np.int64)
    stack = np.empty(2 * MAX_NODES + 4, np.int64)
    buffers = np.empty((MAX_NODES + 2, BLOCK), np.float32)
    out[:] = start
    for t in range(offsets.shape[0] - 1):
        own = slice(offsets[t], offsets[t + 1])
        f, h, a, b, v = feature[own], threshold[own], left[own], right[own], value[own]
        for block in range(columns.shape[0]):
            found = prune(f, h, a, b, low[block], high[block], alive, stack)
            if found < 0:
                add_walked(f, h, a, b, v, columns[block], out[block])
            else:
                add_pruned(f, h, v, alive, found, columns[block], buffers, out[block])
