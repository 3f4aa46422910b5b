"""Terrain attributes on surfaces whose attributes are known."""

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

from features.grid import Grid
from features.kernel_terrain import curvatures, gradients, steepest_directions
from features.terrain import ATTRIBUTE_UNITS, terrain_attribute


def make_grid(cell: float, height: int, width: int, crs: str, origin: tuple[float, float]) -> Grid:
    west, north = origin
    return Grid(CRS.from_user_input(crs), Affine(cell, 0, west, 0, -cell, north), height, width)


UTM = make_grid(100, 30, 40, "EPSG:32652", (480_000, 5_500_000))
MERCATOR = make_grid(100, 30, 40, "EPSG:3857", (1.3e7, 8.4e6))  # 60° N: half the size it says
LONLAT = make_grid(1 / 1200, 30, 40, "EPSG:4326", (120, 60))


def plane(grid: Grid, east: float, north: float) -> np.ndarray:
    """Elevation that rises by `east` and `north` per metre of true ground."""
    width, height = grid.cell_sizes_m()
    x = np.arange(grid.width)[None, :] * width[:, None]
    y = -np.cumsum(height)[:, None]
    return (500 + east * x + north * y).astype(np.float32)


@pytest.mark.parametrize("grid", [UTM, MERCATOR, LONLAT], ids=["utm", "mercator", "lonlat"])
def test_plane_has_its_slope_everywhere_in_true_metres(grid: Grid) -> None:
    slope = terrain_attribute("slope", plane(grid, 0.0, 0.1), grid)
    np.testing.assert_allclose(slope, np.degrees(np.arctan(0.1)), rtol=1e-3)


def test_aspect_points_downhill() -> None:
    rising_east = plane(UTM, 0.2, 0.0)
    leaning = 0.2 / np.hypot(1, 0.2)
    np.testing.assert_allclose(terrain_attribute("eastness", rising_east, UTM), -leaning, rtol=1e-3)
    np.testing.assert_allclose(terrain_attribute("northness", rising_east, UTM), 0, atol=1e-4)
    rising_north = plane(UTM, 0.0, 0.2)
    np.testing.assert_allclose(
        terrain_attribute("northness", rising_north, UTM), -leaning, rtol=1e-3
    )


def test_level_ground_has_no_slope_aspect_or_curvature() -> None:
    level = np.full(UTM.shape, 300, np.float32)
    for attribute in ATTRIBUTE_UNITS:
        if attribute != "topographic_wetness_index":
            np.testing.assert_array_equal(terrain_attribute(attribute, level, UTM), 0)


@pytest.mark.parametrize("kernel", [curvatures, curvatures.py_func], ids=["compiled", "python"])
def test_valley_is_hollow_across_and_straight_along(kernel) -> None:
    # z = x²/1000 - y/10: flows north along the axis x = 0; contour direction is x there.
    x, y = np.meshgrid(np.arange(-5, 6) * 10.0, -np.arange(8) * 10.0)
    profile, plan = kernel(x**2 / 1000 - y / 10, np.full(8, 10.0), np.full(8, 10.0))
    np.testing.assert_allclose(plan[1:-1, 5], 2 / 1000, rtol=1e-9)
    np.testing.assert_allclose(profile[1:-1, 5], 0, atol=1e-12)


@pytest.mark.parametrize("sign", [1, -1])
def test_bowl_is_hollow_and_dome_bulges_alike_in_both_directions(sign: int) -> None:
    x, y = np.meshgrid(np.arange(-6, 7) * 10.0, np.arange(-6, 7) * 10.0)
    surface = sign * (x**2 + y**2) / 500
    profile, plan = curvatures(surface, np.full(13, 10.0), np.full(13, 10.0))
    inner = slice(1, -1), slice(1, -1)
    np.testing.assert_allclose(profile[inner], sign * 2 / 500)
    np.testing.assert_allclose(plan[inner], sign * 2 / 500)


def test_compiled_gradients_equal_python() -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=(8, 9))
    z[2, 3] = np.nan
    sizes = rng.uniform(50, 100, 8), rng.uniform(50, 100, 8)
    for compiled, plain in zip(gradients(z, *sizes), gradients.py_func(z, *sizes), strict=True):
        np.testing.assert_array_equal(compiled, plain)


def test_hole_in_a_plane_leaves_its_neighbours_slope() -> None:
    surface = plane(UTM, 0.05, 0.02)
    surface[10, 10] = np.nan
    slope = terrain_attribute("slope", surface, UTM)
    assert np.isnan(slope[10, 10])
    others = slope[~np.isnan(slope)]
    assert others.size == slope.size - 1
    np.testing.assert_allclose(others, np.degrees(np.arctan(np.hypot(0.05, 0.02))), rtol=2e-3)


def test_wetness_of_a_plane_grows_by_the_upslope_area() -> None:
    # Water runs straight south: row r collects r + 1 cells.
    wetness = terrain_attribute("topographic_wetness_index", plane(UTM, 0.0, 0.1), UTM)
    width, height = UTM.cell_sizes_m()
    side = np.sqrt(width * height)[0]
    expected = np.log(side * np.arange(1, UTM.height + 1) / 0.1)
    np.testing.assert_allclose(wetness[:-1, 20], expected[:-1], rtol=1e-4)


def test_water_of_every_cell_reaches_an_outlet_without_running_in_circles() -> None:
    import pyflwdir

    rough = np.random.default_rng(3).normal(100, 30, UTM.shape).astype(np.float32)
    rough[8:14, 8:20] = 90.0  # a flat, next to pits that the filler fills
    filled, flooded = pyflwdir.dem.fill_depressions(rough, nodata=-9999.0, outlets="edge")
    codes = steepest_directions(filled.astype(float), flooded, *UTM.cell_sizes_m())
    steps = dict(zip((1, 2, 4, 8, 16, 32, 64, 128), STEPS, strict=True))
    for start in np.ndindex(UTM.shape):
        row, col = start
        for _ in range(rough.size):
            if codes[row, col] == 0:
                break
            row, col = row + steps[codes[row, col]][0], col + steps[codes[row, col]][1]
        assert codes[row, col] == 0
        assert row in (0, UTM.height - 1) or col in (0, UTM.width - 1)


STEPS = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))


def test_compiled_directions_equal_python() -> None:
    z = np.random.default_rng(4).normal(size=(7, 8))
    sizes = np.full(7, 90.0), np.linspace(80, 100, 7)
    nowhere = np.zeros(z.shape, np.uint8)
    np.testing.assert_array_equal(
        steepest_directions(z, nowhere, *sizes), steepest_directions.py_func(z, nowhere, *sizes)
    )


def test_wetness_is_finite_on_level_ground_and_missing_where_elevation_is() -> None:
    surface = np.full(UTM.shape, 100, np.float32)
    surface[:5] = np.nan
    wetness = terrain_attribute("topographic_wetness_index", surface, UTM)
    assert np.isnan(wetness[:5]).all()
    assert np.isfinite(wetness[5:]).all()


def test_position_is_the_height_above_the_mean_around() -> None:
    surface = np.full(UTM.shape, 100, np.float32)
    surface[15, 20] = 221
    position = terrain_attribute("topographic_position", surface, UTM)
    assert position[15, 20] == pytest.approx(120, rel=1e-6)
    assert position[15, 22] == pytest.approx(-1, rel=1e-6)
    assert position[15, 26] == pytest.approx(0, abs=1e-6)
