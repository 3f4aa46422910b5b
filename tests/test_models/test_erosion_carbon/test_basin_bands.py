"""Bands of plausible basins."""

import math

from models.erosion_carbon.basin_bands import Band, bands_of


def test_a_forested_basin_gives_half_of_its_rain_to_the_river():
    assert bands_of("forest")["runoff_coefficient"].holds(0.48)
    assert not bands_of("forest")["runoff_coefficient"].holds(0.28)


def test_net_erosion_may_be_half_to_one_and_a_half_times_the_observed():
    assert bands_of("cropland")["net_soil_erosion_g_m2"] == Band(83.71, 251.13)


def test_classes_without_a_basin_have_the_bands_of_all():
    assert set(bands_of("wetland")) == {"gross_soc_erosion_of_npp", "land_deposition_share"}


def test_what_is_no_number_lies_in_no_band():
    assert not Band(0.0, 1.0).holds(math.nan)
