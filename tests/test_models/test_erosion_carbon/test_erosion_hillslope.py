"""Sediment along hillslopes by WEPP and by ANSWERS, and the hillslopes inside a cell."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.erosion.kernel_answers import (
    US_PER_SI_ERODIBILITY,
    answers_capacity,
    answers_segment,
    flow_detachment,
    rain_detachment,
)
from models.erosion_carbon.erosion.kernel_hillslope_sediment import (
    DEPOSITED,
    DETACHED,
    EROSION_ANSWERS,
    EROSION_LAWS,
    EROSION_WEPP,
    FIRST_NODE,
    INTERRILL,
    LOAD,
    RAIN_M_S,
    RUNOFF_M_S,
    SPACING_M,
    SQUARE_RATIO,
    SlopeSurface,
    hillslope_sediment,
    rows_of_steps,
)
from models.erosion_carbon.erosion.kernel_interrill import interrill_detachment
from models.erosion_carbon.erosion.kernel_transport_capacity import CAPACITY_LAWS, CAPACITY_SHEAR
from models.erosion_carbon.erosion.parameters import EROSION
from models.erosion_carbon.erosion.subgrid_slope import (
    ground_slope,
    hillslope_length,
    hillslope_slope,
    profile_multipliers,
)

P = EROSION.with_values({"transport_coefficient": 0.03, "profile_curvature": 1.0})
"""Published laws, without the calibration to a square kilometre; the foot is level."""
LENGTH_M = 333.0
CROP = SlopeSurface(1.2e6, 0.007, 3.7, 1.5, 6e-4, 1.0, 0.1)
MM_H = 1.0 / 3.6e6
ALL_LAWS = [(law, capacity) for law in EROSION_LAWS.values() for capacity in CAPACITY_LAWS.values()]


def sediment(
    slope=0.05, rain=40.0, runoff=20.0, law=EROSION_WEPP, capacity=CAPACITY_SHEAR, surface=CROP,
    square_ratio=1.0, n_nodes=5, multipliers=None,
):  # fmt: skip
    """Hillslope in steady runoff; rain and runoff in mm per hour."""
    shape = profile_multipliers(n_nodes, P) if multipliers is None else multipliers
    discharge = np.arange(1, n_nodes + 1) / n_nodes * LENGTH_M * runoff * MM_H
    steps = np.zeros((rows_of_steps(n_nodes), 8))
    steps[[RAIN_M_S, RUNOFF_M_S, SQUARE_RATIO], 0] = rain * MM_H, runoff * MM_H, square_ratio
    steps[SPACING_M, 0] = LENGTH_M / n_nodes
    steps[INTERRILL : INTERRILL + len(surface), 0] = surface
    steps[FIRST_NODE:, 0] = *discharge, *(slope * shape)
    hillslope_sediment(steps, 1, n_nodes, P, law, capacity)
    return steps[LOAD, 0], steps[DETACHED, 0], steps[DEPOSITED, 0]


# Unit tests of Wflow.jl's ANSWERS erosion: K 0.1, C 0.01, one cell of 551370 m2.
CELL_M2 = 551370.3190576562


def test_answers_rain_detachment_of_the_wflow_case():
    rate = rain_detachment(0.1 * 0.01, 3.609333601262834e-8)
    assert rate * CELL_M2 == pytest.approx(4.654493615217501e-6, rel=1e-12)


def test_answers_flow_detachment_of_the_wflow_case():
    rate = flow_detachment(0.1 * 0.01, 0.5, 300.0 / math.sqrt(CELL_M2))
    assert rate * CELL_M2 == pytest.approx(89.66035496171442, rel=1e-12)


def test_answers_erodibility_is_in_us_units():
    in_us_units = 0.04529 * US_PER_SI_ERODIBILITY
    assert in_us_units == pytest.approx(0.3439, abs=1e-4)


def test_answers_capacity_is_continuous_between_its_two_laws():
    limit = 0.046 / 60.0
    below, above = answers_capacity(0.1, limit * 0.999999), answers_capacity(0.1, limit * 1.000001)
    assert above == pytest.approx(below, rel=1e-4)
    assert below * 60.0 / math.sin(math.atan(0.1)) == pytest.approx(34.53, abs=0.005)


@pytest.mark.parametrize(
    ("load", "rain", "flow", "capacity", "expected"),
    [
        (1.0, 0.5, 0.4, 3.0, (1.9, 0.9, 0.0)),
        (1.0, 0.5, 5.0, 3.0, (3.0, 2.0, 0.0)),
        (4.0, 0.5, 5.0, 3.0, (3.0, 0.5, 1.5)),
        (1.0, 0.5, 0.4, 0.0, (0.0, 0.5, 1.5)),
    ],
)
def test_answers_load_is_the_smaller_of_supply_and_capacity(load, rain, flow, capacity, expected):
    assert answers_segment(load, rain, flow, capacity) == pytest.approx(expected)


def test_interrill_detachment_grows_with_intensity_times_runoff_and_its_peaks():
    base = interrill_detachment(4e6, 1e-5, 5e-6, 0.5, 1.0)
    assert base == pytest.approx(4e6 * 1e-5 * 5e-6 * 0.5)
    assert interrill_detachment(4e6, 2e-5, 1e-5, 0.5, 1.0) == pytest.approx(4.0 * base)
    assert interrill_detachment(4e6, 1e-5, 5e-6, 0.5, 2.0) == pytest.approx(2.0 * base)


@pytest.mark.parametrize(("law", "capacity"), ALL_LAWS)
def test_level_ground_loses_no_soil(law, capacity):
    assert sediment(slope=0.0, law=law, capacity=capacity) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("law", "capacity"), ALL_LAWS)
def test_dry_hillslope_loses_no_soil(law, capacity):
    assert sediment(runoff=0.0, law=law, capacity=capacity) == (0.0, 0.0, 0.0)


@given(
    st.floats(1e-4, 0.8),
    st.floats(0.0, 200.0),
    st.floats(0.0, 1.0),
    st.floats(1.0, 4.0),
    st.sampled_from(ALL_LAWS),
)
def test_soil_detached_settles_or_leaves(slope, rain, share, square_ratio, laws):
    out, detached, deposited = sediment(slope, rain, rain * share, *laws, CROP, square_ratio)
    assert out >= 0.0
    assert deposited >= 0.0
    assert abs(detached - deposited - out) <= 1e-14 * detached


def rising(values):
    steady = all(later >= earlier * (1.0 - 1e-9) for earlier, later in pairwise(values))
    return steady and values[-1] > values[0]


@pytest.mark.parametrize("law", EROSION_LAWS.values())
def test_more_rain_moves_more_soil(law):
    rates = [sediment(rain=rain, runoff=rain / 2, law=law)[0] for rain in (5, 10, 20, 40, 80, 160)]
    assert rising(rates)


@pytest.mark.parametrize("law", EROSION_LAWS.values())
def test_steeper_hillslopes_lose_more_soil(law):
    assert rising([sediment(slope=slope, law=law)[0] for slope in (0.01, 0.03, 0.1, 0.3, 0.6)])


def test_erodible_soil_is_lost_faster():
    rates = []
    for factor in (0.01, 0.1, 0.5, 1.0, 2.0):
        surface = CROP._replace(interrill_kg_s_m4=1.2e6 * factor, rill_s_m=0.007 * factor)
        rates.append(sediment(surface=surface)[1])
    assert rising(rates)


def test_cover_slows_flow_and_saves_soil():
    rates = [
        sediment(surface=CROP._replace(friction_factor=f))[0] for f in (20.0, 10.0, 5.0, 2.0, 1.11)
    ]
    assert rising(rates)
    assert rates[0] < 0.1 * rates[-1]


@pytest.mark.parametrize("capacity", CAPACITY_LAWS.values())
def test_soil_settles_at_the_flat_foot(capacity):
    concave = sediment(capacity=capacity)
    plane = sediment(capacity=capacity, multipliers=np.ones(5))
    assert concave[2] > 0.2 * concave[1]
    assert plane[2] < 0.05 * plane[1]


def test_load_converges_with_nodes():
    # Few nodes see the foot less flat than it is (five: a yield 29 % higher than four hundred).
    fine = sediment(n_nodes=400)[0]
    errors = [abs(sediment(n_nodes=n)[0] / fine - 1.0) for n in (5, 10, 20, 40)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] < 0.3
    assert errors[-1] < 0.01


def test_load_of_the_default_profile_depends_little_on_nodes():
    def load(n_nodes):
        return sediment(
            n_nodes=n_nodes, multipliers=profile_multipliers(n_nodes, EROSION.defaults)
        )[0]

    fine = load(400)
    errors = [abs(load(n) / fine - 1.0) for n in (5, 10, 20, 40)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] < 0.06  # measured: 0.048, and 0.29 with a level foot
    assert errors[-1] < 0.01


def test_snow_melt_moves_soil_by_flow_alone():
    _, detached, _ = sediment(rain=0.0)
    no_rills = CROP._replace(rill_s_m=0.0)
    assert detached > 0.0
    assert sediment(rain=0.0, surface=no_rills)[1] == 0.0


def test_answers_sees_the_factors_of_the_usle_only():
    doubled = CROP._replace(cover_erodibility_us=0.002)
    halved = CROP._replace(cover_erodibility_us=0.001, rill_s_m=1.0)
    ratio = (
        sediment(law=EROSION_ANSWERS, surface=doubled)[1]
        / sediment(law=EROSION_ANSWERS, surface=halved)[1]
    )
    assert ratio == pytest.approx(2.0)


def test_profile_is_steep_in_the_middle_and_keeps_the_mean_slope():
    shape = profile_multipliers(5, P)
    assert shape.mean() == pytest.approx(1.0, abs=1e-15)
    assert shape.tolist() == pytest.approx([0.477458, 1.25, 1.545085, 1.25, 0.477458], abs=1e-6)
    plane = profile_multipliers(5, EROSION.with_values({"profile_curvature": 0.0}))
    assert plane.tolist() == [1.0] * 5


@pytest.mark.parametrize("aspect_deg", [0.0, 30.0, 45.0, 80.0])
def test_ground_slope_is_exact_on_planes_of_any_aspect(aspect_deg):
    rows, cols = np.indices((5, 6)) * 100.0
    aspect = np.radians(aspect_deg)
    plane_m = 0.2 * (np.cos(aspect) * cols + np.sin(aspect) * rows)
    steepness = ground_slope(plane_m, np.full(5, 100.0), 100.0)
    np.testing.assert_allclose(steepness[1:-1, 1:-1], 0.2, rtol=1e-12)


def test_floor_of_a_valley_has_the_slope_of_its_sides():
    east_m = np.abs(np.indices((5, 7))[1] - 3) * 1000.0
    steepness = ground_slope(0.1 * east_m, np.full(5, 1000.0), 1000.0)
    np.testing.assert_allclose(steepness[1:-1, 3], 0.1, rtol=1e-12)


def test_ground_slope_counts_only_known_neighbours():
    elevation_m = np.full((3, 3), np.nan)
    assert ground_slope(elevation_m, np.full(3, 1.0), 1.0)[1, 1] == 0.0
    elevation_m[1, 1:] = 4.0, 7.0
    assert ground_slope(elevation_m, np.full(3, 10.0), 1.0)[1, 1] == pytest.approx(np.sqrt(2) * 0.3)


def test_kilometre_slopes_are_steepened_two_to_four_times():
    factor = hillslope_slope(np.array([0.02]), 1000.0, P)[0] / 0.02
    assert factor == pytest.approx((1000.0 / 60.0) ** 0.3)
    assert 2.0 < factor < 4.0


def test_fine_slopes_are_kept():
    slopes = np.array([0.0, 0.02, 1.7])
    np.testing.assert_array_equal(hillslope_slope(slopes, 30.0, P), slopes)


def test_steepened_slopes_stay_below_what_soil_stands():
    assert hillslope_slope(np.array([0.6]), 1000.0, P)[0] == P.slope_limit


def test_drainage_of_one_and_a_half_km_per_km2_makes_hillslopes_of_333_m():
    assert hillslope_length(np.array([1.5]))[0] == pytest.approx(333.333, abs=1e-3)
