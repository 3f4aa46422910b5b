"""Factors of the USLE against published numbers, their limits and their units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from features.errors import InputError
from models.erosion_carbon.erosion.cover_practice import (
    cover_factor_of_cover,
    ndvi_cover_factor,
    slope_practice_factor,
)
from models.erosion_carbon.erosion.kernel_topography import segment_ls
from models.erosion_carbon.erosion.parameters_usle import USLE
from models.erosion_carbon.erosion.rainfall_erosivity import (
    annual_erosivity,
    daily_erosivity,
    monthly_erosivity,
    record_erosivity,
    storms,
    unit_energy,
)
from models.erosion_carbon.erosion.topographic_factor import (
    grid_length_factor,
    hillslope_ls,
    rill_exponent,
    steepness_factor,
    van_oost_exponent,
)
from models.erosion_carbon.erosion.usle_factors import (
    SI_PER_US,
    epic_erodibility_us,
    musle_factors_us,
)

HOUR_S = 3600.0


def array(*values: float) -> np.ndarray:
    return np.array(values)


@pytest.mark.parametrize(
    ("sand", "silt", "clay", "carbon", "us", "si"),
    [
        (20, 65, 15, 1.5, 0.3439, 0.04529),
        (42, 40, 18, 2.0, 0.2440, 0.03213),
        (65, 25, 10, 1.0, 0.2336, 0.03076),
        (20, 20, 60, 1.5, 0.2138, 0.02816),
    ],
)
def test_epic_erodibility_of_four_soils(sand, silt, clay, carbon, us, si):
    erodibility = epic_erodibility_us(array(sand), array(silt), array(clay), array(carbon))
    assert_allclose(erodibility, us, atol=5.1e-5)
    assert_allclose(erodibility * SI_PER_US, si, atol=5.1e-6)


def test_si_erodibility_is_759_hundredths_of_us():
    assert_allclose(1.0 / SI_PER_US, 7.59, atol=0.005)


@given(sand=st.floats(0.0, 100.0), share=st.floats(0.0, 1.0), carbon=st.floats(0.0, 60.0))
def test_erodibility_is_between_none_and_the_most_erodible_plot(sand, share, carbon):
    clay = (100.0 - sand) * share
    # What is left for silt may be a rounding below zero.
    erodibility = epic_erodibility_us(
        array(sand), array(100.0 - sand - clay), array(clay), array(carbon)
    )
    assert 0.0 <= erodibility[0] <= 0.5


@given(less=st.floats(0.0, 10.0), more=st.floats(0.0, 10.0))
def test_organic_carbon_never_makes_soil_more_erodible(less, more):
    carbon = np.sort(array(less, less + more))
    low, high = epic_erodibility_us(array(20.0, 20.0), array(65.0, 65.0), array(15.0, 15.0), carbon)
    assert high <= low + 1e-12


def test_rock_halves_the_yield_at_thirteen_percent():
    one = array(1.0)
    halved = musle_factors_us(one, one, one, rock_percent=array(np.log(2.0) / 0.053))
    assert_allclose(halved, 0.5)


def test_desmet_govers_check_of_20_m_cells_at_9_percent():
    length = grid_length_factor(array(0.0), 20.0, 1.0, 0.4)
    steepness = steepness_factor(array(0.09), "nearing")
    assert_allclose(length, 0.9603, atol=5e-5)
    assert_allclose(steepness, 1.0099, atol=5e-5)
    assert_allclose(length * steepness, 0.9699, atol=1.1e-4)


def test_slope_length_of_a_kilometre_cell_would_be_459_hundredths_and_is_refused():
    assert_allclose((1000.0 / 22.13) ** 0.4, 4.59, atol=0.005)
    with pytest.raises(InputError, match="longer than hillslopes"):
        grid_length_factor(array(0.0), 1000.0, 1.0, 0.4)


def test_flow_across_corners_is_longer_and_less_concentrated():
    along = grid_length_factor(array(4e3), 20.0, 1.0, 0.4)
    across = grid_length_factor(array(4e3), 20.0, np.sqrt(2.0), 0.4)
    assert_allclose(across / along, np.sqrt(2.0) ** -0.4)


def test_length_factors_of_a_line_of_cells_are_those_of_the_whole_slope():
    cell_m, m = 10.0, 0.5
    upslope_m2 = np.arange(8) * cell_m**2
    pieces = grid_length_factor(upslope_m2, cell_m, 1.0, m)
    assert_allclose(pieces.mean(), (80.0 / 22.13) ** m)


def test_van_oost_exponent_counts_the_area_in_hectares():
    assert_allclose(van_oost_exponent(array(0.0, 2e3, 1e4)), [0.3, 0.3 + 0.2**0.8, 0.72])


def test_rill_exponent_is_one_half_where_rill_and_interrill_erosion_are_equal():
    # beta is 1 at 9.3 %: sine / 0.0896 = 3 sine^0.8 + 0.56.
    slope = np.linspace(0.05, 0.2, 2000)
    assert_allclose(np.interp(0.5, rill_exponent(slope), slope), 0.0941, atol=0.005)


@pytest.mark.parametrize("law", ["mccool", "nearing", "liu"])
def test_steepness_is_near_one_at_nine_percent_and_grows(law):
    assert_allclose(steepness_factor(array(0.09), law), 1.0, atol=0.02)
    assert np.all(np.diff(steepness_factor(np.linspace(0.0, 1.0, 101), law)) > 0)


def test_liu_is_steeper_than_mccool_from_ten_degrees_only():
    slope = np.tan(np.radians(array(9.9, 10.1, 25.0)))
    difference = steepness_factor(slope, "liu") - steepness_factor(slope, "mccool")
    assert_allclose(difference, [0.0, *(5.11 * np.sin(np.radians([10.1, 25.0])) - 0.46)], atol=1e-9)


def test_hillslopes_longer_than_the_limit_erode_as_at_the_limit():
    limit = USLE.defaults.slope_length_limit_m
    long, longer = hillslope_ls(array(limit, 10 * limit), array(0.1, 0.1), limit)
    assert long == longer


@given(length_m=st.floats(1.0, 150.0), slope=st.floats(0.0, 1.0), nodes=st.integers(2, 12))
def test_pieces_of_an_even_hillslope_have_the_mean_of_the_whole(length_m, slope, nodes):
    piece_m = length_m / nodes
    pieces = [segment_ls(k * piece_m, piece_m, slope, 150.0) for k in range(nodes)]
    whole = hillslope_ls(array(length_m), array(slope), 150.0)
    assert_allclose(np.mean(pieces), whole, rtol=1e-10)


def test_pieces_below_the_length_limit_erode_as_the_last_above_it():
    last, below, far = (segment_ls(top_m, 50.0, 0.1, 150.0) for top_m in (100.0, 150.0, 900.0))
    assert segment_ls(50.0, 50.0, 0.1, 150.0) < last
    assert last == below == far


def test_ndvi_cover_factor_of_van_der_knijff():
    assert_allclose(
        ndvi_cover_factor(array(-0.2, 0.0, 0.5, 0.9, 1.0)), [1.0, 1.0, np.exp(-2), 0.001, 0.001]
    )


def test_cover_factor_of_cai_runs_from_one_to_none():
    factor = cover_factor_of_cover(array(0.0, 10.0, 78.2, 78.4, 100.0))
    assert_allclose(factor, [0.9944, 0.3072, 0.0002, 0.0, 0.0], atol=2e-4)


def test_practice_of_wener_grows_with_slope_to_one():
    assert_allclose(slope_practice_factor(array(0.0, 0.1, 1.0)), [0.2, 0.5, 1.0])


def test_daily_erosivity_of_xie_is_greater_in_the_warm_season():
    rain = array(0.0, 0.009, 0.05)
    assert_allclose(daily_erosivity(rain, 7), [0.0, 0.0, 0.3937 * 50**1.7265])
    assert_allclose(daily_erosivity(rain, 10)[2] / daily_erosivity(rain, 9)[2], 0.3101 / 0.3937)


def test_laws_of_renard_and_freimund_meet_where_they_change():
    assert_allclose(*annual_erosivity(array(850.0, 850.001)), rtol=0.01)
    assert_allclose(*monthly_erosivity(np.tile(array(55.0, 55.001), (12, 1))), rtol=0.01)


def test_rain_in_few_months_erodes_more_than_the_same_rain_spread():
    even, seasonal = np.full(12, 50.0), np.zeros(12)
    seasonal[5:8] = 200.0
    erosivity = monthly_erosivity(np.column_stack([even, seasonal]))
    assert erosivity[1] > 3 * erosivity[0]
    assert monthly_erosivity(np.zeros((12, 1)))[0] == 0.0


def test_energy_of_drizzle_and_downpour():
    assert_allclose(unit_energy(array(0.0, 1e6)), [0.29 * 0.28, 0.29])
    assert unit_energy(array(20.0), "rusle2") > unit_energy(array(20.0), "rusle")


def test_erosivity_of_steady_rain_by_hand():
    rain = np.zeros(100)
    rain[10:16] = 0.004  # 24 mm in an hour of ten-minute steps
    (storm,) = storms(rain, 600.0)
    energy = 0.29 * (1.0 - 0.72 * np.exp(-0.082 * 24.0)) * 24.0
    assert (storm.first, storm.depth_mm) == (10, pytest.approx(24.0))
    assert_allclose([storm.energy_mj_ha, storm.erosivity], [energy, energy * 24.0])


def test_six_dry_hours_part_storms_and_five_do_not():
    rain = np.zeros(60)
    rain[[5, 12]] = 0.015
    assert [storm.depth_mm for storm in storms(rain, HOUR_S)] == [pytest.approx(15.0)] * 2
    rain[[12, 11]] = 0.0, 0.015
    assert [storm.depth_mm for storm in storms(rain, HOUR_S)] == [pytest.approx(30.0)]


def test_storms_below_half_an_inch_are_left_out():
    rain = np.zeros(60)
    rain[[5, 30]] = 0.0126, 0.0128
    assert [storm.first for storm in storms(rain, HOUR_S)] == [30]


def test_peak_of_a_short_burst_is_that_of_its_half_hour():
    rain = np.zeros(100)
    rain[50] = 0.02  # within five minutes
    (storm,) = storms(rain, 300.0)
    assert_allclose(storm.peak_mm_h, 40.0)


def test_hourly_records_are_raised_for_hidden_bursts_and_half_hourly_are_not():
    hourly = np.zeros(48)
    hourly[20] = 0.03
    plain = storms(hourly, HOUR_S)[0].erosivity
    assert_allclose(record_erosivity(hourly, HOUR_S, 1.7), 1.7 * plain)
    half_hourly = np.repeat(hourly, 2) / 2
    assert_allclose(record_erosivity(half_hourly, 1800.0, 1.7), plain)


@given(depths=st.lists(st.floats(0.0, 30.0), min_size=24, max_size=24), factor=st.floats(1.0, 3.0))
def test_more_rain_never_erodes_less(depths, factor):
    rain = np.array(depths) / 1000.0
    less, more = (record_erosivity(rain * scale, HOUR_S, 1.0) for scale in (1.0, factor))
    assert more >= less * (1 - 1e-12)


def test_two_hourly_records_are_refused():
    with pytest.raises(InputError, match="do not show half hours"):
        storms(np.zeros(10), 7200.0)
