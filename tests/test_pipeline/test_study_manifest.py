"""The study's own manifest, unchanged, from files of its shape to stocks by vegetation.

The files hold the virtual landscape (synthetic); only the cells are larger and the model smaller,
by ``--set``.
"""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from features.manifest import VirtualLandscape
from pipeline.cli import app
from pipeline.design_table import read_design
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from tests.test_features.study_files import write_study_files

STUDY = Path(__file__).resolve().parents[2] / "data_manifest.yaml"
COARSE = "region.resolution_m=20000"
SMALL = (
    COARSE,
    "model.bootstraps=4",
    "model.learners=[brt]",
    "model.folds.outer=3",
    "model.folds.inner=2",
    "model.intervals.fold_bootstraps=10",
    "model.explanation.members=2",
    "model.explanation.grid_points=5",
    "model.search.brt.n_estimators=[40]",
    "model.search.brt.max_depth=[3]",
    "model.search.brt.min_data_in_leaf=[5]",
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """Return a copy of the study's manifest that lies among files of its shape."""
    directory = tmp_path_factory.mktemp("study")
    write_study_files(VirtualLandscape(resolution_m=20_000), STUDY, directory)
    return Path(shutil.copy(STUDY, directory))


@pytest.fixture(scope="module")
def run(manifest):
    """Run directory of the study's manifest: stages 1 to 3."""
    out = manifest.parent / "run"
    stages = ["features", "models", "stocks"]
    return RunPaths(run_stages(manifest, out, stages, SMALL, progress=silent()))


def test_it_checks_clean(manifest):
    result = CliRunner().invoke(app, ["check", str(manifest), "--set", COARSE])
    assert result.exit_code == 0, result.output


def test_without_the_files_each_is_told_with_its_source_and_place():
    result = CliRunner().invoke(app, ["check", str(STUDY)])
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "data/northeast_china/sites.csv" in result.output
    for mend in result.output.split("mend: ")[1:]:
        assert "put it at" in mend or "put the raster" in mend, mend


def test_all_sites_and_candidates_of_the_study_take_part(run):
    design = read_design(run)
    assert design.n_sites >= 140  # of 147; coarse cells leave out some at the region's edge
    assert len(design.variables) == 10
    assert not np.isnan(design.covariates).any()


def test_stocks_come_by_vegetation_over_the_studys_area(run):
    stocks = pd.read_csv(run.stock_table("stocks"))
    assert {"all", "forest", "grassland", "wetland"} <= {name.lower() for name in stocks["group"]}
    area = pd.read_csv(run.stock_table("area")).set_index("cause")["area_km2"]
    assert area["region"] == pytest.approx(5.6e5, rel=0.05)
    assert area["mapped"] > 0.9 * area["region"]


def test_the_studys_way_of_training_is_one_setting_away(manifest):
    settings = (*SMALL, "sites.covariate_source=site", "model.schemes=[random]")
    out = manifest.parent / "run_site"
    paths = RunPaths(run_stages(manifest, out, ["features", "models"], settings, progress=silent()))
    scores = pd.read_csv(paths.model_table("scores"))
    assert "random_site_covariates" in set(scores["scheme"])
    sites = pd.read_csv(paths.sites)
    assert sites["site_vegetation"].dropna().isin([1, 2, 3]).all()


def test_the_simulator_runs_on_the_studys_forcing(manifest):
    out = manifest.parent / "simulated"
    coarse = ["--set", "region.resolution_m=50000", "--set", "simulator.spin_up_years=1"]
    result = CliRunner().invoke(app, ["simulate", str(manifest), "--out", str(out), *coarse])
    assert result.exit_code == 0, result.output
    forcing = pd.read_csv(out / "forcing.csv").set_index("input")
    assert forcing.loc["precipitation", "source"].startswith("covariate map")
    assert 236 < 12 * forcing.loc["precipitation", "mean"] < 680  # Yang et al. 2025, section 1.1
    assert -4.3 < forcing.loc["temperature", "mean"] < 1.7
    assert "resampled" in result.output
