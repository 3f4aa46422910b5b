"""Importance: true drivers first, noise last, whatever the method."""

import numpy as np
import pytest

from features.variables import Variable
from models.explained import explained_sites
from models.importance import Importance, gain_importance, permutation_importance
from models.kernel_split_gain import split_gain


@pytest.fixture
def sites(driver_design):
    return explained_sites(*driver_design, limit=500, seed=0)


def in_bag(members):
    return np.stack([member.in_bag for member in members])


def models(members):
    return [member.model for member in members]


@pytest.mark.parametrize("learner", ["rf", "xgb", "brt", "svm"])
def test_permutation_puts_the_driver_first_and_noise_last(sites, driver_members, learner):
    members = driver_members(learner)
    table = permutation_importance(sites, models(members), in_bag(members), seed=0).table()
    assert table["variable"].iloc[0] == "nitrogen"
    assert table["variable"].iloc[-1] == "noise"
    assert table["share_pct"].sum() == pytest.approx(100)


@pytest.mark.parametrize("learner", ["rf", "xgb", "brt"])
def test_gain_puts_the_driver_first(sites, driver_members, learner):
    table = gain_importance(sites, models(driver_members(learner))).table()
    assert table["variable"].iloc[0] == "nitrogen"
    assert table["share_pct"].sum() == pytest.approx(100)


def test_a_support_vector_machine_has_no_gain(sites, driver_members):
    assert gain_importance(sites, models(driver_members("svm"))) is None


def test_gain_equals_scikit_learn_on_one_tree():
    from sklearn.tree import DecisionTreeRegressor

    from models.tree_ensemble.convert_forest import from_forest

    class Forest:
        n_outputs_ = 1
        n_features_in_ = 3

    random = np.random.default_rng(0)
    X = random.standard_normal((90, 3)).astype(np.float32)
    y = X[:, 0] + X[:, 1] ** 2
    tree = DecisionTreeRegressor(max_leaf_nodes=12, random_state=0).fit(X, y)
    forest = Forest()
    forest.estimators_ = [tree]
    m = from_forest(forest)
    arguments = (m.feature, m.left, m.right, m.value, m.cover, m.offsets, m.n_features)
    gain = split_gain(*arguments)
    np.testing.assert_allclose(gain / gain.sum(), tree.feature_importances_, rtol=1e-4)
    np.testing.assert_allclose(split_gain.py_func(*arguments), gain)


def test_training_sites_of_a_member_are_never_permuted(sites, driver_members):
    members = driver_members("xgb")
    bags = in_bag(members)
    seen_everything = np.ones_like(bags)
    with pytest.raises(ValueError, match="no member leaves two sites out"):
        permutation_importance(sites, models(members), seen_everything, seed=0)
    seen_everything[0] = bags[0]
    one = permutation_importance(sites, models(members), seen_everything, seed=0)
    assert len(one.amounts) == 1


def test_shares_by_hand():
    variables = tuple(
        Variable(name, "continuous", group)
        for name, group in (("a", "soil"), ("b", "climate"), ("c", "soil"), ("d", "other"))
    )
    amounts = np.array([[4.0, 2.0, 2.0, -0.5], [6.0, 2.0, 4.0, -0.5]])
    importance = Importance("permutation", amounts, variables)
    table = importance.table().set_index("variable")
    assert table["share_pct"].to_dict() == pytest.approx({"a": 50, "b": 20, "c": 30, "d": 0})
    assert table.loc["a", "sd_pct"] == pytest.approx(10 * np.sqrt(2))
    groups = importance.group_table().set_index("group")
    assert groups["share_pct"].to_dict() == pytest.approx({"soil": 80, "climate": 20, "other": 0})
    assert groups.loc["soil", "sd_pct"] == pytest.approx(20 * np.sqrt(2))
    assert groups.loc["climate", "sd_pct"] == 0
