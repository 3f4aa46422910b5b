"""What becomes of a cell's eroded carbon: part reaches the channel, part settles on its slopes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def share_out(
    start: int,
    stop: int,
    moving_g: FloatArray,
    detached_kg_m2: FloatArray,
    deposited_kg_m2: FloatArray,
    area_m2: FloatArray,
    supply_g: FloatArray,
    delivered_g: FloatArray,
) -> None:
    """Hand carbon to the channel by the share of the detached soil that reaches it.

    Parameters
    ----------
    moving_g : array (n, P)
        Eroded and not yet respired, g m-2; what settles on the slopes is left.
    detached_kg_m2, deposited_kg_m2, area_m2 : array (n,)
        Soil moved on the slopes; area of the cells.
    supply_g : array (n, P)
        Overwritten with the carbon that reaches the channel, g.
    delivered_g : array (n,)
        Overwritten with its sum, g m-2.
    """
    for i in range(start, stop):
        leaving, delivered = 0.0, 0.0
        if detached_kg_m2[i] > 0.0:
            leaving = max(detached_kg_m2[i] - deposited_kg_m2[i], 0.0) / detached_kg_m2[i]
        for pool in range(moving_g.shape[1]):
            gone_g = leaving * moving_g[i, pool]
            moving_g[i, pool] -= gone_g
            supply_g[i, pool] = gone_g * area_m2[i]
            delivered += gone_g
        delivered_g[i] = delivered


@njit(cache=True, nogil=True, error_model="numpy")
def settle(
    start: int,
    stop: int,
    in_channel_g: FloatArray,
    in_channel_kg: FloatArray,
    on_slopes_kg_m2: FloatArray,
    detached_kg_m2: FloatArray,
    area_m2: FloatArray,
    bulk_density_kg_m3: FloatArray,
    settled_g: FloatArray,
    settled_total_g: FloatArray,
    deposited_kg_m2: FloatArray,
    deposit_depth_m: FloatArray,
) -> None:
    """Add what settled in the channel to what settled on the slopes, and raise the ground by both.

    Parameters
    ----------
    in_channel_g : array (n, P), in_channel_kg : array (n,)
        Carbon and soil that settled in the channel, g and kg.
    on_slopes_kg_m2, detached_kg_m2 : array (n,)
        Soil that settled on and left the slopes.
    settled_g : array (n, P)
        Carbon that settled on the slopes; gains that of the channel, g m-2.
    settled_total_g, deposited_kg_m2 : array (n,)
        Overwritten with all carbon and soil that settled.
    deposit_depth_m : array (n,)
        Deposited less eroded thickness, at least 0; changed.
    """
    for i in range(start, stop):
        total = 0.0
        for pool in range(settled_g.shape[1]):
            settled_g[i, pool] += in_channel_g[i, pool] / area_m2[i]
            total += settled_g[i, pool]
        settled_total_g[i] = total
        deposited_kg_m2[i] = on_slopes_kg_m2[i] + in_channel_kg[i] / area_m2[i]
        raised_m = (deposited_kg_m2[i] - detached_kg_m2[i]) / bulk_density_kg_m3[i]
        deposit_depth_m[i] = max(deposit_depth_m[i] + raised_m, 0.0)
