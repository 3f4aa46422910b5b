"""Does physics help? Six approaches on identical folds, once the simulation stands.

Order: columns -> members of the ensemble -> evidence at the sites -> folds of every approach ->
tables and the sentence -> spread maps -> maps of the approach that the manifest chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from features.atomic_files import write_json
from features.errors import InputError, Problem
from models.fold_tasks import seed_of
from models.folds import random_folds
from models.hybrid import (
    Evidence,
    HybridFold,
    HybridTask,
    choose_sharpness,
    comparison_table,
    glue_weights,
    held_out_predictions,
    hybrid_tasks,
    verdict,
    weight_table,
)
from models.hybrid.approaches import ML
from models.hybrid.tasks import INNER_FOLDS
from models.settings import ModelSettings

from .approach_maps import map_approach
from .comparison_paths import ComparisonPaths
from .comparison_store import keep_or_clear
from .config import LoadedManifest
from .design_table import read_design
from .ensemble_columns import StandIns, write_columns
from .execution import TaskRunner
from .final_model import read_final
from .fold_store import load_fold
from .hybrid_evidence import read_evidence, simulated_stocks, write_evidence
from .hybrid_tasks import HybridWork, do_hybrid_fold, hybrid_fold_file
from .progress import ProgressReporter
from .run_paths import RunPaths
from .schemas import COMPARISON_TABLES
from .simulator_ensemble import SimulatorEnsemble, run_ensemble
from .simulator_forcing import PreparedForcing
from .spread_maps import write_spread, write_weighted
from .store import read_json, write_table

SEED_NAME = "simulator ensemble"


def compare_approaches(
    loaded: LoadedManifest,
    prepared: PreparedForcing,
    paths: RunPaths,
    runner: TaskRunner,
    progress: ProgressReporter,
) -> None:
    """Compare the approaches and write ``comparison.csv`` and what stands behind it.

    Parameters
    ----------
    loaded : LoadedManifest
        Of the run.
    prepared : PreparedForcing
        Of the finished simulation.
    paths : RunPaths
        Of the run; stages 1 and 2 are finished, physics features and raw inputs are written.
    runner : TaskRunner
        Runs members and folds; those that are finished are kept.
    progress : ProgressReporter
        Says what is being done.
    """
    here, settings = ComparisonPaths(paths.simulator), loaded.manifest.model
    reason = _no_comparison(paths, settings)
    if reason:
        progress.say(f"  no comparison: {reason}")
        write_json(here.record, {"status": "not available", "reason": reason})
        return
    keep_or_clear(paths, loaded.manifest.simulator.comparison)
    ensemble, stand_ins = _ensemble(loaded, prepared, paths, runner, progress)
    evidence = _evidence(loaded, paths, ensemble, stand_ins)
    n_fold_seeds = loaded.manifest.simulator.comparison.fold_seeds
    results = _run_folds(evidence, settings, n_fold_seeds, paths, runner, progress)
    sharpness, weights = overall_weights(evidence, settings)
    sentence = _write_tables(here, paths, evidence, settings, results, ensemble, weights)
    progress.say(f"  {sentence}")
    write_json(here.weights, weights)
    maps_of = (paths, prepared, ensemble, stand_ins.of_cells)
    write_spread(*maps_of)
    write_weighted(*maps_of, weights, loaded.manifest.simulator.years.calendar[-1])
    if settings.final_approach != ML:
        map_approach(settings, paths, runner, progress)
    record = _record(paths, sentence, evidence, results, sharpness, weights)
    write_json(here.record, record | {"final_approach": settings.final_approach})


def _ensemble(
    loaded: LoadedManifest,
    prepared: PreparedForcing,
    paths: RunPaths,
    runner: TaskRunner,
    progress: ProgressReporter,
) -> tuple[SimulatorEnsemble, StandIns]:
    """Run the members in columns; return them and which column stands for what."""
    simulator = loaded.manifest.simulator
    choices, laws, first_year = simulator.comparison, simulator.laws(), simulator.years.first
    seed = seed_of(loaded.manifest.model.seed, SEED_NAME, 0)
    stand_ins = write_columns(paths, prepared, laws, first_year, choices.columns, seed)
    here = ComparisonPaths(paths.simulator)
    return run_ensemble(here, laws, choices.members, seed, runner, progress), stand_ins


def _evidence(
    loaded: LoadedManifest,
    paths: RunPaths,
    ensemble: SimulatorEnsemble,
    stand_ins: StandIns,
) -> Evidence:
    """Gather what is known at the sites, for all tasks."""
    depths = read_design(paths).depths
    last_year = loaded.manifest.simulator.years.calendar[-1]
    simulated = simulated_stocks(paths, last_year, stand_ins.site_cells, depths)
    at_sites = ensemble.at_sites(simulated, stand_ins.of_sites, depths)
    write_evidence(paths, simulated, at_sites)
    return read_evidence(paths)


def _no_comparison(paths: RunPaths, settings: ModelSettings) -> str:
    """Return why nothing can be compared; empty where it can.

    Raises
    ------
    InputError
        If the manifest asks for maps that rest on the comparison.
    """
    quantity = read_json(paths.design)["quantity"]
    if quantity == "socd":
        return ""
    reason = f"the simulator knows carbon density, the target is {quantity}"
    if settings.final_approach != ML:
        where = f"model.final_approach {settings.final_approach}"
        raise InputError(Problem(where, reason, "choose ml, or map carbon density"))
    return reason


def _run_folds(
    evidence: Evidence,
    settings: ModelSettings,
    n_fold_seeds: int,
    paths: RunPaths,
    runner: TaskRunner,
    progress: ProgressReporter,
) -> list[HybridFold]:
    final = read_final(paths)
    learner, block_size_m = final["learner"], final["blocks"]["size_m"]
    how = (learner, block_size_m, n_fold_seeds)
    tasks: Sequence[HybridTask] = hybrid_tasks(evidence, settings, *how)
    works = [HybridWork(paths.root, settings, *how, k) for k in range(len(tasks))]
    done = runner.run(do_hybrid_fold, works)
    for _ in progress.track(done, f"folds of all approaches ({learner})", len(works)):
        pass
    return [load_fold(hybrid_fold_file(paths.root, task), HybridFold) for task in tasks]


def overall_weights(evidence: Evidence, settings: ModelSettings) -> tuple[float, Any]:
    """Return how sharply all sites weigh the members, and their weights, shape (m,).

    For maps, which no score is taken from; folds weigh by their own training sites.
    """
    folds = random_folds(evidence.design.groups, INNER_FOLDS, seed_of(settings.seed, SEED_NAME, 1))
    targets = evidence.design.targets
    sharpness = choose_sharpness(evidence.ensemble, targets, folds)
    return sharpness, glue_weights(evidence.ensemble, targets, sharpness)


def _write_tables(
    here: ComparisonPaths,
    paths: RunPaths,
    evidence: Evidence,
    settings: ModelSettings,
    results: Sequence[HybridFold],
    ensemble: SimulatorEnsemble,
    weights: Any,
) -> str:
    """Write all tables and return the sentence."""
    predictions = held_out_predictions(evidence.design, results)
    block_size_m = read_final(paths)["blocks"]["size_m"]
    comparison = comparison_table(predictions, evidence.design, block_size_m, settings.seed)
    tables = {
        "comparison": comparison,
        "hybrid_predictions": predictions,
        "hybrid_weights": weight_table(results),
        "ensemble": ensemble.table(weights),
    }
    for name, table in tables.items():
        write_table(here.table(name), table[list(COMPARISON_TABLES[name])])
    return verdict(comparison, read_json(paths.design)["unit"])


def _record(
    paths: RunPaths,
    sentence: str,
    evidence: Evidence,
    results: Sequence[HybridFold],
    sharpness: float,
    weights: Any,
) -> dict[str, Any]:
    """Return what the summary says of the comparison."""
    return {
        "status": "done",
        "verdict": sentence,
        "learner": read_final(paths)["learner"],
        "n_sites": evidence.design.n_sites,
        "n_fold_seeds": len({result.fold_seed for result in results}),
        "n_members": len(weights),
        "sharpness": sharpness,
        "effective_members": float(1.0 / np.square(weights).sum()),
        "effective_members_in_folds": _median_effective(results),
    }


def _median_effective(results: Sequence[HybridFold]) -> float:
    table: pd.DataFrame = weight_table(results)
    return float(table.groupby(["scheme", "seed", "fold"])["effective_members"].first().median())
