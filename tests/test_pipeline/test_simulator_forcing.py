"""The manifest's forcing as the simulator takes it: units, timing, gaps, places."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyproj
import pytest
from affine import Affine
from pyproj import Geod

from features.grid import Grid
from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.landscape import make_landscape
from models.erosion_carbon.parameters import make_parameters
from models.erosion_carbon.plant_growth import lai_from_ndvi
from models.erosion_carbon.settings import Settings
from models.erosion_carbon.vegetation import COVER_CODES
from pipeline.cell_geometry import cell_geometry
from pipeline.gap_filling import fill_gaps
from pipeline.simulator_fingerprint import simulation_fingerprints
from pipeline.simulator_forcing import MARGIN, PreparedForcing
from tests.test_pipeline.small_landscape import (
    CELL_M,
    COLS,
    NORTH,
    ROWS,
    WEST,
    SmallLandscape,
    elevation,
    land_cover,
    months,
    write_bands,
)

INNER = (..., slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
FULL = np.ones((ROWS, COLS))


class TestUnits:
    @pytest.mark.parametrize(
        ("name", "field", "raw", "unit", "expected"),
        [
            ("npp", "npp_g_m2", 0.45, "kg C/m2/yr", 450.0),
            ("npp", "npp_g_m2", 4.5, "t C/ha/yr", 450.0),
            ("bulk_density", "bulk_density_kg_m3", 1.3, "g/cm3", 1300.0),
            ("bulk_density", "bulk_density_kg_m3", 130.0, "cg/cm3", 1300.0),
            ("organic_matter", "organic_matter_percent", 35.0, "g/kg", 3.5),
            ("sand", "sand_percent", 300.0, "g/kg", 30.0),
            ("slope", "hillslope_slope", 12.0, "percent", 0.12),
            ("slope", "hillslope_slope", 30.0, "degree", np.tan(np.pi / 6)),
            ("slope", "hillslope_slope", np.pi / 6, "rad", np.tan(np.pi / 6)),
            ("slope", "hillslope_slope", 0.12, "1", 0.12),
            ("elevation", "elevation_m", 0.5, "km", 500.0),
        ],
    )
    def test_values_come_in_the_units_of_the_simulator(
        self, valley, prepare, name, field, raw, unit, expected
    ):
        valley.give(name, FULL * raw, unit)
        values = getattr(prepare().forcing, field)[INNER]
        np.testing.assert_allclose(values, expected, rtol=1e-6)

    def test_kelvin_and_tenths(self, valley, prepare):
        valley.give("temperature", 10 * (months(-20, 20) + 273.15), "K", scale=0.1)
        np.testing.assert_allclose(
            prepare().forcing.temperature_c[INNER], months(-20, 20), atol=1e-3
        )

    def test_rain_a_day_makes_months_of_their_own_length(self, valley, prepare):
        valley.give("precipitation", np.ones((12, ROWS, COLS)), "mm/d")
        rain = prepare().forcing.precipitation_mm[INNER][:, 0, 0]
        days = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        np.testing.assert_allclose(rain, days, rtol=1e-6)

    def test_silt_stands_for_sand(self, valley, prepare):
        del valley.manifest["forcing"]["sand"]
        valley.give("silt", FULL * 45.0, "%")
        np.testing.assert_allclose(prepare().forcing.sand_percent[INNER], 35.0)

    def test_classes_get_the_simulators_codes(self, valley, prepare):
        names = np.array(["", "forest", "grassland", "cropland"])[land_cover()]
        codes = np.vectorize(COVER_CODES.get)(names)
        np.testing.assert_array_equal(prepare().forcing.cover[INNER], codes)


class TestTiming:
    def test_month_ten_comes_after_month_nine(self, valley, prepare):
        rain = months(8, 150)
        for month in range(12):
            valley.write(f"rain_{month + 1}", rain[month])
        valley.manifest["forcing"]["precipitation"] = {
            "files": ["rain_*.tif"], "unit": "mm/month",
        }  # fmt: skip
        np.testing.assert_allclose(prepare().forcing.precipitation_mm[INNER], rain, rtol=1e-6)

    def test_several_years_of_months_give_their_mean(self, valley, prepare):
        valley.give("temperature", np.concatenate([months(-20, 20), months(-10, 30)]), "degC")
        np.testing.assert_allclose(
            prepare().forcing.temperature_c[INNER], months(-15, 25), atol=1e-5
        )

    def test_a_mean_ndvi_is_spread_by_temperature(self, valley, prepare):
        valley.give("ndvi", FULL * 0.6, "1")
        lai = prepare().forcing.lai[INNER][:, 0, 0]
        summer = lai_from_ndvi(np.array(0.6))
        assert lai[6] == pytest.approx(summer, rel=1e-5)
        assert lai[0] == pytest.approx(0.2 * summer, rel=1e-5)

    def test_monthly_ndvi_gives_leaf_area_month_by_month(self, valley, prepare):
        valley.give("ndvi", months(0.1, 0.8), "1")
        np.testing.assert_allclose(
            prepare().forcing.lai[INNER], lai_from_ndvi(months(0.1, 0.8)), rtol=1e-4
        )

    def test_given_leaf_area_goes_before_ndvi(self, valley, prepare):
        valley.give("ndvi", months(0.1, 0.8), "1")
        valley.give("lai", months(0.5, 4.0), "m2/m2")
        np.testing.assert_allclose(prepare().forcing.lai[INNER], months(0.5, 4.0), rtol=1e-6)

    def test_one_diurnal_range_serves_all_months(self, valley, prepare):
        valley.give("diurnal_range", FULL * 11.0, "K")
        assert prepare().forcing.diurnal_range_c.shape == (12, ROWS + 2, COLS + 2)


class TestPlaces:
    def test_elevation_is_known_beyond_the_region(self, valley, prepare):
        """The region is the inner part of a larger elevation model."""
        inside = (
            WEST + CELL_M,
            NORTH - (ROWS - 1) * CELL_M,
            WEST + (COLS - 1) * CELL_M,
            NORTH - CELL_M,
        )
        valley.manifest["region"] = {
            "crs": "EPSG:32652", "resolution_m": CELL_M, "bounds": list(inside),
        }  # fmt: skip
        prepared = prepare()
        assert prepared.grid.shape == (ROWS - 2, COLS - 2)
        np.testing.assert_allclose(prepared.forcing.elevation_m, elevation(), rtol=1e-6)
        assert prepared.network.n_cells == (ROWS - 2) * (COLS - 2)
        back = prepared.on_run_grid(np.arange(prepared.network.n_cells))
        np.testing.assert_array_equal(
            prepared.from_run_grid(back), np.arange(prepared.network.n_cells)
        )

    def test_the_network_is_the_simulators_own(self, prepare):
        """Gauges and daily weather are placed before the simulator makes its network."""
        prepared = prepare()
        land = make_landscape(prepared.forcing, make_parameters({}), Settings(), CellThreads(1))
        np.testing.assert_array_equal(land.network.cell_of, prepared.network.cell_of)

    def test_inputs_of_another_grid_are_resampled_and_recorded(self, valley, prepare):
        fine = np.repeat(np.repeat(land_cover(), 4, axis=0), 4, axis=1).astype(float)
        valley.write("land_cover", fine, transform=Affine(250, 0, WEST, 0, -250, NORTH))
        prepared = prepare()
        assert (prepared.forcing.cover[INNER] == COVER_CODES["forest"]).sum() == 4 * ROWS
        issue = next(each for each in prepared.issues.issues if each.code == "layer_resampled")
        assert (issue.column, issue.value) == ("land_cover", "mode")

    def test_degrees_get_true_areas_and_metres(self):
        grid = Grid(pyproj.CRS("EPSG:4326"), Affine(0.1, 0, 120, 0, -0.1, 52), 20, 30)
        geometry = cell_geometry(grid, np.ones(grid.shape, bool))
        geod = Geod(ellps="WGS84")
        lon, lat = [120, 120.1, 120.1, 120], [51.9, 51.9, 52, 52]
        assert geometry.area_m2[0, 0] == pytest.approx(
            geod.polygon_area_perimeter(lon, lat)[0], rel=1e-3
        )
        assert geometry.width_m[0] == pytest.approx(geod.inv(120, 51.95, 120.1, 51.95)[2], rel=1e-4)
        assert geometry.latitude_deg[0, 0] == pytest.approx(51.95)
        east = np.hypot(
            *(each[0, 29] - each[0, 0] for each in (geometry.easting_m, geometry.northing_m))
        )
        assert east == pytest.approx(geod.inv(120.05, 51.95, 122.95, 51.95)[2], rel=2e-3)


class TestGaps:
    def test_cells_without_a_required_input_are_left_out_and_said(self, valley, prepare):
        sand = FULL * 30.0
        sand[0, :3] = np.nan
        valley.give("sand", sand, "%")
        said: list[str] = []
        prepared = prepare(said=said)
        assert prepared.network.n_cells == ROWS * COLS - 3
        assert "  3 of 120 cells of the region lack sand and are left out" in said
        assert np.isnan(prepared.on_run_grid(np.ones(prepared.network.n_cells))[0, :3]).all()

    def test_gaps_of_the_others_are_filled_from_the_same_land_cover_and_said(self, valley, prepare):
        npp = 100.0 * land_cover()
        npp[5, 4] = np.nan  # grassland beside forest
        valley.give("npp", npp, "g C/m2/yr")
        said: list[str] = []
        prepared = prepare(said=said)
        assert prepared.forcing.npp_g_m2[INNER][5, 4] == 200.0
        assert any("1 cells lack npp" in line for line in said)
        row = next(row for row in prepared.given if row["input"] == "npp")
        assert row["gaps_filled"] == 1

    def test_a_class_without_any_value_takes_the_nearest_of_all(self):
        values = np.array([[1.0, 2.0, np.nan]])
        filled, n = fill_gaps(values, np.ones((1, 3), bool), np.array([[0, 0, 1]]))
        assert filled.tolist() == [[1.0, 2.0, 2.0]]
        assert n == 1

    def test_lakes_are_what_is_not_zero(self, valley, prepare):
        water = np.zeros((ROWS, COLS))
        water[4, 6] = 1
        valley.write("lakes", water)
        valley.manifest["forcing"]["lakes"] = {"file": "lakes.tif"}
        assert prepare().forcing.lakes.sum() == 1

    def test_negative_production_is_set_to_zero_and_recorded(self, valley, prepare):
        npp = FULL * 300.0
        npp[2, 2] = -20.0
        valley.give("npp", npp, "g C/m2/yr")
        prepared = prepare()
        assert prepared.forcing.npp_g_m2[INNER][2, 2] == 0.0
        assert "negative_production" in prepared.issues.counts()


def test_fingerprints_tell_what_changed(valley, prepare):
    before = simulation_fingerprints(prepare().forcing, Settings(), 2001, [])
    assert simulation_fingerprints(prepare().forcing, Settings(), 2001, []) == before
    for laws, year in ((Settings(seed=2), 2001), (Settings(), 2002)):
        changed = simulation_fingerprints(prepare().forcing, laws, year, [])
        assert [name for name in before if changed[name] != before[name]] == ["settings"]
    warm = months(-20, 20)
    warm[5, 0, 0] += 0.01
    valley.give("temperature", warm, "degC")
    changed = simulation_fingerprints(prepare().forcing, Settings(), 2001, [])
    assert [name for name in before if changed[name] != before[name]] == ["forcing"]


def test_a_forcing_that_refers_to_a_covariate_takes_its_files_scale_and_classes(
    valley: SmallLandscape, prepare: Callable[..., PreparedForcing]
) -> None:
    write_bands(valley.directory / "rain.tif", 10 * months(8, 150))
    valley.manifest["covariates"] = [
        {"id": "map", "quantity": "precipitation", "unit": "mm", "file": "rain.tif",
         "band": "all", "combine": "annual_sum", "scale": 0.1, "valid_range": [300, 3000]},
        {"id": "cover", "quantity": "land_cover", "unit": "class", "file": "land_cover.tif",
         "kind": "categorical", "classes": {1: "forest", 2: "grassland", 3: "cropland"}},
    ]  # fmt: skip
    valley.manifest["sites"] = {
        "file": "sites.csv", "crs": "EPSG:4326",
        "columns": {"id": {"column": "id"}, "x": {"column": "x"}, "y": {"column": "y"}},
        "targets": [{"column": "c", "unit": "kg/m2", "depth_cm": [0, 10]}],
    }  # fmt: skip
    valley.manifest["forcing"]["precipitation"] = {"covariate": "map"}
    valley.manifest["forcing"]["land_cover"] = {"covariate": "cover"}
    prepared = prepare()
    np.testing.assert_allclose(prepared.forcing.precipitation_mm[INNER], months(8, 150), rtol=1e-5)
    assert (prepared.forcing.cover[INNER] == COVER_CODES["forest"]).sum() == 4 * ROWS
    row = next(row for row in prepared.given if row["input"] == "precipitation")
    assert row["source"] == "covariate map (rain.tif, 12 monthly layers)"
