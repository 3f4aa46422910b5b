"""Flow in rills, transport capacities, sediment sizes and friction."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.erosion.kernel_rill import (
    SOIL_FRICTION,
    relative_depth,
    rill_detachment_capacity,
    rill_flow,
)
from models.erosion_carbon.erosion.kernel_transport_capacity import (
    govers_capacity,
    shear_capacity,
    yalin_capacity,
)
from models.erosion_carbon.erosion.parameters import EROSION
from models.erosion_carbon.erosion.rill_friction import rill_friction
from models.erosion_carbon.erosion.sediment_size import (
    effective_fall_velocity,
    fall_velocity,
    size_classes,
    transport_adjustment,
)

discharges = st.floats(1e-7, 0.1)
slopes = st.floats(1e-3, 1.0)
frictions = st.floats(SOIL_FRICTION, 15.0)


@given(discharges, slopes, frictions)
def test_rill_carries_its_discharge_by_darcy_weisbach(discharge, slope, friction):
    depth, width, radius, _ = rill_flow(discharge, slope, 1.0, friction)
    sine = math.sin(math.atan(slope))
    velocity = math.sqrt(8.0 * 9.80665 * radius * sine / friction)
    assert radius == pytest.approx(width * depth / (width + 2.0 * depth), rel=1e-12)
    # One iteration is exact to 5e-7 for shallow rills; slots deeper than wide are rare.
    tolerance = 1e-5 if depth < width else 2e-2
    assert width * depth * velocity == pytest.approx(discharge, rel=tolerance)


@pytest.mark.parametrize(("c", "within"), [(1e-9, 1e-12), (1e-2, 1e-9), (1.0, 5e-7), (10.0, 6e-5)])
def test_depth_solves_its_cubic(c, within):
    root = max(np.roots([1.0, 0.0, -c, -c]).real)
    assert relative_depth(c) == pytest.approx(root, rel=within)


def test_rill_width_follows_gilley_until_rills_meet():
    assert rill_flow(1e-3, 0.05, 1.0, 1.5)[1] == pytest.approx(1.13 * 1e-3**0.303)
    assert rill_flow(2e-2, 0.05, 0.2, 1.5)[1] == 0.2


def test_wide_shallow_flow_has_the_shear_of_its_depth():
    depth, _, _, shear = rill_flow(1e-4, 0.05, 0.05, SOIL_FRICTION)
    sine = math.sin(math.atan(0.05))
    assert shear == pytest.approx(9806.65 * depth * sine, rel=0.15)
    assert shear < 9806.65 * depth * sine


@given(discharges, slopes, frictions)
def test_plants_take_shear_from_the_soil(discharge, slope, friction):
    bare = rill_flow(discharge, slope, 1.0, SOIL_FRICTION)[3]
    assert rill_flow(discharge, slope, 1.0, friction)[3] <= bare * (1.0 + 1e-6)


def test_concentrated_flow_erodes_where_a_sheet_would_not():
    # A sheet of 5 mm on 5 % has 2.5 Pa, below the 3.5 Pa of loam: WEPP would never see a rill.
    depth, _, _, shear = rill_flow(1.85e-3, 0.05, 1.0, SOIL_FRICTION)
    assert rill_detachment_capacity(0.01, 9806.65 * 0.005 * 0.05, 3.5) == 0.0
    assert rill_detachment_capacity(0.01, shear, 3.5) == pytest.approx(0.01 * (shear - 3.5))
    assert depth > 0.02


def test_shear_coefficient_of_0_03_is_that_of_yalin_for_fine_aggregates():
    p = EROSION.defaults
    for diameter_m, shields in ((3e-5, 0.16), (p.particle_diameter_m, p.critical_shields)):
        for shear in (5.0, 10.0):
            yalin = yalin_capacity(shear, diameter_m, p.aggregate_density_kg_m3, shields)
            assert shear_capacity(shear, 0.03) == pytest.approx(yalin, rel=0.1)


def test_yalin_number_of_a_hand_computed_case():
    # s 2.65, d 0.2 mm, 1 Pa, Shields 0.05: Y 0.30900, delta 5.18, sigma 1.922, P 1.45.
    excess = 1.0 / (1650.0 * 9.80665 * 2e-4) / 0.05 - 1.0
    sigma = 2.45 * 2.65**-0.4 * 0.05**0.5 * excess
    number = 0.635 * excess * (1.0 - math.log(1.0 + sigma) / sigma)
    expected = number * 2650.0 * 2e-4 * math.sqrt(1e-3)
    assert number == pytest.approx(1.45, abs=0.01)
    assert yalin_capacity(1.0, 2e-4, 2650.0, 0.05) == pytest.approx(expected, rel=1e-12)


def test_nothing_moves_below_the_thresholds_of_yalin_and_govers():
    assert yalin_capacity(0.1, 2e-4, 2650.0, 0.05) == 0.0
    assert govers_capacity(1e-3, 1e-2, 0.03, 5e-5) == 0.0


def test_govers_concentration_of_a_hand_computed_case():
    # 0.5 m/s on sine 0.1 is 5 cm/s; D50 50 um: c 0.0456, d 0.654.
    slope = math.tan(math.asin(0.1))
    concentration = (55.0 / 0.32) ** -0.6 * (5.0 - 0.4) ** ((55.0 / 300.0) ** 0.25)
    capacity = govers_capacity(0.01, 0.02, slope, 5e-5)
    assert concentration == pytest.approx(0.1239, abs=2e-4)
    assert capacity == pytest.approx(concentration * 2650.0 * 0.01, rel=1e-12)


def test_govers_concentration_is_capped():
    assert govers_capacity(1.0, 0.1, 10.0, 5e-5) == pytest.approx(0.32 * 2650.0)


# Classes of WEPP: clay, silt, small aggregates of 30 um, sand.
@pytest.mark.parametrize(
    ("diameter", "gravity", "velocity"),
    [(2e-6, 2.6, 3e-6), (1e-5, 2.65, 8e-5), (3e-5, 1.8, 4e-4), (2e-4, 2.65, 2e-2)],
)
def test_fall_velocities_are_those_known_of_the_classes(diameter, gravity, velocity):
    result = fall_velocity(np.array([diameter]), np.array([gravity]))[0]
    assert result == pytest.approx(velocity, rel=0.2)


@given(st.floats(0.0, 100.0), st.floats(0.0, 1.0))
def test_size_classes_share_out_all_soil(sand, clay_of_rest):
    clay = (100.0 - sand) * clay_of_rest
    shares = size_classes(np.array([sand]), np.array([clay]))
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert (shares >= -1e-15).all()


def test_sand_settles_faster_than_silt():
    silt_loam, sand = effective_fall_velocity(np.array([20.0, 92.0]), np.array([15.0, 3.0]))
    assert 1e-4 < silt_loam < 2e-3 < sand < 2.4e-2


def test_transport_is_reduced_on_sand_only():
    factors = transport_adjustment(np.array([20.0, 50.0, 60.0, 100.0]))
    expected = [1.0, 1.0, 0.3 + 0.7 * math.exp(-1.252), 0.3 + 0.7 * math.exp(-6.26)]
    assert factors.tolist() == pytest.approx(expected)


def test_bare_soil_has_only_its_own_friction():
    friction = rill_friction(np.array([0.0, 1.0]), np.array([0.0, 12.0]))
    assert friction.tolist() == pytest.approx([1.11, 1.11 + 4.5 + 12.0])
