"""The four learners behind one registry, with documented search spaces.

How the default grids were sized
--------------------------------
Nested validation under two schemes of 10 outer and 5 inner folds asks each grid point 100 times,
and must take minutes on two cores. Hence: the number of trees is not refitted but read off in
stages of one fit; the other axes have few values, spread over the range usual at 100 to 200 sites.
Values of each axis stand from the simpler to the more complex model, and ties go to the simpler.

- ``rf``: columns tried per split (a third is Breiman's choice for regression; all is bagging),
  smallest leaf. At most 64 leaves a tree, which no tree on 147 sites reaches with leaves of 3;
  beyond, they keep saved members and maps within bounds.
- ``svm``: C and epsilon in SDs of the target, gamma per column (`fit_svr`).
- ``brt``: depth with leaves tied to it, smallest leaf; a slow learning rate and a bag of 0.6,
  within the half to three quarters of Elith et al. (2008).
- ``xgb``: the study's four axes (Yang et al. 2025): learning rate, depth, row share, rounds.

With more than 1000 rows the data carry deeper and finer models, so the grids move there, and keep
fewer points, because each costs more (`Learner.large_grid`). The search itself then looks at 1000
rows (`fold_tasks.tuning_rows`); the fit that follows takes all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Protocol

from features.errors import InputError, Problem

from .boosted_trees import fit_lightgbm, fit_xgboost, staged_lightgbm, staged_xgboost
from .design import FloatArray
from .encoding import Float32Array
from .params import Grid, Params
from .random_forest import BAG_ROWS, fit_random_forest, staged_random_forest
from .settings import ModelSettings
from .support_vector_regression import MAX_ROWS, fit_svr, staged_svr

LARGE = 1000
"""Rows beyond which `Learner.large_grid` replaces axes of the grid, and of one grid search."""


class Fitted(Protocol):
    """What every fit returns."""

    def predict(self, X: Float32Array) -> FloatArray:
        """Return predictions in the target's unit, shape (n,), for float32 columns (n, q)."""
        ...

    def portable(self) -> Any:
        """Return the model as plain arrays, for compact files and compiled prediction."""
        ...


@dataclass(frozen=True)
class Learner:
    """One way of learning a target from columns.

    Parameters
    ----------
    name, title : str
        Short name in files, and the name on plots.
    grid : mapping of parameter to values
        Default search space, each axis from simple to complex.
    stage : str or None
        The axis that one fit serves (``n_estimators``).
    fit : callable (X, y, params, seed) -> Fitted
        X float32 (n, q), y float64 (n,); one thread, deterministic.
    staged : callable (X, y, params, seed, stages, X_test) -> array (n_stages, n_test)
        Predictions of each stage from one fit; equal to refitting with that many trees.
    large_grid : mapping of parameter to values
        Axes that replace those of `grid` with more than `LARGE` rows.
    """

    name: str
    title: str
    grid: Grid
    stage: str | None
    fit: Callable[[Float32Array, FloatArray, Params, int], Fitted]
    staged: Callable[
        [Float32Array, FloatArray, Params, int, Sequence[int], Float32Array], FloatArray
    ]
    large_grid: Grid = field(default_factory=dict)

    def search_space(self, n_rows: int, override: Grid | None = None) -> dict[str, tuple[Any, ...]]:
        """Return the axes searched at this number of rows.

        Parameters
        ----------
        n_rows : int
            Number of sites.
        override : mapping of parameter to values, optional
            Axes that replace the defaults (``model.search`` of the manifest).

        Raises
        ------
        InputError
            If `override` names a parameter that the learner has not.
        """
        space = {**self.grid, **(self.large_grid if n_rows > LARGE else {}), **(override or {})}
        unknown = sorted(set(space) - set(self.grid))
        if unknown:
            raise InputError(
                [
                    Problem(
                        f"model.search.{self.name}.{name}",
                        f"{self.title} has no parameter {name!r}",
                        f"choose among {', '.join(sorted(self.grid))}",
                    )
                    for name in unknown
                ]
            )
        return {name: tuple(values) for name, values in space.items()}


def grid_points(space: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return every combination of the axes, the last axis running fastest."""
    return [dict(zip(space, values, strict=True)) for values in product(*space.values())]


LEARNERS: dict[str, Learner] = {
    learner.name: learner
    for learner in (
        Learner(
            name="rf",
            title="Random forest",
            grid={
                "min_samples_leaf": (10, 5, 3),
                "max_features": (1 / 3, 2 / 3),
                "max_leaf_nodes": (64,),
                "n_estimators": (50, 100, 200),
            },
            large_grid={
                "min_samples_leaf": (5, 3),
                "max_features": (1 / 3,),
                "max_leaf_nodes": (256,),
                "n_estimators": (50, 100),
            },
            stage="n_estimators",
            fit=fit_random_forest,
            staged=staged_random_forest,
        ),
        Learner(
            name="svm",
            title="Support vector machine",
            grid={
                "C": (0.3, 1.0, 3.0, 10.0),
                "gamma": (0.1, 0.3, 1.0, 3.0),
                "epsilon": (0.3, 0.1),
            },
            large_grid={"C": (1.0, 3.0), "gamma": (0.1, 0.3, 1.0), "epsilon": (0.1,)},
            stage=None,
            fit=fit_svr,
            staged=staged_svr,
        ),
        Learner(
            name="brt",
            title="Boosted regression trees",
            grid={
                "max_depth": (2, 3, 4),
                "min_data_in_leaf": (10, 5, 3),
                "bagging_fraction": (0.6,),
                "learning_rate": (0.05,),
                "n_estimators": (25, 50, 100, 150, 200, 300),
            },
            large_grid={
                "max_depth": (4, 6),
                "min_data_in_leaf": (10, 5),
                "n_estimators": (100, 200),
            },
            stage="n_estimators",
            fit=fit_lightgbm,
            staged=staged_lightgbm,
        ),
        Learner(
            name="xgb",
            title="XGBoost",
            grid={
                "max_depth": (2, 3, 4),
                "learning_rate": (0.05, 0.1),
                "subsample": (0.6, 0.8),
                "colsample_bytree": (0.8,),
                "min_child_weight": (3.0,),
                "n_estimators": (25, 50, 100, 150, 200, 300),
            },
            large_grid={
                "max_depth": (4, 6),
                "learning_rate": (0.05,),
                "n_estimators": (100, 200),
            },
            stage="n_estimators",
            fit=fit_xgboost,
            staged=staged_xgboost,
        ),
    )
}


def limits(settings: ModelSettings, n_sites: int) -> list[str]:
    """Return what is cut short at this number of sites, one sentence each, for the issue log."""
    said = []
    if n_sites > LARGE:
        names = ", ".join(name for name in settings.learners if LEARNERS[name].large_grid)
        said.append(
            f"more than {LARGE} sites: the search spaces of {names} have fewer points, and nested "
            f"grid searches look at {LARGE} training sites"
        )
    leaves = max(LEARNERS["rf"].search_space(n_sites)["max_leaf_nodes"])
    # a bag holds 63 % of the sites, and leaves hold 3 or more of them
    if "rf" in settings.learners and 0.63 * n_sites / 3 > leaves:
        said.append(f"random forest trees are capped at {leaves} leaves")
    if n_sites > BAG_ROWS and "rf" in settings.learners:
        said.append(f"more than {BAG_ROWS} sites: each random forest tree draws {BAG_ROWS} of them")
    if n_sites > MAX_ROWS and "svm" in settings.learners:
        said.append(
            f"more than {MAX_ROWS} sites: each support vector machine is fitted on a random "
            f"{MAX_ROWS} of its training sites"
        )
    return said
