"""A scenario: the simulation again with another climate or land use, and maps of the difference."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

from features.atomic_files import write_json
from models.erosion_carbon.forcing import Forcing
from models.erosion_carbon.scenario import Scenario
from models.erosion_carbon.vegetation import COVER_CODES

from .config import LoadedManifest
from .gap_filling import fill_gaps
from .maps import write_geotiff
from .progress import ProgressReporter
from .simulate import simulate_landscape
from .simulated_cells import SimulatedCells
from .simulator_config import SimulatorSettings
from .simulator_forcing import PreparedForcing, forcing_row
from .simulator_maps import QUANTITIES, VIRTUAL
from .simulator_paths import SimulatorPaths
from .store import read_json

DIFFERENCES = ("soc_0_10", "soc_0_30", "soc_0_50", "lateral_carbon", "runoff", "soil_erosion")
FIELD_OF_INPUT = {
    "precipitation": "precipitation_mm",
    "temperature": "temperature_c",
    "lai": "lai",
    "npp": "npp_g_m2",
}
"""Field of `Forcing` behind each input whose numbers a scenario may change."""
GROWN = ("lai", "npp_g_m2", "organic_matter_percent", "bulk_density_kg_m3")
"""Grids of what grows on a land cover: where it changes they come from its nearest cell."""


def run_scenario(
    sources: LoadedManifest,
    baseline: SimulatorPaths,
    directory: Path,
    threads: int,
    progress: ProgressReporter,
) -> None:
    """Simulate the scenario of the manifest and map what differs from the baseline.

    Both start from an equilibrium of their own: the differences are between two steady states, not
    changes by a date.

    Parameters
    ----------
    sources : LoadedManifest
        Of the baseline.
    baseline : SimulatorPaths
        A finished simulation.
    directory : Path
        Receives the scenario's simulation, ``difference/<id>.tif`` and ``scenario.json``.
    threads : int
        For the simulation.
    progress : ProgressReporter
        Says what is being done.
    """
    choices = sources.manifest.simulator.scenario
    assert choices is not None
    scenario = choices.values()
    paths = SimulatorPaths(directory, baseline.maps)
    progress.say(f"  scenario: {said(scenario)}")
    notes: list[str] = []

    def change(prepared: PreparedForcing) -> PreparedForcing:
        notes[:] = held(scenario, prepared)
        for note in notes:
            progress.say(f"  {note}")
        return changed_forcing(scenario, prepared)

    cells = simulate_landscape(with_storms(sources, scenario), paths, threads, progress, change)
    virtual = sources.manifest.virtual is not None
    before, differences = _write_differences(baseline, paths, cells, virtual=virtual)
    write_json(
        paths.root / "scenario.json",
        {
            "changes": dataclasses.asdict(scenario),
            "said": said(scenario),
            "held": notes,
            "mean_before": before,
            "mean_differences": differences,
            "years": read_json(paths.provenance)["years"],
        },
    )


def said(scenario: Scenario) -> str:
    """Return a scenario in words."""
    parts = [f"{before} becomes {after}" for before, after in scenario.land_cover.items()]
    if scenario.precipitation_factor != 1.0:
        parts.append(f"precipitation times {scenario.precipitation_factor:g}")
    if scenario.rain_intensity_factor != 1.0:
        parts.append(f"heaviest half hours of rain times {scenario.rain_intensity_factor:g}")
    if scenario.temperature_change_c != 0.0:
        parts.append(f"temperature {scenario.temperature_change_c:+g} K")
    return ", ".join(parts)


def held(scenario: Scenario, prepared: PreparedForcing) -> list[str]:
    """Return what the scenario does not change although nature would."""
    given = [name for name in GROWN[:2] if getattr(prepared.forcing, name) is not None]
    notes = []
    if given:
        names = " and ".join({"lai": "leaf area", "npp_g_m2": "production"}[name] for name in given)
        notes.append(f"{names} follow their maps: they do not answer to the climate")
    cover = prepared.forcing.cover[prepared.forcing.region]
    for before, after in scenario.land_cover.items():
        n_cells = int(np.count_nonzero(cover == COVER_CODES[before]))
        notes.append(f"{n_cells} cells change from {before} to {after}")
        if given and not (cover == COVER_CODES[after]).any():
            notes.append(f"no cell is {after} yet: {names} there are those of the nearest cell")
    return notes


def changed_forcing(scenario: Scenario, prepared: PreparedForcing) -> PreparedForcing:
    """Return the forcing of a scenario."""
    forcing = scenario.climate(prepared.forcing)
    before, after = forcing.cover, scenario.cover(forcing.cover)
    changed = (before != after) & forcing.region
    grown: dict[str, Any] = {}
    for name in GROWN:
        values = getattr(forcing, name)
        if values is not None and changed.any():
            gaps = np.where(changed, np.nan, values)
            grown[name] = fill_gaps(gaps, forcing.region, after)[0]
    forcing = dataclasses.replace(forcing, cover=after, **grown)
    given = [_row_of(row, forcing, said(scenario)) for row in prepared.given]
    cover = after.ravel()[prepared.network.cell_of]
    return dataclasses.replace(prepared, forcing=forcing, cover=cover, given=given)


def _row_of(row: dict[str, object], forcing: Forcing, change: str) -> dict[str, object]:
    """Return a row of ``forcing.csv`` with the numbers of the scenario."""
    field = FIELD_OF_INPUT.get(str(row["input"]))
    values = getattr(forcing, field)[..., forcing.region] if field else None
    if values is None or (values.min() + 0.0, values.max()) == (row["min"], row["max"]):
        return row
    source = f"{row['source']}; scenario: {change}"
    name, unit, gaps = str(row["input"]), str(row["unit"]), int(str(row["gaps_filled"]))
    return forcing_row(name, "derived", source, unit, values, gaps)


def with_storms(sources: LoadedManifest, scenario: Scenario) -> LoadedManifest:
    """Return the manifest with storms of the scenario's intensity."""
    settings: SimulatorSettings = sources.manifest.simulator
    parameters = scenario.parameters(settings.parameters)
    simulator = settings.model_copy(update={"parameters": parameters})
    manifest = sources.manifest.model_copy(update={"simulator": simulator})
    return dataclasses.replace(sources, manifest=manifest)


def _write_differences(
    baseline: SimulatorPaths, paths: SimulatorPaths, cells: SimulatedCells, *, virtual: bool
) -> tuple[dict[str, float], dict[str, float]]:
    """Write the difference of each quantity; return means over the cells, before and of it."""
    folder = paths.root / "difference"
    folder.mkdir(parents=True, exist_ok=True)
    before, differences = {}, {}
    for name in DIFFERENCES:
        as_is = _read(baseline, name)
        difference = _read(paths, name) - as_is
        quantity = QUANTITIES[name]
        write_geotiff(
            folder / f"{name}.tif",
            difference,
            cells.grid,
            description=f"{VIRTUAL if virtual else ''}scenario less baseline: {quantity.meaning}",
            unit=quantity.unit,
            tags={"source": quantity.source},
            colours="PuOr",
        )
        before[name], differences[name] = float(np.nanmean(as_is)), float(np.nanmean(difference))
    return before, differences


def _read(paths: SimulatorPaths, name: str) -> Any:
    with rasterio.open(paths.map(name)) as dataset:
        return dataset.read(1).astype(np.float64)
