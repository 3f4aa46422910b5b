"""How plants cover the ground from month to month, and what soil is left to erode."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .erosion.erodibility import (
    SurfaceCover,
    adjusted_erodibility,
    baseline_erodibility,
    canopy_factor,
    with_undisturbed,
)
from .erosion.rill_friction import rill_friction
from .erosion.sediment_size import effective_fall_velocity, transport_adjustment
from .erosion.usle_factors import epic_erodibility_us
from .hillslopes import Erodibilities, Hillslopes
from .parameters import Parameters
from .soil_columns import FloatArray, SoilColumns
from .vegetation import COVER_CODES, CoverProperties

MONTHS = 12
CARBON_SHARE_OF_ORGANIC_MATTER = 0.58


class MonthlySurface(NamedTuple):
    """What changes with the month, and what resists erosion whatever the month.

    Parameters
    ----------
    lai : array (12, n)
        Leaf area index, m2 m-2.
    interrill_kg_s_m4 : array (n,)
        WEPP's K_i without canopy and frost.
    canopy_height_m : array (n,)
        From which drops fall.
    rill_s_m, critical_shear_pa : array (n,)
        WEPP's K_r and critical shear, without frost.
    friction_factor, fall_velocity_m_s, transport_adjustment, cover_erodibility_us : array (n,)
        As in `Erodibilities`.
    """

    lai: FloatArray
    interrill_kg_s_m4: FloatArray
    canopy_height_m: FloatArray
    rill_s_m: FloatArray
    critical_shear_pa: FloatArray
    friction_factor: FloatArray
    fall_velocity_m_s: FloatArray
    transport_adjustment: FloatArray
    cover_erodibility_us: FloatArray

    def settled(self, month: int, light_extinction: float) -> Erodibilities:
        """Return what resists erosion in a month (0 is January), frost apart.

        Made when a month begins: kept for all months it would fill 51 MiB of a large landscape.
        """
        canopy_cover = -np.expm1(-light_extinction * self.lai[month])
        behind = canopy_factor(canopy_cover, self.canopy_height_m)
        return Erodibilities(self.interrill_kg_s_m4 * behind, *self[3:])

    def of(self, cells: npt.NDArray[np.int64]) -> MonthlySurface:
        """Return the same for some cells."""
        return MonthlySurface(*(each[..., cells] for each in self))


def monthly_surface(
    codes: npt.NDArray[np.integer],
    cover: CoverProperties[FloatArray],
    soil: SoilColumns,
    hillslopes: Hillslopes,
    lai: FloatArray,
    parameters: Parameters,
) -> MonthlySurface:
    """Return leaf area of every month, and what resists erosion but for the month's canopy.

    Parameters
    ----------
    codes : array of int (n,)
        Land cover.
    lai : array (12, n)
        Leaf area index.
    """
    undisturbed = ~_are(codes, "cropland", "bare", "water", "urban")
    base = with_undisturbed(
        baseline_erodibility(soil.sand_percent, soil.clay_percent, soil.organic_matter_percent),
        undisturbed & ~_are(codes, "forest"),
        _are(codes, "forest"),
        parameters.erosion,
    )
    # Water and pavement hold no soil that could erode.
    open_soil = np.where(_are(codes, "water", "urban"), 0.0, 1.0)
    base = base._replace(
        interrill_kg_s_m4=base.interrill_kg_s_m4 * open_soil, rill_s_m=base.rill_s_m * open_soil
    )
    without_canopy = adjusted_erodibility(
        base, _ground(cover, hillslopes, undisturbed, parameters), parameters.erosion
    )
    return MonthlySurface(
        lai=lai,
        interrill_kg_s_m4=without_canopy.interrill_kg_s_m4,
        canopy_height_m=cover.canopy_height_m,
        rill_s_m=without_canopy.rill_s_m,
        critical_shear_pa=without_canopy.critical_shear_pa,
        friction_factor=rill_friction(cover.ground_cover, _standing_friction(codes, parameters)),
        fall_velocity_m_s=effective_fall_velocity(soil.sand_percent, soil.clay_percent),
        transport_adjustment=transport_adjustment(soil.sand_percent),
        cover_erodibility_us=cover.cover_factor * usle_erodibility_us(soil, parameters),
    )


def usle_erodibility_us(soil: SoilColumns, parameters: Parameters) -> FloatArray:
    """Return K of the USLE, (n,), in US customary units, scaled by ``erodibility_factor``."""
    return np.asarray(
        parameters.erosion.erodibility_factor
        * epic_erodibility_us(
            soil.sand_percent,
            100.0 - soil.sand_percent - soil.clay_percent,
            soil.clay_percent,
            CARBON_SHARE_OF_ORGANIC_MATTER * soil.organic_matter_percent,
        )
    )


def _ground(
    cover: CoverProperties[FloatArray],
    hillslopes: Hillslopes,
    undisturbed: npt.NDArray[np.bool_],
    parameters: Parameters,
) -> SurfaceCover:
    return SurfaceCover(
        canopy_cover=np.zeros_like(cover.ground_cover),
        ground_cover=cover.ground_cover,
        canopy_height_m=cover.canopy_height_m,
        roots_kg_m2=cover.root_mass_kg_m2,
        buried_residue_kg_m2=parameters.surface.residue_share_of_roots * cover.root_mass_kg_m2,
        random_roughness_m=cover.random_roughness_m,
        slope=hillslopes.slope.mean(axis=1),
        undisturbed=undisturbed,
    )


def _are(codes: npt.NDArray[np.integer], *covers: str) -> npt.NDArray[np.bool_]:
    return np.isin(codes, [COVER_CODES[name] for name in covers])


def _standing_friction(codes: npt.NDArray[np.integer], parameters: Parameters) -> FloatArray:
    friction = np.zeros(len(COVER_CODES))
    friction[COVER_CODES["cropland"]] = parameters.surface.friction_row_crops
    for grassy in ("grassland", "wetland", "shrubland"):
        friction[COVER_CODES[grassy]] = parameters.surface.friction_grass
    friction[COVER_CODES["forest"]] = parameters.surface.friction_forest_floor
    return np.asarray(friction[codes])
