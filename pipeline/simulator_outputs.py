"""What a finished simulation writes: maps, tables, provenance, and a few lines on the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features.atomic_files import write_json
from models.erosion_carbon.basins import BasinLoads, basin_summary
from models.erosion_carbon.landscape import Landscape

from .config import LoadedManifest
from .cost import CostMeter
from .progress import ProgressReporter
from .provenance import provenance_of
from .simulated_cells import SimulatedCells
from .simulator_gauges import WatchedCell
from .simulator_maps import mean_of_years, write_maps
from .simulator_paths import SimulatorPaths
from .simulator_store import PARTS, YearStore
from .simulator_tables import join_tables, write_forcing, write_parameters, write_rows
from .store import read_table, write_table


@dataclass(frozen=True)
class SimulationReport:
    """Where a simulation's numbers come from.

    Parameters
    ----------
    sources : LoadedManifest
        What was read.
    input_hashes : dict of str to str
        Content of its files.
    threads : int
        Used.
    cost : CostMeter
        Of this call.
    store : YearStore
        Cost of spin-up and years, also of earlier calls.
    """

    sources: LoadedManifest
    input_hashes: dict[str, str]
    threads: int
    cost: CostMeter
    store: YearStore


def write_outputs(
    paths: SimulatorPaths,
    landscape: Landscape,
    cells: SimulatedCells,
    gauges: Sequence[WatchedCell],
    years: range,
    report: SimulationReport,
    progress: ProgressReporter,
) -> None:
    """Write everything but the years' own files, each file whole or not at all."""
    manifest = report.sources.manifest
    means = mean_of_years(paths.year(year) for year in years)
    write_maps(paths.physics, means, cells.grid, years, virtual=manifest.virtual is not None)
    for name in PARTS:
        join_tables(paths.table(name), [paths.year_table(name, year) for year in years])
    write_forcing(paths.table("forcing"), cells.given, landscape)
    write_parameters(paths.table("parameters"), manifest.simulator.parameters)
    write_table(paths.table("issues"), cells.issues.to_frame())
    basins = _basins(paths, cells, gauges, years, means)
    write_rows(paths.table("basins"), "basins", basins)
    residuals = _worst_residuals(paths)
    write_json(
        paths.provenance,
        {
            **provenance_of(report.sources, manifest.simulator.seed, report.input_hashes),
            "years": [years[0], years[-1]],
            "n_cells": landscape.n_cells,
            "threads": report.threads,
            "fallbacks": list(landscape.fallbacks),
            "spin_up_seconds": report.store.spin_up_seconds,
            "change_by_year": report.store.changes,
            "seconds_by_year": report.store.seconds,
            "seconds": round(report.cost.seconds, 2),
            "peak_memory_mib": round(report.cost.peak_memory_mib, 1),
            "worst_relative_residual": residuals,
        },
    )
    _say_results(basins, residuals, paths, progress)


def _basins(
    paths: SimulatorPaths,
    cells: SimulatedCells,
    gauges: Sequence[WatchedCell],
    years: range,
    means: Mapping[str, npt.NDArray[np.float64]],
) -> list[dict[str, Any]]:
    """Return the rows of ``basins.csv``."""
    if not gauges:
        return []
    daily = read_table(paths.table("outlets"), text=("date", "outlet"))
    values = {name: cells.from_run_grid(each) for name, each in means.items()}
    rows: list[dict[str, Any]] = []
    for gauge in gauges:
        own = daily[daily["outlet"] == gauge.id]
        yearly = own[["sediment_kg", "poc_g", "doc_g"]].sum() / len(years)
        loads = BasinLoads(*map(float, yearly))
        summary = basin_summary(cells.network, gauge.cell, cells.cover, values, loads)
        discharge = float(own["discharge_m3_s"].mean())
        place = {"outlet": gauge.id, "x": gauge.x, "y": gauge.y, "discharge_m3_s": discharge}
        rows.append({**place, **summary})
    return rows


def _worst_residuals(paths: SimulatorPaths) -> dict[str, float]:
    """Return the largest relative residual of a cell by balance."""
    ledger = read_table(paths.table("ledger"), text=("balance", "term", "sign", "unit"))
    worst = ledger[ledger["term"] == "worst_cell_relative"]
    return {str(name): float(each.max()) for name, each in worst.groupby("balance")["amount"]}


def _say_results(
    basins: Sequence[Mapping[str, Any]],
    residuals: Mapping[str, float],
    paths: SimulatorPaths,
    progress: ProgressReporter,
) -> None:
    for row in basins:
        progress.say(
            "  {outlet}: {area_km2:.0f} km2, runoff {runoff_mm:.0f} mm/yr (coefficient "
            "{runoff_coefficient:.2f}), net soil erosion {net_soil_erosion_g_m2:.3g} g/m2/yr, "
            "eroded carbon {gross_soc_erosion_of_npp:.2g} of production".format(**row)
        )
    said = ", ".join(f"{name} {worst:.1e}" for name, worst in residuals.items())
    progress.say(f"ledger: largest relative residual of a cell and day: {said}")
    progress.say(f"wrote {paths.root}")
