"""Learners: staged predictions are refits, fits are deterministic, portable forms agree."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from features.errors import InputError
from models.learners import LEARNERS, grid_points, limits
from models.settings import ModelSettings
from models.support_vector_regression import MAX_ROWS

SMALL = {
    "rf": {"min_samples_leaf": 3, "max_features": 0.5, "max_leaf_nodes": 64, "n_estimators": 20},
    "svm": {"C": 3.0, "gamma": 1.0, "epsilon": 0.1},
    "brt": {
        "max_depth": 3,
        "min_data_in_leaf": 5,
        "bagging_fraction": 0.6,
        "learning_rate": 0.1,
        "n_estimators": 20,
    },
    "xgb": {
        "max_depth": 3,
        "learning_rate": 0.1,
        "subsample": 0.7,
        "colsample_bytree": 0.8,
        "min_child_weight": 3.0,
        "n_estimators": 20,
    },
}
STAGED = [name for name, learner in LEARNERS.items() if learner.stage]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(70, 5)).astype(np.float32)
    return X, 4 + X[:, 0] + 0.5 * X[:, 1] ** 2 + 0.3 * rng.normal(size=70)


@pytest.mark.parametrize("name", LEARNERS)
def test_every_parameter_of_the_grid_is_one_the_fit_takes(name):
    assert set(SMALL[name]) == set(LEARNERS[name].grid)


@pytest.mark.parametrize("name", LEARNERS)
def test_fit_is_better_than_the_mean_and_the_same_again(name, data):
    X, y = data
    first, second = (LEARNERS[name].fit(X, y, SMALL[name], 7).predict(X) for _ in range(2))
    assert first.dtype == np.float64
    np.testing.assert_array_equal(first, second)
    assert np.square(first - y).mean() < 0.8 * y.var()


@pytest.mark.parametrize("name", LEARNERS)
def test_fits_in_parallel_threads_equal_fits_one_by_one(name, data):
    X, y = data

    def predict(seed):
        return LEARNERS[name].fit(X, y, SMALL[name], seed).predict(X)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(predict, range(6)))
    np.testing.assert_array_equal(together, [predict(seed) for seed in range(6)])


@pytest.mark.parametrize("name", STAGED)
def test_a_stage_equals_a_refit_with_that_many_trees(name, data):
    X, y = data
    learner, stages = LEARNERS[name], (5, 12, 20)
    staged = learner.staged(X[:50], y[:50], SMALL[name], 3, stages, X[50:])
    for row, k in zip(staged, stages, strict=True):
        refit = learner.fit(X[:50], y[:50], {**SMALL[name], "n_estimators": k}, 3)
        np.testing.assert_allclose(row, refit.predict(X[50:]), rtol=1e-6)


@pytest.mark.parametrize("name", LEARNERS)
def test_the_portable_form_predicts_the_same(name, data):
    X, y = data
    fitted = LEARNERS[name].fit(X, y, SMALL[name], 3)
    np.testing.assert_allclose(fitted.portable().predict(X), fitted.predict(X), rtol=2e-6)


def test_a_support_vector_machine_does_not_mind_units(data):
    X, y = data
    plain = LEARNERS["svm"].fit(X, y, SMALL["svm"], 0).predict(X)
    scale = np.array([1, 10, 100, 0.1, 1], dtype=np.float32)
    other = LEARNERS["svm"].fit(X * scale + 5, 1000 * y - 3, SMALL["svm"], 0).predict(X * scale + 5)
    np.testing.assert_allclose((other + 3) / 1000, plain, rtol=1e-3)


def test_a_constant_column_is_no_obstacle(data):
    X, y = data
    X = np.column_stack([X, np.ones(len(X), dtype=np.float32)])
    for name, learner in LEARNERS.items():
        assert np.isfinite(learner.fit(X, y, SMALL[name], 0).predict(X)).all()


def test_large_support_vector_fits_use_a_stated_subsample():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(MAX_ROWS + 50, 1)).astype(np.float32)
    model = LEARNERS["svm"].fit(X, X[:, 0].astype(float), {**SMALL["svm"], "epsilon": 0.5}, 0)
    assert model.svr.shape_fit_[0] == MAX_ROWS
    assert any("support vector" in said for said in limits(ModelSettings(), MAX_ROWS + 50))
    assert limits(ModelSettings(), 147) == []


def test_what_is_cut_short_with_many_sites_is_said():
    said = " ".join(limits(ModelSettings(), 20_000))
    assert "256 leaves" in said
    assert "each random forest tree draws 3000" in said
    assert "1000 training sites" in said


def test_search_axes_can_be_replaced_one_by_one():
    space = LEARNERS["rf"].search_space(147, {"n_estimators": (10,)})
    assert space["n_estimators"] == (10,)
    assert space["min_samples_leaf"] == LEARNERS["rf"].grid["min_samples_leaf"]


def test_an_unknown_parameter_is_named():
    with pytest.raises(InputError, match=r"(?s)model\.search\.rf\.depth.*max_leaf_nodes"):
        LEARNERS["rf"].search_space(147, {"depth": (3,)})


def test_grid_points_run_the_last_axis_fastest():
    assert grid_points({"a": (1, 2), "b": (3, 4)})[:2] == [{"a": 1, "b": 3}, {"a": 1, "b": 4}]
