"""``covariate_source: site``: trained on what was measured, judged by what a map will have."""

import json

import numpy as np
import pandas as pd
import pytest

from features.issues import IssueLog
from features.manifest import Covariate, SourcesManifest, VirtualLandscape
from features.variables import Variable
from features.virtual_landscape import write_virtual_landscape
from pipeline.design_table import read_design
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from pipeline.site_covariates import with_site_covariates
from tests.test_pipeline.small_project import make_small_project

SETTINGS = (
    "sites.covariate_source=site",
    "model.learners=[brt]",
    "model.bootstraps=4",
    "model.schemes=[random, spatial]",
    "model.folds.outer=4",
    "model.folds.inner=2",
    "model.intervals.fold_bootstraps=10",
    "model.explanation.members=2",
    "model.search.brt.n_estimators=[60]",
    "model.search.brt.max_depth=[3]",
    "model.search.brt.min_data_in_leaf=[5]",
)


@pytest.fixture(scope="module")
def landscape(tmp_path_factory):
    directory = tmp_path_factory.mktemp("landscape")
    return write_virtual_landscape(VirtualLandscape(resolution_m=20_000), directory)


@pytest.fixture(scope="module")
def run(landscape, tmp_path_factory):
    """Models of a virtual landscape trained on total nitrogen measured at the sites."""
    out = tmp_path_factory.mktemp("run")
    stages = ["features", "models"]
    return RunPaths(run_stages(landscape, out, stages, SETTINGS, progress=silent()))


def test_the_laboratorys_nitrogen_stands_beside_the_grids(run, landscape):
    sites = pd.read_csv(run.sites, dtype={"id": str}).set_index("id")
    layers = pd.read_csv(landscape.parent / "sites.csv", dtype={"id": str})
    surface = layers[layers["top_cm"] == 0].set_index("id")["total_nitrogen_g_kg"]
    measured = surface[surface.notna()].index.intersection(sites.index)
    of_table = sites.loc[measured, "site_total_nitrogen"]
    assert of_table.notna().all()
    assert (of_table - sites.loc[measured, "total_nitrogen"]).abs().mean() > 0.1
    assert np.corrcoef(of_table, surface[measured])[0, 1] > 0.9


def test_the_design_holds_measured_values_and_gaps(run):
    design = read_design(run)
    column = [variable.id for variable in design.variables].index("total_nitrogen")
    sites = pd.read_csv(run.sites)
    np.testing.assert_array_equal(
        design.site_covariates[:, column], sites["site_total_nitrogen"].to_numpy()
    )
    others = np.delete(design.site_covariates, column, axis=1)
    assert np.isnan(others).all()
    assert not np.isnan(design.covariates).any()


def test_the_flattering_score_stands_under_its_own_name(run):
    scores = pd.read_csv(run.model_table("scores"))
    surface = scores[(scores["depth"] == "0_10") & (scores["learner"] == "brt")]
    rmse = surface.set_index("scheme")["rmse"]
    assert {"random", "random_site_covariates", "spatial_site_covariates"} <= set(rmse.index)
    # laboratory nitrogen follows carbon; the nitrogen grid is a smoothed, biased predictor
    assert rmse["random_site_covariates"] < rmse["random"]


def test_the_source_is_recorded(run):
    assert json.loads(run.design.read_text())["covariate_source"] == "site"


def test_by_default_site_values_train_nothing(landscape, tmp_path):
    out = run_stages(landscape, tmp_path, ["features"], progress=silent())
    assert read_design(RunPaths(out)).site_covariates is None


def test_a_site_without_the_stacks_value_is_left_out_though_it_was_measured(tmp_path):
    """Its held-out prediction, and the map, would have nothing to go by."""
    project = make_small_project(tmp_path)
    project.table["rain_gauge"] = 80.0
    sites = project.manifest["sites"]
    sites["covariate_source"] = "site"
    sites["covariate_columns"] = {"rain": {"column": "rain_gauge", "unit": "cm/yr"}}
    project.table.loc[project.table["profile"] == "P07", ["easting", "northing"]] += 9e5
    out = RunPaths(run_stages(project.save(), tmp_path / "run", ["features"], progress=silent()))
    table = pd.read_csv(out.sites)
    assert "P07" not in set(table["id"])
    np.testing.assert_allclose(table["site_rain"], 800.0)  # mm/yr


SITES = {
    "file": "sites.csv",
    "crs": "EPSG:4326",
    "covariate_source": "site",
    "columns": {
        "id": {"column": "id"},
        "x": {"column": "x"},
        "y": {"column": "y"},
        "soc": {"column": "soc", "unit": "g/kg"},
        "top_cm": {"column": "top"},
        "bottom_cm": {"column": "bottom"},
    },
}


def manifest_of(covariate, column):
    return SourcesManifest.model_validate(
        {
            "name": "x",
            "region": {"template": covariate.id},
            "sites": {**SITES, "covariate_columns": {covariate.id: column}},
            "covariates": [covariate],
        }
    )


def test_site_values_take_the_stacks_unit():
    covariate = Covariate(id="mat", quantity="temperature", unit="degC", file="mat.tif")
    manifest = manifest_of(covariate, {"column": "t", "unit": "K"})
    variable = Variable("mat", "continuous", quantity="temperature", unit="degC")
    log = IssueLog()
    table = pd.DataFrame({"site_mat": [273.15, np.nan]})
    out = with_site_covariates(table, manifest, (variable,), log)
    np.testing.assert_allclose(out["site_mat"], [0.0, np.nan], atol=1e-9)
    assert log.counts() == {"site_covariate_absent": 1}


def test_class_names_become_the_stacks_codes_and_strange_ones_are_told():
    classes = {1: "forest", 2: "forest", 3: "wetland"}
    covariate = Covariate(
        id="cover", quantity="vegetation", unit="class", file="c.tif", kind="categorical",
        classes=classes,
    )  # fmt: skip
    manifest = manifest_of(covariate, {"column": "cover"})
    variable = Variable("cover", "categorical", classes={1: "forest", 3: "wetland"})
    log = IssueLog()
    table = pd.DataFrame({"site_cover": ["Forest ", "3", "2", None, "desert"]})
    out = with_site_covariates(table, manifest, (variable,), log)
    np.testing.assert_array_equal(out["site_cover"], [1, 3, 1, np.nan, np.nan])
    assert log.counts() == {"site_class_unknown": 1, "site_covariate_absent": 1}
