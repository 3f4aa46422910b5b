"""How sites are dealt into folds: at random, or in whole spatial blocks.

Groups (sites in one cell, duplicates) are never split: a copy of a test site in the training rows
would be a look at the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from .design import FloatArray, IntArray
from .settings import FoldSettings

SHRINK = 0.9
"""Factor by which blocks shrink until enough of them hold sites."""
SPACINGS_PER_BLOCK = 2.0
"""A block spans at least this many typical distances between neighbouring sites."""


@dataclass(frozen=True)
class BlockSize:
    """Side of the spatial blocks, and why.

    Parameters
    ----------
    size_m : float
        Side of the squares in m.
    range_m : float or None
        Variogram range that was asked for, in m; None where it was not estimated.
    n_blocks : int
        Number of squares that hold sites.
    reason : str
        One sentence for the report.
    """

    size_m: float
    range_m: float | None
    n_blocks: int
    reason: str


def random_folds(groups: IntArray, n: int, seed: int) -> IntArray:
    """Deal groups to folds at random, balanced by the number of sites.

    Parameters
    ----------
    groups : array of int64, shape (sites,)
        Sites with the same number stay together.
    n : int
        Number of folds.
    seed : int
        Of the shuffle.

    Returns
    -------
    array of int64, shape (sites,)
        Fold of each site, 0 to n - 1; none is empty.

    Raises
    ------
    InputError
        If there are fewer groups than folds.
    """
    unit, sizes = _units(groups)
    if len(sizes) < n:
        what = (
            f"{n} folds need at least {n} groups of sites that may part (sites of one cell stay "
            f"together); there are {len(sizes)}"
        )
        raise InputError(Problem("model.folds", what, "ask for fewer folds, or add sites"))
    return _deal(sizes, n, seed)[unit]


def spatial_folds(
    xy: FloatArray, groups: IntArray, n: int, block_size_m: float, seed: int
) -> IntArray:
    """Deal whole squares of an equal-area projection to folds, balanced by the number of sites.

    Parameters
    ----------
    xy : array of float64, shape (sites, 2)
        Easting and northing in m.
    groups : array of int64, shape (sites,)
        Sites with the same number stay together, in the square of their centre.
    n : int
        Number of folds.
    block_size_m : float
        Side of the squares in m.
    seed : int
        Of the order in which squares of equal size are dealt.

    Raises
    ------
    InputError
        If fewer squares than folds hold sites.
    """
    unit, sizes = _units(spatial_blocks(xy, groups, block_size_m))
    if len(sizes) < n:
        what = (
            f"{n} spatial folds need at least {n} blocks; squares of "
            f"{block_size_m / 1000:g} km give {len(sizes)}"
        )
        mend = (
            "choose smaller blocks (model.folds.block_size_m), fewer folds (model.folds.outer and "
            "inner), or leave spatial out of model.schemes"
        )
        raise InputError(Problem("model.folds", what, mend))
    return _deal(sizes, n, seed)[unit]


def spatial_blocks(xy: FloatArray, groups: IntArray, block_size_m: float) -> IntArray:
    """Return the number of the square each site lies in, shape (sites,)."""
    unit, sizes = _units(groups)
    centre = np.column_stack(
        [np.bincount(unit, weights=xy[:, axis], minlength=len(sizes)) / sizes for axis in (0, 1)]
    )
    cells = np.floor((centre - centre.min(axis=0)) / block_size_m).astype(np.int64)
    _, block = np.unique(cells, axis=0, return_inverse=True)
    return block.reshape(-1).astype(np.int64)[unit]


def block_size_within_bounds(
    xy: FloatArray, groups: IntArray, range_m: float | None, settings: FoldSettings
) -> BlockSize:
    """Bring a variogram range within what the sites allow, and say what was done.

    Parameters
    ----------
    xy : array of float64, shape (sites, 2)
        Easting and northing in m.
    groups : array of int64, shape (sites,)
        Sites that stay together.
    range_m : float or None
        Distance in m beyond which residuals are no longer alike; None if it was not found.
    settings : FoldSettings
        A given `block_size_m` is taken as it is; else `min_blocks` squares must hold sites.
    """
    if settings.block_size_m is not None:
        size = settings.block_size_m
        return BlockSize(size, range_m, _count(xy, groups, size), "given in the manifest")
    longest = float(np.ptp(xy, axis=0).max()) / 2
    lowest = min(SPACINGS_PER_BLOCK * _typical_spacing_m(xy, groups), longest)
    needed = min(max(settings.min_blocks, settings.outer), len(np.unique(groups)))
    wanted = longest if range_m is None else range_m
    said = "no variogram range was found" if range_m is None else f"variogram range {_km(range_m)}"
    size = wanted
    if size < lowest:
        size, said = lowest, f"{said}, raised to {SPACINGS_PER_BLOCK:g} site spacings"
    if size > longest:
        size, said = longest, f"{said}, lowered to half the extent of the sites"
    enough = size
    while enough > 0 and _count(xy, groups, enough) < needed and enough > 1e-6 * longest:
        enough *= SHRINK
    if enough < size:
        said = f"{said}, shrunk until {needed} blocks hold sites"
    return BlockSize(enough, range_m, _count(xy, groups, enough), said)


def block_size_from_variogram(
    xy: FloatArray, values: FloatArray, settings: FoldSettings, groups: IntArray | None = None
) -> BlockSize:
    """Choose the side of the spatial blocks from the range of a residual variogram.

    Parameters
    ----------
    xy : array of float64, shape (sites, 2)
        Easting and northing in m.
    values : array of float64, shape (sites,)
        Residuals of a simple trend (or the target itself).
    settings : FoldSettings
        See `block_size_within_bounds`.
    groups : array of int64, shape (sites,), optional
        Sites that stay together; by default each site is its own.
    """
    groups = np.arange(len(xy), dtype=np.int64) if groups is None else groups
    range_m = None if settings.block_size_m is not None else _variogram_range_m(xy, values)
    return block_size_within_bounds(xy, groups, range_m, settings)


def _variogram_range_m(xy: FloatArray, values: FloatArray) -> float | None:
    """Return the practical range in m, or None where the residuals show no structure."""
    from .spatial_error import fit_variogram

    variogram = fit_variogram(xy, values, seed=0)
    return variogram.effective_range_m if variogram.sill > 0 and variogram.range_m > 0 else None


def _units(labels: IntArray) -> tuple[IntArray, IntArray]:
    """Return the unit of each site, counted from 0, and the size of each unit."""
    _, unit, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return unit.reshape(-1).astype(np.int64), sizes.astype(np.int64)


def _deal(sizes: IntArray, n: int, seed: int) -> IntArray:
    """Give each unit to the emptiest fold, the largest units first, ties in random order."""
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    load: npt.NDArray[np.int64] = np.zeros(n, dtype=np.int64)
    fold: npt.NDArray[np.int64] = np.empty(len(sizes), dtype=np.int64)
    for unit in order:
        fold[unit] = emptiest = int(np.argmin(load))
        load[emptiest] += sizes[unit]
    return fold


def _count(xy: FloatArray, groups: IntArray, size_m: float) -> int:
    return len(np.unique(spatial_blocks(xy, groups, size_m)))


def _typical_spacing_m(xy: FloatArray, groups: IntArray) -> float:
    """Return the median distance in m from a group of sites to its nearest neighbour."""
    from scipy.spatial import cKDTree

    _, first = np.unique(groups, return_index=True)
    distance, _ = cKDTree(xy[first]).query(xy[first], k=min(2, len(first)))
    return float(np.median(np.asarray(distance).reshape(len(first), -1)[:, -1]))


def _km(distance_m: float) -> str:
    return f"{distance_m / 1000:.3g} km"
