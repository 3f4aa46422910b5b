"""The scale of errors and its quantiles: known variances, exact ranks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calibration import Calibration, calibrate_depth, residual_variance, tail_quantiles

N = 40_000


def test_constant_and_growing_variance_are_told_apart():
    rng = np.random.default_rng(0)
    mean = rng.uniform(1, 10, N)
    nothing = np.zeros(N)
    constant = residual_variance(rng.normal(0, 1.5, N) ** 2, mean, nothing)
    growing = residual_variance(rng.normal(0, 0.3 * mean) ** 2, mean, nothing)
    both = residual_variance(rng.normal(0, np.hypot(1, 0.3 * mean)) ** 2, mean, nothing)
    np.testing.assert_allclose(constant, [1.5**2, 0], rtol=0.03, atol=0.004)
    np.testing.assert_allclose(growing, [0, 0.09], rtol=0.03, atol=0.03)
    np.testing.assert_allclose(both, [1, 0.09], rtol=0.1)


def test_the_members_own_variance_is_not_counted_twice():
    rng = np.random.default_rng(1)
    sd = rng.uniform(0.2, 1, N)
    error = rng.normal(0, np.hypot(sd, 1))
    c0_squared, c1_squared = residual_variance(error**2, np.full(N, 5.0), sd**2)
    assert c0_squared + 25 * c1_squared == pytest.approx(1, rel=0.03)


def test_members_that_spread_more_than_they_err_leave_no_residual():
    rng = np.random.default_rng(2)
    c0_squared, c1_squared = residual_variance(rng.normal(0, 0.1, N) ** 2, np.ones(N), np.ones(N))
    assert c0_squared < 1e-6
    assert c1_squared == 0


def test_perfect_predictions_give_a_width_of_nothing_not_an_error():
    mean = np.linspace(1, 9, 50)
    found = calibrate_depth(mean, np.zeros(50), np.full(50, 30), mean, 0.9, 100)
    assert found.lower == found.upper == 0


def test_scale_does_not_depend_on_the_unit():
    rng = np.random.default_rng(3)
    mean, sd = rng.uniform(1, 9, 300), rng.uniform(0.1, 0.5, 300)
    observed = mean + rng.normal(0, 0.4 * mean)
    count = np.full(300, 37)
    kg = calibrate_depth(mean, sd, count, observed, 0.9, 100)
    g = calibrate_depth(1000 * mean, 1000 * sd, count, 1000 * observed, 0.9, 100)
    assert [g.lower, g.upper, g.c1] == pytest.approx([kg.lower, kg.upper, kg.c1], rel=1e-3)
    assert g.c0 == pytest.approx(1000 * kg.c0, rel=1e-3, abs=1)


@pytest.mark.parametrize(("n", "rank"), [(19, 1), (39, 2), (99, 5), (147, 7), (199, 10)])
def test_ninety_per_cent_leaves_out_these_ranks(n, rank):
    lower, upper, enough = tail_quantiles(np.arange(1.0, n + 1), 0.9)
    assert (lower, upper, enough) == (rank, n + 1 - rank, True)


def test_too_few_sites_give_the_extremes_and_say_so():
    assert tail_quantiles(np.arange(1.0, 19), 0.9) == (1, 18, False)


@given(st.integers(1, 400), st.floats(0.5, 0.99))
def test_next_value_falls_inside_with_at_least_the_level(n, level):
    """Of n + 1 exchangeable values the last is equally likely to take each rank."""
    lower, upper, enough = tail_quantiles(np.arange(1.0, n + 1), level)
    gaps_inside = upper - lower
    if enough:
        assert gaps_inside / (n + 1) >= level - 1e-6
        assert gaps_inside / (n + 1) < level + 2 / (n + 1) + 1e-6


def test_without_sites_there_is_no_interval():
    found = calibrate_depth(*(np.full(3, np.nan),) * 2, np.zeros(3, int), np.ones(3), 0.9, 30)
    assert np.isnan(found.upper)
    assert not found.enough
    assert found.n_sites == 0


def test_survives_json():
    found = Calibration(np.nan, 1.5, 0.9, 0.1, 0.2, 147, 100, True)
    saved = found.to_dict()
    assert saved["lower"] is None
    again = Calibration.from_dict(saved)
    assert np.isnan(again.lower)
    assert again.to_dict() == saved
