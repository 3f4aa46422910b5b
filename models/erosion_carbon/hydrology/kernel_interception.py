"""Rain held by the canopy (ANSWERS: a store that fills before rain falls through)."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def canopy_capacity_m(lai: float, storage_m_per_lai: float) -> float:
    """Return the water a canopy holds."""
    return storage_m_per_lai * max(lai, 0.0)


@njit(cache=True, nogil=True)
def intercept(rain_m: float, store_m: float, capacity_m: float) -> tuple[float, float]:
    """Fill the canopy and let the rest through.

    Where leaves have fallen, the store may exceed the capacity: the surplus drips.

    Returns
    -------
    throughfall_m, store_m : float
        Their sum is rain plus the old store.
    """
    wet_m = rain_m + store_m
    kept_m = min(wet_m, capacity_m)
    return wet_m - kept_m, kept_m
