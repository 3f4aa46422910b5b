"""Air temperature from skin temperature: the region's level is the trend's, its pattern stays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.skin_temperature import air_from_skin_c, temperature_trend_c


def test_trend_is_that_of_kilibarda_at_52_degrees_on_day_120():
    """temp.from.geom(fi=52, day=120) of OpenGeoHub's course gives 8.73603; 121 is mid-season."""
    april, may = temperature_trend_c(np.array([52.0]), np.array([0.0]))[3:5, 0]
    assert april < 8.73603 < may


def test_it_is_a_kelvin_colder_every_167_metres_up():
    low, high = temperature_trend_c(np.array([45.0, 45.0]), np.array([0.0, 1000.0])).T
    np.testing.assert_allclose(low - high, 6.0)


def test_seasons_are_opposite_south_of_the_equator():
    north, south = temperature_trend_c(np.array([40.0, -40.0]), np.zeros(2)).T
    assert north.argmax() == 6
    assert south.argmin() == 6


@given(st.floats(-60, 60), st.floats(-20, 20))
def test_a_level_that_is_wrong_everywhere_is_taken_off(latitude, too_warm):
    latitudes, heights = np.full(3, latitude), np.array([100.0, 800.0, 2000.0])
    truth = temperature_trend_c(latitudes, heights)
    air, lowered = air_from_skin_c(truth + too_warm, latitudes, heights, np.ones(3))
    np.testing.assert_allclose(air, truth, atol=1e-9)
    np.testing.assert_allclose(lowered, too_warm, atol=1e-9)


def test_differences_between_cells_stay_those_of_the_satellite():
    skin = np.random.default_rng(1).normal(10, 5, (12, 4))
    air, _ = air_from_skin_c(skin, np.full(4, 42.0), np.full(4, 300.0), np.array([1.0, 2, 3, 4]))
    np.testing.assert_allclose(air - air[:, :1], skin - skin[:, :1], atol=1e-12)


def test_large_cells_count_more():
    skin = np.zeros((12, 2))
    heights = np.array([0.0, 1000.0])
    _, lowered = air_from_skin_c(skin, np.full(2, 42.0), heights, np.array([3.0, 1.0]))
    trend = temperature_trend_c(np.full(2, 42.0), heights)
    assert lowered == pytest.approx(-(0.75 * trend[:, 0] + 0.25 * trend[:, 1]))
