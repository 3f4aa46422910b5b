"""The whole explanation on a synthetic design whose drivers are known."""

from dataclasses import replace

import numpy as np
import pytest

from features.errors import InputError
from models.explained import explained_sites
from models.explanation import explain, explain_cell, members_explained
from models.settings import ModelSettings


@pytest.fixture(scope="module")
def quick():
    return ModelSettings.model_validate({"explanation": {"members": 3, "grid_points": 7}})


@pytest.fixture(scope="module")
def explained(driver_design, driver_members, quick):
    done = {}

    def of(learner):
        if learner not in done:
            design, preparation = driver_design
            done[learner] = explain(driver_members(learner), preparation, design, quick)
        return done[learner]

    return of


@pytest.mark.parametrize("learner", ["rf", "xgb", "brt", "svm"])
def test_shap_puts_the_driver_first_and_noise_last(explained, learner):
    table = explained(learner).importance
    shap = table[table["method"] == "shap"]
    assert shap["variable"].iloc[0] == "nitrogen"
    assert shap["variable"].iloc[-1] == "noise"


@pytest.mark.parametrize("learner", ["rf", "svm"])
def test_shares_sum_to_100_in_each_method(explained, learner):
    result = explained(learner)
    methods = {"shap", "permutation"} | ({"gain"} if learner == "rf" else set())
    for table in (result.importance, result.group_importance):
        shares = table.groupby("method")["share_pct"].sum()
        assert set(shares.index) == methods
        assert shares.to_numpy() == pytest.approx(100)


def test_a_category_is_explained_as_one_variable(explained):
    sites = explained("xgb").shap_sites
    assert list(dict.fromkeys(sites["variable"])) == ["nitrogen", "aridity", "vegetation", "noise"]
    vegetation = sites[sites["variable"] == "vegetation"]
    effect = vegetation.groupby("value")["shap_mean"].mean()
    assert effect[2.0] > effect[1.0]  # wetland holds one more unit
    assert effect[2.0] > effect[3.0]


@pytest.mark.parametrize("learner", ["xgb", "svm"])
def test_site_values_add_up_to_the_mean_prediction(
    explained, driver_design, driver_members, learner
):
    design, preparation = driver_design
    result = explained(learner)
    encoded = preparation.encode(design.covariates)
    members = driver_members(learner)[: result.n_members]
    mean = np.mean([member.model.predict(encoded) for member in members], axis=0)
    total = result.shap_sites.groupby("id")["shap_mean"].sum() + result.base
    np.testing.assert_allclose(total.loc[design.ids], mean, atol=1e-4)


def test_the_curve_of_the_driver_rises(explained):
    table = explained("xgb").partial_dependence
    curve = table[table["variable"] == "nitrogen"]["mean"].to_numpy()
    assert curve[-1] - curve[0] > 4


def test_a_support_vector_machine_is_explained_by_the_stated_number_of_members(explained):
    result = explained("svm")
    shap = result.importance[result.importance["method"] == "shap"]
    assert result.n_members == 3
    assert (shap["n_members"] == 3).all()


def test_too_many_trees_are_explained_by_the_stated_number_of_members(driver_members, quick):
    models = [member.model for member in driver_members("rf")]
    assert members_explained(models, 120, quick) == 6
    assert members_explained(models, 10**6, quick) == 3


@pytest.mark.parametrize("learner", ["rf", "svm"])
def test_one_cell_is_explained_without_remainder(driver_design, driver_members, quick, learner):
    design, preparation = driver_design
    cell = np.array([2.0, 0.1, 2.0, 0.0])
    members = driver_members(learner)
    result = explain_cell(members, preparation, design, cell, quick)
    predicted = [m.model.predict(preparation.encode(cell[None]))[0] for m in members]
    assert result.prediction == pytest.approx(np.mean(predicted[: result.n_members]), abs=1e-4)
    assert result.base + result.table["shap_mean"].sum() == pytest.approx(result.prediction)
    assert result.table["variable"].iloc[0] == "nitrogen"
    label = result.table.set_index("variable")["label"]
    assert (label["vegetation"], label["nitrogen"]) == ("wetland", "")


def test_a_cell_that_cannot_be_predicted_says_why(driver_design, driver_members, quick):
    design, preparation = driver_design
    cell = np.array([np.nan, 0.0, 9.0, 0.0])
    with pytest.raises(InputError) as error:
        explain_cell(driver_members("rf"), preparation, design, cell, quick)
    nitrogen, vegetation = error.value.problems
    assert (nitrogen.where, nitrogen.what) == ("covariate nitrogen", "has no value here")
    assert vegetation.what == "class 9 has no training sites"


def test_of_many_sites_a_random_choice_is_explained(driver_design):
    design, preparation = driver_design
    many = design.take(np.tile(np.arange(design.n_sites), 9))
    sites = explained_sites(many, preparation, limit=200, seed=0)
    assert len(sites.ids) == 200
    np.testing.assert_array_equal(sites.target, many.target[sites.rows])
    np.testing.assert_array_equal(sites.encoded, preparation.encode(many.covariates[sites.rows]))


def test_sites_that_cannot_be_predicted_are_not_explained(driver_design):
    design, preparation = driver_design
    covariates = design.covariates.copy()
    covariates[5, 2] = 9.0  # a class that no site trained with
    sites = explained_sites(replace(design, covariates=covariates), preparation, 500, seed=0)
    assert design.ids[5] not in sites.ids
    assert len(sites.ids) == design.n_sites - 1
    assert not np.isnan(sites.encoded).any()
