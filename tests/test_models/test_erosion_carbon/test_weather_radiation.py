"""Sun and potential evapotranspiration: the worked examples of FAO-56; the course of a day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.weather.kernel_radiation import (
    day_length_h,
    extraterrestrial_radiation_mj,
    hargreaves_m,
    net_longwave_mj,
    net_radiation_mj,
    priestley_taylor_m,
    saturation_pressure_kpa,
    saturation_slope_kpa_k,
)

latitudes = st.floats(-90.0, 90.0)
days_of_year = st.integers(1, 366)
temperatures = st.floats(-60.0, 45.0)


def test_extraterrestrial_radiation_of_fao_56_example_8():
    assert extraterrestrial_radiation_mj(-20.0, 246) == pytest.approx(32.2, abs=0.05)


def test_day_length_of_fao_56_example_9():
    assert day_length_h(-20.0, 246) == pytest.approx(11.7, abs=0.05)


def test_extraterrestrial_radiation_of_fao_56_example_18():
    """Uccle, 50.80 N, 6 July."""
    assert extraterrestrial_radiation_mj(50.80, 187) == pytest.approx(41.09, abs=0.05)


def test_net_longwave_of_fao_56_example_11():
    """Rio de Janeiro in May: Rs 14.5, Rso 18.8 MJ m-2 d-1, ea 2.1 kPa."""
    assert net_longwave_mj(19.1, 25.1, 2.1, 14.5 / 18.8) == pytest.approx(3.5, abs=0.05)


def test_net_longwave_of_fao_56_example_18():
    assert net_longwave_mj(12.3, 21.5, 1.409, 22.07 / 30.90) == pytest.approx(3.71, abs=0.02)


def test_saturation_pressure_of_fao_56_example_3():
    assert saturation_pressure_kpa(24.5) == pytest.approx(3.075, abs=0.001)
    assert saturation_pressure_kpa(15.0) == pytest.approx(1.705, abs=0.001)


def test_slope_of_saturation_pressure_is_its_derivative():
    rise = saturation_pressure_kpa(16.91) - saturation_pressure_kpa(16.89)
    assert saturation_slope_kpa_k(16.9) == pytest.approx(rise / 0.02, rel=2e-4)
    assert saturation_slope_kpa_k(16.9) == pytest.approx(0.122, abs=5e-4)


def test_hargreaves_of_fao_56_equation_52():
    """0.0023 (16.9 + 17.8) (9.2)^0.5 41.09 / 2.45 = 4.06 mm at Uccle (Penman-Monteith: 3.9)."""
    assert 1000 * hargreaves_m(41.09, 16.9, 12.3, 21.5) == pytest.approx(4.06, abs=0.005)


def test_priestley_taylor_of_the_day_of_fao_56_example_18():
    """Same net radiation: 1.26 x 0.122 / (0.122 + 0.0674) x Rn / 2.45."""
    energy_mj = net_radiation_mj(41.09, 12.3, 21.5)
    expected_mm = 1.26 * 0.1221 / (0.1221 + 0.0674) * energy_mj / 2.45
    assert 1000 * priestley_taylor_m(41.09, 16.9, 12.3, 21.5) == pytest.approx(
        expected_mm, rel=1e-3
    )
    assert energy_mj == pytest.approx(13.28, rel=0.15)


@given(latitudes)
def test_day_lengths_average_to_half_a_day_and_mirror_at_the_equator(latitude_deg):
    north = [day_length_h(latitude_deg, day) for day in range(1, 366)]
    south = [day_length_h(-latitude_deg, day) for day in range(1, 366)]
    assert np.add(north, south) == pytest.approx(24.0)


@pytest.mark.parametrize(("day", "length_h"), [(172, 24.0), (355, 0.0)])
def test_polar_day_and_night(day, length_h):
    assert day_length_h(80.0, day) == pytest.approx(length_h)


@given(latitudes, days_of_year, temperatures, st.floats(0.0, 30.0))
def test_evapotranspiration_is_never_negative(latitude_deg, day, mean_c, range_c):
    ra_mj = extraterrestrial_radiation_mj(latitude_deg, day)
    extremes = mean_c - range_c / 2, mean_c + range_c / 2
    assert 0.0 <= hargreaves_m(ra_mj, mean_c, *extremes) < 0.03
    assert 0.0 <= priestley_taylor_m(ra_mj, mean_c, *extremes) < 0.03
