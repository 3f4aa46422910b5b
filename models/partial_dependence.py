"""How the prediction moves with one covariate: averaged over sites, site by site, by member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.variables import Variable

from .explained import Explained
from .portable import PortableModel, predict_members
from .preparation import Preparation

FloatArray = npt.NDArray[np.float64]

GRID_QUANTILES = (0.025, 0.975)
"""Curves stay where sites are: beyond, the model extrapolates."""


@dataclass(frozen=True)
class PartialDependence:
    """Curves of all variables.

    Parameters
    ----------
    curves : DataFrame
        Columns of ``partial_dependence.csv``: variable, value (class code for categories), label
        (class name, else empty), mean over sites and members, lower and upper limit of the
        members' own curves, in the target's unit.
    ice : DataFrame
        Columns of ``ice.csv``: each site's own curve (Goldstein et al. 2015), mean over members.
    """

    curves: pd.DataFrame
    ice: pd.DataFrame


def partial_dependence(
    explained: Explained,
    preparation: Preparation,
    models: Sequence[PortableModel],
    grid_points: int,
    level: float,
) -> PartialDependence:
    """Return partial dependence (Friedman 2001) of every kept variable.

    Parameters
    ----------
    explained : Explained
        Sites whose other covariates are held.
    preparation : Preparation
    models : sequence of PortableModel
    grid_points : int
        Points of a continuous variable, at equal steps of its quantiles from 2.5 to 97.5 %.
    level : float
        Share of the members' curves between lower and upper.
    """
    parts = [
        _of_variable(explained, preparation, models, position, grid_points, level)
        for position in range(len(explained.variables))
    ]
    return PartialDependence(
        curves=pd.concat([curve for curve, _ in parts], ignore_index=True),
        ice=pd.concat([ice for _, ice in parts], ignore_index=True),
    )


def _of_variable(
    explained: Explained,
    preparation: Preparation,
    models: Sequence[PortableModel],
    position: int,
    grid_points: int,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return curve and individual curves of one variable."""
    variable = explained.variables[position]
    grid = _grid(explained.values[:, position], variable, grid_points)
    n, g = len(explained.ids), len(grid)
    moved = np.repeat(explained.values, g, axis=0)
    moved[:, position] = np.tile(grid, n)
    predicted = predict_members(models, preparation.encode_kept(moved)).reshape(-1, n, g)
    by_member = predicted.mean(axis=1, dtype=np.float64)
    lower, upper = np.quantile(by_member, [(1 - level) / 2, (1 + level) / 2], axis=0)
    labels = [class_name(variable, value) for value in grid]
    curve = pd.DataFrame(
        {
            "variable": variable.id,
            "value": grid,
            "label": labels,
            "mean": by_member.mean(axis=0),
            "lower": lower,
            "upper": upper,
        }
    )
    ice = pd.DataFrame(
        {
            "variable": variable.id,
            "id": np.repeat(explained.ids, g),
            "value": np.tile(grid, n),
            "label": labels * n,
            "predicted": predicted.mean(axis=0, dtype=np.float64).ravel(),
        }
    )
    return curve, ice


def class_name(variable: Variable, value: float) -> str:
    """Return the name of a class code, or nothing for a continuous variable."""
    if not variable.is_categorical or not np.isfinite(value):
        return ""
    return variable.classes.get(int(value), f"{value:g}")


def _grid(values: FloatArray, variable: Variable, grid_points: int) -> FloatArray:
    """Return the values to visit: the classes present, or quantiles without repeats."""
    if variable.is_categorical:
        return np.unique(values)
    return np.unique(np.quantile(values, np.linspace(*GRID_QUANTILES, grid_points)))
