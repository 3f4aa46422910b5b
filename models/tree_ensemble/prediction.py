"""Prediction of many ensembles at many rows at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .ensemble import Float32Array, TreeEnsemble

_CHUNK_BLOCKS = 16  # covariates of 16,384 rows stay in the L2 cache while all members pass
_MAX_CUTS = 200_000  # enough thresholds to know where the members split
_MAX_ROWS = 1 << 18  # rows ordered and copied at a time


def predict_members(models: Sequence[TreeEnsemble], X: npt.ArrayLike) -> Float32Array:
    """Evaluate several ensembles at the same rows.

    The GIL is released while trees are evaluated: call it from one thread per tile.

    Parameters
    ----------
    models : sequence of TreeEnsemble, length K
        Members with the same columns.
    X : array, shape (n, p)
        Encoded covariates without NaN, compared as float32.

    Returns
    -------
    array of float32, shape (K, n)
        Predictions in the unit of the target.

    Raises
    ------
    ValueError
        If X has not the columns the members were fitted on.
    """
    rows = np.asarray(X, dtype=np.float32)
    widths = {model.n_features for model in models}
    if rows.ndim != 2 or widths - {rows.shape[1]}:
        raise ValueError(
            f"rows of {sorted(widths)} columns were expected, got an array of shape {rows.shape}"
        )
    out = np.empty((len(models), len(rows)), dtype=np.float32)
    if not len(rows) or not models:
        return out
    cuts, cut_offsets = _cuts(models)
    for start in range(0, len(rows), _MAX_ROWS):
        _predict_part(models, rows[start : start + _MAX_ROWS], cuts, cut_offsets,
                      out[:, start : start + _MAX_ROWS])  # fmt: skip
    return out


def _predict_part(
    models: Sequence[TreeEnsemble],
    rows: Float32Array,
    cuts: Float32Array,
    cut_offsets: npt.NDArray[np.int64],
    out: Float32Array,
) -> None:
    from .kernel_order import block_order
    from .kernel_predict import BLOCK, MAX_NODES, predict_blocks

    # 16 floats more than a block: rows 4 KiB apart would compete for the same cache lines
    buffers = _aligned((MAX_NODES + 2, BLOCK + 16))
    order = block_order(np.ascontiguousarray(rows.T), cuts, cut_offsets, BLOCK)
    for chunk in _chunks(rows, order, BLOCK):
        sums = _aligned((len(chunk.columns), BLOCK))
        for member, model in enumerate(models):
            start, end = (model.base, 0.0) if model.base_first else (0.0, model.base)
            predict_blocks(
                model.feature, model.threshold, model.left, model.right, model.value,
                model.offsets, chunk.columns, chunk.low, chunk.high, np.float32(start), buffers,
                sums,
            )  # fmt: skip
            sums += np.float32(end)
            out[member, chunk.rows] = sums.ravel()[: len(chunk.rows)]


@dataclass(frozen=True)
class _Chunk:
    """Blocks of rows: their numbers, covariates (blocks, p, BLOCK) and boxes (blocks, p)."""

    rows: npt.NDArray[np.int64]
    columns: Float32Array
    low: Float32Array
    high: Float32Array


def _chunks(rows: Float32Array, order: npt.NDArray[np.int64], block: int) -> Iterator[_Chunk]:
    size = _CHUNK_BLOCKS * block
    for start in range(0, len(order), size):
        numbers = order[start : start + size]
        filler = np.full(-len(numbers) % block, numbers[-1])  # the last block is filled up
        full = rows[np.concatenate([numbers, filler])]
        columns = _aligned((len(full) // block, rows.shape[1], block))
        columns[:] = full.reshape(-1, block, rows.shape[1]).transpose(0, 2, 1)
        yield _Chunk(numbers, columns, columns.min(axis=2), columns.max(axis=2))


def _aligned(shape: tuple[int, ...]) -> Float32Array:
    """Return an empty array that starts at a cache line: vectors of it never straddle two."""
    line = 64
    size = 4 * math.prod(shape)
    room = np.empty(size + line, dtype=np.uint8)
    start = -room.ctypes.data % line
    return room[start : start + size].view(np.float32).reshape(shape)


def _cuts(models: Sequence[TreeEnsemble]) -> tuple[Float32Array, npt.NDArray[np.int64]]:
    """Return the thresholds of (a sample of) the members, sorted within each column."""
    nodes = sum(len(model.feature) for model in models)
    step = max(1, nodes // _MAX_CUTS)
    feature = np.concatenate([model.feature[::step] for model in models])
    threshold = np.concatenate([model.threshold[::step] for model in models])
    inner = feature >= 0
    feature, threshold = feature[inner], threshold[inner]
    by_column = np.lexsort((threshold, feature))
    offsets = np.searchsorted(feature[by_column], np.arange(models[0].n_features + 1))
    return np.ascontiguousarray(threshold[by_column]), offsets.astype(np.int64)
