"""Shapley values: additive, equal to the reference library and to hand-worked games."""

import warnings

import numpy as np
import pytest

from models.learners import LEARNERS
from models.shapley import Background, background_sites, coalition_shap, tree_shap

PARAMS = {
    "xgb": {
        "max_depth": 3,
        "learning_rate": 0.1,
        "subsample": 0.8,
        "colsample_bytree": 0.8,
        "min_child_weight": 3.0,
        "n_estimators": 50,
    },
    "brt": {
        "max_depth": 3,
        "min_data_in_leaf": 5,
        "bagging_fraction": 0.6,
        "learning_rate": 0.1,
        "n_estimators": 50,
    },
}


class Formula:
    """A model that is a formula, so that its Shapley values are known."""

    kind = "formula"

    def __init__(self, formula):
        self.formula = formula

    def predict(self, X):
        return self.formula(np.asarray(X, dtype=np.float64))


def rows(n=60, q=5, seed=0):
    return np.random.default_rng(seed).standard_normal((n, q)).astype(np.float32)


def background(X, n=12):
    return background_sites(X, X.std(axis=0).astype(float), n, seed=0)


def reference():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        import shap
    return shap


@pytest.mark.parametrize("learner", ["rf", "xgb", "brt"])
def test_tree_values_and_base_add_up_to_the_prediction(driver_design, driver_members, learner):
    design, preparation = driver_design
    encoded = preparation.encode(design.covariates)
    model = driver_members(learner)[0].model
    values, base = tree_shap(model, encoded)
    np.testing.assert_allclose(values.sum(axis=1) + base, model.predict(encoded), atol=2e-5)


@pytest.mark.parametrize("learner", ["xgb", "brt"])
def test_tree_values_equal_those_of_the_native_booster(learner):
    X = rows()
    y = X[:, 0] * X[:, 1] + X[:, 2].astype(float)
    fitted = LEARNERS[learner].fit(X, y, PARAMS[learner], 0)
    values, base = tree_shap(fitted.portable(), X)
    native = reference().TreeExplainer(fitted.booster)
    np.testing.assert_allclose(values, native.shap_values(X), atol=1e-5)
    assert base == pytest.approx(float(np.ravel(native.expected_value)[0]), abs=1e-5)


def test_tree_values_equal_those_of_the_native_forest():
    from sklearn.ensemble import RandomForestRegressor

    from models.tree_ensemble import from_forest

    X = rows()
    y = X[:, 0] * X[:, 1] + X[:, 2].astype(float)
    forest = RandomForestRegressor(20, max_leaf_nodes=20, random_state=0).fit(X, y)
    values, base = tree_shap(from_forest(forest), X)
    native = reference().TreeExplainer(forest)
    np.testing.assert_allclose(values, native.shap_values(X), atol=1e-6)
    assert base == pytest.approx(float(np.ravel(native.expected_value)[0]), abs=1e-6)


def test_a_linear_model_gives_coefficient_times_distance_from_the_background():
    X = rows()
    slope = np.array([1.0, -2.0, 0.0, 0.5, 3.0])
    known = background(X)
    values, base = coalition_shap(Formula(lambda x: x @ slope), X, np.arange(5), known, seed=0)
    centre = known.weights @ known.rows
    np.testing.assert_allclose(values, slope * (X - centre), atol=1e-5)
    assert base == pytest.approx(float(centre @ slope), abs=1e-5)


def test_two_variables_share_their_product_by_hand():
    # background (0, 0): alone each is worth nothing, together 6, shared in halves
    X = np.array([[2.0, 3.0]], dtype=np.float32)
    zero = Background(np.zeros((1, 2), dtype=np.float32), np.ones(1))
    values, base = coalition_shap(
        Formula(lambda x: x[:, 0] * x[:, 1]), X, np.arange(2), zero, seed=0
    )
    assert values[0] == pytest.approx([3, 3])
    assert base == 0


def test_indicator_columns_are_one_player():
    X = rows(20, 3)
    known = background(X, 5)
    formula = Formula(lambda x: x[:, 0] + x[:, 1] * x[:, 2])
    values, _ = coalition_shap(formula, X, np.array([0, 1, 1]), known, seed=0)
    product = X[:, 1] * X[:, 2] - known.weights @ (known.rows[:, 1] * known.rows[:, 2])
    np.testing.assert_allclose(values[:, 1], product, atol=1e-6)


def test_exact_values_equal_those_of_the_reference_library():
    X = rows(10, 4)
    formula = Formula(lambda x: np.sin(x[:, 0]) * x[:, 1] + x[:, 2] ** 2)
    known = background(X, 10)
    even = type(known)(known.rows, np.full(len(known.rows), 1 / len(known.rows)))
    values, _ = coalition_shap(formula, X, np.arange(4), even, seed=0)
    shap = reference()
    explainer = shap.explainers.Exact(formula.predict, shap.maskers.Independent(even.rows))
    np.testing.assert_allclose(values, explainer(X).values, atol=1e-6)


def test_many_variables_are_explained_by_random_orders_without_remainder():
    X = rows(8, 14)
    formula = Formula(lambda x: x[:, 0] * x[:, 1] + x[:, 2:].sum(axis=1))
    known = background(X, 4)
    values, base = coalition_shap(formula, X, np.arange(14), known, seed=0)
    np.testing.assert_allclose(values.sum(axis=1) + base, formula.predict(X), atol=1e-5)
    again, _ = coalition_shap(formula, X, np.arange(14), known, seed=0)
    np.testing.assert_array_equal(values, again)


def test_the_background_is_made_of_real_sites_whose_weights_sum_to_one():
    X = rows(80, 3)
    known = background(X)
    assert known.weights.sum() == pytest.approx(1)
    assert {tuple(row) for row in known.rows} <= {tuple(row) for row in X}


def test_repeated_sites_are_one_background_site():
    X = np.repeat(rows(3, 2), 10, axis=0)
    known = background(X)
    assert len(known.rows) <= 3
    assert known.weights.sum() == pytest.approx(1)


def test_random_orders_are_exact_for_pairs_of_variables(monkeypatch):
    X = rows(8, 7)
    formula = Formula(lambda x: np.sin(x[:, 0]) * x[:, 1] + x[:, 2] * x[:, 3] - x[:, 6] ** 2)
    known = background(X, 4)
    drawn, _ = coalition_shap(formula, X, np.arange(7), known, seed=0)
    monkeypatch.setattr("models.shapley.EXACT_PLAYERS", 7)
    exact, _ = coalition_shap(formula, X, np.arange(7), known, seed=0)
    np.testing.assert_allclose(drawn, exact, atol=1e-6)
