"""Soil temperature and thaw of tundra at Toolik, Alaska, from its weather."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..hydrology.parameters_column import SNOW_CANOPY
from .parameters import SOIL_HEAT
from .site_column import SoilLayer, site_column
from .site_comparison import FINE_NODES_M, SiteComparison, at_depths, run_after_spin_up
from .site_run import no_snow, run_site, snow_from_weather, snow_of_density

FloatArray = npt.NDArray[np.float64]

TOOLIK_LATITUDE_DEG = 68.6
TOOLIK_BROKEN_GAUGE = ("2009-03", "2009-11")
"""Months of 387 and 520 mm of precipitation at a gauge that catches 300 mm in a year."""
TOOLIK_SHALLOW_YEARS = (1999, 2000, 2001, 2005, 2006)
"""Years before the upper thermistors moved, or between (README of the data)."""
TOOLIK_STEADY_DEPTH_M = 0.4
TOOLIK_SENSOR_M = 0.08
TOOLIK_DEEP_M, TOOLIK_DEEP_C = (6.0, 30.0), (-4.5, -3.5)
"""Below the sensors: the mean at 1 m, and a geothermal gradient."""

_PEAT = (0.0, 0.0, 1300.0, 0.0103, 2.7, 1.0)
_SILT = (20.0, 15.0, 1300.0, 0.786, 5.3)
TOOLIK_LAYERS = (
    SoilLayer(0.05, 0.25, 0.90, *_PEAT),  # moss
    SoilLayer(0.22, 0.65, 0.85, *_PEAT),  # organic layer of moist acidic tundra, 20-25 cm
    SoilLayer(4.0, 0.45, 0.48, *_SILT),  # wet silt loam (Clapp & Hornberger 1978)
    SoilLayer(40.0, 0.02, 0.05, 30.0, 20.0, 2500.0, 0.1, 3.0),
)


def _toolik_sensors(folder: Path) -> pd.DataFrame:
    soil = pd.read_csv(
        folder / "soil_temperature_daily.csv", index_col="date", parse_dates=["date"]
    )
    soil = soil.filter(like="soil_temp_")
    depths_m = [float(name[10:-4].replace("p", ".")) / 100 for name in soil.columns]
    soil.columns = pd.Index(np.round(depths_m, 4))
    return soil.loc["1999":]


def compare_with_toolik(
    folder: Path, catch_factor: float = 1.0, node_thickness_m: FloatArray = FINE_NODES_M
) -> SiteComparison:
    """Return soil temperatures at Toolik and thaw of unburned tundra 40 km away, from weather.

    Snow is modelled from gauged precipitation; moss and organic layer are those usual of moist
    acidic tundra.

    Parameters
    ----------
    folder : Path
        ``freeze_thaw_toolik``.
    catch_factor : float
        True over gauged snowfall. The gauge misses some in wind; how much is not known here.
    node_thickness_m : array, shape (nodes,)
        Grid of our column.
    """
    weather = pd.read_csv(folder / "met_daily.csv", index_col="date", parse_dates=["date"])
    days = pd.DatetimeIndex(weather.index)
    rain = weather["precipitation_mm"].copy()
    broken = days.strftime("%Y-%m").isin(TOOLIK_BROKEN_GAUGE)
    usual = rain[~broken].groupby(days[~broken].strftime("%m-%d")).mean()
    rain[broken] = usual.reindex(days[broken].strftime("%m-%d")).to_numpy()
    air_c = weather["air_temp_mean_c"].to_numpy()
    depth_m, density = snow_from_weather(
        air_c,
        rain.to_numpy(),
        days.day_of_year.to_numpy(),
        TOOLIK_LATITUDE_DEG,
        SNOW_CANOPY.defaults,
        catch_factor,
    )
    parameters = SOIL_HEAT.defaults
    run = run_after_spin_up(
        air_c,
        snow_of_density(depth_m, density),
        site_column(TOOLIK_LAYERS, node_thickness_m, parameters),
        -5.0,
        3652,
        parameters,
    )
    reference = _toolik_sensors(folder)
    depths_m = reference.columns.to_numpy(dtype=np.float64)
    shallow = depths_m[depths_m < TOOLIK_STEADY_DEPTH_M]
    moved = ~pd.DatetimeIndex(reference.index).year.isin(TOOLIK_SHALLOW_YEARS)
    reference.loc[moved, shallow] = np.nan
    probed = pd.read_csv(folder / "thaw_depth.csv", parse_dates=["date"])
    probed = probed[probed["burn_severity"] == "unburned"]
    probed_m = probed.groupby("date")["thaw_depth_cm"].mean() / 100
    return SiteComparison(
        at_depths(run, depths_m, weather.index).reindex(reference.index),
        reference,
        pd.Series(run.thaw_depth_m, weather.index).reindex(probed_m.index),
        probed_m,
    )


def compare_below_sensor(
    folder: Path, node_thickness_m: FloatArray = FINE_NODES_M
) -> SiteComparison:
    """Return soil temperatures of 1999-2001 driven by those measured at 8 cm: soil without snow.

    Parameters
    ----------
    folder : Path
        ``freeze_thaw_toolik``.
    node_thickness_m : array, shape (nodes,)
        Grid of our column, which begins at 8 cm.
    """
    soil = _toolik_sensors(folder).loc["1999":"2001"].interpolate()
    depths_m = soil.columns.to_numpy(dtype=np.float64)
    below_m = depths_m[depths_m > TOOLIK_SENSOR_M]
    layers = [
        replace(layer, bottom_m=layer.bottom_m - TOOLIK_SENSOR_M)
        for layer in TOOLIK_LAYERS
        if layer.bottom_m > TOOLIK_SENSOR_M
    ]
    column = site_column(layers, node_thickness_m, SOIL_HEAT.defaults)
    first = soil.iloc[0]
    start = np.interp(
        column.middle_m,
        np.append(depths_m - TOOLIK_SENSOR_M, TOOLIK_DEEP_M),
        np.append(first.to_numpy(), TOOLIK_DEEP_C),
    )
    run = run_site(
        soil[TOOLIK_SENSOR_M].to_numpy(), no_snow(len(soil)), column, start, SOIL_HEAT.defaults
    )
    empty = pd.Series(dtype=np.float64)
    modelled = at_depths(run, below_m - TOOLIK_SENSOR_M, soil.index)
    modelled.columns = pd.Index(below_m)
    return SiteComparison(modelled, soil[below_m], empty, empty)
