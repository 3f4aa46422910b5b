"""Daily weather from monthly climate: what it keeps and what it does not depend on."""

import calendar
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import InputError
from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.weather import WEATHER, MonthlyClimate, MonthlyWeather

SEASON = np.array([-24.0, -18, -8, 4, 12, 18, 21, 19, 12, 3, -11, -21])


def climate(n_cells, seed=0, dtype=np.float64):
    """Return a climate that is dry or wet, by cell and month."""
    rng = np.random.default_rng(seed)
    rain = 10.0 ** rng.uniform(-2, 2.7, (12, n_cells)) * (rng.random((12, n_cells)) > 0.1)
    fields = (
        rain,
        SEASON[:, None] + rng.normal(0, 3, n_cells),
        rng.uniform(3, 18, (12, n_cells)),
        rng.uniform(0, 31, (12, n_cells)),
    )
    return MonthlyClimate(*(each.astype(dtype) for each in fields))


def scattered(n_cells, seed=0):
    """Return coordinates within 400 km, on both sides of the origin."""
    return np.random.default_rng(seed).uniform(-2e5, 2e5, (2, n_cells))


def weather(of, places, seed=7, **options):
    """Return a generator with default numbers."""
    return MonthlyWeather(of, *places, WEATHER.defaults, seed, **options)


def month_days(source, year, month):
    """Return all days of a month."""
    n_days = calendar.monthrange(year, month)[1]
    return [source.day(dt.date(year, month, day + 1)) for day in range(n_days)]


def same(one, other):
    """Tell whether two days are equal to the last bit."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1901, 2100), st.integers(1, 12))
def test_days_rain_sums_to_the_month(seed, year, month):
    given_climate = climate(40, seed)
    days = month_days(weather(given_climate, scattered(40, seed), seed), year, month)
    total_mm = 1000 * np.sum([day.precipitation_m for day in days], axis=0)
    assert total_mm == pytest.approx(given_climate.precipitation_mm[month - 1], rel=1e-12, abs=0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1901, 2100), st.integers(1, 12))
def test_days_temperatures_average_to_the_month(seed, year, month):
    given_climate = climate(40, seed)
    days = month_days(weather(given_climate, scattered(40, seed), seed), year, month)
    mean_c = np.mean([day.mean_c for day in days], axis=0)
    assert mean_c == pytest.approx(given_climate.temperature_c[month - 1], rel=0, abs=1e-12)


def test_mean_temperature_lies_midway_between_extremes_that_differ_by_the_range():
    given_climate = climate(30)
    day = weather(given_climate, scattered(30)).day(dt.date(2010, 5, 4))
    assert (day.min_c + day.max_c) / 2 == pytest.approx(day.mean_c, abs=1e-12)
    assert day.max_c - day.min_c == pytest.approx(given_climate.diurnal_range_c[4], abs=1e-12)


def test_wet_days_have_at_least_the_smallest_rain():
    days = month_days(weather(climate(200), scattered(200)), 2011, 7)
    wet_mm = 1000 * np.concatenate([day.precipitation_m for day in days])
    several = climate(200).precipitation_mm[6] > 0.2
    wet_mm = wet_mm.reshape(31, 200)[:, several]
    assert wet_mm[wet_mm > 0].min() >= 0.1 - 1e-12


def test_a_month_without_rain_is_dry():
    given_climate = climate(5)
    given_climate.precipitation_mm[3] = 0.0
    days = month_days(weather(given_climate, scattered(5)), 2003, 4)
    assert not np.any([day.precipitation_m for day in days])


def test_a_little_rain_falls_on_one_day():
    given_climate = climate(1)
    given_climate.precipitation_mm[:] = 0.05
    days = month_days(weather(given_climate, scattered(1)), 2003, 4)
    assert sum(day.precipitation_m[0] > 0 for day in days) == 1


def test_weather_does_not_depend_on_the_order_of_dates():
    one, other = (weather(climate(50), scattered(50)) for _ in range(2))
    dates = [dt.date(2008, 2, 29), dt.date(1975, 12, 31), dt.date(2008, 2, 1), dt.date(2030, 1, 1)]
    forward = [one.day(date) for date in dates]
    backward = [other.day(date) for date in reversed(dates)]
    assert all(same(a, b) for a, b in zip(forward, reversed(backward), strict=True))


def test_weather_does_not_depend_on_which_other_cells_there_are():
    whole, places = climate(101), scattered(101)
    chosen = np.array([88, 3, 57, 4, 100])
    part = MonthlyClimate(*(np.ascontiguousarray(field[:, chosen]) for field in whole))
    date = dt.date(2012, 8, 17)
    of_all = weather(whole, places).day(date)
    of_part = weather(part, places[:, chosen]).day(date)
    assert same([field[chosen] for field in of_all], of_part)


def test_weather_does_not_depend_on_the_number_of_threads():
    n_cells = 9000
    of, places, date = climate(n_cells), scattered(n_cells), dt.date(2012, 8, 17)
    with CellThreads(3) as threads:
        assert same(weather(of, places, threads=threads).day(date), weather(of, places).day(date))


@pytest.mark.parametrize(
    ("date", "seed"), [(dt.date(2013, 8, 17), 7), (dt.date(2012, 8, 17), 8)], ids=["year", "seed"]
)
def test_weather_differs_between(date, seed):
    usual = weather(climate(50), scattered(50)).day(dt.date(2012, 8, 17))
    other = weather(climate(50), scattered(50), seed).day(date)
    assert not np.allclose(usual.mean_c, other.mean_c)
    assert not np.array_equal(usual.precipitation_m > 0, other.precipitation_m > 0)


def test_a_day_may_be_changed_without_changing_the_next_call():
    source = weather(climate(10), scattered(10))
    first = source.day(dt.date(2012, 8, 17))
    kept = [field.copy() for field in first]
    for field in first:
        field[:] = -1.0
    assert same(source.day(dt.date(2012, 8, 17)), kept)


def test_float32_climate_is_kept_as_exactly():
    given_climate = climate(40, dtype=np.float32)
    days = month_days(weather(given_climate, scattered(40)), 2007, 10)
    total_mm = 1000 * np.sum([day.precipitation_m for day in days], axis=0)
    expected = given_climate.precipitation_mm[9].astype(np.float64)
    assert total_mm == pytest.approx(expected, rel=1e-12, abs=0)


def test_storms_end_within_their_day():
    days = month_days(weather(climate(300), scattered(300)), 2011, 7)
    for day in days:
        length_h = np.minimum(24.0, 4.6 * day.storm_decay_h)
        assert (day.storm_start_h >= 0).all()
        assert (day.storm_start_h + length_h <= 24.0 + 1e-12).all()


def test_unknown_ranges_and_counts_fall_back_to_the_table():
    of = climate(3)
    of.precipitation_mm[:] = 60.0
    of.diurnal_range_c[:] = np.nan
    of.wet_days[:] = np.nan
    source = weather(of, np.array([[0.0, 1e6, 2e6], np.zeros(3)]))
    day = source.day(dt.date(2005, 6, 3))
    assert day.max_c - day.min_c == pytest.approx(WEATHER.defaults.diurnal_range_c)
    wet = np.mean(
        [each.precipitation_m > 0 for y in range(2000, 2060) for each in month_days(source, y, 6)]
    )
    assert 30 * wet == pytest.approx(2.0 * 60**0.45, rel=0.05)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("precipitation_mm", -1.0, r"precipitation_mm, month 3, cell 4: -1\.0 cannot be"),
        ("temperature_c", np.nan, r"temperature_c, month 3, cell 4: nan cannot be"),
        ("wet_days", -0.5, r"wet_days, month 3, cell 4: -0\.5 cannot be"),
        ("diurnal_range_c", np.inf, r"diurnal_range_c, month 3, cell 4: inf cannot be"),
    ],
)
def test_impossible_climate_is_named(field, value, message):
    of = climate(6)
    getattr(of, field)[2, 4] = value
    with pytest.raises(InputError, match=message):
        weather(of, scattered(6))


def test_climate_of_another_number_of_cells_is_refused():
    with pytest.raises(InputError, match=r"has shape \(12, 6\)\n    mend: give \(12, 5\)"):
        weather(climate(6), scattered(5))
