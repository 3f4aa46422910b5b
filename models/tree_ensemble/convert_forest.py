"""scikit-learn forests as `TreeEnsemble`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .ensemble import Tree, TreeEnsemble, first_right_float32, join


def from_forest(forest: Any) -> TreeEnsemble:
    """Convert a scikit-learn forest of one numeric target: the mean of its trees.

    Parameters
    ----------
    forest : sklearn.ensemble.RandomForestRegressor or ExtraTreesRegressor
        Fitted.

    Returns
    -------
    TreeEnsemble
        `base` is the mean of the roots; each leaf holds its deviation from it over the number of
        trees.

    Raises
    ------
    ValueError
        For several targets.
    """
    if forest.n_outputs_ != 1:
        raise ValueError(f"only models of one target can be converted, got {forest.n_outputs_}")
    grown = [estimator.tree_ for estimator in forest.estimators_]
    base = float(np.mean([tree.value[0, 0, 0] for tree in grown]))
    return join([_tree(tree, base, len(grown)) for tree in grown], base, forest.n_features_in_)


def _tree(tree: Any, base: float, n_trees: int) -> Tree:
    leaf = tree.children_left < 0
    return Tree(
        feature=np.where(leaf, -1, tree.feature),
        threshold=first_right_float32(tree.threshold),
        left=tree.children_left,
        right=tree.children_right,
        value=(tree.value[:, 0, 0] - base) / n_trees,
        cover=tree.weighted_n_node_samples,
    )
