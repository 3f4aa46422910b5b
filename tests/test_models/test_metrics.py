"""Scores against hand-worked values; limits that cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models import metrics

O = np.array([1.0, 2, 3, 4])  # noqa: E741
P = np.array([2.0, 2, 3, 5])
SERIES = arrays(np.float64, 12, elements=st.floats(-50, 50))


@pytest.mark.parametrize(
    ("score", "value"),
    [
        # by hand: Ō 2.5, P̄ 3; errors 1 0 0 1; Σ(O-Ō)² = 5, Σ(P-P̄)² = 6, Σ(O-Ō)(P-P̄) = 5
        (metrics.rmse, np.sqrt(2 / 4)),
        (metrics.mae, 0.5),
        (metrics.bias, 0.5),
        (metrics.mec, 1 - 2 / 5),
        (metrics.r2_corr, 25 / 30),
        (metrics.r2_explained, (0.25 + 0.25 + 0.25 + 6.25) / 5),
        (metrics.ccc, 2 * 5 / (5 + 6 + 4 * 0.25)),
    ],
)
def test_hand_worked_scores(score, value):
    assert score(O, P) == pytest.approx(value, rel=1e-12)


def test_hand_worked_interval_scores():
    lower, upper = np.array([0.0, 2, 4, 4]), np.array([1.0, 3, 5, 8])
    assert metrics.picp(O, lower, upper) == 0.75
    assert metrics.width(lower, upper) == pytest.approx(7 / 4)


def test_over_dispersed_predictions_fool_the_studys_score_alone():
    wild = 2.5 + 3 * (P - 3)
    assert metrics.r2_explained(O, wild) > metrics.r2_explained(O, P)
    assert metrics.mec(O, wild) < metrics.mec(O, P)


def test_perfect_predictions():
    scores = metrics.score_all(O, O)
    assert scores["mec"] == scores["ccc"] == scores["r2_corr"] == scores["r2_explained"] == 1
    assert scores["rmse"] == scores["mae"] == scores["bias"] == 0


@given(o=SERIES, p=SERIES)
def test_scores_from_sums_equal_the_plain_formulas(o, p):
    if min(o.std(), p.std()) < 1e-3:
        return
    scores = metrics.score_all(o, p)
    for name in ("rmse", "mae", "bias", "mec", "r2_corr", "r2_explained", "ccc"):
        expected = getattr(metrics, name)(o, p)
        assert scores[name] == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_constant_has_no_efficiency_and_no_correlation():
    scores = metrics.score_all(np.ones(4), P)
    assert np.isnan([scores["mec"], scores["r2_corr"], metrics.mec(np.ones(4), P)]).all()


def test_rows_without_an_interval_do_not_count_in_coverage():
    lower, upper = np.array([0.0, np.nan, 4, np.nan]), np.array([2.0, np.nan, 5, np.nan])
    scores = metrics.score_all(O, P, lower, upper)
    assert scores["picp90"] == 0.5
    assert scores["width90"] == 1.5


def test_limits_cover_the_true_rmse_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    hits = 0
    for k in range(300):
        o = rng.normal(size=60)
        low, high = metrics.bootstrap_ci(o, o + rng.normal(size=60), n_draws=300, seed=k)["rmse"]
        hits += low <= 1 <= high
    assert 0.88 < hits / 300 < 0.98  # percentile limits fall a little short at n = 60


def test_errors_shared_within_blocks_widen_limits_by_block():
    rng = np.random.default_rng(1)
    blocks = np.repeat(np.arange(15), 10)
    o = rng.normal(size=150)
    p = o + rng.normal(size=15)[blocks]
    by_site = metrics.bootstrap_ci(o, p, seed=0)["bias"]
    by_block = metrics.bootstrap_ci(o, p, blocks=blocks, seed=0)["bias"]
    assert np.ptp(by_block) > 2 * np.ptp(by_site)


def test_limits_are_repeatable_and_do_not_depend_on_how_draws_are_split(monkeypatch):
    rng = np.random.default_rng(2)
    o, p = rng.normal(size=(2, 40))
    whole = metrics.bootstrap_ci(o, p, n_draws=100, seed=4)
    monkeypatch.setattr(metrics, "DRAWS_AT_ONCE", 400)
    assert metrics.bootstrap_ci(o, p, n_draws=100, seed=4)["ccc"] == whole["ccc"]


def test_without_intervals_their_scores_and_limits_are_missing():
    assert np.isnan(metrics.score_all(O, P)["picp90"])
    assert np.isnan(metrics.bootstrap_ci(O, P, n_draws=50, seed=0)["width90"]).all()


def test_a_row_of_the_table_has_each_score_and_its_limits():
    row = metrics.flatten(metrics.score_all(O, P), metrics.bootstrap_ci(O, P, n_draws=50, seed=0))
    assert list(row)[:4] == ["rmse", "rmse_lo", "rmse_hi", "mae"]
    assert len(row) == 3 * len(metrics.SCORE_NAMES)
