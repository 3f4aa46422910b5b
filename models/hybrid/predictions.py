"""From fold results to long tables: held-out predictions, and the ensemble's weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from features.depths import depth_key

from ..design import Design
from .approaches import APPROACHES
from .hybrid_fold import HybridFold

PREDICTION_COLUMNS = (
    "approach",
    "scheme",
    "seed",
    "fold",
    "id",
    "depth",
    "observed",
    "predicted",
)
WEIGHT_COLUMNS = ("scheme", "seed", "fold", "sharpness", "effective_members", "member", "weight")


def held_out_predictions(design: Design, results: Sequence[HybridFold]) -> pd.DataFrame:
    """Return one row for each approach, fold and held-out site observed at a depth.

    Parameters
    ----------
    design : Design
        All sites.
    results : sequence of HybridFold
        One a task, in any order.

    Returns
    -------
    DataFrame
        approach, scheme, seed, fold, id, depth, observed, predicted; `predicted` is NaN where the
        fold could not predict the site.
    """
    parts = []
    for result in sorted(results, key=lambda one: (one.fold_seed, one.scheme, one.fold)):
        for approach in APPROACHES:
            for k, depth in enumerate(design.depths):
                observed = design.targets[result.test, k]
                seen = np.isfinite(observed)
                part = {
                    "approach": approach,
                    "scheme": result.scheme,
                    "seed": result.fold_seed,
                    "fold": result.fold,
                    "id": design.ids[result.test][seen],
                    "depth": depth_key(depth),
                    "observed": observed[seen],
                    "predicted": result.predicted[approach][seen, k],
                }
                parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)[list(PREDICTION_COLUMNS)]


def weight_table(results: Sequence[HybridFold]) -> pd.DataFrame:
    """Return the weight of each ensemble member in each fold.

    Returns
    -------
    DataFrame
        scheme, seed, fold, sharpness, effective_members (1 / sum of squared weights), member,
        weight.
    """
    parts = [
        pd.DataFrame(
            {
                "scheme": result.scheme,
                "seed": result.fold_seed,
                "fold": result.fold,
                "sharpness": result.sharpness,
                "effective_members": 1 / float(np.square(result.weights).sum()),
                "member": np.arange(len(result.weights)),
                "weight": result.weights,
            }
        )
        for result in sorted(results, key=lambda one: (one.fold_seed, one.scheme, one.fold))
    ]
    return pd.concat(parts, ignore_index=True)[list(WEIGHT_COLUMNS)]
