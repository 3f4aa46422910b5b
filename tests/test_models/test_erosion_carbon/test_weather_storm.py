"""Storms within the day: exact sums, SWAT's closed form, erosivity like that of real storms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from models.erosion_carbon.weather import WEATHER
from models.erosion_carbon.weather.kernel_storm import (
    decay_of_share,
    exponential_share,
    half_hour_share,
    intensity_square_ratio,
    storm_hours,
    storm_length,
)

P = WEATHER.defaults
SHARES = pytest.mark.parametrize(
    ("share", "decay_h", "first_hour"),
    [(0.3, 1.402, 0.510), (0.5, 0.721, 0.750), (0.7, 0.415, 0.910)],
)
shares = st.floats(0.05, 0.98)
chances = st.floats(0.0, 1.0)


def hours(precipitation_m, decay_h, start_h):
    """Return the 24 hourly depths."""
    hourly_m = np.full(24, np.nan)
    storm_hours(precipitation_m, decay_h, start_h, hourly_m)
    return hourly_m


@SHARES
def test_decay_time_of_a_peak_half_hour(share, decay_h, first_hour):
    assert decay_of_share(share) == pytest.approx(decay_h, abs=5e-4)


@SHARES
def test_first_hour_of_an_endless_storm(share, decay_h, first_hour):
    assert exponential_share(1.0, decay_of_share(share)) == pytest.approx(first_hour, abs=5e-4)


@SHARES
def test_first_hour_of_a_storm_that_ends_has_all_that_would_fall_later_in_proportion(
    share, decay_h, first_hour
):
    hourly_m = hours(0.02, decay_of_share(share), 3.0)
    assert hourly_m[3] / 0.02 == pytest.approx(first_hour / (1 - np.exp(-4.6)), abs=6e-4)


@given(st.floats(1e-4, 0.5), shares, chances)
def test_hours_sum_to_the_day(precipitation_m, share, when):
    decay_h = decay_of_share(share)
    start_h = when * (24.0 - storm_length(decay_h))
    assert hours(precipitation_m, decay_h, start_h).sum() == pytest.approx(
        precipitation_m, rel=1e-14, abs=0
    )


@given(shares, chances)
def test_it_rains_from_start_to_end_of_the_storm_only(share, when):
    decay_h = decay_of_share(share)
    start_h = when * (24.0 - storm_length(decay_h))
    clock = np.arange(24)
    raining = hours(0.01, decay_h, start_h) > 0
    assert not raining[(clock + 1 <= start_h) | (clock >= start_h + storm_length(decay_h))].any()
    assert raining[int(np.ceil(start_h)) : int(start_h + storm_length(decay_h) - 1e-6)].all()


def test_a_dry_day_has_no_rain_in_any_hour():
    assert (hours(0.0, 1.0, 0.0) == 0.0).all()


@pytest.mark.parametrize("duration_h", [1.0, 0.5, 1 / 6])
def test_mean_square_of_intensity_is_that_of_the_integral(duration_h):
    decay_h = 0.4
    mean = quad(lambda t: np.exp(-t / decay_h), 0.0, duration_h)[0] / duration_h
    square = quad(lambda t: np.exp(-2 * t / decay_h), 0.0, duration_h)[0] / duration_h
    assert intensity_square_ratio(duration_h, decay_h) == pytest.approx(square / mean**2)


@given(st.floats(1e-3, 24.0), st.floats(0.17, 5.0))
def test_mean_square_of_intensity_is_at_least_the_square_of_the_mean(duration_h, decay_h):
    assert intensity_square_ratio(duration_h, decay_h) >= 1.0


@given(chances, st.floats(1e-4, 1.0), st.floats(-30.0, 40.0))
def test_peak_half_hour_keeps_its_limits(chance, precipitation_m, mean_c):
    share = half_hour_share(chance, precipitation_m, mean_c, P)
    limit = 1 - np.exp(-125.0 / (1000.0 * precipitation_m + 5.0))
    assert min(0.15, limit) * (1 - 1e-12) <= share <= min(0.95, limit) * (1 + 1e-12)


@given(chances, chances, st.floats(1e-4, 1.0), st.floats(-30.0, 40.0))
def test_peak_half_hour_grows_with_chance_and_warmth(one, other, precipitation_m, mean_c):
    low, high = sorted((one, other))
    share = half_hour_share(low, precipitation_m, mean_c, P)
    assert share <= half_hour_share(high, precipitation_m, mean_c, P)
    assert share <= half_hour_share(low, precipitation_m, mean_c + 5.0, P) * (1 + 1e-12)


def erosivity(precipitation_mm, share):
    """Return E I30 of the exponential storm, MJ mm ha-1 h-1 (RUSLE2 unit energy)."""
    decay_h = decay_of_share(share)
    edges = np.linspace(0.0, storm_length(decay_h), 200)
    fallen = -np.expm1(-edges / decay_h) / -np.expm1(-edges[-1] / decay_h)
    depth = precipitation_mm * np.diff(fallen)
    energy = 0.29 * (1 - 0.72 * np.exp(-0.082 * depth / np.diff(edges)))
    peak = 2 * precipitation_mm * share / -np.expm1(-edges[-1] / decay_h)
    return (energy * depth).sum() * peak


@pytest.mark.parametrize("precipitation_mm", [20.0, 30.0, 40.0])
@pytest.mark.parametrize(("mean_c", "factor"), [(22.0, 0.3937), (0.0, 0.3101)])
def test_erosivity_of_a_day_is_that_of_xie_et_al_2016(precipitation_mm, mean_c, factor):
    chances = (np.arange(200) + 0.5) / 200
    drawn = [half_hour_share(chance, precipitation_mm / 1000, mean_c, P) for chance in chances]
    mean = np.mean([erosivity(precipitation_mm, share) for share in drawn])
    assert mean == pytest.approx(factor * precipitation_mm**1.7265, rel=0.3)


def test_a_heavy_days_first_hour_exceeds_the_conductivity_of_loam_though_its_mean_does_not():
    """Spread evenly, 24 mm a day would be 1 mm an hour; loam takes 3.4 mm an hour (Chow 1988)."""
    loam_mm_h = 3.4
    hourly_mm = 1000 * hours(0.024, decay_of_share(half_hour_share(0.5, 0.024, 20.0, P)), 0.0)
    assert hourly_mm.mean() < loam_mm_h / 3
    assert hourly_mm.max() > 2 * loam_mm_h
