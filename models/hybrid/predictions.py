"""From fold results to long tables: held-out predictions, and the ensemble's weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd

from features.depths import depth_key

from ..design import Design
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
        One a task, in any order; all of the same approaches.

    Returns
    -------
    DataFrame
        approach, scheme, seed, fold, id, depth, observed, predicted; `predicted` is NaN where the
        fold could not predict the site.
    """
    site = np.concatenate([result.test for result in results])
    size = [len(result.test) for result in results]
    fold = {
        "scheme": np.repeat([result.scheme for result in results], size),
        "seed": np.repeat([result.fold_seed for result in results], size),
        "fold": np.repeat([result.fold for result in results], size),
        "id": design.ids[site],
    }
    parts = []
    for approach in results[0].predicted:
        predicted = np.concatenate([result.predicted[approach] for result in results])
        for k, depth in enumerate(design.depths):
            values = {"observed": design.targets[site, k], "predicted": predicted[:, k]}
            names = {"approach": approach, "depth": depth_key(depth)}
            part = pd.DataFrame({**fold, **names, **values})
            parts.append(part[np.isfinite(part["observed"])])
    table = pd.concat(parts)[list(PREDICTION_COLUMNS)]
    order = ["scheme", "seed", "approach", "depth", "fold"]
    return cast(pd.DataFrame, table.sort_values(order, kind="stable", ignore_index=True))


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
