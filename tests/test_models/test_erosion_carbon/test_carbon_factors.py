"""Temperature and moisture factors of decomposition against published values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.carbon.kernel_factors import (
    dissolved_temperature_factor,
    moisture_factor,
    temperature_factor,
)
from models.erosion_carbon.carbon.kernel_rothc import (
    largest_deficit_mm,
    moisture_modifier,
    next_deficit_mm,
    temperature_modifier,
)
from models.erosion_carbon.carbon.scheme import SCHEMES
from models.erosion_carbon.soil_columns import SoilColumns


@pytest.mark.parametrize(
    ("temperature_c", "expected"), [(0.0, 0.159), (5.0, 0.331), (15.0, 1.0), (25.0, 2.21)]
)
def test_lloyd_taylor_factor_of_ibis(temperature_c, expected):
    assert temperature_factor(temperature_c) == pytest.approx(expected, abs=0.005)


def test_lloyd_taylor_factor_is_one_at_15_degrees():
    assert temperature_factor(15.0) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("temperature_c", [-46.1, -46.03, -60.0, -200.0])
def test_lloyd_taylor_factor_has_no_pole_in_the_cold(temperature_c):
    held = temperature_factor(-36.03)
    assert temperature_factor(temperature_c) == pytest.approx(held, rel=1e-9)
    assert held > 0.0


def test_lloyd_taylor_factor_is_capped_in_the_heat():
    assert temperature_factor(70.0) == 10.0


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(60.0, 0.974), (100.0, 0.35), (0.0, np.exp(-4.5)), (40.0, np.exp(-0.5))],
)
def test_moisture_factor_of_equation_9(percent, expected):
    assert moisture_factor(percent) == pytest.approx(expected, abs=1e-12)


def test_moisture_factor_jumps_at_60_percent_as_published():
    assert moisture_factor(60.0 - 1e-9) == pytest.approx(1.0, abs=1e-9)


@given(st.floats(-50.0, 200.0))
def test_moisture_factor_stays_within_its_bounds(percent):
    assert np.exp(-4.5) <= moisture_factor(percent) <= 1.0


@pytest.mark.parametrize(("temperature_c", "expected"), [(0.0, 1.0), (10.0, 2.0), (20.0, 4.0)])
def test_dissolved_factor_of_equation_8_is_based_at_zero_degrees(temperature_c, expected):
    assert dissolved_temperature_factor(temperature_c, 2.0) == expected


@pytest.mark.parametrize(
    ("temperature_c", "rise_percent"), [(0, 35.0), (5, 20.4), (10, 13.3), (15, 9.3), (20, 6.9)]
)
def test_rothc_rate_rises_with_the_next_degree(temperature_c, rise_percent):
    rise = temperature_modifier(temperature_c + 1.0) / temperature_modifier(float(temperature_c))
    assert 100 * (rise - 1) == pytest.approx(rise_percent, abs=0.05)


def test_rothc_stops_below_minus_5_degrees():
    assert temperature_modifier(-5.01) == 0.0 < temperature_modifier(-5.0)


def test_rothc_largest_deficit_of_clay_and_depth():
    assert largest_deficit_mm(13.0, 25.0) == pytest.approx(-38.2717391, abs=1e-7)


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.44, 1.0), (0.722, 0.6), (1.0, 0.2)])
def test_rothc_moisture_modifier(share, expected):
    assert moisture_modifier(share, 0.2) == pytest.approx(expected, abs=1e-12)


def test_bare_soil_keeps_the_deficit_of_its_plants():
    largest, bare = -40.0, -20.0
    assert next_deficit_mm(-30.0, -10.0, largest, bare, False) == -30.0


def test_bare_soil_dries_to_its_own_limit_only():
    assert next_deficit_mm(-15.0, -10.0, -40.0, -20.0, False) == -20.0


def test_covered_soil_dries_to_the_largest_deficit():
    assert next_deficit_mm(-35.0, -10.0, -40.0, -20.0, True) == -40.0


def test_rain_ends_a_deficit_and_leaves_no_surplus():
    assert next_deficit_mm(-15.0, 50.0, -40.0, -20.0, True) == 0.0


def _columns(n: int) -> SoilColumns:
    names = {name: np.full(n, 0.2) for name in SoilColumns._fields}
    names |= {"clay_percent": np.full(n, 20.0), "porosity": np.full(n, 0.5)}
    names |= {"field_capacity": np.full(n, 0.3), "wilting_point": np.full(n, 0.1)}
    return SoilColumns(**names)


def _factors(name: str, temperature_c: float, water_percent: float):
    scheme = SCHEMES[name]
    prepared = scheme.prepare(scheme.table.defaults, _columns(1), np.full(1, 1.44))
    factor, surface = np.empty((1, 10)), np.empty(1)
    layers = [np.full((1, 10), value) for value in (temperature_c, 0.005 * water_percent)]
    scheme.decay_factors(0, 1, *layers, np.full(1, 0.5), prepared, factor, surface)
    return factor[0], surface[0]


def test_litter_decays_as_the_first_layer():
    factor, surface = _factors("ibis", 15.0, 59.9999999)
    np.testing.assert_allclose((*factor, surface), [1.0] * 11, rtol=1e-9)


def test_ibis_never_stands_still():
    assert _factors("ibis", -40.0, 0.0)[1] == SCHEMES["ibis"].table.defaults.smallest_factor


@pytest.mark.parametrize(("water_percent", "expected"), [(60.0, 1.0), (90.0, 1.0), (20.0, 0.2)])
def test_layered_rothc_reads_deficit_between_field_capacity_and_wilting(water_percent, expected):
    factor, _ = _factors("rothc", 10.0, water_percent)
    np.testing.assert_allclose(factor, expected * temperature_modifier(10.0), rtol=1e-12)
