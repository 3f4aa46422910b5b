"""Nested cross-validation: what folds see, what they must not, and what comes of them."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from models.fold_tasks import tuning_rows
from models.validation import (
    collect,
    fold_tasks,
    interval_tasks,
    run_fold,
    run_intervals,
    spatial_block_size,
    tune_on_all,
)

pytestmark = pytest.mark.usefixtures("without_intervals")
FAST = ("svm", "xgb")


@pytest.fixture
def task(make_design, make_settings):
    settings = make_settings(learners=FAST, schemes=("random",))
    return fold_tasks(make_design(), settings)[0]


def test_every_site_is_held_out_once_in_every_scheme(make_design, make_settings):
    tasks = fold_tasks(make_design(), make_settings())
    assert len(tasks) == 15
    for scheme in ("random", "spatial", "random_study"):
        held_out = np.concatenate([t.test for t in tasks if t.scheme == scheme])
        assert sorted(held_out) == list(range(70))
    assert all(not set(t.train) & set(t.test) for t in tasks)


def test_held_out_targets_do_not_reach_the_predictions(task):
    """Shuffle the answers of the held-out sites: nothing that was predicted may change."""
    targets = task.design.targets.copy()
    targets[task.test] = targets[task.test][::-1] * 7
    other = replace(task, design=replace(task.design, targets=targets))
    first, second = run_fold(task), run_fold(other)
    assert first.kept == second.kept
    assert first.tuned == second.tuned
    for name in FAST:
        np.testing.assert_array_equal(first.predicted[name], second.predicted[name])
        np.testing.assert_array_equal(first.ratio[name], second.ratio[name])


def test_threads_and_pickling_change_nothing(make_design, make_settings):
    tasks = fold_tasks(make_design(), make_settings())
    one_by_one = [run_fold(task) for task in tasks]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(run_fold, pickle.loads(pickle.dumps(tasks))))
    for a, b in zip(one_by_one, together, strict=True):
        assert a.tuned == b.tuned
        for name in a.predicted:
            np.testing.assert_array_equal(a.predicted[name], b.predicted[name])
        for name in a.grid:
            np.testing.assert_array_equal(a.grid[name], b.grid[name])


def test_depth_lines_and_ratios_are_those_of_the_training_rows(task):
    result = run_fold(task)
    surface = result.predicted["svm"][:, 0]
    # the virtual lines have no scatter, so any training rows give them back
    np.testing.assert_allclose(result.predicted["svm"][:, 1], 0.1 + 2.3 * surface, rtol=1e-9)
    training = task.design.targets[task.train]
    reach = np.isfinite(training[:, 2])
    ratio = training[reach, 2].mean() / training[reach, 0].mean()
    np.testing.assert_allclose(result.ratio["svm"][:, 2], ratio * surface, rtol=1e-9)


def test_a_depth_that_training_rows_do_not_reach_is_missing_not_guessed(task):
    targets = task.design.targets.copy()
    targets[task.train, 2] = np.nan
    targets[task.test, 2] = 12.0
    result = run_fold(replace(task, design=replace(task.design, targets=targets)))
    assert np.isnan(result.predicted["svm"][:, 2]).all()
    assert np.isfinite(result.predicted["svm"][:, 1]).all()


def test_a_class_without_training_sites_is_missing_and_counted(task):
    covariates = task.design.covariates.copy()
    covariates[task.test[0], -1] = 9
    settings = task.settings.model_copy(
        update={"screening": task.settings.screening.model_copy(update={"enabled": False})}
    )
    changed = replace(task, design=replace(task.design, covariates=covariates), settings=settings)
    missing = np.isnan(run_fold(changed).predicted["svm"][:, 0])
    assert missing.tolist() == [True] + [False] * (len(task.test) - 1)


def test_site_covariates_train_but_only_the_flattering_scheme_predicts_from_them(
    make_design, make_settings
):
    """Laboratory values hold the driver; the map's version of it is noise."""
    design = make_design(noise_sd=0.05)
    measured = design.covariates.copy()
    mapped = measured.copy()
    mapped[:, 0] = np.random.default_rng(9).normal(size=design.n_sites)
    measured[3, 0] = np.nan  # filled from the map
    design = replace(design, covariates=mapped, site_covariates=measured)
    settings = make_settings(learners=("svm",), schemes=("random",))
    results = [run_fold(task) for task in fold_tasks(design, settings)]
    predictions = collect(design, settings, results).predictions
    error = (predictions["predicted"] - predictions["observed"]) ** 2
    by_scheme = error[predictions["depth"] == "0_10"].groupby(predictions["scheme"]).mean()
    assert by_scheme["random"] > 3 * by_scheme["random_site_covariates"]


def test_selected_is_the_learner_each_fold_chose(make_design, make_settings):
    design, settings = make_design(), make_settings(learners=FAST, schemes=("random", "spatial"))
    results = [run_fold(task) for task in fold_tasks(design, settings)]
    cv = collect(design, settings, results)
    table = cv.predictions[cv.predictions["depth"] == "0_10"].set_index(["scheme", "learner", "id"])
    for result in results:
        chosen = min(result.tuned, key=lambda name: result.tuned[name]["rmse"])
        assert result.selected == chosen
        for row in result.test:
            key = design.ids[row]
            one = table.loc[(result.scheme, "selected", key), "predicted"]
            assert one == table.loc[(result.scheme, chosen, key), "predicted"]


def test_the_second_round_covers_folds_that_chose_another_learner(make_design, make_settings):
    design, settings = make_design(), make_settings(learners=FAST)
    tasks = fold_tasks(design, settings)
    results = [run_fold(task) for task in tasks]
    again = interval_tasks(tasks, results, "xgb")
    expected = [(r.scheme, r.fold) for r in results if r.scheme != "random_study"]
    expected = [key for key, r in zip(expected, results, strict=False) if r.selected != "xgb"]
    assert [(i.fold.scheme, i.fold.fold) for i in again] == expected
    assert all(run_intervals(i).lower.shape == (len(i.fold.test), 3) for i in again[:1])


def test_a_grid_search_over_many_sites_looks_at_whole_groups_of_them():
    groups = np.repeat(np.arange(500), 4)
    rows = np.arange(0, 2000, 1)
    some = tuning_rows(groups, rows, seed=1, limit=400)
    assert len(some) == 400
    assert set(np.bincount(groups[some])) == {0, 4}
    np.testing.assert_array_equal(tuning_rows(groups, rows, seed=1, limit=2000), rows)


def test_final_tuning_uses_all_sites_and_whole_screening(make_design, make_settings):
    design, settings = make_design(), make_settings(learners=FAST)
    preparation, tuned = tune_on_all(design, settings, "svm", 1.5e5)
    assert {"driver", "second"} <= set(preparation.ids)
    assert np.isfinite(tuned.predictions).all()


def test_block_size_is_reported_with_its_reason(make_design, make_settings):
    size = spatial_block_size(make_design(), make_settings(folds={"outer": 5, "inner": 3}))
    assert size.n_blocks >= 20
    assert size.reason
