"""Compiled daily pass of carbon along the network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .network import Schedule

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def sediment_shares(
    start: int,
    stop: int,
    out_kg: FloatArray,
    deposited_kg: FloatArray,
    suspended_kg: FloatArray,
    passing: FloatArray,
    settling: FloatArray,
) -> None:
    """Write how sediment moved, (n,): the share that went on, and of the rest what settled.

    Where there was none, what rides on it would be deposited.
    """
    for i in range(start, stop):
        rest_kg = deposited_kg[i] + suspended_kg[i]
        all_kg = out_kg[i] + rest_kg
        passing[i] = out_kg[i] / all_kg if all_kg > 0.0 else 0.0
        settling[i] = deposited_kg[i] / rest_kg if rest_kg > 0.0 else 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def water_shares(
    start: int, stop: int, outflow_m3: FloatArray, volume_m3: FloatArray, passing: FloatArray
) -> None:
    """Write the share of the water that went on, (n,); from dry links what is dissolved does."""
    for i in range(start, stop):
        at_hand_m3 = outflow_m3[i] + volume_m3[i]
        passing[i] = outflow_m3[i] / at_hand_m3 if at_hand_m3 > 0.0 else 1.0


@njit(cache=True, nogil=True)
def route_tracers(
    start: int,
    stop: int,
    schedule: Schedule,
    passing_fraction: FloatArray,
    settling_fraction: FloatArray,
    supply: FloatArray,
    stored: FloatArray,
    inflow: FloatArray,
    deposited: FloatArray,
    outflow: FloatArray,
) -> None:
    """Move tracers through cells start to stop, which are whole groups, upstream first.

    What is in the water, flows in and is supplied moves as its carrier did in the day: a fraction
    goes on; of the rest, a fraction is deposited; the remainder stays in the water.

    Parameters
    ----------
    start, stop : int
    schedule : Schedule
    passing_fraction, settling_fraction : array, shape (n,)
        0 to 1.
    supply : array, shape (n, tracers)
        Mass that the cell adds in the day.
    stored : array, shape (n, tracers)
        Mass in the water of the link; changed in place.
    inflow, deposited, outflow : array, shape (n, tracers)
        Overwritten.
    """
    n_tracers = supply.shape[1]
    for cell in range(start, stop):
        for tracer in range(n_tracers):
            inflow[cell, tracer] = 0.0
        for link in range(schedule.upstream_start[cell], schedule.upstream_start[cell + 1]):
            above = schedule.upstream[link]
            for tracer in range(n_tracers):
                inflow[cell, tracer] += outflow[above, tracer]
        passing, settling = passing_fraction[cell], settling_fraction[cell]
        for tracer in range(n_tracers):
            at_hand = stored[cell, tracer] + inflow[cell, tracer] + supply[cell, tracer]
            outflow[cell, tracer] = at_hand * passing
            rest = at_hand - outflow[cell, tracer]
            deposited[cell, tracer] = rest * settling
            stored[cell, tracer] = rest - deposited[cell, tracer]
