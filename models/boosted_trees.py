"""Boosted trees: XGBoost, and stochastic gradient boosting (BRT) as LightGBM.

Every fit uses one thread. Fits run in parallel instead: an OpenMP team per fit gains 1.2 times on a
quiet machine and loses up to a thousand times on a busy one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .design import FloatArray
from .encoding import Float32Array
from .params import Params

EXACT_UP_TO = 1000
"""Rows up to which XGBoost tries every split; beyond, histograms of 256 bins are faster."""


@dataclass(frozen=True)
class XGBoostModel:
    """A fitted XGBoost booster."""

    booster: Any

    def predict(self, X: Float32Array) -> FloatArray:
        """Return predictions, shape (n,)."""
        return np.asarray(self.booster.inplace_predict(X), dtype=np.float64)

    def portable(self) -> Any:
        """Return the booster as flat arrays (`tree_ensemble.TreeEnsemble`)."""
        from .tree_ensemble import from_xgboost

        return from_xgboost(self.booster)


@dataclass(frozen=True)
class LightGBMModel:
    """A fitted LightGBM booster."""

    booster: Any

    def predict(self, X: Float32Array) -> FloatArray:
        """Return predictions, shape (n,)."""
        return np.asarray(self.booster.predict(X, num_threads=1), dtype=np.float64)

    def portable(self) -> Any:
        """Return the booster as flat arrays (`tree_ensemble.TreeEnsemble`)."""
        from .tree_ensemble import from_lightgbm

        return from_lightgbm(self.booster)


def fit_xgboost(X: Float32Array, y: FloatArray, params: Params, seed: int) -> XGBoostModel:
    """Fit ``n_estimators`` rounds of XGBoost (Chen & Guestrin 2016)."""
    import xgboost

    settings = {
        "max_depth": int(params["max_depth"]),
        "eta": float(params["learning_rate"]),
        "subsample": float(params["subsample"]),
        "colsample_bytree": float(params["colsample_bytree"]),
        "min_child_weight": float(params["min_child_weight"]),
        "base_score": float(y.mean()),
        "tree_method": "exact" if len(y) <= EXACT_UP_TO else "hist",
        "nthread": 1,
        "seed": seed,
        "verbosity": 0,
    }
    data = xgboost.DMatrix(X, y, nthread=1)
    return XGBoostModel(xgboost.train(settings, data, int(params["n_estimators"])))


def staged_xgboost(
    X: Float32Array,
    y: FloatArray,
    params: Params,
    seed: int,
    stages: Sequence[int],
    X_test: Float32Array,
) -> FloatArray:
    """Predict with the first rounds of one fit, shape (len(stages), n_test)."""
    booster = fit_xgboost(X, y, {**params, "n_estimators": max(stages)}, seed).booster
    # inplace_predict: a DMatrix remembers its last prediction.
    return np.stack(
        [
            np.asarray(booster.inplace_predict(X_test, iteration_range=(0, k)), dtype=np.float64)
            for k in stages
        ]
    )


def fit_lightgbm(X: Float32Array, y: FloatArray, params: Params, seed: int) -> LightGBMModel:
    """Fit ``n_estimators`` rounds of stochastic gradient boosting (Friedman 2002; Elith 2008)."""
    booster, _ = _boost_lightgbm(X, y, params, seed, [int(params["n_estimators"])])
    return LightGBMModel(booster)


def staged_lightgbm(
    X: Float32Array,
    y: FloatArray,
    params: Params,
    seed: int,
    stages: Sequence[int],
    X_test: Float32Array,
) -> FloatArray:
    """Predict with the first rounds of one fit, shape (len(stages), n_test)."""
    booster, n_trees = _boost_lightgbm(X, y, params, seed, stages)
    return np.stack(
        [
            np.asarray(booster.predict(X_test, num_iteration=k, num_threads=1), dtype=np.float64)
            for k in n_trees
        ]
    )


def _boost_lightgbm(
    X: Float32Array, y: FloatArray, params: Params, seed: int, stages: Sequence[int]
) -> tuple[Any, list[int]]:
    """Boost for as many rounds as the largest stage; return the trees there were at each stage.

    A round whose bag allows no split adds no tree, so rounds and trees must be told apart.
    """
    import lightgbm

    depth = int(params["max_depth"])
    settings = {
        "objective": "regression",
        "max_depth": depth,
        # a full tree of that depth, so that depth alone sets the order of interactions
        "num_leaves": 2**depth,
        "learning_rate": float(params["learning_rate"]),
        "bagging_fraction": float(params["bagging_fraction"]),
        "bagging_freq": 1,
        # LightGBM's default of 20 would leave 147 sites with hardly a split
        "min_data_in_leaf": int(params["min_data_in_leaf"]),
        "min_data_in_bin": 1,
        "feature_pre_filter": False,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": seed,
        "verbosity": -1,
    }
    booster = lightgbm.Booster(settings, lightgbm.Dataset(X, y, params=settings))
    trees_after = [0]
    for _ in range(max(stages)):
        booster.update()
        trees_after.append(booster.current_iteration())
    return booster, [trees_after[k] for k in stages]
