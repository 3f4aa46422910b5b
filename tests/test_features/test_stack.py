"""The stack: built once, read by window, sampled at points."""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

from features.errors import InputError
from features.issues import IssueLog
from features.manifest import SourcesManifest
from features.stack import Stack
from features.stack_build import build_stack

TRANSFORM = (1000, 400_000, 5_600_000)
SHAPE = (30, 40)


def manifest_of(*covariates: dict[str, Any], **region: Any) -> SourcesManifest:
    columns = {name: {"column": name} for name in ("id", "x", "y", "top_cm", "bottom_cm", "soc")}
    return SourcesManifest(
        name="test",
        region=region or {"template": "elevation"},
        sites={"file": "sites.csv", "crs": "EPSG:4326", "columns": columns},
        covariates=covariates,
    )


ELEVATION = {"id": "elevation", "quantity": "elevation", "unit": "m", "file": "e.tif"}
CLASSES = {
    "id": "cover", "quantity": "vegetation", "unit": "class", "kind": "categorical",
    "file": "c.tif", "classes": {1: "forest", 2: "grassland", 3: "forest"},
}  # fmt: skip
SLOPE = {
    "id": "slope", "quantity": "slope", "unit": "degree",
    "derived_from": "elevation", "attribute": "slope",
}  # fmt: skip


@pytest.fixture
def sources(tmp_path: Path, write_raster) -> Path:
    rng = np.random.default_rng(1)
    elevation = rng.uniform(100, 900, SHAPE).astype(np.float32)
    elevation[:4] = -9999
    write_raster("e.tif", elevation, TRANSFORM)
    write_raster("c.tif", rng.integers(1, 4, SHAPE).astype(np.int16), TRANSFORM)
    return tmp_path


def build(sources: Path, manifest: SourcesManifest) -> tuple[Stack, IssueLog, list[str]]:
    log, said = IssueLog(), []
    stack = build_stack(manifest, sources, sources / "stack", log, said.append)
    return stack, log, said


def test_stack_describes_its_layers(sources: Path) -> None:
    auxiliary = {**ELEVATION, "role": "auxiliary"}
    stack, _, _ = build(sources, manifest_of(auxiliary, CLASSES, SLOPE))
    assert stack.candidates == ("cover", "slope")
    assert [variable.id for variable in stack.variables] == ["elevation", "cover", "slope"]
    assert stack.variables[1].classes == {1: "forest", 2: "grassland"}
    assert [variable.unit for variable in stack.variables] == ["m", "1", "degree"]
    assert Stack.open(sources / "stack") == stack


def test_table_of_a_window_is_that_part_of_the_layers(sources: Path) -> None:
    stack, _, _ = build(sources, manifest_of(ELEVATION, CLASSES))
    window = Window(5, 2, 20, 11)
    region, matrix = stack.table(["cover", "elevation"], window)
    np.testing.assert_array_equal(region, stack.region()[2:13, 5:25])
    assert matrix.shape == (region.sum(), 2)
    assert matrix.dtype == np.float32
    np.testing.assert_array_equal(matrix[:, 1], stack.layer("elevation")[2:13, 5:25][region])


def test_windows_together_hold_the_whole_table(sources: Path) -> None:
    stack, _, _ = build(sources, manifest_of(ELEVATION))
    _, whole = stack.table(["elevation"])
    parts = [stack.table(["elevation"], window)[1] for window in stack.grid.windows(16)]
    np.testing.assert_array_equal(np.sort(np.vstack(parts), axis=0), np.sort(whole, axis=0))


def test_window_outside_the_region_is_an_empty_table(sources: Path) -> None:
    stack, _, _ = build(sources, manifest_of(ELEVATION, CLASSES))
    region, matrix = stack.table(["elevation", "cover"], Window(0, 0, 40, 4))
    assert not region.any()
    assert matrix.shape == (0, 2)


def test_cells_of_the_region_without_a_covariate_stay_as_missing(
    sources: Path, write_raster
) -> None:
    half = np.full(SHAPE, 5, np.float32)
    half[:, 20:] = -9999
    write_raster("half.tif", half, TRANSFORM)
    other = {"id": "half", "quantity": "other", "unit": "1", "file": "half.tif"}
    stack, log, _ = build(sources, manifest_of(ELEVATION, other))
    _, matrix = stack.table(["half"])
    assert len(matrix) == 26 * 40
    assert np.isnan(matrix).sum() == 26 * 20
    issue = next(i for i in log.issues if i.code == "covariate_missing_in_region")
    assert issue.value == str(26 * 20)


def test_points_take_the_value_of_their_cell(sources: Path) -> None:
    stack, _, _ = build(sources, manifest_of(ELEVATION, CLASSES))
    rng = np.random.default_rng(2)
    rows, cols = rng.integers(4, 30, 200), rng.integers(0, 40, 200)
    x, y = stack.grid.xy(rows + rng.uniform(-0.49, 0.49, 200), cols + rng.uniform(-0.49, 0.49, 200))
    values = stack.sample(x, y, ["elevation", "cover"])
    assert values.dtype == np.float64
    np.testing.assert_array_equal(values[:, 0], stack.layer("elevation")[rows, cols])
    np.testing.assert_array_equal(values[:, 1], stack.layer("cover")[rows, cols])


def test_points_off_the_grid_or_on_nodata_are_missing(sources: Path) -> None:
    stack, _, _ = build(sources, manifest_of(ELEVATION))
    x = [399_999.0, 400_500.0, np.nan, 400_500.0]
    y = [5_580_000.0, 5_599_500.0, 5_580_000.0, 5_580_500.0]
    missing = np.isnan(stack.sample(x, y, ["elevation"])[:, 0])
    np.testing.assert_array_equal(missing, [True, True, True, False])


def test_second_build_touches_nothing_and_reports_the_same(sources: Path) -> None:
    _, first_log, _ = build(sources, manifest_of(ELEVATION, {**CLASSES, "classes": {1: "forest"}}))
    files = sorted((sources / "stack").glob("*.tif"))
    times = [file.stat().st_mtime_ns for file in files]
    _, log, said = build(sources, manifest_of(ELEVATION, {**CLASSES, "classes": {1: "forest"}}))
    assert [file.stat().st_mtime_ns for file in files] == times
    assert all("(unchanged)" in line for line in said)
    assert log.issues == first_log.issues != []


def test_change_of_a_files_content_rebuilds_its_layer_alone(sources: Path, write_raster) -> None:
    build(sources, manifest_of(ELEVATION, CLASSES))
    write_raster("c.tif", np.ones(SHAPE, np.int16), TRANSFORM)
    stack, _, said = build(sources, manifest_of(ELEVATION, CLASSES))
    assert ["(unchanged)" in line for line in said] == [True, False]
    assert (stack.layer("cover") == 1).all()


def test_change_of_elevation_rebuilds_what_is_derived_from_it(sources: Path, write_raster) -> None:
    build(sources, manifest_of({**CLASSES, "id": "cover"}, ELEVATION, SLOPE, template="cover"))
    write_raster("e.tif", np.full(SHAPE, 100, np.float32), TRANSFORM)
    stack, _, said = build(sources, manifest_of(CLASSES, ELEVATION, SLOPE, template="cover"))
    assert ["(unchanged)" in line for line in said] == [True, False, False]
    assert (stack.layer("slope") == 0).all()


@pytest.mark.parametrize("change", [{"licence": "CC0"}, {"group": "soil"}, {"role": "auxiliary"}])
def test_words_about_a_covariate_do_not_rebuild_it(sources: Path, change: dict[str, str]) -> None:
    build(sources, manifest_of(ELEVATION))
    stack, _, said = build(sources, manifest_of({**ELEVATION, **change}))
    assert "(unchanged)" in said[0]
    assert (stack.variables[0].group == "soil") == ("group" in change)
    assert (stack.candidates == ()) == ("role" in change)


def test_interrupted_build_is_no_stack_and_goes_on_where_it_stopped(sources: Path) -> None:
    build(sources, manifest_of(ELEVATION))

    def interrupt(line: str) -> None:
        if "cover" in line:
            raise KeyboardInterrupt

    manifest = manifest_of(ELEVATION, CLASSES, SLOPE)
    with pytest.raises(KeyboardInterrupt):
        build_stack(manifest, sources, sources / "stack", IssueLog(), interrupt)
    with pytest.raises(FileNotFoundError, match="run stage 1"):
        Stack.open(sources / "stack")
    _, _, said = build(sources, manifest)
    assert ["(unchanged)" in line for line in said] == [True, True, False]


def test_layer_of_a_build_killed_before_its_index_is_not_taken_for_an_earlier_one(
    sources: Path,
) -> None:
    index = sources / "stack" / "stack.json"
    stack, _, _ = build(sources, manifest_of(ELEVATION))
    before, elevation = index.read_text(), stack.layer("elevation")
    build(sources, manifest_of({**ELEVATION, "scale": 0.1}))
    index.write_text(before)  # the layer is the later build's, the index still the first one's
    stack, _, said = build(sources, manifest_of(ELEVATION))
    assert said == ["  covariate 1/1: elevation"]
    np.testing.assert_array_equal(stack.layer("elevation"), elevation)


def test_layers_of_an_earlier_manifest_are_removed(sources: Path) -> None:
    build(sources, manifest_of(ELEVATION, CLASSES))
    build(sources, manifest_of(ELEVATION))
    names = sorted(file.name for file in (sources / "stack").iterdir())
    assert names == ["elevation.tif", "region.tif", "stack.json"]


def test_files_are_tiled_compressed_and_described(sources: Path) -> None:
    build(sources, manifest_of(ELEVATION, CLASSES))
    with rasterio.open(sources / "stack" / "elevation.tif") as dataset:
        assert dataset.profile["tiled"]
        assert dataset.profile["compress"] == "zstd"
        assert np.isnan(dataset.nodata)
        assert (dataset.descriptions, dataset.units) == (("elevation",), ("m",))
        assert float(dataset.tags(1)["STATISTICS_MINIMUM"]) >= 100
    with rasterio.open(sources / "stack" / "cover.tif") as dataset:
        assert json.loads(dataset.tags()["classes"]) == {"1": "forest", "2": "grassland"}


def test_threads_may_share_a_stack(sources: Path) -> None:
    stack, _, _ = build(sources, manifest_of(ELEVATION, CLASSES))
    expected = stack.table(["elevation", "cover"])[1]
    results: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: results.append(stack.table(["elevation", "cover"])[1]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    for result in results:
        np.testing.assert_array_equal(result, expected)


def test_classes_without_names_are_found_in_the_data(sources: Path) -> None:
    stack, _, _ = build(sources, manifest_of(ELEVATION, {**CLASSES, "classes": {}}))
    assert stack.variables[1].classes == {1: "class 1", 2: "class 2", 3: "class 3"}


def test_faults_of_all_covariates_come_at_once(sources: Path, write_raster) -> None:
    write_raster("empty.tif", np.full(SHAPE, -9999, np.int16), TRANSFORM)
    other = {"quantity": "other", "unit": "1"}
    with pytest.raises(InputError) as error:
        build(
            sources,
            manifest_of(
                ELEVATION,
                {**other, "id": "absent", "file": "absent.tif"},
                {**other, "id": "empty", "file": "empty.tif"},
                {**SLOPE, "derived_from": "absentee"},
                {**ELEVATION, "id": "no_classes", "kind": "categorical"},
            ),
        )
    text = str(error.value)
    assert len(error.value.problems) == 4
    for message in ("file not found", "has no value", "no covariate 'absentee'", "categorical"):
        assert message in text


def test_missing_elevation_is_said_once_for_all_that_derives_from_it(sources: Path) -> None:
    dem = {**ELEVATION, "id": "dem", "file": "absent.tif"}
    slope = {**SLOPE, "derived_from": "dem"}
    with pytest.raises(InputError) as error:
        build(sources, manifest_of(ELEVATION, dem, slope))
    assert len(error.value.problems) == 1


def test_unknown_layer_is_named(sources: Path) -> None:
    stack, _, _ = build(sources, manifest_of(ELEVATION))
    with pytest.raises(KeyError, match="no layer 'slop' in the stack; it holds elevation"):
        stack.table(["slop"])


def covariate(folder: str, name: str, **settings: Any) -> dict[str, Any]:
    return {"id": name, "quantity": "other", "unit": "1", "file": f"{folder}/{name}.tif"} | settings


@pytest.mark.real_data
def test_macedonia_every_profile_finds_its_cell(data_root: Path, tmp_path: Path) -> None:
    import pandas as pd

    names = ["elevation", "slope", "precipitation_annual", "land_cover"]
    manifest = manifest_of(*(covariate("macedonia/rasters", name) for name in names))
    stack = build_stack(manifest, data_root, tmp_path, IssueLog())
    profiles = pd.read_csv(data_root / "macedonia" / "horizons.csv").drop_duplicates("id")
    values = stack.sample(profiles["x"], profiles["y"], names)
    assert (~np.isnan(values).any(axis=1)).mean() > 0.99  # the data set's own table: 99.7 %
    # 25 713 km2 of land lie in the box of about 36 000.
    assert stack.grid.cell_areas_km2().sum() == pytest.approx(36_225, rel=0.01)


@pytest.mark.real_data
def test_africa_keeps_its_own_equal_area_grid(data_root: Path, tmp_path: Path) -> None:
    names = ["elevation", "precipitation_annual", "landform"]
    manifest = manifest_of(*(covariate("africa20km/rasters", name) for name in names))
    log = IssueLog()
    stack = build_stack(manifest, data_root, tmp_path, log)
    assert "layer_resampled" not in log.counts()
    assert stack.grid.shape == (394, 368)
    np.testing.assert_allclose(stack.grid.cell_areas_km2()[stack.region()], 400, rtol=1e-5)


@pytest.mark.real_data
def test_edgeroi_layers_of_three_systems_agree_on_one_grid(data_root: Path, tmp_path: Path) -> None:
    """Elevations of two products, in three CRSs and cell sizes, must draw the same hills."""
    manifest = manifest_of(
        covariate("edgeroi/rasters_250m", "elevation", id="coarse"),
        covariate("edgeroi/rasters_90m", "elevation", id="fine"),
        covariate("edgeroi/rasters_250m", "bulk_density_landgis_0cm"),
        covariate("edgeroi/rasters_100m", "land_use", kind="categorical"),
        crs="EPSG:28355", resolution_m=250, bounds=(745_000, 6_642_000, 780_000, 6_665_000),
    )  # fmt: skip
    log = IssueLog()
    stack = build_stack(manifest, data_root, tmp_path, log)
    methods = {i.column: i.value for i in log.issues if i.code == "layer_resampled"}
    assert methods["fine"] == "average"
    assert methods["land_use"] == "mode"
    _, table = stack.table(["coarse", "fine"])
    table = table[~np.isnan(table).any(axis=1)]
    assert len(table) > 5000
    assert np.corrcoef(table.T)[0, 1] > 0.99
