"""Thermal properties, the freezing curve, and temperature as the inverse of enthalpy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.soil_heat.kernel_enthalpy import (
    enthalpy_j_m3,
    enthalpy_slope_j_m3_k,
    liquid_share_at,
    search_temperature,
)
from models.erosion_carbon.soil_heat.kernel_properties import (
    freezing_point_c,
    freezing_scale,
    frozen_conductivity_w_m_k,
    liquid_water_limit,
    saturated_conductivity_w_m_k,
    snow_conductivity_w_m_k,
    solid_conductivity_w_m_k,
    thawed_conductivity_w_m_k,
)

CLAPP_HORNBERGER = {
    "sand": (0.395, 0.121, 4.05, (0.0845, 0.0712, 0.0599, 0.0477)),
    "silt loam": (0.485, 0.786, 5.3, (0.2125, 0.1864, 0.1634, 0.1372)),
    "clay": (0.482, 0.405, 11.4, (0.3098, 0.2915, 0.2742, 0.2528)),
}


@pytest.mark.parametrize("texture", CLAPP_HORNBERGER)
def test_liquid_water_limit_of_three_textures_at_four_temperatures(texture: str) -> None:
    porosity, suction_m, b, expected = CLAPP_HORNBERGER[texture]
    scale = freezing_scale(porosity, suction_m, b)
    limits = [liquid_water_limit(t, scale, 1 / b) for t in (-0.5, -1.0, -2.0, -5.0)]
    assert limits == pytest.approx(expected, abs=5e-5)


@given(st.floats(0.02, 0.48), st.floats(0.01, 1.0), st.floats(2.5, 12.0))
def test_at_the_freezing_point_all_water_is_just_liquid(
    water: float, suction_m: float, b: float
) -> None:
    scale = freezing_scale(0.48, suction_m, b)
    point_c = freezing_point_c(water, scale, 1 / b)
    if point_c > -270.0:
        assert liquid_water_limit(point_c, scale, 1 / b) == pytest.approx(water, rel=1e-6)


def test_saturated_conductivity_is_the_geometric_mean_of_solids_and_water() -> None:
    solid = solid_conductivity_w_m_k(50.0, 25.0)
    assert solid == pytest.approx((8.80 * 50 + 2.92 * 25) / 75)
    thawed = saturated_conductivity_w_m_k(solid, 0.4, 1.0)
    assert thawed == pytest.approx(solid**0.6 * 0.57**0.4)
    frozen = saturated_conductivity_w_m_k(solid, 0.4, 0.0)
    assert frozen / thawed == pytest.approx((2.29 / 0.57) ** 0.4)


def test_kersten_number_is_logarithmic_thawed_and_linear_frozen() -> None:
    assert thawed_conductivity_w_m_k(2.0, 0.2, 0.5) == pytest.approx(
        0.2 + 1.8 * (1 + math.log10(0.5))
    )
    assert thawed_conductivity_w_m_k(2.0, 0.2, 0.05) == 0.2
    assert frozen_conductivity_w_m_k(2.0, 0.2, 0.5) == pytest.approx(1.1)


def test_snow_conducts_like_ice_when_it_is_as_dense() -> None:
    assert snow_conductivity_w_m_k(250.0) == pytest.approx(0.2235, abs=1e-3)
    assert snow_conductivity_w_m_k(917.0) == pytest.approx(2.29, rel=0.01)


@given(
    temperature=st.floats(-60.0, 40.0),
    guess=st.floats(-60.0, 40.0),
    water=st.floats(0.0, 0.9),
    b=st.floats(1.0, 15.0),
    suction_m=st.floats(0.005, 1.0),
)
def test_temperature_is_the_inverse_of_enthalpy_from_any_guess(
    temperature: float, guess: float, water: float, b: float, suction_m: float
) -> None:
    scale = freezing_scale(0.9, suction_m, b)
    frozen, thawed = 1.5e6 + 2.1e6 * water, 1.5e6 + 4.2e6 * water
    share = liquid_share_at(temperature, water, scale, 1 / b)
    target = enthalpy_j_m3(temperature, share, water, thawed, frozen)
    found, found_share, slope = search_temperature(
        target, guess, water, scale, 1 / b, thawed, frozen
    )
    enthalpy = enthalpy_j_m3(found, liquid_share_at(found, water, scale, 1 / b), water,
                             thawed, frozen)  # fmt: skip
    # one mK of the heat capacity, or of the far larger heat of freezing beside the freezing point
    true_slope = enthalpy_slope_j_m3_k(temperature, share, water, 1 / b, thawed, frozen)
    assert abs(enthalpy - target) < 1e-3 * max(true_slope, thawed)
    assert found == pytest.approx(temperature, abs=2e-3)
    assert found_share == pytest.approx(share, abs=2e-3)
    assert slope > 0.0
