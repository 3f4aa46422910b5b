"""The shipped manifests of real data, run with few members: the chain holds at their size."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from models.hybrid import APPROACHES
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths

pytestmark = pytest.mark.real_data

ROOT = Path(__file__).resolve().parents[2]
SMALL = (
    "model.bootstraps=4",
    "model.schemes=[random, spatial]",
    "model.folds.outer=3",
    "model.folds.inner=2",
    "model.intervals.fold_bootstraps=10",
    "model.explanation.members=2",
    "model.explanation.grid_points=5",
)
BOOSTED = (
    *SMALL,
    "model.learners=[brt]",
    "model.search.brt.n_estimators=[50]",
    "model.search.brt.max_depth=[4]",
    "model.search.brt.min_data_in_leaf=[10]",
)
MAX_PEAK_MIB = 1500


@pytest.fixture
def run(data_root, tmp_path, monkeypatch):
    """Run stages of a shipped manifest and return the run's paths."""
    monkeypatch.setenv("SOLUM_DATA_ROOT", str(data_root))

    def run_manifest(name, settings, stages=("features", "models", "stocks")):
        manifest = ROOT / f"tests/manifests/{name}.yaml"
        return RunPaths(run_stages(manifest, tmp_path / name, stages, settings, progress=silent()))

    return run_manifest


def surface_score(paths, score, scheme="random"):
    """Return a score at the modelled depth, by learner."""
    scores = pd.read_csv(paths.model_table("scores"))
    rows = scores[(scores["depth"] == scores["depth"].iloc[0]) & (scores["scheme"] == scheme)]
    return rows.set_index("learner")[score]


def stock(paths):
    table = pd.read_csv(paths.stock_table("stocks"))
    return table[table["group"] == "all"].set_index("depth")


def test_macedonia(run):
    paths = run("macedonia", BOOSTED)
    whole = stock(paths)
    assert whole.index.tolist() == ["0_10", "0_30", "0_50"]
    # 25,713 km² of land, of which the rasters' grid covers a margin beyond the border
    assert 25_000 < whole["area_km2"].iloc[0] < 40_000
    assert whole["mean_kg_m2"].is_monotonic_increasing
    assert whole["mean_kg_m2"].between(1, 15).all()
    assert 0.15 < surface_score(paths, "mec")["brt"] < 0.5
    with rasterio.open(paths.map("socd", "0_50", "pi_lower")) as dataset:
        assert np.nanmin(dataset.read(1)) >= 0


COARSE = (
    "region={crs: EPSG:32634, resolution_m: 10000, bounds: [460000, 4520000, 670000, 4690000]}",
    "model.group_by=null",
    "simulator.spin_up_years=2",
    "simulator.years.count=1",
    "simulator.comparison={members: 3, columns: 20, fold_seeds: 1}",
)


def test_macedonia_runs_the_simulator_on_air_temperature_made_of_skin_temperature(run):
    paths = run("macedonia", (*BOOSTED, *COARSE), ("features", "models", "simulator"))
    forcing = pd.read_csv(paths.simulator_table("forcing"), index_col="input")
    assert forcing.loc["temperature", "kind"] == "derived"
    assert 5 < forcing.loc["temperature", "mean"] < 12  # the skin's mean is 12.1 degC
    assert forcing.loc["slope", "kind"] == "given"
    physics = pd.read_csv(paths.simulator_table("physics"), index_col="id")
    assert 50 < physics.loc["runoff", "mean"] < 500
    status = json.loads(paths.simulator_status.read_text())
    assert max(status["worst_relative_residual"].values()) < 1e-9
    comparison = pd.read_csv(paths.simulator_table("comparison"))
    assert set(comparison["approach"]) == set(APPROACHES)
    assert comparison["rmse"].notna().all()


def test_edgeroi_from_spline_densities(run):
    paths = run("edgeroi", BOOSTED, ())
    page = paths.report.read_text(encoding="utf-8")
    assert "simulator did not run: the simulator lacks elevation" in page
    whole = stock(paths)
    assert whole["mean_kg_m2"].between(0.5, 10).all()
    assert whole["area_km2"].iloc[0] == pytest.approx(1500, rel=0.15)
    layers = pd.read_csv(paths.layers)
    assert layers["bulk_density_g_cm3"].isna().all()  # densities came ready: none is invented


def test_colombia_has_no_signal_and_says_so(run):
    paths = run("colombia", BOOSTED)
    assert surface_score(paths, "mec", "spatial")["brt"] < 0.15
    assert stock(paths)["stock_lo"].gt(0).all()


def test_africa_fits_in_memory_with_twenty_thousand_sites(data_root, tmp_path):
    """In a process of its own, so that its peak memory is that of the run."""
    settings = (
        *SMALL,
        "model.learners=[rf, xgb]",
        "model.search.rf.n_estimators=[20]",
        "model.search.rf.min_samples_leaf=[5]",
        "model.search.xgb.n_estimators=[40]",
        "model.search.xgb.max_depth=[4]",
    )
    command = [sys.executable, "-m", "pipeline", "run"]
    command += [str(ROOT / "tests/manifests/africa20km.yaml"), "--out", "africa"]
    command += ["--stage", "features", "--stage", "models"]
    command += [word for setting in settings for word in ("--set", setting)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOLUM_DATA_ROOT": str(data_root)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    paths = RunPaths(tmp_path / "africa")
    assert len(pd.read_csv(paths.sites)) > 18_000
    for stage in ("features", "models"):
        record = json.loads(paths.stage_record(stage).read_text())
        assert record["peak_memory_mib"] < MAX_PEAK_MIB
    assert surface_score(paths, "mec")[["rf", "xgb"]].gt(0.1).all()
