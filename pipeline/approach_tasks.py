"""The tasks behind the maps of an approach: each reads the run and writes its own file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.windows import Window

from features.atomic_files import replacing
from features.stack import Stack
from models.bootstrap import fit_member
from models.design import Design
from models.hybrid.approaches import RESIDUAL, TABLES
from models.hybrid.ensemble_weights import weighted_stock
from models.intervals import Calibration
from models.member import Member, load_member, save_member
from models.prediction import predict_depths
from models.preparation import Preparation

from .comparison_paths import ComparisonPaths
from .hybrid_evidence import FEATURES, read_evidence
from .run_paths import RunPaths
from .store import read_json

BANDS = ("mean", "sd", "pi_lower", "pi_upper")


@dataclass(frozen=True)
class ApproachMemberWork:
    """One bootstrap member; what all share lies in ``final/model.json``."""

    run: Path
    index: int


@dataclass(frozen=True)
class ApproachTileWork:
    """One tile of the maps: a window in cells of the grid."""

    run: Path
    index: int
    col_off: int
    row_off: int
    width: int
    height: int

    @property
    def window(self) -> Window:
        """The window in the grid."""
        return Window(self.col_off, self.row_off, self.width, self.height)


def approach_design(paths: RunPaths, approach: str) -> Design:
    """Return the sites with the columns of an approach, targets as observed."""
    return read_evidence(paths).design_with(TABLES[approach])


def offset_at_sites(paths: RunPaths, approach: str) -> npt.NDArray[np.float64]:
    """Return what an approach takes from the simulator at the modelled depth, (n,); mostly 0."""
    evidence = read_evidence(paths)
    if approach != RESIDUAL:
        return np.zeros(evidence.design.n_sites)
    weights = np.asarray(read_json(ComparisonPaths(paths.simulator).weights), dtype=np.float64)
    return weighted_stock(weights, evidence.ensemble)[:, 0]


def learned_part(paths: RunPaths, approach: str) -> Design:
    """Return the sites with what remains of the target to be learned, for tuning."""
    design = approach_design(paths, approach)
    targets = design.targets.copy()
    targets[:, 0] -= offset_at_sites(paths, approach)
    return replace(design, targets=targets)


def do_approach_member(work: ApproachMemberWork) -> Path:
    """Fit one bootstrap member and write it; skip it if it is there."""
    paths = RunPaths(work.run)
    here = ComparisonPaths(paths.simulator)
    path = here.final_member(work.index)
    if not path.is_file():
        shared = read_json(here.final_model)
        member = fit_member(
            work.index,
            approach_design(paths, shared["approach"]),
            Preparation.from_dict(shared["preparation"]),
            shared["learner"],
            shared["params"],
            shared["seed"],
            offset_at_sites(paths, shared["approach"]),
        )
        save_member(member, path)
    return path


def do_approach_tile(work: ApproachTileWork) -> Path:
    """Predict one tile and write its bands; skip it if it is there."""
    paths = RunPaths(work.run)
    here = ComparisonPaths(paths.simulator)
    file = here.tile(work.index)
    if not file.is_file():
        shared = read_json(here.final_model)
        calibrations = tuple(map(Calibration.from_dict, shared["calibrations"]))
        bands: dict[str, Any] = _bands(paths, work.window, shared, calibrations)
        with replacing(file) as temporary, temporary.open("wb") as stream:
            np.savez(stream, **bands)
    return file


def _bands(
    paths: RunPaths, window: Window, shared: dict[str, Any], calibrations: tuple[Calibration, ...]
) -> dict[str, npt.NDArray[np.float32]]:
    """Return each band, (d, h, w); NaN where the approach cannot predict."""
    here = ComparisonPaths(paths.simulator)
    preparation = Preparation.from_dict(shared["preparation"])
    region = Stack.open(paths.stack).region(window)
    files = _files(paths)
    matrix = np.column_stack([_read(files[name], window)[region] for name in preparation.ids])
    usable = preparation.encoder.applicable(matrix)
    offset = None
    if shared["approach"] == RESIDUAL:
        offset = _read(here.weighted_map, window)[region]
        usable &= np.isfinite(offset)
        offset = offset[usable]
    encoded = preparation.encode_kept(matrix[usable])
    modified_ns = here.final_model.stat().st_mtime_ns
    members = _members(here.root, shared["n_members"], modified_ns)
    prediction = predict_depths(members, calibrations, encoded, offset)
    rows, cols = (each[usable] for each in np.nonzero(region))
    bands = {}
    for name in BANDS:
        bands[name] = np.full((len(calibrations), *region.shape), np.nan, dtype=np.float32)
        bands[name][:, rows, cols] = getattr(prediction, name)
    return bands


def _files(paths: RunPaths) -> dict[str, Path]:
    """Return the map of each feature by its name."""
    files = {
        variable.id: paths.stack / f"{variable.id}.tif"
        for variable in Stack.open(paths.stack).variables
    }
    evidence = read_evidence(paths)
    for table in FEATURES:
        for variable in getattr(evidence, table).variables:
            files[variable.id] = paths.simulator_feature(table, variable.quantity)
    return files


def _read(file: Path, window: Window) -> npt.NDArray[np.float32]:
    with rasterio.open(file) as dataset:
        return np.asarray(dataset.read(1, window=window), dtype=np.float32)


@lru_cache(maxsize=1)
def _members(
    root: Path,
    n_members: int,
    modified_ns: int,  # noqa: ARG001 - part of the cache key
) -> tuple[Member, ...]:
    paths = ComparisonPaths(root)
    return tuple(load_member(paths.final_member(index)) for index in range(n_members))
