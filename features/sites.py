"""From the sites table to one row a site: carbon stocks at the target depths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from .depths import DepthInterval, depth_key, depth_label
from .errors import InputError, Problem
from .issues import Issue, IssueLog
from .layer_depths import plausible_depths
from .layer_fills import Filled, fill_layers
from .manifest import Sites
from .plausibility import GROSS_SHARE, plausible_values
from .profiles import Harmonised, Layers, carbon_density, harmonise, harmonise_nested
from .ready_targets import ready_targets
from .site_table import read_sites, rows_text

LAYER_COLUMNS = (
    "id",
    "top_cm",
    "bottom_cm",
    "soc_g_kg",
    "bulk_density_g_cm3",
    "coarse_fragments",
    "socd_kg_m3",
    "bd_filled",
    "cf_filled",
    "file_row",
)


MIN_DEEP_SITES = 10
"""Sites that must reach a deeper layer before a line can carry the map down to it."""


def left_out_depths(sites: pd.DataFrame, depths: Sequence[DepthInterval]) -> list[DepthInterval]:
    """Return the deeper intervals that fewer than `MIN_DEEP_SITES` sites reach."""
    n_reached = {depth: sites[f"target_{depth_key(depth)}"].notna().sum() for depth in depths}
    return [depth for depth in depths[1:] if n_reached[depth] < MIN_DEEP_SITES]


@dataclass(frozen=True)
class SiteRecords:
    """Sites with a target at the first depth, and the layers it came from.

    Parameters
    ----------
    sites : DataFrame
        id, x, y (in `crs`), vegetation, soil_type; per depth ``target_<depth>`` (in `unit`, NaN
        where not reached), ``coverage_<depth>`` (0-1), ``fill_log_sd_<depth>`` (SD of ln target
        from filled values); bd_filled, gravel_filled (at the first depth); group_key (same number:
        same coordinates); ``site_<covariate>`` for covariates measured at the site, in the unit
        declared for their column.
    layers : DataFrame
        Usable layers in canonical units, as written to ``layers.csv``; empty for ready targets.
    quantity : str
        ``socd``, or the name of a ready target.
    unit : str
        Of the targets.
    crs : str
        Of x and y.
    """

    sites: pd.DataFrame
    layers: pd.DataFrame
    quantity: str
    unit: str
    crs: str


def build_sites(
    sites: Sites, base_dir: Path, depths: Sequence[DepthInterval], log: IssueLog
) -> SiteRecords:
    """Return the sites table with its targets; nothing is dropped or filled unlogged.

    Parameters
    ----------
    sites : Sites
        The manifest's section.
    base_dir : Path
        Directory that relative paths start from.
    depths : sequence of (top, bottom)
        Target intervals in cm; sites without a target at the first are left out.
    log : IssueLog
        Receives every doubt.

    Raises
    ------
    InputError
        If the table cannot be read, a unit or gate fails grossly, or fewer than two sites have a
        target at the first depth.
    """
    table = read_sites(sites, base_dir, log)
    _check_places(table, str(sites.file), log)
    if sites.targets:
        records, quantity, unit = ready_targets(table, sites, depths, log)
        layers = pd.DataFrame(columns=list(LAYER_COLUMNS))
    else:
        records, layers = _from_layers(table, sites, depths, log)
        quantity, unit = "socd", "kg m-2"
    records["group_key"] = records.groupby(["x", "y"], sort=False).ngroup()
    _count_shared_places(records, str(sites.file), log)
    records = _with_target(records, depths, str(sites.file), log)
    return SiteRecords(records, layers, quantity, unit, sites.crs)


def _from_layers(
    table: pd.DataFrame, sites: Sites, depths: Sequence[DepthInterval], log: IssueLog
) -> tuple[pd.DataFrame, pd.DataFrame]:
    file, nested = str(sites.file), sites.layers == "nested"
    everyone = table
    table = plausible_depths(table, file, log, nested=nested)
    table = plausible_values(table, file, log)
    filled = fill_layers(table, sites, log)
    layers = filled.layers
    density = carbon_density(
        layers["soc_g_kg"].to_numpy(),
        layers["bulk_density_g_cm3"].to_numpy(),
        layers["coarse_fragments"].to_numpy(),
    )
    layers["socd_kg_m3"] = layers["soc_density_kg_m3"].fillna(pd.Series(density, layers.index))
    harmonised = _harmonised(filled, sites, depths, log)
    records = _site_rows(layers, everyone, sites, depths[0], log)
    for k, depth in enumerate(depths):
        key = depth_key(depth)
        records[f"target_{key}"] = harmonised.stock[:, k]
        records[f"coverage_{key}"] = harmonised.coverage[:, k]
        records[f"fill_log_sd_{key}"] = harmonised.fill_log_sd[:, k]
    records["bd_filled"] = harmonised.bd_filled[:, 0]
    records["gravel_filled"] = harmonised.cf_filled[:, 0]
    _log_partial_coverage(records, depths, sites, log)
    return records, layers[list(LAYER_COLUMNS)]


def _harmonised(
    filled: Filled, sites: Sites, depths: Sequence[DepthInterval], log: IssueLog
) -> Harmonised:
    table = filled.layers
    code, ids = pd.factorize(table["id"])
    columns = ("top_cm", "bottom_cm", "socd_kg_m3", "bd_log_sd", "cf_log_sd")
    layers = Layers(code.astype(np.int64), *(table[name].to_numpy(float) for name in columns))
    if sites.layers == "nested":
        return harmonise_nested(layers, len(ids), depths, correlation=filled.correlation)
    harmonised = harmonise(
        layers,
        _bedrock(table, str(sites.file), log),
        depths,
        method=sites.depth_function,
        min_coverage=sites.min_coverage,
        correlation=filled.correlation,
    )
    first = table.drop_duplicates("id")[harmonised.limited > 0]
    log.add_rows(
        str(sites.file), first["file_row"], "soc", "spline_limited",
        harmonised.limited[harmonised.limited > 0], "flagged",
        "the spline went negative in that many layers: flattened there, with the mass kept",
    )  # fmt: skip
    return harmonised


def _bedrock(table: pd.DataFrame, file: str, log: IssueLog) -> np.ndarray:
    """Return the depth to bedrock of each site, inf where unknown, never above a sampled layer."""
    grouped = table.groupby("id", sort=False)
    bedrock = grouped["bedrock_cm"].min().fillna(np.inf)
    deepest = grouped["bottom_cm"].max()
    wrong = bedrock < deepest
    rows = table.drop_duplicates("id")[wrong.to_numpy()]
    log.add_rows(
        file, rows["file_row"], "bedrock_cm", "bedrock_above_layer", bedrock[wrong], "flagged",
        "layers were sampled below this depth: bedrock is taken at the bottom of the deepest",
    )  # fmt: skip
    return np.asarray(bedrock.where(~wrong, deepest), dtype=np.float64)


def _site_rows(
    layers: pd.DataFrame, table: pd.DataFrame, sites: Sites, depth: DepthInterval, log: IssueLog
) -> pd.DataFrame:
    """Return one row per site in the order of `layers`, and log sites that have none."""
    lost = table[~table["id"].isin(layers["id"])].drop_duplicates("id")
    log.add_rows(
        str(sites.file), lost["file_row"], "id", "site_without_layers", lost["id"], "dropped",
        "no layer of this site is usable",
    )  # fmt: skip
    grouped = layers.groupby("id", sort=False)
    columns = ["x", "y", "vegetation", "soil_type", "file_row"]
    records = grouped[columns].first().reset_index()
    if sites.covariate_columns:
        a, b = depth
        thickness = layers["bottom_cm"].clip(a, b) - layers["top_cm"].clip(a, b)
        for name in sites.covariate_columns:
            values = layers[f"site_{name}"]
            if pd.api.types.is_numeric_dtype(values):
                weight = thickness.where(values.notna(), 0.0)
                sums = (values * weight).groupby(layers["id"], sort=False).sum()
                total = weight.groupby(layers["id"], sort=False).sum()
                records[f"site_{name}"] = (sums / total.where(total > 0)).to_numpy()
            else:
                records[f"site_{name}"] = grouped[f"site_{name}"].first().to_numpy()
    return records


def _log_partial_coverage(
    records: pd.DataFrame, depths: Sequence[DepthInterval], sites: Sites, log: IssueLog
) -> None:
    for depth in depths:
        key = depth_key(depth)
        target, coverage = records[f"target_{key}"], records[f"coverage_{key}"]
        rows = records[target.notna() & (coverage < 1 - 1e-9)]
        log.add_rows(
            str(sites.file), rows["file_row"], f"target_{key}", "coverage_filled",
            coverage[rows.index], "filled", "not sampled throughout: the rest from its neighbours",
        )  # fmt: skip
        if target.isna().all():
            log.add(
                Issue(
                    str(sites.file), None, f"target_{key}", "depth_not_reached", key, "flagged",
                    "no site reaches this depth",
                )
            )  # fmt: skip


def _check_places(table: pd.DataFrame, file: str, log: IssueLog) -> None:
    """Flag sites whose rows disagree on where they lie; refuse if that is the rule."""
    first = table.groupby("id")[["x", "y"]].transform("first")
    moved = table[(first["x"] != table["x"]) | (first["y"] != table["y"])]
    if len(moved) > GROSS_SHARE * len(table):
        what = f"{len(moved)} rows lie elsewhere than their site ({rows_text(moved['file_row'])})"
        mend = "check that `columns.id` names the profile, and is unique to it"
        raise InputError(Problem(file, what, mend))
    log.add_rows(
        file, moved["file_row"], "x, y", "place_differs", moved["id"], "kept",
        "other coordinates than the first row of the site: the first are used",
    )  # fmt: skip


def _count_shared_places(records: pd.DataFrame, file: str, log: IssueLog) -> None:
    shared = records[records.duplicated("group_key")]
    log.add_rows(
        file, shared["file_row"], "x, y", "same_location", shared["id"], "kept",
        "another site has these coordinates: both stay in one fold",
    )  # fmt: skip


def _with_target(
    records: pd.DataFrame, depths: Sequence[DepthInterval], file: str, log: IssueLog
) -> pd.DataFrame:
    key = depth_key(depths[0])
    missing = records[f"target_{key}"].isna()
    rows = records[missing]
    log.add_rows(
        file, rows["file_row"], f"target_{key}", "no_target", rows["id"], "dropped",
        "too little of the first depth was sampled",
    )  # fmt: skip
    kept = records[~missing].drop(columns="file_row").reset_index(drop=True)
    if len(kept) < 2:
        what = (
            f"{len(kept)} of {len(records)} sites have a target at {depth_label(depths[0])}; "
            f"a model needs more"
        )
        mend = "check depths, their units, `min_coverage` and `where`"
        raise InputError(Problem(file, what, mend))
    return kept
