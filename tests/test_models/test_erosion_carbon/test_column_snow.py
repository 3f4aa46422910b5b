"""Snow: its laws, its mass, and eighteen winters at the Col de Porte."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.hydrology.kernel_interception import intercept
from models.erosion_carbon.hydrology.kernel_snow import (
    aged_density_kg_m3,
    fresh_snow_density_kg_m3,
    height_of_season,
    melt_factor_m_c_day,
    mixed_density_kg_m3,
    rain_melt_m,
    settled_density_kg_m3,
    snow_day,
    snow_depth_m,
    snow_fall_fraction,
)
from models.erosion_carbon.hydrology.parameters_column import SNOW_CANOPY

DEFAULTS = SNOW_CANOPY.defaults
WATER = st.floats(0, 2)
DAILY = st.floats(0, 0.2)


@settings(deadline=None)  # the first call compiles
@given(rain=DAILY, store=st.floats(0, 2e-3), capacity=st.floats(0, 2e-3))
def test_canopy_neither_makes_nor_loses_rain(rain, store, capacity):
    through, kept = intercept(rain, store, capacity)
    assert through + kept == pytest.approx(rain + store, abs=1e-15)
    assert 0 <= kept <= capacity
    assert through >= 0


def test_a_canopy_fills_before_rain_falls_through():
    assert intercept(0.5e-3, 0.2e-3, 1e-3) == (0.0, pytest.approx(0.7e-3))


@pytest.mark.parametrize(
    ("mean_c", "share"), [(-2, 1), (0, 1), (1, 0.75), (2, 0.5), (4, 0), (9, 0)]
)
def test_snowfall_is_linear_between_two_temperatures(mean_c, share):
    assert snow_fall_fraction(mean_c, 0.0, 4.0) == share


@pytest.mark.parametrize(
    ("mean_c", "density"), [(-40, 50), (-15, 50), (0, 50 + 1.7 * 15**1.5), (9, 50 + 1.7 * 17**1.5)]
)
def test_fresh_snow_density_of_anderson(mean_c, density):
    assert fresh_snow_density_kg_m3(mean_c) == pytest.approx(density)


def test_depths_of_snow_layers_add_up():
    density = mixed_density_kg_m3(0.1, 250.0, 0.02, 100.0)
    assert snow_depth_m(0.12, density) == pytest.approx(0.4 + 0.2)


def test_density_reaches_the_share_of_one_e_folding():
    assert aged_density_kg_m3(100.0, 300.0, 4.0, 4.0) == pytest.approx(300 - 200 / math.e)


def test_settled_density_of_a_metre_of_cold_snow():
    # 450 - 204.7 / 1 m * (1 - exp(-1 / 0.673)) (Brown et al. 2006)
    assert settled_density_kg_m3(1.0, 450.0) == pytest.approx(291.6, abs=0.1)


def test_rain_melts_as_much_snow_as_its_heat_allows():
    assert rain_melt_m(0.01, 10.0) == pytest.approx(0.01 * 4186 * 10 / 3.337e5)


def test_seasons_are_opposite_across_the_equator():
    assert height_of_season(172, 45.0) == pytest.approx(1.0, abs=1e-3)
    assert height_of_season(172, -45.0) == pytest.approx(0.0, abs=1e-3)


def test_open_snow_melts_faster_than_forest_snow_in_spring():
    assert melt_factor_m_c_day(0.8, False, DEFAULTS) > melt_factor_m_c_day(0.8, True, DEFAULTS)


@settings(deadline=None)  # the first call compiles
@given(
    pack=WATER, liquid_share=st.floats(0, 0.1), density=st.floats(50, 600), snowfall=DAILY,
    rain=DAILY, mean_c=st.floats(-40, 30), season=st.floats(0, 1), forest=st.booleans(),
)  # fmt: skip
def test_snow_neither_makes_nor_loses_water(
    pack, liquid_share, density, snowfall, rain, mean_c, season, forest
):
    after, liquid, new_density, outflow = snow_day(
        pack, liquid_share * pack, density, snowfall, rain, mean_c, season, forest, DEFAULTS
    )
    assert after + outflow == pytest.approx(pack + snowfall + rain, abs=1e-14)
    assert 0 <= liquid <= after
    assert outflow >= 0
    assert (new_density > 0) == (after > 0)


def test_dry_cold_snow_stays():
    after, _, _, outflow = snow_day(0.2, 0.0, 200.0, 0.0, 0.0, -10.0, 0.3, False, DEFAULTS)
    assert (after, outflow) == (0.2, 0.0)


def test_melt_is_degrees_times_factor_once_the_snow_is_wet():
    held = DEFAULTS.liquid_holding_share
    ice = 0.3 / (1 + held)
    after, _, _, outflow = snow_day(
        0.3, 0.3 - ice, 350.0, 0.0, 0.0, 5.0, 1.0, False, DEFAULTS
    )  # fmt: skip
    melted = 5.0 * DEFAULTS.melt_factor_open_summer_m_c_day
    assert outflow == pytest.approx(melted * (1 + held))
    assert after == pytest.approx(0.3 - outflow)


def test_a_hot_day_takes_the_last_snow():
    after, liquid, density, outflow = snow_day(
        0.01, 0.0, 300.0, 0.0, 0.003, 20.0, 1.0, False, DEFAULTS
    )
    assert (after, liquid, density) == (0.0, 0.0, 0.0)
    assert outflow == pytest.approx(0.013)


def test_snow_holds_back_rain_up_to_its_share():
    after, liquid, _, outflow = snow_day(0.1, 0.0, 300.0, 0.0, 0.002, 0.0, 0.5, False, DEFAULTS)
    assert outflow == 0.0
    assert (after, liquid) == (pytest.approx(0.102), 0.002)
    assert np.isclose(liquid / (after - liquid), 0.02)
