"""Scores of predictions against observations, and their bootstrap confidence intervals.

Every score is a function of a handful of sums over sites, so a resample is a weighting of those
sums: 2,000 draws are one matrix product.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from .design import FloatArray, IntArray

Scores = dict[str, FloatArray]

SCORE_NAMES = ("rmse", "mae", "bias", "mec", "r2_corr", "r2_explained", "ccc", "picp90", "width90")
DRAWS_AT_ONCE = 4_000_000
"""Cells of the resampling matrix held at a time (32 MB)."""


def rmse(observed: FloatArray, predicted: FloatArray) -> float:
    """Return the root mean squared error, in the target's unit."""
    return float(np.sqrt(np.mean(np.square(predicted - observed))))


def mae(observed: FloatArray, predicted: FloatArray) -> float:
    """Return the mean absolute error, in the target's unit."""
    return float(np.mean(np.abs(predicted - observed)))


def bias(observed: FloatArray, predicted: FloatArray) -> float:
    """Return the mean of predicted minus observed, in the target's unit."""
    return float(np.mean(predicted - observed))


def mec(observed: FloatArray, predicted: FloatArray) -> float:
    """Return the model efficiency 1 - Σ(O-P)²/Σ(O-Ō)²: 0 is no better than the mean."""
    return 1.0 - _ratio(
        np.sum(np.square(observed - predicted)), np.sum(np.square(observed - observed.mean()))
    )


def r2_corr(observed: FloatArray, predicted: FloatArray) -> float:
    """Return the squared Pearson correlation, blind to bias and scale."""
    o, p = observed - observed.mean(), predicted - predicted.mean()
    return _ratio(np.square(np.sum(o * p)), np.sum(o * o) * np.sum(p * p))


def r2_explained(observed: FloatArray, predicted: FloatArray) -> float:
    """Return Σ(P-Ō)²/Σ(O-Ō)² (Yang et al. 2025, Eq. 4), which rewards over-dispersion."""
    centre = observed.mean()
    return _ratio(np.sum(np.square(predicted - centre)), np.sum(np.square(observed - centre)))


def ccc(observed: FloatArray, predicted: FloatArray) -> float:
    """Return Lin's concordance correlation coefficient (Lin 1989)."""
    o, p = observed - observed.mean(), predicted - predicted.mean()
    shift = observed.mean() - predicted.mean()
    return _ratio(2 * np.mean(o * p), np.mean(o * o) + np.mean(p * p) + shift * shift)


def picp(observed: FloatArray, lower: FloatArray, upper: FloatArray) -> float:
    """Return the share of observations within their interval."""
    return float(np.mean((observed >= lower) & (observed <= upper)))


def width(lower: FloatArray, upper: FloatArray) -> float:
    """Return the mean width of the intervals, in the target's unit."""
    return float(np.mean(upper - lower))


def score_all(
    observed: FloatArray,
    predicted: FloatArray,
    lower: FloatArray | None = None,
    upper: FloatArray | None = None,
) -> dict[str, float]:
    """Return every score by name.

    Parameters
    ----------
    observed, predicted : array of float64, shape (n,)
        No NaN.
    lower, upper : array of float64, shape (n,), optional
        Prediction interval; rows where it is NaN do not count in ``picp90`` and ``width90``, which
        are NaN without any.
    """
    sums = _site_sums(observed, predicted, lower, upper, float(np.mean(observed)))
    return {name: float(value[0]) for name, value in _scores(sums.sum(axis=0)[None]).items()}


def bootstrap_ci(
    observed: FloatArray,
    predicted: FloatArray,
    lower: FloatArray | None = None,
    upper: FloatArray | None = None,
    *,
    blocks: IntArray | None = None,
    n_draws: int = 2000,
    level: float = 0.95,
    seed: int,
) -> dict[str, tuple[float, float]]:
    """Return percentile confidence limits of every score.

    Parameters
    ----------
    observed, predicted, lower, upper : array of float64, shape (n,)
        As in `score_all`.
    blocks : array of int64, shape (n,), optional
        Units that are drawn whole; without it each site is one. Neighbours err alike, so the
        scores of spatial folds are resampled by block.
    n_draws : int
        Resamples with replacement of as many units as there are.
    level : float
        Two-sided confidence.
    seed : int
        Of the draws.

    Returns
    -------
    dict of name to (lower limit, upper limit)
        NaN where a score is undefined in some draw (a single unit, no intervals).
    """
    sums = _site_sums(observed, predicted, lower, upper, float(np.mean(observed)))
    if blocks is not None:
        _, unit = np.unique(blocks, return_inverse=True)
        sums = np.stack([np.bincount(unit.reshape(-1), weights=column) for column in sums.T], 1)
    scores = _scores(_resampled(sums, n_draws, seed))
    tails = [(1 - level) / 2, (1 + level) / 2]
    return {name: _limits(values, tails) for name, values in scores.items()}


def _site_sums(
    observed: FloatArray,
    predicted: FloatArray,
    lower: FloatArray | None,
    upper: FloatArray | None,
    origin: float,
) -> FloatArray:
    """Return what each site adds to the sums, shape (n, 9).

    Both series are shifted by a common origin, which no score minds, so that the variances below
    do not drown in the square of the mean.
    """
    o, p = observed - origin, predicted - origin
    nothing = np.full(len(o), np.nan)
    low, up = (nothing if limit is None else limit for limit in (lower, upper))
    has = np.isfinite(low) & np.isfinite(up)
    inside = has & (observed >= low) & (observed <= up)
    span = np.where(has, up - low, 0.0)
    return np.stack(
        [np.ones_like(o), o, p, o * o, p * p, o * p, np.abs(p - o), has, inside, span], 1
    )


def _resampled(sums: FloatArray, n_draws: int, seed: int) -> FloatArray:
    """Return the sums of each resample of the rows, shape (n_draws, k)."""
    n = len(sums)
    rng = np.random.default_rng(seed)
    at_once = max(1, min(n_draws, DRAWS_AT_ONCE // n))
    out = []
    for start in range(0, n_draws, at_once):
        m = min(at_once, n_draws - start)
        drawn = rng.integers(n, size=(m, n)) + n * np.arange(m)[:, None]
        out.append(np.bincount(drawn.reshape(-1), minlength=m * n).reshape(m, n) @ sums)
    return np.concatenate(out)


def _scores(sums: FloatArray) -> Scores:
    """Return every score of each row of sums, shape (m, k) -> name: (m,)."""
    n, o, p, oo, pp, op, absolute, n_interval, inside, span = sums.T
    o_mean, p_mean = o / n, p / n
    o_var = np.maximum(oo / n - o_mean**2, 0.0)
    p_var = np.maximum(pp / n - p_mean**2, 0.0)
    covariance = op / n - o_mean * p_mean
    mse = np.maximum((oo - 2 * op + pp) / n, 0.0)
    shift = p_mean - o_mean
    return {
        "rmse": np.sqrt(mse),
        "mae": absolute / n,
        "bias": shift,
        "mec": 1.0 - _ratios(mse, o_var),
        "r2_corr": _ratios(covariance**2, o_var * p_var),
        "r2_explained": _ratios(p_var + shift**2, o_var),
        "ccc": _ratios(2 * covariance, o_var + p_var + shift**2),
        "picp90": _ratios(inside, n_interval),
        "width90": _ratios(span, n_interval),
    }


def _ratios(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide, NaN where the divisor is zero."""
    out: FloatArray = np.full(np.shape(above), np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out


def _ratio(above: float | np.floating, below: float | np.floating) -> float:
    return float(above / below) if below > 0 else float("nan")


def _limits(values: FloatArray, tails: list[float]) -> tuple[float, float]:
    """Return the percentiles; NaN if a tenth of the draws or more have no score."""
    good: npt.NDArray[np.float64] = values[np.isfinite(values)]
    if len(good) <= 0.9 * len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(good, tails)
    return float(low), float(high)


def flatten(
    scores: Mapping[str, float], limits: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    """Return one row of columns ``<score>, <score>_lo, <score>_hi``."""
    row: dict[str, float] = {}
    for name in SCORE_NAMES:
        row[name] = scores[name]
        row[f"{name}_lo"], row[f"{name}_hi"] = limits.get(name, (float("nan"), float("nan")))
    return row
