"""XGBoost boosters as `TreeEnsemble`."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import ubjson
from .ensemble import Tree, TreeEnsemble, join


def from_xgboost(booster: Any) -> TreeEnsemble:
    """Convert an XGBoost model of one numeric target.

    Parameters
    ----------
    booster : xgboost.Booster or xgboost.XGBModel
        Trees on numeric columns with squared-error objective (no link function).

    Returns
    -------
    TreeEnsemble
        Predicts what XGBoost predicts, bit for bit.

    Raises
    ------
    ValueError
        For linear or dart boosters, several targets, or splits on XGBoost's own categories.
    """
    if hasattr(booster, "get_booster"):
        booster = booster.get_booster()
    learner = ubjson.loads(bytes(booster.save_raw(raw_format="ubj")))["learner"]
    boosting = learner["gradient_booster"]
    if boosting["name"] != "gbtree":
        raise ValueError(f"only gbtree boosters can be converted, not {boosting['name']!r}")
    objective = learner["objective"]["name"]
    if objective not in ("reg:squarederror", "reg:absoluteerror"):
        raise ValueError(f"only objectives without a link can be converted, not {objective!r}")
    parameters = learner["learner_model_param"]
    if int(parameters.get("num_target", "1")) > 1 or int(parameters["num_class"]) > 1:
        raise ValueError("only models of a single target can be converted")
    trees = [_tree(tree) for tree in boosting["model"]["trees"]]
    base = float(parameters["base_score"].strip("[]"))
    n_features = int(parameters["num_feature"])
    return join(trees, float(np.float32(base)), n_features, base_first=True)


def _tree(tree: dict[str, Any]) -> Tree:
    if len(tree["categories"]):
        raise ValueError("splits on categories cannot be converted: encode them as columns")
    left = np.asarray(tree["left_children"])
    leaf = left < 0
    conditions = np.asarray(tree["split_conditions"])
    return Tree(
        feature=np.where(leaf, -1, tree["split_indices"]),
        threshold=conditions,
        left=left,
        right=np.asarray(tree["right_children"]),
        value=conditions,  # XGBoost keeps a leaf's value where an inner node has its threshold
        cover=np.asarray(tree["sum_hessian"]),
    )
