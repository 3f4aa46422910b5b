"""Cross-validation from tasks to scores: the names a pipeline needs.

tasks = fold_tasks(design, settings, size)            # anything may map run_fold over them
cv = collect(design, settings, results)
choice = best_learner(score_table(cv.predictions, ...), design, settings)
again = interval_tasks(tasks, results, choice.name)   # second round: run_intervals
cv = collect(design, settings, results, intervals)    # now with the maps' own intervals
"""

from __future__ import annotations

import numpy as np

from .blas import one_blas_thread
from .design import Design, IntArray
from .fold_collection import CrossValidation, collect
from .fold_intervals import FoldIntervals, IntervalTask, interval_tasks, run_intervals
from .fold_tasks import (
    FoldResult,
    FoldTask,
    fold_tasks,
    inner_folds,
    outer_folds,
    seed_of,
    spatial_block_size,
    training_design,
    tuning_rows,
)
from .learners import LEARNERS
from .nested_cv import run_fold
from .preparation import Preparation
from .score_table import LearnerChoice, best_learner, depth_score_table, score_table
from .settings import ModelSettings
from .tuning import Tuned, tune

__all__ = [
    "CrossValidation",
    "FoldIntervals",
    "FoldResult",
    "FoldTask",
    "IntervalTask",
    "LearnerChoice",
    "best_learner",
    "collect",
    "depth_score_table",
    "fold_tasks",
    "inner_folds",
    "interval_tasks",
    "outer_folds",
    "run_fold",
    "run_intervals",
    "score_table",
    "spatial_block_size",
    "training_design",
    "tune_on_all",
]


def tune_on_all(
    design: Design, settings: ModelSettings, learner: str, block_size_m: float
) -> tuple[Preparation, Tuned]:
    """Prepare and tune one learner on all sites: what the bootstrap members and maps use.

    The folds are of the kind and number of the outer folds of `choose_by`.

    Parameters
    ----------
    design : Design
        All sites.
    settings : ModelSettings
        Screening, search space, folds, seed.
    learner : str
        Name in the registry.
    block_size_m : float
        Side of the spatial blocks in m.

    Returns
    -------
    Preparation, Tuned
        The tuned RMSE is not a score: it was chosen as the lowest.
    """
    every: IntArray = np.arange(design.n_sites, dtype=np.int64)
    trained = training_design(design, every)
    rows = tuning_rows(trained.groups, every, seed_of(settings.seed, "final", 0))
    folds = outer_folds(design, settings, settings.choose_by, block_size_m)[rows]
    chosen = LEARNERS[learner]
    search = {str(name): space for name, space in settings.search.items()}
    space = chosen.search_space(design.n_sites, search.get(learner))
    with one_blas_thread():
        preparation = Preparation.fit(
            trained.covariates, trained.variables, trained.target, settings.screening
        )
        X = preparation.encode(trained.covariates[rows])
        return preparation, tune(chosen, X, trained.target[rows], folds, space, settings.seed)
