"""Tiny landscapes for the whole simulator, with a climate like that of Northeast China."""

import dataclasses
from collections.abc import Callable

import hypothesis
import numpy as np
import pytest

from models.erosion_carbon.forcing import CellGeometry, Forcing
from models.erosion_carbon.routing.network import flow_network
from models.erosion_carbon.settings import Settings
from models.erosion_carbon.simulation import Simulation
from models.erosion_carbon.vegetation import COVER_CODES

# The first example of a property waits for its kernel to be compiled.
hypothesis.settings.register_profile("compiled", deadline=None)
hypothesis.settings.load_profile("compiled")

RAIN_MM = np.array([5.0, 6.0, 12.0, 30.0, 50.0, 90.0, 140.0, 120.0, 60.0, 30.0, 12.0, 7.0])
MEAN_C = np.array([-18.0, -14.0, -4.0, 5.0, 12.0, 17.0, 20.0, 18.0, 11.0, 3.0, -8.0, -16.0])
METRES_PER_DEGREE = 111_195.0
SIDE_M = 1000.0


def metric_cells(rows: int, cols: int) -> CellGeometry:
    """Return square cells of 1 km at 48 degrees north."""
    row, col = np.indices((rows, cols), dtype=float)
    return CellGeometry(
        area_m2=np.full((rows, cols), SIDE_M**2),
        width_m=np.full(rows, SIDE_M),
        height_m=SIDE_M,
        latitude_deg=np.full((rows, cols), 48.0),
        easting_m=SIDE_M * col,
        northing_m=-SIDE_M * row,
    )


def latitude_longitude_cells(rows: int, cols: int, step_deg: float = 0.5) -> CellGeometry:
    """Return cells of a geographic grid that shrink from 45 degrees north polewards."""
    row, col = np.indices((rows, cols), dtype=float)
    latitude_deg = 45.0 + step_deg * (rows - 1 - row)
    width_m = step_deg * METRES_PER_DEGREE * np.cos(np.radians(latitude_deg[:, 0]))
    return CellGeometry(
        area_m2=np.repeat(width_m[:, None], cols, axis=1) * step_deg * METRES_PER_DEGREE,
        width_m=width_m,
        height_m=step_deg * METRES_PER_DEGREE,
        latitude_deg=latitude_deg,
        easting_m=width_m[:, None] * col,
        northing_m=-step_deg * METRES_PER_DEGREE * row,
    )


def climate(yearly: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return twelve values as monthly grids."""
    return np.repeat(np.repeat(yearly[:, None, None], shape[0], 1), shape[1], 2)


def on_relief(elevation_m: np.ndarray, geometry: CellGeometry | None = None) -> Forcing:
    """Return a landscape of loam, its cover by turns in stripes from north to south."""
    shape = elevation_m.shape
    stripes = [COVER_CODES[name] for name in ("cropland", "grassland", "forest", "wetland")]
    return Forcing(
        region=np.ones(shape, dtype=bool),
        geometry=metric_cells(*shape) if geometry is None else geometry,
        elevation_m=elevation_m,
        cover=np.array(stripes)[np.indices(shape)[0] % len(stripes)],
        sand_percent=np.full(shape, 25.0),
        clay_percent=np.full(shape, 20.0),
        precipitation_mm=climate(RAIN_MM, shape),
        temperature_c=climate(MEAN_C, shape),
    )


def v_valley(rows: int = 6, cols: int = 5, **changes: object) -> Forcing:
    """Return two slopes that meet in a channel, which falls to the south."""
    row, col = np.indices((rows, cols), dtype=float)
    elevation_m = 300.0 + 60.0 * np.abs(col - cols // 2) - 8.0 * row
    return dataclasses.replace(on_relief(elevation_m), **changes)


def plain_with_lake(rows: int = 7, cols: int = 7) -> Forcing:
    """Return a level plain around a lake without outflow."""
    lakes = np.zeros((rows, cols), dtype=bool)
    lakes[rows // 2, cols // 2] = True
    return dataclasses.replace(on_relief(np.full((rows, cols), 120.0)), lakes=lakes)


def geographic_slope(rows: int = 6, cols: int = 4) -> Forcing:
    """Return a slope to the south on a latitude-longitude grid."""
    row, col = np.indices((rows, cols), dtype=float)
    return on_relief(900.0 - 120.0 * row + 15.0 * col, latitude_longitude_cells(rows, cols))


RELIEFS: dict[str, Callable[..., Forcing]] = {
    "v_valley": v_valley,
    "plain_with_lake": plain_with_lake,
    "geographic_slope": geographic_slope,
}


@pytest.fixture(scope="session")
def reliefs() -> dict[str, Callable[..., Forcing]]:
    """Makers of landscapes by name."""
    return RELIEFS


@pytest.fixture(scope="session")
def valley() -> Callable[..., Forcing]:
    """Maker of V-shaped valleys; fields of the forcing can be replaced."""
    return v_valley


def ends_of(forcing: Forcing) -> list[tuple[int, int]]:
    """Return row and column of the cells where water leaves the landscape."""
    geometry = forcing.geometry
    network = flow_network(
        forcing.elevation_m,
        forcing.region,
        geometry.area_m2,
        geometry.width_m,
        geometry.height_m,
        forcing.lakes,
    )
    columns = network.shape[1]
    return [divmod(int(cell), columns) for cell in network.cell_of[network.is_outlet]]


@pytest.fixture(scope="session")
def prepared() -> Callable[..., Simulation]:
    """Maker of simulations that watch all their outlets."""

    def prepare(forcing: Forcing, n_threads: int = 1, **choices: object) -> Simulation:
        settings = Settings(**{"spin_up_years": 2, **choices})
        return Simulation(forcing, settings, ends_of(forcing), n_threads)

    return prepare


@pytest.fixture(scope="session")
def simulated(prepared) -> Callable[..., Simulation]:
    """Maker of simulations in equilibrium with 2001."""

    def spin_up(forcing: Forcing, n_threads: int = 1, **choices: object) -> Simulation:
        simulation = prepared(forcing, n_threads, **choices)
        simulation.spin_up(2001)
        return simulation

    return spin_up
