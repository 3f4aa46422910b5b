"""Support vector regression with a radial kernel, on standardised columns and target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .design import FloatArray
from .encoding import Float32Array
from .params import Params

MAX_ROWS = 3000
"""Rows of one fit. Its cost grows with their square or worse; beyond this a random subsample,
drawn with the fit's seed, is used, and `learners.limits` says so."""


@dataclass(frozen=True)
class SupportVectorModel:
    """A fitted SVR with the scaling it was fitted in.

    Parameters
    ----------
    svr : sklearn.svm.SVR
        Fitted on standardised columns and target.
    x_mean, x_sd : array of float64, shape (q,)
        Of the training columns; `x_sd` is 1 for a constant column.
    y_mean, y_sd : float
        Of the training target, in its unit.
    """

    svr: Any
    x_mean: FloatArray
    x_sd: FloatArray
    y_mean: float
    y_sd: float

    def predict(self, X: Float32Array) -> FloatArray:
        """Return predictions in the target's unit, shape (n,)."""
        scaled = (X - self.x_mean) / self.x_sd
        return np.asarray(self.svr.predict(scaled) * self.y_sd + self.y_mean, dtype=np.float64)

    def portable(self) -> Any:
        """Return the model as flat arrays (`support_vectors.SupportVectors`)."""
        from .support_vectors import from_svr

        return from_svr(self.svr, self.x_mean, self.x_sd, self.y_mean, self.y_sd)


def fit_svr(X: Float32Array, y: FloatArray, params: Params, seed: int) -> SupportVectorModel:
    """Fit an epsilon-SVR (Drucker et al. 1997).

    ``gamma`` is given per column: the kernel is exp(-gamma / q · |u - v|²), so that one grid serves
    any number of covariates. ``epsilon`` and ``C`` are in standard deviations of the target.
    """
    from sklearn import config_context
    from sklearn.svm import SVR

    if len(y) > MAX_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(y), MAX_ROWS, replace=False))
        X, y = X[rows], y[rows]
    columns = X.astype(np.float64)
    x_sd = columns.std(axis=0)
    x_sd[x_sd == 0] = 1.0
    x_mean, y_mean, y_sd = columns.mean(axis=0), float(y.mean()), float(y.std()) or 1.0
    svr = SVR(
        C=float(params["C"]),
        gamma=float(params["gamma"]) / X.shape[1],
        epsilon=float(params["epsilon"]),
        cache_size=100,
    )
    with config_context(skip_parameter_validation=True, assume_finite=True):
        svr.fit((columns - x_mean) / x_sd, (y - y_mean) / y_sd)
    return SupportVectorModel(svr, x_mean, x_sd, y_mean, y_sd)


def staged_svr(
    X: Float32Array,
    y: FloatArray,
    params: Params,
    seed: int,
    stages: Sequence[int],
    X_test: Float32Array,
) -> FloatArray:
    """Predict with one fit; there are no stages, so the result has shape (1, n_test)."""
    assert_no_stages(stages)
    return fit_svr(X, y, params, seed).predict(X_test)[None, :]


def assert_no_stages(stages: Sequence[int]) -> None:
    """Refuse stages: a support vector machine has none."""
    if len(stages) > 0:
        raise ValueError(f"support vector regression has no stages; got {list(stages)}")
