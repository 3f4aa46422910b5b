"""Groundwater below the soil: a linear store that feeds the channel."""

from __future__ import annotations

import math

from numba import njit


@njit(cache=True, nogil=True)
def groundwater_release(store_m: float, release_1_day: float, days: float) -> float:
    """Return the water in m that a linear store loses in some days (ANSWERS: q = c S)."""
    return -store_m * math.expm1(-release_1_day * days)
