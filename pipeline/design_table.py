"""The design table read back from ``1-features/`` as models need it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer

from features.depths import depth_key
from features.stack import Stack
from features.variables import Variable
from models.design import Design, FloatArray

from .run_paths import RunPaths
from .store import read_json, read_table


def read_design(paths: RunPaths) -> Design:
    """Return the design table of a run; read once and remembered while the file is unchanged."""
    return _read_design(paths.root, paths.sites.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read_design(root: Path, modified_ns: int) -> Design:  # noqa: ARG001 - part of the cache key
    paths = RunPaths(root)
    sites = read_sites_table(paths)
    header = read_json(paths.design)
    stack = Stack.open(paths.stack)
    depths = tuple((float(top), float(bottom)) for top, bottom in header["depths"])
    keys = [depth_key(depth) for depth in depths]
    candidates = header["candidates"]
    return Design(
        ids=sites["id"].to_numpy(str),
        covariates=_floats(sites[candidates]),
        variables=stack_variables(stack, candidates),
        targets=_floats(sites[[f"target_{key}" for key in keys]]),
        depths=depths,
        xy=equal_area_xy(stack.grid.crs, _floats(sites[["x", "y"]])),
        groups=sites["cell_group"].to_numpy(np.int64).copy(),
        fill_log_sd=np.nan_to_num(_floats(sites[[f"fill_log_sd_{key}" for key in keys]])),
        measured_bd=~sites["bd_filled"].to_numpy(bool),
        site_covariates=_site_covariates(sites, header),
    )


def _site_covariates(sites: pd.DataFrame, header: dict[str, Any]) -> FloatArray | None:
    """Return values measured at the sites, NaN where there are none; None if they train nothing."""
    if header["covariate_source"] != "site":
        return None
    return _floats(sites.reindex(columns=[f"site_{name}" for name in header["candidates"]]))


def stack_variables(stack: Stack, ids: Sequence[str]) -> tuple[Variable, ...]:
    """Return the variables of the given ids, in their order."""
    by_id = {variable.id: variable for variable in stack.variables}
    return tuple(by_id[name] for name in ids)


def read_sites_table(paths: RunPaths) -> pd.DataFrame:
    """Return ``sites.csv``."""
    return read_table(paths.sites, text=("id", "vegetation", "soil_type", "group_key"))


def equal_area_xy(crs: CRS, xy: FloatArray) -> FloatArray:
    """Return coordinates in metres of a Lambert azimuthal equal-area projection on their centre.

    Parameters
    ----------
    crs : CRS
        CRS of `xy`.
    xy : array of float64, shape (n, 2)
        Coordinates in `crs`.
    """
    lon, lat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(
        xy[:, 0], xy[:, 1]
    )
    lon_0 = _mean_longitude(lon)
    centre = CRS.from_dict(
        {"proj": "laea", "lat_0": float(np.mean(lat)), "lon_0": lon_0, "units": "m"}
    )
    easting, northing = Transformer.from_crs(crs, centre, always_xy=True).transform(
        xy[:, 0], xy[:, 1]
    )
    return np.column_stack([easting, northing])


def _mean_longitude(degrees: FloatArray) -> float:
    """Return the mean direction: 179 and -179 lie around the date line, not around Greenwich."""
    radians = np.radians(degrees)
    return float(np.degrees(np.arctan2(np.sin(radians).mean(), np.cos(radians).mean())))


def _floats(table: pd.DataFrame) -> FloatArray:
    return np.array(table.to_numpy(np.float64), order="C", copy=True)
