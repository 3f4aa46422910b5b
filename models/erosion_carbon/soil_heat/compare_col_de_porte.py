"""Soil temperature under measured snow at Col de Porte, French Alps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..hydrology.parameters_column import SNOW_CANOPY
from .parameters import SOIL_HEAT
from .site_column import SoilLayer, site_column
from .site_comparison import FINE_NODES_M, SiteComparison, at_depths, run_after_spin_up
from .site_run import snow_from_weather, snow_of_density

FloatArray = npt.NDArray[np.float64]

# texture and density as in soil_properties_2012.csv; moisture as measured there in 2016-17
COL_DE_PORTE_LAYERS = (
    SoilLayer(0.3, 0.36, 0.50, 34.0, 29.0, 1150.0, 0.4, 8.0, 0.05),
    SoilLayer(4.0, 0.38, 0.47, 30.0, 32.0, 1300.0, 0.4, 8.0),
    SoilLayer(40.0, 0.02, 0.05, 30.0, 20.0, 2500.0, 0.1, 3.0),
)
COL_DE_PORTE_LATITUDE_DEG = 45.3
COL_DE_PORTE_DEPTHS_CM = (10, 20, 50)
COL_DE_PORTE_YEARS = slice("1993-08-01", "2011-07-31")
LEAST_DENSITY_KG_M3 = 100.0
"""Where measured snow lies and the modelled snow, whose density is taken, has gone."""


def compare_with_col_de_porte(
    folder: Path, node_thickness_m: FloatArray = FINE_NODES_M
) -> SiteComparison:
    """Return soil temperatures on days with more than 20 cm of snow, 1993-2011.

    The depth of snow is measured; its density is that of our snow law. Weather is missing in
    summer, where the soil's temperature at 10 cm drives the surface.

    Parameters
    ----------
    folder : Path
        ``snow_soil_col_de_porte``.
    node_thickness_m : array, shape (nodes,)
        Grid of our column.
    """
    soil = _daily(folder / "soil_daily.csv.gz")
    weather = _daily(folder / "met_snow_daily.csv.gz").reindex(soil.index)
    air = (weather["air_temp_min_c"] + weather["air_temp_max_c"]) / 2
    known = air.notna()
    air = air.fillna(soil["soil_temp_10cm_c"]).interpolate().bfill()
    depth = soil["snow_depth_cm"] / 100
    depth = depth.fillna(weather["snow_depth_auto_m"]).interpolate().fillna(0.0).clip(lower=0.0)
    _, density = snow_from_weather(
        air.to_numpy(),
        weather["precipitation_mm"].fillna(0.0).to_numpy(),
        pd.DatetimeIndex(soil.index).day_of_year.to_numpy(),
        COL_DE_PORTE_LATITUDE_DEG,
        SNOW_CANOPY.defaults,
    )
    run = run_after_spin_up(
        air.to_numpy(),
        snow_of_density(depth.to_numpy(), np.maximum(density, LEAST_DENSITY_KG_M3)),
        site_column(COL_DE_PORTE_LAYERS, node_thickness_m, SOIL_HEAT.defaults),
        6.0,
        5 * 365,
        SOIL_HEAT.defaults,
    )
    depths_m = np.array(COL_DE_PORTE_DEPTHS_CM) / 100
    reference = soil[[f"soil_temp_{each}cm_c" for each in COL_DE_PORTE_DEPTHS_CM]]
    reference.columns = pd.Index(depths_m)
    empty = pd.Series(dtype=np.float64)
    return SiteComparison(
        at_depths(run, depths_m, soil.index), reference[known & (depth > 0.2)], empty, empty
    )


def _daily(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, index_col="date", parse_dates=["date"])
    return table.loc[COL_DE_PORTE_YEARS]
