from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.check import check_sources
from features.errors import InputError
from features.guess import guess_manifest
from features.guess_columns import guess_columns
from features.guess_rasters import guess_rasters
from features.manifest import SourcesManifest
from features.validation import validate
from features.yaml_loader import load_yaml

GRID = (1000.0, 400_000.0, 5_600_000.0)
SHAPE = (20, 30)


def manifest_of(text, tmp_path):
    path = tmp_path / "guessed.yaml"
    path.write_text(text)
    data, lines = load_yaml(path)
    depths = [tuple(depth) for depth in data.pop("model")["depths"]]
    return validate(SourcesManifest, data, lines, path), depths


def columns_of(**columns):
    guessed = guess_columns(pd.DataFrame(columns))
    return {each.key: (each.column, each.unit) for each in guessed}


@pytest.mark.parametrize(
    ("name", "values", "key", "unit"),
    [
        ("soc_g_kg", [12.0, 40.0], "soc", "g/kg"),
        ("OC%", [1.2, 4.0], "soc", "%"),
        ("ORCDRC", [12.0, 40.0], "soc", "g/kg"),
        ("SOC", [0.8, 3.1], "soc", "%"),
        ("SOC", [8.0, 31.0], "soc", "g/kg"),
        ("organic_matter_pct", [2.0, 6.0], "som", "%"),
        ("BLD", [1200.0, 1500.0], "bulk_density", "kg/m3"),
        ("BD", [1.2, 1.5], "bulk_density", "g/cm3"),
        ("Bulk Density (g/cm3)", [1.2, 1.5], "bulk_density", "g/cm3"),
        ("CRFVOL", [5.0, 40.0], "coarse_fragments", "%"),
        ("gravel_fraction", [0.05, 0.4], "coarse_fragments", "fraction"),
        ("cf_vol_pct", [5.0, 40.0], "coarse_fragments", "vol%"),
        ("clay_pct", [5.0, 40.0], "clay", "%"),
        ("total_n_g_kg", [1.0, 2.0], "total_nitrogen", "g/kg"),
        ("UHDICM", [0.0, 10.0], "top_cm", "cm"),
        ("LHDICM", [10.0, 30.0], "bottom_cm", "cm"),
        ("upper_depth", [0, 10], "top_cm", "cm"),
        ("LONWGS84", [20.0, 21.0], "x", ""),
        ("Latitude", [41.0, 42.0], "y", ""),
        ("SOURCEID", ["a", "b"], "id", ""),
        ("land_cover", ["forest", "grass"], "vegetation", ""),
        ("soil_type", ["Cambisol", "Histosol"], "soil_type", ""),
    ],
)
def test_columns_are_told_from_names_and_values(name, values, key, unit):
    assert columns_of(**{name: values})[key] == (name, unit)


@pytest.mark.parametrize("name", ["soc_stock_t_ha", "socd_kg_m2", "phosphorus", "company", "year"])
def test_columns_of_something_else_are_left_alone(name):
    assert columns_of(**{name: [1.0, 2.0]}) == {}


def test_a_unit_taken_from_values_is_doubted():
    guessed = guess_columns(pd.DataFrame({"SOC": [0.8, 3.1]}))
    assert "no unit" in guessed[0].doubt


class TestRasters:
    def test_quantity_kind_and_scale(self, tmp_path, write_raster):
        rng = np.random.default_rng(0)
        write_raster("NDVI.tif", rng.integers(2000, 8000, SHAPE).astype("int16"), GRID)
        write_raster("dem.tif", rng.integers(200, 900, SHAPE).astype("int16"), GRID)
        write_raster("lst_mean.tif", rng.uniform(270, 300, SHAPE).astype("float32"), GRID)
        write_raster("zones.tif", rng.integers(1, 5, SHAPE).astype("uint8"), GRID, nodata=0)
        write_raster("flat.tif", np.ones(SHAPE, "float32"), GRID)
        guessed, unsure = guess_rasters(tmp_path)
        found = {each.id: (each.quantity, each.unit, each.scale, each.kind) for each in guessed}
        assert found == {
            "ndvi": ("ndvi", "1", 1e-4, "continuous"),
            "dem": ("elevation", "m", 1.0, "continuous"),
            "lst_mean": ("temperature", "K", 1.0, "continuous"),
            "zones": ("class", "class", 1.0, "categorical"),
        }
        text = "\n".join(unsure)
        for word in ("flat.tif was left out", "zones: 4 whole numbers", "scale 1e-4"):
            assert word in text

    def test_short_words_are_not_found_inside_longer_ones(self, tmp_path, write_raster):
        values = np.random.default_rng(0).random(SHAPE).astype("float32")
        for name in ("deviation_from_mean", "plain_share", "terrain_ruggedness"):
            write_raster(f"{name}.tif", values, GRID)
        guessed, _ = guess_rasters(tmp_path)
        assert {each.quantity for each in guessed} == {each.id for each in guessed}


class TestManifest:
    @pytest.fixture
    def rasters(self, tmp_path, write_raster):
        rng = np.random.default_rng(0)
        write_raster("elevation.tif", rng.uniform(200, 900, SHAPE).astype("float32"), GRID)
        write_raster("ndvi.tif", rng.uniform(0.1, 0.9, SHAPE).astype("float32"), GRID)
        coarse = (5000.0, GRID[1], GRID[2])
        write_raster("map.tif", rng.uniform(300, 600, (4, 6)).astype("float32"), coarse)
        return tmp_path

    @pytest.fixture
    def layers(self):
        rng = np.random.default_rng(1)
        n = 25
        return pd.DataFrame(
            {
                "profile_id": [f"p{k}" for k in range(n)],
                "easting": GRID[1] + rng.uniform(1000, 29_000, n),
                "northing": GRID[2] - rng.uniform(1000, 19_000, n),
                "top": 0,
                "bottom": 50,
                "SOC": rng.uniform(12, 60, n),
                "BLD": rng.uniform(900, 1400, n),
            }
        )

    def test_a_folder_and_a_table_give_a_manifest_that_checks_clean(
        self, rasters, layers, tmp_path
    ):
        layers.to_csv(tmp_path / "soil data.csv", index=False)
        text, unsure = guess_manifest(tmp_path / "soil data.csv", rasters, tmp_path)
        manifest, depths = manifest_of(text, tmp_path)
        assert manifest.region.template == "elevation"  # the finest of the most common grid
        assert manifest.sites.crs == "EPSG:32652"
        assert any("CRS of the sites" in each for each in unsure)
        assert "# " in next(line for line in text.splitlines() if "BLD" in line)
        assert check_sources(manifest, tmp_path, Path("guessed.yaml"), depths)[0] == []

    def test_paths_start_from_where_the_manifest_lies(self, rasters, layers, tmp_path):
        layers.to_csv(tmp_path / "sites.csv", index=False)
        (tmp_path / "runs").mkdir()
        text, _ = guess_manifest(tmp_path / "sites.csv", rasters, tmp_path / "runs")
        assert "file: ../sites.csv" in text

    def test_ready_stocks_become_targets(self, rasters, layers, tmp_path):
        layers["soc_stock_t_ha_0_30"] = np.linspace(20, 90, len(layers))
        table = layers.drop(columns=["top", "bottom", "SOC", "BLD"])
        table.to_csv(tmp_path / "sites.csv", index=False)
        text, _ = guess_manifest(tmp_path / "sites.csv", rasters, tmp_path)
        manifest, depths = manifest_of(text, tmp_path)
        assert manifest.sites.targets[0].depth_cm == (0, 30)
        assert check_sources(manifest, tmp_path, Path("guessed.yaml"), depths)[0] == []

    def test_what_is_not_found_is_said_at_once(self, rasters, tmp_path):
        pd.DataFrame({"a": [1], "b": [2]}).to_csv(tmp_path / "sites.csv", index=False)
        with pytest.raises(InputError) as caught:
            guess_manifest(tmp_path / "sites.csv", rasters)
        assert len(caught.value.problems) == 4  # id, x, y, carbon

    def test_an_empty_folder(self, layers, tmp_path):
        layers.to_csv(tmp_path / "sites.csv", index=False)
        (tmp_path / "empty").mkdir()
        with pytest.raises(InputError, match="no usable raster"):
            guess_manifest(tmp_path / "sites.csv", tmp_path / "empty")
        with pytest.raises(InputError, match="no folder"):
            guess_manifest(tmp_path / "sites.csv", tmp_path / "none")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("table", "folder", "deepest"),
    [
        ("macedonia/horizons.csv", "macedonia/rasters", 50),
        ("colombia/sites.csv", "colombia/rasters", 30),
        ("edgeroi/spline_density.csv", "edgeroi/rasters_90m", 50),
        ("africa20km/horizons.csv.gz", "africa20km/rasters", 50),
    ],
)
def test_real_data_get_a_manifest_that_checks_clean(data_root, tmp_path, table, folder, deepest):
    text, _ = guess_manifest(data_root / table, data_root / folder, tmp_path)
    manifest, depths = manifest_of(text, tmp_path)
    problems, log = check_sources(manifest, tmp_path, Path("guessed.yaml"), depths)
    assert problems == []
    assert depths[-1] == (0, deepest)
    assert "scale_suspect" not in log.counts()
    assert manifest.sites.layers == ("nested" if "colombia" in table else "sequential")
    assert manifest.region.template == "elevation"
