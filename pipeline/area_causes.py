"""Why a cell of the region is mapped or not, so that areas add up to the region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.variables import Variable
from models.encoding import Encoder

MAPPED = "mapped"
REGION = "region"


def unmapped_causes(
    matrix: npt.NDArray[np.floating[Any]],
    predictable: npt.NDArray[np.bool_],
    variables: Sequence[Variable],
    encoder: Encoder,
) -> npt.NDArray[np.str_]:
    """Return the cause of each cell: ``mapped``, or the first reason that it is not.

    Parameters
    ----------
    matrix : array, shape (n, p)
        Kept covariates of the region's cells, NaN where missing.
    predictable : array of bool, shape (n,)
    variables : sequence of Variable, length p
    encoder : Encoder
        Knows the classes that training sites have.

    Returns
    -------
    array of str, shape (n,)
        ``mapped``, ``missing:<covariate>`` or ``class_without_sites:<covariate>=<class>``.
    """
    causes = np.full(len(matrix), MAPPED, dtype=object)
    open_cells = ~predictable
    for column, variable in enumerate(variables):
        missing = open_cells & ~np.isfinite(matrix[:, column])
        causes[missing] = f"missing:{variable.id}"
        open_cells &= ~missing
    for column, variable in enumerate(variables):
        if not variable.is_categorical:
            continue
        trained = [
            code
            for (position, _), code in zip(encoder.columns, encoder.codes, strict=True)
            if position == column
        ]
        for code in np.unique(matrix[open_cells, column]):
            if code not in trained:
                cells = open_cells & (matrix[:, column] == code)
                name = variable.classes.get(int(code), f"{code:g}")
                causes[cells] = f"class_without_sites:{variable.id}={name}"
                open_cells &= ~cells
    return causes.astype(str)


def area_table(tiles: Iterable[Any]) -> pd.DataFrame:
    """Return ``area.csv`` from the tiles' ``causes`` and ``areas_km2``: every cause, and the sum.

    Parameters
    ----------
    tiles : iterable of mappings of name to array
        Finished map tiles, looked at one by one.
    """
    parts = [
        pd.DataFrame({"cause": tile["causes"], "area_km2": tile["areas_km2"]})
        .groupby("cause")["area_km2"]
        .agg(area_km2="sum", n_cells="count")
        for tile in tiles
    ]
    table: pd.DataFrame = pd.concat(parts).groupby(level="cause").sum().reset_index()
    mapped_first = table.sort_values("cause", key=lambda cause: cause != MAPPED, kind="stable")
    whole = pd.DataFrame(
        {
            "cause": [REGION],
            "area_km2": [table["area_km2"].sum()],
            "n_cells": [table["n_cells"].sum()],
        }
    )
    return pd.concat([mapped_first, whole], ignore_index=True)
