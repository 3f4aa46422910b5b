"""Counts of freezing and thawing over a year, and Stefan's depths of thaw."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.soil_heat.diagnostics import begin_year, permafrost
from models.erosion_carbon.soil_heat.grid import N_NODES, NODE_BOTTOM_M, NODE_MIDDLE_M
from models.erosion_carbon.soil_heat.kernel_freeze_thaw import (
    FreezeThawYear,
    count_freeze_thaw_day,
    diurnal_amplitude_k,
    thaw_depth_m,
)
from models.erosion_carbon.soil_heat.kernel_thermal_columns import ThermalColumns
from models.erosion_carbon.soil_heat.state import empty_heat_state
from models.erosion_carbon.soil_heat.stefan import (
    stefan_thaw_depth_m,
    two_layer_stefan_thaw_depth_m,
)

FloatArray = npt.NDArray[np.float64]


def count(
    top_c: FloatArray,
    range_k: float = 0.0,
    latitude_deg: float = 50.0,
    deep_c: float = -1.0,
    last_year: FreezeThawYear | None = None,
) -> FreezeThawYear:
    """Count a year of one cell whose top node follows `top_c`, the others staying at `deep_c`."""
    year, heat = begin_year(1, last_year), empty_heat_state(1)
    heat.temperature[:] = deep_c
    heat.water[:] = 0.3
    ones = [np.full((1, 10), value) for value in (0.5, 1.2e6, 0.3, 1.5, 2.5, 0.1, 0.2)]
    for day, temperature in enumerate(top_c, 1):
        heat.temperature[0, 0] = temperature
        count_freeze_thaw_day(
            0, 1, day, heat, np.array([range_k]), np.zeros(1), np.zeros(1),
            ThermalColumns(*ones), np.array([latitude_deg]), year,
        )  # fmt: skip
    return year


def test_days_below_zero_are_frozen_days() -> None:
    year = count(np.array([-5.0, -0.1, 0.1, 3.0, -2.0]))
    assert year.frozen_days[0] == 3
    assert year.freeze_thaw_days[0] == 0


def test_freeze_thaw_days_are_those_whose_swing_crosses_zero() -> None:
    year = count(np.array([-5.0, -0.5, 0.5, 5.0]), range_k=4.0)
    assert year.freeze_thaw_days[0] == 2


def test_thaw_begins_with_the_first_five_days_above_zero() -> None:
    top = np.full(365, -1.0)
    top[60:64] = 1.0  # four days are not lasting
    top[100:300] = 1.0
    assert count(top).thaw_onset_day[0] == 101


def test_thaw_of_the_south_is_looked_for_after_its_winter() -> None:
    top = np.full(365, 5.0)
    top[120:250] = -1.0
    assert count(top, latitude_deg=-40.0).thaw_onset_day[0] == 251
    assert count(top, latitude_deg=40.0).thaw_onset_day[0] == 1


def test_ground_that_never_thaws_has_no_onset() -> None:
    assert count(np.full(365, -1.0)).thaw_onset_day[0] == 0


def test_a_thaw_that_began_last_year_counts_from_the_first_day() -> None:
    last = count(np.full(365, 2.0))
    top = np.full(365, -1.0)
    top[:3] = 1.0  # three days of this year, though the run is longer
    assert count(top, last_year=last).thaw_onset_day[0] == 0


def test_thaw_depth_is_where_the_line_between_two_nodes_meets_zero() -> None:
    temperature = np.full(N_NODES, -2.0)
    temperature[:3] = [4.0, 2.0, 1.0]
    expected = NODE_MIDDLE_M[2] + (NODE_MIDDLE_M[3] - NODE_MIDDLE_M[2]) / 3.0
    assert thaw_depth_m(temperature, NODE_MIDDLE_M, NODE_BOTTOM_M) == pytest.approx(expected)


def test_thaw_depth_ends_at_the_bottom_of_a_thawed_column_and_is_zero_when_frozen() -> None:
    warm, cold = np.full(N_NODES, 1.0), np.full(N_NODES, -1.0)
    assert thaw_depth_m(warm, NODE_MIDDLE_M, NODE_BOTTOM_M) == NODE_BOTTOM_M[-1]
    assert thaw_depth_m(cold, NODE_MIDDLE_M, NODE_BOTTOM_M) == 0.0


def test_permafrost_is_ground_that_no_year_of_them_thawed() -> None:
    frozen = count(np.array([1.0] * 10), deep_c=-1.0)
    thawed = count(np.array([1.0] * 10), deep_c=1.0)
    assert permafrost([frozen, frozen])[0]
    assert not permafrost([frozen, thawed])[0]


@given(st.floats(0.0, 30.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_daily_swing_fades_with_depth_and_snow(
    range_k: float, depth_m: float, snow_m: float
) -> None:
    surface = diurnal_amplitude_k(range_k, 0.0, 6e-7, 0.0, 4e-7)
    assert surface == pytest.approx(range_k / 2)
    assert diurnal_amplitude_k(range_k, depth_m, 6e-7, snow_m, 4e-7) <= surface


def test_daily_swing_falls_to_one_eth_at_the_damping_depth() -> None:
    damping_m = math.sqrt(2 * 6e-7 / (2 * math.pi / 86_400))
    assert diurnal_amplitude_k(2.0, damping_m, 6e-7, 0.0, 1.0) == pytest.approx(math.exp(-1))


def test_stefan_depth_of_1200_degree_days() -> None:
    depth = stefan_thaw_depth_m(np.array([1200.0]), 1.0, 1.2, 0.4)
    assert depth[0] == pytest.approx(1.3654, abs=5e-5)


@given(st.floats(0.0, 3000.0), st.floats(0.1, 1.5))
def test_two_layers_of_the_same_soil_thaw_like_one(degree_days: float, organic_m: float) -> None:
    ddt = np.array([degree_days])
    two = two_layer_stefan_thaw_depth_m(ddt, 0.9, np.array([organic_m]), 1.2, 0.4, 1.2, 0.4)
    assert two == pytest.approx(stefan_thaw_depth_m(ddt, 0.9, 1.2, 0.4), rel=1e-9, abs=1e-9)


def test_two_layer_stefan_without_organic_layer_is_that_of_mineral_soil() -> None:
    ddt = np.array([800.0])
    two = two_layer_stefan_thaw_depth_m(ddt, 1.0, np.array([0.0]), 0.3, 0.6, 1.2, 0.4)
    assert two == pytest.approx(stefan_thaw_depth_m(ddt, 1.0, 1.2, 0.4))


def test_two_layer_stefan_within_the_organic_layer_is_that_of_the_organic_layer() -> None:
    ddt = np.array([10.0])
    two = two_layer_stefan_thaw_depth_m(ddt, 1.0, np.array([0.5]), 0.3, 0.6, 1.2, 0.4)
    assert two == pytest.approx(stefan_thaw_depth_m(ddt, 1.0, 0.3, 0.6))


def test_two_layer_stefan_is_continuous_where_thaw_enters_mineral_soil() -> None:
    organic_m, conductivity, water = 0.2, 0.3, 0.6
    enters = 3.337e8 * water * organic_m**2 / (2 * conductivity) / 86_400
    depths = two_layer_stefan_thaw_depth_m(
        enters * np.array([1 - 1e-9, 1 + 1e-9]), 1.0, np.full(2, organic_m), conductivity, water,
        1.2, 0.4,
    )  # fmt: skip
    assert depths == pytest.approx([organic_m, organic_m], abs=1e-6)
