"""Stage four on a project with every land cover: features without gaps, notices, what is kept."""

import json
import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from rich.console import Console

from features.errors import InputError
from features.stack import Stack
from models.erosion_carbon.input_features import QUARTERS
from models.erosion_carbon.physics_features import DEEPEST_THAW_M, PHYSICS_FEATURES
from pipeline import stage4_simulator
from pipeline.config import load_manifest
from pipeline.execution import ThreadRunner
from pipeline.physics_features import features_at_sites
from pipeline.progress import ProgressReporter, silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from pipeline.schemas import SIMULATOR_TABLES, STAGE4_TABLES
from pipeline.simulator_config import least_coarsening
from pipeline.stage4_simulator import run_simulator
from tests.test_pipeline.forced_project import GAP, N_GAP, make_forced_project
from tests.test_pipeline.small_project import (
    CELL_M,
    NORTH,
    SIDE,
    SmallProject,
    make_small_project,
    write_raster,
)

pytestmark = pytest.mark.xdist_group("stage4")  # one worker: a finished run serves many tests


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> SmallProject:
    return make_forced_project(tmp_path_factory.mktemp("forced"))


@pytest.fixture(scope="module")
def done(project: SmallProject) -> tuple[RunPaths, str]:
    """Return the paths of a whole run and what it said; do not write into it."""
    return run_of(project)


def run_of(project: SmallProject, **options) -> tuple[RunPaths, str]:
    console = Console(record=True, width=400, file=StringIO())
    out = run_stages(project.file, project.directory / "run", progress=ProgressReporter(console),
                     **options)  # fmt: skip
    return RunPaths(out), console.export_text()


def simulate_again(loaded, paths: RunPaths) -> None:
    run_simulator(loaded, paths, ThreadRunner(), silent())


@pytest.fixture
def copy(done, tmp_path) -> RunPaths:
    """Return a copy of the run that a test may change."""
    shutil.copytree(done[0].root, tmp_path / "run")
    return RunPaths(tmp_path / "run")


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1)


@pytest.mark.parametrize("name", [*STAGE4_TABLES, *SIMULATOR_TABLES])
def test_tables_have_the_agreed_columns(done, name):
    columns = {**SIMULATOR_TABLES, **STAGE4_TABLES}[name]
    assert tuple(pd.read_csv(done[0].simulator_table(name)).columns) == columns


@pytest.mark.parametrize("name", PHYSICS_FEATURES)
def test_a_feature_has_a_value_in_every_cell_of_the_region_and_none_beyond(done, name):
    """Water, towns, bare ground and cells that were not simulated included."""
    values = read(done[0].simulator_feature("physics", name))
    np.testing.assert_array_equal(np.isfinite(values), Stack.open(done[0].stack).region())


@pytest.mark.parametrize("name", PHYSICS_FEATURES)
def test_a_feature_explains_itself(done, name):
    quantity = PHYSICS_FEATURES[name].quantity
    with rasterio.open(done[0].simulator_feature("physics", name)) as dataset:
        assert dataset.units == (quantity.unit,)
        assert dataset.descriptions == (quantity.meaning,)
        assert dataset.tags()["source"] == quantity.source
        assert dataset.tags()["cells_filled"] == str(N_GAP)
    row = pd.read_csv(done[0].simulator_table("physics"), index_col="id").loc[name]
    assert row["n_filled"] == N_GAP
    assert row["min"] <= row["mean"] <= row["max"]


def test_features_are_the_simulated_maps_where_there_are_some(done):
    simulated = read(done[0].simulator / "simulated/runoff.tif")
    assert np.isnan(simulated[GAP]).all()
    there = np.isfinite(simulated)
    feature = read(done[0].simulator_feature("physics", "runoff"))
    np.testing.assert_array_equal(feature[there], simulated[there])


def test_ground_without_permafrost_has_the_deepest_thaw(done):
    thaw = read(done[0].simulator_feature("physics", "thaw_depth"))
    frozen = read(done[0].simulator_feature("physics", "permafrost"))
    assert (thaw[frozen == 0] == np.float32(DEEPEST_THAW_M)).all()
    assert np.nanmax(thaw) <= DEEPEST_THAW_M


def test_inputs_hold_terrain_seasons_texture_and_cover(done):
    inputs = pd.read_csv(done[0].simulator_table("inputs"), index_col="id")
    seasons = {f"{name}_{part}" for name in ("precipitation", "temperature") for part in QUARTERS}
    terrain = {"elevation", "slope", "topographic_wetness_index"}
    assert seasons | terrain | {"sand", "clay", "land_cover"} <= set(inputs.index)
    assert inputs.loc["land_cover", "kind"] == "categorical"
    assert inputs.loc["elevation", "chosen"]
    assert not inputs.loc["sand", "chosen"]  # one value everywhere


@pytest.mark.parametrize("table", ["physics", "inputs"])
def test_features_at_the_sites_are_whole_and_no_covariate_bears_their_name(done, table):
    features = features_at_sites(done[0], table)
    assert np.isfinite(features.values).all()
    names = [variable.id for variable in features.variables]
    assert all(name.startswith(f"{table}_") for name in names)
    chosen = pd.read_csv(done[0].simulator_table(table))["chosen"]
    assert len(names) == chosen.sum()


def test_maps_of_organic_matter_stay_out_and_that_is_said(done):
    """They are predicted from soil profiles, which the folds hold out."""
    paths, said = done
    forcing = pd.read_csv(paths.simulator_table("forcing"), index_col="input")
    assert forcing.loc["organic_matter", "kind"] == "fallback"
    assert "organic_matter" not in set(pd.read_csv(paths.simulator_table("inputs"))["id"])
    assert json.loads(paths.simulator_status.read_text())["withheld"] == ["organic_matter"]
    assert "organic_matter is left out" in said


def test_what_is_data_and_what_stands_in_is_said(done):
    paths, said = done
    forcing = pd.read_csv(paths.simulator_table("forcing"), index_col="input")
    assert forcing.loc["precipitation", "kind"] == "given"
    assert forcing.loc["sand", "kind"] == "constant"
    assert forcing.loc["temperature", "kind"] == "derived"
    assert forcing.loc["npp", "kind"] == "fallback"
    assert "sand is 40 % everywhere" in said
    assert "fallback for npp" in said
    assert "land-surface temperature lowered by" in said


def test_sites_outside_the_region_are_counted_and_told(tmp_path):
    """They train the maps of stage three, since covariates reach them, but no simulation does."""
    project = make_forced_project(tmp_path)
    inside = np.ones((SIDE, SIDE))
    inside[:6] = 0.0
    write_raster(tmp_path / "rasters/mask.tif", inside)
    project.manifest["region"]["mask"] = "rasters/mask.tif"
    project.save()
    paths, said = run_of(project)
    northing = pd.read_csv(paths.sites)["y"]
    n_outside = int((northing > NORTH - 6 * CELL_M).sum())
    assert 0 < n_outside < len(northing)
    assert f"{n_outside} sites outside the region: left out" in said
    status = json.loads(paths.simulator_status.read_text())
    assert status["n_sites_outside"] == n_outside
    compared = json.loads(paths.summary.read_text())["hybrid"]["n_sites"]
    assert compared == len(northing) - n_outside
    page = paths.report.read_text(encoding="utf-8")
    assert f"{n_outside} lie outside the region, where nothing is simulated" in page


def test_no_word_on_sites_outside_the_region_where_there_are_none(done):
    paths, said = done
    assert json.loads(paths.simulator_status.read_text())["n_sites_outside"] == 0
    assert "outside the region" not in said


def test_screening_asks_physics_beside_the_covariates(done):
    screening = pd.read_csv(done[0].simulator_table("screening"))
    asked = set(screening.loc[screening["step"] == "association", "variable"])
    assert {"rain", "elevation", "ndvi", "physics_runoff"} <= asked


def test_summary_has_residuals_fallbacks_and_seconds(done):
    summary = json.loads(done[0].summary.read_text())
    assert max(summary["ledger"].values()) < 1e-9
    assert any("npp" in each for each in summary["simulator"]["fallbacks"])
    assert summary["seconds"]["simulator"] > 0


def test_report_shows_the_simulator(done):
    page = done[0].report.read_text(encoding="utf-8")
    for text in ("What drove the simulator", "land-surface temperature lowered by",
                 "Lu et al. 2024, Table 2", "largest residual of a cell and day"):  # fmt: skip
        assert text in page
    assert (done[0].root / "figures/physics.png").is_file()


def test_physics_is_the_same_whatever_the_sites_hold(project, done, tmp_path):
    """No site's carbon may reach the simulator."""
    other = tmp_path / "other"
    shutil.copytree(project.directory, other, ignore=shutil.ignore_patterns("run"))
    richer = pd.read_csv(other / "sites.csv")
    richer["soc"] *= 2.0
    richer.to_csv(other / "sites.csv", index=False)
    shutil.copytree(done[0].root, other / "run")
    for state in (other / "run/4-simulator").glob("state/*"):
        state.unlink()
    simulate_again(load_manifest(other / "data_manifest.yaml"), RunPaths(other / "run"))
    for name in PHYSICS_FEATURES:
        before, after = (RunPaths(root).simulator_feature("physics", name)
                         for root in (done[0].root, other / "run"))  # fmt: skip
        np.testing.assert_array_equal(read(before), read(after))


def test_other_settings_of_the_models_keep_the_simulated_years(project, copy):
    year = next(copy.simulator.glob("physics_*.nc"))
    stamp = year.stat().st_mtime_ns
    console = Console(record=True, width=400, file=StringIO())
    run_stages(project.file, copy.root, ["features", "models", "simulator"],
               ["model.bootstraps=5"], progress=ProgressReporter(console))  # fmt: skip
    assert year.stat().st_mtime_ns == stamp
    assert "years: 3 finished already" in console.export_text()


def test_stage_four_leaves_the_earlier_stages_as_they_are(project, copy):
    earlier = [path for folder in (copy.features, copy.models, copy.stocks)
               for path in folder.rglob("*") if path.is_file()]  # fmt: skip
    stamps = {path: path.stat().st_mtime_ns for path in earlier}
    copy.stage_record("simulator").unlink()
    run_stages(project.file, copy.root, ["simulator"], progress=silent())
    assert stamps == {path: path.stat().st_mtime_ns for path in earlier}


def test_other_forcing_leaves_stages_one_to_three_up_to_date(project, copy):
    other = load_manifest(project.file)
    stamps = {p: p.stat().st_mtime_ns for p in copy.models.rglob("*.json")}
    run_stages(project.file, copy.root, ["features", "models", "simulator"],
               ["forcing.sand.value=50.0"], progress=silent())  # fmt: skip
    assert stamps == {p: p.stat().st_mtime_ns for p in copy.models.rglob("*.json")}
    assert pd.read_csv(copy.simulator_table("forcing"), index_col="input").loc["sand", "mean"] == 50
    assert other.manifest.forcing["sand"].value == 40


def test_without_climate_the_stage_ends_with_a_notice(tmp_path):
    project = make_small_project(tmp_path)
    project.manifest["model"]["bootstraps"] = 4
    project.save()
    paths, said = run_of(project)
    assert "no simulation: the simulator lacks elevation (m); precipitation" in said
    assert json.loads(paths.summary.read_text())["simulator"]["status"] == "not available"
    assert "simulator did not run: the simulator lacks" in paths.report.read_text(encoding="utf-8")


def test_a_run_that_loses_its_climate_shows_no_simulation_of_before(project, copy):
    loaded = load_manifest(project.file)
    manifest = loaded.manifest.model_copy(update={"forcing": {}})
    simulate_again(replace(loaded, manifest=manifest), copy)
    assert [path.name for path in copy.simulator.iterdir()] == ["status.json"]


def test_a_run_killed_after_the_simulation_goes_on_with_its_years(project, copy, monkeypatch):
    def killed(*_args, **_options):
        raise KeyboardInterrupt

    copy.stage_record("simulator").unlink()
    with monkeypatch.context() as patched:
        patched.setattr(stage4_simulator, "write_inputs", killed)
        with pytest.raises(KeyboardInterrupt):
            run_stages(project.file, copy.root, ["simulator"], progress=silent())
    assert not copy.simulator_status.exists()
    year = next(copy.simulator.glob("physics_*.nc"))
    stamp = year.stat().st_mtime_ns
    run_stages(project.file, copy.root, ["simulator"], progress=silent())
    assert year.stat().st_mtime_ns == stamp
    assert json.loads(copy.simulator_status.read_text())["status"] == "done"


def test_stage_four_alone_asks_for_the_models(project, tmp_path):
    with pytest.raises(InputError, match="run it first"):
        run_stages(project.file, tmp_path / "new", ["simulator"], progress=silent())


def test_a_report_without_the_simulator_says_that_it_was_not_run(project, copy):
    shutil.rmtree(copy.simulator)
    copy.stage_record("report").unlink()
    run_stages(project.file, copy.root, ["report"], progress=silent())
    page = copy.report.read_text(encoding="utf-8")
    assert "did not run: stage simulator was not run" in page


def test_a_scenario_is_reported_and_leaves_with_its_setting(project, copy):
    year = next(copy.simulator.glob("physics_*.nc"))
    stamp = year.stat().st_mtime_ns
    warmer = ["simulator.scenario={temperature_change_c: 4}"]
    run_stages(project.file, copy.root, ["simulator", "report"], warmer, progress=silent())
    assert year.stat().st_mtime_ns == stamp  # what is stays as it was simulated
    page = copy.report.read_text(encoding="utf-8")
    assert "Scenario: temperature +4 K" in page
    assert "covariates of machine learning are held" in page
    assert "As it is" in page
    assert (copy.root / "figures/scenario.png").is_file()
    run_stages(project.file, copy.root, ["simulator", "report"], progress=silent())
    assert "Scenario:" not in copy.report.read_text(encoding="utf-8")


def test_wider_cells_give_the_cells_in_them_their_values(project, copy):
    settings = ["simulator.coarsening=3"]
    run_stages(project.file, copy.root, ["simulator", "report"], settings, progress=silent())
    feature = read(copy.simulator_feature("physics", "runoff"))
    wide = read(copy.simulator / "simulated/runoff.tif")
    rows, cols = np.nonzero(np.isfinite(feature))
    taken = wide[rows // 3, cols // 3]
    there = np.isfinite(taken)
    assert there.mean() > 0.9
    np.testing.assert_array_equal(feature[rows, cols][there], taken[there])
    np.testing.assert_array_equal(np.isfinite(feature), Stack.open(copy.stack).region())
    page = copy.report.read_text(encoding="utf-8")
    assert "3 times as wide as those of the maps" in page


@pytest.mark.parametrize(("n_cells", "factor"), [(1, 1), (30_000, 1), (30_001, 2), (560_000, 5)])
def test_large_regions_are_simulated_in_wider_cells(n_cells, factor):
    assert least_coarsening(n_cells) == factor
