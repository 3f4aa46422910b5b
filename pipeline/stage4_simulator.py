"""Stage 4: the erosion-carbon simulator on the run's grid, and its features (``4-simulator/``)."""

from __future__ import annotations

import dataclasses
import os
import shutil
from typing import Any

from features.atomic_files import write_json
from features.stack import Stack

from .check_simulator import lacking_inputs
from .config import LoadedManifest
from .execution import TaskRunner
from .physics_features import (
    PhysicsScreening,
    screen_physics,
    withheld_inputs,
    write_inputs,
    write_physics,
)
from .progress import ProgressReporter
from .run_paths import RunPaths
from .scenario import run_scenario
from .simulate import files_of, simulate_landscape
from .simulator_config import STAGE_FOUR_YEARS, least_coarsening
from .simulator_forcing import prepare_forcing
from .simulator_paths import SIMULATED, SimulatorPaths
from .stage4_comparison import compare_approaches
from .store import read_json


def run_simulator(
    loaded: LoadedManifest, paths: RunPaths, runner: TaskRunner, progress: ProgressReporter
) -> None:
    """Simulate the region, make features of what comes out, and ask whether they help.

    Without elevation, climate, land cover and texture it says so and ends: the maps of the other
    stages do without. Simulated years are kept as long as forcing, laws and simulator are the same.
    """
    lacking = lacking_inputs(loaded.manifest)
    if lacking:
        _end_without(lacking[0].what, paths, progress)
        return
    loaded = _affordable(loaded, paths, progress)
    sources, withheld = withheld_inputs(files_of(loaded, paths.virtual, progress))
    for name in withheld:
        progress.say(f"  {name} is left out: its map knows soil profiles, which folds hold out")
    simulated = SimulatorPaths(paths.simulator, SIMULATED)
    threads = os.cpu_count() or 1
    cells = simulate_landscape(sources, simulated, threads, progress)
    virtual = sources.manifest.virtual is not None
    write_physics(paths, simulated, cells.grid, virtual=virtual)
    # Read once more, as it was not kept through the simulation; what was filled has been said.
    years = sources.manifest.simulator.years.calendar
    prepared = prepare_forcing(sources, years, lambda _: None)
    write_inputs(paths, prepared, virtual=virtual)
    screened = screen_physics(paths, loaded.manifest.model.screening)
    _say_screened(screened, progress)
    compare_approaches(loaded, prepared, paths, runner, progress)
    if sources.manifest.simulator.scenario is not None:
        run_scenario(sources, simulated, simulated.scenario, threads, progress)
    coarsening = sources.manifest.simulator.coarsening
    told = _status(simulated, withheld, screened) | {"coarsening": coarsening}
    write_json(paths.simulator_status, told)


def _affordable(
    loaded: LoadedManifest, paths: RunPaths, progress: ProgressReporter
) -> LoadedManifest:
    """Return the manifest with numbers for `coarsening` and `years.count`; say a coarsening > 1."""
    settings = loaded.manifest.simulator
    factor = settings.coarsening
    if factor == "auto":
        factor = least_coarsening(int(Stack.open(paths.stack).region().sum()))
    if factor > 1:
        progress.say(
            f"  simulated in cells {factor} times as wide as the run's, so that it ends in minutes "
            "(simulator.coarsening: 1 for all cells)"
        )
    years = settings.years
    if years.count == "auto":
        years = years.model_copy(update={"count": STAGE_FOUR_YEARS})
    chosen = settings.model_copy(update={"coarsening": factor, "years": years})
    manifest = loaded.manifest.model_copy(update={"simulator": chosen})
    return dataclasses.replace(loaded, manifest=manifest)


def _end_without(what: str, paths: RunPaths, progress: ProgressReporter) -> None:
    """Say that there is no simulation, and leave nothing of an earlier one."""
    progress.say(f"  no simulation: {what}; add them to `forcing:` of the manifest")
    shutil.rmtree(paths.simulator, ignore_errors=True)
    write_json(paths.simulator_status, {"status": "not available", "reason": what})


def _status(
    simulated: SimulatorPaths, withheld: tuple[str, ...], screened: PhysicsScreening
) -> dict[str, Any]:
    """Return what a summary says of the simulation."""
    told = read_json(simulated.provenance)
    names = (
        "years",
        "n_cells",
        "fallbacks",
        "change_by_year",
        "spin_up_seconds",
        "seconds_by_year",
        "worst_relative_residual",
    )
    return {
        "status": "done",
        **{name: told[name] for name in names},
        "withheld": list(withheld),
        "features_kept": list(screened.kept),
        "n_sites_outside": screened.n_outside,
    }


def _say_screened(screened: PhysicsScreening, progress: ProgressReporter) -> None:
    if screened.n_outside:
        progress.say(
            f"  {screened.n_outside} site{'s' * (screened.n_outside != 1)} outside the region: "
            "left out of the screening of physics features and of the comparison"
        )
    kept = ", ".join(screened.kept) or "none"
    progress.say(f"  physics features beside the covariates that pass screening: {kept}")
