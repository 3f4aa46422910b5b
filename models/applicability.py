"""Area of applicability: where the map's covariates are like those of the sites.

Meyer & Pebesma 2021 (Methods in Ecology and Evolution 12:1620-1633). Covariates are standardised
and weighted by their importance; the dissimilarity index DI of a cell is its distance to the
nearest site over the mean distance between sites. The DI of the sites themselves, each to the
nearest site of another cross-validation fold, tells how unlike the rest the sites were on which the
model has been tested; cells beyond their upper whisker were never tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .atomic_npz import load_npz, save_npz

Float32Array = npt.NDArray[np.float32]
FORMAT_VERSION = 1


@dataclass(frozen=True, eq=False)
class Applicability:
    """Dissimilarity index and its threshold.

    Parameters
    ----------
    centre, factor : array of float32, shape (q,)
        Columns enter distances as ``(x - centre) * factor``, the factor being weight over SD.
    sites : array of float32, shape (q, n)
        The training sites so scaled, one column a site.
    mean_distance : float
        Between all pairs of sites.
    training_index : array of float32, shape (n,)
        DI of each site to the sites of other folds.
    threshold : float
        Largest DI inside the area of applicability.
    """

    centre: Float32Array
    factor: Float32Array
    sites: Float32Array
    mean_distance: float
    training_index: Float32Array
    threshold: float

    @classmethod
    def fit(
        cls, X: npt.ArrayLike, weights: npt.ArrayLike, folds: npt.NDArray[np.int64]
    ) -> Applicability:
        """Learn the index from training sites.

        Parameters
        ----------
        X : array, shape (n, q)
            Encoded covariates.
        weights : array, shape (q,)
            Importance of each column, >= 0; only their ratios matter. If all are zero, no column
            is known to matter more than another and they count the same.
        folds : array of int64, shape (n,)
            Cross-validation fold of each site, at least two.

        Raises
        ------
        ValueError
            If a value is missing, weights are negative, there is a single fold, or all sites are
            alike in the weighted covariates.
        """
        from .kernel_distances import mean_distance

        rows, weight = np.asarray(X, dtype=np.float64), np.asarray(weights, dtype=np.float64)
        if np.isnan(rows).any():  # it would spread to every distance and map all as outside
            raise ValueError("encoded covariates of the training sites must not be missing")
        if (weight < 0).any():
            raise ValueError(f"weights must be >= 0, got {weight.tolist()}")
        if not weight.any():
            weight = np.ones_like(weight)
        if len(np.unique(folds)) < 2:
            raise ValueError("at least two folds are needed to compare sites with those of others")
        sd = rows.std(axis=0)
        factor = np.where(sd > 0, weight / weight.max() / np.where(sd > 0, sd, 1), 0)
        centre = rows.mean(axis=0).astype(np.float32)
        sites = np.ascontiguousarray(_scaled(rows, centre, factor.astype(np.float32)).T)
        mean = float(mean_distance(sites))
        if mean == 0:
            raise ValueError("all sites have the same covariates: no dissimilarity can be measured")
        index = _index_to_other_folds(sites, folds) / np.float32(mean)
        return cls(centre, factor.astype(np.float32), sites, mean, index, upper_whisker(index))

    def dissimilarity(self, X: npt.ArrayLike) -> Float32Array:
        """Return the DI of each row, shape (n,), for encoded covariates (n, q) without NaN.

        The GIL is released: call it from one thread per tile.
        """
        rows = _scaled(np.asarray(X), self.centre, self.factor)
        return _nearest(rows, self.sites) / np.float32(self.mean_distance)

    def inside(self, X: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return whether each row lies in the area of applicability, shape (n,)."""
        return np.asarray(self.dissimilarity(X) <= self.threshold)

    def save(self, path: Path) -> None:
        """Write everything as npz."""
        arrays: dict[str, Any] = {name: np.asarray(value) for name, value in vars(self).items()}
        save_npz(path, FORMAT_VERSION, arrays)

    @classmethod
    def load(cls, path: Path) -> Applicability:
        """Read what `save` wrote.

        Raises
        ------
        ValueError
            If the file was written by another version of the format.
        """
        values: dict[str, Any] = load_npz(path, FORMAT_VERSION)
        for name in ("mean_distance", "threshold"):
            values[name] = float(values[name])
        return cls(**values)


def upper_whisker(index: Float32Array) -> float:
    """Return third quartile + 1.5 interquartile ranges, but not more than the largest value."""
    low, high = np.quantile(index.astype(np.float64), [0.25, 0.75])
    return float(min(high + 1.5 * (high - low), index.max()))


def _scaled(rows: npt.NDArray[Any], centre: Float32Array, factor: Float32Array) -> Float32Array:
    return np.ascontiguousarray((rows.astype(np.float32) - centre) * factor)


def _nearest(rows: Float32Array, sites: Float32Array) -> Float32Array:
    from .kernel_distances import nearest_squared

    out = np.empty(len(rows), dtype=np.float32)
    nearest_squared(rows, sites, out)
    return np.sqrt(out)


def _index_to_other_folds(sites: Float32Array, folds: npt.NDArray[np.int64]) -> Float32Array:
    out = np.empty(sites.shape[1], dtype=np.float32)
    for fold in np.unique(folds):
        own = folds == fold
        rows = np.ascontiguousarray(sites[:, own].T)
        out[own] = _nearest(rows, np.ascontiguousarray(sites[:, ~own]))
    return out
