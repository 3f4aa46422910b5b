"""The weather generator's climate: frequency, persistence, depth, reach and spread."""

import calendar
import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma

from models.erosion_carbon.weather import WEATHER, MonthlyClimate, MonthlyWeather
from models.erosion_carbon.weather.gamma_quantiles import gamma_quantiles
from models.erosion_carbon.weather.kernel_noise import hashed_normal
from models.erosion_carbon.weather.kernel_rain import gamma_quantile, gamma_shape
from models.erosion_carbon.weather.kernel_temperature import anomaly_sd
from models.erosion_carbon.weather.seasonal_course import month_course

P = WEATHER.defaults
YEARS = range(1981, 2011)


def source_of(rain_mm, wet_days, temperature_c=10.0, spacing_m=1e6, n_cells=30):
    """Return a generator of unrelated cells that all have the same climate in every month."""
    fields = (rain_mm, temperature_c, 10.0, wet_days)
    filled = (np.full((12, n_cells), float(value)) for value in fields)
    easting_m = np.arange(n_cells) * spacing_m
    return MonthlyWeather(MonthlyClimate(*filled), easting_m, np.zeros(n_cells), P, 5)


def days_of(source, years=YEARS, months=range(1, 13)):
    """Return rain, mm, and mean temperature of all days, (n_days, n_cells)."""
    days = [
        source.day(dt.date(year, month, day + 1))
        for year in years
        for month in months
        for day in range(calendar.monthrange(year, month)[1])
    ]
    return 1000 * np.array([day.precipitation_m for day in days]), np.array(
        [day.mean_c for day in days]
    )


@pytest.fixture(scope="module")
def temperate():
    """Return 30 years of 60 mm and 12 wet days a month at 10 degC."""
    return days_of(source_of(60.0, 12.0))


def test_dates_of_a_node_are_unrelated_standard_normals():
    first = dt.date(1999, 1, 1).toordinal()
    series = np.array([hashed_normal(1, 0, first + day, 3, -4) for day in range(20_000)])
    assert abs(series.mean()) < 0.03
    assert series.std() == pytest.approx(1.0, abs=0.02)
    assert abs(np.corrcoef(series[1:], series[:-1])[0, 1]) < 0.03


@pytest.mark.parametrize("wet_days", [1.0, 2.5, 6.5, 12.0, 25.0])
def test_count_of_wet_days(wet_days):
    rain_mm, _ = days_of(source_of(5 * wet_days, wet_days, n_cells=60), range(1996, 2011))
    assert 365.25 / 12 * (rain_mm > 0).mean() == pytest.approx(wet_days, rel=0.05)


def test_rain_follows_rain_as_in_geng_et_al_1986(temperate):
    wet = temperate[0] > 0
    frequency = wet.mean()
    assert wet[1:][wet[:-1]].mean() == pytest.approx(0.25 + 0.75 * frequency, abs=0.015)
    assert wet[1:][~wet[:-1]].mean() == pytest.approx(0.75 * frequency, abs=0.015)


def test_mean_depth_of_wet_days(temperate):
    rain_mm = temperate[0]
    assert rain_mm[rain_mm > 0].mean() == pytest.approx(60 / 12, rel=0.03)


def test_depths_spread_as_gamma_shares_of_the_month(temperate):
    """Shares of N gamma numbers of one shape have CV^2 = (N - 1) / (N shape + 1)."""
    rain_mm = temperate[0]
    wet = rain_mm[rain_mm > 0]
    shape = gamma_shape(5.0, P)
    within_months = 11 / (12 * shape + 1)
    assert 0.8 * within_months < (wet.std() / wet.mean()) ** 2 < 1.5 * within_months


@pytest.mark.parametrize("shape", [0.546, 0.62, 0.9, 1.0, 1.7, 2.0])
def test_tabulated_gamma_quantiles(shape):
    exceedance = np.concatenate([np.linspace(0.001, 0.999, 301), [1e-4, 1e-6, 1e-9]])
    read = [gamma_quantile(shape, np.log(each), gamma_quantiles()) for each in exceedance]
    assert read == pytest.approx(gamma.isf(exceedance, shape), rel=0.002, abs=0.002 * shape)


def test_gamma_shape_of_geng_et_al_1986():
    assert gamma_shape(5.0, P) == pytest.approx(5.0 / (-2.16 + 1.83 * 5.0))


def test_gamma_shape_is_bounded_where_geng_has_none():
    assert gamma_shape(1.0, P) == P.gamma_shape_max


def test_rain_of_neighbours_is_related_and_less_so_with_distance():
    """Pairs anywhere on the lattice, all directions."""
    rng, n_pairs = np.random.default_rng(3), 150
    distance_m = np.array([0.0, 5e3, 25e3, 50e3, 100e3, 150e3])
    origin, angle = rng.uniform(-2e6, 2e6, (2, n_pairs)), rng.uniform(0, 2 * np.pi, n_pairs)
    easting_m = (origin[0] + distance_m[:, None] * np.cos(angle)).ravel()
    northing_m = (origin[1] + distance_m[:, None] * np.sin(angle)).ravel()
    fields = (np.full((12, easting_m.size), value) for value in (80.0, 12.0, 10.0, 12.0))
    source = MonthlyWeather(MonthlyClimate(*fields), easting_m, northing_m, P, 5)
    rain_mm = days_of(source, range(2001, 2002))[0].reshape(-1, len(distance_m), n_pairs)
    first = rain_mm[:, 0].ravel()
    related = [np.corrcoef(first, rain_mm[:, k].ravel())[0, 1] for k in range(len(distance_m))]
    assert all(near > far for near, far in pairwise(related[:5]))
    assert related[1] > 0.9
    assert 0.3 < related[2] < 0.8
    assert related[3] < 0.35
    assert np.abs(related[4:]) == pytest.approx(0.0, abs=0.04)


def test_temperature_anomalies_have_the_spread_and_memory_of_the_table(temperate):
    anomaly = temperate[1] - 10.0
    assert anomaly.std() == pytest.approx(anomaly_sd(10.0, P), rel=0.03)
    assert 0.6 < np.corrcoef(anomaly[1:].ravel(), anomaly[:-1].ravel())[0, 1] < 0.8


def test_seasonal_course_has_no_steps_between_months():
    season = 10 - 20 * np.cos(2 * np.pi * np.arange(12) / 12)
    courses = [month_course(2003, month + 1) for month in range(12)]
    days = np.concatenate([each.day_weights @ (each.solution @ season) for each in courses])
    steps = np.abs(np.diff(days, append=days[0]))
    assert steps.max() < 0.45
    assert [each.mean() for each in np.split(days, np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30,
            31, 30]))] == pytest.approx(season, abs=1e-12)  # fmt: skip


def observed(data_root, basin):
    """Return a basin's daily rain (0.1 mm and more) and temperature."""
    file = data_root / "reference_cases" / "streamflow_airgr" / f"{basin}_daily.csv"
    table = pd.read_csv(file, parse_dates=["date"]).set_index("date").loc["1999":"2009"]
    rain_mm = table["precipitation_mm"]
    return rain_mm.where(rain_mm >= 0.1, 0.0), table["air_temp_c"]


def generated(rain_mm, temperature_c, n_cells=10):
    """Return days generated from each year's own monthly sums, counts and means."""
    rain, temperature = [], []
    for year in range(1999, 2010):
        one, warm = rain_mm.loc[str(year)], temperature_c.loc[str(year)]
        months = one.index.month
        monthly = (
            one.groupby(months).sum(),
            warm.groupby(months).mean(),
            pd.Series(10.0, range(1, 13)),
            (one > 0).groupby(months).sum(),
        )
        fields = (np.tile(each.to_numpy(float)[:, None], n_cells) for each in monthly)
        place = np.arange(n_cells) * 1e6, np.zeros(n_cells)
        source = MonthlyWeather(MonthlyClimate(*fields), *place, P, 5)
        for each, into in zip(days_of(source, [year]), (rain, temperature), strict=True):
            into.append(each)
    return np.concatenate(rain), np.concatenate(temperature)


@pytest.mark.real_data
@pytest.mark.parametrize("basin", ["basin_a", "basin_b", "durance_embrun"])
def test_days_from_a_basins_months_are_like_its_days(data_root, basin):
    rain_mm, temperature_c = observed(data_root, basin)
    made_mm, made_c = generated(rain_mm, temperature_c)
    assert (made_mm > 0).mean() == pytest.approx((rain_mm > 0).mean(), rel=0.02)
    assert made_mm.std() == pytest.approx(rain_mm.std(), rel=0.12)
    heavy = np.percentile(made_mm[made_mm > 0], 99)
    assert heavy == pytest.approx(np.percentile(rain_mm[rain_mm > 0], 99), rel=0.12)
    by_month = temperature_c.index.to_period("M")
    spread = (temperature_c - temperature_c.groupby(by_month).transform("mean")).std()
    made = pd.DataFrame(made_c, index=temperature_c.index)
    made_spread = (made - made.groupby(by_month).transform("mean")).to_numpy().std()
    assert made_spread == pytest.approx(spread, rel=0.15)
