"""From a table and a folder of rasters to predictions, by commands alone: no YAML by hand."""

import numpy as np
import pandas as pd
import pytest
import rasterio
from typer.testing import CliRunner

from features.stack import Stack
from pipeline.cli import app
from pipeline.run_paths import RunPaths
from tests.test_pipeline.small_project import make_small_project

SMALL = (
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


def solum(*arguments):
    """Run a command that must succeed and return what it said."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def from_init_to_predict(sites, rasters, directory, settings=SMALL):
    """Return the run, the depths it maps, and predictions at sites beside their input."""
    manifest, out = directory / "data_manifest.yaml", directory / "run"
    said = solum("init", sites, rasters, "-o", manifest)
    assert "unsure" in said
    assert "no problems" in solum("check", manifest)
    overrides = [word for setting in settings for word in ("--set", setting)]
    solum("run", manifest, "--out", out, *overrides)
    paths = RunPaths(out)
    points = pd.read_csv(paths.sites, dtype={"id": str})[["id", "x", "y"]]
    points.to_csv(directory / "points.csv", index=False)
    solum("predict", out, directory / "points.csv", "-o", directory / "out.csv")
    return paths, points, pd.read_csv(directory / "out.csv", dtype={"id": str})


def assert_whole(paths, points, predicted, depths):
    """The run has its report and maps; every site was predicted."""
    assert paths.report.stat().st_size > 100_000
    assert paths.summary.is_file()
    for depth in depths:
        with rasterio.open(paths.map("socd", depth, "mean")) as dataset:
            assert np.isfinite(dataset.read(1)).any()
    assert predicted["id"].tolist() == points["id"].tolist()
    assert (predicted["status"] == "ok").all()
    assert (predicted["pi_lower"] <= predicted["mean"]).all()
    assert (predicted["mean"] <= predicted["pi_upper"]).all()


def test_synthetic_project(tmp_path):
    project = make_small_project(tmp_path)
    project.file.unlink()
    whole = from_init_to_predict(project.sites, tmp_path / "rasters", tmp_path)
    assert_whole(*whole, ["0_10", "0_30"])
    assert set(Stack.open(whole[0].stack).candidates) == {"rain", "elevation", "ndvi"}
    observed = pd.read_csv(whole[0].sites)["target_0_10"]
    assert np.corrcoef(observed, whole[2]["mean"])[0, 1] > 0.5


def test_init_does_not_write_over_a_manifest(tmp_path):
    project = make_small_project(tmp_path)
    before = project.file.read_text()
    result = CliRunner().invoke(
        app, ["init", str(project.sites), str(tmp_path / "rasters"), "-o", str(project.file)]
    )
    assert result.exit_code == 1
    assert "exists already" in result.output
    assert project.file.read_text() == before


@pytest.mark.real_data
def test_colombia(data_root, tmp_path):
    folder = data_root / "colombia"
    whole = from_init_to_predict(folder / "sites.csv", folder / "rasters", tmp_path)
    assert_whole(*whole, ["0_10", "0_30"])
    sites = pd.read_csv(whole[0].sites)
    assert len(sites) == 122
    assert sites["target_0_30"].notna().sum() == 118


@pytest.mark.real_data
def test_macedonia(data_root, tmp_path):
    folder = data_root / "macedonia"
    whole = from_init_to_predict(folder / "horizons.csv", folder / "rasters", tmp_path)
    assert_whole(*whole, ["0_10", "0_30", "0_50"])
    assert len(whole[1]) > 3700
