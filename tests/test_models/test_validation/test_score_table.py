"""The table of scores, and the choice of a learner."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.validation import (
    best_learner,
    collect,
    depth_score_table,
    fold_tasks,
    run_fold,
    score_table,
)
from pipeline.schemas import TABLES


@pytest.fixture(scope="module")
def predictions():
    """Return a table by hand: a errs by 1, b by 2; under spatial folds a by 3."""
    rows = []
    for scheme, errors in (("random", {"a": 1, "b": 2}), ("spatial", {"a": 3, "b": 2})):
        for learner, error in errors.items():
            for site in range(70):
                observed = float(site % 7)
                predicted = observed + error * (-1) ** site
                limits = (predicted - 1.5, predicted + 1.5)
                values = (site // 14, observed, predicted, *limits)
                rows.append((f"s{site}", 0.0, 0.0, "0_10", learner, scheme, *values))
    return pd.DataFrame(rows, columns=list(TABLES["2-models/cv_predictions.csv"]))


def _one(scores, learner, scheme):
    return scores[(scores["learner"] == learner) & (scores["scheme"] == scheme)].iloc[0]


@pytest.fixture
def scores(predictions, make_design, make_settings):
    return score_table(predictions, make_design(), make_settings(), 1.5e5, n_draws=200)


def test_columns_are_those_of_the_schema(scores):
    assert tuple(scores.columns) == TABLES["2-models/scores.csv"]


def test_known_errors_are_scored(scores):
    row = _one(scores, "a", "random")
    assert row["rmse"] == pytest.approx(1)
    assert row["picp90"] == 1
    assert _one(scores, "b", "random")["picp90"] == 0
    assert row["rmse_lo"] <= row["rmse"] <= row["rmse_hi"]


def test_predictions_that_are_missing_are_counted(predictions, make_design, make_settings):
    holes = predictions.copy()
    holes.loc[[0, 1, 2], "predicted"] = np.nan
    row = _one(score_table(holes, make_design(), make_settings(), 1.5e5, n_draws=50), "a", "random")
    assert (row["n"], row["n_missing"]) == (67, 3)


def test_a_learner_without_any_prediction_has_no_score(predictions, make_design, make_settings):
    holes = predictions[predictions["learner"] == "a"].assign(predicted=np.nan)
    table = score_table(holes, make_design(), make_settings(), 1.5e5, n_draws=50)
    assert table["n"].tolist() == [0, 0]
    assert table["rmse"].isna().all()


def test_coverage_is_given_only_where_every_fold_has_an_interval(
    predictions, make_design, make_settings
):
    partly = predictions.copy()
    chosen_elsewhere = (partly["learner"] == "b") & (partly["fold"] == 2)
    partly.loc[chosen_elsewhere, ["pi_lower", "pi_upper"]] = np.nan
    table = score_table(partly, make_design(), make_settings(), 1.5e5, n_draws=50)
    assert np.isnan(_one(table, "b", "random")["picp90"])
    assert np.isnan(_one(table, "b", "random")["width90"])
    assert _one(table, "a", "random")["picp90"] == 1


def test_measured_bulk_density_alone_halves_the_sites(predictions, make_design, make_settings):
    design = make_design()
    table = score_table(
        predictions, design, make_settings(), 1.5e5, measured_bd_only=True, n_draws=50
    )
    assert set(table["n"]) == {int(design.measured_bd.sum())}


def test_a_fill_below_the_modelled_depth_leaves_the_site_out_there_alone(
    predictions, make_design, make_settings
):
    design = make_design()
    fill_log_sd = np.zeros_like(design.targets)
    fill_log_sd[0, 1] = 0.2  # of a site whose surface was measured
    both = pd.concat([predictions, predictions.assign(depth="0_30")])
    table = score_table(
        both,
        replace(design, fill_log_sd=fill_log_sd),
        make_settings(),
        1.5e5,
        measured_bd_only=True,
        n_draws=50,
    )
    n, counted = int(design.measured_bd.sum()), table.groupby("depth")["n"].unique()
    assert (list(counted["0_10"]), list(counted["0_30"])) == ([n], [n - 1])


def test_the_lowest_random_error_chooses_and_the_other_view_is_told(
    scores, make_design, make_settings
):
    choice = best_learner(scores, make_design(), make_settings())
    assert (choice.name, choice.scheme, choice.rmse) == ("a", "random", pytest.approx(1))
    assert choice.by_scheme == {"random": "a", "spatial": "b"}
    assert "spatial folds would choose b" in choice.statement


def test_spatial_folds_can_be_made_to_choose(scores, make_design, make_settings):
    choice = best_learner(scores, make_design(), make_settings(choose_by="spatial"))
    assert choice.name == "b"


def test_choosing_by_a_scheme_that_was_not_run_is_refused(scores, make_design, make_settings):
    settings = make_settings(schemes=("spatial",))
    spatial = scores[scores["scheme"] == "spatial"]
    with pytest.raises(ValueError, match=r"choose_by is 'random'.*only spatial"):
        best_learner(spatial, make_design(), settings)


def test_the_whole_chain_has_the_columns_of_the_schema(
    make_design, make_settings, without_intervals
):
    design, settings = make_design(), make_settings(learners=("svm",))
    cv = collect(design, settings, [run_fold(task) for task in fold_tasks(design, settings)])
    assert tuple(cv.predictions.columns) == TABLES["2-models/cv_predictions.csv"]
    table = score_table(cv.predictions, design, settings, 1.5e5, n_draws=50)
    assert set(table["scheme"]) == {"random", "spatial", "random_study"}
    assert set(table["depth"]) == {"0_10", "0_30", "0_50"}
    deep = depth_score_table(cv, design)
    assert tuple(deep.columns) == TABLES["2-models/depth_scores.csv"]
    assert set(deep["method"]) == {"line", "ratio"}
    own = deep[(deep["learner"] == "observed_surface") & (deep["method"] == "line")]
    assert (own["rmse"] < 1e-9).all()  # the virtual lines have no scatter
