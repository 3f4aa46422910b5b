"""LightGBM boosters as `TreeEnsemble`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .ensemble import Tree, TreeEnsemble, first_right_float32, join

_CATEGORICAL = 1
_MISSING_IS_ZERO = 1
_ZERO = float(np.float32(1e-35))  # LightGBM reads any |x| up to this as 0


def from_lightgbm(booster: Any) -> TreeEnsemble:
    """Convert a LightGBM model of one numeric target.

    Parameters
    ----------
    booster : lightgbm.Booster or lightgbm.LGBMModel
        Trees on numeric columns, boosted or averaged (``boosting="rf"``).

    Returns
    -------
    TreeEnsemble
        Its `base` is the mean that LightGBM hides in the leaves of the first tree (of every tree
        where they are averaged).

    Raises
    ------
    ValueError
        For several targets, linear leaves, categorical splits or zeros treated as missing.
    """
    booster = getattr(booster, "booster_", booster)
    header, *blocks = booster.model_to_string().split("\nTree=")
    settings = _settings(header)
    if int(settings["num_tree_per_iteration"]) != 1:
        raise ValueError("only models of a single target can be converted")
    objective = settings.get("objective", "regression").split()
    if objective[0] not in ("regression", "regression_l1", "huber", "fair", "quantile", "custom"):
        raise ValueError(f"only objectives without a link can be converted, not {objective[0]!r}")
    if "sqrt" in objective:
        raise ValueError("reg_sqrt models cannot be converted: they predict through a link")
    trees = [_tree(_settings(block.split("\nend of trees")[0])) for block in blocks]
    averaged = "average_output" in header.splitlines()
    n_features = int(settings["max_feature_idx"]) + 1
    return join(*_centred(trees, averaged), n_features)


def _settings(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.splitlines() if "=" in line)


def _numbers(block: dict[str, str], key: str, kind: Any) -> npt.NDArray[Any]:
    return np.array(block.get(key, "").split(), dtype=kind)


def _tree(block: dict[str, str]) -> Tree:
    """Read one tree: inner nodes first, as LightGBM has them, then its leaf ~k as n_inner + k."""
    if block.get("is_linear", "0") != "0":
        raise ValueError("linear leaves cannot be converted: fit with linear_tree=False")
    decision = _numbers(block, "decision_type", np.int64)
    if (decision & _CATEGORICAL).any():
        raise ValueError("splits on categories cannot be converted: encode them as columns")
    if ((decision >> 2) & 3 == _MISSING_IS_ZERO).any():
        raise ValueError("zero_as_missing models cannot be converted")
    leaf_value = _numbers(block, "leaf_value", np.float64)
    inner, leaves = len(decision), len(leaf_value)
    children = [_numbers(block, key, np.int64) for key in ("left_child", "right_child")]
    left, right = (np.where(child < 0, inner + ~child, child) for child in children)
    nothing = np.zeros(leaves, dtype=np.int64)
    covers = [_numbers(block, key, np.float64) for key in ("internal_count", "leaf_count")]
    if len(covers[1]) != leaves:  # a tree that is one leaf states no count
        covers[1] = np.ones(leaves)
    return Tree(
        feature=np.concatenate([_numbers(block, "split_feature", np.int64), nothing - 1]),
        threshold=np.concatenate([_first_right(_numbers(block, "threshold", np.float64)), nothing]),
        left=np.concatenate([left, nothing]),
        right=np.concatenate([right, nothing]),
        value=np.concatenate([np.zeros(inner), leaf_value]),
        cover=np.concatenate(covers),
    )


def _first_right(threshold: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    zero_goes_right = threshold == -_ZERO
    return np.where(zero_goes_right, np.float32(-_ZERO), first_right_float32(threshold))


def _centred(trees: list[Tree], averaged: bool) -> tuple[list[Tree], float]:
    """Move the mean out of the leaves, so that float32 sums run over deviations."""
    with_mean = trees if averaged else trees[:1]
    means = [np.average(tree.value[_leaves(tree)], weights=tree.cover[_leaves(tree)])
             for tree in with_mean]  # fmt: skip
    base = float(np.mean(means)) if means else 0.0
    share = 1.0 / len(trees) if averaged and trees else 1.0
    centred = [_shifted(tree, base, share) for tree in with_mean]
    return centred + trees[len(centred) :], base


def _leaves(tree: Tree) -> npt.NDArray[np.bool_]:
    return np.asarray(tree.feature < 0)


def _shifted(tree: Tree, base: float, share: float) -> Tree:
    value = np.where(_leaves(tree), (tree.value - base) * share, 0.0)
    return Tree(tree.feature, tree.threshold, tree.left, tree.right, value, tree.cover)
