"""Alignment: the right value, in the right unit, at the right place; and nothing silent."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

from features.align import align_covariate
from features.errors import InputError
from features.grid import Grid
from features.issues import IssueLog
from features.manifest import Covariate

WEST, NORTH = 400_000.0, 5_600_000.0
ORIGIN = (WEST, NORTH)


def grid_of(cell: float, height: int, width: int, crs: str = "EPSG:32652") -> Grid:
    transform = Affine(cell, 0, WEST, 0, -cell, NORTH)
    return Grid(CRS.from_user_input(crs), transform, height, width)


def align(base_dir: Path, grid: Grid, log: IssueLog | None = None, **settings: Any) -> np.ndarray:
    fields = {"id": "layer", "quantity": "index", "unit": "1", **settings}
    return align_covariate(Covariate(**fields), grid, base_dir, IssueLog() if log is None else log)


def test_layer_on_the_grid_is_taken_over_bit_for_bit(tmp_path, write_raster) -> None:
    values = np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)
    log = IssueLog()
    name = write_raster("a.tif", values, (1000, *ORIGIN))
    np.testing.assert_array_equal(align(tmp_path, grid_of(1000, 20, 30), log, file=name), values)
    assert log.issues == []


def test_part_of_a_larger_layer_is_cut_out(tmp_path, write_raster) -> None:
    values = np.arange(600, dtype=np.float32).reshape(20, 30)
    name = write_raster("a.tif", values, (1000, WEST - 3000, NORTH + 2000))
    out = align(tmp_path, grid_of(1000, 5, 6), file=name)
    np.testing.assert_array_equal(out, values[2:7, 3:9])


def test_cells_beyond_the_layer_are_missing(tmp_path, write_raster) -> None:
    name = write_raster("a.tif", np.ones((4, 4), np.float32), (1000, *ORIGIN))
    out = align(tmp_path, grid_of(1000, 6, 6), file=name)
    assert np.isnan(out[4:]).all()
    assert np.isnan(out[:, 4:]).all()
    assert (out[:4, :4] == 1).all()


def test_half_cells_are_averaged_without_loss(tmp_path, write_raster) -> None:
    fine = np.random.default_rng(2).gamma(2, size=(40, 60)).astype(np.float32)
    name = write_raster("fine.tif", fine, (500, *ORIGIN))
    out = align(tmp_path, grid_of(1000, 20, 30), file=name)
    np.testing.assert_allclose(out, fine.reshape(20, 2, 30, 2).mean(axis=(1, 3)), rtol=1e-6)
    assert out.mean(dtype=float) == pytest.approx(fine.mean(dtype=float), rel=1e-6)


def test_source_too_large_for_memory_gives_the_same(tmp_path, write_raster, monkeypatch) -> None:
    fine = np.random.default_rng(3).normal(size=(40, 60)).astype(np.float32)
    name = write_raster("fine.tif", fine, (500, *ORIGIN))
    in_memory = align(tmp_path, grid_of(1000, 20, 30), file=name)
    monkeypatch.setattr("features.source_raster.IN_MEMORY_CELLS", 100)
    np.testing.assert_array_equal(align(tmp_path, grid_of(1000, 20, 30), file=name), in_memory)


def test_missing_cells_do_not_dilute_an_average(tmp_path, write_raster) -> None:
    fine = np.full((4, 4), 8, np.int16)
    fine[0, 0] = fine[2:, 2:] = -9999
    name = write_raster("fine.tif", fine, (500, *ORIGIN))
    out = align(tmp_path, grid_of(1000, 2, 2), file=name)
    np.testing.assert_array_equal(out, [[8, 8], [8, np.nan]])


def test_mean_is_conserved_across_projections(tmp_path, write_raster) -> None:
    # A smooth field on MODIS's 500 m sinusoidal grid, averaged to 1 km of UTM.
    rows, cols = np.mgrid[0:300, 0:300]
    fine = (100 + 10 * np.sin(rows / 40) + 5 * np.cos(cols / 30)).astype(np.float32)
    sinusoidal = "+proj=sinu +lon_0=0 +R=6371007.181 +units=m +no_defs"
    from pyproj import Transformer

    to_sinusoidal = Transformer.from_crs("EPSG:32652", sinusoidal, always_xy=True)
    x, y = to_sinusoidal.transform(WEST + 20_000, NORTH - 20_000)
    name = write_raster("m.tif", fine, (463.3127, x - 69_500, y + 69_500), crs=sinusoidal)
    log = IssueLog()
    grid = grid_of(1000, 40, 40)
    out = align(tmp_path, grid, log, file=name)
    assert log.issues[0].value == "average"
    centre_x, centre_y = grid.xy(*np.mgrid[0:40, 0:40].reshape(2, -1))
    source_x, source_y = to_sinusoidal.transform(centre_x, centre_y)
    row = (y + 69_500 - source_y) / 463.3127 - 0.5
    col = (source_x - x + 69_500) / 463.3127 - 0.5
    truth = 100 + 10 * np.sin(row / 40) + 5 * np.cos(col / 30)
    # A 2 x 2 average of this field differs from its centre by at most 15 / 30² / 4 = 0.004,
    # a shift of half a source cell by 0.2.
    np.testing.assert_allclose(out.ravel(), truth, atol=0.06)
    assert out.mean() == pytest.approx(truth.mean(), abs=0.005)


@pytest.mark.parametrize(
    ("kind", "cell", "method"),
    [
        ("continuous", 500, "average"),
        ("continuous", 700, "bilinear"),
        ("continuous", 3000, "bilinear"),
        ("categorical", 500, "mode"),
        ("categorical", 3000, "nearest"),
    ],
)
def test_resampling_fits_kind_and_cell_size(
    tmp_path, write_raster, kind: str, cell: float, method: str
) -> None:
    name = write_raster("a.tif", np.ones((40, 40), np.int16), (cell, WEST - 400, NORTH + 400))
    log = IssueLog()
    align(tmp_path, grid_of(1000, 6, 6), log, file=name, kind=kind)
    assert [issue.value for issue in log.issues if issue.code == "layer_resampled"] == [method]


def test_classes_of_one_name_are_merged_before_the_majority_is_taken(
    tmp_path, write_raster
) -> None:
    # 1 and 2 are both forest: together the majority, although 7 is the commonest code.
    fine = np.array([[1, 7, 7], [2, 7, 1], [2, 7, 2]], np.int16)
    name = write_raster("c.tif", fine, (1000 / 3, *ORIGIN))
    classes = {1: "forest", 2: "forest", 7: "grassland"}
    out = align(tmp_path, grid_of(1000, 1, 1), file=name, kind="categorical", classes=classes)
    np.testing.assert_array_equal(out, [[1]])


def test_codes_without_a_name_are_missing_and_counted(tmp_path, write_raster) -> None:
    name = write_raster("c.tif", np.array([[1, 2, 9, -9999]], np.int16), (1000, *ORIGIN))
    log = IssueLog()
    out = align(
        tmp_path, grid_of(1000, 1, 4), log,
        file=name, kind="categorical", classes={1: "a", 2: "b"},
    )  # fmt: skip
    np.testing.assert_array_equal(out, [[1, 2, np.nan, np.nan]])
    assert [(i.code, i.value, i.action) for i in log.issues] == [("class_unknown", "1", "dropped")]


def test_scale_offset_and_unit_are_applied_in_this_order(tmp_path, write_raster) -> None:
    raw = np.array([[2731, 2831]], np.int16)  # 0.1 K
    name = write_raster("t.tif", raw, (1000, *ORIGIN))
    out = align(
        tmp_path, grid_of(1000, 1, 2),
        file=name, quantity="temperature", unit="K", scale=0.1, offset=0.05,
    )  # fmt: skip
    np.testing.assert_allclose(out, [[0, 10]], atol=1e-4)


def test_values_outside_the_range_never_enter_an_average(tmp_path, write_raster) -> None:
    fine = np.array([[0.2, 0.4], [0.6, 255]], np.float32)
    name = write_raster("v.tif", fine, (500, *ORIGIN))
    log = IssueLog()
    out = align(tmp_path, grid_of(1000, 1, 1), log, file=name, valid_range=(0, 1))
    np.testing.assert_allclose(out, [[0.4]], rtol=1e-6)
    assert log.counts()["value_outside_range"] == 1


def test_end_of_the_range_survives_rounding(tmp_path, write_raster) -> None:
    name = write_raster("v.tif", np.array([[10000]], np.int16), (1000, *ORIGIN))
    out = align(tmp_path, grid_of(1000, 1, 1), file=name, scale=1e-4, valid_range=(0, 1))
    np.testing.assert_allclose(out, [[1]])


@pytest.mark.parametrize(
    ("values", "nodata", "declared"),
    [
        (np.array([[5, 255]], np.uint8), 255, None),
        (np.array([[5, 255]], np.uint8), None, 255),
        (np.array([[5, 0]], np.uint8), 255, 0),
        (np.array([[5, np.nan]], np.float32), -9999, None),
        (np.array([[5, np.inf]], np.float64), None, None),
        (np.array([[5, -3.4028234663852886e38]], np.float32), -3.4028234663852886e38, None),
        (np.array([[5, -1.7e308]], np.float64), -1.7e308, None),
    ],
)
def test_missing_values_are_found_in_the_files_own_type(
    tmp_path, write_raster, values: np.ndarray, nodata: float | None, declared: float | None
) -> None:
    name = write_raster("n.tif", values, (1000, *ORIGIN), nodata=nodata)
    out = align(tmp_path, grid_of(1000, 1, 2), file=name, nodata=declared)
    np.testing.assert_array_equal(out, [[5, np.nan]])


def test_nodata_that_the_type_cannot_hold_marks_nothing(tmp_path, write_raster) -> None:
    name = write_raster("n.tif", np.array([[5, 7]], np.uint8), (1000, *ORIGIN), nodata=None)
    out = align(tmp_path, grid_of(1000, 1, 2), file=name, nodata=-9999)
    np.testing.assert_array_equal(out, [[5, 7]])


def test_twelve_months_become_the_annual_sum(tmp_path, write_raster) -> None:
    months = [
        write_raster(f"p_{m:02d}.tif", np.array([[m, m]], np.float32), (1000, *ORIGIN))
        for m in range(1, 13)
    ]
    assert len(months) == 12
    out = align(
        tmp_path, grid_of(1000, 1, 2),
        files=("p_*.tif",), combine="annual_sum", quantity="precipitation", unit="mm",
    )  # fmt: skip
    np.testing.assert_allclose(out, [[78, 78]])


def test_range_of_an_annual_sum_is_that_of_the_sum(tmp_path, write_raster) -> None:
    bands = np.array([[[50, 10]], [[60, 10]]], np.float32)
    name = write_raster("p.tif", bands, (1000, *ORIGIN))
    settings = {"band": "all", "combine": "annual_sum", "quantity": "precipitation", "unit": "mm"}
    out = align(tmp_path, grid_of(1000, 1, 2), file=name, valid_range=(200, 2000), **settings)
    np.testing.assert_array_equal(out, [[660, np.nan]])


def test_gaps_in_a_series_leave_the_mean_but_no_sum(tmp_path, write_raster) -> None:
    bands = np.array([[[1, 2]], [[3, -9999]]], np.float32)
    name = write_raster("s.tif", bands, (1000, *ORIGIN))
    log = IssueLog()
    mean = align(tmp_path, grid_of(1000, 1, 2), log, file=name, band="all", combine="mean")
    total = align(tmp_path, grid_of(1000, 1, 2), log, file=name, band="all", combine="annual_sum")
    np.testing.assert_array_equal(mean, [[2, 2]])
    np.testing.assert_array_equal(total, [[24, np.nan]])
    assert [(i.code, i.action) for i in log.issues] == [
        ("series_incomplete", "kept"),
        ("series_incomplete", "dropped"),
    ]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4258"])
@pytest.mark.parametrize("source_west", [0, -180])
@pytest.mark.parametrize("west", [-75, -3, 176, 350])
def test_global_layers_are_read_around_the_earth(
    tmp_path, write_raster, crs: str, source_west: int, west: int
) -> None:
    longitude = np.tile(source_west + np.arange(0.5, 360), (180, 1)) % 360
    name = write_raster(
        "w.tif", longitude.astype(np.float32), (1.0, source_west, 90), crs="EPSG:4326"
    )
    grid = Grid(CRS.from_user_input(crs), Affine(1, 0, west, 0, -1, 10), 4, 7)
    expected = (west + np.arange(0.5, 7)) % 360
    out = align(tmp_path, grid, file=name, resampling="nearest")
    np.testing.assert_allclose(out, np.tile(expected, (4, 1)))


def test_global_layer_is_warped_over_the_date_line(tmp_path, write_raster) -> None:
    longitude = np.tile(np.arange(-179.5, 180), (180, 1)) % 360
    name = write_raster("w.tif", longitude.astype(np.float32), (1.0, -180, 90), crs="EPSG:4326")
    crs = CRS.from_user_input("+proj=laea +lat_0=66 +lon_0=180 +datum=WGS84")
    grid = Grid(crs, Affine(1e5, 0, -5e5, 0, -1e5, 5e5), 10, 10)
    out = align(tmp_path, grid, file=name, resampling="nearest")
    from pyproj import Transformer

    lon, _ = Transformer.from_crs(crs, 4326, always_xy=True).transform(
        *grid.xy(*np.mgrid[0:10, 0:10].reshape(2, -1))
    )
    np.testing.assert_allclose(out.ravel(), lon % 360, atol=0.6)


def test_scale_that_only_the_file_states_is_reported(tmp_path, write_raster) -> None:
    import rasterio

    name = write_raster("s.tif", np.array([[3]], np.int16), (1000, *ORIGIN))
    with rasterio.open(tmp_path / name, "r+") as dataset:
        dataset.scales = (0.01,)
    log = IssueLog()
    assert align(tmp_path, grid_of(1000, 1, 1), log, file=name)[0, 0] == 3
    assert [issue.code for issue in log.issues] == ["scale_of_file_ignored"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"file": "absent.tif", "address": "example.org/product"}, "obtain it from example.org"),
        ({"file": "text.tif"}, "cannot be read as a raster"),
        ({"file": "no_crs.tif"}, "has no CRS"),
        ({"file": "elsewhere.tif"}, "does not overlap the region"),
        ({"file": "two.tif", "band": 3}, "has no band 3: bands are 1 to 2"),
        ({"file": "two.tif", "band": "all"}, "say `combine`"),
        ({"files": ("none_*.tif",), "combine": "mean"}, "file not found"),
        ({"file": "two.tif", "unit": "kg", "quantity": "elevation"}, "elevation"),
    ],
)
def test_each_fault_of_the_input_has_its_message(
    tmp_path, write_raster, settings: dict[str, Any], message: str
) -> None:
    (tmp_path / "text.tif").write_text("no raster")
    ones = np.ones((2, 2, 2), np.float32)
    write_raster("two.tif", ones, (1000, *ORIGIN))
    write_raster("no_crs.tif", ones, (1000, *ORIGIN), crs=None)
    write_raster("elsewhere.tif", ones, (1000, WEST + 1e5, NORTH))
    with pytest.raises(InputError, match=message):
        align(tmp_path, grid_of(1000, 2, 2), **settings)
