"""Flow of three gauged basins from daily weather, each as one column. Nothing is fitted."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..plant_growth import seasonal_lai
from ..vegetation import COVER_CODES, PROPERTIES
from .column_run import ColumnWeather, run_column
from .soil_hydraulics import soil_columns

SPIN_UP_DAYS = 365
FULL_MONTH_DAYS = 25
LOAM_PERCENT = (40.0, 20.0, 2.5)
"""Sand, clay and organic matter."""


class Basin(NamedTuple):
    """What is assumed of a basin; two of the three are anonymous.

    Parameters
    ----------
    latitude_deg : float
        For the season of melt.
    cover : str
        One for the whole basin.
    """

    latitude_deg: float
    cover: str


BASINS = {
    "basin_a": Basin(47.0, "grassland"),
    "basin_b": Basin(45.0, "forest"),
    "durance_embrun": Basin(44.6, "forest"),
}


def compare_flow_with_basin(folder: Path, name: str) -> pd.DataFrame:
    """Return ``measured`` and ``modelled`` flow of months with discharge on 25 days, mm.

    Soil is loam throughout, weather is that of the basin's mean height; the first year is left out.

    Parameters
    ----------
    folder : Path
        ``streamflow_airgr``.
    name : str
        One of `BASINS`.
    """
    basin = BASINS[name]
    series = pd.read_csv(folder / f"{name}_daily.csv", parse_dates=["date"]).set_index("date")
    mean_c = series["air_temp_c"].interpolate()
    summer_lai = np.array(PROPERTIES["summer_lai"].values[COVER_CODES[basin.cover]])
    weather = ColumnWeather(
        np.array(pd.DatetimeIndex(series.index).day_of_year),
        series["precipitation_mm"].fillna(0.0).to_numpy(),
        mean_c.to_numpy(),
        series["pet_mm"].interpolate().to_numpy(),
        seasonal_lai(summer_lai, mean_c.rolling(30, min_periods=1).mean().to_numpy()),
    )
    sand, clay, organic, nothing = (np.array([value]) for value in (*LOAM_PERCENT, 0.0))
    soil = soil_columns(sand, clay, organic, None, nothing, nothing)
    run = run_column(weather, basin.latitude_deg, basin.cover, soil)
    flow = pd.DataFrame({"measured": series["discharge_mm"], "modelled": run.runoff_mm})
    by_month = flow[SPIN_UP_DAYS:].dropna().resample("MS")
    return by_month.sum()[by_month["measured"].count() >= FULL_MONTH_DAYS]
