"""Erodibility of soil: what WEPP derives from texture and how cover changes it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .parameters import ErosionParameters

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

VERY_FINE_SHARE_OF_SAND = 0.25
"""Where very fine sand was not measured."""
SANDY_FROM_PERCENT = 30.0


class Erodibility(NamedTuple):
    """Erodibility of soil, each of shape (n,).

    Parameters
    ----------
    interrill_kg_s_m4, rill_s_m, critical_shear_pa : array
        Interrill and rill erodibility, and the shear below which rills do not erode.
    """

    interrill_kg_s_m4: FloatArray
    rill_s_m: FloatArray
    critical_shear_pa: FloatArray


class SurfaceCover(NamedTuple):
    """What covers and roughens the ground, each of shape (n,).

    Parameters
    ----------
    canopy_cover, ground_cover : array
        Shares of ground under canopy and under litter, residue, moss or stones.
    canopy_height_m : array
        Height from which drops fall off the canopy.
    roots_kg_m2, buried_residue_kg_m2 : array
        Living roots and buried litter in 0-15 cm, dry mass.
    random_roughness_m : array
        Standard deviation of the surface's height.
    slope : array
        Tangent of the hillslope.
    undisturbed : bool array
        Under grass, shrub or forest: erodibility there was measured with roots and litter in the
        soil, which must not count twice.
    """

    canopy_cover: FloatArray
    ground_cover: FloatArray
    canopy_height_m: FloatArray
    roots_kg_m2: FloatArray
    buried_residue_kg_m2: FloatArray
    random_roughness_m: FloatArray
    slope: FloatArray
    undisturbed: BoolArray


def baseline_erodibility(
    sand_percent: FloatArray,
    clay_percent: FloatArray,
    organic_matter_percent: FloatArray,
    very_fine_sand_percent: FloatArray | None = None,
) -> Erodibility:
    """Return the erodibility of freshly tilled cropland (Alberts et al. 1995; WEPP eqs. 6-11).

    Texture in mass percent. Very fine sand is a quarter of the sand where it is not given. Inputs
    are held within the limits of the equations: very fine sand at most 40, organic matter at least
    0.35, clay at most 40 in sandy soils and at least 10 in others.
    """
    very_fine = (
        VERY_FINE_SHARE_OF_SAND * sand_percent
        if very_fine_sand_percent is None
        else very_fine_sand_percent
    )
    very_fine = np.minimum(very_fine, 40.0)
    organic = np.maximum(organic_matter_percent, 0.35)
    sandy = sand_percent >= SANDY_FROM_PERCENT
    clay = np.where(sandy, np.minimum(clay_percent, 40.0), np.maximum(clay_percent, 10.0))
    interrill = np.where(sandy, 2_728_000.0 + 192_100.0 * very_fine, 6_054_000.0 - 55_130.0 * clay)
    rill = np.where(
        sandy,
        0.00197 + 0.00030 * very_fine + 0.03863 * np.exp(-1.84 * organic),
        0.0069 + 0.134 * np.exp(-0.20 * clay),
    )
    shear = np.where(sandy, 2.67 + 0.065 * clay - 0.058 * very_fine, 3.5)
    return Erodibility(interrill, rill, shear)


def with_undisturbed(
    tilled: Erodibility, grass: BoolArray, forest: BoolArray, parameters: ErosionParameters
) -> Erodibility:
    """Return the erodibility with that of untilled soil where grass or shrub, or forest stands."""
    undisturbed = grass | forest
    interrill = np.where(
        grass, parameters.grass_interrill_kg_s_m4, parameters.forest_interrill_kg_s_m4
    )
    return Erodibility(
        np.where(undisturbed, interrill, tilled.interrill_kg_s_m4),
        np.where(undisturbed, parameters.undisturbed_rill_s_m, tilled.rill_s_m),
        np.where(undisturbed, parameters.undisturbed_critical_shear_pa, tilled.critical_shear_pa),
    )


def adjusted_erodibility(
    baseline: Erodibility, cover: SurfaceCover, parameters: ErosionParameters
) -> Erodibility:
    """Return the erodibility of unfrozen, settled soil (Alberts et al. 1995, WEPP chapter 7)."""
    scale = parameters.erodibility_factor
    return Erodibility(
        baseline.interrill_kg_s_m4 * scale * interrill_cover_factor(cover),
        baseline.rill_s_m * scale * rill_cover_factor(cover),
        baseline.critical_shear_pa * roughness_factor(cover.random_roughness_m),
    )


def canopy_factor(canopy_cover: FloatArray, height_m: FloatArray) -> FloatArray:
    """Return the factor of interrill erodibility for a canopy at some height above the ground."""
    # The limit for a canopy on the ground is 1 - c, which the quotient does not reach at h = 0.
    height = np.maximum(height_m, 1e-6)
    factor = 1.0 + 2.941 * canopy_cover / height * np.expm1(-0.34 * height)
    return np.asarray(np.maximum(factor, 0.0))


def interrill_cover_factor(cover: SurfaceCover) -> FloatArray:
    """Return the factor of interrill erodibility for canopy, litter, roots and slope."""
    canopy = canopy_factor(cover.canopy_cover, cover.canopy_height_m)
    sine = cover.slope / np.sqrt(1.0 + cover.slope**2)
    steepness = 1.05 - 0.85 * np.exp(-4.0 * sine)
    litter = np.exp(-2.5 * cover.ground_cover)
    roots = np.where(cover.undisturbed, 1.0, np.exp(-0.56 * cover.roots_kg_m2))
    factor: FloatArray = canopy * litter * roots * steepness
    return factor


def rill_cover_factor(cover: SurfaceCover) -> FloatArray:
    """Return the factor of rill erodibility for buried residue and living roots of tilled soil."""
    held = 0.4 * cover.buried_residue_kg_m2 + 3.5 * cover.roots_kg_m2
    return np.where(cover.undisturbed, 1.0, np.exp(-held))


def roughness_factor(random_roughness_m: FloatArray) -> FloatArray:
    """Return the factor of critical shear for random roughness."""
    return 1.0 + 8.0 * (random_roughness_m - 0.006)
