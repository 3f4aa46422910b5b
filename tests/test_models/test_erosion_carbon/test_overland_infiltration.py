"""Infiltration laws against Chow et al. 1988, their limits and their budget."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.hydrology.kernel_infiltration import (
    area_infiltration,
    effective_conductivity,
    green_ampt_step,
    holtan_capacity,
    holtan_step,
    ponded_infiltration,
    suction_deficit,
    suction_deficit_of_sorptivity,
)
from models.erosion_carbon.hydrology.parameters_overland import OVERLAND
from models.erosion_carbon.hydrology.soil_textures import GREEN_AMPT_TEXTURES

HOUR = 3_600.0
CM = 1e-2
CM_PER_HOUR = CM / HOUR
SILT_LOAM_K = 0.65 * CM_PER_HOUR
SILT_LOAM_DEFICIT = 16.7 * CM * 0.7 * 0.486

depths = st.floats(0.0, 0.5)
conductivities = st.floats(1e-10, 1e-4)
deficits = st.floats(0.0, 0.5)
durations = st.floats(1.0, 86_400.0)


def test_green_ampt_under_water_of_chow_example_4_3_1() -> None:
    cumulative = ponded_infiltration(0.0, SILT_LOAM_K, SILT_LOAM_DEFICIT, HOUR)
    assert cumulative / CM == pytest.approx(3.167, abs=5e-4)
    rate = SILT_LOAM_K * (1.0 + SILT_LOAM_DEFICIT / cumulative)
    assert rate / CM_PER_HOUR == pytest.approx(1.816, abs=1e-3)


@pytest.mark.parametrize(
    ("intensity", "hours", "depth"), [(1.0, 10.55, 10.55), (5.0, 0.1698, 0.849)]
)
def test_green_ampt_ponding_time_of_chow_example_4_4_1(
    intensity: float, hours: float, depth: float
) -> None:
    ponding = _ponding_time_s(intensity * CM_PER_HOUR, SILT_LOAM_K, SILT_LOAM_DEFICIT)
    assert ponding / HOUR == pytest.approx(hours, rel=1e-3)
    assert ponding * intensity * CM_PER_HOUR / CM == pytest.approx(depth, rel=1e-3)


def test_green_ampt_after_ponding_of_chow_example_4_4_2() -> None:
    rain = 5.0 * CM
    infiltrated = green_ampt_step(0.0, rain, SILT_LOAM_K, SILT_LOAM_DEFICIT, HOUR)
    assert infiltrated / CM == pytest.approx(3.018, abs=5e-4)
    assert (rain - infiltrated) / CM == pytest.approx(1.982, abs=5e-4)
    rate = SILT_LOAM_K * (1.0 + SILT_LOAM_DEFICIT / infiltrated)
    assert rate / CM_PER_HOUR == pytest.approx(1.874, abs=1e-3)


@pytest.mark.parametrize(
    ("texture", "expected_cm"),
    [
        ("sand", 5.0),
        ("loamy sand", 4.7228),
        ("sandy loam", 3.2292),
        ("loam", 1.5730),
        ("silt loam", 3.0165),
        ("sandy clay loam", 1.3214),
        ("clay loam", 1.0132),
        ("silty clay loam", 1.3405),
        ("sandy clay", 0.8404),
        ("silty clay", 0.9594),
        ("clay", 0.7334),
    ],
)
def test_green_ampt_of_eleven_textures_under_5_cm_in_an_hour(
    texture: str, expected_cm: float
) -> None:
    soil = GREEN_AMPT_TEXTURES[texture]
    deficit = suction_deficit(
        soil.suction_m, soil.effective_porosity, 0.3 * soil.effective_porosity
    )
    infiltrated = green_ampt_step(0.0, 5.0 * CM, soil.conductivity_m_s, deficit, HOUR)
    assert infiltrated / CM == pytest.approx(expected_cm, abs=1e-4)


@settings(deadline=None)
@given(depths, conductivities, st.floats(1e-6, 0.5), durations)
def test_ponded_infiltration_solves_the_implicit_equation(
    cumulative: float, conductivity: float, deficit: float, duration: float
) -> None:
    taken = ponded_infiltration(cumulative, conductivity, deficit, duration)
    u = taken / (cumulative + deficit)
    assert taken - deficit * math.log1p(u) == pytest.approx(
        conductivity * duration, rel=1e-9, abs=1e-15
    )


@settings(deadline=None)
@given(depths, depths, conductivities, deficits, durations, st.floats(0.05, 0.95))
def test_green_ampt_is_exact_however_a_step_is_cut(
    cumulative: float,
    supply: float,
    conductivity: float,
    deficit: float,
    duration: float,
    cut: float,
) -> None:
    """Steady rain whose excess runs off at once."""
    whole = green_ampt_step(cumulative, supply, conductivity, deficit, duration)
    first = green_ampt_step(cumulative, supply * cut, conductivity, deficit, duration * cut)
    second = green_ampt_step(
        cumulative + first, supply * (1 - cut), conductivity, deficit, duration * (1 - cut)
    )
    assert first + second == pytest.approx(whole, rel=1e-9, abs=1e-14)


@settings(deadline=None)
@given(depths, depths, st.floats(0.0, 1e-4), deficits, durations)
def test_green_ampt_takes_neither_more_than_supplied_nor_less_than_gravity(
    cumulative: float, supply: float, conductivity: float, deficit: float, duration: float
) -> None:
    taken = green_ampt_step(cumulative, supply, conductivity, deficit, duration)
    assert min(supply, conductivity * duration) * (1 - 1e-12) <= taken <= supply


@settings(deadline=None)
@given(depths, depths, conductivities, deficits, durations, st.floats(1.0, 2.0))
def test_green_ampt_grows_with_supply_and_with_dryness(
    cumulative: float,
    supply: float,
    conductivity: float,
    deficit: float,
    duration: float,
    factor: float,
) -> None:
    taken = green_ampt_step(cumulative, supply, conductivity, deficit, duration)
    more_rain = green_ampt_step(cumulative, supply * factor, conductivity, deficit, duration)
    drier = green_ampt_step(cumulative, supply, conductivity, deficit * factor, duration)
    assert more_rain >= taken * (1 - 1e-9)
    assert drier >= taken * (1 - 1e-9)


def test_green_ampt_without_suction_is_gravity() -> None:
    assert green_ampt_step(0.0, 1.0, 1e-6, 0.0, HOUR) == pytest.approx(1e-6 * HOUR, rel=1e-15)


def test_sealed_soil_takes_nothing() -> None:
    assert green_ampt_step(0.01, 0.02, 0.0, 0.1, HOUR) == 0.0


def test_green_ampt_deficit_from_bulk_density_of_landlab() -> None:
    assert suction_deficit(1.0, 1.0 - 1700.0 / 2650.0, 0.2) == pytest.approx(0.158491, abs=5e-7)


def test_saturated_soil_has_no_suction_deficit() -> None:
    assert suction_deficit(0.2, 0.4, 0.45) == 0.0


@settings(deadline=None)
@given(conductivities, st.floats(1e-5, 1e-3))
def test_sorptivity_gives_the_same_early_infiltration_as_green_ampt(
    conductivity: float, sorptivity: float
) -> None:
    deficit = suction_deficit_of_sorptivity(sorptivity, conductivity)
    early_s = 1e-6 * deficit / conductivity
    taken = ponded_infiltration(0.0, conductivity, deficit, early_s)
    assert taken == pytest.approx(sorptivity * math.sqrt(early_s), rel=2e-3)


def test_ice_closes_pores_by_six_powers_of_ten() -> None:
    parameters = OVERLAND.defaults
    thawed = effective_conductivity(1e-5, 0.0, 0.5, 2.0, parameters)
    assert effective_conductivity(1e-5, 1.0, 0.5, 2.0, parameters) == pytest.approx(1e-6 * thawed)
    assert effective_conductivity(1e-5, 0.5, 0.5, 2.0, parameters) == pytest.approx(1e-3 * thawed)


def test_crust_forms_on_bare_ground_only() -> None:
    parameters = OVERLAND.defaults
    covered = effective_conductivity(1e-5, 0.0, 1.0, 0.0, parameters)
    bare = effective_conductivity(1e-5, 0.0, 0.0, 0.0, parameters)
    assert covered == pytest.approx(1e-5 * parameters.conductivity_multiplier)
    assert bare == pytest.approx(covered * parameters.crust_factor)


def test_macropores_grow_with_leaf_area() -> None:
    parameters = OVERLAND.with_values({"macropores_per_leaf_area": 0.5})
    bare = effective_conductivity(1e-5, 0.0, 1.0, 0.0, parameters)
    assert effective_conductivity(1e-5, 0.0, 1.0, 2.0, parameters) == pytest.approx(2.0 * bare)


@settings(deadline=None)
@given(depths, depths, st.floats(0.01, 1.0), conductivities, deficits)
def test_area_infiltration_lies_between_rain_alone_and_water_everywhere(
    rain: float, standing: float, inundated: float, conductivity: float, deficit: float
) -> None:
    taken = area_infiltration(0.0, rain, standing, inundated, conductivity, deficit, 600.0)
    of_rain = green_ampt_step(0.0, rain, conductivity, deficit, 600.0)
    everywhere = green_ampt_step(0.0, rain + standing, conductivity, deficit, 600.0)
    assert of_rain * (1 - 1e-9) <= taken <= everywhere * (1 + 1e-9) + 1e-15


@settings(deadline=None)
@given(st.floats(0.0, 0.06), st.floats(0.0, 0.1), st.floats(0.0, 1e-5), durations)
def test_holtan_keeps_its_water_and_its_bounds(
    free: float, supply: float, steady: float, duration: float
) -> None:
    infiltrated, drained = holtan_step(free, supply, 0.06, 0.02, steady, 1e-5, 0.65, duration)
    after = free - infiltrated + drained
    assert 0.0 <= infiltrated <= supply
    assert drained >= 0.0
    assert -1e-15 <= after <= 0.06 + 1e-15


def test_holtan_settles_to_its_steady_rate() -> None:
    steady = 2e-6
    infiltrated, drained = holtan_step(0.0, 1.0, 0.06, 0.02, steady, 1e-5, 0.65, HOUR)
    assert infiltrated == pytest.approx(steady * HOUR, rel=1e-6)
    assert drained == pytest.approx(steady * HOUR, rel=1e-6)


def test_holtan_capacity_of_dry_soil_is_both_rates() -> None:
    assert holtan_capacity(0.06, 0.06, 2e-6, 1e-5, 0.65) == pytest.approx(1.2e-5)


def _ponding_time_s(rain_m_s: float, conductivity_m_s: float, deficit_m: float) -> float:
    """Find by bisection the longest step that takes all its rain."""
    shortest, longest = 0.0, 100.0 * HOUR
    for _ in range(100):
        middle = 0.5 * (shortest + longest)
        supply = rain_m_s * middle
        taken = green_ampt_step(0.0, supply, conductivity_m_s, deficit_m, middle)
        shortest, longest = (middle, longest) if taken >= supply else (shortest, middle)
    return shortest
