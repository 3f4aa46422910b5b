"""The water of one site: its budget, and what was measured at a snow field and three basins."""

import json

import numpy as np
import pandas as pd
import pytest

from features.errors import InputError
from models.erosion_carbon.hydrology.column_run import (
    ColumnWeather,
    potential_evapotranspiration_mm,
    run_column,
)
from models.erosion_carbon.hydrology.soil_hydraulics import soil_columns
from models.erosion_carbon.plant_growth import seasonal_lai

LOAM = soil_columns([40.0], [20.0], [2.5], None, [0.0], [0.0])
DAYS = 730


def weather(n_days=DAYS, seed=1):
    day = np.arange(n_days) % 365 + 1
    rng = np.random.default_rng(seed)
    mean_c = 6.0 - 14.0 * np.cos(2 * np.pi * day / 365)
    rain = rng.exponential(8.0, n_days) * (rng.random(n_days) < 0.3)
    potential = potential_evapotranspiration_mm(45.0, day, mean_c - 5, mean_c + 5)
    return ColumnWeather(day, rain, mean_c, potential, np.full(n_days, 2.0))


def test_a_run_balances_its_water():
    given = weather()
    run = run_column(given, 45.0, "grassland", LOAM)
    stored = run.snow_water_mm + run.soil_water_mm + run.groundwater_mm
    start = 1e3 * LOAM.field_capacity[0] * 4.0
    out = run.evapotranspiration_mm.sum() + run.runoff_mm.sum()
    # Rain on the leaves at the end is at most 0.2 mm per unit of leaf area.
    left = given.precipitation_mm.sum() - out - (stored[-1] - start)
    assert -1e-9 < left <= 0.4


def test_no_rain_gives_no_runoff():
    dry = weather()._replace(precipitation_mm=np.zeros(DAYS))
    run = run_column(dry, 45.0, "grassland", LOAM)
    assert run.runoff_mm.sum() == 0.0
    assert np.all(np.diff(run.soil_water_mm) <= 1e-12)


def test_gaps_and_unknown_covers_are_refused():
    given = weather(10)
    gappy = given._replace(mean_c=np.where(np.arange(10) == 3, np.nan, given.mean_c))
    with pytest.raises(InputError, match="mean_c: 1 days have no value"):
        run_column(gappy, 45.0, "grassland", LOAM)
    with pytest.raises(InputError, match="there is no 'moor'"):
        run_column(given, 45.0, "moor", LOAM)


@pytest.fixture(scope="module")
def col_de_porte(data_root):
    path = data_root / "reference_cases" / "snow_soil_col_de_porte" / "met_snow_daily.csv.gz"
    series = pd.read_csv(path, parse_dates=["date"]).set_index("date")
    series = series.reindex(pd.date_range("1993-08-01", "2011-07-31"))
    # Rain and snowfall are corrected for what the gauge misses; their sum exceeds it by a tenth.
    fall = (series.rain_mm + series.snowfall_mm).fillna(series.precipitation_mm).fillna(0.0)
    low, high = (
        series[f"air_temp_{end}_c"].interpolate(limit=7).fillna(summer).to_numpy()
        for end, summer in (("min", 10.0), ("max", 20.0))
    )
    day = np.array(series.index.day_of_year)
    mean_c = (low + high) / 2
    potential = potential_evapotranspiration_mm(45.3, day, low, high)
    lai = np.full(len(day), 1.0)
    soil = soil_columns([33.0], [29.0], [5.0], [1100.0], [0.0], [0.0])
    given = ColumnWeather(day, fall.to_numpy(), mean_c, potential, lai)
    return series, run_column(given, 45.3, "grassland", soil)


@pytest.mark.real_data
def test_snow_water_at_col_de_porte(col_de_porte):
    series, run = col_de_porte
    pit = series.swe_pit_mm.notna().to_numpy()
    error = run.snow_water_mm[pit] - series.swe_pit_mm[pit]
    # Measured with default parameters: bias -55 mm, RMSE 108 mm, r 0.73 on a mean of 248 mm.
    assert abs(error.mean()) < 70
    assert np.sqrt((error**2).mean()) < 120
    assert np.corrcoef(run.snow_water_mm[pit], series.swe_pit_mm[pit])[0, 1] > 0.7


@pytest.mark.real_data
def test_snow_depth_at_col_de_porte(col_de_porte):
    series, run = col_de_porte
    winter = (series.index.month >= 11) | (series.index.month <= 5)
    measured = (series.snow_depth_auto_m.notna() & winter).to_numpy()
    error = run.snow_depth_m[measured] - series.snow_depth_auto_m[measured]
    # Measured: bias -0.09 m, RMSE 0.22 m on a mean of 0.44 m.
    assert abs(error.mean()) < 0.12
    assert np.sqrt((error**2).mean()) < 0.25


@pytest.mark.real_data
def test_soil_reaches_no_impossible_content_at_col_de_porte(col_de_porte):
    _, run = col_de_porte
    assert run.soil_water_mm.max() <= 4000 * 0.6
    assert run.soil_water_mm.min() > 0


BASINS = {
    # latitude, cover; largest bias of the volume, least NSE of the months
    "basin_a": (47.0, "grassland", 0.10, 0.7),
    "basin_b": (45.0, "forest", 0.10, 0.6),
    "durance_embrun": (44.6, "forest", 0.10, 0.3),
}
DEFAULT_TREES = {"basin_b": (0.16, 0.6), "durance_embrun": (0.21, 0.2)}
"""Largest bias and least NSE with the forests' default of 0.6 (measured: 0.144 and 0.189, 0.64 and
0.24), the middle of what is published: a known misfit of these basins, held where it is."""


def flow_of_basin(data_root, name, transpiration_factor=None):
    """Return the relative bias of the volume and the efficiency of the months."""
    latitude, cover, *_ = BASINS[name]
    folder = data_root / "reference_cases" / "streamflow_airgr"
    assert name in json.loads((folder / "basins.json").read_text(encoding="utf-8"))
    series = pd.read_csv(folder / f"{name}_daily.csv", parse_dates=["date"]).set_index("date")
    mean_c = series.air_temp_c.interpolate()
    summer_lai = 5.1 if cover == "forest" else 1.7
    given = ColumnWeather(
        np.array(series.index.day_of_year),
        series.precipitation_mm.fillna(0.0).to_numpy(),
        mean_c.to_numpy(),
        series.pet_mm.interpolate().to_numpy(),
        seasonal_lai(np.array(summer_lai), mean_c.rolling(30, min_periods=1).mean().to_numpy()),
    )
    run = run_column(given, latitude, cover, LOAM, transpiration_factor=transpiration_factor)
    flow = pd.DataFrame({"model": run.runoff_mm, "measured": series.discharge_mm})[365:].dropna()
    months = flow.resample("MS").sum()[flow.measured.resample("MS").count() >= 25]
    misfit = ((months.model - months.measured) ** 2).sum()
    spread = ((months.measured - months.measured.mean()) ** 2).sum()
    return flow.model.mean() / flow.measured.mean() - 1, 1 - misfit / spread


@pytest.mark.real_data
@pytest.mark.parametrize("name", BASINS)
def test_monthly_flow_of_a_basin_whose_plants_transpire_the_potential(data_root, name):
    *_, largest_bias, least_nse = BASINS[name]
    bias, nse = flow_of_basin(data_root, name, transpiration_factor=1.0)
    assert abs(bias) < largest_bias
    assert nse > least_nse


@pytest.mark.real_data
@pytest.mark.parametrize("name", DEFAULT_TREES)
def test_default_trees_leave_these_basins_too_much_flow_and_no_more_than_that(data_root, name):
    largest_bias, least_nse = DEFAULT_TREES[name]
    bias, nse = flow_of_basin(data_root, name)
    assert 0.10 < bias < largest_bias
    assert nse > least_nse
