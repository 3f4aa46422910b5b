"""Maps of an approach with physics, where the manifest chooses one (``4-simulator/maps/``).

The learner is that of stage 2, tuned and bootstrapped anew on the sites with the columns of the
approach; intervals are calibrated on its own out-of-bag residuals. Stages 1 to 3 stay as they are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from typing import Any

import numpy as np

from features.atomic_files import write_json
from features.depths import depth_key, depth_label
from features.stack import Stack
from models.intervals import OutOfBag, calibrate
from models.learners import LEARNERS
from models.member import load_member
from models.settings import ModelSettings
from models.validation import tune_on_all

from .approach_tasks import (
    BANDS,
    ApproachMemberWork,
    ApproachTileWork,
    approach_design,
    do_approach_member,
    do_approach_tile,
    learned_part,
)
from .colours import BAND_RAMPS
from .comparison_paths import ComparisonPaths
from .execution import TaskRunner
from .final_model import read_final
from .map_mosaic import BAND_TITLES
from .map_tiles import tile_side
from .maps import MosaicWriter
from .progress import ProgressReporter
from .run_paths import RunPaths
from .store import read_json


def map_approach(
    settings: ModelSettings, paths: RunPaths, runner: TaskRunner, progress: ProgressReporter
) -> None:
    """Write mean, SD and prediction interval of every depth by `settings.final_approach`.

    Parameters
    ----------
    settings : ModelSettings
        Of the run; the approach is not ``ml``.
    paths : RunPaths
        Of the run, with its evidence and, for ``residual``, the map of weighted members.
    runner : TaskRunner
        Runs members and tiles; those that are finished are kept.
    progress : ProgressReporter
        Says what is being done.
    """
    here, final = ComparisonPaths(paths.simulator), read_final(paths)
    approach, learner = settings.final_approach, final["learner"]
    design = approach_design(paths, approach)
    preparation, tuned = tune_on_all(
        learned_part(paths, approach), settings, learner, final["blocks"]["size_m"]
    )
    shared = {
        "approach": approach,
        "learner": learner,
        "params": dict(tuned.params),
        "preparation": preparation.to_dict(),
        "seed": settings.seed,
        "n_members": settings.bootstraps,
    }
    _keep_or_clear(here, shared)
    works = [ApproachMemberWork(paths.root, index) for index in range(settings.bootstraps)]
    title = f"bootstrap members ({approach}, {LEARNERS[learner].title})"
    for _ in progress.track(runner.run(do_approach_member, works), title, len(works)):
        pass
    members = [load_member(here.final_member(index)) for index in range(settings.bootstraps)]
    level = settings.intervals.level
    calibrations = calibrate(OutOfBag.of(members), design.targets, level)
    write_json(
        here.final_model, shared | {"calibrations": [each.to_dict() for each in calibrations]}
    )
    tiles = _tiles(paths, settings.bootstraps, len(design.depths))
    for _ in progress.track(
        runner.run(do_approach_tile, tiles), f"tiles of {approach}", len(tiles)
    ):
        pass
    _write_maps(paths, approach, tiles, level)


def _keep_or_clear(here: ComparisonPaths, shared: dict[str, Any]) -> None:
    """Keep finished members of the same model; remove those of another."""
    before = read_json(here.final_model) if here.final_model.is_file() else {}
    if {name: before.get(name) for name in shared} != json.loads(json.dumps(shared)):
        shutil.rmtree(here.final, ignore_errors=True)
        write_json(here.final_model, shared)


def _tiles(paths: RunPaths, n_members: int, n_depths: int) -> list[ApproachTileWork]:
    windows = Stack.open(paths.stack).grid.windows(tile_side(n_members, n_depths))
    return [
        ApproachTileWork(paths.root, index, *map(int, window.flatten()))
        for index, window in enumerate(windows)
    ]


def _write_maps(
    paths: RunPaths, approach: str, tiles: Sequence[ApproachTileWork], level: float
) -> None:
    """Assemble the tiles, one map at a time, and remove them."""
    here, header = ComparisonPaths(paths.simulator), read_json(paths.design)
    grid = Stack.open(paths.stack).grid
    here.maps.mkdir(parents=True, exist_ok=True)
    for d, depth in enumerate(header["depths"]):
        for band in BANDS:
            tags: dict[str, Any] = {"approach": approach}
            if band.startswith("pi"):
                tags["level"] = level
            with MosaicWriter(
                here.map(header["quantity"], depth_key(tuple(depth)), band),
                grid,
                description=f"{header['quantity']} {depth_label(tuple(depth))}, {approach}: "
                f"{BAND_TITLES[band]}",
                unit=header["unit"],
                tags=tags,
                colours=BAND_RAMPS[band],
            ) as mosaic:
                for work in tiles:
                    with np.load(here.tile(work.index)) as tile:
                        mosaic.write(tile[band][d], work.window)
    for work in tiles:
        here.tile(work.index).unlink()
