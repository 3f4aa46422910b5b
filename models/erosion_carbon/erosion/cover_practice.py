"""Cover factor C from satellites and support practice P from the slope, where no map tells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LEAST_COVER_FACTOR = 0.001
"""Closed forest."""
FULL_COVER_PERCENT = 78.3
"""Above it Cai et al. 2000 find no erosion."""
BARE_COVER_PERCENT = 0.1
"""Below it their C would exceed 1."""


def ndvi_cover_factor(ndvi: FloatArray) -> FloatArray:
    """Return C = exp(-2 NDVI / (1 - NDVI)), (n,), 0.001 to 1 (van der Knijff et al. 2000)."""
    greenness = np.clip(ndvi, 0.0, 0.999)
    factor = np.exp(-2.0 * greenness / (1.0 - greenness))
    return np.asarray(np.clip(factor, LEAST_COVER_FACTOR, 1.0))


def cover_factor_of_cover(cover_percent: FloatArray) -> FloatArray:
    """Return C = 0.6508 - 0.3436 log10(cover), (n,), 0 to 1 (Cai et al. 2000, China).

    Parameters
    ----------
    cover_percent : array (n,)
        Of ground under vegetation.
    """
    logarithm = np.log10(np.maximum(cover_percent, BARE_COVER_PERCENT))
    factor = np.clip(0.6508 - 0.3436 * logarithm, 0.0, 1.0)
    return np.where(cover_percent > FULL_COVER_PERCENT, 0.0, factor)


def slope_practice_factor(slope: FloatArray) -> FloatArray:
    """Return P = 0.2 + 0.03 slope%, (n,), at most 1, of tilled land (Wener, in Lufafa et al. 2003).

    Parameters
    ----------
    slope : array (n,)
        Tangent.
    """
    return np.asarray(np.minimum(0.2 + 3.0 * slope, 1.0))
