"""Each fault of the input gives one clear problem; a sound study gives none."""

import hashlib
import math

import numpy as np
import pytest

from features.check import check_sources
from features.manifest import SourcesManifest

ROWS, COLS, CELL, WEST, NORTH = 40, 50, 1000.0, 400_000.0, 5_600_000.0
GRID = (CELL, WEST, NORTH)


def sites_csv(n=30, **changes):
    """Return rows of a sound sites table, as text; `changes` replace a column's values."""
    rng = np.random.default_rng(1)
    columns = {
        "id": [f"s{k}" for k in range(n)],
        "x": np.round(WEST + CELL * (1 + rng.uniform(0, COLS - 2, n))),
        "y": np.round(NORTH - CELL * (1 + rng.uniform(0, ROWS - 2, n))),
        "top": [0] * n,
        "bottom": [50] * n,
        "soc_g_kg": np.round(rng.uniform(10, 60, n), 1),
        "bd": np.round(rng.uniform(0.9, 1.4, n), 2),
    } | changes
    lines = [",".join(columns)]
    lines += [",".join(str(values[k]) for values in columns.values()) for k in range(n)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def study(tmp_path, write_raster):
    """Write a sound study; returns a function that checks it, with changes to its manifest."""
    rng = np.random.default_rng(0)
    write_raster("ndvi.tif", rng.uniform(0.2, 0.8, (ROWS, COLS)).astype("float32"), GRID)
    write_raster("dem.tif", rng.uniform(200, 900, (ROWS, COLS)).astype("float32"), GRID)
    write_raster("veg.tif", rng.integers(1, 4, (ROWS, COLS)).astype("int16"), GRID, nodata=0)
    (tmp_path / "sites.csv").write_text(sites_csv())

    def check(sites=None, columns=None, ndvi=None, **top):
        data = {
            "name": "small",
            "region": {"template": "elevation"},
            "sites": {
                "file": "sites.csv",
                "crs": "EPSG:32652",
                "columns": {
                    "id": {"column": "id"},
                    "x": {"column": "x"},
                    "y": {"column": "y"},
                    "top_cm": {"column": "top"},
                    "bottom_cm": {"column": "bottom"},
                    "soc": {"column": "soc_g_kg", "unit": "g/kg"},
                    "bulk_density": {"column": "bd", "unit": "g/cm3"},
                }
                | (columns or {}),
            }
            | (sites or {}),
            "covariates": [
                {"id": "ndvi", "quantity": "ndvi", "unit": "1", "file": "ndvi.tif"} | (ndvi or {}),
                {"id": "elevation", "quantity": "elevation", "unit": "m", "file": "dem.tif"},
                {
                    "id": "veg",
                    "quantity": "vegetation",
                    "unit": "class",
                    "file": "veg.tif",
                    "kind": "categorical",
                    "classes": {1: "forest", 2: "grassland", 3: "wetland"},
                },
            ],
        } | top
        data["covariates"] = data["covariates"] + data.pop("more", [])
        manifest = SourcesManifest.model_validate(data)
        return check_sources(manifest, tmp_path, tmp_path / "m.yaml")

    return check


def only(problems):
    assert len(problems) == 1, "\n".join(map(str, problems))
    return str(problems[0])


def test_a_sound_study_has_no_problem(study):
    problems, _ = study()
    assert problems == []


def test_a_virtual_landscape_has_nothing_to_check(tmp_path):
    manifest = SourcesManifest.model_validate({"name": "virtual", "virtual": {}})
    assert check_sources(manifest, tmp_path, tmp_path / "m.yaml")[0] == []


class TestFiles:
    def test_a_missing_raster_says_where_to_obtain_it_and_where_to_put_it(self, study, tmp_path):
        source = {"file": "gone.tif", "product": "MOD13A3 v061", "address": "https://example.org"}
        text = only(study(ndvi=source)[0])
        for word in ("ndvi", "MOD13A3 v061", "https://example.org", str(tmp_path / "gone.tif")):
            assert word in text

    def test_a_pattern_without_files_is_missing(self, study):
        text = only(study(ndvi={"file": None, "files": ["none_*.tif"], "combine": "mean"})[0])
        assert "none_*.tif" in text

    def test_a_missing_sites_table_does_not_hide_a_missing_raster(self, study):
        problems, _ = study(sites={"file": "gone.csv"}, ndvi={"file": "gone.tif"})
        assert len(problems) == 2

    def test_files_shared_by_covariate_and_simulator_are_told_once(self, study):
        problems, _ = study(
            ndvi={"file": "gone.tif"}, forcing={"ndvi": {"file": "gone.tif", "unit": "1"}}
        )
        assert len(problems) == 1

    def test_a_wrong_checksum_is_told_and_a_right_one_passes(self, study, tmp_path):
        right = hashlib.sha256((tmp_path / "ndvi.tif").read_bytes()).hexdigest()
        assert study(ndvi={"sha256": right})[0] == []
        assert "sha256" in only(study(ndvi={"sha256": "0" * 64})[0])

    def test_a_template_that_is_neither_file_nor_id(self, study):
        text = only(study(region={"template": "elevatoin"})[0])
        assert "region.template" in text
        assert "elevation" in text

    def test_a_missing_mask(self, study):
        region = {"template": "elevation", "mask": "gone.gpkg"}
        assert "gone.gpkg" in only(study(region=region)[0])


class TestDeclarations:
    def test_wrong_units_are_all_told_at_once(self, study):
        problems, _ = study(
            columns={"soc": {"column": "soc_g_kg", "unit": "kg/m3"}}, ndvi={"unit": "degC"}
        )
        text = "\n".join(map(str, problems))
        assert "sites.columns.soc.unit" in text
        assert "covariates.ndvi.unit" in text

    def test_a_property_without_unit(self, study):
        problems, _ = study(columns={"soc": {"column": "soc_g_kg"}})
        assert any("no unit is given for soc" in each.what for each in problems)

    def test_derived_from_an_unknown_id(self, study):
        terrain = {"id": "slope", "quantity": "slope", "unit": "degree", "attribute": "slope"}
        text = only(study(more=[terrain | {"derived_from": "elevaton"}])[0])
        assert "did you mean `elevation`" in text
        assert study(more=[terrain | {"derived_from": "elevation"}])[0] == []

    def test_derived_from_something_else_than_elevation(self, study):
        terrain = {"id": "slope", "quantity": "slope", "unit": "degree", "attribute": "slope"}
        assert "needs elevation" in only(study(more=[terrain | {"derived_from": "ndvi"}])[0])

    def test_annual_sums_of_annual_values(self, study):
        rain = {"quantity": "precipitation", "unit": "mm/yr", "combine": "annual_sum"}
        assert "annual_sum" in only(study(ndvi=rain)[0])

    def test_an_unknown_crs(self, study):
        problems, _ = study(sites={"crs": "EPSG:999999"})
        assert "sites.crs" in only(problems)

    def test_a_simulator_input_that_names_no_covariate(self, study):
        assert "forcing.npp" in only(study(forcing={"npp": {"covariate": "npp"}})[0])

    def test_nothing_but_auxiliary_covariates(self, study):
        layer = {"id": "elevation", "quantity": "elevation", "unit": "m", "file": "dem.tif"}
        problems, _ = study(covariates=[layer | {"role": "auxiliary"}])
        assert "auxiliary" in only(problems)


class TestRasters:
    def test_a_text_file_is_no_raster(self, study, tmp_path):
        (tmp_path / "ndvi.tif").write_text("not a raster")
        assert "cannot be read as a raster" in only(study()[0])

    def test_a_raster_cut_short(self, study, tmp_path):
        path = tmp_path / "ndvi.tif"
        path.write_bytes(path.read_bytes()[:-4000])
        assert "ndvi.tif" in only(study()[0])

    @pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
    def test_no_crs(self, study, write_raster):
        write_raster("ndvi.tif", np.ones((ROWS, COLS), "float32"), GRID, crs=None)
        assert "has no CRS" in only(study()[0])

    def test_no_such_band(self, study):
        assert "has no band 3" in only(study(ndvi={"band": 3})[0])

    def test_another_place(self, study, write_raster):
        values = np.random.default_rng(0).random((ROWS, COLS)).astype("float32")
        write_raster("ndvi.tif", values, (CELL, WEST + 1e6, NORTH))
        assert "does not overlap" in only(study()[0])

    def test_nothing_but_nodata(self, study, write_raster):
        write_raster("ndvi.tif", np.full((ROWS, COLS), -9999, "float32"), GRID)
        assert "every cell is nodata" in only(study()[0])

    def test_one_valid_corner_missed_by_the_first_look_is_found(self, study, write_raster):
        values = np.full((1500, 1500), -9999, "float32")
        values[701, 903:905] = [0.4, 0.5]
        write_raster("ndvi.tif", values, (CELL / 30, WEST, NORTH))
        assert study()[0] == []

    def test_a_constant_covariate(self, study, write_raster):
        write_raster("ndvi.tif", np.full((ROWS, COLS), 0.5, "float32"), GRID)
        assert "constant" in only(study()[0])
        assert study(ndvi={"role": "auxiliary"})[0] == []

    def test_nothing_within_the_valid_range(self, study):
        assert "valid_range" in only(study(ndvi={"valid_range": [5, 6]})[0])

    def test_codes_that_no_class_names(self, study, write_raster):
        write_raster("veg.tif", np.full((ROWS, COLS), 9, "int16"), GRID, nodata=0)
        assert "`classes`" in only(study()[0])

    def test_fractions_are_no_classes(self, study):
        assert "fractions" in only(study(ndvi={"kind": "categorical"})[0])

    @pytest.mark.parametrize(
        ("factor", "quantity", "unit", "hint"),
        [
            (1e4, "ndvi", "1", "scale: 0.0001"),
            (1e4, "aridity_index", "1", "scale: 0.001"),
            (400.0, "temperature", "degC", "unit K"),
        ],
    )
    def test_a_suspect_scale_is_doubted_not_refused(
        self, study, write_raster, factor, quantity, unit, hint
    ):
        values = np.random.default_rng(0).uniform(0.65, 0.8, (ROWS, COLS))
        write_raster("ndvi.tif", (values * factor).astype("float32"), GRID)
        problems, log = study(ndvi={"quantity": quantity, "unit": unit})
        assert problems == []
        doubts = [issue.message for issue in log.issues if issue.code == "scale_suspect"]
        assert len(doubts) == 1
        assert hint in doubts[0]

    def test_values_outside_the_valid_range_are_counted(self, study):
        _, log = study(ndvi={"valid_range": [0.3, 1]})
        assert log.counts()["value_outside_range"] == 1


class TestSites:
    def test_a_missing_column_names_the_nearest(self, study):
        text = only(study(columns={"soc": {"column": "SOC_gkg", "unit": "g/kg"}})[0])
        assert "'SOC_gkg' (sites.columns.soc)" in text
        assert "nearest: soc_g_kg" in text

    def test_no_table(self, study, tmp_path):
        (tmp_path / "sites.csv").write_bytes(b"\xff\xfe\x00\x01\x00\xd8")
        assert "cannot be read" in only(study()[0])
        (tmp_path / "sites.csv").write_bytes(b"")
        assert "cannot be read" in only(study()[0])

    def test_text_among_numbers_names_the_row(self, study, tmp_path):
        (tmp_path / "sites.csv").write_text(sites_csv(bd=["abc"] + [1.2] * 29))
        text = only(study()[0])
        assert "row 2" in text
        assert "'abc'" in text

    def test_a_site_without_coordinates(self, study, tmp_path):
        x = [""] + [WEST + 5000 + k for k in range(29)]
        (tmp_path / "sites.csv").write_text(sites_csv(x=x))
        assert "has no x (row 2)" in only(study()[0])

    def test_a_ready_target_that_is_not_a_number(self, study, tmp_path):
        stock = ["NaN", *np.round(np.linspace(2, 9, 29), 2)]
        (tmp_path / "sites.csv").write_text(sites_csv(stock=stock))
        target = {"column": "stock", "unit": "kg/m2", "depth_cm": [0, 30]}
        text = only(study(sites={"targets": [target]})[0])
        assert "no target" in text
        assert "row 2" in text

    @pytest.mark.parametrize("n", [1, 5])
    def test_too_few_sites(self, study, tmp_path, n):
        (tmp_path / "sites.csv").write_text(sites_csv(n=n))
        assert "target" in only(study()[0])

    def test_many_rows_at_one_place(self, study, tmp_path):
        same = {"x": [WEST + 5500] * 30, "y": [NORTH - 5500] * 30}
        (tmp_path / "sites.csv").write_text(sites_csv(**same))
        assert "1 place with" in only(study()[0])

    def test_a_constant_target(self, study, tmp_path):
        (tmp_path / "sites.csv").write_text(sites_csv(soc_g_kg=[20] * 30, bd=[1.2] * 30))
        assert "at every site" in only(study()[0])

    def test_soc_in_percent_declared_as_fraction(self, study):
        problems, _ = study(columns={"soc": {"column": "soc_g_kg", "unit": "fraction"}})
        assert "580 g/kg" in only(problems)

    def test_exchanged_coordinates(self, study):
        swapped = {"x": {"column": "y"}, "y": {"column": "x"}}
        assert "exchanged" in only(study(columns=swapped)[0])

    def test_projected_coordinates_declared_as_degrees(self, study):
        assert "beyond degrees" in only(study(sites={"crs": "EPSG:4326"})[0])

    def test_a_few_sites_off_the_grid_are_counted(self, study, tmp_path):
        x = [WEST - 9e4, *(WEST + 5000 + 500 * k for k in range(29))]
        (tmp_path / "sites.csv").write_text(sites_csv(x=x))
        problems, log = study()
        assert problems == []
        assert log.counts()["off_grid"] == 1

    def test_doubts_about_rows_are_one_line_a_kind(self, study, tmp_path):
        bd = [math.nan] * 12 + [1.2] * 18
        (tmp_path / "sites.csv").write_text(sites_csv(bd=["" if math.isnan(b) else b for b in bd]))
        _, log = study()
        filled = [issue for issue in log.issues if issue.code == "bd_filled"]
        assert len(filled) == 1
        assert "12 rows" in filled[0].message
