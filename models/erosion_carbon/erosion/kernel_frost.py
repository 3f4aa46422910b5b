"""What frost does to the resistance of the soil's surface."""

from __future__ import annotations

import math

from numba import njit

WEAKEST_SUCTION_KPA, STRONGEST_SUCTION_KPA = 0.1, 33.0
"""Of the laws of thawing soil (Alberts et al. 1995, WEPP chapter 7)."""


@njit(cache=True, nogil=True)
def thaw_factors(suction_kpa: float) -> tuple[float, float]:
    """Return the factors of rill erodibility and critical shear of thawing soil.

    Wet thawing soil has little strength (Alberts et al. 1995, WEPP chapter 7).

    Parameters
    ----------
    suction_kpa : float
        Of the surface's water; held within 0.1 to 33 kPa.
    """
    suction = min(max(suction_kpa, WEAKEST_SUCTION_KPA), STRONGEST_SUCTION_KPA)
    return 2.0 * 0.933**suction, 0.875 + 0.0543 * math.log(suction)


@njit(cache=True, nogil=True)
def frost_weakening(cycles: float, per_cycle: float, limit: float) -> float:
    """Return the factor of erodibility after a number of freeze-thaw cycles.

    Parameters
    ----------
    cycles : float
        Since the surface last consolidated.
    per_cycle, limit : float
        Growth with each cycle and largest factor (`EROSION`).
    """
    return min(1.0 + per_cycle * cycles, limit)
