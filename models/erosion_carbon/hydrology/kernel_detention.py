"""Compiled laws of water held in surface depressions: random roughness and micro-relief."""

from __future__ import annotations

from numba import njit

from ..kernel_elementary import power


@njit(cache=True, nogil=True)
def random_roughness_retention(random_roughness_m: float, slope: float) -> float:
    """Return the depression storage (m) 0.112 RR + 3.1 RR^2 - 1.2 RR S (Onstad 1984, as in WEPP).

    Parameters
    ----------
    random_roughness_m : float
        RR, standard deviation of heights.
    slope : float
        S, m m-1; steep slopes hold nothing.
    """
    storage = 0.112 + 3.1 * random_roughness_m - 1.2 * slope
    return random_roughness_m * max(storage, 0.0)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def inundated_fraction(depth_m: float, retention_m: float, roughness: float) -> float:
    """Return the share of the ground under water, 0 to 1.

    The derivative of the storage of Huggins & Monke (1966) by its level, as a function of the mean
    depth of water: (d/retention)^(1 - ROUGH).

    Parameters
    ----------
    depth_m : float
        Water on the surface as a mean over the ground.
    retention_m : float
        Water at which all ground is covered.
    roughness : float
        ROUGH of the micro-relief; 1 for a relief of unknown shape, which any water covers.
    """
    share = power(depth_m / retention_m, 1.0 - roughness)
    covered = 1.0 if depth_m >= retention_m or roughness >= 1.0 else share
    return covered if depth_m > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def mobile_depth(depth_m: float, retention_m: float) -> float:
    """Return the water (m) above retention, which flows."""
    return max(depth_m - retention_m, 0.0)
