"""Grid search over folds, the number of trees read off in stages of one fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .design import FloatArray, IntArray
from .encoding import Float32Array
from .learners import Learner, grid_points
from .params import Params

TIE = 1e-9
"""Relative difference of RMSE below which two grid points tie, and the simpler wins."""


@dataclass(frozen=True)
class Tuned:
    """The outcome of a grid search.

    Parameters
    ----------
    params : mapping
        The best grid point.
    rmse : float
        Its RMSE over all held-out rows pooled, in the target's unit. It was chosen as the lowest,
        so it flatters.
    table : DataFrame
        One row a grid point: its parameters and ``rmse``, in the order of `grid_points`.
    predictions : array of float64, shape (n,)
        Its held-out prediction of each row.
    """

    params: Params
    rmse: float
    table: pd.DataFrame
    predictions: FloatArray


def tune(
    learner: Learner,
    X: Float32Array,
    y: FloatArray,
    folds: IntArray,
    space: Mapping[str, Sequence[Any]],
    seed: int,
) -> Tuned:
    """Find the grid point with the lowest squared error over the held-out rows of all folds.

    Parameters
    ----------
    learner : Learner
        One of the registry.
    X : array of float32, shape (n, q)
        Encoded columns.
    y : array of float64, shape (n,)
        Target.
    folds : array of int64, shape (n,)
        Fold in which each row is held out.
    space : mapping of parameter to values
        Axes, each from simple to complex (`Learner.search_space`).
    seed : int
        The same for every fit, so that grid points differ by their parameters alone.
    """
    predictions = np.full((len(grid_points(space)), len(y)), np.nan)
    for fold in np.unique(folds):
        test = folds == fold
        predictions[:, test] = grid_predictions(learner, X[~test], y[~test], X[test], space, seed)
    return choose(predictions, y, space)


def grid_predictions(
    learner: Learner,
    X: Float32Array,
    y: FloatArray,
    X_test: Float32Array,
    space: Mapping[str, Sequence[Any]],
    seed: int,
) -> FloatArray:
    """Fit on one set of rows and predict another at every grid point.

    Returns
    -------
    array of float64, shape (n_points, n_test)
        In the order of `grid_points`: the stages of a fit lie together, whatever the place of
        their axis in `space`.
    """
    stages = [int(k) for k in space[learner.stage]] if learner.stage else []
    fits = [
        learner.staged(X, y, point, seed, stages, X_test) for point in _fits(space, learner.stage)
    ]
    return _in_grid_order(np.stack(fits), space, learner.stage)


def choose(predictions: FloatArray, y: FloatArray, space: Mapping[str, Sequence[Any]]) -> Tuned:
    """Choose the best grid point by its pooled RMSE; ties go to the first, the simpler one.

    Parameters
    ----------
    predictions : array of float64, shape (n_points, n)
        Held-out predictions at each grid point; rows that are NaN at every point (which cannot be
        predicted) do not count.
    y : array of float64, shape (n,)
        Target.
    space : mapping of parameter to values
        The axes that were searched.
    """
    points = grid_points(space)
    rmse = np.sqrt(np.nanmean(np.square(predictions - y), axis=1))
    best = int(np.flatnonzero(rmse <= rmse.min() * (1 + TIE))[0])
    table = pd.DataFrame(points).assign(rmse=rmse)
    return Tuned(points[best], float(rmse[best]), table, predictions[best])


def _fits(space: Mapping[str, Sequence[Any]], stage: str | None) -> list[dict[str, Any]]:
    """Return the grid points without their staged axis: one fit each."""
    return grid_points({name: values for name, values in space.items() if name != stage})


def _in_grid_order(
    fits: FloatArray, space: Mapping[str, Sequence[Any]], stage: str | None
) -> FloatArray:
    """Bring (fits, stages, n) into the order of `grid_points`, shape (points, n)."""
    names = list(space)
    others = [len(space[name]) for name in names if name != stage]
    n_test = fits.shape[-1]
    if stage is None:
        return fits.reshape(-1, n_test)
    cube = fits.reshape(*others, len(space[stage]), n_test)
    return np.moveaxis(cube, len(others), names.index(stage)).reshape(-1, n_test)
