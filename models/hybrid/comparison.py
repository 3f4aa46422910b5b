"""The comparison table: scores of each approach, and differences of RMSE with their limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..design import Design, FloatArray, IntArray
from ..fold_tasks import seed_of
from ..folds import spatial_blocks
from ..metrics import bootstrap_ci, score_all
from .approaches import APPROACHES, ML, ML_INPUTS
from .paired_bootstrap import drawn_rmse, expanded_level, limits, with_training

SCORES = ("rmse", "mae", "bias", "mec", "ccc")
REFERENCES = {"d_rmse": ML, "d_rmse_inputs": ML_INPUTS}
"""Columns of differences, and the approach that is subtracted."""


def comparison_columns() -> tuple[str, ...]:
    """Return the columns of ``comparison.csv``."""
    limited = (*SCORES, *REFERENCES)
    return (
        "approach",
        "depth",
        "scheme",
        "n",
        "n_missing",
        "n_units",
        *(name for one in limited for name in (one, f"{one}_lo", f"{one}_hi")),
    )


def comparison_table(
    predictions: pd.DataFrame, design: Design, block_size_m: float, seed: int
) -> pd.DataFrame:
    """Score each approach under each scheme at each depth, all on the same sites.

    Parameters
    ----------
    predictions : DataFrame
        Of `held_out_predictions`.
    design : Design
        All sites.
    block_size_m : float
        Side in m of the blocks that are drawn whole for spatial folds. For random folds sites are
        drawn, those that never part between folds together.
    seed : int
        Of the run.

    Returns
    -------
    DataFrame
        `n` sites that every approach predicts under every fold seed, `n_missing` that one does
        not, `n_units` sites or blocks that were drawn; scores over sites and fold seeds with 95 %
        limits; ``d_rmse`` is the RMSE minus that of ``ml``, ``d_rmse_inputs`` minus that of
        ``ml_inputs``, below zero where the approach is better, NaN against itself. Limits of
        differences count the choice of training sites too (`with_training`).
    """
    blocks = spatial_blocks(design.xy, design.groups, block_size_m)
    draw_seed = seed_of(seed, "scores", 0)
    rows = []
    for (scheme, depth), part in predictions.groupby(["scheme", "depth"], sort=False):
        approaches = [name for name in APPROACHES if (part["approach"] == name).any()]
        ids, observed, predicted = _cube(part, approaches)
        common = np.isfinite(predicted).all(axis=(0, 1))
        site = pd.Index(design.ids).get_indexer(ids)
        units = (blocks if scheme == "spatial" else design.groups)[site][common]
        n_folds = part["fold"].nunique()
        scored = _scored(
            approaches, observed[common], predicted[:, :, common], units, n_folds, draw_seed
        )
        for approach, scores in zip(approaches, scored, strict=True):
            names = {"approach": approach, "depth": depth, "scheme": scheme}
            counts = {"n_missing": int((~common).sum()), "n_units": len(np.unique(units))}
            rows.append({**names, "n": int(common.sum()), **counts, **scores})
    return pd.DataFrame(rows, columns=list(comparison_columns()))


def _cube(part: pd.DataFrame, approaches: Sequence[str]) -> tuple[pd.Index, FloatArray, FloatArray]:
    """Return the ids, what was observed (n,), and what was predicted (approaches, seeds, n)."""
    observed = part.groupby("id", sort=False)["observed"].first()
    wide = part.pivot(index=["approach", "seed"], columns="id", values="predicted")
    in_order = wide.reindex(columns=observed.index)
    by_approach = [in_order.xs(approach, level="approach").to_numpy() for approach in approaches]
    return observed.index, observed.to_numpy(np.float64), np.stack(by_approach)


def _scored(
    approaches: Sequence[str],
    observed: FloatArray,
    predicted: FloatArray,
    units: IntArray,
    n_folds: int,
    seed: int,
) -> list[dict[str, float]]:
    """Return scores, differences and limits of each approach; NaN without sites."""
    if not len(observed):
        return [{} for _ in approaches]
    squared = np.square(predicted - observed).mean(axis=1)
    found, draws = np.sqrt(squared.mean(axis=1)), drawn_rmse(squared, units, seed)
    n_units = len(np.unique(units))
    rows = []
    for k, approach in enumerate(approaches):
        row = _scores(observed, predicted[k], units, seed)
        for name, reference in REFERENCES.items():
            if approach != reference and reference in approaches:
                base = approaches.index(reference)
                row[name] = float(found[k] - found[base])
                between = limits(draws[:, k] - draws[:, base], n_units)
                between = with_training(row[name], between, n_folds)
                row[f"{name}_lo"], row[f"{name}_hi"] = between
        rows.append(row)
    return rows


def _scores(
    observed: FloatArray, predicted: FloatArray, units: IntArray, seed: int
) -> dict[str, float]:
    """Return the scores over all sites and fold seeds; a unit is drawn with all its seeds."""
    n_seeds, n_units = len(predicted), len(np.unique(units))
    o, p = np.tile(observed, n_seeds), predicted.reshape(-1)
    scores = score_all(o, p)
    drawn = np.tile(units, n_seeds)
    between = {}
    if n_units > 1:
        between = bootstrap_ci(o, p, blocks=drawn, level=expanded_level(n_units), seed=seed)
    row = {}
    for name in SCORES:
        row[name] = scores[name]
        row[f"{name}_lo"], row[f"{name}_hi"] = between.get(name, (np.nan, np.nan))
    return row
