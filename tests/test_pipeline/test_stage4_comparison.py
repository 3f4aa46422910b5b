"""Stage four asks whether physics helps: files, resuming, maps of the chosen approach."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from models.erosion_carbon.column_ensemble import ColumnMember
from models.erosion_carbon.ensemble_spread import SPREAD_QUANTITIES
from models.hybrid import APPROACHES
from pipeline import hybrid_tasks, simulator_ensemble
from pipeline.column_store import (
    load_column_member,
    load_columns,
    save_column_member,
    save_columns,
)
from pipeline.comparison_paths import ComparisonPaths
from pipeline.hybrid_evidence import FEATURES, read_evidence
from pipeline.physics_features import features_at_sites
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from pipeline.schemas import COMPARISON_TABLES
from pipeline.store import read_json

DEPTHS = ("0_10", "0_30", "0_50")


@pytest.fixture(scope="module")
def paths(small_run) -> RunPaths:
    return RunPaths(small_run)


@pytest.fixture(scope="module")
def here(paths) -> ComparisonPaths:
    return ComparisonPaths(paths.simulator)


@pytest.fixture(scope="module")
def copied_run(small_run, tmp_path_factory) -> Path:
    """A copy of the run that a test may spoil."""
    return Path(shutil.copytree(small_run, tmp_path_factory.mktemp("copy") / "run"))


def raster(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1)


@pytest.mark.parametrize("name", COMPARISON_TABLES)
def test_tables_have_the_columns_of_their_schema(here, name):
    table = pd.read_csv(here.table(name))
    assert tuple(table.columns) == COMPARISON_TABLES[name]


def test_every_approach_is_scored_under_both_schemes_at_every_depth(here):
    table = pd.read_csv(here.table("comparison"), dtype={"depth": str})
    found = set(zip(table["approach"], table["scheme"], table["depth"], strict=True))
    expected = {(a, s, d) for a in APPROACHES for s in ("random", "spatial") for d in DEPTHS}
    assert found == expected


def test_summary_holds_the_sentence(small_run):
    told = read_json(small_run / "summary.json")["hybrid"]
    assert told["verdict"].startswith("At 0–10 cm, against machine learning given")


def test_the_first_deal_is_that_of_stage_two(paths, here):
    """Machine learning alone is held out on the folds that stage two reports."""
    ours = pd.read_csv(here.table("hybrid_predictions"), dtype={"id": str, "depth": str})
    first = ours.query("approach == 'ml' and seed == 0 and scheme == 'random' and depth == '0_10'")
    theirs = pd.read_csv(paths.model_table("cv_predictions"), dtype={"id": str, "depth": str})
    theirs = theirs.query("scheme == 'random' and depth == '0_10'").drop_duplicates("id")
    folds = theirs.set_index("id")["fold"]
    np.testing.assert_array_equal(first["fold"], folds[first["id"]])


def test_weights_of_a_fold_sum_to_one(here):
    table = pd.read_csv(here.table("hybrid_weights"))
    sums = table.groupby(["scheme", "seed", "fold"])["weight"].sum()
    np.testing.assert_allclose(sums, 1.0)


@pytest.mark.parametrize("table", FEATURES)
def test_evidence_is_what_the_maps_say_at_the_sites(paths, table):
    expected = features_at_sites(paths, table)
    found = getattr(read_evidence(paths), table)
    assert found.variables == expected.variables
    np.testing.assert_array_equal(found.values, expected.values)


def test_the_simulated_stock_is_the_physics_feature(paths):
    """The stock of the last year's state and the map of the only year are one number."""
    evidence = read_evidence(paths)
    names = [variable.id for variable in evidence.physics.variables]
    for k, depth in enumerate(DEPTHS):
        feature = evidence.physics.values[:, names.index(f"physics_soc_{depth}")]
        np.testing.assert_allclose(evidence.simulated[:, k], feature, rtol=1e-5)


def test_members_differ_from_the_default_run(paths):
    evidence = read_evidence(paths)
    factors = evidence.ensemble[..., 0] / evidence.simulated[:, 0]
    assert factors.std(axis=0).min() > 0


@pytest.mark.parametrize("quantity", SPREAD_QUANTITIES)
def test_spread_covers_the_region_and_is_never_negative(paths, here, quantity):
    spread = raster(here.spread_map(quantity))
    region = raster(paths.stack / "region.tif").astype(bool)
    assert np.isfinite(spread[region]).all()
    assert (spread[region] >= 0).all()


def test_finished_members_and_folds_are_kept(copied_run, small_settings, monkeypatch):
    """A run that was killed at its last fold and member does those alone."""
    here = ComparisonPaths(RunPaths(copied_run).simulator)
    before = pd.read_csv(here.table("comparison"))
    stage_record = RunPaths(copied_run).stage_record("simulator")
    record = read_json(stage_record)
    stage_record.write_text(f'{{"fingerprint": "{record["fingerprint"]}"}}')
    here.fold("random", 0, 1).unlink()
    here.member(2).unlink()
    done = []
    for module, name in ((hybrid_tasks, "run_hybrid_fold"), (simulator_ensemble, "run_member")):
        real = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *args, real=real, name=name: done.append(name) or real(*args)
        )
    run_stages(None, copied_run, ("simulator",), small_settings, progress=silent())
    assert sorted(done) == ["run_hybrid_fold", "run_member"]
    pd.testing.assert_frame_equal(pd.read_csv(here.table("comparison")), before)


def test_other_comparison_settings_start_it_anew(copied_run, small_settings):
    here = ComparisonPaths(RunPaths(copied_run).simulator)
    settings = (*small_settings, "simulator.comparison.fold_seeds=1")
    run_stages(None, copied_run, ("simulator",), settings, progress=silent())
    assert set(pd.read_csv(here.table("hybrid_predictions"))["seed"]) == {0}
    assert not list(here.fold("random", 1, 0).parent.glob("*_1_*"))


def _never(*_):
    raise AssertionError("a finished member or fold was done again")


@pytest.mark.parametrize("approach", ["ml_physics", "residual"])
def test_the_chosen_approach_gets_maps_of_its_own(
    small_run, small_settings, tmp_path, approach, monkeypatch
):
    """Members and folds of the comparison stand, and so does all that earlier stages wrote."""
    monkeypatch.setattr(hybrid_tasks, "run_hybrid_fold", _never)
    monkeypatch.setattr(simulator_ensemble, "run_member", _never)
    run = Path(shutil.copytree(small_run, tmp_path / "run"))
    settings = (*small_settings, f"model.final_approach={approach}")
    finished = {file: file.read_bytes() for file in _of_earlier_stages(run)}
    run_stages(None, run, ("simulator",), settings, progress=silent())
    here = ComparisonPaths(RunPaths(run).simulator)
    mapped = np.isfinite(raster(RunPaths(run).map("socd", "0_10", "mean")))
    for depth in DEPTHS:
        mean, lower, upper = (
            raster(here.map("socd", depth, band)) for band in ("mean", "pi_lower", "pi_upper")
        )
        assert np.isfinite(mean[mapped]).mean() > 0.99
        assert (lower <= mean)[np.isfinite(mean)].all()
        assert (mean <= upper)[np.isfinite(mean)].all()
    assert {file: file.read_bytes() for file in _of_earlier_stages(run)} == finished


def _of_earlier_stages(run: Path) -> list[Path]:
    return [
        file
        for folder in ("1-features", "2-models", "3-stocks")
        for file in sorted((run / folder).rglob("*"))
        if file.is_file()
    ]


def test_columns_come_back_to_the_same_bits(here, tmp_path):
    columns = load_columns(here.columns)
    save_columns(tmp_path / "again.npz", columns)
    again = load_columns(tmp_path / "again.npz")
    assert again.year == columns.year
    np.testing.assert_array_equal(again.forcing.elevation_m, columns.forcing.elevation_m)
    np.testing.assert_array_equal(
        again.state["heat.temperature"], columns.state["heat.temperature"]
    )


def test_a_member_comes_back_to_the_same_bits(tmp_path):
    member = ColumnMember(np.arange(20.0).reshape(2, 10), {"runoff": np.array([1.5, 2.0])})
    save_column_member(tmp_path / "member.npz", member)
    again = load_column_member(tmp_path / "member.npz")
    np.testing.assert_array_equal(again.soil_kg_m2, member.soil_kg_m2)
    np.testing.assert_array_equal(again.values["runoff"], member.values["runoff"])
