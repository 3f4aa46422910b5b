"""One outer fold: everything that is learned is learned again, from its training rows alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.depths import DepthInterval

from .blas import one_blas_thread
from .depth import DepthLines, DepthRatios, ordered
from .design import Design, FloatArray
from .fold_tasks import (
    FoldResult,
    FoldTask,
    inner_folds,
    training_design,
    tuning_rows,
)
from .learners import LEARNERS, Fitted
from .preparation import Preparation
from .rebuilt_intervals import intervals_of
from .settings import STUDY
from .tuning import Tuned, grid_predictions, tune


def run_fold(task: FoldTask) -> FoldResult:
    """Train every learner on a fold's training rows and predict its held-out rows.

    Screening, encoding, scaling, grid search, choice of learner, depth lines and interval
    calibration see the training rows alone; ``random_study`` screens on all rows, as the study did.

    Parameters
    ----------
    task : FoldTask
        One of `fold_tasks`. May run in any thread or process: it uses one and shares nothing.
    """
    with one_blas_thread():
        return _run_study(task) if task.scheme == STUDY else _run_nested(task)


def carried_down(
    model: type[DepthLines] | type[DepthRatios],
    targets: FloatArray,
    depths: tuple[DepthInterval, ...],
    surface: FloatArray,
) -> FloatArray:
    """Return values at every depth, shape (n, d), by lines or ratios of the given sites.

    As on the maps, sums to deeper layers are kept in order. A depth that too few of those sites
    reach stays NaN, and its held-out sites count as missing.

    Parameters
    ----------
    model : DepthLines or DepthRatios
        What is fitted.
    targets : array of float64, shape (m, d)
        Of the training sites.
    depths : tuple of (top, bottom), length d
        In cm.
    surface : array of float64, shape (n,)
        Values at the modelled depth.
    """
    out = np.full((len(surface), targets.shape[1]), np.nan)
    out[:, 0] = surface
    for k in range(1, targets.shape[1]):
        if np.isfinite(targets[:, [0, k]]).all(axis=1).sum() < 3:
            continue
        fitted = model.fit(targets[:, [0, k]], (depths[0], depths[k]))
        out[:, k] = fitted.apply(surface)[1]
    return np.asarray(ordered(out.T)[0].T, dtype=np.float64)


def predict_rows(fitted: Fitted, preparation: Preparation, matrix: FloatArray) -> FloatArray:
    """Predict rows of all candidates, NaN where one cannot be predicted, shape (n,)."""
    out = np.full(len(matrix), np.nan)
    usable = preparation.applicable(matrix)
    if usable.any():
        out[usable] = fitted.predict(preparation.encode(matrix[usable]))
    return out


def _run_nested(task: FoldTask) -> FoldResult:
    design = training_design(task.design, task.train)
    targets = design.targets[task.train]
    preparation = Preparation.fit(
        design.covariates[task.train], design.variables, targets[:, 0], task.settings.screening
    )
    tuned = _search(task, design, preparation)
    selected = min(tuned, key=lambda name: tuned[name].rmse)
    fitted = _refit(task, design, preparation, tuned)
    surface = _surface(fitted, preparation, design.covariates[task.test])
    surface_site = {}
    if task.design.site_covariates is not None:
        measured = training_design(task.design, task.test).covariates[task.test]
        surface_site = _surface(fitted, preparation, measured)
    lower, upper = intervals_of(task, preparation, selected, tuned[selected].params)
    return replace(
        _result_of_depths(task, targets, preparation.ids),
        predicted=_carry(DepthLines, targets, design, surface),
        ratio=_carry(DepthRatios, targets, design, surface),
        predicted_site=_carry(DepthLines, targets, design, surface_site),
        selected=selected,
        tuned={name: {"params": dict(t.params), "rmse": t.rmse} for name, t in tuned.items()},
        lower=lower,
        upper=upper,
    )


def _run_study(task: FoldTask) -> FoldResult:
    """Predict at every grid point with whole-data screening; the best is chosen afterwards."""
    every = np.arange(task.design.n_sites)
    design, settings = training_design(task.design, every), task.settings
    preparation = Preparation.fit(
        design.covariates, design.variables, design.target, settings.screening
    )
    X, y = preparation.encode(design.covariates), design.target
    grid: dict[str, FloatArray] = {}
    for name in settings.learners:
        learner = LEARNERS[name]
        space = learner.search_space(design.n_sites, settings.search.get(name))
        # one seed for all folds, as a grid search has
        grid[name] = grid_predictions(
            learner, X[task.train], y[task.train], X[task.test], space, settings.seed
        )
    return replace(_result_of_depths(task, design.targets, preparation.ids), grid=grid)


def _search(task: FoldTask, design: Design, preparation: Preparation) -> dict[str, Tuned]:
    """Tune every learner on inner folds of the training rows."""
    rows = tuning_rows(design.groups, task.train, task.seed)
    X, y = preparation.encode(design.covariates[rows]), design.target[rows]
    folds = inner_folds(task, rows)
    tuned = {}
    for name in task.settings.learners:
        learner = LEARNERS[name]
        space = learner.search_space(len(task.train), task.settings.search.get(name))
        tuned[str(name)] = tune(learner, X, y, folds, space, task.seed)
    return tuned


def _refit(
    task: FoldTask, design: Design, preparation: Preparation, tuned: dict[str, Tuned]
) -> dict[str, Fitted]:
    """Fit every learner with its own best parameters on all training rows."""
    X, y = preparation.encode(design.covariates[task.train]), design.target[task.train]
    return {name: LEARNERS[name].fit(X, y, t.params, task.seed) for name, t in tuned.items()}


def _surface(
    fitted: dict[str, Fitted], preparation: Preparation, matrix: FloatArray
) -> dict[str, FloatArray]:
    return {name: predict_rows(model, preparation, matrix) for name, model in fitted.items()}


def _carry(
    model: type[DepthLines] | type[DepthRatios],
    targets: FloatArray,
    design: Design,
    surface: dict[str, FloatArray],
) -> dict[str, FloatArray]:
    return {name: carried_down(model, targets, design.depths, v) for name, v in surface.items()}


def _result_of_depths(task: FoldTask, targets: FloatArray, kept: tuple[str, ...]) -> FoldResult:
    """Return a result without predictions: what the depth models of `targets` do by themselves."""
    depths, observed = task.design.depths, task.design.target[task.test]
    nothing = np.full((len(task.test), len(depths)), np.nan)
    return FoldResult(
        scheme=task.scheme,
        fold=task.fold,
        test=task.test,
        kept=kept,
        observed_lines=carried_down(DepthLines, targets, depths, observed),
        observed_ratio=carried_down(DepthRatios, targets, depths, observed),
        lower=nothing,
        upper=nothing,
    )
