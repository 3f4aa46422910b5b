"""The part of a model's error that neighbours share, and what it does to a regional mean.

Errors that are independent from cell to cell cancel in a total over half a million cells; errors
that are correlated over tens of kilometres do not. A variogram of the residuals says how much is
of either kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
VariogramStatus = Literal["fitted", "pure_nugget", "unbounded", "too_few_sites"]

MIN_SITES = 20
MAX_SITES = 3000
"""More sites are subsampled: 3000 make 4.5 million pairs."""
LAGS = 15
MIN_PAIRS = 30
"""Fewest pairs of a lag class (Journel & Huijbregts 1978)."""
NEGLIGIBLE_SHARE = 0.05
"""A correlated share below this is not told from a pure nugget."""


@dataclass(frozen=True)
class EmpiricalVariogram:
    """Semivariance by lag class.

    Parameters
    ----------
    lag_m : array of float64, shape (l,)
        Mean distance of the pairs of each class.
    gamma : array of float64, shape (l,)
        Semivariance, in the square of the residuals' unit.
    pairs : array of int64, shape (l,)
        Number of pairs.
    """

    lag_m: FloatArray
    gamma: FloatArray
    pairs: IntArray


@dataclass(frozen=True)
class Variogram:
    """Exponential model: gamma(h) = nugget + sill·(1 - exp(-h / range)), for h > 0.

    Parameters
    ----------
    nugget : float
        Variance that neighbours do not share (square of the residuals' unit).
    sill : float
        Variance that they share, above the nugget.
    range_m : float
        Distance parameter; correlation falls to 5 % at three times this.
    status : str
        fitted; pure_nugget (no correlation found at the distances sampled: sill is 0); unbounded
        (still rising at the largest lag: the range is that lag, a lower limit); too_few_sites.
    empirical : EmpiricalVariogram or None
        What the model was fitted to.
    """

    nugget: float
    sill: float
    range_m: float
    status: VariogramStatus
    empirical: EmpiricalVariogram | None = None

    def gamma(self, distance_m: FloatArray) -> FloatArray:
        """Return the semivariance at distances > 0."""
        return self.nugget + self.sill - self.covariance(distance_m)

    def covariance(self, distance_m: FloatArray) -> FloatArray:
        """Return the covariance of two different places that far apart."""
        if self.range_m == 0:
            return np.zeros(np.shape(distance_m))
        return self.sill * np.exp(-np.asarray(distance_m) / self.range_m)

    def scaled(self, factor: float) -> Variogram:
        """Return the variogram of residuals whose variance is `factor` times as large."""
        return replace(self, nugget=factor * self.nugget, sill=factor * self.sill)

    @property
    def effective_range_m(self) -> float:
        """Distance at which correlation has fallen to 5 %."""
        return 3 * self.range_m


def empirical_variogram(xy_m: FloatArray, residuals: FloatArray, seed: int) -> EmpiricalVariogram:
    """Return the robust variogram of Cressie & Hawkins (1980) up to a third of the extent.

    Lag classes widen with distance, since clustered sites tell most about short lags; classes
    with fewer than 30 pairs are joined to their neighbours.

    Parameters
    ----------
    xy_m : array of float64, shape (n, 2)
        Coordinates in metres.
    residuals : array of float64, shape (n,)
    seed : int
        Chooses 3000 sites where there are more.
    """
    from scipy.spatial.distance import pdist

    if len(residuals) > MAX_SITES:
        chosen = np.random.default_rng(seed).choice(len(residuals), MAX_SITES, replace=False)
        xy_m, residuals = xy_m[chosen], residuals[chosen]
    distance = pdist(xy_m)
    near = distance <= distance.max() / 3
    root = np.sqrt(pdist(residuals[:, None], "cityblock")[near])
    distance = distance[near]
    lag_class = _lag_classes(distance)
    pairs = np.bincount(lag_class)
    fourth = (np.bincount(lag_class, root) / pairs) ** 4
    return EmpiricalVariogram(
        lag_m=np.bincount(lag_class, distance) / pairs,
        gamma=fourth / (0.457 + 0.494 / pairs + 0.045 / pairs**2) / 2,
        pairs=pairs,
    )


def fit_variogram(xy_m: FloatArray, residuals: FloatArray, seed: int) -> Variogram:
    """Fit nugget, sill and range to residuals, by least squares with the weights of Cressie (1985).

    The robust estimator takes differences for normal and so underrates the variance of skewed
    residuals, which soil carbon has; where nugget and sill fall short of the residuals' own
    variance both are raised in proportion.

    Parameters
    ----------
    xy_m : array of float64, shape (n, 2)
        Coordinates in metres of an equal-area projection.
    residuals : array of float64, shape (n,)
        Observed minus predicted on sites the prediction has not seen (out-of-bag); NaN, a site
        no member left out, does not count.
    seed : int
        See `empirical_variogram`.
    """
    known = np.isfinite(residuals)
    xy_m, residuals = xy_m[known], residuals[known]
    variance = float(np.var(residuals)) if len(residuals) else 0.0
    if len(residuals) < MIN_SITES or variance == 0 or np.ptp(xy_m, axis=0).max() == 0:
        return Variogram(variance, 0.0, 0.0, "too_few_sites")
    empirical = empirical_variogram(xy_m, residuals, seed)
    if len(empirical.lag_m) < 4 or empirical.gamma.max() == 0:
        return Variogram(variance, 0.0, 0.0, "too_few_sites", empirical)
    nugget, sill, range_m, better_than_flat = _weighted_least_squares(empirical)
    unbounded = range_m > 0.99 * empirical.lag_m[-1]
    negligible = sill < NEGLIGIBLE_SHARE * (nugget + sill) or range_m < empirical.lag_m[0] / 3
    if negligible or (unbounded and not better_than_flat):
        return Variogram(variance, 0.0, 0.0, "pure_nugget", empirical)
    scale = max(1.0, variance / (nugget + sill))
    status: VariogramStatus = "unbounded" if unbounded else "fitted"
    return Variogram(scale * nugget, scale * sill, range_m, status, empirical)


def regional_error_sd(
    variogram: Variogram,
    xy_m: FloatArray,
    area_km2: FloatArray,
    seed: int,
    n_pairs: int = 200_000,
) -> float:
    """Return the SD of the residual's mean over a region, in the residuals' unit.

    The variance of a mean is the mean covariance of all pairs of its cells, here of random pairs
    drawn in proportion to area. Pairs of a cell with itself are left out: of half a million cells
    they are one pair in half a million, and the nugget lives only there.

    Parameters
    ----------
    variogram : Variogram
    xy_m : array of float64, shape (cells, 2)
        Centres of the region's cells, or of a random sample of them (10,000 are plenty).
    area_km2 : array of float64, shape (cells,)
        Area of these cells.
    seed : int
    n_pairs : int
        At least 100,000 for a total to be trusted to a few percent.
    """
    if variogram.sill == 0 or len(xy_m) == 0:
        return 0.0
    if len(xy_m) == 1:
        return float(np.sqrt(variogram.sill))
    random = np.random.default_rng(seed)
    cumulative = np.cumsum(area_km2) / np.sum(area_km2)
    first, second = np.searchsorted(cumulative, random.random((2, n_pairs)), side="right")
    other = first != second
    apart = xy_m[first[other]] - xy_m[second[other]]
    return float(np.sqrt(variogram.covariance(np.hypot(apart[:, 0], apart[:, 1])).mean()))


def regional_error_sds(
    variograms: Sequence[Variogram],
    xy_m: FloatArray,
    area_km2: FloatArray,
    group: IntArray,
    n_groups: int,
    seed: int,
) -> FloatArray:
    """Return `regional_error_sd` for the whole region, each group and the cells of no group.

    Parameters
    ----------
    variograms : sequence of Variogram, length d
        One a depth.
    xy_m, area_km2 : arrays, shapes (cells, 2) and (cells,)
        As in `regional_error_sd`.
    group : array of int64, shape (cells,)
        0 to n_groups - 1; anything else is no group.
    n_groups : int
    seed : int

    Returns
    -------
    array of float64, shape (d, n_groups + 2)
        Never falling with depth: a deeper sum contains the layer above, whose error it shares,
        yet its variogram is fitted apart, on fewer sites, and may miss the long range.
    """
    known = (group >= 0) & (group < n_groups)
    parts = [np.ones(len(group), dtype=bool), *(group == g for g in range(n_groups)), ~known]
    sds = [
        [regional_error_sd(model, xy_m[part], area_km2[part], seed) for part in parts]
        for model in variograms
    ]
    return np.maximum.accumulate(np.array(sds), axis=0)


def _lag_classes(distance: FloatArray) -> IntArray:
    """Return the lag class of each pair, numbered from 0 without gaps."""
    edges = distance.max() * (np.arange(1, LAGS) / LAGS) ** 2
    narrow = np.searchsorted(edges, distance)
    joined = np.zeros(LAGS, dtype=np.int64)
    number = held = 0
    counts = np.bincount(narrow, minlength=LAGS)
    for i, count in enumerate(counts):
        joined[i] = number
        held += count
        if held >= MIN_PAIRS and counts[i + 1 :].sum() >= MIN_PAIRS:
            number, held = number + 1, 0
    return joined[narrow]


def _weighted_least_squares(empirical: EmpiricalVariogram) -> tuple[float, float, float, bool]:
    """Return nugget, sill and range that minimise Σ N·(gamma / model - 1)².

    The last value tells whether Akaike's criterion prefers sill and range to a flat variogram. It
    decides on ranges beyond the largest lag: a few dozen residuals may rise all the way by chance
    alone, and that read as correlation over the whole region would multiply a total's error.
    """
    from scipy.optimize import least_squares

    # in units of the largest semivariance and lag, so that one tolerance suits all three
    top, far = empirical.gamma.max(), empirical.lag_m[-1]
    gamma, lag = empirical.gamma / top, empirical.lag_m / far
    weight = np.sqrt(empirical.pairs / empirical.pairs.sum())

    def misfit(theta: FloatArray) -> FloatArray:
        model = theta[0] + theta[1] * -np.expm1(-lag / theta[2])
        return np.asarray(weight * (gamma / np.maximum(model, 1e-9) - 1))

    shortest = min(lag[0] / 10, 0.01)
    bounds = ([0.0, 0.0, shortest], [2.0, 2.0, 1.0])
    starts = [(0.5 * gamma[0] + 1e-3, 0.5, r) for r in (0.03, 0.1, 0.3, 0.9)]
    fits = [least_squares(misfit, start, bounds=bounds) for start in starts if start[2] > shortest]
    best = min(fits, key=lambda fit: float(fit.cost))
    nugget, sill, reach = best.x
    flat = (weight**2 @ gamma**2) / (weight**2 @ gamma)
    flat_cost = 0.5 * float((weight**2 * (gamma / flat - 1) ** 2).sum())
    gain = len(lag) * np.log(max(flat_cost, 1e-12) / max(float(best.cost), 1e-12))
    return float(nugget * top), float(sill * top), float(reach * far), bool(gain > 2 * 2)
