"""The study's way: the best grid point of one cross-validation, reported by its own predictions."""

import numpy as np
import pytest

from models.learners import LEARNERS
from models.preparation import Preparation
from models.study_cv import study_tuned, with_best_grid_point
from models.tuning import tune
from models.validation import collect, fold_tasks, run_fold


@pytest.fixture
def study(make_design, make_settings):
    design = make_design()
    settings = make_settings(learners=("svm", "xgb"), schemes=("random_study",))
    tasks = fold_tasks(design, settings)
    return design, settings, tasks, [run_fold(task) for task in tasks]


@pytest.mark.parametrize("name", ["svm", "xgb"])
def test_it_equals_one_grid_search_over_all_sites(study, name):
    design, settings, tasks, results = study
    folds = np.empty(design.n_sites, dtype=np.int64)
    for task in tasks:
        folds[task.test] = task.fold
    preparation = Preparation.fit(
        design.covariates, design.variables, design.target, settings.screening
    )
    space = LEARNERS[name].search_space(design.n_sites, settings.search[name])
    X = preparation.encode(design.covariates)
    expected = tune(LEARNERS[name], X, design.target, folds, space, settings.seed)
    tuned = study_tuned(design, settings, results)[name]
    assert tuned.params == expected.params
    np.testing.assert_array_equal(tuned.predictions, expected.predictions)


def test_the_reported_error_is_the_one_it_was_chosen_for(study):
    design, settings, _, results = study
    cv = collect(design, settings, results)
    part = cv.predictions[
        (cv.predictions["depth"] == "0_10") & (cv.predictions["learner"] == "svm")
    ]
    rmse = np.sqrt(((part["predicted"] - part["observed"]) ** 2).mean())
    assert rmse == pytest.approx(cv.tuned["random_study"]["all"]["learners"]["svm"]["rmse"])


def test_it_has_no_selected_learner_and_no_intervals(study):
    design, settings, _, results = study
    table = collect(design, settings, results).predictions
    assert set(table["learner"]) == {"svm", "xgb"}
    assert table["pi_lower"].isna().all()


def test_results_of_other_schemes_are_refused(study, make_settings, without_intervals):
    design, settings, _, _ = study
    nested = make_settings(learners=("svm",), schemes=("random",))
    result = run_fold(fold_tasks(design, nested)[0])
    with pytest.raises(ValueError, match=r"only random_study .* got random"):
        with_best_grid_point(design, settings, [result])
