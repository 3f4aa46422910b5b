"""From the manifest's ``forcing:`` to what the simulator takes, its gaps filled and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem
from features.forcing_inputs import FORCING_INPUTS, REQUIRED
from features.grid import Grid
from features.issues import Issue
from features.region import coarser_region, region_grid
from models.erosion_carbon.forcing import Forcing
from models.erosion_carbon.plant_growth import lai_from_ndvi, seasonal_lai
from models.erosion_carbon.routing.network import FlowNetwork, flow_network
from models.erosion_carbon.vegetation import COVER_CODES

from .cell_geometry import cell_geometry
from .config import LoadedManifest
from .gap_filling import fill_gaps
from .simulated_cells import MARGIN, SimulatedCells
from .simulator_inputs import FloatGrid, SimulatorInputs, cells_without, read_inputs
from .simulator_temperature import bring_to_air_temperature
from .simulator_weather import daily_series, monthly_normals

MONTHS = 12
OPTIONAL = tuple(
    name for name in FORCING_INPUTS if name not in (*REQUIRED, "sand", "silt", "clay", "lakes")
)
Say = Callable[[str], None]


@dataclass(frozen=True)
class PreparedForcing(SimulatedCells):
    """What drives a simulation, on its grid grown by `MARGIN`.

    Parameters
    ----------
    forcing : Forcing
        As the simulator takes it.
    """

    forcing: Forcing

    def cells(self, network: FlowNetwork) -> SimulatedCells:
        """Return all but the forcing, with the equal network of a simulation.

        A simulation has made its own arrays of the forcing, so that grids kept through its years
        would fill 200 MiB for nothing where there are 560,000 cells.
        """
        return SimulatedCells(self.grid, network, self.cover, self.given, self.issues)


def prepare_forcing(sources: LoadedManifest, years: Sequence[int], say: Say) -> PreparedForcing:
    """Read all inputs, leave out cells that lack a required one, and fill the others' gaps.

    Parameters
    ----------
    sources : LoadedManifest
        A manifest of files, checked.
    years : sequence of int
        To be simulated.
    say : callable
        Is told what was left out and filled.

    Raises
    ------
    InputError
        For impossible values, with file and band, and for a region in which an input is missing.
    """
    manifest = sources.manifest
    assert manifest.region is not None
    grid, inside = _simulated_grid(sources)
    inputs = read_inputs(sources, grid.padded(MARGIN), np.pad(inside, MARGIN))
    texture = _texture(inputs)
    inputs.region &= _complete(inputs, texture, say)
    cover = _cover_codes(inputs)
    _fill_optional(inputs, cover, say)
    geometry = cell_geometry(inputs.grid, inputs.region)
    elevation_m = inputs.grids["elevation"].astype(np.float64)
    if manifest.forcing["temperature"].quantity is not None:
        bring_to_air_temperature(inputs, geometry)
    lakes = _lakes(inputs)
    network = flow_network(
        elevation_m, inputs.region, geometry.area_m2, geometry.width_m, geometry.height_m, lakes
    )
    if inputs.daily:
        daily = daily_series(inputs, years)
        precipitation_mm, temperature_c = monthly_normals(daily, inputs.region)
    else:
        daily = None
        precipitation_mm, temperature_c = (
            inputs.grids[name] for name in ("precipitation", "temperature")
        )
    forcing = Forcing(
        region=inputs.region,
        geometry=geometry,
        elevation_m=elevation_m,
        cover=cover,
        sand_percent=texture[0],
        clay_percent=texture[1],
        precipitation_mm=precipitation_mm,
        temperature_c=temperature_c,
        daily=daily,
        wet_days=inputs.grids.get("wet_days"),
        diurnal_range_c=inputs.grids.get("diurnal_range"),
        lai=_leaf_area(inputs, temperature_c),
        npp_g_m2=inputs.grids.get("npp"),
        organic_matter_percent=inputs.grids.get("organic_matter"),
        bulk_density_kg_m3=inputs.grids.get("bulk_density"),
        hillslope_slope=inputs.grids.get("slope"),
        lakes=lakes,
    )
    return PreparedForcing(
        grid=grid,
        network=network,
        cover=cover.ravel()[network.cell_of],
        given=_given_rows(inputs, forcing),
        issues=inputs.issues,
        forcing=forcing,
    )


def _simulated_grid(sources: LoadedManifest) -> tuple[Grid, npt.NDArray[np.bool_]]:
    """Return the run's grid and region, in wider cells where the manifest asks for them."""
    manifest = sources.manifest
    assert manifest.region is not None
    grid, inside = region_grid(manifest.region, manifest.covariates, sources.base_dir)
    factor = manifest.simulator.coarsening
    if factor == "auto" or factor == 1:
        return grid, inside
    grid, inside = coarser_region(grid, inside, factor)
    if not inside.any():
        what = f"{factor}: no cell that wide lies in the region by half"
        raise InputError(Problem("simulator.coarsening", what, "give a smaller one"))
    return grid, inside


def _texture(inputs: SimulatorInputs) -> tuple[FloatGrid, FloatGrid]:
    """Return sand and clay in mass percent; silt stands for whichever is missing."""
    sand, silt, clay = (inputs.grids.get(name) for name in ("sand", "silt", "clay"))
    if sand is None:
        assert silt is not None  # two of the three are asked for before anything is read
        assert clay is not None
        sand = 100.0 - silt - clay
    if clay is None:
        assert silt is not None
        clay = 100.0 - silt - sand
    return sand, clay


def _complete(
    inputs: SimulatorInputs, texture: tuple[FloatGrid, FloatGrid], say: Say
) -> npt.NDArray[np.bool_]:
    """Return which cells have all required inputs, and say how many have not."""
    required = {name: inputs.grids[name] for name in REQUIRED}
    required |= {"sand": texture[0], "clay": texture[1]}
    complete = inputs.region.copy()
    n_cells = np.count_nonzero(complete)
    for name, values in required.items():
        missing = cells_without(values, inputs.region)
        n_missing = int(np.count_nonzero(missing))
        if n_missing == n_cells:
            what = f"forcing.{name} has no value in the region"
            mend = "check that it overlaps the region, its `nodata` and its `classes`"
            raise InputError(Problem(inputs.origin.get(name, "texture"), what, mend))
        if n_missing:
            message = f"{n_missing} of {n_cells} cells of the region lack {name} and are left out"
            say(f"  {message}")
            _log(inputs, name, "forcing_missing_in_region", n_missing, "dropped", message)
        complete &= ~missing
    if not complete.any():
        what = f"no cell of the region has all of {', '.join(required)}"
        raise InputError(Problem("forcing", what, "check that all inputs overlap"))
    return complete


def _cover_codes(inputs: SimulatorInputs) -> npt.NDArray[np.int64]:
    """Return land cover in the simulator's codes; cells outside the region get any."""
    codes = np.zeros(inputs.grid.shape, np.int64)
    given = inputs.grids["land_cover"]
    for code, name in inputs.classes.items():
        codes[given == code] = COVER_CODES[name]
    return codes


def _fill_optional(inputs: SimulatorInputs, cover: npt.NDArray[np.int64], say: Say) -> None:
    """Fill the gaps of inputs that have a fallback, and bring seasons to twelve months."""
    for name in OPTIONAL:
        if name not in inputs.grids:
            continue
        values, n_filled = fill_gaps(inputs.grids[name], inputs.region, cover)
        inputs.gaps_filled[name] = n_filled
        if n_filled:
            message = (
                f"{n_filled} cells lack {name}: filled from the nearest cell of the same land cover"
            )
            say(f"  {message}")
            _log(inputs, name, "forcing_filled", n_filled, "filled", message)
        if name in ("diurnal_range", "wet_days") and values.ndim == 2:
            values = np.repeat(values[None], MONTHS, axis=0)
        if name == "npp" and (n_negative := int((values[inputs.region] < 0).sum())):
            message = f"{n_negative} cells with negative production are set to 0"
            _log(inputs, name, "negative_production", n_negative, "filled", message)
            values = np.maximum(values, 0.0)
        inputs.grids[name] = values


def _log(inputs: SimulatorInputs, name: str, code: str, n: int, action: str, message: str) -> None:
    file = inputs.origin.get(name, "")
    inputs.issues.add(Issue(file, None, name, code, str(n), action, message))


def _lakes(inputs: SimulatorInputs) -> npt.NDArray[np.bool_] | None:
    given = inputs.grids.get("lakes")
    return None if given is None else np.asarray(np.nan_to_num(given) > 0)


def _leaf_area(inputs: SimulatorInputs, temperature_c: FloatGrid) -> FloatGrid | None:
    """Return leaf area by month, from NDVI where it is not given; a mean of the season is spread.

    None where neither is given.
    """
    given, ndvi = inputs.grids.get("lai"), inputs.grids.get("ndvi")
    if given is None and ndvi is not None:
        given = lai_from_ndvi(np.asarray(ndvi, dtype=np.float64))
    if given is not None and given.ndim == 2:
        given = seasonal_lai(given[None].astype(np.float64), np.asarray(temperature_c, np.float64))
    return given


def _given_rows(inputs: SimulatorInputs, forcing: Forcing) -> list[dict[str, object]]:
    """Return the rows of ``forcing.csv`` of what was given or follows from it."""
    rows = []
    for name, origin in inputs.origin.items():
        wanted = FORCING_INPUTS[name]
        values = inputs.grids[name]
        if name in inputs.daily:
            values = getattr(
                forcing, "precipitation_mm" if name == "precipitation" else "temperature_c"
            )
        numbers = values[..., inputs.region]
        if wanted.is_categorical:
            numbers = np.empty(0)
        gaps = inputs.gaps_filled.get(name, 0)
        kind = "constant" if name in inputs.constant else "given"
        if name in inputs.derived:
            kind, origin = "derived", inputs.derived[name]
        rows.append(forcing_row(name, kind, origin, wanted.unit, numbers, gaps))
    if forcing.lai is not None and "lai" not in inputs.origin:
        numbers = forcing.lai[..., inputs.region]
        rows.append(
            forcing_row("lai", "derived", "from ndvi (Gutman & Ignatov 1998)", "1", numbers)
        )
    return rows


def forcing_row(
    name: str,
    kind: str,
    source: str,
    unit: str,
    values: npt.NDArray[np.floating],
    gaps_filled: int = 0,
) -> dict[str, object]:
    """Return a row of ``forcing.csv``; no numbers where there are no values."""
    # adding 0 makes the 0 of -0
    numbers = (values.min() + 0.0, values.mean(), values.max()) if values.size else (np.nan,) * 3
    return {
        "input": name,
        "kind": kind,
        "source": source,
        "unit": unit,
        **dict(zip(("min", "mean", "max"), map(float, numbers), strict=True)),
        "gaps_filled": gaps_filled,
    }
