"""The region: its grid and its cells, from a template, bounds, a raster or polygons."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import CRS, Geod, Transformer

from features.errors import InputError
from features.manifest import Covariate, Region
from features.region import coarser_region, region_grid

UTM = "EPSG:32652"
LAEA = "+proj=laea +lat_0=50 +lon_0=123 +datum=WGS84 +units=m +no_defs"


def elevation(file: str, **settings: Any) -> Covariate:
    return Covariate(id="elevation", quantity="elevation", unit="m", file=file, **settings)


def write_polygon(path: Path, corners: list[tuple[float, float]], crs: str | None) -> str:
    import geopandas as gpd
    from shapely.geometry import Polygon

    gpd.GeoDataFrame(geometry=[Polygon(corners)], crs=crs).to_file(path, driver="GPKG")
    return path.name


def test_template_gives_its_grid_and_its_cells_with_data(tmp_path, write_raster) -> None:
    values = np.array([[1, -9999, 3], [4, 5, 6]], np.int16)
    write_raster("e.tif", values, (250, 1000, 9000))
    grid, inside = region_grid(Region(template="elevation"), [elevation("e.tif")], tmp_path)
    assert grid.bounds == (1000, 8500, 1750, 9000)
    np.testing.assert_array_equal(inside, values > 0)


def test_template_may_be_a_file_that_is_no_covariate(tmp_path, write_raster) -> None:
    write_raster("t.tif", np.ones((2, 3), np.uint8), (250, 1000, 9000), nodata=None)
    grid, inside = region_grid(Region(template="t.tif"), [], tmp_path)
    assert grid.shape == (2, 3)
    assert inside.all()


def test_bounds_are_covered_from_their_north_west_corner(tmp_path) -> None:
    region = Region(crs=UTM, resolution_m=1000, bounds=(400_300, 5_500_000, 403_000, 5_502_500))
    grid, inside = region_grid(region, [], tmp_path)
    assert grid.bounds == (400_300, 5_499_500, 403_300, 5_502_500)
    assert inside.all()


def test_rounding_error_in_bounds_adds_no_cells(tmp_path) -> None:
    region = Region(crs=UTM, resolution_m=0.1, bounds=(0, 0, 0.3, 0.7))
    assert region_grid(region, [], tmp_path)[0].shape == (7, 3)


def test_geographic_grid_has_cells_of_the_asked_size_at_its_middle(tmp_path) -> None:
    region = Region(crs="EPSG:4326", resolution_m=1000, bounds=(120, 48, 122, 50))
    grid, _ = region_grid(region, [], tmp_path)
    width = Geod(ellps="WGS84").inv(120, 49, 120 + grid.transform.a, 49)[2]
    height = Geod(ellps="WGS84").inv(120, 49, 120, 49 - grid.transform.e)[2]
    np.testing.assert_allclose([width, height], 1000, rtol=1e-4)


def test_polygon_in_another_crs_gives_extent_and_cells(tmp_path) -> None:
    corners = [(122.0, 49.0), (124.0, 49.0), (124.0, 51.0), (122.0, 51.0)]
    mask = write_polygon(tmp_path / "region.gpkg", corners, "EPSG:4326")
    grid, inside = region_grid(Region(crs=LAEA, resolution_m=1000, mask=mask), [], tmp_path)
    assert grid.bounds[0] % 1000 == 0
    x, y = grid.xy(*np.indices(grid.shape).reshape(2, -1))
    lon, lat = Transformer.from_crs(LAEA, "EPSG:4326", always_xy=True).transform(x, y)
    # The edges are parallels and meridians: curved in this projection.
    expected = (np.abs(lon - 123) < 1) & (np.abs(lat - 50) < 1)
    assert (inside.ravel() == expected).mean() > 0.999
    true_area = abs(Geod(ellps="WGS84").polygon_area_perimeter(*_dense(corners))[0]) / 1e6
    assert grid.cell_areas_km2()[inside].sum() == pytest.approx(true_area, rel=5e-3)


def _dense(corners: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    steps = np.linspace(0, 1, 100, endpoint=False)[:, None]
    ends = np.array([*corners, corners[0]])
    points = np.concatenate([a + steps * (b - a) for a, b in pairwise(ends)])
    return points[:, 0], points[:, 1]


def test_finer_raster_mask_counts_where_it_covers_half_a_cell(tmp_path, write_raster) -> None:
    fine = np.zeros((4, 6), np.uint8)
    fine[:2, :2] = 1  # the whole of the first cell
    fine[0, 2] = 1  # a quarter of the second
    fine[2, 4:] = 1  # half of the last
    write_raster("m.tif", fine, (500, 400_000, 5_500_000), nodata=None)
    region = Region(
        crs=UTM, resolution_m=1000, bounds=(400_000, 5_498_000, 403_000, 5_500_000), mask="m.tif"
    )
    _, inside = region_grid(region, [], tmp_path)
    np.testing.assert_array_equal(inside, [[1, 0, 0], [0, 0, 1]])


def test_extent_of_a_raster_mask_is_that_of_its_inside(tmp_path, write_raster) -> None:
    mask = np.zeros((10, 10), np.uint8)
    mask[3:5, 6:9] = 1
    write_raster("m.tif", mask, (1000, 400_000, 5_500_000), nodata=None)
    grid, inside = region_grid(Region(crs=UTM, resolution_m=1000, mask="m.tif"), [], tmp_path)
    assert grid.bounds == (406_000, 5_495_000, 409_000, 5_497_000)
    assert inside.all()


def test_grid_keeps_a_crs_without_epsg_code(tmp_path) -> None:
    region = Region(crs=LAEA, resolution_m=1000, bounds=(0, 0, 5000, 5000))
    assert region_grid(region, [], tmp_path)[0].crs == CRS.from_user_input(LAEA)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"crs": "EPSG:0", "resolution_m": 1, "bounds": (0, 0, 1, 1)}, "is no CRS"),
        ({"crs": UTM, "resolution_m": 1, "bounds": (0, 9, 1, 1)}, "is empty"),
        ({"crs": UTM, "resolution_m": 1, "mask": "absent.gpkg"}, "file not found"),
        ({"template": "absent"}, "file not found"),
        ({"crs": UTM, "resolution_m": 1000, "mask": "zero.tif"}, "zero everywhere"),
        ({"crs": UTM, "resolution_m": 1000, "mask": "text.gpkg"}, "cannot be read as polygons"),
        ({"crs": UTM, "resolution_m": 1000, "mask": "no_crs.gpkg"}, "has no CRS"),
        (
            {"crs": UTM, "resolution_m": 1000, "mask": "far.gpkg", "bounds": (0, 0, 9000, 9000)},
            "no cell of the grid lies inside",
        ),
    ],
)
def test_each_fault_of_a_region_has_its_message(
    tmp_path, write_raster, settings: dict[str, Any], message: str
) -> None:
    write_raster("zero.tif", np.zeros((3, 3), np.uint8), (1000, 0, 0), nodata=None)
    (tmp_path / "text.gpkg").write_text("no polygons")
    if "no_crs" in str(settings):
        with pytest.warns(UserWarning, match="'crs' was not provided"):
            write_polygon(tmp_path / "no_crs.gpkg", [(0, 0), (1, 0), (1, 1)], None)
    if "far" in str(settings):
        write_polygon(tmp_path / "far.gpkg", [(9e5, 9e5), (9.1e5, 9e5), (9.1e5, 9.1e5)], UTM)
    with pytest.raises(InputError, match=message):
        region_grid(Region(**settings), [], tmp_path)


def test_wider_cells_belong_by_half_and_keep_the_corner(tmp_path) -> None:
    region = Region(crs=UTM, resolution_m=1000, bounds=(0, 0, 5000, 3000))
    grid, inside = region_grid(region, [], tmp_path)
    inside[0, :] = False
    inside[1, 2] = False
    wide, within = coarser_region(grid, inside, 2)
    assert wide.bounds == (0, -1000, 6000, 3000)
    np.testing.assert_array_equal(within, [[1, 0, 0], [1, 1, 0]])
