"""Slope length and steepness of the USLE at one place; slopes are tangents, m per m."""

from __future__ import annotations

import math

from numba import njit

PLOT_LENGTH_M = 22.13
"""Length of the USLE's unit plot."""
BREAK_OF_MCCOOL = 0.09
"""Slope from which RUSLE's steeper line holds."""


@njit(cache=True, nogil=True)
def sine_of(slope: float) -> float:
    """Return the sine of a slope given as tangent."""
    return slope / math.sqrt(1.0 + slope * slope)


@njit(cache=True, nogil=True)
def rill_exponent_of(slope: float) -> float:
    """Return the exponent m of slope length (Foster et al. 1977, McCool et al. 1989).

    m = beta / (1 + beta), with rill over interrill erosion beta of soils as prone to both.
    """
    sine = sine_of(slope)
    beta = (sine / 0.0896) / (3.0 * math.pow(sine, 0.8) + 0.56)
    return beta / (1.0 + beta)


@njit(cache=True, nogil=True)
def mccool_steepness(slope: float) -> float:
    """Return S of RUSLE (McCool et al. 1987), near 1 at a slope of 9 %."""
    sine = sine_of(slope)
    return 10.8 * sine + 0.03 if slope < BREAK_OF_MCCOOL else 16.8 * sine - 0.5


@njit(cache=True, nogil=True)
def segment_ls(top_m: float, length_m: float, slope: float, limit_m: float) -> float:
    """Return LS of a piece of hillslope (Foster and Wischmeier 1974, with RUSLE's m and S).

    Parameters
    ----------
    top_m : float
        From the divide to the upper edge of the piece.
    length_m : float
        Of the piece.
    slope : float
        Tangent.
    limit_m : float
        Slope length beyond which L does not grow.
    """
    m = rill_exponent_of(slope)
    if length_m >= limit_m:
        length = math.pow(limit_m / PLOT_LENGTH_M, m)
    else:
        top = min(top_m, limit_m - length_m)
        grown = math.pow(top + length_m, m + 1.0) - math.pow(top, m + 1.0)
        length = grown / (length_m * math.pow(PLOT_LENGTH_M, m))
    return length * mccool_steepness(slope)
