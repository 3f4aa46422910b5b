"""Gaps in an optional grid, filled from the nearest cell of the same land cover."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Grid = npt.NDArray[np.floating]
BoolArray = npt.NDArray[np.bool_]


def fill_gaps(values: Grid, region: BoolArray, cover: npt.NDArray[np.integer]) -> tuple[Grid, int]:
    """Return values without gaps in the region, and how many cells were filled.

    Parameters
    ----------
    values : array (rows, cols) or (12, rows, cols)
        NaN where missing; a cell without one of its months counts as missing.
    region : array of bool (rows, cols)
        Cells that need a value; one of them has it.
    cover : array of int (rows, cols)
        Class of each cell; a class without any value takes the nearest of all.
    """
    present = region & ~np.isnan(values).reshape(-1, *region.shape).any(axis=0)
    missing = region & ~present
    n_missing = int(np.count_nonzero(missing))
    if n_missing == 0:
        return values, 0
    rows, cols = np.nonzero(missing)
    source = _nearest(present, rows, cols)
    for code in np.unique(cover[missing]):
        alike = present & (cover == code)
        if alike.any():
            own = cover[rows, cols] == code
            source[:, own] = _nearest(alike, rows[own], cols[own])
    filled = values.copy()
    filled[..., rows, cols] = values[..., source[0], source[1]]
    return filled, n_missing


def _nearest(
    present: BoolArray, rows: npt.NDArray[np.int64], cols: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return row and column of the nearest present cell of each cell, (2, n)."""
    from scipy.ndimage import distance_transform_edt

    nearest = distance_transform_edt(~present, return_distances=False, return_indices=True)
    return np.asarray(nearest[:, rows, cols], dtype=np.int64)
