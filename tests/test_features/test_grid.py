"""Grid: which cell holds a point, and what a cell truly covers."""

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from features.errors import InputError
from features.grid import Grid

LAEA = "+proj=laea +lat_0=5 +lon_0=20 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs"
MODIS = "+proj=sinu +lon_0=0 +R=6371007.181 +units=m +no_defs"


def make_grid(crs: str, cell: float, west: float, north: float, height: int, width: int) -> Grid:
    return Grid(CRS.from_user_input(crs), Affine(cell, 0, west, 0, -cell, north), height, width)


def geodesic_area_km2(grid: Grid, row: int, col: int) -> float:
    """Area of a cell as a geodesic polygon whose edges follow the grid's straight lines."""
    along = np.linspace(0, 1, 200, endpoint=False)
    one, nil = np.ones(200), np.zeros(200)
    cols = col + np.concatenate([along, one, 1 - along, nil])
    rows = row + np.concatenate([nil, along, one, 1 - along])
    x, y = grid.transform.c + cols * grid.transform.a, grid.transform.f + rows * grid.transform.e
    to_degrees = Transformer.from_crs(grid.crs, grid.crs.geodetic_crs, always_xy=True)
    geod = grid.crs.get_geod()
    return abs(geod.polygon_area_perimeter(*to_degrees.transform(x, y))[0]) / 1e6


GRIDS = {
    "lonlat": make_grid("EPSG:4326", 1 / 120, 117.5, 53.4, 120, 200),
    "lonlat_to_the_pole": make_grid("EPSG:4326", 1.0, -180, 90, 180, 360),
    "web_mercator": make_grid("EPSG:3857", 1000, 1.3e7, 7.0e6, 300, 300),
    "web_mercator_coarse": make_grid("EPSG:3857", 25_000, 1.3e7, 9.0e6, 40, 40),
    "utm_out_of_zone": make_grid("EPSG:32652", 1000, 1e5, 5.9e6, 300, 1200),
    "albers": make_grid("EPSG:5070", 1000, -2e6, 3e6, 200, 200),
    "polar_over_the_pole": make_grid("EPSG:3413", 20_000, -1e6, 1e6, 100, 100),
    "laea_africa_20km": make_grid(LAEA, 20_000, -4e6, 4.2e6, 394, 368),
    "modis_sinusoidal": make_grid(MODIS, 463.3127, 1e6, 7e6, 200, 200),
    "feet": make_grid("EPSG:2263", 300, 9e5, 3e5, 50, 50),
    "fine": make_grid("EPSG:3035", 30, 4e6, 3e6, 50, 50),
}


@pytest.mark.parametrize("name", GRIDS)
def test_cell_areas_are_those_of_geodesic_polygons(name: str) -> None:
    grid = GRIDS[name]
    areas = grid.cell_areas_km2()
    # Not the rows that touch a pole: a polygon with a vertex there is no reference.
    cells = [(1, 0), (grid.height - 2, grid.width - 1), (grid.height // 2, grid.width // 3)]
    expected = [geodesic_area_km2(grid, row, col) for row, col in cells]
    actual = [areas[cell] for cell in cells]
    np.testing.assert_allclose(actual, expected, rtol=1e-6)


def test_areas_of_the_whole_earth_sum_to_its_surface() -> None:
    # Radius of the sphere of equal surface: Moritz (2000), Geodetic Reference System 1980.
    np.testing.assert_allclose(
        GRIDS["lonlat_to_the_pole"].cell_areas_km2().sum(), 4 * np.pi * 6371.0072**2, rtol=1e-7
    )


def test_equal_area_projection_keeps_nominal_areas() -> None:
    # PROJ's authalic latitude is a series, good to about 1e-9.
    np.testing.assert_allclose(GRIDS["laea_africa_20km"].cell_areas_km2(), 400, rtol=1e-8)


def test_areas_of_a_window_are_those_of_the_whole() -> None:
    from rasterio.windows import Window

    grid = GRIDS["utm_out_of_zone"]
    part = grid.cell_areas_km2(Window(70, 30, 50, 20))
    np.testing.assert_array_equal(part, grid.cell_areas_km2()[30:50, 70:120])


def test_cells_beyond_the_map_have_no_area() -> None:
    hemisphere = make_grid("+proj=ortho +lat_0=40 +datum=WGS84", 250_000, -1e7, 1e7, 80, 80)
    areas = hemisphere.cell_areas_km2()
    np.testing.assert_allclose(areas[40, 40], geodesic_area_km2(hemisphere, 40, 40), rtol=1e-2)
    assert np.isnan(areas[0, 0])


@pytest.mark.parametrize("name", ["lonlat", "web_mercator", "polar_over_the_pole"])
def test_cell_sizes_are_geodesic_lengths(name: str) -> None:
    grid = GRIDS[name]
    width, height = grid.cell_sizes_m()
    row, col = grid.height // 3, (grid.width - 1) / 2
    x, y = grid.xy([row, row, row - 0.5, row + 0.5], [col - 0.5, col + 0.5, col, col])
    lon, lat = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform(x, y)
    geod = Geod(ellps="WGS84")
    lengths = geod.inv(lon[[0, 2]], lat[[0, 2]], lon[[1, 3]], lat[[1, 3]])[2]
    np.testing.assert_allclose([width[row], height[row]], lengths, rtol=1e-5)


@given(row=st.integers(0, 119), col=st.integers(0, 199))
def test_centre_of_a_cell_lies_in_it(row: int, col: int) -> None:
    grid = GRIDS["lonlat"]
    assert [int(i[0]) for i in grid.row_col(*grid.xy([row], [col]))] == [row, col]


@pytest.mark.parametrize(
    ("x", "y"), [(-0.1, 5), (10, 5), (5, 10.1), (5, 0), (np.nan, 5), (np.inf, 5)]
)
def test_points_off_the_grid_are_minus_one(x: float, y: float) -> None:
    grid = make_grid("EPSG:32652", 1, 0, 10, 10, 10)
    assert [i[0] for i in grid.row_col([x], [y])] == [-1, -1]


def test_windows_tile_the_grid() -> None:
    grid = make_grid("EPSG:32652", 1, 0, 10, 7, 11)
    seen = np.zeros(grid.shape, int)
    for window in grid.windows(4):
        seen[window.toslices()] += 1
    np.testing.assert_array_equal(seen, 1)


def test_grid_survives_its_description() -> None:
    grid = GRIDS["laea_africa_20km"]
    assert Grid.from_dict(grid.to_dict()) == grid


def test_south_up_grid_is_refused() -> None:
    with pytest.raises(InputError, match="not north-up"):
        Grid(CRS.from_epsg(32652), Affine(1, 0, 0, 0, 1, 0), 5, 5)
