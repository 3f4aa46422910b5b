"""A first manifest from a sites table and a folder of rasters, with every guess commented."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pandas as pd

from .errors import InputError, Problem
from .guess_rasters import GuessedRaster, guess_rasters
from .guess_sites import GuessedSites, guess_sites

COMMON_NAMES = ("sites", "horizons", "layers", "profiles", "points", "samples", "data", "soil")
"""Names of tables that do not tell one study from another."""


def guess_manifest(
    sites_csv: Path, raster_dir: Path, directory: Path | None = None
) -> tuple[str, list[str]]:
    """Return a commented manifest for a sites table and a folder of rasters.

    Parameters
    ----------
    sites_csv : Path
        Table of sites or soil layers.
    raster_dir : Path
        Folder of covariate rasters; subfolders are not looked into.
    directory : Path, optional
        Where the manifest will lie, so that its paths can be relative; by default the current one.

    Returns
    -------
    text : str
        YAML that validates; guesses carry comments.
    unsure : list of str
        What a person should confirm.

    Raises
    ------
    InputError
        If a file cannot be read, no raster is usable, or the table has no site, coordinates or
        carbon that we recognise.
    """
    directory = (directory or Path()).resolve()
    table = _read(sites_csv)
    if not raster_dir.is_dir():
        raise InputError(Problem(str(raster_dir), "is no folder", "name the folder of rasters"))
    rasters, unsure = guess_rasters(raster_dir)
    if not rasters:
        what = "holds no usable raster" + "".join(f"; {each}" for each in unsure)
        raise InputError(Problem(str(raster_dir), what, "put GeoTIFF files with a CRS there"))
    template, reason = _template(rasters)
    sites = guess_sites(table, str(sites_csv), template.path)
    name = _name(sites_csv)
    lines = [
        "# Guessed by `solum init`: look through the comments, correct what is wrong, then run",
        "# `solum check` and `solum run` on this file.",
        f"name: {name}",
        "description: guessed from the files; say what they are",
        "",
        "region:",
        f"  template: {template.id}   # {reason}",
        "",
        *_site_lines(sites, _path(sites_csv, directory)),
        "",
        "covariates:",
        *(line for raster in rasters for line in _covariate_lines(raster, directory)),
        "",
        "model:",
        f"  depths: [{', '.join(f'[{top:g}, {bottom:g}]' for top, bottom in sites.depths)}]"
        "   # cm, as deep as enough sites reach",
    ]
    return "\n".join(lines) + "\n", [*sites.unsure, *unsure]


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding="utf-8-sig", low_memory=False)
    except (ValueError, OSError) as error:  # ParserError and UnicodeDecodeError are ValueErrors
        what = f"cannot be read as a table ({error})"
        mend = "save it as comma-separated text in UTF-8"
        raise InputError(Problem(str(path), what, mend)) from error


def _template(rasters: list[GuessedRaster]) -> tuple[GuessedRaster, str]:
    """Return the raster whose grid most rasters share; among equals the finest; elevation first."""
    shared = Counter(raster.grid for raster in rasters)
    most = max(shared.values())
    best = [raster for raster in rasters if shared[raster.grid] == most]
    finest = min(raster.cell_degrees for raster in best)
    best = [raster for raster in best if raster.cell_degrees == finest]
    chosen = next((each for each in best if each.quantity == "elevation"), best[0])
    reason = f"{most} of {len(rasters)} rasters share its grid"
    return chosen, reason if most > 1 else "the finest grid"


def _name(sites_csv: Path) -> str:
    """Return a name for the run: the table's, or its folder's where many tables are called so."""
    path = sites_csv.resolve()
    stem = path.parent.name if path.stem.lower() in COMMON_NAMES else path.stem
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", stem).strip("_.-") or "soil_carbon"


def _path(path: Path, directory: Path) -> str:
    """Return a path relative to the manifest where it stays below or beside it."""
    relative = os.path.relpath(path.resolve(), directory)
    return str(path.resolve()) if relative.startswith("../..") else Path(relative).as_posix()


def _text(value: str) -> str:
    """Return a YAML scalar, quoted where YAML would read something else."""
    plain = re.fullmatch(r"[A-Za-z_./](?:[\w ./^()%-]|:(?=\S))*", value) is not None
    words = {"true", "false", "null", "yes", "no", "on", "off"}
    safe = plain and value.lower() not in words and not value.endswith(" ")
    return value if safe else json.dumps(value, ensure_ascii=False)


def _site_lines(sites: GuessedSites, path: str) -> list[str]:
    lines = [
        "sites:",
        f"  file: {_text(path)}",
        f"  crs: {_text(sites.crs)}   # {sites.crs_reason}",
    ]
    if sites.nested:
        lines.append("  layers: nested   # layers of one site overlap from the same top")
    lines.append("  columns:")
    for column in sites.columns:
        parts = [f"column: {_text(column.column)}"]
        parts += [f"unit: {_text(column.unit)}"] if column.unit else []
        parts += [f"basis: {column.basis}"] if column.basis else []
        comment = f"   # {column.reason}" if column.reason else ""
        lines.append(f"    {column.key}: {{{', '.join(parts)}}}{comment}")
    for key, entries in (("layer_columns", sites.layer_columns), ("targets", sites.targets)):
        if entries:
            lines.append(f"  {key}:   # units and depths from the column names")
        for entry in entries:
            parts = [f"{name}: {_text(value)}" for name, value in entry.words.items()]
            top, bottom = entry.depth_cm
            lines.append(f"    - {{{', '.join(parts)}, depth_cm: [{top:g}, {bottom:g}]}}")
    return lines


def _covariate_lines(raster: GuessedRaster, directory: Path) -> list[str]:
    doubt = f"   # {'; '.join(raster.doubts)}" if raster.doubts else ""
    lines = [
        f"  - id: {raster.id}{doubt}",
        f"    file: {_text(_path(raster.path, directory))}",
        f"    quantity: {_text(raster.quantity)}",
        f"    unit: {_text(raster.unit)}",
    ]
    if raster.scale != 1.0:
        lines.append(f"    scale: {raster.scale:g}")
    if raster.kind == "categorical":
        lines.append("    kind: categorical")
        lines.append("    classes:   # give the codes their names")
        lines += [f"      {code}: class {code}" for code in raster.classes]
    return lines
