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
    supply: FloatArray,
    passing_fraction: FloatArray,
    inflow: FloatArray,
    deposited: FloatArray,
    outflow: FloatArray,
) -> None:
    """Move tracers through cells start to stop, which are whole groups, upstream first.

    Of what flows in and what the cell adds, a fraction goes on and the rest is deposited
    ("carry C mass with the same fraction" as its carrier).

    Parameters
    ----------
    start, stop : int
    schedule : Schedule
    supply : array, shape (n, tracers)
        Mass that the cell adds in the day.
    passing_fraction : array, shape (n,)
        0 to 1; 1 for what is dissolved.
    inflow, deposited, outflow : array, shape (n, tracers)
        Overwritten; inflow + supply = deposited + outflow.
    """
    n_tracers = supply.shape[1]
    for cell in range(start, stop):
        for tracer in range(n_tracers):
            inflow[cell, tracer] = 0.0
        for link in range(schedule.upstream_start[cell], schedule.upstream_start[cell + 1]):
            above = schedule.upstream[link]
            for tracer in range(n_tracers):
                inflow[cell, tracer] += outflow[above, tracer]
        fraction = passing_fraction[cell]
        for tracer in range(n_tracers):
            at_hand = inflow[cell, tracer] + supply[cell, tracer]
            outflow[cell, tracer] = at_hand * fraction
            deposited[cell, tracer] = at_hand - outflow[cell, tracer]
