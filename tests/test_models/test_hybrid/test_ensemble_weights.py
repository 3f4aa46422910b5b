"""Weights of ensemble members: Beven & Binley's likelihood, its sharpness chosen by folds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hybrid.ensemble_weights import (
    SHARPNESS,
    choose_sharpness,
    glue_weights,
    weighted_stock,
)


def stocks(n=60, m=50, spread=0.5, seed=0):
    """Targets, and members that are the target times a factor of their own."""
    rng = np.random.default_rng(seed)
    targets = rng.gamma(8, 0.6, size=(n, 2)) * (1, 2.3)
    factor = np.exp(spread * rng.normal(size=m))
    return targets, targets * factor[:, None, None], factor


def test_weights_are_the_error_variance_to_the_power_of_minus_n():
    targets = np.array([[1.0], [2.0]])
    ensemble = np.array([[[2.0], [3.0]], [[3.0], [4.0]]])  # variances 1 and 4
    np.testing.assert_allclose(glue_weights(ensemble, targets, 2.0), [16 / 17, 1 / 17])


def test_depths_count_once_together_and_whatever_their_scale():
    targets, ensemble, _ = stocks()
    twice = glue_weights(np.tile(ensemble, 2), np.tile(targets, 2), 4.0)
    scaled = glue_weights(ensemble * (1, 100), targets * (1, 100), 4.0)
    once = glue_weights(ensemble, targets, 4.0)
    np.testing.assert_allclose(twice, once, rtol=1e-9)
    np.testing.assert_allclose(scaled, once, rtol=1e-9)


def test_a_depth_that_no_site_reaches_does_not_count():
    targets, ensemble, _ = stocks()
    unreached = targets.copy()
    unreached[:, 1] = np.nan
    expected = glue_weights(ensemble[:, :, :1], targets[:, :1], 4.0)
    np.testing.assert_allclose(glue_weights(ensemble, unreached, 4.0), expected)


@given(sharpness=st.sampled_from(SHARPNESS), seed=st.integers(0, 50))
def test_weights_are_shares_and_follow_the_fit(sharpness, seed):
    targets, ensemble, factor = stocks(n=12, m=8, seed=seed)
    weights = glue_weights(ensemble, targets, sharpness)
    assert weights.sum() == pytest.approx(1)
    by_fit = weights[np.argsort(np.abs(factor - 1))]
    assert (np.diff(by_fit) <= 1e-12).all()


def test_no_sharpness_is_the_plain_ensemble_mean():
    targets, ensemble, _ = stocks()
    weights = glue_weights(ensemble, targets, 0.0)
    np.testing.assert_allclose(weighted_stock(weights, ensemble), ensemble.mean(axis=0))


def test_a_perfect_member_takes_all_without_a_division_by_zero():
    targets, ensemble, _ = stocks()
    ensemble[3] = targets
    assert glue_weights(ensemble, targets, 2.0)[3] == pytest.approx(1)


def test_members_that_differ_in_bias_are_weighed_sharply():
    targets, ensemble, _ = stocks()
    assert choose_sharpness(ensemble, targets, np.arange(60) % 3) >= 8


def test_members_that_differ_by_chance_alone_are_weighed_evenly():
    rng = np.random.default_rng(0)
    targets = rng.gamma(8, 0.6, size=(60, 1))
    ensemble = targets + rng.normal(size=(50, 60, 1))  # the mean of all is the best
    assert choose_sharpness(ensemble, targets, np.arange(60) % 3) == 0
