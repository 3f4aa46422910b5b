"""Numba kernels: distances between rows and sites, brute force.

Exact search beats trees here: the inner loops run over contiguous sites and compile to vector
instructions, while in ten or so dimensions a k-d tree visits most of its leaves.
"""

from __future__ import annotations

from math import sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

Floats: TypeAlias = npt.NDArray[np.float32]

SITES = 512
"""Sites compared at a time: their distances take 2 KiB and stay in the first cache."""


@njit(cache=True, nogil=True)
def nearest_squared(rows: Floats, sites: Floats, out: Floats) -> None:
    """Fill `out` (n,) with the squared distance from each row (n, p) to the nearest site (p, m)."""
    m = sites.shape[1]
    squared = np.empty(SITES, np.float32)
    for i in range(rows.shape[0]):
        nearest = np.float32(np.inf)
        for start in range(0, m, SITES):
            size = min(SITES, m - start)
            squared[:] = np.inf
            squared[:size] = 0
            for f in range(rows.shape[1]):
                x = rows[i, f]
                of_sites = sites[f, start : start + size]
                for j in range(size):
                    apart = x - of_sites[j]
                    squared[j] += apart * apart
            half = SITES // 2
            while half > 8:  # halving keeps the search for the least free of branches
                for j in range(half):
                    a, b = squared[j], squared[j + half]
                    squared[j] = a if a < b else b
                half //= 2
            for j in range(2 * half):
                nearest = min(nearest, squared[j])
        out[i] = nearest


@njit(cache=True, nogil=True)
def mean_distance(sites: Floats) -> float:
    """Return the mean distance over all pairs of sites (p, m), m >= 2."""
    m = sites.shape[1]
    squared = np.empty(m, np.float32)
    total = 0.0
    for i in range(m - 1):
        size = m - 1 - i
        squared[:size] = 0
        for f in range(sites.shape[0]):
            x = sites[f, i]
            of_sites = sites[f, i + 1 :]
            for j in range(size):
                apart = x - of_sites[j]
                squared[j] += apart * apart
        for j in range(size):
            total += sqrt(squared[j])
    mean: float = total / (m * (m - 1) / 2)
    return mean
