"""What every approach may learn from, gathered at the sites once and read back by each task."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import rasterio

from features.depths import DepthInterval
from features.stack import Stack, variable_from_dict, variable_to_dict
from features.variables import Variable
from models.atomic_npz import load_npz, save_npz
from models.erosion_carbon.depth_stock import stock_between
from models.hybrid import Evidence, SiteFeatures

from .comparison_paths import ComparisonPaths
from .design_table import read_design, read_sites_table
from .maps import CLASSES_TAG
from .run_paths import RunPaths
from .simulator_paths import SimulatorPaths

FORMAT_VERSION = 1
G_PER_KG = 1000.0
PHYSICS_PREFIX = "physics_"
"""Keeps a physics feature apart from a covariate of the same name."""
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FeatureMap:
    """A map that learning may use.

    Parameters
    ----------
    variable : Variable
        What it is, under its name among the features.
    file : Path
        On the grid of the run.
    """

    variable: Variable
    file: Path


def input_maps(paths: RunPaths) -> list[FeatureMap]:
    """Return the simulator's raw inputs that vary over the region."""
    offered = _offered(paths, "inputs")
    return [
        _feature_map(paths.simulator_inputs / f"{row['id']}.tif", str(row["id"]), row, "other")
        for row in offered
    ]


def physics_maps(paths: RunPaths) -> list[FeatureMap]:
    """Return the physics features that vary over the region."""
    return [
        _feature_map(paths.physics / f"{row['id']}.tif", f"{PHYSICS_PREFIX}{row['id']}", row,
                     "physics")
        for row in _offered(paths, "physics")
    ]  # fmt: skip


def _offered(paths: RunPaths, table: str) -> list[dict[str, Any]]:
    rows = pd.read_csv(paths.simulator_table(table))
    return [
        {str(key): value for key, value in row.items()}
        for row in rows[rows["chosen"]].to_dict("records")
    ]


def _feature_map(file: Path, name: str, row: dict[str, Any], group: Any) -> FeatureMap:
    kind: Any = row.get("kind", "continuous")
    classes = {}
    if kind == "categorical":
        with rasterio.open(file) as dataset:
            labels = json.loads(dataset.tags()[CLASSES_TAG])
        classes = {int(code): str(label) for code, label in labels.items()}
    return FeatureMap(
        Variable(name, kind, group, str(row["meaning"]), str(row["unit"]), classes), file
    )


def values_at_sites(paths: RunPaths, maps: Sequence[FeatureMap]) -> FloatArray:
    """Return the values of the cells that hold the sites, (n, p); NaN outside the region."""
    sites, grid = read_sites_table(paths), Stack.open(paths.stack).grid
    rows, cols = grid.row_col(sites["x"], sites["y"])
    values = np.empty((len(sites), len(maps)))
    for k, each in enumerate(maps):
        with rasterio.open(each.file) as dataset:
            values[:, k] = dataset.read(1)[rows, cols]
    return values


def simulated_stocks(
    paths: RunPaths,
    last_year: int,
    cells: npt.NDArray[np.int64],
    depths: Sequence[DepthInterval],
) -> FloatArray:
    """Return the carbon of the run's last simulated year between depths, kg C m-2, (n, d).

    Parameters
    ----------
    paths : RunPaths
        Of the run.
    last_year : int
        Whose final state lies in ``state/``.
    cells : array of int (n,)
        Of the network.
    depths : sequence of (top, bottom), length d
        In cm.
    """
    with np.load(SimulatorPaths(paths.simulator).state_of(last_year)) as file:
        by_layer = file["soil"][cells].sum(axis=2) / G_PER_KG
    return np.stack([stock_between(by_layer, top, bottom) for top, bottom in depths], axis=1)


def write_evidence(paths: RunPaths, simulated: FloatArray, ensemble: FloatArray) -> int:
    """Gather the evidence and write it; return how many sites lie outside the region.

    Parameters
    ----------
    paths : RunPaths
        Of the run.
    simulated : array (n, d), ensemble : array (m, n, d)
        Of all sites.
    """
    inputs, physics = input_maps(paths), physics_maps(paths)
    values = [values_at_sites(paths, maps) for maps in (inputs, physics)]
    inside = np.isfinite(np.hstack(values)).all(axis=1)
    described = {
        name: [variable_to_dict(each.variable) for each in maps]
        for name, maps in (("inputs", inputs), ("physics", physics))
    }
    save_npz(
        ComparisonPaths(paths.simulator).evidence,
        FORMAT_VERSION,
        {
            "site": np.flatnonzero(inside),
            "inputs": values[0][inside],
            "physics": values[1][inside],
            "simulated": simulated[inside],
            "ensemble": ensemble[:, inside],
            "variables": np.array(json.dumps(described)),
        },
    )
    return int((~inside).sum())


def read_evidence(paths: RunPaths) -> Evidence:
    """Return the evidence of a run; read once and remembered while the file is unchanged."""
    file = ComparisonPaths(paths.simulator).evidence
    return _read_evidence(paths.root, file.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read_evidence(root: Path, modified_ns: int) -> Evidence:  # noqa: ARG001 - part of the key
    paths = RunPaths(root)
    arrays = load_npz(ComparisonPaths(paths.simulator).evidence, FORMAT_VERSION)
    described = json.loads(str(arrays["variables"]))
    tables = {
        name: SiteFeatures(arrays[name], tuple(map(variable_from_dict, described[name])))
        for name in ("inputs", "physics")
    }
    design = read_design(paths).take(arrays["site"])
    return Evidence(design, **tables, simulated=arrays["simulated"], ensemble=arrays["ensemble"])
