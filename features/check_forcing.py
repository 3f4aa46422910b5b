"""Look at the simulator's inputs, thinned out: units, layers, classes, impossible values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import numpy.typing as npt
from affine import Affine
from pyproj import CRS, Transformer
from rasterio.errors import RasterioIOError
from rasterio.io import DatasetReader

from .check_rasters import thinned
from .errors import InputError, Problem
from .forcing_grids import constant_grid, forcing_clean, impossible
from .forcing_inputs import FORCING_INPUTS, REQUIRED, TEXTURE, Forcing
from .forcing_layers import (
    ForcingLayers,
    ForcingSource,
    forcing_layers,
    forcing_source,
    open_variable,
)
from .grid import Grid
from .manifest import SourcesManifest
from .source_raster import SourceView, view_source
from .units import conversion

BoolArray = npt.NDArray[np.bool_]
POINTS_PER_SIDE = 256
MOST_LAYERS = 24
"""Layers of a long series that are looked at; all are when they are aligned."""


def missing_inputs(forcing: Collection[str], file: Path) -> list[Problem]:
    """Return a problem that names every input the simulator cannot do without."""
    wanted = [_described(name) for name in REQUIRED if name not in forcing]
    n_texture = sum(name in forcing for name in TEXTURE)
    if n_texture < 2:
        wanted.append("two of sand, silt and clay (%)")
    if not wanted:
        return []
    mend = "add to `forcing:` each as `{file: ..., unit: ...}` or `{covariate: <id>}`"
    return [Problem(f"{file} forcing", f"the simulator lacks {'; '.join(wanted)}", mend)]


def _described(name: str) -> str:
    wanted = FORCING_INPUTS[name]
    often = "" if wanted.timings == ("single",) else f", {' or '.join(wanted.timings)}"
    unit = "classes" if wanted.is_categorical else wanted.unit
    return f"{name} ({unit}{often})"


def check_forcing(
    manifest: SourcesManifest,
    base_dir: Path,
    region: tuple[Grid, BoolArray] | None,
    names: Collection[str],
) -> list[Problem]:
    """Return what is wrong with the simulator's inputs.

    Parameters
    ----------
    manifest : SourcesManifest
        Validated, without `input_problems`.
    base_dir : Path
        Directory that relative paths start from.
    region : (Grid, array of bool), optional
        Grid and cells of the region; without it no values are looked at.
    names : collection of str
        Inputs whose files are there.
    """
    problems: list[Problem] = []
    covariates = {covariate.id: covariate for covariate in manifest.covariates}
    timings: dict[str, str] = {}
    for name in names:
        try:
            given = forcing_source(name, manifest.forcing[name], covariates)
            layers = forcing_layers(given, base_dir)
            forcing_clean(given, daily=layers.timing == "daily")
        except InputError as error:
            problems += error.problems
            continue
        timings[name] = layers.timing
        if region is not None:
            problems += _check_layers(given, layers, *region)
    return problems + _timing_problems(manifest, timings)


def _timing_problems(manifest: SourcesManifest, timings: dict[str, str]) -> list[Problem]:
    """Return a problem where months and days do not go together."""
    series = {name: timings[name] for name in ("precipitation", "temperature") if name in timings}
    problems = []
    if len(set(series.values())) > 1:
        monthly = next(name for name, timing in series.items() if timing != "daily")
        mend = "give precipitation and temperature both by month or both by day"
        problems.append(Problem(f"forcing.{monthly}", "is monthly, while the other is daily", mend))
    if (
        series.get("temperature") == "daily"
        and manifest.forcing["temperature"].quantity is not None
    ):
        what = "is daily land-surface temperature, of clear days alone"
        problems.append(Problem("forcing.temperature", what, "give monthly means of it"))
    return problems


def input_problems(name: str, given: Forcing, file: Path) -> list[Problem]:
    """Return what is wrong with an input before its files are opened: key, unit, classes."""
    where = f"{file} forcing.{name}"
    wanted = FORCING_INPUTS.get(name)
    if wanted is None:
        close = get_close_matches(name, FORCING_INPUTS, n=1)
        hint = f"did you mean `{close[0]}`? " if close else ""
        mend = f"{hint}known are {', '.join(FORCING_INPUTS)}"
        return [Problem(where, "the simulator has no such input", mend)]
    if given.quantity is not None and name != "temperature":
        mend = "leave it out: it is for `temperature` alone"
        return [Problem(f"{where}.quantity", f"{name} is no temperature", mend)]
    if given.covariate is not None:
        return []
    if given.value is not None and (wanted.is_categorical or "single" not in wanted.timings):
        mend = "give a map of it"
        return [Problem(f"{where}.value", "one value cannot stand for all cells and months", mend)]
    if wanted.is_categorical:
        if name != "land_cover" or given.classes:
            return []
        mend = "add `classes:`, such as `{1: forest, 2: cropland}`"
        return [Problem(where, "does not say which code is which class", mend)]
    if given.unit is None:
        return [Problem(where, "no unit is given", f"add `unit:`, such as {wanted.unit}")]
    try:
        conversion(given.unit, wanted.quantity, f"{where}.unit")
        if given.value is not None:
            constant_grid(forcing_source(name, given, {}), _one_cell())
    except InputError as error:
        return list(error.problems)
    return []


def _one_cell() -> Grid:
    return Grid(CRS.from_epsg(4326), Affine(1, 0, 0, 0, -1, 0), 1, 1)


def _check_layers(
    given: ForcingSource, layers: ForcingLayers, grid: Grid, inside: BoolArray
) -> list[Problem]:
    """Return the first problem of each file."""
    problems: dict[Path, Problem] = {}
    step = -(-len(layers.places) // MOST_LAYERS)
    x, y = _points(grid, inside)
    for path, band in layers.places[::step]:
        if path in problems:
            continue
        try:
            with open_variable(path, given.variable) as dataset:
                found = _check_band(given, dataset, band, grid, x, y, layers.timing == "daily")
        except RasterioIOError as error:
            what = f"cannot be read to its end ({error})"
            found = Problem(str(path), what, "copy or download the file again")
        if found is not None:
            problems[path] = found
    return list(problems.values())


def _points(grid: Grid, inside: BoolArray) -> tuple[npt.NDArray[np.float64], ...]:
    """Return coordinates of cells of the region, at most some 65,000."""
    steps = [max(1, -(-side // POINTS_PER_SIDE)) for side in grid.shape]
    rows, cols = np.nonzero(inside[:: steps[0], :: steps[1]])
    if not len(rows):  # a region of few cells may lie between the points
        rows, cols = np.nonzero(inside)
        steps = [1, 1]
    return grid.xy(rows * steps[0], cols * steps[1])


def _check_band(
    given: ForcingSource,
    dataset: DatasetReader,
    band: int,
    grid: Grid,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    daily: bool,
) -> Problem | None:
    where = f"{dataset.name} band {band}"
    view = view_source(grid, dataset)
    if view is None:
        what = "does not overlap the region"
        return Problem(where, what, "check the CRS of the raster and the bounds of the region")
    raw, missing = thinned(dataset, band, view.window, given.source.nodata)
    at = _nearest(dataset, view, raw.shape, grid, x, y)
    raw, missing = raw[at], missing[at]
    if missing.all():
        what = f"forcing.{given.name} holds no data within the region (every cell is nodata)"
        return Problem(where, what, "check the file, `band` and `nodata`")
    if given.input.is_categorical:
        return _unnamed_code(given, where, raw[~missing])
    values, _ = forcing_clean(given, daily=daily)(raw, missing)
    declared = raw.astype(float) * given.source.scale + given.source.offset
    found = impossible(given, values, daily=daily, declared=declared)
    return None if found is None else Problem(where, *found)


def _nearest(
    dataset: DatasetReader,
    view: SourceView,
    shape: Sequence[int],
    grid: Grid,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return row and column in a thinned-out window of the points that lie in it."""
    crs = CRS.from_wkt(dataset.crs.to_wkt())
    if crs != grid.crs:
        x, y = Transformer.from_crs(grid.crs, crs, always_xy=True).transform(x, y)
    inverse = ~dataset.transform
    col = (inverse.a * x + inverse.b * y + inverse.c - view.window.col_off) / view.window.width
    row = (inverse.d * x + inverse.e * y + inverse.f - view.window.row_off) / view.window.height
    within = (row >= 0) & (row < 1) & (col >= 0) & (col < 1)
    rows = (row[within] * shape[0]).astype(np.int64)
    cols = (col[within] * shape[1]).astype(np.int64)
    return rows, cols


def _unnamed_code(
    given: ForcingSource, where: str, codes: npt.NDArray[np.generic]
) -> Problem | None:
    """Return a problem if the raster holds codes that no class names."""
    classes = given.source.classes
    unnamed = sorted({int(code) for code in np.unique(codes)} - set(classes))
    if not classes or not unnamed:
        return None
    found = ", ".join(str(code) for code in unnamed[:8])
    what = f"holds the code{'s' * (len(unnamed) > 1)} {found} that `classes` does not name"
    mend = f"add to forcing.{given.name}.classes, or declare `nodata`"
    return Problem(where, what, mend)
