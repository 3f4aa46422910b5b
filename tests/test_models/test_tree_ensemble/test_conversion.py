"""Converted ensembles predict what the library predicts, also at the thresholds themselves."""

import lightgbm
import numpy as np
import pytest
import xgboost
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

from models.tree_ensemble import TreeEnsemble, from_forest, from_lightgbm, from_xgboost
from models.tree_ensemble.ensemble import first_right_float32

N_COLUMNS = 5


@pytest.fixture(scope="module")
def sites():
    """Covariates of which two are coarse, so that rows meet thresholds exactly."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(150, N_COLUMNS)).astype(np.float32)
    X[:, 3] = rng.integers(0, 4, 150)
    X[:, 4] = np.round(X[:, 4], 1)
    return X, 5 + X[:, 0] * (X[:, 1] > 0) + 0.3 * X[:, 3] + rng.normal(0, 0.3, 150)


def rows_at_and_beside(ensemble, X):
    """Return rows of which every value is a threshold, or a float32 next to one."""
    rng = np.random.default_rng(4)
    rows = X[rng.integers(len(X), size=3000)].copy()
    for f in range(N_COLUMNS):
        cuts = ensemble.threshold[ensemble.feature == f]
        if len(cuts):
            at = cuts[rng.integers(len(cuts), size=len(rows))]
            below, above = np.nextafter(at, np.float32(-np.inf)), np.nextafter(at, np.float32(9e9))
            rows[:, f] = np.choose(rng.integers(0, 4, len(rows)), [at, below, above, rows[:, f]])
    return rows


XGBOOST = [
    {"max_depth": 4, "subsample": 0.7},
    {"max_depth": 6, "tree_method": "exact"},
    {"grow_policy": "lossguide", "max_leaves": 20, "max_depth": 0},
    {"num_parallel_tree": 3, "n_estimators": 10, "subsample": 0.5},
    {"base_score": 0.0},
    {"objective": "reg:absoluteerror"},
    {"max_depth": 1, "gamma": 1e9},  # every tree is a single leaf
]


@pytest.mark.parametrize("parameters", XGBOOST, ids=str)
def test_xgboost_bit_for_bit(sites, parameters):
    X, y = sites
    model = xgboost.XGBRegressor(n_jobs=1, **{"n_estimators": 60, **parameters}).fit(X, y)
    ensemble = from_xgboost(model)
    rows = rows_at_and_beside(ensemble, X)
    np.testing.assert_array_equal(ensemble.predict(rows), model.predict(rows))


LIGHTGBM = [
    {"bagging_fraction": 0.6, "bagging_freq": 1},
    {"boost_from_average": False},
    {"boosting": "rf", "bagging_fraction": 0.6, "bagging_freq": 1},
    {"objective": "regression_l1"},
    {"min_data_in_leaf": 1000},  # no split at all
]


@pytest.mark.parametrize("parameters", LIGHTGBM, ids=str)
def test_lightgbm(sites, parameters):
    X, y = sites
    settings = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 4, "objective": "regression"}
    data = lightgbm.Dataset(X, y)
    booster = lightgbm.train({**settings, **parameters}, data, num_boost_round=60)
    ensemble = from_lightgbm(booster)
    rows = rows_at_and_beside(ensemble, X)
    np.testing.assert_allclose(ensemble.predict(rows), booster.predict(rows), rtol=1e-6)


@pytest.mark.parametrize("forest", [RandomForestRegressor, ExtraTreesRegressor])
@pytest.mark.parametrize("min_samples_leaf", [1, 5])
def test_forests(sites, forest, min_samples_leaf):
    X, y = sites
    model = forest(60, min_samples_leaf=min_samples_leaf, max_features=0.5, random_state=0)
    model.fit(X, y)
    ensemble = from_forest(model)
    rows = rows_at_and_beside(ensemble, X)
    np.testing.assert_allclose(ensemble.predict(rows), model.predict(rows), rtol=1e-6)


def test_cover_of_a_node_is_that_of_its_children(sites):
    X, y = sites
    models = [
        from_xgboost(xgboost.XGBRegressor(n_estimators=5, n_jobs=1).fit(X, y)),
        from_forest(RandomForestRegressor(5, random_state=0).fit(X, y)),
        from_lightgbm(lightgbm.LGBMRegressor(n_estimators=5, verbose=-1, n_jobs=1).fit(X, y)),
    ]
    for model in models:
        first = np.repeat(model.offsets[:-1], np.diff(model.offsets))
        inner = model.feature >= 0
        children = (
            model.cover[(first + model.left)[inner]] + model.cover[(first + model.right)[inner]]
        )
        np.testing.assert_allclose(model.cover[inner], children, rtol=1e-5)


def test_survives_its_arrays(sites):
    X, y = sites
    model = from_xgboost(xgboost.XGBRegressor(n_estimators=5, n_jobs=1).fit(X, y))
    again = TreeEnsemble.from_arrays(model.arrays())
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(width=32, allow_nan=False, allow_infinity=False),
)
def test_float32_threshold_parts_float32_values_as_the_float64_one(threshold, x):
    first_right = first_right_float32(np.array([threshold]))[0]
    near = np.float32(np.clip(threshold, -3e38, 3e38))
    beside = [np.nextafter(near, np.float32(-np.inf)), near, np.nextafter(near, np.float32(np.inf))]
    for value in np.array([x, *beside], dtype=np.float32):
        assert (value < first_right) == (np.float64(value) <= threshold)


def fitted_xgboost(sites, **parameters):
    X, y = sites
    return xgboost.XGBRegressor(n_estimators=3, n_jobs=1, **parameters).fit(X, y)


def test_refuses_a_dart_booster(sites):
    with pytest.raises(ValueError, match="gbtree"):
        from_xgboost(fitted_xgboost(sites, booster="dart"))


def test_refuses_a_link_function(sites):
    with pytest.raises(ValueError, match="reg:gamma"):
        from_xgboost(fitted_xgboost(sites, objective="reg:gamma"))


def test_refuses_several_targets(sites):
    X, y = sites
    with pytest.raises(ValueError, match="target"):
        from_forest(RandomForestRegressor(2).fit(X, np.column_stack([y, y])))


def test_refuses_linear_leaves(sites):
    X, y = sites
    model = lightgbm.LGBMRegressor(n_estimators=2, linear_tree=True, verbose=-1, n_jobs=1)
    with pytest.raises(ValueError, match="linear"):
        from_lightgbm(model.fit(X, y))


def test_refuses_categorical_splits(sites):
    X, y = sites
    data = lightgbm.Dataset(X, y, categorical_feature=[3])
    settings = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 2, "cat_smooth": 1}
    booster = lightgbm.train(
        {**settings, "min_data_per_group": 2, "interaction_constraints": [[3]]}, data, 3
    )
    with pytest.raises(ValueError, match="categories"):
        from_lightgbm(booster)


def test_rows_of_another_width_are_refused(sites):
    X, y = sites
    ensemble = from_forest(RandomForestRegressor(2).fit(X, y))
    with pytest.raises(ValueError, match=r"\[5\] columns .* \(150, 4\)"):
        ensemble.predict(X[:, :4])
