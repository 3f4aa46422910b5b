"""The simulator's inputs brought onto its grid, one after the other, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from features.forcing_grids import aligned_layers, constant_grid, monthly_grids, single_grid
from features.forcing_inputs import FORCING_INPUTS
from features.forcing_layers import ForcingLayers, ForcingSource, forcing_layers, forcing_source
from features.grid import Grid
from features.issues import IssueLog
from features.source_raster import local_name

from .config import LoadedManifest

BoolArray = npt.NDArray[np.bool_]
FloatGrid = npt.NDArray[np.floating]


@dataclass(frozen=True)
class DailyInput:
    """An input given day by day, read when the cells that need it are known."""

    given: ForcingSource
    layers: ForcingLayers


@dataclass
class SimulatorInputs:
    """What the manifest's ``forcing:`` holds, on one grid.

    Parameters
    ----------
    grid : Grid
        Grid of the simulation.
    region : array of bool (rows, cols)
        Cells to simulate.
    grids : dict of str to array
        By key, (rows, cols) or (12, rows, cols), in the units of `FORCING_INPUTS`; of a daily
        input its first day.
    daily : dict of str to DailyInput
        Inputs given day by day.
    classes : dict of int to str
        Names of the land cover's codes.
    origin : dict of str to str
        Where each input came from.
    constant : set of str
        Inputs that are one value everywhere.
    derived : dict of str to str
        What was made of an input before the simulator took it, and how.
    gaps_filled : dict of str to int
        Cells of the region that lacked a value.
    issues : IssueLog
        What was resampled and refused.
    """

    grid: Grid
    region: BoolArray
    grids: dict[str, FloatGrid] = field(default_factory=dict)
    daily: dict[str, DailyInput] = field(default_factory=dict)
    classes: dict[int, str] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    constant: set[str] = field(default_factory=set)
    derived: dict[str, str] = field(default_factory=dict)
    gaps_filled: dict[str, int] = field(default_factory=dict)
    issues: IssueLog = field(default_factory=IssueLog)


def read_inputs(sources: LoadedManifest, grid: Grid, region: BoolArray) -> SimulatorInputs:
    """Bring every input onto the grid.

    Raises
    ------
    InputError
        For files that cannot be read and impossible values, with file and band.
    """
    inputs = SimulatorInputs(grid, region)
    covariates = {each.id: each for each in sources.manifest.covariates}
    for name in FORCING_INPUTS:
        if name not in sources.manifest.forcing:
            continue
        forcing = sources.manifest.forcing[name]
        given = forcing_source(name, forcing, covariates)
        if forcing.value is not None:
            inputs.constant.add(name)
            inputs.origin[name] = f"one value everywhere: {forcing.citation or 'of the manifest'}"
            inputs.grids[name] = constant_grid(given, grid)
            continue
        layers = forcing_layers(given, sources.base_dir)
        inputs.origin[name] = _origin(given, layers)
        _read(inputs, name, given, layers)
    return inputs


def _read(inputs: SimulatorInputs, name: str, given: ForcingSource, layers: ForcingLayers) -> None:
    where = (inputs.grid, inputs.region, inputs.issues)
    if name == "land_cover":
        inputs.classes = dict(given.source.classes)
    if layers.timing == "daily":
        inputs.daily[name] = DailyInput(given, layers)
        inputs.grids[name] = next(aligned_layers(given, layers, *where)).values
    elif layers.timing == "monthly":
        inputs.grids[name] = monthly_grids(given, layers, *where)
    else:
        inputs.grids[name] = single_grid(given, layers, *where)


def _origin(given: ForcingSource, layers: ForcingLayers) -> str:
    """Return in words where an input comes from."""
    source = given.source
    files = local_name(source) or ", ".join(source.files)
    n = len(layers.places)
    often = f", {n} {layers.timing} layers" if n > 1 else ""
    if given.covariate is not None:
        return f"covariate {given.covariate} ({files}{often})"
    return f"{files}{often}"


def cells_without(values: FloatGrid, region: BoolArray) -> BoolArray:
    """Return the cells of the region that lack a value in any layer, (rows, cols)."""
    missing = np.isnan(values).reshape(-1, *region.shape).any(axis=0)
    return np.asarray(missing & region)
