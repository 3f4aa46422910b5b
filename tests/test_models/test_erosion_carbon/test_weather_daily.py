"""Weather from daily series: taken as it is, refused where it cannot be."""

import datetime as dt

import numpy as np
import pytest

from features.errors import InputError
from models.erosion_carbon.weather import WEATHER, DailySeries, DailyWeather

DATES = [dt.date(2000, 2, 27) + dt.timedelta(days=day) for day in range(5)]
PLACES = np.array([0.0, 3e3, 9e4]), np.zeros(3)


def series(**changes):
    """Return five days of three cells."""
    mean_c = np.arange(15.0).reshape(5, 3)
    rain_mm = np.where(np.arange(15).reshape(5, 3) % 2, 12.0, 0.0)
    fields = DailySeries(DATES, rain_mm, mean_c, mean_c - 4.0, mean_c + 6.0)
    return fields._replace(**changes)


def weather(of):
    """Return it as a source of weather."""
    return DailyWeather(of, np.arange(3), WEATHER.defaults, 3, *PLACES)


def changed(name, row, cell, value):
    """Return the series with one value replaced."""
    field = getattr(series(), name).copy()
    field[row, cell] = value
    return series(**{name: field})


def test_rain_and_temperatures_are_those_given():
    day = weather(series()).day(dt.date(2000, 2, 29))
    assert np.array_equal(day.precipitation_m, series().precipitation_mm[2] / 1000)
    assert np.array_equal(day.mean_c, series().mean_c[2])
    assert np.array_equal(day.min_c, series().min_c[2])
    assert np.array_equal(day.max_c, series().max_c[2])


def test_cells_take_the_weather_of_their_place_in_the_series():
    day = DailyWeather(series(), np.array([2, 0, 2]), WEATHER.defaults, 3, *PLACES).day(DATES[1])
    assert np.array_equal(day.mean_c, series().mean_c[1, [2, 0, 2]])
    assert np.array_equal(day.precipitation_m, series().precipitation_mm[1, [2, 0, 2]] / 1000)


def test_extremes_not_given_lie_half_the_usual_range_from_the_mean():
    day = weather(series(min_c=None, max_c=None)).day(DATES[0])
    assert day.max_c - day.mean_c == pytest.approx(5.0)
    assert day.mean_c - day.min_c == pytest.approx(5.0)


def test_storms_are_the_same_whichever_days_are_asked():
    one, other = weather(series()), weather(series())
    for date in DATES:
        one.day(date)
    again = one.day(DATES[1])
    alone = other.day(DATES[1])
    assert all(np.array_equal(a, b) for a, b in zip(again, alone, strict=True))


def test_float32_series_become_float64_days():
    fields = series()
    narrow = DailySeries(DATES, *(field.astype(np.float32) for field in fields[1:]))
    assert {field.dtype for field in weather(narrow).day(DATES[3])} == {np.dtype(np.float64)}


LATE = [*DATES[:2], *DATES[3:], dt.date(2000, 3, 3)]


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (changed("precipitation_mm", 2, 1, -0.5), r"_mm, 2000-02-29 \(row 2\), cell 1: -0\.5"),
        (changed("mean_c", 0, 2, np.nan), r"mean_c, 2000-02-27 \(row 0\), cell 2: nan"),
        (changed("min_c", 4, 0, 40.0), r"min_c, 2000-03-02 \(row 4\), cell 0: 40\.0"),
        (series(dates=LATE), "row 2: 2000-03-01 follows 2000-02-28"),
        (series(mean_c=np.zeros((5, 2))), r"mean_c: has shape \(5, 2\)"),
    ],
    ids=["negative rain", "gap", "minimum above maximum", "missing date", "shape"],
)
def test_impossible_series_are_refused_with_their_place(of, message):
    with pytest.raises(InputError, match=message):
        weather(of)


def test_a_date_beyond_the_series_is_refused():
    with pytest.raises(InputError, match="2000-03-03 is not within 2000-02-27 to 2000-03-02"):
        weather(series()).day(dt.date(2000, 3, 3))
