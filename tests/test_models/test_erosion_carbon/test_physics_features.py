"""Features of learning: finite, capped, and no more than what drives the simulator."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.physics_features import (
    DEEPEST_THAW_M,
    PHYSICS_FEATURES,
    feature_values,
)


@given(st.floats(0, 30.4))
def test_thaw_is_given_down_to_the_depth_of_the_soil(depth_m):
    (value,) = feature_values("thaw_depth", np.array([depth_m]))
    assert value == np.float32(min(depth_m, DEEPEST_THAW_M))


@pytest.mark.parametrize("name", PHYSICS_FEATURES)
def test_what_was_not_simulated_stays_missing(name):
    assert np.isnan(feature_values(name, np.array([np.nan])))[0]


@pytest.mark.parametrize("name", [name for name in PHYSICS_FEATURES if name != "thaw_depth"])
def test_other_quantities_are_left_alone(name):
    values = np.array([-3.0, 0.0, 400.0])
    np.testing.assert_array_equal(feature_values(name, values), values.astype(np.float32))
