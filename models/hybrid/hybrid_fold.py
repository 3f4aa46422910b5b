"""One outer fold: every approach learns from its training rows alone and predicts the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..blas import one_blas_thread
from ..depth import DepthLines
from ..design import Design, FloatArray, IntArray
from ..fold_tasks import inner_folds, training_design, tuning_rows
from ..learners import LEARNERS, grid_points
from ..nested_cv import carried_down, predict_rows
from ..params import Params
from ..preparation import Preparation
from ..tuning import tune
from .approaches import RESIDUAL, SIMULATOR, SIMULATOR_WEIGHTED, TABLES
from .ensemble_weights import choose_sharpness, glue_weights, weighted_stock
from .tasks import TUNING_ROWS, HybridTask


@dataclass(frozen=True, eq=False)
class HybridFold:
    """What one outer fold found out.

    Parameters
    ----------
    scheme, fold, fold_seed, test
        As in the task.
    predicted : dict of approach to array of float64, shape (n_test, d)
        In the target's unit; NaN where a site has a class that training never saw.
    screened : dict of approach to list of str
        Variables that passed screening.
    params : dict of approach to mapping
        The best grid point.
    sharpness : float
        N of the ensemble's likelihood.
    weights : array of float64, shape (m,)
        Of the ensemble's members.
    """

    scheme: str
    fold: int
    fold_seed: int
    test: IntArray
    predicted: dict[str, FloatArray]
    screened: dict[str, list[str]]
    params: dict[str, Params]
    sharpness: float
    weights: FloatArray


@dataclass(frozen=True)
class _Learned:
    surface: FloatArray
    preparation: Preparation
    params: Params


def run_hybrid_fold(task: HybridTask) -> HybridFold:
    """Train every approach on a fold's training rows and predict its held-out rows.

    Screening, encoding, grid search, ensemble weights and depth lines see the training rows alone.
    Learners predict the modelled depth and are carried down by the lines of the training rows, as
    the maps are; the simulator has its own stock at every depth.

    Parameters
    ----------
    task : HybridTask
        One of `hybrid_tasks`. May run in any thread or process: it uses one and shares nothing.
    """
    evidence, fold = task.evidence, task.fold
    test, targets = fold.test, evidence.design.targets[fold.train]
    with one_blas_thread():
        sharpness, weights = _weights(task)
        simulated = weighted_stock(weights, evidence.ensemble)
        wanted = [name for name in TABLES if name in task.approaches]
        learned = {name: _learn(task, name, simulated[:, 0]) for name in wanted}
        predicted = {
            name: carried_down(DepthLines, targets, evidence.design.depths, one.surface)
            for name, one in learned.items()
        }
    predicted |= {SIMULATOR: evidence.simulated[test], SIMULATOR_WEIGHTED: simulated[test]}
    return HybridFold(
        scheme=fold.scheme,
        fold=fold.fold,
        fold_seed=task.fold_seed,
        test=test,
        predicted={name: predicted[name] for name in task.approaches},
        screened={name: list(one.preparation.ids) for name, one in learned.items()},
        params={name: one.params for name, one in learned.items()},
        sharpness=sharpness,
        weights=weights,
    )


def _weights(task: HybridTask) -> tuple[float, FloatArray]:
    """Return how sharply to weigh the members, and their weights, by the training rows."""
    train = task.fold.train
    ensemble, targets = task.evidence.ensemble[:, train], task.evidence.design.targets[train]
    sharpness = choose_sharpness(ensemble, targets, inner_folds(task.fold, train))
    return sharpness, glue_weights(ensemble, targets, sharpness)


def _learn(task: HybridTask, approach: str, simulated: FloatArray) -> _Learned:
    """Screen, tune and fit one approach; predict the modelled depth of the held-out rows.

    The residual's inner folds share weights that saw all training rows: a flatter for its grid
    search, of a handful of effective members, and for nothing outside the training rows.
    """
    fold = task.fold
    train, test = fold.train, fold.test
    design = training_design(task.evidence.design_with(TABLES[approach]), train)
    offset = simulated if approach == RESIDUAL else np.zeros(design.n_sites)
    target = design.target - offset
    preparation = Preparation.fit(
        design.covariates[train], design.variables, target[train], fold.settings.screening
    )
    params = _tuned(task, design, preparation, target)
    X = preparation.encode(design.covariates[train])
    fitted = LEARNERS[task.learner].fit(X, target[train], params, fold.seed)
    surface = predict_rows(fitted, preparation, design.covariates[test]) + offset[test]
    return _Learned(surface, preparation, params)


def _tuned(
    task: HybridTask, design: Design, preparation: Preparation, target: FloatArray
) -> dict[str, Any]:
    """Return the best grid point on inner folds of the training rows."""
    space, fold = task.search_space(), task.fold
    points = grid_points(space)
    if len(points) == 1:
        return points[0]
    rows = tuning_rows(design.groups, fold.train, fold.seed, TUNING_ROWS)
    X = preparation.encode(design.covariates[rows])
    learner = LEARNERS[task.learner]
    folds = inner_folds(fold, rows)
    return dict(tune(learner, X, target[rows], folds, space, fold.seed).params)
