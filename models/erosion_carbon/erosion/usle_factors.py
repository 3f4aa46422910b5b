"""Soil and practice factors of the USLE: erodibility K and support practice P."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

SI_PER_US = 0.1317
"""t ha h ha-1 MJ-1 mm-1 per short ton acre h (100 acre foot-ton inch)-1 (Foster et al. 1981)."""


def epic_erodibility_us(
    sand_percent: FloatArray,
    silt_percent: FloatArray,
    clay_percent: FloatArray,
    organic_carbon_percent: FloatArray,
) -> FloatArray:
    """Return soil erodibility K in US customary units, (n,) (Williams 1995, EPIC).

    Times ``SI_PER_US`` it is in t ha h ha-1 MJ-1 mm-1; MUSLE and ANSWERS want it as it is.

    Parameters
    ----------
    sand_percent, silt_percent, clay_percent : array (n,)
        Mass percent of the fine earth.
    organic_carbon_percent : array (n,)
        Organic carbon, not organic matter, mass percent.
    """
    # Silt is often the rest of sand and clay, which rounding leaves a hair below zero.
    silt = np.maximum(silt_percent, 0.0)
    fines = clay_percent + silt
    silt_share = np.divide(silt, fines, out=np.zeros_like(fines), where=fines > 0)
    coarse = 0.2 + 0.3 * np.exp(-0.0256 * sand_percent * (1.0 - silt / 100.0))
    carbon = organic_carbon_percent
    organic = 1.0 - 0.25 * carbon / (carbon + np.exp(3.72 - 2.95 * carbon))
    not_sand = 1.0 - sand_percent / 100.0
    sandy = 1.0 - 0.7 * not_sand / (not_sand + np.exp(-5.51 + 22.9 * not_sand))
    erodibility: FloatArray = coarse * silt_share**0.3 * organic * sandy
    return erodibility


def coarse_fragment_factor(rock_percent: FloatArray) -> FloatArray:
    """Return the factor of the yield for rock in the topsoil, volume percent (Williams 1995)."""
    return np.asarray(np.exp(-0.053 * rock_percent))


def musle_factors_us(
    erodibility_us: FloatArray,
    topography: FloatArray,
    cover_factor: FloatArray,
    practice: FloatArray | float = 1.0,
    rock_percent: FloatArray | float = 0.0,
) -> FloatArray:
    """Return K LS C P with rock, (n,), for `curve_number_day`.

    Parameters
    ----------
    erodibility_us : array (n,)
        K in US customary units, of `epic_erodibility_us`; in SI the yield would be 7.59 times too
        small.
    """
    rock = coarse_fragment_factor(np.asarray(rock_percent, dtype=np.float64))
    return np.asarray(erodibility_us * topography * cover_factor * practice * rock)
