"""Shapley values of one fitted model: exact along the trees, or by coalitions for any other.

Both share out f(x) - base among the variables without remainder. For trees the base is what the
trees predict on average over their own training rows (path-dependent TreeSHAP, Lundberg et al.
2020); for other models it is the mean over background sites whose values stand in for "unknown".
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from .portable import PortableModel
from .tree_ensemble import TreeEnsemble

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

EXACT_PLAYERS = 6
"""Up to this many variables all 2^p coalitions are evaluated; beyond, random orders."""
RANDOM_ORDERS = 8
"""Orders of the variables drawn, each used forward and backward: a pair of opposite orders shares
out effects of one variable and of two together exactly, only triples are left to chance."""
ROWS_AT_ONCE = 200_000


@dataclass(frozen=True)
class Background:
    """Sites that stand in for an unknown value.

    Parameters
    ----------
    rows : array of float32, shape (b, q)
        Encoded covariates of real sites, so that no class is half another.
    weights : array of float64, shape (b,)
        Share of all sites each stands for.
    """

    rows: Float32Array
    weights: FloatArray


def background_sites(encoded: Float32Array, scale: FloatArray, n: int, seed: int) -> Background:
    """Summarise sites by the one nearest to each k-means centre, weighted by its cluster's size.

    Parameters
    ----------
    encoded : array of float32, shape (sites, q)
    scale : array of float64, shape (q,)
        SD of each column, 1 where it is constant: distances are standardised.
    n : int
        Number of clusters.
    seed : int
    """
    from scipy.cluster.vq import kmeans2
    from scipy.spatial.distance import cdist

    scaled = encoded / scale
    n_clusters = min(n, len(np.unique(scaled, axis=0)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of empty clusters: they are left out below
        centres, cluster = kmeans2(scaled, n_clusters, minit="++", seed=seed, iter=20)
    used, sizes = np.unique(cluster, return_counts=True)
    nearest = cdist(centres[used], scaled).argmin(axis=1)
    return Background(encoded[nearest], sizes / len(encoded))


def tree_shap(model: TreeEnsemble, encoded: Float32Array) -> tuple[FloatArray, float]:
    """Return path-dependent SHAP values of each encoded column, and the base value.

    Parameters
    ----------
    model : TreeEnsemble
    encoded : array of float32, shape (n, q)

    Returns
    -------
    array of float64, shape (n, q)
        In the unit of the target; rows add up to prediction minus base.
    float
        Mean of the trees' predictions over the rows they were grown on.
    """
    explainer = _tree_explainer()(
        {
            "trees": [_shap_tree(model, tree) for tree in range(model.n_trees)],
            "base_offset": model.base,
            "input_dtype": np.float32,
            "internal_dtype": np.float64,
            "objective": "squared_error",
            "tree_output": "raw_value",
        },
        feature_perturbation="tree_path_dependent",
    )
    values = explainer.shap_values(encoded, check_additivity=False)
    return np.asarray(values, dtype=np.float64), np.asarray(explainer.expected_value).item()


def coalition_shap(
    model: PortableModel,
    encoded: Float32Array,
    variable_of: IntArray,
    background: Background,
    seed: int,
) -> tuple[FloatArray, float]:
    """Return Shapley values of each variable for any model, and the base value.

    Unknown variables take the values of the background sites. All indicator columns of a category
    are known or unknown together.

    Parameters
    ----------
    model : PortableModel
    encoded : array of float32, shape (n, q)
    variable_of : array of int64, shape (q,)
        Variable, 0 to p - 1, of each encoded column.
    background : Background
    seed : int
        Draws the orders where there are too many variables to try all coalitions.

    Returns
    -------
    array of float64, shape (n, p)
        Rows add up to prediction minus base.
    float
        Weighted mean prediction of the background sites.
    """
    coalitions, weights = _coalitions(int(variable_of.max()) + 1, seed)
    known = coalitions[:, variable_of]
    n, b = len(encoded), len(background.rows)
    worth = np.empty((len(known), n))
    step = max(1, ROWS_AT_ONCE // (n * b))
    for start in range(0, len(known), step):
        part = known[start : start + step, None, None, :]
        mixed = np.where(part, encoded[None, :, None, :], background.rows[None, None, :, :])
        predicted = model.predict(mixed.reshape(-1, encoded.shape[1]))
        worth[start : start + step] = predicted.reshape(-1, n, b) @ background.weights
    base = float(model.predict(background.rows) @ background.weights)
    return (weights @ worth).T, base


def _tree_explainer() -> Any:
    """Import shap, which on import sets colours in a way that matplotlib will give up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        from shap import TreeExplainer
    return TreeExplainer


def _shap_tree(model: TreeEnsemble, tree: int) -> dict[str, npt.NDArray[Any]]:
    """Return one tree in the form shap takes; it fills in the means of inner nodes itself."""
    nodes = slice(*model.offsets[tree : tree + 2])
    leaf = model.feature[nodes] < 0
    left = np.where(leaf, -1, model.left[nodes]).astype(np.int32)
    # shap sends x <= threshold left, we x < threshold: the same for the float32 just below
    below = np.nextafter(model.threshold[nodes], np.float32(-np.inf))
    return {
        "children_left": left,
        "children_right": np.where(leaf, -1, model.right[nodes]).astype(np.int32),
        "children_default": left,
        "features": model.feature[nodes].astype(np.int32),
        "thresholds": below.astype(np.float64),
        "values": model.value[nodes].astype(np.float64)[:, None],
        "node_sample_weight": model.cover[nodes].astype(np.float64),
    }


def _coalitions(p: int, seed: int) -> tuple[BoolArray, FloatArray]:
    """Return coalitions of p variables, bool (c, p), and the weights (p, c) that share out worth.

    Every row of weights gives a variable's Shapley value from the worths of the coalitions:
    Shapley's formula over all of them, or its mean over random orders, each taken both ways.
    """
    return _all_coalitions(p) if p <= EXACT_PLAYERS else _ordered_coalitions(p, seed)


def _all_coalitions(p: int) -> tuple[BoolArray, FloatArray]:
    number = np.arange(2**p)
    known = (number[:, None] >> np.arange(p) & 1).astype(bool)
    size = known.sum(axis=1)
    # a variable joins a coalition of s others in s! (p - 1 - s)! of the p! orders
    share = np.array([1 / (p * comb(p - 1, s)) for s in range(p)])
    joined = np.where(known.T, share[np.maximum(size - 1, 0)], 0.0)
    absent = np.where(known.T, 0.0, -share[np.minimum(size, p - 1)])
    return known, joined + absent


def _ordered_coalitions(p: int, seed: int) -> tuple[BoolArray, FloatArray]:
    random = np.random.default_rng(seed)
    forward = np.array([random.permutation(p) for _ in range(RANDOM_ORDERS)])
    orders = np.concatenate([forward, forward[:, ::-1]])
    known = np.zeros((len(orders), p + 1, p), dtype=bool)
    weights = np.zeros((p, len(orders), p + 1))
    for k, order in enumerate(orders):
        known[k] = np.argsort(order) < np.arange(p + 1)[:, None]
        weights[order, k, np.arange(p) + 1] += 1 / len(orders)
        weights[order, k, np.arange(p)] -= 1 / len(orders)
    distinct, number = np.unique(known.reshape(-1, p), axis=0, return_inverse=True)
    merged = [np.bincount(number.ravel(), share, len(distinct)) for share in weights.reshape(p, -1)]
    return distinct, np.stack(merged)
