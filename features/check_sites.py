"""Look at the sites table: columns, rows, targets, and whether the sites lie on the grid."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from .depths import DepthInterval, depth_key
from .errors import InputError, Problem
from .grid import Grid
from .issues import Issue, IssueLog
from .manifest import Column, Sites
from .sites import SiteRecords, build_sites

MIN_SITES = 10
"""Fewer sites cannot be dealt into folds, tuned and tested."""

STUDY_DEPTHS: tuple[DepthInterval, ...] = ((0, 10), (0, 30), (0, 50))


def check_sites(
    sites: Sites,
    base_dir: Path,
    grid: Grid | None,
    log: IssueLog,
    depths: Sequence[DepthInterval] | None = None,
) -> list[Problem]:
    """Return what is wrong with the sites table; doubts go to `log`, one line a kind.

    Parameters
    ----------
    sites : Sites
        Its file exists.
    base_dir : Path
        Directory that relative paths start from.
    grid : Grid or None
        Where the sites should lie; None leaves that out.
    log : IssueLog
        Receives doubts.
    depths : sequence of (top, bottom), optional
        Target depths in cm; by default those of the ready targets, else the study's.
    """
    problems = _missing_columns(sites, base_dir)
    if problems:
        return problems
    if depths is None:
        depths = sorted({target.depth_cm for target in sites.targets}) or STUDY_DEPTHS
    rows = IssueLog()
    try:
        records = build_sites(sites, base_dir, depths, rows)
    except InputError as error:
        return list(error.problems)
    finally:
        _summarise(rows, log)
    return _target_problems(records, depths[0], str(sites.file)) + _place_problems(
        records, grid, str(sites.file), log
    )


def _missing_columns(sites: Sites, base_dir: Path) -> list[Problem]:
    """Return a problem for each column that the table lacks, with the nearest names it has."""
    path = base_dir / str(sites.file)
    try:
        present = [str(name) for name in pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns]
    except (ValueError, OSError) as error:  # ParserError and UnicodeDecodeError are ValueErrors
        what = f"cannot be read as a table ({error})"
        return [Problem(str(path), what, "save it as comma-separated text in UTF-8")]
    problems = []
    for place, name in _columns_named(sites):
        if name in present:
            continue
        close = _nearest(name, present)
        hint = f"nearest: {', '.join(close)}" if close else f"it has: {', '.join(present)}"
        problems.append(
            Problem(str(sites.file), f"has no column {name!r} ({place})", f"correct it; {hint}")
        )
    return problems


def _nearest(name: str, present: list[str]) -> list[str]:
    lower = {each.lower(): each for each in present}
    return [lower[each] for each in get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]


def _columns_named(sites: Sites) -> list[tuple[str, str]]:
    """Return place in the manifest and name of each column it speaks of."""
    declared: list[tuple[str, Column | None]] = [
        (f"sites.columns.{key}", getattr(sites.columns, key))
        for key in type(sites.columns).model_fields
    ]
    declared += [(f"sites.covariate_columns.{k}", v) for k, v in sites.covariate_columns.items()]
    declared.append(("sites.bedrock_cm", sites.bedrock_cm))
    named = [(place, column.column) for place, column in declared if column is not None]
    named += [(f"sites.targets[{k}]", target.column) for k, target in enumerate(sites.targets)]
    named += [(f"sites.layer_columns[{k}]", c.column) for k, c in enumerate(sites.layer_columns)]
    return named + [("sites.where", name) for name in sites.where]


def _summarise(rows: IssueLog, log: IssueLog) -> None:
    """Add one issue for each kind and column instead of one for each row."""
    kinds: dict[tuple[str, str, str, str, str], int] = {}
    for issue in rows.issues:
        kind = (issue.file, issue.column, issue.code, issue.action, issue.message)
        kinds[kind] = kinds.get(kind, 0) + 1
    for (file, column, code, action, message), n in kinds.items():
        text = message if n == 1 else f"{n} rows {action}: {message}"
        log.add(Issue(file, None, column, code, str(n), action, text))


def _target_problems(records: SiteRecords, depth: DepthInterval, file: str) -> list[Problem]:
    target = records.sites[f"target_{depth_key(depth)}"]
    places = records.sites["group_key"].nunique()
    if places < MIN_SITES:
        what = f"only {places} places have a target; at least {MIN_SITES} are needed"
        return [Problem(file, what, "add sites, or check `where`, depths and ids")]
    if target.nunique() == 1:
        what = f"the target is {target.iloc[0]:g} at every site: nothing can be learned"
        return [Problem(file, what, "check the target's column")]
    return []


def _place_problems(
    records: SiteRecords, grid: Grid | None, file: str, log: IssueLog
) -> list[Problem]:
    """Say how many sites lie off the grid; all of them is an error."""
    try:
        crs = CRS.from_user_input(records.crs)
    except CRSError:  # told with the declarations
        return []
    x, y = (records.sites[name].to_numpy(float) for name in ("x", "y"))
    beyond = (np.abs(x) > 360) | (np.abs(y) > 90)
    if crs.is_geographic and beyond.any():
        what = f"{beyond.sum()} sites have coordinates beyond degrees, such as {x[beyond][0]:g}"
        return [Problem(file, what, f"correct `sites.crs` ({records.crs}) or the rows")]
    if grid is None:
        return []
    off = _off_grid(x, y, crs, grid)
    if off.all():
        hint = "check `sites.crs`"
        if not _off_grid(y, x, crs, grid).all():
            hint = "x and y are exchanged: swap `columns.x` and `columns.y`"
        return [Problem(file, f"all {len(x)} sites lie off the grid of the region", hint)]
    if off.any():
        message = f"{off.sum()} of {len(x)} sites lie off the grid and train no model"
        log.add(Issue(file, None, "x, y", "off_grid", str(off.sum()), "dropped", message))
    if off.any() and len(x) - off.sum() < MIN_SITES:
        what = f"only {len(x) - off.sum()} of {len(x)} sites lie on the grid"
        return [Problem(file, what, "check `region` and `sites.crs`")]
    return []


def _off_grid(x: np.ndarray, y: np.ndarray, crs: CRS, grid: Grid) -> np.ndarray:
    to_grid = Transformer.from_crs(crs, grid.crs, always_xy=True)
    rows, _ = grid.row_col(*to_grid.transform(x, y))
    return np.asarray(rows) < 0
