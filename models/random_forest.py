"""Random forest: bagged scikit-learn regression trees.

The trees are scikit-learn's; the loop that bags them is ours, because `RandomForestRegressor`
spends as much time around each tree as in it at this size of data (measured: twice as slow at
n = 106) and cannot be read out tree by tree without refitting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .design import FloatArray
from .encoding import Float32Array
from .params import Params

BAG_ROWS = 3000
"""Rows drawn for one tree at most, so that the cost of a forest does not grow without end; where
there are more, `learners.limits` says so."""


@dataclass(frozen=True)
class RandomForest:
    """A fitted forest: the mean of its trees.

    Parameters
    ----------
    estimators_ : sequence of DecisionTreeRegressor
        Named as scikit-learn names them, so that whatever reads one of its forests reads this.
    n_features_in_ : int
        Number of encoded columns.
    n_outputs_ : int
        One target.
    """

    estimators_: Sequence[Any]
    n_features_in_: int
    n_outputs_: int = 1

    def predict(self, X: Float32Array) -> FloatArray:
        """Return the mean over the trees, shape (n,)."""
        return np.asarray(_tree_predictions(self.estimators_, X).mean(axis=0), dtype=np.float64)

    def portable(self) -> Any:
        """Return the forest as flat arrays (`tree_ensemble.TreeEnsemble`)."""
        from .tree_ensemble import from_forest

        return from_forest(self)


def fit_random_forest(X: Float32Array, y: FloatArray, params: Params, seed: int) -> RandomForest:
    """Fit ``n_estimators`` trees, each on a bootstrap sample of the rows (Breiman 2001)."""
    # DecisionTreeRegressor checks its arguments on every call; one forest asks 200 times.
    from sklearn import config_context
    from sklearn.tree import DecisionTreeRegressor

    n = len(y)
    rng = np.random.default_rng(seed)
    trees = []
    with config_context(skip_parameter_validation=True, assume_finite=True):
        for _ in range(int(params["n_estimators"])):
            drawn = rng.integers(n, size=min(n, BAG_ROWS))
            in_bag = np.bincount(drawn, minlength=n).astype(np.float64)
            tree = DecisionTreeRegressor(
                max_features=float(params["max_features"]),
                min_samples_leaf=int(params["min_samples_leaf"]),
                max_leaf_nodes=int(params["max_leaf_nodes"]),
                random_state=int(rng.integers(2**31)),
            )
            trees.append(tree.fit(X, y, sample_weight=in_bag, check_input=False))
    return RandomForest(trees, X.shape[1])


def staged_random_forest(
    X: Float32Array,
    y: FloatArray,
    params: Params,
    seed: int,
    stages: Sequence[int],
    X_test: Float32Array,
) -> FloatArray:
    """Predict with the first trees of one forest, shape (len(stages), n_test).

    A forest of k trees with a seed is the first k trees of any larger one with that seed.
    """
    forest = fit_random_forest(X, y, {**params, "n_estimators": max(stages)}, seed)
    total = np.cumsum(_tree_predictions(forest.estimators_, X_test), axis=0)
    return np.stack([total[k - 1] / k for k in stages])


def _tree_predictions(trees: Sequence[Any], X: Float32Array) -> npt.NDArray[np.float64]:
    """Return what each tree says, shape (n_trees, n); `tree_` skips the per-call checks."""
    columns = np.ascontiguousarray(X, dtype=np.float32)
    return np.stack([tree.tree_.predict(columns).reshape(-1) for tree in trees])
