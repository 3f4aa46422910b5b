"""What columns lend to sites and cells: factors, and relative spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.column_ensemble import ColumnMember
from models.erosion_carbon.depth_stock import stock_between
from models.erosion_carbon.ensemble_spread import (
    SPREAD_QUANTITIES,
    ensemble_at_sites,
    member_stocks,
    relative_spread,
    weighted_factor,
)
from models.erosion_carbon.physics_features import PHYSICS_FEATURES
from models.erosion_carbon.soil_layers import N_LAYERS

DEPTHS = [(0.0, 10.0), (0.0, 30.0)]
COLUMN = np.array([1, 0, 1])
"""Of three sites."""
SIMULATED = np.array([[2.0, 6.0], [3.0, 5.0], [4.0, 9.0]])
DEFAULT = ColumnMember(np.random.default_rng(0).uniform(1.0, 2.0, (2, N_LAYERS)), {})


def scaled(factor):
    return ColumnMember(factor * DEFAULT.soil_kg_m2, {})


def test_the_default_member_gives_the_landscapes_own_stocks():
    found = ensemble_at_sites(SIMULATED, DEFAULT, [DEFAULT], COLUMN, DEPTHS)
    np.testing.assert_array_equal(found[0], SIMULATED)


def test_a_member_lends_its_factor():
    found = ensemble_at_sites(SIMULATED, DEFAULT, [scaled(1.5)], COLUMN, DEPTHS)
    np.testing.assert_allclose(found[0], 1.5 * SIMULATED)


def test_a_column_without_carbon_lends_nothing():
    empty = ColumnMember(np.zeros((2, N_LAYERS)), {})
    found = ensemble_at_sites(SIMULATED, empty, [DEFAULT], COLUMN, DEPTHS)
    np.testing.assert_array_equal(found[0], SIMULATED)


def test_the_factor_of_a_map_is_that_of_the_sites():
    members, weights = [scaled(0.5), scaled(2.0)], np.array([0.25, 0.75])
    at_sites = ensemble_at_sites(SIMULATED, DEFAULT, members, COLUMN, DEPTHS[:1])
    factor = weighted_factor(DEFAULT, members, weights, DEPTHS[0])[COLUMN]
    expected = np.tensordot(weights, at_sites[..., 0], axes=1)
    np.testing.assert_allclose(SIMULATED[:, 0] * factor, expected)


def test_spread_of_equal_members_is_zero():
    np.testing.assert_array_equal(relative_spread(np.tile([3.0, 0.0], (4, 1))), 0.0)


def test_spread_is_the_sd_over_the_mean():
    assert relative_spread(np.array([[1.0], [4.0]]))[0] == pytest.approx(1.5 / 2.5)


def test_spread_is_mapped_of_features():
    assert set(SPREAD_QUANTITIES) <= set(PHYSICS_FEATURES)


@given(st.floats(0.0, 400.0), st.floats(0.0, 400.0))
def test_stocks_of_adjoining_depths_add_up(first, second):
    middle, bottom = sorted((first, second))
    by_layer = DEFAULT.soil_kg_m2[0]
    parts = stock_between(by_layer, 0, middle) + stock_between(by_layer, middle, bottom)
    assert parts == pytest.approx(stock_between(by_layer, 0, bottom), abs=1e-9)


def test_the_whole_column_holds_all():
    assert stock_between(DEFAULT.soil_kg_m2[0], 0, 400) == pytest.approx(
        DEFAULT.soil_kg_m2[0].sum()
    )


def test_member_stocks_are_by_depth():
    stocks = member_stocks(DEFAULT, DEPTHS)
    np.testing.assert_allclose(stocks[:, 0], DEFAULT.soil_kg_m2[:, :2].sum(axis=1))
