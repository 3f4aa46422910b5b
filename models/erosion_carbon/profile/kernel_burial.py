"""Numba kernels: how fast carbon decays where it lies, buried or not, and on its way."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from ..soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M, N_LAYERS
from .parameters import ProfileParameters

Floats: TypeAlias = npt.NDArray[np.float64]

NO_BURIAL = 0
DEPOSITED = 1
"""Carbon that deposits pushed below the mixed block decays slowly (Zhang et al. 2016)."""
ATTENUATED = 2
"""Decay falls with depth in every cell (WATEM_C)."""
BURIAL_LAWS = {"none": NO_BURIAL, "deposited": DEPOSITED, "attenuated": ATTENUATED}


@njit(cache=True, nogil=True)
def buried_share(top_m: float, bottom_m: float, deposit_m: float, mixed_m: float) -> float:
    """Return the share of a layer that holds soil once in the mixed block and now below it."""
    overlap = min(bottom_m, mixed_m + deposit_m) - max(top_m, mixed_m)
    return max(overlap, 0.0) / (bottom_m - top_m)


@njit(cache=True, nogil=True)
def mean_attenuation(top_m: float, bottom_m: float, per_m: float) -> float:
    """Return the mean of ``exp(-per_m depth)`` over a layer; 1 where nothing attenuates."""
    if per_m == 0.0:
        return 1.0
    within = -math.expm1(-per_m * (bottom_m - top_m))
    return math.exp(-per_m * top_m) * within / (per_m * (bottom_m - top_m))


@njit(cache=True, nogil=True)
def scale_decomposition(
    start: int,
    stop: int,
    deposit_depth_m: Floats,
    form: int,
    p: ProfileParameters,
    factor: Floats,
) -> None:
    """Multiply the decomposition factors by the run's multiplier and what burial leaves of them.

    Parameters
    ----------
    deposit_depth_m : array (n,)
        Deposited less eroded thickness since the start, not below 0.
    form : int
        `NO_BURIAL`, `DEPOSITED` or `ATTENUATED`.
    factor : array (n, 10)
        Changed; not that of litter on the ground, which nothing buries.
    """
    for i in range(start, stop):
        for k in range(N_LAYERS):
            factor[i, k] *= p.decomposition_multiplier
        if form == NO_BURIAL or (form == DEPOSITED and deposit_depth_m[i] <= 0.0):
            continue
        for k in range(N_LAYERS):
            bottom_m = LAYER_BOTTOM_M[k]
            top_m = bottom_m - LAYER_THICKNESS_M[k]
            if form == DEPOSITED:
                share = buried_share(top_m, bottom_m, deposit_depth_m[i], p.mixed_depth_m)
                factor[i, k] *= 1.0 - (1.0 - p.buried_rate) * share
            else:
                factor[i, k] *= mean_attenuation(top_m, bottom_m, p.depth_attenuation_per_m)


@njit(cache=True, nogil=True)
def mineralise_in_transit(
    start: int,
    stop: int,
    carbon_g: Floats,
    p: ProfileParameters,
    eroded_g: Floats,
    respired_g: Floats,
) -> None:
    """Respire a share of eroded carbon, once, before it is routed.

    Parameters
    ----------
    carbon_g : array (n, P)
        Eroded particulate carbon, g m-2; reduced in place.
    eroded_g, respired_g : array (n,)
        Overwritten with all eroded carbon and that lost to the air, g m-2.
    """
    for i in range(start, stop):
        eroded_g[i] = respired_g[i] = 0.0
        for pool in range(carbon_g.shape[1]):
            eroded_g[i] += carbon_g[i, pool]
            lost = p.transit_respired * carbon_g[i, pool]
            carbon_g[i, pool] -= lost
            respired_g[i] += lost
