"""Targets that the table holds ready made, instead of layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .depths import DepthInterval, depth_key
from .errors import InputError, Problem
from .issues import Issue, IssueLog
from .manifest import Sites
from .site_table import rows_text


def ready_targets(
    table: pd.DataFrame, sites: Sites, depths: Sequence[DepthInterval], log: IssueLog
) -> tuple[pd.DataFrame, str, str]:
    """Return the sites' rows with targets by depth, the quantity's name and its unit.

    Parameters
    ----------
    table : DataFrame
        From `site_table.read_sites`: ``target_<k>`` for the k-th declared target.
    sites : Sites
        Declares the targets.
    depths : sequence of (top, bottom)
        Intervals wanted; one that no column holds is NaN.
    log : IssueLog
        Receives repeated sites, and depths declared but not asked for.

    Raises
    ------
    InputError
        If no column holds the first depth, the targets differ in quantity, name or unit, a target
        is negative (maps and intervals end at zero), or a row has no target at all.
    """
    file = str(sites.file)
    column_of = {target.depth_cm: k for k, target in enumerate(sites.targets)}
    quantity, unit = _one_quantity(sites, depths, file)
    names = [f"target_{k}" for k in column_of.values()]
    _refuse_bad_rows(table, names, file)
    records = table.drop_duplicates("id").reset_index(drop=True)
    repeats = table[table.duplicated("id")]
    log.add_rows(
        file, repeats["file_row"], "id", "duplicate", repeats["id"], "dropped",
        "repeats a site: the first row is used",
    )  # fmt: skip
    result = records[["id", "x", "y", "vegetation", "soil_type", "file_row"]].copy()
    for covariate in sites.covariate_columns:
        result[f"site_{covariate}"] = records[f"site_{covariate}"]
    for depth in depths:
        key, position = depth_key(depth), column_of.get(depth)
        values = np.nan if position is None else records[f"target_{position}"]
        result[f"target_{key}"] = values
        result[f"coverage_{key}"] = result[f"target_{key}"].notna().astype(float)
        result[f"fill_log_sd_{key}"] = result[f"target_{key}"].where(
            result[f"target_{key}"].isna(), 0.0
        )
        if result[f"target_{key}"].isna().all():
            log.add(
                Issue(
                    file, None, f"target_{key}", "depth_not_reached", key, "flagged",
                    "no column of `sites.targets` holds this depth",
                )
            )  # fmt: skip
    return result.assign(bd_filled=False, gravel_filled=False), quantity, unit


def _one_quantity(sites: Sites, depths: Sequence[DepthInterval], file: str) -> tuple[str, str]:
    problems = []
    first = sites.targets[0]
    if depths[0] not in [target.depth_cm for target in sites.targets]:
        problems.append(
            Problem(
                file,
                f"no target column holds the first depth, {depth_key(depths[0])} cm",
                "give `model.depths` that begin with the depth of a target",
            )
        )
    kinds = {(target.quantity, target.name) for target in sites.targets}
    units = {target.unit for target in sites.targets if target.quantity == "other"}
    if len(kinds) > 1 or len(units) > 1:
        problems.append(
            Problem(
                file,
                f"targets differ in quantity, name or unit: {sorted(kinds)}",
                "map one quantity in one run",
            )
        )
    if problems:
        raise InputError(problems)
    return first.name, "kg m-2" if first.quantity == "soc_density_area" else first.unit


def _refuse_bad_rows(table: pd.DataFrame, names: list[str], file: str) -> None:
    targets = table[names]
    problems = []
    empty = targets.isna().all(axis=1)
    if empty.any():
        what = f"{empty.sum()} rows have no target ({rows_text(table.loc[empty, 'file_row'])})"
        problems.append(Problem(file, what, "complete them, or leave them out by `sites.where`"))
    negative = (targets < 0).any(axis=1)
    if negative.any():
        what = f"{negative.sum()} targets below zero ({rows_text(table.loc[negative, 'file_row'])})"
        mend = "correct these rows; quantities that may be negative cannot be mapped"
        problems.append(Problem(file, what, mend))
    if problems:
        raise InputError(problems)
