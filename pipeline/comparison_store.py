"""Finished members and folds of a comparison: kept as long as what they rest on is the same."""

from __future__ import annotations

import shutil

from features.atomic_files import fingerprint, write_json

from .comparison_paths import ComparisonPaths
from .run_paths import RunPaths
from .simulator_config import ComparisonSettings
from .simulator_paths import SimulatorPaths
from .store import code_fingerprint, read_json

COMPARISON_CODE = (
    "pipeline/stage4_comparison.py",
    "pipeline/column_store.py",
    "pipeline/ensemble_columns.py",
    "pipeline/simulator_ensemble.py",
    "pipeline/hybrid_evidence.py",
    "pipeline/hybrid_tasks.py",
    "pipeline/spread_maps.py",
    "pipeline/approach_maps.py",
    "pipeline/approach_tasks.py",
)
"""Code of the comparison and of its maps, beside that of the simulation and of the models."""
FEATURE_CODE = ("pipeline/physics_features.py", "pipeline/feature_maps.py")


def keep_or_clear(paths: RunPaths, choices: ComparisonSettings) -> None:
    """Remove finished members and folds where models, simulation or comparison have changed.

    A scenario or another `model.final_approach` changes none of these.

    Parameters
    ----------
    paths : RunPaths
        Of a run with finished models and a finished simulation.
    choices : ComparisonSettings
        Of the manifest.
    """
    here = ComparisonPaths(paths.simulator)
    rests_on = fingerprint(
        read_json(paths.stage_record("models"))["fingerprint"],
        read_json(SimulatorPaths(paths.simulator).record)["fingerprints"],
        choices.model_dump(mode="json"),
        code_fingerprint([*COMPARISON_CODE, *FEATURE_CODE]),
    )
    before = read_json(here.work_record) if here.work_record.is_file() else None
    if before != rests_on:
        shutil.rmtree(here.work, ignore_errors=True)
        write_json(here.work_record, rests_on)
