"""The chain from end to end on a coarse virtual landscape: contracts, resumption, identity."""

import json
import os
import shutil
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import rasterio

from features.errors import InputError
from pipeline.execution import task_runner
from pipeline.map_tiles import TILE_VALUES, tile_side
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.schemas import DEPTH_BANDS, SUMMARY_KEYS, TABLES

DEPTHS = ("0_10", "0_30", "0_50")


def table(run, name):
    return pd.read_csv(run / name)


def raster(run, name):
    with rasterio.open(run / name) as dataset:
        return dataset.read(1)


@pytest.mark.parametrize("name", TABLES)
def test_tables_have_the_agreed_columns(small_run, name):
    path = small_run / name
    if name.endswith("scores_measured_bd.csv") and not path.is_file():
        pytest.fail("the virtual landscape has filled bulk densities, so this table is due")
    assert tuple(pd.read_csv(path).columns) == TABLES[name]


def test_summary_has_the_agreed_keys_and_says_that_data_are_virtual(small_run):
    summary = json.loads((small_run / "summary.json").read_text())
    assert set(SUMMARY_KEYS) <= summary.keys()
    assert summary["virtual"] is True
    assert summary["hybrid"]["status"] == "done"
    assert set(summary["stocks"]) == set(DEPTHS)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("band", DEPTH_BANDS)
def test_every_depth_and_band_is_mapped_with_unit_and_statistics(small_run, depth, band):
    path = small_run / f"3-stocks/socd_{depth}_{band}.tif"
    with rasterio.open(path) as dataset:
        assert dataset.units[0] == ("1" if band == "uncertainty" else "kg m-2")
        assert "STATISTICS_MEAN" in dataset.tags(1)
        assert np.isfinite(dataset.read(1)).any()
    assert path.with_suffix(".qml").is_file()


def test_depths_are_in_order_in_every_cell(small_run):
    for band in ("mean", "pi_lower", "pi_upper"):
        maps = [raster(small_run, f"3-stocks/socd_{depth}_{band}.tif") for depth in DEPTHS]
        mapped = np.isfinite(maps[0])
        assert (maps[0][mapped] >= 0).all()
        for shallow, deep in pairwise(maps):
            assert (deep[mapped] >= shallow[mapped]).all()


def test_interval_encloses_the_mean(small_run):
    lower, mean, upper = (
        raster(small_run, f"3-stocks/socd_0_10_{band}.tif")
        for band in ("pi_lower", "mean", "pi_upper")
    )
    mapped = np.isfinite(mean)
    assert (lower[mapped] <= mean[mapped]).all()
    assert (mean[mapped] <= upper[mapped]).all()


def test_stock_is_area_times_density(small_run):
    stocks = table(small_run, "3-stocks/stocks.csv")
    expected = stocks["area_km2"] * stocks["mean_kg_m2"] * 1e-6
    np.testing.assert_allclose(stocks["stock_pg"], expected, rtol=1e-12)


def test_groups_add_up_to_the_whole(small_run):
    stocks = table(small_run, "3-stocks/stocks.csv")
    for _, part in stocks.groupby("depth"):
        whole = part[part["group"] == "all"].iloc[0]
        groups = part[part["group"] != "all"]
        assert groups["area_km2"].sum() == pytest.approx(whole["area_km2"], rel=1e-12)
        assert groups["stock_pg"].sum() == pytest.approx(whole["stock_pg"], rel=1e-6)


def test_areas_reconcile_with_the_region(small_run):
    areas = table(small_run, "3-stocks/area.csv").set_index("cause")
    parts = areas.drop(index="region")
    assert parts["area_km2"].sum() == pytest.approx(areas.loc["region", "area_km2"], rel=1e-12)
    mapped = np.isfinite(raster(small_run, "3-stocks/socd_0_10_mean.tif")).sum()
    assert areas.loc["mapped", "n_cells"] == mapped


def test_random_and_study_scores_stand_side_by_side(small_run):
    scores = table(small_run, "2-models/scores.csv")
    assert {"random", "spatial", "random_study"} <= set(scores["scheme"])


def test_second_run_does_nothing_again(small_run, small_settings):
    stamps = {path: path.stat().st_mtime_ns for path in small_run.rglob("*.tif")}
    run_stages(None, small_run, overrides=small_settings, progress=silent())
    assert stamps == {path: path.stat().st_mtime_ns for path in small_run.rglob("*.tif")}


def test_deleted_member_is_made_again_to_the_same_bits(small_run, small_settings, tmp_path):
    run = tmp_path / "copy"
    shutil.copytree(small_run, run)
    member = run / "2-models/members/member_005.npz"
    before = {name: array.copy() for name, array in np.load(member).items()}
    kept = run / "2-models/members/member_004.npz"
    stamp = kept.stat().st_mtime_ns
    member.unlink()
    record = run / ".stages/models.json"  # as if the run had been killed during stage 2
    content = json.loads(record.read_text())
    record.write_text(json.dumps({"fingerprint": content["fingerprint"]}))
    run_stages(None, run, stages=["models"], overrides=small_settings, progress=silent())
    after = np.load(member)
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array)
    assert kept.stat().st_mtime_ns == stamp


def test_new_features_leave_nothing_of_other_settings_behind(small_run, small_settings, tmp_path):
    run = tmp_path / "copy"
    shutil.copytree(small_run, run)
    other = [*small_settings, "virtual.seed=2"]
    run_stages(None, run, stages=["features"], overrides=other, progress=silent())
    for name in ("2-models", "3-stocks", "report.html", "summary.json"):
        assert not (run / name).exists(), name


def test_a_stage_needs_all_before_it_not_only_the_last(small_run, small_settings, tmp_path):
    run = tmp_path / "copy"
    shutil.copytree(small_run, run)
    record = run / ".stages/features.json"  # as if features had been begun anew, and killed
    record.write_text(json.dumps({"fingerprint": "of other settings"}))
    with pytest.raises(InputError, match="--stage features"):
        run_stages(None, run, stages=["stocks"], overrides=small_settings, progress=silent())


def test_a_deleted_result_is_made_again(small_run, small_settings, tmp_path):
    run = tmp_path / "copy"
    shutil.copytree(small_run, run)
    before = table(run, "3-stocks/stocks.csv")
    shutil.rmtree(run / "3-stocks")
    run_stages(None, run, stages=["stocks"], overrides=small_settings, progress=silent())
    pd.testing.assert_frame_equal(table(run, "3-stocks/stocks.csv"), before)


def test_worker_processes_give_the_same_maps(small_run, small_settings, tmp_path):
    run = tmp_path / "dask"
    shutil.copytree(small_run, run)
    (run / ".stages/stocks.json").unlink()
    before = raster(run, "3-stocks/socd_0_30_mean.tif")
    run_stages(None, run, stages=["stocks"], overrides=small_settings, workers=2, progress=silent())
    np.testing.assert_array_equal(raster(run, "3-stocks/socd_0_30_mean.tif"), before)


def test_two_runs_at_a_time_do_not_get_in_each_others_way():
    # a warning is an error in tests: the second cluster must not ask for a port of the first
    with task_runner(1, None) as first, task_runner(1, None) as second:
        for runner in (first, second):
            assert list(runner.run(str, [7])) == [(0, "7")]


def test_threads_yield_every_result_once():
    with task_runner(0, None) as runner:
        assert sorted(runner.run(str, range(20))) == [(k, str(k)) for k in range(20)]


def test_a_failing_task_stops_the_run():
    with task_runner(0, None) as runner, pytest.raises(ValueError, match="no such"):
        list(runner.run(_fails_at_three, range(10)))


def _fails_at_three(number):
    if number == 3:
        raise ValueError("no such number")
    return os.getpid()


def test_stage_without_its_forerunner_says_what_to_run_first(tmp_path, small_settings):
    with pytest.raises(InputError, match="--stage features"):
        run_stages(None, tmp_path, stages=["models"], overrides=small_settings, progress=silent())


def test_unknown_stage_lists_the_stages(tmp_path, small_settings):
    with pytest.raises(InputError, match="features, models, stocks, simulator, report"):
        run_stages(None, tmp_path, stages=["modles"], overrides=small_settings, progress=silent())


@pytest.mark.parametrize("n_members", [2, 20, 100, 1000, 100_000])
def test_tiles_shrink_as_members_grow(n_members):
    side = tile_side(n_members, 3)
    assert side in range(32, 257, 32)
    assert side**2 * n_members * 3 <= TILE_VALUES or side == 32
