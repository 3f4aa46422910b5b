"""Curve-number runoff, MUSLE and the day made of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from models.erosion_carbon.erosion.curve_numbers import cover_curve_number
from models.erosion_carbon.erosion.kernel_curve_number import (
    curve_number_runoff_m,
    depth_above_m,
    dry_curve_number,
    frozen_retention_m,
    moist_retention_m,
    retention_m,
    wet_curve_number,
)
from models.erosion_carbon.erosion.kernel_curve_number_day import curve_number_day
from models.erosion_carbon.erosion.kernel_musle import (
    PEAK_RATIONAL,
    PEAK_TRIANGULAR,
    musle_yield_kg,
    plane_concentration_s,
    rational_peak_m3_s,
    triangular_peak_m3_s,
)
from models.erosion_carbon.erosion.parameters_usle import USLE
from models.erosion_carbon.hillslopes import HillslopeDay, Hillslopes, SurfaceWater, empty_day
from models.erosion_carbon.hydrology.kinematic_plane import equilibrium_time_s
from models.erosion_carbon.hydrology.soil_hydraulics import soil_columns
from models.erosion_carbon.hydrology.state import WaterState, initial_water

MM = 1e-3


@pytest.mark.parametrize(
    ("rain_mm", "number", "runoff_mm"),
    [(50, 70, 5.8128), (50, 80, 13.8025), (100, 75, 41.1371), (75, 85, 39.3353)],
)
def test_curve_number_runoff_of_four_storms(rain_mm, number, runoff_mm):
    assert_allclose(curve_number_runoff_m(rain_mm * MM, number, 0.2) / MM, runoff_mm, atol=5e-5)


@given(
    rain=st.floats(0.0, 0.5),
    more=st.floats(0.0, 0.1),
    number=st.floats(20.0, 100.0),
    share=st.floats(0.0, 0.4),
)
def test_runoff_grows_with_rain_and_never_exceeds_it(rain, more, number, share):
    runoff = curve_number_runoff_m(rain, number, share)
    assert 0.0 <= runoff <= rain
    assert curve_number_runoff_m(rain + more, number, share) >= runoff - 1e-15


def test_sealed_ground_sheds_all_rain():
    assert curve_number_runoff_m(0.05, 100.0, 0.2) == 0.05


@given(number=st.floats(30.0, 100.0))
def test_dry_soil_has_the_smaller_and_wet_soil_the_larger_number(number):
    assert 0.0 < dry_curve_number(number) <= number <= wet_curve_number(number) <= 100.0


def test_dry_and_wet_numbers_are_near_the_handbooks_table():
    # USDA-NRCS 2004, Table 10-1: 75 goes with 57 and 88.
    assert_allclose([dry_curve_number(75.0), wet_curve_number(75.0)], [57, 88], atol=1.0)


def test_retention_passes_through_its_three_points():
    number, capacity, saturated = 75.0, 0.15, 0.30
    through = [
        moist_retention_m(number, w, capacity, saturated) for w in (0.0, capacity, saturated)
    ]
    assert_allclose(
        through,
        [retention_m(dry_curve_number(number)), retention_m(wet_curve_number(number)), 2.54e-3],
    )


@given(
    number=st.floats(30.0, 100.0),
    water=st.floats(-0.1, 0.6),
    more=st.floats(0.0, 0.2),
    capacity=st.floats(0.01, 0.3),
    pores=st.floats(0.005, 0.4),
)
def test_wetter_soil_never_retains_more(number, water, more, capacity, pores):
    dry, wet = (
        moist_retention_m(number, each, capacity, capacity + pores)
        for each in (water, water + more)
    )
    assert 0.0 <= wet <= dry + 1e-15


def test_frozen_soil_retains_what_swat_says():
    most, retained = 0.2, 0.1
    assert_allclose(
        frozen_retention_m(retained, most, 1.0) / MM, 200.0 * (1.0 - np.exp(-0.000862 * 100.0))
    )
    assert frozen_retention_m(retained, most, 0.0) == retained


def test_water_is_counted_to_the_given_depth_within_a_layer():
    assert_allclose(depth_above_m(np.full(10, 0.3), 1.0), 0.3)
    assert_allclose(depth_above_m(np.full(10, 0.3), 0.07), 0.021)


def test_curve_number_falls_with_conductivity_between_the_groups():
    conductivity = np.array([1e-9, 3e-7, 3.2e-6, 2e-5, 1e-4, 1e-2])
    number = cover_curve_number(np.full(6, 78.0), np.full(6, 85.0), conductivity)
    assert_allclose(number, [88.5, 88.5, 85.0, 78.0, 66.8, 66.8])


def test_musle_is_williams_95_short_tons_in_acre_feet_and_cubic_feet_per_second():
    acre_foot_m3, cubic_foot_m3, short_ton_kg = 1233.48, 0.0283168, 907.185
    assert_allclose(
        musle_yield_kg(acre_foot_m3, cubic_foot_m3, 1.0), 95.0 * short_ton_kg, rtol=0.002
    )


def test_musle_with_si_erodibility_would_be_759_hundredths_too_small():
    us, si = (musle_yield_kg(1e4, 2.0, k) for k in (0.3, 0.3 * 0.1317))
    assert_allclose(us / si, 7.59, atol=0.01)


def test_musle_as_swat_computes_it():
    # SWAT: (mm * m3/s * 1000 * km2)^0.56 * 11.8 K C P LS in tonnes.
    runoff_mm, peak, area_km2, factors = 12.0, 3.5, 1.7, 0.3 * 0.2 * 1.1
    swat_t = 11.8 * (runoff_mm * peak * 1000.0 * area_km2) ** 0.56 * factors
    assert_allclose(musle_yield_kg(runoff_mm * area_km2 * 1000.0, peak, factors), swat_t * 1000.0)


def test_triangular_peak_is_208_thousandths_in_the_handbooks_units():
    area_km2, runoff_mm, to_peak_h = 2.0, 10.0, 1.5
    peak = triangular_peak_m3_s(area_km2 * runoff_mm * 1e3, 0.0, 2 * to_peak_h * 3600.0)
    assert_allclose(peak, 0.208 * area_km2 * runoff_mm / to_peak_h, rtol=0.002)


def test_rational_peak_is_that_of_swat():
    # q = alpha_tc Q A / (3.6 t_c), alpha_tc = 1 - exp(2 t_c ln(1 - alpha_0.5)).
    area_km2, runoff_mm, hours, decay_h = 2.0, 10.0, 0.8, 1.1
    half_hour_share = 1.0 - np.exp(-0.5 / decay_h)
    share = 1.0 - np.exp(2.0 * hours * np.log(1.0 - half_hour_share))
    peak = rational_peak_m3_s(area_km2 * runoff_mm * 1e3, hours * 3600.0, decay_h)
    assert_allclose(peak, share * runoff_mm * area_km2 / (3.6 * hours))


def test_concentration_of_a_plane_is_the_kinematic_waves():
    length, slope, manning, rain = 100.0, 0.05, 0.05, 50e-3 / 3600.0
    resistance = (manning / np.sqrt(slope)) ** 0.6
    assert_allclose(
        plane_concentration_s(length, resistance, rain),
        equilibrium_time_s(length, slope, manning, rain),
    )


class Case(NamedTuple):
    """A few cells and all that a day reads."""

    water: WaterState
    surface: SurfaceWater
    slopes: Hillslopes
    ice: np.ndarray
    number: np.ndarray
    factors: np.ndarray

    def run(self, peak_law: int = PEAK_RATIONAL) -> HillslopeDay:
        n = len(self.number)
        soil = soil_columns(*(np.full(n, v) for v in (20.0, 15.0, 2.5)), None, *np.zeros((2, n)))
        day = empty_day(n)
        curve_number_day(
            0, n, self.water, self.surface, self.slopes, soil, self.ice, self.number, self.factors,
            peak_law, USLE.defaults, day,
        )  # fmt: skip
        return day


def case(rain_mm: list[float], melt_mm: float = 0.0, room_m: float = 1.0) -> Case:
    n = len(rain_mm)
    soil = soil_columns(*(np.full(n, v) for v in (20.0, 15.0, 2.5)), None, *np.zeros((2, n)))
    flat = (np.full(n, v) for v in (melt_mm * MM, 1.0, 15.0, 1e-6, 0.05, room_m))
    return Case(
        water=initial_water(soil, 3),
        surface=SurfaceWater(np.array(rain_mm) * MM, *flat),
        slopes=Hillslopes(
            np.full(n, 300.0), np.full((n, 3), 0.05), np.full((n, 3), 0.6), np.zeros(n),
            np.full(n, 1e6),
        ),
        ice=np.zeros((n, 10)),
        number=np.full(n, 80.0),
        factors=np.full(n, 0.3 * 1.2 * 0.25),
    )  # fmt: skip


@settings(deadline=None)
@given(
    rain=st.lists(st.floats(0.0, 200.0), min_size=3, max_size=3),
    melt=st.floats(0.0, 50.0),
    standing=st.floats(0.0, 20.0),
    room=st.floats(0.0, 0.2),
)
def test_water_of_a_day_is_infiltrated_or_run_off(rain, melt, standing, room):
    cells = case(rain, melt, room)
    cells.water.surface_m[:] = standing * MM
    day = cells.run()
    run_m = day.overland_m3.sum(axis=0) / 1e6
    supply = (np.array(rain) + melt + standing) * MM
    assert_allclose(day.infiltrated_m + run_m, supply, rtol=1e-12, atol=1e-15)
    assert np.all(day.infiltrated_m <= room + 1e-15)
    assert np.all(day.overland_m3 >= 0)
    assert np.all(cells.water.surface_m == 0)


@settings(deadline=None)
@given(rain=st.floats(0.0, 150.0), more=st.floats(0.0, 50.0))
def test_heavier_storms_run_off_and_erode_more(rain, more):
    day = case([rain, rain + more]).run()
    run, eroded = day.overland_m3.sum(axis=0), day.detached_kg_m2
    assert run[1] >= run[0] * (1 - 1e-12)
    assert eroded[1] >= eroded[0] * (1 - 1e-12)


def test_sediment_of_the_hours_is_what_was_detached():
    day = case([80.0, 5.0, 0.0]).run()
    assert_allclose(day.sediment_kg.sum(axis=0), day.detached_kg_m2 * 1e6)
    assert day.detached_kg_m2[0] > 0
    assert np.all(day.deposited_kg_m2 == 0)


def test_runoff_of_a_day_is_that_of_its_curve_number_and_soil():
    day = case([60.0]).run()
    run_m = day.overland_m3.sum() / 1e6
    # Soil at field capacity has the wet number.
    assert_allclose(run_m, curve_number_runoff_m(0.06, wet_curve_number(80.0), 0.2))


def test_rain_soaks_in_before_it_runs_off():
    day = case([60.0]).run()
    hourly = day.overland_m3[:, 0]
    storm = np.exp(-np.arange(9.0))  # decay of one hour
    assert hourly[15] / hourly.sum() < storm[0] / storm.sum()


def test_frozen_ground_sheds_water_but_holds_its_soil():
    thawed, frozen = case([40.0]), case([40.0])
    frozen.ice[:] = 1.0
    open_day, hard_day = thawed.run(), frozen.run()
    assert hard_day.overland_m3.sum() > 1.5 * open_day.overland_m3.sum()
    assert hard_day.detached_kg_m2[0] == 0.0


def test_snow_cover_protects_the_ground():
    bare, covered = case([40.0]), case([40.0])
    covered.water.snow_water_m[:] = 0.0254
    ratio = covered.run().detached_kg_m2 / bare.run().detached_kg_m2
    assert_allclose(ratio, np.exp(-3.0), rtol=0.01)


def test_forest_erodes_less_than_bare_ground():
    cells = case([60.0, 60.0])
    cells.factors[:] = 0.3 * 1.2 * np.array([0.5, 0.005])
    cells.number[:] = 86.0, 55.0
    bare, forest = cells.run().detached_kg_m2
    assert forest < 0.01 * bare


def test_melt_runs_off_within_its_hours_and_without_a_burst():
    melting, raining = case([0.0], melt_mm=60.0), case([60.0])
    melt, rain = melting.run(), raining.run()
    assert melt.overland_m3[:10].sum() == 0.0
    assert melt.overland_m3[18:].sum() == 0.0
    assert_allclose(melt.overland_m3.sum(), rain.overland_m3.sum())
    assert melt.detached_kg_m2[0] < 0.6 * rain.detached_kg_m2[0]


def test_both_laws_of_the_peak_are_of_one_magnitude():
    rational, triangular = (
        case([60.0]).run(law).detached_kg_m2[0] for law in (PEAK_RATIONAL, PEAK_TRIANGULAR)
    )
    assert 0.4 < triangular / rational < 1.5


def test_a_dry_day_moves_nothing():
    day = case([0.0]).run()
    assert not day.overland_m3.any()
    assert not day.sediment_kg.any()
    assert not day.infiltrated_m.any()
