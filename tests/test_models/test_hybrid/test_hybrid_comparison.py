"""The comparison table: same sites for all, seeds are repetitions, one sentence at the end."""

import numpy as np
import pandas as pd
import pytest

from models.hybrid import (
    APPROACHES,
    comparison_columns,
    comparison_table,
    held_out_predictions,
    hybrid_tasks,
    run_hybrid_fold,
    verdict,
    weight_table,
)

BLOCK_M = 1e5
SD = dict(zip(APPROACHES, (1.0, 1.0, 2.0, 1.5, 0.7, 0.8), strict=True))


def table_of_errors(design, n_seeds=2, seed=0):
    """Held-out predictions of both schemes with errors of a known SD for each approach."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=design.n_sites)
    parts = []
    for scheme in ("random", "spatial"):
        for approach in APPROACHES:
            error = SD[approach] * (0.8 * common + 0.6 * rng.normal(size=design.n_sites))
            for number in range(n_seeds):
                part = {
                    "approach": approach,
                    "scheme": scheme,
                    "seed": number,
                    "fold": np.arange(design.n_sites) % 5,
                    "id": design.ids,
                    "depth": "0_10",
                    "observed": design.target,
                    "predicted": design.target + error,
                }
                parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def design(make_evidence):
    return make_evidence(n=150).design


def row(table, approach, scheme="random"):
    return table[(table["approach"] == approach) & (table["scheme"] == scheme)].iloc[0]


def test_long_table_has_a_row_for_each_observed_held_out_site(ridge, make_evidence, make_settings):
    evidence = make_evidence()
    tasks = hybrid_tasks(evidence, make_settings(), ridge, BLOCK_M, 2)
    results = [run_hybrid_fold(task) for task in tasks]
    predictions = held_out_predictions(evidence.design, results[::-1])
    observed = np.isfinite(evidence.design.targets).sum()
    assert len(predictions) == len(APPROACHES) * 2 * 2 * observed
    keys = ["approach", "scheme", "seed", "depth", "id"]
    assert not predictions.duplicated(keys).any()
    assert predictions[["observed", "predicted"]].notna().all(axis=None)
    table = comparison_table(predictions, evidence.design, BLOCK_M, seed=1)
    assert tuple(table.columns) == comparison_columns()
    assert len(table) == len(APPROACHES) * 2 * 2
    weights = weight_table(results)
    sums = weights.groupby(["scheme", "seed", "fold"])["weight"].sum()
    np.testing.assert_allclose(sums, 1)
    assert weights["effective_members"].between(1, 50 + 1e-9).all()


def test_differences_are_those_of_the_scores(design):
    table = comparison_table(table_of_errors(design), design, BLOCK_M, seed=1)
    for name, reference in (("d_rmse", "ml"), ("d_rmse_inputs", "ml_inputs")):
        base = row(table, reference)
        assert np.isnan(base[name])
        for approach in set(APPROACHES) - {reference}:
            one = row(table, approach)
            assert one[name] == pytest.approx(one["rmse"] - base["rmse"], abs=1e-12)
            assert one[f"{name}_lo"] <= one[name] <= one[f"{name}_hi"]


def test_limits_surround_the_scores(design):
    table = comparison_table(table_of_errors(design), design, BLOCK_M, seed=1)
    for name in ("rmse", "mae", "bias", "mec", "ccc"):
        assert (table[f"{name}_lo"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_hi"]).all()


def test_more_fold_seeds_do_not_narrow_the_limits(design):
    """Seeds are repetitions on the same sites: with equal errors nothing at all may change."""
    few = comparison_table(table_of_errors(design, n_seeds=1), design, BLOCK_M, seed=1)
    many = comparison_table(table_of_errors(design, n_seeds=20), design, BLOCK_M, seed=1)
    numbers = [name for name in comparison_columns() if name not in ("approach", "depth", "scheme")]
    np.testing.assert_allclose(few[numbers], many[numbers], rtol=1e-9, atol=1e-12)


def test_spatial_folds_draw_blocks_and_random_folds_sites(design):
    table = comparison_table(table_of_errors(design), design, BLOCK_M, seed=1)
    assert (table.loc[table["scheme"] == "random", "n_units"] == 150).all()
    assert (table.loc[table["scheme"] == "spatial", "n_units"] <= 36).all()


def test_a_site_that_one_approach_misses_counts_for_none(design):
    predictions = table_of_errors(design)
    missed = (predictions["approach"] == "ml_physics") & (predictions["id"] == "s3")
    predictions.loc[missed & (predictions["seed"] == 1), "predicted"] = np.nan
    table = comparison_table(predictions, design, BLOCK_M, seed=1)
    assert (table["n"] == 149).all()
    assert (table["n_missing"] == 1).all()
    without = predictions[predictions["id"] != "s3"]
    expected = comparison_table(without, design, BLOCK_M, seed=1)
    np.testing.assert_allclose(table["rmse"], expected["rmse"], rtol=1e-12)


def test_the_order_of_rows_does_not_matter(design):
    predictions = table_of_errors(design)
    table = comparison_table(predictions, design, BLOCK_M, seed=1)
    shuffled = predictions.sample(frac=1, random_state=1)
    again = comparison_table(shuffled, design, BLOCK_M, seed=1)
    keys = ["approach", "depth", "scheme"]
    pd.testing.assert_frame_equal(
        table.sort_values(keys, ignore_index=True), again.sort_values(keys, ignore_index=True)
    )


def finding(low, change, high):
    return pd.DataFrame(
        {
            "approach": ["ml_physics", "ml_physics", "ml_physics"],
            "depth": ["0_10", "0_10", "0_30"],
            "scheme": ["random", "spatial", "random"],
            "d_rmse_inputs": [change, change, -9.0],
            "d_rmse_inputs_lo": [low, low, -9.5],
            "d_rmse_inputs_hi": [high, high, -8.5],
        }
    )


def test_a_gain_is_claimed_where_the_interval_lies_below_zero():
    said = verdict(finding(-0.21, -0.12, -0.034))
    gain = "physics features lower RMSE by 0.12 kg m-2 (95 % CI 0.034 to 0.21)"
    assert said.count(gain) == 2
    assert f"under random folds {gain}; under spatial folds {gain}." in said
    assert said.startswith("At 0–10 cm, against machine learning given the simulator’s raw inputs")


@pytest.mark.parametrize("high", [0.0, 0.01])
def test_no_gain_is_claimed_where_the_interval_touches_zero(high):
    said = verdict(finding(-0.2, -0.1, high))
    assert said.count("no detectable gain from physics (RMSE changes by −0.1 kg m-2") == 2
    assert "lower" not in said


def test_a_loss_is_called_a_loss():
    assert verdict(finding(0.01, 0.1, 0.2)).count("physics features raise RMSE by 0.1 kg m-2") == 2


def test_a_limit_next_to_zero_does_not_read_as_zero():
    assert "95 % CI 0.000037 to 0.14" in verdict(finding(-0.14, -0.07, -3.7e-5))


def test_a_change_far_within_its_limits_shows_no_digits_beyond_them():
    said = verdict(finding(-0.0062, -8.4e-6, 0.0063))
    assert "RMSE changes by 0 kg m-2, 95 % CI −0.0062 to +0.0063" in said


def test_without_limits_nothing_is_said_about_physics():
    assert verdict(finding(np.nan, -0.1, np.nan)).count("too few sites tell whether") == 2


def test_two_approaches_differ_as_they_do_among_all(design):
    predictions = table_of_errors(design)
    two = predictions[predictions["approach"].isin(["ml_inputs", "ml_physics"])]
    found = row(comparison_table(two, design, BLOCK_M, 1), "ml_physics")
    among_all = row(comparison_table(predictions, design, BLOCK_M, 1), "ml_physics")
    limits = ["d_rmse_inputs", "d_rmse_inputs_lo", "d_rmse_inputs_hi"]
    np.testing.assert_allclose(
        found[limits].astype(float), among_all[limits].astype(float), rtol=1e-12
    )


def test_approaches_that_are_not_wanted_are_not_learned(ridge, make_evidence, make_settings):
    wanted = ("ml_inputs", "simulator")
    task = hybrid_tasks(make_evidence(), make_settings(), ridge, BLOCK_M, 1, wanted)[0]
    result = run_hybrid_fold(task)
    assert tuple(result.predicted) == wanted
    assert list(result.params) == ["ml_inputs"]
