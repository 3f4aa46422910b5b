"""Is one RMSE lower than another on the same sites? Limits by resampling sites or blocks.

Both errors of a site are drawn together, so that what makes a site hard for every approach drops
out of the difference. Fold seeds are repetitions on the same sites: a site is drawn with the errors
of all of them, and more seeds do not make more sites.

Sites drawn from finished predictions say how a difference varies with the sites it is scored on. It
varies with the sites that models are trained on as well: a useless feature that agrees with the
target by chance, over the whole sample, passes the screening of every fold and helps at held-out
sites of the same sample. Between approaches that were equally good, limits without that part found
a difference in 13 to 19 % of 80 virtual samples (ridge, 147 sites), not 5 %; `with_training` adds
it.
"""

from __future__ import annotations

import numpy as np

from ..design import FloatArray, IntArray

N_DRAWS = 2000
CONFIDENCE = 0.95


def drawn_rmse(
    squared_errors: FloatArray, units: IntArray, seed: int, n_draws: int = N_DRAWS
) -> FloatArray:
    """Return the RMSE of each approach in each resample, shape (n_draws, a).

    Parameters
    ----------
    squared_errors : array of float64, shape (a, n)
        Of `a` approaches at n sites, averaged over fold seeds.
    units : array of int64, shape (n,)
        Sites with the same number (a cell, a block) are drawn together.
    seed : int
        Of the draws, which all approaches share.
    n_draws : int
        Resamples with replacement of as many units as there are.
    """
    _, unit, sizes = np.unique(units, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(unit.reshape(-1), weights=row) for row in squared_errors], axis=1)
    rng, n_units = np.random.default_rng(seed), len(sizes)
    rmse = np.empty((n_draws, len(squared_errors)))
    for draw in range(n_draws):
        times = np.bincount(rng.integers(n_units, size=n_units), minlength=n_units)
        rmse[draw] = np.sqrt(times @ sums / (times @ sizes))
    return rmse


def limits(draws: FloatArray, n_units: int, level: float = CONFIDENCE) -> tuple[float, float]:
    """Return percentile limits of one statistic, widened for few units; NaN for fewer than two.

    Parameters
    ----------
    draws : array of float64, shape (n_draws,)
        The statistic in each resample.
    n_units : int
        Number of sites or blocks that were drawn.
    level : float
        Two-sided confidence.
    """
    if n_units < 2:
        return float("nan"), float("nan")
    tail = (1 - expanded_level(n_units, level)) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def with_training(found: float, between: tuple[float, float], n_folds: int) -> tuple[float, float]:
    """Return limits that count the choice of training sites too.

    Nadeau & Bengio (2003, Mach. Learn. 52:239-281): over J folds the variance is not s²/J but
    s² (1/J + n_test/n_train), since training sets overlap. With n_test/n_train = 1/(J - 1) both
    limits lie sqrt(1 + J/(J - 1)) times as far from the difference, 1.45 times for 10 folds.

    Parameters
    ----------
    found : float
        The difference.
    between : (float, float)
        Its limits over draws of held-out sites.
    n_folds : int
        Outer folds, J.
    """
    factor = float(np.sqrt(1 + n_folds / (n_folds - 1)))
    low, high = between
    return found - factor * (found - low), found + factor * (high - found)


def expanded_level(n_units: int, level: float = CONFIDENCE) -> float:
    """Return the percentile interval's level that holds `level` with few units.

    A bootstrap of k units spreads like the sample SD with divisor k, and knows the normal quantile
    where Student's belongs. Hesterberg (2015, Am. Stat. 69:371-386) makes good for both by the
    level of his expanded percentile interval: 96.8 % instead of 95 % for 20 blocks.
    """
    from scipy.special import ndtr, stdtrit

    t = -float(stdtrit(n_units - 1, (1 - level) / 2))
    return float(1 - 2 * ndtr(-np.sqrt(n_units / (n_units - 1)) * t))
