"""Soil grids of the virtual world: texture, nitrogen, pH, and a covariate of pure noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .climate import Climate
from .plant_cover import WETLAND, PlantCover
from .random_fields import gaussian_field, standardised, uncorrelated_with
from .world_lattice import BoolArray, FloatArray


@dataclass(frozen=True)
class SoilGrids:
    """Soil properties as gridded products give them, each of shape (750, 950).

    Parameters
    ----------
    clay, silt, sand : array of float64
        Percent of the fine earth; they add up to 100.
    total_nitrogen : array of float64
        g/kg: smooth, and below what laboratories find.
    ph : array of float64
        pH in water.
    noise : array of float64
        Spatially correlated like the rest; unrelated to moisture and nitrogen even by chance.
    """

    clay: FloatArray
    silt: FloatArray
    sand: FloatArray
    total_nitrogen: FloatArray
    ph: FloatArray
    noise: FloatArray


def make_soil_grids(seed: int, climate: Climate, cover: PlantCover, region: BoolArray) -> SoilGrids:
    """Return soil grids; nitrogen follows moisture and wetlands, pH falls with moisture."""
    from scipy.ndimage import gaussian_filter

    fine = np.clip(58 + 11 * gaussian_field(seed, "clay and silt", 50, 1.0, region), 18, 94)
    clay_part = np.clip(0.36 + 0.06 * gaussian_field(seed, "clay", 60, 1.0, region), 0.15, 0.6)
    wetland = gaussian_filter((cover.vegetation == WETLAND).astype(np.float64), 4.0)
    nitrogen = standardised(
        0.25 * climate.moisture
        + 0.25 * standardised(wetland, region)
        + 0.90 * gaussian_field(seed, "total nitrogen", 70, 1.5, region),
        region,
    )
    ph = 6.4 - 0.45 * climate.moisture + 0.45 * gaussian_field(seed, "ph", 60, 1.0, region)
    chance = gaussian_field(seed, "pure noise", 50, 1.0, region)
    return SoilGrids(
        clay=fine * clay_part,
        silt=fine * (1 - clay_part),
        sand=100 - fine,
        total_nitrogen=np.clip(2.0 * np.exp(0.42 * nitrogen), 0.3, 9.0),
        ph=np.clip(ph, 4.2, 9.0),
        noise=standardised(uncorrelated_with(chance, (climate.moisture, nitrogen), region), region),
    )
