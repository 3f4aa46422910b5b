"""Vegetation of the virtual world, its greenness and productivity, and land cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .climate import MONTHS, Climate, Field
from .random_fields import gaussian_field
from .relief import Relief
from .world_lattice import BoolArray, FloatArray

FOREST, GRASSLAND, WETLAND = 1, 2, 3
VEGETATION_CLASSES = {FOREST: "forest", GRASSLAND: "grassland", WETLAND: "wetland"}
AREA_SHARE = {FOREST: 0.62, GRASSLAND: 0.29, WETLAND: 0.09}
CROPLAND = 4
LAND_COVER_CLASSES = {**VEGETATION_CLASSES, CROPLAND: "cropland"}


@dataclass(frozen=True)
class PlantCover:
    """Vegetation and what satellites see of it, each of shape (750, 950).

    Parameters
    ----------
    vegetation : array of uint8
        1 forest, 2 grassland, 3 wetland.
    land_cover : array of uint8
        The same with cropland (4) on part of the grassland and forest.
    ndvi, evi : array of float64
        Growing-season means of the vegetation indices, dimensionless.
    npp : array of float64
        Net primary production, kg C m-2 yr-1.
    """

    vegetation: npt.NDArray[np.uint8]
    land_cover: npt.NDArray[np.uint8]
    ndvi: FloatArray
    evi: FloatArray
    npp: FloatArray


def make_plant_cover(seed: int, relief: Relief, climate: Climate, region: BoolArray) -> PlantCover:
    """Return vegetation by the study's area shares, wet hollows first, then the dry side."""
    vegetation = _vegetation(seed, relief, climate, region)
    own = gaussian_field(seed, "ndvi", 40, 1.0, region)
    level = np.array([0.0, 0.60, 0.46, 0.54])[vegetation]
    ndvi = np.clip(level + 0.055 * climate.moisture + 0.055 * own, 0.15, 0.88)
    evi = 0.03 + 0.56 * ndvi + 0.036 * gaussian_field(seed, "evi", 40, 1.0, region)
    growth = 0.10 + 0.45 * ndvi + 0.016 * climate.mat
    npp = growth + 0.045 * gaussian_field(seed, "npp", 60, 1.0, region)
    return PlantCover(
        vegetation=vegetation,
        land_cover=_land_cover(seed, vegetation, relief, region),
        ndvi=ndvi,
        evi=np.clip(evi, 0.05, 0.7),
        npp=np.clip(npp, 0.03, 0.8),
    )


def monthly_ndvi(ndvi: Field) -> Field:
    """Return NDVI of each month, shape (12, rows, columns), from the growing season's mean."""
    season = 0.18 + 0.95 * np.exp(-(((MONTHS - 6.3) / 2.1) ** 2))  # winter is near bare
    return np.asarray(np.clip(season.astype(ndvi.dtype)[:, None, None] * ndvi, 0.02, 0.95))


def _vegetation(
    seed: int, relief: Relief, climate: Climate, region: BoolArray
) -> npt.NDArray[np.uint8]:
    wet = relief.wetness + 0.5 * climate.moisture + 0.7 * gaussian_field(seed, "wetland", 25)
    dry = 0.55 * gaussian_field(seed, "grassland", 50) - climate.moisture
    vegetation = np.full(region.shape, FOREST, dtype=np.uint8)
    is_wet = wet > np.quantile(wet[region], 1 - AREA_SHARE[WETLAND])
    rest = region & ~is_wet
    grass_share = AREA_SHARE[GRASSLAND] / (1 - AREA_SHARE[WETLAND])
    vegetation[dry > np.quantile(dry[rest], 1 - grass_share)] = GRASSLAND
    vegetation[is_wet] = WETLAND
    return vegetation


def _land_cover(
    seed: int, vegetation: npt.NDArray[np.uint8], relief: Relief, region: BoolArray
) -> npt.NDArray[np.uint8]:
    """Return vegetation with a tenth of the region ploughed: flat, low, and not wetland."""
    ease = gaussian_field(seed, "cropland", 50) - 60 * relief.slope - relief.elevation / 400
    arable = region & (vegetation != WETLAND)
    share = 0.10 * np.count_nonzero(region) / np.count_nonzero(arable)
    cover = vegetation.copy()
    cover[(ease > np.quantile(ease[arable], 1 - share)) & (vegetation != WETLAND)] = CROPLAND
    return cover
