"""What every approach may learn from, gathered at the sites once and read back by each task."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from features.depths import DepthInterval
from features.stack import variable_from_dict, variable_to_dict
from models.atomic_npz import load_npz, save_npz
from models.erosion_carbon.depth_stock import stock_between
from models.hybrid import Evidence, SiteFeatures

from .comparison_paths import ComparisonPaths
from .design_table import read_design
from .physics_features import features_at_sites
from .run_paths import RunPaths
from .simulator_paths import SimulatorPaths

FORMAT_VERSION = 1
G_PER_KG = 1000.0
FEATURES = ("inputs", "physics")
"""Tables of `Evidence` and folders of ``4-simulator``."""
FloatArray = npt.NDArray[np.float64]


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


def write_evidence(paths: RunPaths, simulated: FloatArray, ensemble: FloatArray) -> None:
    """Gather the evidence of the sites in the region and write it.

    Parameters
    ----------
    paths : RunPaths
        Of the run.
    simulated : array (n, d), ensemble : array (m, n, d)
        Of all sites.
    """
    tables = {name: features_at_sites(paths, name) for name in FEATURES}
    values = {name: table.values for name, table in tables.items()}
    inside = np.isfinite(np.hstack(list(values.values()))).all(axis=1)
    described = {
        name: [variable_to_dict(each) for each in table.variables] for name, table in tables.items()
    }
    save_npz(
        ComparisonPaths(paths.simulator).evidence,
        FORMAT_VERSION,
        {
            "site": np.flatnonzero(inside),
            **{name: each[inside] for name, each in values.items()},
            "simulated": simulated[inside],
            "ensemble": ensemble[:, inside],
            "variables": np.array(json.dumps(described)),
        },
    )


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
        for name in FEATURES
    }
    design = read_design(paths).take(arrays["site"])
    return Evidence(design, **tables, simulated=arrays["simulated"], ensemble=arrays["ensemble"])
