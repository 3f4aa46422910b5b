"""The true SOCD of the virtual world: what a map should find.

The mapped layer, 0-10 cm, is the sum of three uncorrelated parts over the region: an effect of some
covariates, hillslope redistribution, and spatially correlated noise that no covariate explains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .climate import Climate
from .plant_cover import PlantCover
from .random_fields import gaussian_field, logistic, standardised, uncorrelated_with
from .relief import Relief
from .soil_grids import SoilGrids
from .world_lattice import BoolArray, FloatArray

MEAN_KG_M2 = 4.2
"""Mean of SOCD 0-10 cm over the region (Yang et al. 2025)."""
SD_KG_M2 = 1.66
COVARIATE_SHARE = 0.86
"""Share of covariates in the variance that redistribution leaves; noise has the rest."""
FLOOR_KG_M2 = 0.3
"""Width over which the sum is bent to stay above zero."""


@dataclass(frozen=True)
class TrueCarbon:
    """True SOCD of each cell, kg m-2, and its parts.

    Parameters
    ----------
    socd : array of float64, shape (3, 750, 950)
        0-10, 0-30 and 0-50 cm.
    covariate_part, redistribution, noise : array of float64, shape (750, 950)
        Parts of the 0-10 cm layer about its mean; their variances over the region add up.
    """

    socd: FloatArray
    covariate_part: FloatArray
    redistribution: FloatArray
    noise: FloatArray


def make_true_carbon(
    seed: int,
    redistribution_share: float,
    relief: Relief,
    climate: Climate,
    cover: PlantCover,
    soil: SoilGrids,
    region: BoolArray,
) -> TrueCarbon:
    """Return the truth; `redistribution_share` is the share of variance from redistribution.

    The SD of 0-10 cm over the region is 1.65 kg m-2 whatever the share. As in the study, a map
    predicted from 147 sites varies less and the sites vary more: over 20 seeds at 5 km, forests in
    nested 10-fold cross-validation gave a predicted map's SD of 1.2, the sites' SD of 2.0,
    RMSE 1.47 and MEC 0.44 (study: 1.1, not given, 1.52, 0.45).
    """
    covariates = standardised(covariate_effect(climate, cover, soil), region)
    hillslope = standardised(
        uncorrelated_with(hillslope_redistribution(relief, cover), (covariates,), region), region
    )
    patches = gaussian_field(seed, "unexplained carbon", 40, 0.5, region)
    noise = standardised(uncorrelated_with(patches, (covariates, hillslope), region), region)
    rest = 1 - redistribution_share
    covariates = SD_KG_M2 * np.sqrt(rest * COVARIATE_SHARE) * covariates
    hillslope = SD_KG_M2 * np.sqrt(redistribution_share) * hillslope
    noise = SD_KG_M2 * np.sqrt(rest * (1 - COVARIATE_SHARE)) * noise
    surface = _above_zero(MEAN_KG_M2 + covariates + hillslope + noise)
    surface *= MEAN_KG_M2 / surface[region].mean()
    return TrueCarbon(_with_deeper_layers(seed, surface), covariates, hillslope, noise)


def covariate_effect(climate: Climate, cover: PlantCover, soil: SoilGrids) -> FloatArray:
    """Return the covariates' effect on SOCD in arbitrary units.

    Carbon rises with nitrogen, less and less; steeply where the aridity index passes 0.5, as the
    study's partial dependence shows; and nitrogen counts for more where it is moist. MAT, texture
    and EVI have no part in it.
    """
    moist = logistic((climate.aridity_index - 0.52) / 0.05)
    nitrogen = 1 - np.exp(-soil.total_nitrogen / 2.2)
    response = np.array([0.0, 1.0, 0.95, 1.65])[cover.vegetation]
    vegetation = np.array([0.0, 0.0, 0.0, -2.0])[cover.vegetation]
    return np.asarray(
        6.5 * nitrogen * (0.75 + 0.5 * moist) * response
        + 0.9 * moist
        + vegetation
        + 1.5 * (cover.ndvi - 0.5)
        + 2.0 * (cover.npp - 0.35)
        + 0.15 * np.tanh((climate.map - 420) / 90)
        - 0.2 * (soil.ph - 6.4)
    )


def hillslope_redistribution(relief: Relief, cover: PlantCover) -> FloatArray:
    """Return carbon gained in hollows less carbon lost from steep, open crests, arbitrary units.

    A formula of the landscape alone, on purpose unlike any erosion model: a test of such a model
    against this truth is then not circular.
    """
    bend = np.tanh(relief.curvature / 12.0)
    bareness = 1.2 - cover.ndvi
    lost = np.clip(-bend, 0, None) * np.sqrt(relief.slope * 20) * bareness
    gained = np.clip(bend, 0, None) * np.log1p(relief.log_area) / (1 + 15 * relief.slope)
    return np.asarray(gained - 1.6 * lost)


def _above_zero(field: FloatArray) -> FloatArray:
    """Bend a field smoothly above zero; far above, it stays as it was."""
    return np.asarray(FLOOR_KG_M2 * np.logaddexp(0.0, field / FLOOR_KG_M2))


def _with_deeper_layers(seed: int, surface: FloatArray) -> FloatArray:
    """Add 0-30 and 0-50 cm near the lines implied by the study's published ranges.

    Those lines are 0.07 + 2.27·S and 1.44 + 2.63·S; increments curve slightly and scatter by a
    positive factor, so that deeper sums never hold less.
    """
    curve = 0.025 * ((surface - MEAN_KG_M2) ** 2 - 2.7).clip(None, 20)
    to_30 = (0.07 + 1.27 * surface - curve).clip(0.02)
    to_50 = (1.37 + 0.36 * surface - 0.5 * curve).clip(0.02)
    to_30 = to_30 * np.exp(0.14 * gaussian_field(seed, "carbon 10-30 cm", 50) - 0.14**2 / 2)
    to_50 = to_50 * np.exp(0.22 * gaussian_field(seed, "carbon 30-50 cm", 50) - 0.22**2 / 2)
    return np.stack([surface, surface + to_30, surface + to_30 + to_50])
