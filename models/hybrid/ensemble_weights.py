"""Weights of the simulator's ensemble members by their fit to training sites (GLUE).

Generalised likelihood uncertainty estimation (Beven & Binley 1992, Hydrol. Process. 6:279-298): a
member weighs L = (error variance)^-N. With N = half the number of sites this is the Gaussian
likelihood of independent errors, which leaves one member; a simulator's errors are alike at many
sites, so N is a shape to be chosen. Beven and Binley leave it to the modeller, here inner folds of
the training sites choose it: nothing is left to taste, and no held-out site is asked.
"""

from __future__ import annotations

import numpy as np

from ..design import FloatArray, IntArray

SHARPNESS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Values of N that are tried, from equal weights to nearly one member."""


def glue_weights(ensemble: FloatArray, targets: FloatArray, sharpness: float) -> FloatArray:
    """Return the weight of each member, shape (m,), summing to one.

    Parameters
    ----------
    ensemble : array of float64, shape (m, n, d)
        Simulated stocks of m members at n sites and d depths.
    targets : array of float64, shape (n, d)
        Observed, in the same unit; NaN where a site does not reach.
    sharpness : float
        N of Beven & Binley's likelihood; 0 gives equal weights.

    Notes
    -----
    A member is one set of parameters for the whole column, so it has one weight: the error
    variance is the geometric mean of those of the depths, which needs no scale for any of them and
    does not count the depths, cumulated from the surface, as independent.
    """
    squared = np.square(ensemble - targets)
    reached = np.isfinite(targets).any(axis=0)
    variance = np.nanmean(squared[:, :, reached], axis=1)
    log_likelihood = -sharpness * np.log(np.maximum(variance, np.finfo(float).tiny)).mean(axis=1)
    weights = np.exp(log_likelihood - log_likelihood.max())
    return np.asarray(weights / weights.sum())


def weighted_stock(weights: FloatArray, ensemble: FloatArray) -> FloatArray:
    """Return the weighted mean over members, shape (n, d)."""
    return np.asarray(np.tensordot(weights, ensemble, axes=1))


def choose_sharpness(ensemble: FloatArray, targets: FloatArray, folds: IntArray) -> float:
    """Return the N whose weighted mean predicts held-out sites best; ties go to the more even.

    Parameters
    ----------
    ensemble : array of float64, shape (m, n, d)
        At the training sites.
    targets : array of float64, shape (n, d)
        Of the training sites.
    folds : array of int64, shape (n,)
        Inner fold of each training site.
    """
    losses = [_loss(ensemble, targets, folds, sharpness) for sharpness in SHARPNESS]
    return SHARPNESS[int(np.argmin(losses))]


def _loss(ensemble: FloatArray, targets: FloatArray, folds: IntArray, sharpness: float) -> float:
    """Return the log error variance of held-out sites, the mean over depths."""
    predicted = np.empty(targets.shape)
    for fold in np.unique(folds):
        test = folds == fold
        weights = glue_weights(ensemble[:, ~test], targets[~test], sharpness)
        predicted[test] = weighted_stock(weights, ensemble[:, test])
    reached = np.isfinite(targets).any(axis=0)
    variance = np.nanmean(np.square(predicted - targets)[:, reached], axis=0)
    return float(np.log(np.maximum(variance, np.finfo(float).tiny)).mean())
