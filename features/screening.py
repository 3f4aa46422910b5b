"""Which covariates go into a model: association with the target, then variance inflation.

The study's rule (Yang et al. 2025): keep what correlates with SOCD at 0-10 cm (Spearman, p < 0.05),
then drop the covariate of the highest variance inflation factor until all are below 10. Categories
take part as one variable: Kruskal-Wallis instead of Spearman, and the generalised factor of
Fox & Monette (1992), J. Am. Stat. Assoc. 87:178-183, instead of VIF. Of inflated variables those
that a simulation made of others go first: a simulated quantity must not drive out what is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from .variables import Variable

FloatArray = npt.NDArray[np.float64]

DECISION_COLUMNS = ("variable", "step", "statistic", "value", "p_value", "threshold", "decision")

SINGULAR = 1e-10
"""Eigenvalues of a correlation matrix below this (relative to its size) are exact dependencies."""


@dataclass(frozen=True)
class Screening:
    """Outcome of screening.

    Parameters
    ----------
    kept : tuple of int
        Positions of the kept columns, ascending; at least one.
    decisions : DataFrame
        One row a test, in the order made: variable, step (``association``, ``collinearity <n>``,
        ``collinearity final``), statistic, value, p_value, threshold, decision.
    """

    kept: tuple[int, ...]
    decisions: pd.DataFrame


@dataclass(frozen=True)
class _Association:
    statistic: str
    value: float
    p_value: float


def screen(
    matrix: npt.ArrayLike,
    variables: Sequence[Variable],
    target: npt.ArrayLike,
    alpha: float,
    max_vif: float,
) -> Screening:
    """Screen covariates against the target and against each other.

    Parameters
    ----------
    matrix : array_like of float, shape (n, p)
        Covariates, no NaN; class codes for categorical variables.
    variables : sequence of Variable, length p
        What the columns are.
    target : array_like of float, shape (n,)
        Target at the modelled depth, no NaN.
    alpha : float
        A covariate is kept with p < alpha. If none is, the one of the smallest p stays.
    max_vif : float
        VIF, or squared GVIF^(1/(2 df)) for categories, allowed to a kept covariate.

    Raises
    ------
    ValueError
        If shapes disagree or values are missing.
    """
    x, y = np.asarray(matrix, np.float64), np.asarray(target, np.float64)
    _check(x, y, variables)
    tests = _associations(x, variables, y)
    p_values = np.array([test.p_value for test in tests])
    passed = np.flatnonzero(p_values < alpha)
    rows: list[tuple[object, ...]] = [
        (v.id, "association", t.statistic, t.value, t.p_value, alpha, _verdict(t, alpha))
        for v, t in zip(variables, tests, strict=True)
    ]
    if not len(passed):
        best = int(np.argmin(np.nan_to_num(p_values, nan=2.0)))
        passed = np.array([best])
        rows[best] = (*rows[best][:-1], "kept: no covariate passes, this is the best")
    strength = -np.nan_to_num(p_values, nan=2.0)
    kept, removals = _remove_collinear(x, variables, passed, strength, max_vif)
    return Screening(kept, pd.DataFrame(rows + removals, columns=list(DECISION_COLUMNS)))


def inflation_factors(matrix: npt.ArrayLike, variables: Sequence[Variable]) -> FloatArray:
    """Return the variance inflation factor of each variable among the others.

    For one degree of freedom it is VIF; for a category of k classes it is the square of
    GVIF^(1/(2 df)), df = k - 1, which Fox & Monette (1992) make comparable with the root of VIF.

    Parameters
    ----------
    matrix : array_like of float, shape (n, p)
        No NaN, no constant columns.
    variables : sequence of Variable, length p
        What the columns are.

    Returns
    -------
    array of float64, shape (p,)
        Infinite for variables that are an exact combination of others.
    """
    columns, blocks = _design_columns(np.asarray(matrix, np.float64), variables)
    return _inflation(_correlation(columns), blocks)


def _check(x: FloatArray, y: FloatArray, variables: Sequence[Variable]) -> None:
    if x.ndim != 2 or x.shape != (len(y), len(variables)) or x.shape[1] == 0:
        raise ValueError(
            f"matrix {x.shape}, target {y.shape} and {len(variables)} variables do not agree"
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("covariates and target must not hold missing values: drop the rows first")


def _verdict(test: _Association, alpha: float) -> str:
    if np.isnan(test.p_value):
        return "dropped: constant"
    return "kept" if test.p_value < alpha else "dropped: not significant"


def _associations(
    x: FloatArray, variables: Sequence[Variable], y: FloatArray
) -> list[_Association]:
    from scipy.stats import rankdata

    ranks_y = rankdata(y)
    rho, p_values = _spearman(rankdata(x, axis=0), ranks_y)
    return [
        _kruskal_wallis(x[:, j], ranks_y)
        if variable.is_categorical
        else _Association("spearman_rho", float(rho[j]), float(p_values[j]))
        for j, variable in enumerate(variables)
    ]


def _spearman(ranks_x: FloatArray, ranks_y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return rho and its two-sided p (Student's t with n - 2) of each column; NaN if constant."""
    from scipy.special import stdtr

    n = len(ranks_y)
    dx = ranks_x - ranks_x.mean(axis=0)
    dy = ranks_y - ranks_y.mean()
    with np.errstate(invalid="ignore", divide="ignore"):
        rho = np.clip(dy @ dx / np.sqrt((dx**2).sum(axis=0) * (dy @ dy)), -1, 1)
        t = rho * np.sqrt(max(n - 2, 0) / (1 - rho**2))
    if n < 3:
        return rho, np.full(len(rho), np.nan)
    return rho, 2 * stdtr(n - 2, -np.abs(t))


def _kruskal_wallis(codes: FloatArray, ranks_y: FloatArray) -> _Association:
    """Return H, corrected for ties (Kruskal & Wallis 1952), and its chi-square p."""
    from scipy.special import chdtrc

    _, group = np.unique(codes, return_inverse=True)
    size = np.bincount(group)
    n, df = len(codes), len(size) - 1
    ties = np.unique(ranks_y, return_counts=True)[1].astype(float)
    correction = 1 - (ties**3 - ties).sum() / (float(n) ** 3 - n) if n > 1 else 0.0
    if df < 1 or correction <= 0:
        return _Association("kruskal_wallis_h", float("nan"), float("nan"))
    rank_sum = np.bincount(group, ranks_y)
    h = 12 / (n * (n + 1)) * (rank_sum**2 / size).sum() - 3 * (n + 1)
    h /= correction
    return _Association("kruskal_wallis_h", float(h), float(chdtrc(df, h)))


def _remove_collinear(
    x: FloatArray,
    variables: Sequence[Variable],
    candidates: npt.NDArray[np.int64],
    strength: FloatArray,
    max_vif: float,
) -> tuple[tuple[int, ...], list[tuple[object, ...]]]:
    """Drop the most inflated variable, physics first, until all are below `max_vif`.

    Of equally inflated ones (duplicates are infinitely inflated) the one less associated with the
    target goes.
    """
    left = [int(j) for j in candidates]
    columns, blocks = _design_columns(x[:, left], [variables[j] for j in left])
    correlation = _correlation(columns)
    rows: list[tuple[object, ...]] = []
    while True:
        factors = _inflation(correlation, blocks)
        inflated = np.flatnonzero(factors >= max_vif).tolist()
        if len(left) == 1 or not inflated:
            break
        simulated = [k for k in inflated if variables[left[k]].group == "physics"]
        worst = max(simulated or inflated, key=lambda k: (factors[k], -strength[left[k]], k))
        step = f"collinearity {len(rows) + 1}"
        rows.append(
            _row(variables[left[worst]], step, factors[worst], max_vif, "dropped: inflated")
        )
        keep = np.ones(len(correlation), bool)
        keep[blocks[worst]] = False
        correlation = correlation[np.ix_(keep, keep)]
        sizes = [block.stop - block.start for k, block in enumerate(blocks) if k != worst]
        blocks = _consecutive(sizes)
        del left[worst]
    rows += [
        _row(variables[j], "collinearity final", factor, max_vif, "kept")
        for j, factor in zip(left, factors, strict=True)
    ]
    return tuple(left), rows


def _row(
    variable: Variable, step: str, factor: float, max_vif: float, decision: str
) -> tuple[object, ...]:
    statistic = "gvif_1_df" if variable.is_categorical else "vif"
    return variable.id, step, statistic, float(factor), float("nan"), max_vif, decision


def _design_columns(
    x: FloatArray, variables: Sequence[Variable]
) -> tuple[FloatArray, tuple[slice, ...]]:
    """Return the columns of a linear model and the slice of each variable.

    A category has one indicator a class but the first; GVIF does not depend on which is left out.
    """
    parts = []
    for j, variable in enumerate(variables):
        if variable.is_categorical:
            others = np.unique(x[:, j])[1:]
            parts.append((x[:, j, None] == others).astype(np.float64))
        else:
            parts.append(x[:, j, None])
    return np.hstack(parts), _consecutive([part.shape[1] for part in parts])


def _consecutive(sizes: Sequence[int]) -> tuple[slice, ...]:
    edges = np.cumsum([0, *sizes])
    return tuple(slice(int(start), int(stop)) for start, stop in pairwise(edges))


def _correlation(columns: FloatArray) -> FloatArray:
    deviation = columns - columns.mean(axis=0)
    deviation /= np.sqrt((deviation**2).sum(axis=0))
    return np.asarray(deviation.T @ deviation)


def _inflation(correlation: FloatArray, blocks: Sequence[slice]) -> FloatArray:
    """Return GVIF^(1/df) of each block.

    GVIF = det(R_jj) det(R_-j) / det(R), and by Jacobi's identity det(R_-j) / det(R) is the
    determinant of block j of the inverse. A singular R is inverted on its range; variables with a
    part in its null space are exact combinations of others, infinitely inflated.
    """
    eigenvalues, vectors = np.linalg.eigh(correlation)
    regular = eigenvalues > SINGULAR * len(correlation)
    inverse = (vectors[:, regular] / eigenvalues[regular]) @ vectors[:, regular].T
    null_share = (vectors[:, ~regular] ** 2).sum(axis=1)
    factors = np.empty(len(blocks))
    for k, block in enumerate(blocks):
        if (null_share[block] > np.sqrt(SINGULAR)).any():
            factors[k] = np.inf
        elif block.stop - block.start == 1:
            factors[k] = inverse[block, block].item()
        else:
            own = np.linalg.slogdet(correlation[block, block])[1]
            others = np.linalg.slogdet(inverse[block, block])[1]
            factors[k] = np.exp((own + others) / (block.stop - block.start))
    return factors
