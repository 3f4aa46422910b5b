import json
import math
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from rasterio.windows import Window

from pipeline.band_statistics import BandStatistics
from pipeline.maps import MosaicWriter, write_geotiff


def grid(height, width):
    return SimpleNamespace(
        crs="EPSG:8857",
        transform=Affine(1000, 0, 2e6, 0, -1000, 5e6),
        height=height,
        width=width,
    )


@pytest.fixture
def field():
    values = np.random.default_rng(3).normal(4, 1, (300, 520)).astype(np.float32)
    values[:20] = np.nan
    return values


def write(path, values, **options):
    options = {"description": "SOCD 0–10 cm", "unit": "kg m-2", **options}
    return write_geotiff(path, values, grid(*values.shape[-2:]), **options)


def test_values_and_georeference_survive(tmp_path, field):
    path = write(tmp_path / "a.tif", field)
    with rasterio.open(path) as dataset:
        np.testing.assert_array_equal(dataset.read(1), field)
        assert dataset.transform == grid(1, 1).transform
        assert dataset.crs.to_epsg() == 8857


def test_file_says_what_it_holds(tmp_path, field):
    path = write(tmp_path / "a.tif", field, tags={"level": 0.9})
    with rasterio.open(path) as dataset:
        assert dataset.units == ("kg m-2",)
        assert dataset.descriptions == ("SOCD 0–10 cm",)
        assert dataset.tags()["level"] == "0.9"
        assert math.isnan(dataset.nodata)


def test_compressed_in_tiles(tmp_path, field):
    with rasterio.open(write(tmp_path / "a.tif", field)) as dataset:
        assert dataset.profile["tiled"]
        assert dataset.profile["compress"] == "zstd"
        assert dataset.block_shapes == [(512, 512)]


def test_tiny_raster_has_tiny_tiles(tmp_path):
    path = write(tmp_path / "a.tif", np.ones((5, 20), np.float32))
    with rasterio.open(path) as dataset:
        assert dataset.block_shapes == [(32, 32)]
        assert dataset.overviews(1) == []


def test_statistics_are_of_valid_cells(tmp_path, field):
    with rasterio.open(write(tmp_path / "a.tif", field)) as dataset:
        tags = dataset.tags(1)
    valid = field[np.isfinite(field)].astype(np.float64)
    assert float(tags["STATISTICS_MEAN"]) == pytest.approx(valid.mean(), rel=1e-7)
    assert float(tags["STATISTICS_STDDEV"]) == pytest.approx(valid.std(), rel=1e-7)
    assert float(tags["STATISTICS_MINIMUM"]) == pytest.approx(valid.min(), rel=1e-7)
    assert float(tags["STATISTICS_VALID_PERCENT"]) == pytest.approx(100 * 280 / 300, abs=0.01)


def test_overviews_of_a_continuous_map_average(tmp_path):
    values = np.zeros((256, 512), np.float32)
    values[:, 1::2] = 1.0
    path = write(tmp_path / "a.tif", values)
    with rasterio.open(path) as dataset:
        assert dataset.overviews(1)[0] == 2
    with rasterio.open(path, overview_level=0) as overview:
        np.testing.assert_allclose(overview.read(1), 0.5)


def test_overviews_of_classes_take_the_commonest(tmp_path):
    values = np.ones((256, 512), np.uint8)
    values[::2, ::2] = 3  # a quarter of each 2 x 2 block
    path = write(tmp_path / "a.tif", values, unit="class", nodata=255, categorical=True)
    with rasterio.open(path, overview_level=0) as overview:
        assert np.unique(overview.read(1)).tolist() == [1]


def test_all_cells_missing_is_no_error(tmp_path):
    path = write(tmp_path / "a.tif", np.full((8, 8), np.nan, np.float32))
    with rasterio.open(path) as dataset:
        assert "STATISTICS_MEAN" not in dataset.tags(1)
    assert path.with_suffix(".qml").is_file()


def test_several_bands(tmp_path, field):
    both = np.stack([field, 2 * field])
    path = write(tmp_path / "a.tif", both, description=("one", "two"))
    with rasterio.open(path) as dataset:
        assert dataset.descriptions == ("one", "two")
        means = [float(dataset.tags(band)["STATISTICS_MEAN"]) for band in (1, 2)]
    assert means[1] == pytest.approx(2 * means[0], rel=1e-6)


def test_windows_in_any_order_equal_the_whole(tmp_path, field):
    whole = write(tmp_path / "whole.tif", field)
    options = {"description": "SOCD 0–10 cm", "unit": "kg m-2"}
    with MosaicWriter(tmp_path / "parts.tif", grid(*field.shape), **options) as mosaic:
        for row in (200, 0, 100):
            for col in (260, 0):
                mosaic.write(field[row : row + 100, col : col + 260], Window(col, row, 260, 100))
    with rasterio.open(whole) as a, rasterio.open(tmp_path / "parts.tif") as b:
        np.testing.assert_array_equal(a.read(1), b.read(1))
        assert float(a.tags(1)["STATISTICS_STDDEV"]) == pytest.approx(
            float(b.tags(1)["STATISTICS_STDDEV"]), rel=1e-8
        )


def test_interrupted_writing_leaves_nothing_behind(tmp_path, field):
    def interrupted():
        options = {"description": "d", "unit": "1"}
        with MosaicWriter(tmp_path / "a.tif", grid(*field.shape), **options) as mosaic:
            mosaic.write(field[:100], Window(0, 0, 520, 100))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_map_is_replaced_whole(tmp_path, field):
    write(tmp_path / "a.tif", field)
    write(tmp_path / "a.tif", np.ones((8, 8), np.float32))
    with rasterio.open(tmp_path / "a.tif") as dataset:
        assert dataset.shape == (8, 8)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.qml", "a.tif"]


def test_style_spans_the_values(tmp_path, field):
    path = write(tmp_path / "a.tif", field, colours="magma_r")
    shader = read_style(path).find(".//colorrampshader")
    lowest, highest = np.percentile(field[np.isfinite(field)], [2, 98])
    assert float(shader.get("minimumValue")) == pytest.approx(lowest, rel=0.02)
    assert float(shader.get("maximumValue")) == pytest.approx(highest, rel=0.02)
    values = [float(item.get("value")) for item in shader.iter("item")]
    assert values == sorted(values)


def test_style_of_a_constant_map_can_be_drawn(tmp_path):
    path = write(tmp_path / "a.tif", np.full((20, 20), 3.0, np.float32))
    shader = read_style(path).find(".//colorrampshader")
    assert float(shader.get("maximumValue")) > float(shader.get("minimumValue"))


def test_classes_carry_their_names(tmp_path):
    values = np.array([[0, 1], [1, 255]], np.uint8)
    colours = {0: ("outside <edge>", "#e69f00"), 1: ("inside & near", "#0072b2")}
    path = write(
        tmp_path / "a.tif", values, unit="class", nodata=255, categorical=True, colours=colours
    )
    entries = read_style(path).findall(".//paletteEntry")
    assert [(entry.get("value"), entry.get("label")) for entry in entries] == [
        ("0", "outside <edge>"),
        ("1", "inside & near"),
    ]
    with rasterio.open(path) as dataset:
        assert json.loads(dataset.tags()["CLASSES"]) == {
            "0": "outside <edge>",
            "1": "inside & near",
        }


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), min_size=1, max_size=6))
def test_merged_statistics_equal_those_of_the_whole(pieces):
    statistics = BandStatistics(math.nan)
    for piece in pieces:
        statistics.add(np.array(piece))
    whole = np.concatenate([np.array(piece) for piece in pieces])
    assert statistics.count == whole.size
    assert statistics.mean == pytest.approx(whole.mean(), rel=1e-9, abs=1e-6)
    spread = math.sqrt(statistics.sum_of_squares / whole.size)
    assert spread == pytest.approx(whole.std(), rel=1e-9, abs=1e-6)


def read_style(path: Path) -> ET.Element:
    return ET.fromstring(path.with_suffix(".qml").read_text(encoding="utf-8"))
