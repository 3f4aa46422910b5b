"""Guess the layout of a sites table: CRS, layers or ready stocks, nested or sequential."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from rasterio.warp import transform_bounds

from .check_sites import MIN_SITES, STUDY_DEPTHS
from .depths import DepthInterval
from .errors import InputError, Problem
from .guess_columns import GuessedColumn, guess_columns

_CARBON = ("soc", "som", "soc_density")
_DEPTHS = re.compile(r"(?<!\d)(\d{1,3})[_ .-]+(?:to[_ .-]+)?(\d{1,3})(?:_?cm)?$")
_STOCK = re.compile(r"stock|ocs|socd|soc_?dens")
_STOCK_UNITS = (
    (r"kg[_/ .]?m\^?-?2", "kg/m2"), (r"(?:t|mg)[_/ .]?ha", "t/ha"), (r"g[_/ .]?m\^?-?2", "g/m2"),
)  # fmt: skip
_DENSITY_UNIT = re.compile(r"kg[_/ .]?m\^?-?3")


@dataclass(frozen=True)
class DepthColumn:
    """One entry of `layer_columns` or `targets`: its words, and its depth in cm."""

    words: dict[str, str]
    depth_cm: DepthInterval


@dataclass(frozen=True)
class GuessedSites:
    """What the sites section should say."""

    columns: tuple[GuessedColumn, ...]
    crs: str
    crs_reason: str
    nested: bool
    layer_columns: tuple[DepthColumn, ...]
    targets: tuple[DepthColumn, ...]
    depths: tuple[DepthInterval, ...]
    unsure: tuple[str, ...]


def guess_sites(table: pd.DataFrame, file: str, raster: Path) -> GuessedSites:
    """Return the guessed sites section of a table.

    Parameters
    ----------
    table : DataFrame
        As read.
    file : str
        Named in problems.
    raster : Path
        Raster that projected coordinates are compared with.

    Raises
    ------
    InputError
        If no column is recognised for id, x, y or carbon.
    """
    columns = {column.key: column for column in guess_columns(table)}
    layered = {"top_cm", "bottom_cm"} <= set(columns) and any(key in columns for key in _CARBON)
    layer_columns = () if layered else _layer_columns(table)
    targets = () if layered or layer_columns else _targets(table)
    problems = [
        Problem(
            file, f"no column looks like {what}", f"rename it to `{key}`, or write the manifest"
        )
        for key, what in (("id", "the site's id"), ("x", "longitude"), ("y", "latitude"))
        if key not in columns
    ]
    if not (layered or layer_columns or targets):
        what = "no columns look like layers (top, bottom and SOC), densities or stocks of carbon"
        listing = ", ".join(map(str, table.columns))
        problems.append(Problem(file, what, f"write the manifest by hand; it has: {listing}"))
    if problems:
        raise InputError(problems)
    if not layered:
        for key in ("top_cm", "bottom_cm", *_CARBON, "bulk_density", "coarse_fragments"):
            columns.pop(key, None)
    if "soc" in columns and "som" in columns and layered:
        columns.pop("som")  # one measurement under two names; SOC needs no conversion
    nested = layered and _is_nested(table, columns)
    depths = _depths(table, columns, layer_columns or targets, ready=bool(targets), nested=nested)
    crs, reason, doubt = _crs(table, columns["x"].column, columns["y"].column, raster)
    doubts = [column.doubt for column in columns.values()] + [doubt]
    if targets:
        doubts.append(f"stocks were taken from {', '.join(t.words['column'] for t in targets)}")
    return GuessedSites(
        tuple(columns.values()), crs, reason, nested, layer_columns, targets, depths,
        tuple(each for each in doubts if each),
    )  # fmt: skip


def _crs(table: pd.DataFrame, x: str, y: str, raster: Path) -> tuple[str, str, str]:
    """Return CRS, the reason for it and the doubt about it."""
    named = [str(name) for name in table.columns if str(name).lower() in ("crs", "epsg", "srid")]
    if named:
        found = table[named[0]].dropna().astype(str).value_counts()
        if len(found):
            code = re.sub(r"\.0$", "", found.index[0])
            code = f"EPSG:{code}" if code.isdigit() else code
            several = f"column {named[0]} names {len(found)} CRSs" if len(found) > 1 else ""
            return code, f"from column {named[0]}", several
    xs, ys = (table[name].to_numpy(float) for name in (x, y))
    if np.nanmax(np.abs(xs)) <= 180 and np.nanmax(np.abs(ys)) <= 90:
        return "EPSG:4326", "values are degrees", "CRS EPSG:4326 is assumed from the coordinates"
    with rasterio.open(raster) as dataset:
        crs = dataset.crs
        west, south, east, north = transform_bounds(crs, crs, *dataset.bounds)
    inside = np.mean((xs >= west) & (xs <= east) & (ys >= south) & (ys <= north))
    doubt = f"CRS of the sites: that of the rasters is assumed; {inside:.0%} of them lie within"
    return crs.to_string(), f"that of {raster.name}", doubt


def _is_nested(table: pd.DataFrame, columns: dict[str, GuessedColumn]) -> bool:
    """Return whether most sites with several layers repeat a top at different bottoms."""
    names = [columns[key].column for key in ("id", "top_cm", "bottom_cm")]
    layers = table[names].dropna().drop_duplicates()
    several = layers[layers.duplicated(names[0], keep=False)]
    if several.empty:
        return False
    shared = several.duplicated(names[:2], keep=False)
    return bool(shared.mean() > 0.5)


def _depths(
    table: pd.DataFrame,
    columns: dict[str, GuessedColumn],
    wide: tuple[DepthColumn, ...],
    *,
    ready: bool,
    nested: bool,
) -> tuple[DepthInterval, ...]:
    """Return the depths that enough sites reach: the study's, or those the table brings."""
    if wide:
        counted = [(each.depth_cm, table[each.words["column"]].notna().sum()) for each in wide]
        reached = [depth for depth, n in counted if n >= MIN_SITES]
    else:
        names = [columns[key].column for key in ("id", "top_cm", "bottom_cm")]
        layers = table[names].dropna()
        deepest = layers.groupby(names[0])[names[2]].max().sort_values(ascending=False)
        enough = float(deepest.iloc[min(MIN_SITES, len(deepest)) - 1]) if len(deepest) else 0.0
        reached = [(0.0, enough)]
    if ready or nested:
        pairs = reached if ready else _pairs(layers, names[1:])
        surface = sorted(depth for depth in pairs if depth[0] == 0)
        return tuple(surface or sorted(pairs)[:1])
    bottom = max((depth[1] for depth in reached), default=0.0)
    return tuple(depth for depth in STUDY_DEPTHS if depth[1] <= bottom) or STUDY_DEPTHS[:1]


def _pairs(layers: pd.DataFrame, names: list[str]) -> list[DepthInterval]:
    counts = layers.value_counts(subset=names)
    often = counts[counts >= MIN_SITES].index.to_frame().to_numpy(dtype=np.float64)
    return [(float(top), float(bottom)) for top, bottom in often]


def _layer_columns(table: pd.DataFrame) -> tuple[DepthColumn, ...]:
    """Return columns such as ``socd_kg_m3_0_5``: a density per volume with its depth."""
    found = []
    for name in map(str, table.columns):
        depth = _DEPTHS.search(name.lower())
        if depth and _STOCK.search(name.lower()) and _DENSITY_UNIT.search(name.lower()):
            words = {"quantity": "soc_density", "column": name, "unit": "kg/m3"}
            found.append(DepthColumn(words, (float(depth[1]), float(depth[2]))))
    return tuple(found)


def _targets(table: pd.DataFrame) -> tuple[DepthColumn, ...]:
    """Return columns such as ``soc_stock_t_ha_0_30``: a stock per area with its depth."""
    found = []
    for name in map(str, table.columns):
        plain = name.lower()
        unit = next((u for pattern, u in _STOCK_UNITS if re.search(pattern, plain)), None)
        depth = _DEPTHS.search(plain)
        if unit and depth and _STOCK.search(plain):
            words = {"column": name, "unit": unit}
            found.append(DepthColumn(words, (float(depth[1]), float(depth[2]))))
    return tuple(sorted(found, key=lambda each: each.depth_cm[1]))
