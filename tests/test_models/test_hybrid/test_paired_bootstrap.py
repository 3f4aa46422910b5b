"""Limits of differences hold their level, for sites and for blocks.

Of 300 trials at 5 %, 2 to 8 % are within 2.4 standard errors.
"""

import numpy as np
import pytest

from models.hybrid.paired_bootstrap import drawn_rmse, expanded_level, limits, with_training


def false_gains(units_of, block_sd, trials=300, seed=0):
    """Share of trials in which either of two equally good approaches is called better."""
    rng = np.random.default_rng(seed)
    called = 0
    for _ in range(trials):
        units = units_of(rng)
        n_units = units.max() + 1
        common, *own = rng.standard_normal((3, len(units)))
        shared, *apart = block_sd * rng.standard_normal((3, n_units))[:, units]
        errors = np.stack(
            [common + shared + 0.4 * (a + b) for a, b in zip(own, apart, strict=True)]
        )
        draws = drawn_rmse(np.square(errors), units, seed=1, n_draws=400)
        low, high = limits(draws[:, 0] - draws[:, 1], len(np.unique(units)))
        called += low > 0 or high < 0
    return called / trials


def test_equally_good_approaches_are_told_apart_in_five_percent_of_trials_with_sites():
    assert 0.02 <= false_gains(lambda rng: np.arange(100), 0.0) <= 0.08


def test_equally_good_approaches_are_told_apart_in_five_percent_of_trials_with_blocks():
    sizes = np.repeat(np.arange(24), np.arange(24) % 8 + 2)
    assert 0.02 <= false_gains(lambda rng: sizes, 0.8) <= 0.08


def test_blocks_drawn_as_sites_would_claim_too_much():
    """The test above can fail: errors that are alike within blocks are not as many as sites."""
    sizes = np.repeat(np.arange(24), np.arange(24) % 8 + 2)
    rng = np.random.default_rng(0)
    shared = rng.standard_normal((2, 24))[:, sizes]
    squared = np.square(shared)
    by_site = drawn_rmse(squared, np.arange(len(sizes)), seed=1)
    by_block = drawn_rmse(squared, sizes, seed=1)
    spread = [np.std(draws[:, 0] - draws[:, 1]) for draws in (by_site, by_block)]
    assert spread[1] > 1.5 * spread[0]


def test_the_pair_is_drawn_together():
    """A constant factor between two errors leaves a difference that hardly varies."""
    squared = np.square(np.random.default_rng(0).normal(size=200))
    draws = drawn_rmse(np.stack([squared, 1.01**2 * squared]), np.arange(200), seed=1)
    np.testing.assert_allclose(draws[:, 1], 1.01 * draws[:, 0], rtol=1e-12)


def test_the_mean_of_the_draws_is_the_mean_of_the_sites():
    squared = np.square(np.random.default_rng(0).normal(size=(1, 500)))
    draws = drawn_rmse(squared, np.arange(500), seed=1)
    assert np.square(draws).mean() == pytest.approx(squared.mean(), rel=0.01)


def test_few_units_widen_the_level_as_students_t_and_the_sample_variance_ask():
    # Phi(sqrt(20/19) * t(0.975, 19)), t = 2.093
    assert expanded_level(20) == pytest.approx(0.96823, abs=1e-4)
    assert expanded_level(10_000) == pytest.approx(0.95, abs=1e-4)


def test_one_unit_tells_nothing():
    draws = drawn_rmse(np.ones((1, 5)), np.zeros(5, dtype=int), seed=1)
    assert np.isnan(limits(draws[:, 0], 1)).all()


def held_out_errors(features, target, n_folds):
    """Errors in cross-validation of least squares on what correlates in training, shape (n,)."""
    error = np.empty(len(target))
    for fold in range(n_folds):
        test = np.arange(len(target)) % n_folds == fold
        correlation = np.corrcoef(features[~test].T, target[~test])[-1, :-1]
        significant = np.abs(correlation) > 1.96 / np.sqrt(np.sum(~test))
        X = np.column_stack([np.ones(len(target)), features[:, significant]])
        slopes = np.linalg.lstsq(X[~test], target[~test])[0]
        error[test] = X[test] @ slopes - target[test]
    return error


def test_features_kept_by_chance_are_not_mistaken_for_a_better_approach():
    """Two approaches, each screening noise of its own, are equally good on the whole."""
    rng = np.random.default_rng(0)
    plainly, honestly, trials, n, n_folds = 0, 0, 150, 60, 10
    for _ in range(trials):
        target = rng.normal(size=n)
        errors = [held_out_errors(rng.normal(size=(n, 20)), target, n_folds) for _ in range(2)]
        draws = drawn_rmse(np.square(errors), np.arange(n), seed=1, n_draws=300)
        first, second = np.sqrt(np.mean(np.square(errors), axis=1))
        between = limits(draws[:, 0] - draws[:, 1], n)
        low, high = with_training(first - second, between, n_folds)
        plainly += between[0] > 0 or between[1] < 0
        honestly += low > 0 or high < 0
    assert plainly / trials > 0.10
    assert honestly / trials <= 0.06


def test_the_part_of_training_is_that_of_nadeau_and_bengio():
    # 1/10 + 1/9 over 1/10 is 19/9
    low, high = with_training(-0.1, (-0.2, 0.05), 10)
    assert low == pytest.approx(-0.1 - 0.1 * np.sqrt(19 / 9))
    assert high == pytest.approx(-0.1 + 0.15 * np.sqrt(19 / 9))
