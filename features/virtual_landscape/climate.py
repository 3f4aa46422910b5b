"""Climate of the virtual world: a south-west to north-east moisture gradient and a lapse rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .random_fields import gaussian_field, standardised, stretched, uncorrelated_with
from .relief import Relief
from .world_lattice import BoolArray, FloatArray, WorldLattice

MOIST_BEARING = np.deg2rad(35.0)
"""Direction of growing moisture, counter-clockwise from east."""
MONTHS = np.arange(12)

Field = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Climate:
    """Long-term means, each of shape (750, 950).

    Parameters
    ----------
    moisture : array of float64
        What map and aridity_index share; mean 0 and SD 1 in the region.
    mat : array of float64
        Mean annual temperature, degC.
    map : array of float64
        Mean annual precipitation, mm/yr.
    aridity_index : array of float64
        Precipitation over potential evapotranspiration; low is dry.
    """

    moisture: FloatArray
    mat: FloatArray
    map: FloatArray
    aridity_index: FloatArray


def make_climate(seed: int, relief: Relief, region: BoolArray) -> Climate:
    """Return a climate within the ranges of the study's region (MAT, MAP)."""
    lattice = WorldLattice()
    east, north = lattice.easting / 3e5, (lattice.northing - 55_000) / 3e5
    along = east * np.cos(MOIST_BEARING) + north * np.sin(MOIST_BEARING)
    # Temperature falls across the moisture gradient, from the low south-east to the north-west.
    across = 0.3 * east - 0.95 * north
    height = relief.elevation / 1e3
    weather = gaussian_field(seed, "moisture", 150, 1.0, region)
    moisture = standardised(0.75 * along + 0.5 * height + 0.45 * weather, region)
    rain = moisture + 0.75 * gaussian_field(seed, "precipitation", 80, 1.0, region)
    demand = gaussian_field(seed, "evaporative demand", 60, 1.0, region)
    warmth = 2.2 * across - 2.5 * height + 0.8 * gaussian_field(seed, "mat", 120, 1.0, region)
    # What is left of it has nothing to do with moisture, nor then, by the covariates, with carbon.
    temperature = uncorrelated_with(warmth, (moisture,), region)
    return Climate(
        moisture=moisture,
        mat=stretched(temperature, -4.3, 1.7, region),
        map=stretched(rain, 236, 680, region),
        aridity_index=0.2 + 0.9 * stretched(moisture - 0.75 * demand, 0, 1, region) ** 1.3,
    )


def monthly_temperature(mat: Field, moisture: Field) -> Field:
    """Return monthly means in degC, shape (12, rows, columns); their mean is `mat` in degC."""
    season = -np.cos(2 * np.pi * (MONTHS - 0.3) / 12)  # coldest in January
    season = (season - season.mean()).astype(mat.dtype)
    amplitude = 22.0 - 1.5 * moisture  # the drier, the more continental
    return np.asarray(mat + season[:, None, None] * amplitude)


def monthly_precipitation(annual: Field, moisture: Field) -> Field:
    """Return monthly sums in mm, shape (12, rows, columns); they add up to `annual` in mm."""
    peak = np.exp(-(((MONTHS - 6.2) / 1.7) ** 2)).astype(annual.dtype)  # summer monsoon
    base = 0.05 + 0.01 * moisture.clip(-3, 3)
    return np.asarray((peak[:, None, None] + base) * (annual / (peak.sum() + 12 * base)))
