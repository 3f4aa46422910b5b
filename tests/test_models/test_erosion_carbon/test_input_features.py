"""Raw inputs as features: seasons, texture and cover as the simulator was given them."""

import numpy as np
import pytest

from models.erosion_carbon.input_features import QUARTERS, input_features
from models.erosion_carbon.vegetation import COVER_CODES

SHAPE = (4, 3)


@pytest.fixture
def features(valley):
    given = np.random.default_rng(2).uniform(0, 5, (12, *SHAPE))
    forcing = valley(*SHAPE, lai=given, npp_g_m2=np.full(SHAPE, 400.0))
    return forcing, {each.id: each for each in input_features(forcing)}


def test_quarters_hold_every_month_once():
    assert sorted(month for months in QUARTERS.values() for month in months) == list(range(12))


def test_rain_of_the_quarters_is_that_of_the_year(features):
    forcing, by_id = features
    rain = sum(by_id[f"precipitation_{quarter}"].values for quarter in QUARTERS)
    np.testing.assert_allclose(rain, forcing.precipitation_mm.sum(axis=0))


def test_winter_is_the_mean_of_december_to_february(features):
    forcing, by_id = features
    expected = forcing.temperature_c[[11, 0, 1]].mean(axis=0)
    np.testing.assert_allclose(by_id["temperature_dec_feb"].values, expected)


def test_classes_that_are_there_are_named(features):
    _, by_id = features
    named = {COVER_CODES[name]: name for name in ("cropland", "grassland", "forest", "wetland")}
    assert by_id["land_cover"].classes == named


def test_what_is_left_to_a_fallback_is_no_input(features):
    _, by_id = features
    assert {"npp", "leaf_area_jun_aug"} <= by_id.keys()
    assert not {"bulk_density", "organic_matter", "wet_days_jun_aug"} & by_id.keys()
