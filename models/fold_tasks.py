"""The units of work of cross-validation: who trains, who is held out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .design import BoolArray, Design, FloatArray, IntArray
from .encoding import Encoder
from .folds import BlockSize, block_size_from_variogram, random_folds, spatial_folds
from .learners import LARGE
from .settings import ModelSettings

SITE_SUFFIX = "_site_covariates"
"""Ends the name of the scheme whose held-out rows, too, have covariates measured at the site."""


@dataclass(frozen=True, eq=False)
class FoldTask:
    """One outer fold of one scheme; picklable, and all that `run_fold` needs.

    Parameters
    ----------
    design : Design
        All sites.
    settings : ModelSettings
        What to search.
    scheme : str
        ``random``, ``spatial`` or ``random_study``.
    fold : int
        Number of the outer fold.
    train, test : array of int64
        Rows of the design.
    block_size_m : float
        Side of the spatial blocks in m, for inner folds and the draws of scores.
    seed : int
        Of everything random in this fold.
    """

    design: Design
    settings: ModelSettings
    scheme: str
    fold: int
    train: IntArray
    test: IntArray
    block_size_m: float
    seed: int


@dataclass(frozen=True, eq=False)
class FoldResult:
    """What one outer fold found out.

    Parameters
    ----------
    scheme, fold, test
        As in the task.
    kept : tuple of str
        Variables that passed screening.
    observed_lines, observed_ratio : array of float64, shape (n_test, d)
        Depth lines and ratios of the training rows applied to the OBSERVED surface layer: their
        own error, without that of the surface prediction.
    lower, upper : array of float64, shape (n_test, d)
        Prediction interval of `selected`; NaN where there is none.
    selected : str
        The learner that this fold's grid searches would choose; none for ``random_study``.
    tuned : dict of learner to dict
        ``params`` and inner ``rmse``.
    predicted : dict of learner to array of float64, shape (n_test, d)
        At every depth, by lines fitted on the training rows; NaN where not applicable.
    ratio : dict of learner to array of float64, shape (n_test, d)
        The same by ratios alone, the baseline.
    predicted_site : dict of learner to array of float64, shape (n_test, d)
        With covariates measured at the held-out sites; empty without `site_covariates`.
    grid : dict of learner to array of float64, shape (n_points, n_test)
        Surface predictions at every grid point; only for ``random_study``.
    """

    scheme: str
    fold: int
    test: IntArray
    kept: tuple[str, ...]
    observed_lines: FloatArray
    observed_ratio: FloatArray
    lower: FloatArray
    upper: FloatArray
    selected: str = ""
    tuned: dict[str, dict[str, Any]] = field(default_factory=dict)
    predicted: dict[str, FloatArray] = field(default_factory=dict)
    ratio: dict[str, FloatArray] = field(default_factory=dict)
    predicted_site: dict[str, FloatArray] = field(default_factory=dict)
    grid: dict[str, FloatArray] = field(default_factory=dict)


def spatial_block_size(design: Design, settings: ModelSettings) -> BlockSize:
    """Choose the side of spatial blocks from the residuals of a linear trend in the covariates.

    Only distances come of it, no prediction: the target of held-out sites may be used.
    """
    columns = Encoder.fit(design.covariates, design.variables).transform(design.covariates)
    trend = np.column_stack([np.ones(design.n_sites), columns]).astype(np.float64)
    residual = design.target - design.target.mean()
    # With hardly more sites than columns a trend would leave nothing to look at.
    if design.n_sites > 3 * trend.shape[1]:
        trend[:, 1:] -= trend[:, 1:].mean(axis=0)
        scale = np.abs(trend).max(axis=0)
        trend /= np.where(scale > 0, scale, 1.0)
        residual = design.target - trend @ np.linalg.lstsq(trend, design.target)[0]
    return block_size_from_variogram(design.xy, residual, settings.folds, design.groups)


def fold_tasks(
    design: Design, settings: ModelSettings, block_size_m: float | None = None
) -> list[FoldTask]:
    """Return the outer folds of every scheme of the settings.

    Parameters
    ----------
    design : Design
        All sites.
    settings : ModelSettings
        Schemes, folds, learners and seed.
    block_size_m : float, optional
        Side of the spatial blocks in m; by default from `spatial_block_size`.

    Returns
    -------
    list of FoldTask
        In no order that matters: each stands alone.

    Raises
    ------
    ValueError
        If there are fewer groups of sites, or blocks, than folds.
    """
    size = block_size_m or spatial_block_size(design, settings).size_m
    tasks = []
    for scheme in settings.schemes:
        folds = outer_folds(design, settings, scheme, size)
        for fold in range(settings.folds.outer):
            test = np.flatnonzero(folds == fold)
            train = np.flatnonzero(folds != fold)
            seed = seed_of(settings.seed, scheme, fold)
            tasks.append(FoldTask(design, settings, scheme, fold, train, test, size, seed))
    return tasks


def outer_folds(
    design: Design, settings: ModelSettings, scheme: str, block_size_m: float
) -> IntArray:
    """Return the outer fold of each site; ``random`` and ``random_study`` share theirs."""
    n, seed = settings.folds.outer, seed_of(settings.seed, "folds", 0)
    if scheme == "spatial":
        return spatial_folds(design.xy, design.groups, n, block_size_m, seed)
    return random_folds(design.groups, n, seed)


def inner_folds(task: FoldTask, rows: IntArray) -> IntArray:
    """Return the inner fold of the given training rows: blocks for blocks, random for random.

    Raises
    ------
    InputError
        If the rows lie in fewer groups or blocks than there are inner folds.
    """
    xy, groups = task.design.xy[rows], task.design.groups[rows]
    n = task.settings.folds.inner
    if task.scheme == "spatial":
        return spatial_folds(xy, groups, n, task.block_size_m, task.seed)
    return random_folds(groups, n, task.seed)


def tuning_rows(groups: IntArray, rows: IntArray, seed: int, limit: int = LARGE) -> IntArray:
    """Return the rows a grid search looks at: all, or whole groups at random up to `limit`."""
    if len(rows) <= limit:
        return rows
    _, unit = np.unique(groups[rows], return_inverse=True)
    rank = np.random.default_rng(seed).permutation(int(unit.max()) + 1)[unit]
    return np.sort(rows[np.argsort(rank, kind="stable")[:limit]])


def training_design(design: Design, rows: IntArray | BoolArray) -> Design:
    """Put covariates measured at the sites in place of the stack's, in the given rows only.

    ``covariate_source: site`` trains on what was measured; a map has the stack's values alone, so
    held-out rows keep those. Without `site_covariates` the design comes back as it is.
    """
    if design.site_covariates is None:
        return design
    covariates, measured = design.covariates.copy(), design.site_covariates[rows]
    covariates[rows] = np.where(np.isnan(measured), covariates[rows], measured)
    return replace(design, covariates=covariates)


def seed_of(seed: int, name: str, number: int) -> int:
    """Return a seed of its own for each name and number."""
    words = np.random.SeedSequence([seed, number, *name.encode()]).generate_state(1)
    return int(words[0] >> 1)
