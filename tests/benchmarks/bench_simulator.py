"""The simulator's whole loop on the virtual landscape: spin-up and a year, part by part.

    python -m tests.benchmarks.bench_simulator [--resolution 5000] [--threads 2] [--set KEY=VALUE]

Each kernel's CPU seconds are those of the threads that ran it; what is left of a phase is numpy and
Python. A first, coarse landscape compiles the kernels. CPU seconds stand beside wall seconds, as
other work may share the machine.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

from features.virtual_landscape import write_virtual_landscape
from models.erosion_carbon import simulation as simulation_module
from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.simulation import Simulation
from models.erosion_carbon.spin_up import spun_up_state
from pipeline.config import load_manifest
from pipeline.simulator_forcing import prepare_forcing
from tests.benchmarks.measuring import Stages, keep, machine, table

DAYS = 365
COMPILING_RESOLUTION_M = 40_000
PARTS = {
    "weather": ("rain_of_month", "storms_of_day", "temperature_of_day", "month_anchors"),
    "snow and canopy": ("snow_and_canopy_day",),
    "state of the ground": ("uptake_day", "resistance_day"),
    "hillslopes": ("hillslope_day",),
    "channels": ("route_group", "gather_inflows"),
    "soil water, evapotranspiration": ("potential_evapotranspiration", "soil_water_day"),
    "soil heat": ("mean_of_nodes", "soil_heat_day", "begin_heat"),
    "frost counts": ("count_frost", "count_freeze_thaw_day"),
    "factors of decay": ("decay_factors_ibis", "scale_decomposition"),
    "litter and decay": ("litter_of_day", "decompose_ibis"),
    "dissolved carbon": ("dissolved_from_rain", "dissolved_from_soil", "dissolved_export"),
    "moved carbon": (
        *("erode", "deposit", "mineralise_in_transit", "share_out", "settle", "route_tracers"),
    ),
    "sums for the steady state": ("add_dissolving_factors", "add_washed_shares"),
    "steady state": ("steady_state_ibis",),
    "ledger": ("water_storage", "carbon_storage", "sums_of_rows"),
    "sums of the year": ("add_day",),
}


class TimedThreads(CellThreads):
    """Threads that add up what each kernel takes, by the phase that `phase` names."""

    phase = ""
    seconds: ClassVar[defaultdict[tuple[str, str], float]] = defaultdict(float)
    _lock = threading.Lock()

    def each(self, kernel: Callable[..., Any], tasks: list[tuple[Any, ...]]) -> None:
        """Call ``kernel(*task)`` for every task, in any order."""
        super().each(self._timed(kernel), tasks)

    def _timed(self, kernel: Callable[..., Any]) -> Callable[..., None]:
        key = TimedThreads.phase, kernel.__name__

        def run(*arguments: Any) -> None:
            start = time.thread_time()
            kernel(*arguments)
            with self._lock:
                self.seconds[key] += time.thread_time() - start

        return run


def main() -> None:
    """Compile on a coarse landscape, then time the one asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--resolution", type=int, default=5000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--set", action="append", default=[], dest="overrides")
    options = parser.parse_args()
    with patch.object(simulation_module, "CellThreads", TimedThreads):
        run(COMPILING_RESOLUTION_M, options.threads, options.overrides)
        TimedThreads.seconds.clear()
        simulation, phases = run(options.resolution, options.threads, options.overrides)
    keep("simulator", report(simulation.landscape.n_cells, phases, options))


def run(resolution_m: int, n_threads: int, overrides: list[str]) -> tuple[Simulation, Stages]:
    """Spin up a virtual landscape and run its first year."""
    manifest = load_manifest(None, [f"virtual.resolution_m={resolution_m}", *overrides]).manifest
    assert manifest.virtual is not None
    with tempfile.TemporaryDirectory() as folder:
        sources = load_manifest(write_virtual_landscape(manifest.virtual, Path(folder)))
        years = manifest.simulator.years.calendar
        forcing = prepare_forcing(sources, years, lambda _: None).forcing
    phases = Stages()

    def columns(*arguments: Any) -> Any:
        TimedThreads.phase = "columns"
        with phases.timed("columns"):
            state = spun_up_state(*arguments)
        TimedThreads.phase = "spin-up"
        return state

    with phases.timed("landscape"):
        simulation = Simulation(forcing, manifest.simulator.laws(), (), n_threads)
    del forcing  # as the command lets go of it
    with patch.object(simulation_module, "spun_up_state", columns), phases.timed("spin-up"):
        simulation.spin_up(years[0])
    phases.add("spin-up", -phases.wall["columns"], -phases.cpu["columns"])
    TimedThreads.phase = "year"
    with phases.timed("year"):
        simulation.run_year(years[0])
    return simulation, phases


def report(n_cells: int, phases: Stages, options: argparse.Namespace) -> str:
    """Return the tables of phases and of parts."""
    names = ["landscape", "columns", "spin-up", "year"]
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    by_phase = [
        [name, f"{phases.wall[name]:.1f}", f"{phases.cpu[name]:.1f}", *speed(n_cells, phases, name)]
        for name in names
    ]
    total = [f"{sum(each[name] for name in names):.1f}" for each in (phases.wall, phases.cpu)]
    by_phase.append(["all", *total, "", ""])
    changed = f", with {'; '.join(options.overrides)}" if options.overrides else ""
    return (
        f"# The simulator's whole loop\n\n{machine()}\n\n"
        f"Virtual landscape (synthetic) of {n_cells} cells, {options.resolution} m, "
        f"{options.threads} threads{changed}; peak memory {peak_mib:.0f} MiB. Spin-up: "
        "representative columns for ten years, then all cells for one, with the steady state of "
        "carbon.\n\n"
        + table(["phase", "wall s", "CPU s", "k cell-days/wall s", "k cell-days/CPU s"], by_phase)
        + "\n\nBy part, CPU seconds, and ns for each cell and day of the landscape:\n\n"
        + table(
            ["part", "columns", "spin-up", "ns", "year", "ns"],
            [part_row(part, n_cells, phases) for part in (*PARTS, "others", "numpy and Python")],
        )
    )


def speed(n_cells: int, phases: Stages, name: str) -> list[str]:
    """Return thousands of cells times days a second, by wall and by CPU; none for columns."""
    if name not in ("spin-up", "year"):
        return ["", ""]
    return [f"{1e-3 * n_cells * DAYS / each[name]:.0f}" for each in (phases.wall, phases.cpu)]


def part_row(part: str, n_cells: int, phases: Stages) -> list[str]:
    """Return the line of a part in the three phases."""
    row = [part]
    known = {kernel for kernels in PARTS.values() for kernel in kernels}
    for phase in ("columns", "spin-up", "year"):
        spent = {kernel: s for (at, kernel), s in TimedThreads.seconds.items() if at == phase}
        if part == "numpy and Python":
            seconds = phases.cpu[phase] - sum(spent.values())
        elif part == "others":
            seconds = sum(s for kernel, s in spent.items() if kernel not in known)
        else:
            seconds = sum(spent.get(kernel, 0.0) for kernel in PARTS[part])
        row.append(f"{seconds:.2f}")
        if phase != "columns":
            row.append(f"{1e9 * seconds / n_cells / DAYS:.0f}")
    return row


if __name__ == "__main__":
    main()
