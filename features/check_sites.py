"""Look at the sites table: columns, rows, targets, and whether the sites lie on the grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from .depths import DepthInterval, depth_key, depth_label
from .errors import InputError, Problem
from .grid import Grid
from .issues import Issue, IssueLog
from .manifest import Column, Sites
from .sites import MIN_DEEP_SITES, SiteRecords, build_sites, left_out_depths

MIN_SITES = 10
"""Fewer sites cannot be dealt into folds, tuned and tested."""

DEPTH_LEFT_OUT = "depth_left_out"
"""Code of the doubt that too few sites reach a deeper layer to map it."""

STUDY_DEPTHS: tuple[DepthInterval, ...] = ((0, 10), (0, 30), (0, 50))


def check_sites(
    sites: Sites,
    base_dir: Path,
    grid: Grid | None,
    log: IssueLog,
    depths: Sequence[DepthInterval] | None = None,
    min_places: int = MIN_SITES,
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
    min_places : int
        Places on the grid that the folds asked for need.
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
    _doubt_deep_layers(records, depths, str(sites.file), log)
    needed = max(MIN_SITES, min_places)
    return _target_problems(records, depths[0], str(sites.file), needed) + _place_problems(
        records, grid, str(sites.file), log, needed
    )


def _missing_columns(sites: Sites, base_dir: Path) -> list[Problem]:
    """Return a problem for each column that the table lacks, with the nearest names it has."""
    path = base_dir / str(sites.file)
    try:
        present = [str(name) for name in pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns]
    except (ValueError, OSError) as error:  # ParserError and UnicodeDecodeError are ValueErrors
        what = f"cannot be read as a table ({error})"
        return [Problem(str(path), what, "save it as comma-separated text in UTF-8")]
    if len(present) == 1 and (other := _other_separator(present[0])):
        what = f"its columns are separated by {other}, not by commas: {present[0][:60]!r}"
        mend = "save it as comma-separated text, with points as decimal marks"
        return [Problem(str(sites.file), what, mend)]
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


def _other_separator(header: str) -> str | None:
    names = {";": "semicolons", "\t": "tabs", "|": "bars"}
    return next((name for mark, name in names.items() if mark in header), None)


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
    kinds: Counter[Issue] = Counter()
    for issue in rows.issues:
        if issue.code == "depth_not_reached":  # told with the other depths that few sites reach
            continue
        kinds[replace(issue, row=None if issue.row is None else 0, value="")] += 1
    for kind, n in kinds.items():
        rows_concerned = "" if kind.row is None else f"{n} row{'s' * (n > 1)} {kind.action}: "
        log.add(replace(kind, row=None, value=str(n), message=f"{rows_concerned}{kind.message}"))


def _doubt_deep_layers(
    records: SiteRecords, depths: Sequence[DepthInterval], file: str, log: IssueLog
) -> None:
    for depth in left_out_depths(records.sites, depths):
        key = f"target_{depth_key(depth)}"
        n = int(records.sites[key].notna().sum())
        message = (
            f"{n or 'no'} site{'s reach' if n > 1 else ' reaches'} {depth[1]:g} cm; "
            f"{MIN_DEEP_SITES} are needed to map {depth_label(depth)}"
        )
        log.add(Issue(file, None, key, DEPTH_LEFT_OUT, str(n), "dropped", message))


def _target_problems(
    records: SiteRecords, depth: DepthInterval, file: str, needed: int
) -> list[Problem]:
    target = records.sites[f"target_{depth_key(depth)}"]
    places = records.sites["group_key"].nunique()
    if places < needed:
        what = f"{places} place{'s' * (places != 1)} with a target; at least {needed} are needed"
        return [Problem(file, what, _more_places(needed))]
    if target.nunique() == 1:
        what = f"the target is {target.iloc[0]:g} at every site: nothing can be learned"
        return [Problem(file, what, "check the target's column")]
    return []


def _more_places(needed: int) -> str:
    if needed > MIN_SITES:
        return "add sites, or ask for fewer folds (model.folds)"
    return "add sites, or check `where`, depths and ids"


def _place_problems(
    records: SiteRecords, grid: Grid | None, file: str, log: IssueLog, needed: int
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
    if off.any() and len(x) - off.sum() < needed:
        what = f"only {len(x) - off.sum()} of {len(x)} sites lie on the grid; {needed} are needed"
        return [Problem(file, what, "check `region` and `sites.crs`")]
    return []


def _off_grid(x: np.ndarray, y: np.ndarray, crs: CRS, grid: Grid) -> np.ndarray:
    to_grid = Transformer.from_crs(crs, grid.crs, always_xy=True)
    rows, _ = grid.row_col(*to_grid.transform(x, y))
    return np.asarray(rows) < 0
