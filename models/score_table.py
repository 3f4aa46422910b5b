"""Scores of all learners under all schemes, and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.depths import depth_key

from .design import BoolArray, Design, IntArray
from .fold_collection import SELECTED, CrossValidation
from .fold_tasks import SITE_SUFFIX, seed_of
from .folds import spatial_blocks
from .metrics import SCORE_NAMES, bias, bootstrap_ci, flatten, mae, mec, rmse, score_all
from .settings import STUDY, ModelSettings

KEYS = ["learner", "scheme", "depth"]


@dataclass(frozen=True)
class LearnerChoice:
    """The learner that draws the maps.

    Parameters
    ----------
    name : str
        Lowest RMSE of the modelled depth under `scheme`.
    scheme : str
        Nested scheme that decided.
    rmse : float
        That RMSE, in the target's unit.
    by_scheme : dict of scheme to learner
        What each nested scheme would choose.
    statement : str
        One sentence for the report.
    """

    name: str
    scheme: str
    rmse: float
    by_scheme: dict[str, str]
    statement: str


def score_table(
    predictions: pd.DataFrame,
    design: Design,
    settings: ModelSettings,
    block_size_m: float,
    *,
    measured_bd_only: bool = False,
    n_draws: int = 2000,
) -> pd.DataFrame:
    """Score each learner under each scheme at each depth.

    Parameters
    ----------
    predictions : DataFrame
        Of `collect`.
    design : Design
        All sites.
    settings : ModelSettings
        For the seed of the draws.
    block_size_m : float
        Side in m of the blocks that are drawn whole for scores of spatial folds; scores of other
        schemes draw sites.
    measured_bd_only : bool
        Leave out sites any of whose bulk densities was filled, down to the depth that is scored.
    n_draws : int
        Bootstrap resamples behind the 95 % limits.

    Returns
    -------
    DataFrame
        Columns of ``scores.csv``. Sites that a fold could not predict are counted in
        ``n_missing`` and take no part in the scores.
    """
    block = pd.Series(spatial_blocks(design.xy, design.groups, block_size_m), index=design.ids)
    if measured_bd_only:
        predictions = predictions[_measured(predictions, design)]
    seed = seed_of(settings.seed, "scores", 0)
    rows = []
    for key, part in predictions.groupby(KEYS, sort=False):
        learner, scheme, depth = (str(name) for name in key)
        blocks = block.loc[part["id"]].to_numpy() if scheme.startswith("spatial") else None
        names = {"learner": learner, "scheme": scheme, "depth": depth}
        rows.append({**names, **_row(part, blocks, n_draws, seed)})
    columns = [*KEYS, "n", "n_missing", *flatten(dict.fromkeys(SCORE_NAMES, np.nan), {})]
    return pd.DataFrame(rows, columns=columns)


def _measured(predictions: pd.DataFrame, design: Design) -> BoolArray:
    """Return which predictions are of targets without filled bulk density, shape (rows,).

    Below the modelled depth a filled gravel content leaves a site out too: there the design knows
    the error of both fills together.
    """
    kept = design.measured_bd[:, np.newaxis] & (design.fill_log_sd == 0)
    kept[:, 0] = design.measured_bd
    keys = [depth_key(depth) for depth in design.depths]
    site = pd.Index(design.ids).get_indexer(pd.Index(predictions["id"]))
    depth = pd.Index(keys).get_indexer(pd.Index(predictions["depth"]))
    return np.asarray(kept[site, depth])


def depth_score_table(cv: CrossValidation, design: Design) -> pd.DataFrame:
    """Score the deep layers: lines beside ratios, on predicted and on observed surfaces.

    Returns
    -------
    DataFrame
        Columns of ``depth_scores.csv``; learner ``observed_surface`` shows what the depth model
        itself costs.
    """
    surface = depth_key(design.depths[0])
    lines = cv.predictions[
        (cv.predictions["depth"] != surface) & ~cv.predictions["scheme"].str.endswith(SITE_SUFFIX)
    ]
    both = pd.concat([lines.assign(method="line"), cv.by_ratio], ignore_index=True)
    rows = []
    for key, part in both.groupby(["depth", "method", "learner", "scheme"], sort=False):
        good = part[np.isfinite(part["predicted"].to_numpy())]
        if len(good) == 0:
            continue
        o, p = good["observed"].to_numpy(), good["predicted"].to_numpy()
        rows.append((*key, len(good), rmse(o, p), mae(o, p), bias(o, p), mec(o, p)))
    names = ["depth", "method", "learner", "scheme", "n", "rmse", "mae", "bias", "mec"]
    return pd.DataFrame(rows, columns=names)


def best_learner(scores: pd.DataFrame, design: Design, settings: ModelSettings) -> LearnerChoice:
    """Choose the learner with the lowest nested RMSE at the modelled depth.

    Parameters
    ----------
    scores : DataFrame
        Of `score_table`.
    design : Design
        For the modelled depth.
    settings : ModelSettings
        `choose_by` names the deciding scheme.

    Raises
    ------
    ValueError
        If the deciding scheme was not run.
    """
    surface = scores[(scores["depth"] == depth_key(design.depths[0]))]
    surface = surface[(surface["learner"] != SELECTED) & surface["rmse"].notna()]
    by_scheme: dict[str, str] = {}
    for scheme in ("random", "spatial"):
        part = surface[surface["scheme"] == scheme]
        if len(part):
            by_scheme[scheme] = str(part["learner"].iloc[int(part["rmse"].argmin())])
    decides = settings.choose_by
    if decides not in by_scheme:
        raise ValueError(
            f"model.choose_by is {decides!r}, but model.schemes has only "
            f"{', '.join(settings.schemes)}; add it, or choose by another ({STUDY} cannot choose: "
            f"its score is the one it was tuned for)"
        )
    name = by_scheme[decides]
    chosen = surface[(surface["scheme"] == decides) & (surface["learner"] == name)]
    return LearnerChoice(
        name, decides, float(chosen["rmse"].iloc[0]), by_scheme, _statement(by_scheme, decides)
    )


def _statement(by_scheme: Mapping[str, str], decides: str) -> str:
    said = f"{by_scheme[decides]} has the lowest RMSE under {decides} folds"
    others = {scheme: name for scheme, name in by_scheme.items() if scheme != decides}
    for scheme, name in others.items():
        verb = "would choose it too" if name == by_scheme[decides] else f"would choose {name}"
        said += f"; {scheme} folds {verb}"
    return said


def _row(
    part: pd.DataFrame, blocks: IntArray | None, n_draws: int, seed: int
) -> dict[str, float | int]:
    """Return the counts, scores and limits of one learner, scheme and depth."""
    observed, predicted, lower, upper = (
        part[name].to_numpy(dtype=np.float64)
        for name in ("observed", "predicted", "pi_lower", "pi_upper")
    )
    good = np.isfinite(predicted)
    if not np.isfinite(np.stack([lower, upper])[:, good]).all():
        # A learner has an interval in the folds that chose it, or in all: coverage over the folds
        # that happened to choose it would be that of a subset.
        lower, upper = np.full_like(lower, np.nan), np.full_like(upper, np.nan)
    counts = {"n": int(good.sum()), "n_missing": int((~good).sum())}
    if not good.any():
        return {**counts, **flatten(dict.fromkeys(SCORE_NAMES, np.nan), {})}
    arrays = observed[good], predicted[good], lower[good], upper[good]
    limits = bootstrap_ci(
        *arrays, blocks=None if blocks is None else blocks[good], n_draws=n_draws, seed=seed
    )
    return {**counts, **flatten(score_all(*arrays), limits)}
