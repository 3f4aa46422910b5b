"""``solum simulate``: the erosion-carbon simulator from a manifest to maps, tables and a ledger."""

from __future__ import annotations

import dataclasses
import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from features.atomic_files import write_text
from features.check import sources_of_simulator
from features.errors import InputError, Problem
from features.virtual_landscape import write_virtual_landscape
from models.erosion_carbon.compilation import compile_apart
from models.erosion_carbon.settings import Settings
from models.erosion_carbon.simulation import Simulation
from models.erosion_carbon.state import State

from .check_simulator import raise_simulator_problems
from .config import LoadedManifest, load_manifest, to_yaml
from .cost import CostMeter
from .progress import ProgressReporter
from .provenance import input_hashes
from .simulated_cells import SimulatedCells
from .simulator_config import SimulatorSettings
from .simulator_fingerprint import simulation_fingerprints
from .simulator_forcing import PreparedForcing, prepare_forcing
from .simulator_gauges import WatchedCell, watched_cells
from .simulator_maps import write_year
from .simulator_outputs import SimulationReport, write_outputs
from .simulator_paths import SimulatorPaths
from .simulator_store import YearStore, finished_years
from .simulator_tables import INPUT_OF_FIELD, split_fallbacks, write_ledger, write_outlets

MM_PER_M = 1000.0


def simulate_manifest(
    manifest_file: Path | None,
    out: Path | None = None,
    overrides: Sequence[str] = (),
    years: str | None = None,
    threads: int | None = None,
    progress: ProgressReporter | None = None,
) -> Path:
    """Simulate the landscape of a manifest and return the directory of the results.

    Parameters
    ----------
    manifest_file : Path or None
        The manifest; None for the built-in virtual landscape.
    out : Path, optional
        Directory; ``runs/<name>-simulator`` by default. A second call goes on after the last
        finished year.
    overrides : sequence of str
        Settings replaced, as ``simulator.erosion=answers``.
    years : str, optional
        First and last year (``2001-2005``), or how many.
    threads : int, optional
        One a core by default; results do not depend on it.
    progress : ProgressReporter, optional
        Says what is being done.

    Raises
    ------
    InputError
        If the manifest, its files or the parameters are at fault: before anything is written.
    """
    progress = progress or ProgressReporter()
    loaded = load_manifest(manifest_file, (*overrides, *_year_overrides(years)))
    raise_simulator_problems(loaded, progress)
    default = Path("runs") / f"{loaded.manifest.name}-simulator"
    paths = SimulatorPaths((out or default).resolve())
    sources = files_of(loaded, paths.root / "virtual", progress)
    used = threads or os.cpu_count() or 1
    simulate_landscape(sources, paths, used, progress)
    if sources.manifest.simulator.scenario is not None:
        from .scenario import run_scenario

        run_scenario(sources, paths, paths.scenario, used, progress)
    write_text(paths.manifest, to_yaml(loaded.manifest))
    return paths.root


def _year_overrides(years: str | None) -> list[str]:
    """Return ``--years`` as settings of the manifest."""
    if years is None:
        return []
    found = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", years.strip())
    if found is None or (found[2] and int(found[2]) < int(found[1])):
        mend = "write the first and the last year, as in 2001-2005, or how many years"
        raise InputError(Problem(f"--years {years}", "is no span of years", mend))
    if found[2] is None:
        return [f"simulator.years.count={found[1]}"]
    first, last = int(found[1]), int(found[2])
    return [f"simulator.years.first={first}", f"simulator.years.count={last - first + 1}"]


def files_of(loaded: LoadedManifest, directory: Path, progress: ProgressReporter) -> LoadedManifest:
    """Return the manifest of real files: for a virtual landscape, that of its files.

    They are written to the directory where they are not there yet.
    """
    if loaded.manifest.virtual is None:
        return loaded
    progress.say("  the virtual landscape (synthetic data)")
    sources = load_manifest(write_virtual_landscape(loaded.manifest.virtual, directory))
    settings = {"simulator": loaded.manifest.simulator, "virtual": loaded.manifest.virtual}
    return dataclasses.replace(sources, manifest=sources.manifest.model_copy(update=settings))


def simulate_landscape(
    sources: LoadedManifest,
    paths: SimulatorPaths,
    threads: int,
    progress: ProgressReporter,
    change: Callable[[PreparedForcing], PreparedForcing] | None = None,
) -> SimulatedCells:
    """Prepare the forcing, run what is not finished yet, write everything; return the cells.

    Parameters
    ----------
    sources : LoadedManifest
        A checked manifest of files.
    paths : SimulatorPaths
        Where to write.
    threads : int
        Results are the same for any number.
    progress : ProgressReporter
        Says what is being done.
    change : callable, optional
        Changes the forcing, as a scenario does.
    """
    choices: SimulatorSettings = sources.manifest.simulator
    laws, years = choices.laws(), choices.years.calendar
    with CostMeter() as cost:
        progress.say("forcing:")
        prepared = prepare_forcing(sources, years, progress.say)
        if change is not None:
            prepared = change(prepared)
        gauges = watched_cells(choices, prepared, progress.say)
        fingerprints = simulation_fingerprints(prepared.forcing, laws, years[0], gauges)
        if not set(years) <= set(finished_years(paths, fingerprints)):
            compile_apart(prepared.forcing, laws, years[0])
        simulation = _simulation(prepared, laws, gauges, threads)
        cells = prepared.cells(simulation.landscape.network)
        del prepared
        _say_forcing(simulation, cells, progress)
        store = YearStore(paths, fingerprints, progress.say)
        virtual = sources.manifest.virtual is not None
        _run_years(simulation, cells, gauges, years, store, paths, progress, virtual)
        landscape = simulation.landscape
        del simulation
    used = dataclasses.replace(sources, manifest=sources_of_simulator(sources.manifest))
    report = SimulationReport(
        sources=used,
        input_hashes=input_hashes(used),
        threads=threads,
        cost=cost,
        store=store,
    )
    write_outputs(paths, landscape, cells, gauges, years, report, progress)
    return cells


def _simulation(
    prepared: PreparedForcing, laws: Settings, gauges: Sequence[WatchedCell], threads: int
) -> Simulation:
    places = [(gauge.row, gauge.col) for gauge in gauges]
    return Simulation(prepared.forcing, laws, places, threads)


def _say_forcing(simulation: Simulation, cells: SimulatedCells, progress: ProgressReporter) -> None:
    given = ", ".join(str(row["input"]) for row in cells.given if row["kind"] != "constant")
    progress.say(f"  {simulation.landscape.n_cells} cells with {given}")
    for row in cells.given:
        if row["kind"] == "constant":
            progress.say(f"  {row['input']} is {row['mean']:.4g} {row['unit']} everywhere")
    for field, said in split_fallbacks(simulation.landscape.fallbacks).items():
        progress.say(f"  fallback for {INPUT_OF_FIELD[field][0]}: {said}")
    for issue in cells.issues.issues:
        if issue.action == "flagged":
            progress.say(f"  doubt: {issue.file} {issue.column}: {issue.message}")
    resampled = {each.column for each in cells.issues.issues if each.code == "layer_resampled"}
    if resampled:
        progress.say(f"  resampled (issues.csv tells how): {', '.join(sorted(resampled))}")


def _run_years(
    simulation: Simulation,
    cells: SimulatedCells,
    gauges: Sequence[WatchedCell],
    years: range,
    store: YearStore,
    paths: SimulatorPaths,
    progress: ProgressReporter,
    virtual: bool,
) -> None:
    """Spin up and run the years that are not finished, saving the state after each."""
    left = [year for year in years if year not in store.finished]
    if not left:
        progress.say(f"years: {len(years)} finished already")
        return
    if store.finished:
        progress.say(f"years: going on after {store.finished[-1]}")
    newest = store.newest()
    if newest is None:
        _spin_up(simulation, years[0], store, progress)
    else:
        simulation.state = State.from_arrays(newest)
    for year in left:
        start = time.perf_counter()
        title = f"year {year - years[0] + 1} of {len(years)} ({year})"
        with progress.follow() as follow:
            result = simulation.run_year(year, _titled(title, follow))
        rasters = ((name, cells.on_run_grid(each)) for name, each in result.values.items())
        write_year(paths.year(year), year, cells.grid, rasters, virtual=virtual)
        write_ledger(paths.year_table("ledger", year), result.ledger)
        write_outlets(
            paths.year_table("outlets", year), result.outlets, [gauge.id for gauge in gauges]
        )
        seconds = time.perf_counter() - start
        store.keep_year(year, simulation.state.arrays(), seconds, dataclasses.asdict(result.change))
        if year == years[0]:
            change, water_mm = result.change, MM_PER_M * result.change.water_mean_m
            progress.say(
                f"  left by the spin-up, whose year this was: {change.temperature_mean_k:.3f} K "
                f"and {water_mm:.1f} mm of soil water in the mean"
            )


def _titled(title: str, follow: Callable[[str, float], None]) -> Callable[[str, float], None]:
    """Return a follower that says `title` instead of what it is told."""

    def say(_: str, share: float) -> None:
        follow(title, share)

    return say


def _spin_up(
    simulation: Simulation, year: int, store: YearStore, progress: ProgressReporter
) -> None:
    start = time.perf_counter()
    with progress.follow() as follow:
        simulation.spin_up(year, follow)
    store.keep_spin_up(simulation.state.arrays(), time.perf_counter() - start)
