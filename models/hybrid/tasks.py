"""The units of work of the comparison: fold seed x scheme x fold, all approaches together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..fold_tasks import FoldTask, fold_tasks, seed_of
from ..learners import LEARNERS
from ..settings import STUDY, ModelSettings
from .approaches import APPROACHES
from .evidence import Evidence

FOLD_SEEDS = 5
"""Times that the sites are dealt into folds anew."""
INNER_FOLDS = 3
TUNING_ROWS = 500
"""Training rows that one grid search looks at."""

SMALL_GRIDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "rf": {
        "min_samples_leaf": (5,),
        "max_features": (1 / 3, 2 / 3),
        "max_leaf_nodes": (256,),
        "n_estimators": (100,),
    },
    "svm": {"C": (1.0, 3.0), "gamma": (0.3, 1.0), "epsilon": (0.1,)},
    "brt": {
        "max_depth": (2, 4),
        "min_data_in_leaf": (5,),
        "n_estimators": (50, 100, 200),
    },
    "xgb": {
        "max_depth": (2, 4),
        "learning_rate": (0.05,),
        "subsample": (0.8,),
        "n_estimators": (50, 100, 200),
    },
}
"""Axes that replace those of a learner's grid: four approaches are tuned in every fold of every
seed, 400 searches. What matters here is that all approaches have the same budget; the axes kept are
those whose best value shifts with the number of columns."""


@dataclass(frozen=True, eq=False)
class HybridTask:
    """One outer fold of one scheme and fold seed; picklable, and all that `run_hybrid_fold` needs.

    Parameters
    ----------
    evidence : Evidence
        All sites.
    fold : FoldTask
        Who trains and who is held out.
    fold_seed : int
        Number of the repetition.
    learner : str
        Name in the registry, the same for every approach.
    approaches : tuple of str
        Among `APPROACHES`.
    """

    evidence: Evidence
    fold: FoldTask
    fold_seed: int
    learner: str
    approaches: tuple[str, ...] = APPROACHES

    def search_space(self) -> Mapping[str, tuple[Any, ...]]:
        """Return the axes that every approach searches; ``model.search`` replaces any of them."""
        given = {str(name): axes for name, axes in self.fold.settings.search.items()}
        axes = {**SMALL_GRIDS.get(self.learner, {}), **given.get(self.learner, {})}
        return LEARNERS[self.learner].search_space(len(self.fold.train), axes)


def hybrid_tasks(
    evidence: Evidence,
    settings: ModelSettings,
    learner: str,
    block_size_m: float,
    n_fold_seeds: int = FOLD_SEEDS,
    approaches: tuple[str, ...] = APPROACHES,
) -> list[HybridTask]:
    """Return the outer folds of every nested scheme and fold seed.

    The first fold seed is that of stage two, so that its folds are the ones reported there.

    Parameters
    ----------
    evidence : Evidence
        All sites.
    settings : ModelSettings
        Schemes (but the study's own, which is not nested), folds, screening and seed.
    learner : str
        Name in the registry.
    block_size_m : float
        Side of the spatial blocks in m.
    n_fold_seeds : int
        Repetitions; they smooth out the luck of the deal and are no new data.
    approaches : tuple of str
        Those to compare, all by default.

    Returns
    -------
    list of HybridTask
        In no order that matters: each stands alone.

    Raises
    ------
    InputError
        If there are fewer groups of sites, or blocks, than folds.
    """
    tasks = []
    for number in range(n_fold_seeds):
        repeated = _of_seed(settings, number)
        for fold in fold_tasks(evidence.design, repeated, block_size_m):
            tasks.append(HybridTask(evidence, fold, number, learner, approaches))
    return tasks


def _of_seed(settings: ModelSettings, number: int) -> ModelSettings:
    return settings.model_copy(
        update={
            "schemes": tuple(scheme for scheme in settings.schemes if scheme != STUDY),
            "folds": settings.folds.model_copy(update={"inner": INNER_FOLDS}),
            "seed": seed_of(settings.seed, "hybrid", number) if number else settings.seed,
        }
    )
