"""Air temperature from the skin temperature that satellites see under a clear sky."""

from __future__ import annotations

import numpy as np

from .soil_columns import FloatArray

MID_MONTH_DAYS = np.array([16.0, 45.5, 75.0, 105.5, 136.0, 166.5, 197.0, 228.0, 258.5, 289.0,
                           319.5, 350.0])  # fmt: skip
BY_COSINE_C, BY_SEASON_C = 30.419375, 15.539232
COLDEST_DAY = 18.0
"""Kilibarda et al. 2014, J. Geophys. Res. Atmos. 119:2294-2313: the trend of daily mean
temperatures at the world's stations (coefficients of their R package ``meteo``)."""
LAPSE_C_PER_M = 0.006
"""The same: 0.6 K per 100 m."""


def temperature_trend_c(latitude_deg: FloatArray, elevation_m: FloatArray) -> FloatArray:
    """Return monthly mean air temperature by latitude, season and elevation, (12, n), degC.

    Distance from the sea is not in it: its error is of the order of a few kelvin.

    Parameters
    ----------
    latitude_deg, elevation_m : array (n,)
        Of the places.
    """
    season = np.cos(2.0 * np.pi * (MID_MONTH_DAYS - COLDEST_DAY) / 365.0)[:, None]
    latitude = np.radians(latitude_deg)
    below_warmest = 1.0 + np.where(latitude >= 0.0, season, -season)
    at_sea_level = BY_COSINE_C * np.cos(latitude) - BY_SEASON_C * below_warmest * np.abs(
        np.sin(latitude)
    )
    return np.asarray(at_sea_level - LAPSE_C_PER_M * elevation_m)


def air_from_skin_c(
    skin_c: FloatArray, latitude_deg: FloatArray, elevation_m: FloatArray, area_m2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return monthly air temperature (12, n), and by how much each month's was lowered (12,), K.

    The mean of clear-sky skin temperature by day and night is several kelvin above air temperature
    in summer. Each month's mean over the region is brought to that of `temperature_trend_c`; the
    differences between cells stay those of the satellite.

    Parameters
    ----------
    skin_c : array (12, n)
        Means of the months, degC.
    latitude_deg, elevation_m, area_m2 : array (n,)
        Of the cells.
    """
    above = skin_c - temperature_trend_c(latitude_deg, elevation_m)
    lowered = np.average(above, axis=1, weights=area_m2)
    return skin_c - lowered[:, None], lowered
