"""Depths of layer records: gates, re-zeroing of organic layers, duplicates, overlaps and gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .errors import InputError
from .issues import IssueLog
from .plausibility import Gate, gross_failure

_SAME_DEPTH_CM = 1e-6


def plausible_depths(
    table: pd.DataFrame, file: str, log: IssueLog, *, nested: bool
) -> pd.DataFrame:
    """Return the layers in order of site and depth, from the surface down.

    Layers without depths or with bottom above top are dropped; profiles with negative tops are
    moved down until the organic surface is zero; exact repeats are dropped; overlaps and gaps are
    flagged (`profiles.harmonise` averages the first and fills the second within its coverage).

    Parameters
    ----------
    table : DataFrame
        From `site_table.read_sites`.
    file : str
        Name used in messages.
    log : IssueLog
        Receives every row concerned.
    nested : bool
        Whether records of one site are independent, so that overlap is no error.

    Raises
    ------
    InputError
        If more than 5 % of the layers are inverted, overlap, or lack depths.
    """
    table = _without_impossible(table, file, log)
    table = _from_organic_surface(table, file, log)
    table = _without_repeats(table, file, log)
    table = table.sort_values(["id", "top_cm", "bottom_cm"], kind="stable", ignore_index=True)
    if not nested:
        _flag_overlaps_and_gaps(table, file, log)
    return table


def _without_impossible(table: pd.DataFrame, file: str, log: IssueLog) -> pd.DataFrame:
    top, bottom = table["top_cm"], table["bottom_cm"]
    gates = [
        Gate(
            "depth_missing", "file_row", top.isna() | bottom.isna(), "row",
            "top or bottom depth is missing", "complete the depths",
        ),
        Gate(
            "depth_inverted", "bottom_cm", bottom <= top, "row", "bottom is not below top",
            "check that top and bottom are not exchanged; give organic layers negative tops",
        ),
    ]  # fmt: skip
    problems = []
    keep = pd.Series(True, table.index)
    for gate in gates:
        rows = table[gate.failing]
        problems += gross_failure(gate, rows, len(table), file)
        values = rows["top_cm"].astype(str) + "-" + rows["bottom_cm"].astype(str)
        log.add_rows(
            file, rows["file_row"], "top_cm, bottom_cm", gate.code, values, "dropped", gate.message
        )
        keep &= ~gate.failing
    if problems:
        raise InputError(problems)
    return table[keep]


def _from_organic_surface(table: pd.DataFrame, file: str, log: IssueLog) -> pd.DataFrame:
    surface = table.groupby("id")["top_cm"].transform("min").clip(upper=0)
    first = table[(table["top_cm"] == surface) & (surface < 0)].drop_duplicates("id")
    log.add_rows(
        file, first["file_row"], "top_cm", "organic_surface", first["top_cm"], "converted",
        "top above zero: depths of this profile now start at the organic surface",
    )  # fmt: skip
    return table.assign(
        top_cm=table["top_cm"] - surface,
        bottom_cm=table["bottom_cm"] - surface,
        bedrock_cm=table["bedrock_cm"] - surface,
    )


def _without_repeats(table: pd.DataFrame, file: str, log: IssueLog) -> pd.DataFrame:
    measured = table.columns.difference(["file_row"]).tolist()
    repeated = table.duplicated(measured)
    rows = table[repeated]
    log.add_rows(
        file, rows["file_row"], "id", "duplicate", rows["id"], "dropped",
        "repeats an earlier row in every declared column",
    )  # fmt: skip
    return table[~repeated]


def _flag_overlaps_and_gaps(table: pd.DataFrame, file: str, log: IssueLog) -> None:
    same_site = (table["id"] == table["id"].shift()).to_numpy()
    step = (table["top_cm"] - table["bottom_cm"].shift()).to_numpy(dtype=np.float64)
    gate = Gate(
        "depth_overlap", "top_cm", pd.Series(same_site & (step < -_SAME_DEPTH_CM), table.index),
        "row", "the layer begins above the bottom of the one before",
        "if records such as 0-10 and 0-30 cm are independent, set `sites.layers: nested`",
    )  # fmt: skip
    overlap = table[gate.failing]
    problems = gross_failure(gate, overlap, len(table), file)
    if problems:
        raise InputError(problems)
    log.add_rows(
        file, overlap["file_row"], "top_cm", gate.code, overlap["top_cm"], "kept",
        "overlaps the layer before it: densities are averaged where both lie",
    )  # fmt: skip
    gap = table[same_site & (step > _SAME_DEPTH_CM)]
    log.add_rows(
        file, gap["file_row"], "top_cm", "depth_gap", gap["top_cm"], "flagged",
        "a gap above this layer: filled from its neighbours only within `min_coverage`",
    )  # fmt: skip
