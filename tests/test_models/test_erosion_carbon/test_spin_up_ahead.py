"""Looks ahead in a spin-up: exact where a change shrinks by a factor, silent where it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.soil_heat.grid import N_NODES, NODE_MIDDLE_M
from models.erosion_carbon.spin_up_ahead import (
    AHEAD_BELOW_NODE,
    SLOWEST_DECAY,
    deep_at_rest,
    where_bound,
)

NUMBER = st.floats(-10.0, 10.0)


@given(limit=NUMBER, away=st.floats(0.1, 5.0), decay=st.floats(0.05, SLOWEST_DECAY))
def test_a_geometric_approach_is_followed_to_its_end(limit, away, decay):
    before, between, now = (np.array([limit + away * decay**year]) for year in (0, 1, 2))
    assert where_bound(before, between, now)[0] == pytest.approx(limit, abs=1e-9)


@pytest.mark.parametrize(
    "years",
    [(1.0, 1.0, 1.0), (0.0, 1.0, 3.0), (0.0, 1.0, 0.5), (0.0, 0.0, 1.0)],
    ids=["at rest", "growing", "to and fro", "just begun"],
)
def test_what_shows_no_approach_stays(years):
    assert where_bound(*(np.array([value]) for value in years))[0] == years[-1]


@given(first=NUMBER, second=NUMBER, third=NUMBER)
def test_no_look_reaches_beyond_twenty_years_of_the_last_change(first, second, third):
    ahead = where_bound(*(np.array([value]) for value in (first, second, third)))[0] - third
    assert abs(ahead) <= abs(third - second) * SLOWEST_DECAY / (1.0 - SLOWEST_DECAY) + 1e-9


def test_annual_means_of_deep_ground_come_to_lie_on_the_gradient():
    rng = np.random.default_rng(0)
    season = rng.normal(size=(3, N_NODES))
    mean_c = rng.normal(size=(3, N_NODES))
    shifted = deep_at_rest(mean_c + season, mean_c, 0.02)
    mean_then = shifted - season
    below_m = NODE_MIDDLE_M[AHEAD_BELOW_NODE:] - NODE_MIDDLE_M[AHEAD_BELOW_NODE]
    expected = mean_c[:, AHEAD_BELOW_NODE, None] + 0.02 * below_m
    np.testing.assert_allclose(mean_then[:, AHEAD_BELOW_NODE:], expected, atol=1e-12)
    np.testing.assert_array_equal(
        shifted[:, :AHEAD_BELOW_NODE], (mean_c + season)[:, :AHEAD_BELOW_NODE]
    )
