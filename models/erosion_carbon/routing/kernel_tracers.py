"""Compiled daily pass of carbon along the network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .network import Schedule

FloatArray = npt.NDArray[np.float64]


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
