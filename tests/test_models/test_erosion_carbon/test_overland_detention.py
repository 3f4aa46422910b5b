"""Water in surface depressions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.hydrology.kernel_detention import (
    inundated_fraction,
    mobile_depth,
    random_roughness_retention,
)


@settings(deadline=None)
@given(st.floats(0.02, 0.06), st.floats(0.3, 0.6), st.floats(0.05, 0.95))
def test_inundated_fraction_is_the_slope_of_huggins_and_monke_storage(
    height: float, roughness: float, level: float
) -> None:
    def stored(relative_level: float) -> float:
        return height * roughness * relative_level ** (1.0 / roughness)

    step = 1e-4 * level
    slope = (stored(level + step) - stored(level - step)) / (2 * step * height)
    full = stored(1.0)
    assert inundated_fraction(stored(level), full, roughness) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(("slope", "expected_m"), [(0.0, 0.00143), (0.05, 0.00083), (0.5, 0.0)])
def test_random_roughness_of_1_cm_stores_less_on_steeper_slopes(
    slope: float, expected_m: float
) -> None:
    assert random_roughness_retention(0.01, slope) == pytest.approx(expected_m, abs=1e-12)


def test_relief_of_unknown_shape_is_covered_by_any_water() -> None:
    assert inundated_fraction(1e-6, 0.01, 1.0) == 1.0


def test_dry_ground_is_not_inundated() -> None:
    assert inundated_fraction(0.0, 0.01, 0.4) == 0.0


@settings(deadline=None)
@given(st.floats(0.0, 0.1), st.floats(0.0, 0.1))
def test_only_water_above_retention_flows(depth: float, retention: float) -> None:
    mobile = mobile_depth(depth, retention)
    assert mobile == max(depth - retention, 0.0)
