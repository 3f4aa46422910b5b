"""Eighteen winters of snow at Col de Porte, French Alps, from daily weather. Nothing is fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..soil_columns import SoilColumns
from .column_run import ColumnWeather, potential_evapotranspiration_mm, run_column
from .soil_hydraulics import soil_columns

LATITUDE_DEG = 45.3
FIRST, LAST = "1993-08-01", "2011-07-31"
LONGEST_GAP_DAYS = 7
SUMMER_C = {"min": 10.0, "max": 20.0}
"""Where the station rests for the summer and no snow lies."""
MEADOW_LAI = 1.0


def compare_snow_with_col_de_porte(folder: Path) -> pd.DataFrame:
    """Return ``measured_`` and ``modelled_`` ``water_mm`` and ``depth_m`` of snow, by day.

    Rain and snowfall are those corrected for what the gauge misses.

    Parameters
    ----------
    folder : Path
        ``snow_soil_col_de_porte``.
    """
    series = pd.read_csv(folder / "met_snow_daily.csv.gz", parse_dates=["date"]).set_index("date")
    series = series.reindex(pd.date_range(FIRST, LAST))
    caught = (series["rain_mm"] + series["snowfall_mm"]).fillna(series["precipitation_mm"])
    low, high = (
        series[f"air_temp_{end}_c"].interpolate(limit=LONGEST_GAP_DAYS).fillna(summer).to_numpy()
        for end, summer in SUMMER_C.items()
    )
    day = np.array(pd.DatetimeIndex(series.index).day_of_year)
    weather = ColumnWeather(
        day,
        caught.fillna(0.0).to_numpy(),
        (low + high) / 2,
        potential_evapotranspiration_mm(LATITUDE_DEG, day, low, high),
        np.full(len(day), MEADOW_LAI),
    )
    run = run_column(weather, LATITUDE_DEG, "grassland", _soil())
    return pd.DataFrame(
        {
            "measured_water_mm": series["swe_pit_mm"],
            "modelled_water_mm": run.snow_water_mm,
            "measured_depth_m": series["snow_depth_auto_m"],
            "modelled_depth_m": run.snow_depth_m,
        }
    )


def _soil() -> SoilColumns:
    zero, sand, clay, organic, density = (
        np.array([value]) for value in (0.0, 33.0, 29.0, 5.0, 1100.0)
    )
    return soil_columns(sand, clay, organic, density, zero, zero)
