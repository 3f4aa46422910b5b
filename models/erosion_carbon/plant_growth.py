"""Leaves and growth where no maps of them are given."""

from __future__ import annotations

import numpy as np

from .soil_columns import FloatArray

# Gutman and Ignatov 1998: cover is linear in NDVI between bare soil and a closed canopy.
NDVI_BARE = 0.05
NDVI_CLOSED = 0.95
LIGHT_EXTINCTION = 0.5
LARGEST_LAI = 8.0
LEAFLESS_C, FULL_LEAF_C = 0.0, 10.0
"""Own: deciduous leaves of temperate and boreal lands, on monthly means."""
WINTER_LEAF_SHARE = 0.2
CARBON_PER_DRY_MATTER = 0.475


def lai_from_ndvi(ndvi: FloatArray) -> FloatArray:
    """Return the leaf area index (m2 m-2) that a vegetation index shows, same shape.

    Beer's law on the cover fraction of Gutman and Ignatov 1998, at most 8.
    """
    cover = np.clip((ndvi - NDVI_BARE) / (NDVI_CLOSED - NDVI_BARE), 0.0, 1.0)
    thinnest = np.exp(-LIGHT_EXTINCTION * LARGEST_LAI)
    return np.asarray(-np.log(np.maximum(1.0 - cover, thinnest)) / LIGHT_EXTINCTION)


def seasonal_lai(summer_lai: FloatArray, monthly_mean_c: FloatArray) -> FloatArray:
    """Return the leaf area index of a month from that of summer and the month's temperature.

    Parameters
    ----------
    summer_lai, monthly_mean_c : array
        Of shapes that broadcast; m2 m-2 and degC.
    """
    leaf_share = (monthly_mean_c - LEAFLESS_C) / (FULL_LEAF_C - LEAFLESS_C)
    return np.asarray(summer_lai * np.clip(leaf_share, WINTER_LEAF_SHARE, 1.0))


def miami_npp_g_m2(annual_mean_c: FloatArray, annual_precipitation_mm: FloatArray) -> FloatArray:
    """Return net primary production, g C m-2 yr-1 (Lieth 1975, the Miami model)."""
    by_warmth = 3000.0 / (1.0 + np.exp(1.315 - 0.119 * annual_mean_c))
    by_water = 3000.0 * -np.expm1(-0.000664 * annual_precipitation_mm)
    return np.asarray(np.minimum(by_warmth, by_water) * CARBON_PER_DRY_MATTER)


def growth(lai: FloatArray, mean_c: FloatArray) -> FloatArray:
    """Return how much grows in a step of the year, any unit: by leaves and warmth.

    Parameters
    ----------
    lai, mean_c : array
        Leaf area index, m2 m-2, and air temperature, degC, of the same shape.
    """
    return np.asarray(np.maximum(lai, 0.0) * np.maximum(mean_c, 0.0))


def share_of_growth(grown: FloatArray, in_year: FloatArray) -> FloatArray:
    """Return the share of a year's production that a step of `growth` has, (n,).

    Sums to 1 over the steps, to 0 where no step has warmth and leaves.
    """
    return np.asarray(grown / np.where(in_year > 0.0, in_year, 1.0))
