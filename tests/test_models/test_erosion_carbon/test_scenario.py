"""Scenarios: what they change of forcing and storms, and that nothing else moves."""

import datetime as dt
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.parameters import make_parameters
from models.erosion_carbon.scenario import (
    LARGEST_INTENSITY,
    LEAST_INTENSITY,
    STORM_PARAMETERS,
    Scenario,
)
from models.erosion_carbon.vegetation import COVER_CODES
from models.erosion_carbon.weather import WEATHER, DailySeries


def test_the_default_changes_nothing(valley):
    usual = Scenario()
    assert not usual.changes_anything
    assert usual.parameters({"erosion": {"erodibility_factor": 2.0}}) == {
        "erosion": {"erodibility_factor": 2.0}
    }
    before = valley()
    same = usual.climate(before)
    for each in fields(before):
        if each.name != "geometry":
            np.testing.assert_equal(getattr(same, each.name), getattr(before, each.name))


@given(st.floats(0.1, 5), st.floats(-20, 20))
def test_rain_is_multiplied_and_warmth_added(valley, factor, change):
    before = valley(2, 2)
    scenario = Scenario(precipitation_factor=factor, temperature_change_c=change)
    after = scenario.climate(before)
    np.testing.assert_allclose(after.precipitation_mm, factor * before.precipitation_mm)
    np.testing.assert_allclose(after.temperature_c, before.temperature_c + change)


def test_days_change_as_months_do(valley):
    days = np.ones((3, 4), np.float32)
    dates = [dt.date(2001, 1, day) for day in (1, 2, 3)]
    daily = DailySeries(dates, 2 * days, 5 * days, None, 9 * days)
    scenario = Scenario(precipitation_factor=1.5, temperature_change_c=2.0)
    after = scenario.climate(valley(daily=daily)).daily
    assert after is not None
    np.testing.assert_array_equal(after.precipitation_mm, 3 * days)
    np.testing.assert_array_equal(after.mean_c, 7 * days)
    assert after.min_c is None
    np.testing.assert_array_equal(after.max_c, 11 * days)


def test_classes_change_all_at_once():
    """Two that take each other's place do not end up as one."""
    crop, grass, forest = (COVER_CODES[name] for name in ("cropland", "grassland", "forest"))
    scenario = Scenario(land_cover={"cropland": "grassland", "grassland": "cropland"})
    after = scenario.cover(np.array([crop, grass, forest]))
    np.testing.assert_array_equal(after, [grass, crop, forest])


@given(st.floats(LEAST_INTENSITY, LARGEST_INTENSITY))
def test_every_intensity_gives_storms_within_their_bounds(factor):
    changes = Scenario(rain_intensity_factor=factor).parameters({})
    weather = make_parameters(changes).weather
    for name in STORM_PARAMETERS:
        assert getattr(weather, name) == pytest.approx(factor * WEATHER.parameters[name].value)


def test_storms_of_the_manifest_are_multiplied_not_replaced():
    given_share = {"weather": {"half_hour_share_warm": 0.2, "storm_length_m": 1e4}}
    after = Scenario(rain_intensity_factor=2.0).parameters(given_share)["weather"]
    assert after["half_hour_share_warm"] == pytest.approx(0.4)
    assert after["storm_length_m"] == 1e4
