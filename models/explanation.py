"""Why the chosen learner predicts what it does, averaged over its bootstrap members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.errors import InputError, Problem

from .design import Design
from .explained import Explained, explained_sites
from .importance import gain_importance, permutation_importance, shap_importance
from .member import Member
from .partial_dependence import class_name, partial_dependence
from .portable import PortableModel
from .preparation import Preparation
from .settings import ModelSettings
from .shapley import Background, background_sites, coalition_shap, tree_shap
from .tree_ensemble import TreeEnsemble

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]

NODE_ROWS = 1e8
"""Nodes times sites that SHAP visits: about 5 s on one core. Beyond, fewer members."""
MIN_SITES, MAX_SITES = 100, 500
"""Of more sites a random choice is explained, smaller where trees are large."""
BACKGROUND_SITES = 10
EXPLANATION_STREAM = 7
"""Keeps the random numbers drawn here apart from those of folds and members."""


@dataclass(frozen=True)
class Explanation:
    """All that the interpretation of a model needs.

    Parameters
    ----------
    importance : DataFrame
        Columns of ``importance.csv``; shares sum to 100 within each method.
    group_importance : DataFrame
        group, method, share_pct, sd_pct, n_members.
    shap_sites : DataFrame
        Columns of ``explain/shap_sites.csv``, at most 500 sites.
    partial_dependence, ice : DataFrame
        Columns of ``explain/partial_dependence.csv`` and ``explain/ice.csv``.
    base : float
        Mean base value: what is predicted when nothing is known, in the target's unit.
    n_members : int
        Members behind SHAP and partial dependence.
    """

    importance: pd.DataFrame
    group_importance: pd.DataFrame
    shap_sites: pd.DataFrame
    partial_dependence: pd.DataFrame
    ice: pd.DataFrame
    base: float
    n_members: int


@dataclass(frozen=True)
class CellExplanation:
    """Why one cell is predicted as it is.

    Parameters
    ----------
    table : DataFrame
        variable, group, value, label (class name), shap_mean, shap_sd; largest effect first.
    base, prediction, sd : float
        Base value, mean prediction (base plus the sum of shap_mean) and its SD over members, in
        the target's unit at the modelled depth.
    n_members : int
        Members explained.
    """

    table: pd.DataFrame
    base: float
    prediction: float
    sd: float
    n_members: int


def explain(
    members: Sequence[Member], preparation: Preparation, design: Design, settings: ModelSettings
) -> Explanation:
    """Explain the members on the sites of the design.

    Parameters
    ----------
    members : sequence of Member
        Bootstrap members of the chosen learner.
    preparation : Preparation
        That they share.
    design : Design
        That they were fitted on.
    settings : ModelSettings
        `explanation`, `intervals.level` (band of partial dependence) and `seed`.
    """
    seed = _seed(settings)
    models = [member.model for member in members]
    sites = explained_sites(design, preparation, _site_limit(models, settings), seed)
    chosen = models[: members_explained(models, len(sites.ids), settings)]
    values, bases = member_shap(
        chosen, sites, sites.encoded, _background(sites, preparation, seed), seed
    )
    in_bag = np.stack([member.in_bag for member in members])[:, sites.rows].astype(np.int64)
    importances = [
        shap_importance(sites, values),
        permutation_importance(sites, models, in_bag, seed),
        gain_importance(sites, models),
    ]
    curves = partial_dependence(
        sites, preparation, chosen, settings.explanation.grid_points, settings.intervals.level
    )
    told = [importance for importance in importances if importance is not None]
    return Explanation(
        importance=pd.concat([i.table() for i in told], ignore_index=True),
        group_importance=pd.concat([i.group_table() for i in told], ignore_index=True),
        shap_sites=_site_table(sites, values),
        partial_dependence=curves.curves,
        ice=curves.ice,
        base=float(bases.mean()),
        n_members=len(chosen),
    )


def explain_cell(
    members: Sequence[Member],
    preparation: Preparation,
    design: Design,
    cell: FloatArray,
    settings: ModelSettings,
) -> CellExplanation:
    """Explain the prediction at one place.

    Parameters
    ----------
    members, preparation, design, settings
        As for `explain`.
    cell : array of float64, shape (p,)
        Kept covariates of the place, in the order of `preparation.ids`.

    Raises
    ------
    InputError
        If the place cannot be predicted: a covariate is missing or its class has no sites.
    """
    row = np.asarray(cell, dtype=np.float64)[None, :]
    if not preparation.encoder.applicable(row)[0]:
        raise InputError(_not_applicable(preparation, row[0]))
    seed = _seed(settings)
    models = [member.model for member in members]
    sites = explained_sites(design, preparation, _site_limit(models, settings), seed)
    chosen = models[: members_explained(models, 1, settings)]
    encoded = preparation.encode_kept(row)
    values, bases = member_shap(chosen, sites, encoded, _background(sites, preparation, seed), seed)
    predictions = bases + values[:, 0].sum(axis=1)
    table = pd.DataFrame(
        {
            "variable": [variable.id for variable in sites.variables],
            "group": [variable.group for variable in sites.variables],
            "value": row[0],
            "label": [class_name(v, x) for v, x in zip(sites.variables, row[0], strict=True)],
            "shap_mean": values[:, 0].mean(axis=0),
            "shap_sd": values[:, 0].std(axis=0, ddof=1),
        }
    )
    return CellExplanation(
        table=table.sort_values("shap_mean", key=np.abs, ascending=False, ignore_index=True),
        base=float(bases.mean()),
        prediction=float(predictions.mean()),
        sd=float(predictions.std(ddof=1)),
        n_members=len(chosen),
    )


def members_explained(
    models: Sequence[PortableModel], n_sites: int, settings: ModelSettings
) -> int:
    """Return how many members are explained: all, or `settings.explanation.members` if too dear.

    SHAP walks every tree for every site; a support vector machine is asked for every coalition.
    """
    sizes = _tree_sizes(models)
    if sizes and sum(sizes) * n_sites <= NODE_ROWS:
        return len(models)
    return min(len(models), settings.explanation.members)


def _site_limit(models: Sequence[PortableModel], settings: ModelSettings) -> int:
    """Return how many sites are explained at most: fewer where even few members are dear."""
    sizes = _tree_sizes(models)[: settings.explanation.members]
    affordable = 2 * NODE_ROWS / sum(sizes) if sizes else MAX_SITES
    return int(np.clip(affordable, MIN_SITES, MAX_SITES))


def _tree_sizes(models: Sequence[PortableModel]) -> list[int]:
    """Return the number of nodes of each member, nothing if they are no trees."""
    return [len(model.feature) for model in models if isinstance(model, TreeEnsemble)]


def member_shap(
    models: Sequence[PortableModel],
    sites: Explained,
    encoded: Float32Array,
    background: Background,
    seed: int,
) -> tuple[FloatArray, FloatArray]:
    """Return SHAP values of each variable (K, n, p) and base values (K,), one a member."""
    parts = [_model_shap(model, sites, encoded, background, seed) for model in models]
    return np.stack([values for values, _ in parts]), np.array([base for _, base in parts])


def _model_shap(
    model: PortableModel,
    sites: Explained,
    encoded: Float32Array,
    background: Background,
    seed: int,
) -> tuple[FloatArray, float]:
    """Return SHAP values by variable (n, p): a category's indicator columns are summed."""
    if isinstance(model, TreeEnsemble):
        values, base = tree_shap(model, encoded)
        return values @ sites.indicator, base
    return coalition_shap(model, encoded, sites.variable_of, background, seed)


def _background(sites: Explained, preparation: Preparation, seed: int) -> Background:
    """Return the sites that stand in for unknown values where a model is no tree."""
    return background_sites(sites.encoded, preparation.sd, BACKGROUND_SITES, seed)


def _seed(settings: ModelSettings) -> int:
    """Return a seed for what is drawn here, apart from those of folds and members."""
    return int(np.random.SeedSequence((settings.seed, EXPLANATION_STREAM)).generate_state(1)[0])


def _site_table(sites: Explained, values: FloatArray) -> pd.DataFrame:
    """Return the rows of ``shap_sites.csv`` from SHAP values (K, n, p)."""
    n, p = sites.values.shape
    return pd.DataFrame(
        {
            "id": np.repeat(sites.ids, p),
            "variable": [variable.id for variable in sites.variables] * n,
            "value": sites.values.ravel(),
            "shap_mean": values.mean(axis=0).ravel(),
            "shap_sd": values.std(axis=0, ddof=1).ravel(),
        }
    )


def _not_applicable(preparation: Preparation, row: FloatArray) -> list[Problem]:
    """Return why a place cannot be predicted, one problem a variable."""
    encoded = preparation.encode_kept(row[None, :])[0]
    columns = preparation.encoder.columns
    at_fault = sorted({columns[column][0] for column in np.flatnonzero(np.isnan(encoded))})
    return [
        Problem(
            f"covariate {preparation.ids[k]}",
            "has no value here" if np.isnan(row[k]) else f"class {row[k]:g} has no training sites",
            "choose a place inside the mapped area",
        )
        for k in at_fault
    ]
