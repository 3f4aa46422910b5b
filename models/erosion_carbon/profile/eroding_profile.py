"""A profile that erodes for ever, its carbon in balance: by our layers, and exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..soil_layers import LAYER_BOTTOM_M
from .kernel_profile import NO_ENRICHMENT, erode
from .parameters import PROFILE

FloatArray = npt.NDArray[np.float64]

BULK_DENSITY_KG_M3 = 1300.0
STEP_YR, YEARS = 0.02, 700


class CarbonInput(NamedTuple):
    """Carbon that enters and leaves a profile without erosion.

    Parameters
    ----------
    at_surface_kg_m3_yr : float
        Input at the surface.
    decline_1_m : float
        It falls as exp(-decline z).
    decay_1_yr : float
        Share of carbon that decays in a year.
    """

    at_surface_kg_m3_yr: float = 1.0
    decline_1_m: float = 5.0
    decay_1_yr: float = 0.02

    def of_layers(self) -> FloatArray:
        """Return the yearly input of each layer, kg m-2 yr-1, (10,)."""
        below = np.exp(-self.decline_1_m * LAYER_BOTTOM_M)
        total = self.at_surface_kg_m3_yr / self.decline_1_m
        return np.asarray(-total * np.diff(below, prepend=1.0))


class ErodingProfile(NamedTuple):
    """A profile in balance.

    Parameters
    ----------
    carbon_kg_m2 : array (10,)
        Of the layers.
    export_kg_m2_yr : float
        Carbon that erosion carries off.
    """

    carbon_kg_m2: FloatArray
    export_kg_m2_yr: float


def eroding_profile(scheme: int, erosion_m_yr: float, carbon: CarbonInput) -> ErodingProfile:
    """Return the balance that 700 years of small steps of `erode` come to.

    Parameters
    ----------
    scheme : int
        `kernel_profile.LU2024` or `LAYERWISE`.
    erosion_m_yr : float
        Lowering of the surface.
    carbon : CarbonInput
        Input and decay.
    """
    gained = carbon.of_layers()
    soil = (gained / (carbon.decay_1_yr + carbon.decline_1_m * erosion_m_yr)).reshape(1, -1, 1)
    removed = np.empty((1, 1))
    mass_kg_m2 = np.array([erosion_m_yr * STEP_YR * BULK_DENSITY_KG_M3])
    density = np.array([BULK_DENSITY_KG_M3])
    for _ in range(round(YEARS / STEP_YR)):
        soil[0, :, 0] += STEP_YR * (gained - carbon.decay_1_yr * soil[0, :, 0])
        erode(0, 1, soil, mass_kg_m2, density, scheme, NO_ENRICHMENT, PROFILE.defaults, removed)
    return ErodingProfile(soil[0, :, 0], float(removed[0, 0]) / STEP_YR)


def exact_eroding_profile(
    depth_m: FloatArray, erosion_m_yr: float, carbon: CarbonInput
) -> tuple[FloatArray, float]:
    """Return the carbon at depths, kg m-3, and the export, kg m-2 yr-1, without layers.

    c(z) = I0 exp(-az) / (k + aE) solves E dc/dz + I0 exp(-az) = k c; what leaves is E c(0).
    """
    at_surface = carbon.at_surface_kg_m3_yr / (
        carbon.decay_1_yr + carbon.decline_1_m * erosion_m_yr
    )
    return at_surface * np.exp(-carbon.decline_1_m * depth_m), erosion_m_yr * at_surface
