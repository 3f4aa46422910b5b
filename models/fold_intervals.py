"""Measure the maps' own intervals: those of the overall best learner, in every outer fold.

`run_fold` builds the interval of the learner that its fold would choose. The maps carry the
interval of one learner; the folds that would have chosen another build its interval here, in a
second round, so that the coverage reported beside the maps is that of the maps' method.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .blas import one_blas_thread
from .design import FloatArray
from .fold_tasks import FoldResult, FoldTask, training_design
from .params import Params
from .preparation import Preparation
from .rebuilt_intervals import intervals_of
from .settings import STUDY


@dataclass(frozen=True, eq=False)
class IntervalTask:
    """One outer fold whose interval is wanted for a given learner.

    Parameters
    ----------
    fold : FoldTask
        The fold.
    learner : str
        Name in the registry.
    params : mapping
        What the fold's own grid search chose for it.
    """

    fold: FoldTask
    learner: str
    params: Params


@dataclass(frozen=True, eq=False)
class FoldIntervals:
    """Prediction intervals of one learner for the held-out rows of one fold.

    Parameters
    ----------
    scheme, fold, learner
        Whose they are.
    lower, upper : array of float64, shape (n_test, d)
        In the target's unit.
    """

    scheme: str
    fold: int
    learner: str
    lower: FloatArray
    upper: FloatArray


def interval_tasks(
    tasks: Iterable[FoldTask], results: Sequence[FoldResult], learner: str
) -> list[IntervalTask]:
    """Return the folds of the nested schemes that chose another learner than `learner`."""
    by_fold = {(result.scheme, result.fold): result for result in results}
    wanted = []
    for task in tasks:
        result = by_fold[task.scheme, task.fold]
        if task.scheme != STUDY and result.selected != learner:
            wanted.append(IntervalTask(task, learner, result.tuned[learner]["params"]))
    return wanted


def run_intervals(task: IntervalTask) -> FoldIntervals:
    """Rebuild the interval of a learner inside one outer fold; may run in any thread or process."""
    fold = task.fold
    with one_blas_thread():
        design = training_design(fold.design, fold.train)
        preparation = Preparation.fit(
            design.covariates[fold.train],
            design.variables,
            design.target[fold.train],
            fold.settings.screening,
        )
        lower, upper = intervals_of(fold, preparation, task.learner, task.params)
    return FoldIntervals(fold.scheme, fold.fold, task.learner, lower, upper)
