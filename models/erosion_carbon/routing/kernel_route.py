"""Compiled days of routing: a group of sub-catchments, or the trunk, through all its steps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .geometry import ChannelLinks
from .kernel_channel import ChannelState, ChannelTotals, channel_step
from .network import Schedule

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def route_group(
    group: int,
    schedule: Schedule,
    links: ChannelLinks,
    step_s: float,
    steps_per_hour: int,
    lateral_m3: FloatArray,
    even_m3: FloatArray,
    supply_kg: FloatArray,
    state: ChannelState,
    totals: ChannelTotals,
    handed_m3: FloatArray,
    handed_kg: FloatArray,
    gauges: IndexArray,
    gauge_m3_s: FloatArray,
    teleport: bool,
) -> None:
    """Route all hours of one group, or of the trunk after all groups.

    A group needs nothing from others, so it does all its hours in one go, in the cache, and leaves
    what its roots hand to the trunk, step by step; the trunk then starts each step from that.

    Parameters
    ----------
    group : int
        ``schedule.n_groups`` is the trunk.
    lateral_m3, supply_kg : array, shape (hours, n)
        Water and sediment from hillslopes, spread evenly over the steps of the hour.
    even_m3 : array, shape (n,)
        Water that comes in every hour, as that from the soil.
    handed_m3, handed_kg : array, shape (hours * steps_per_hour, roots)
        What group roots hand to the trunk.
    gauges : array of int64, shape (g,)
        Cells to watch.
    gauge_m3_s : array, shape (hours, g)
        Their discharge, mean of the hour; added to.
    """
    first_level, last_level = schedule.group_level[group], schedule.group_level[group + 1]
    first, last = schedule.level_start[first_level], schedule.level_start[last_level]
    is_trunk = group == schedule.group_root.size - 1
    first_root = 0 if is_trunk else schedule.group_root[group]
    last_root = schedule.root.size if is_trunk else schedule.group_root[group + 1]
    for hour in range(lateral_m3.shape[0]):
        for part in range(steps_per_hour):
            step = hour * steps_per_hour + part
            if is_trunk:
                for root in range(first_root, last_root):
                    state.discharge_m3[schedule.root[root]] = handed_m3[step, root]
                    state.sediment_out_kg[schedule.root[root]] = handed_kg[step, root]
            channel_step(
                first_level,
                last_level,
                schedule,
                links,
                step_s,
                1.0 / steps_per_hour,
                lateral_m3[hour],
                even_m3,
                supply_kg[hour],
                state,
                totals,
                teleport,
            )
            if not is_trunk:
                for root in range(first_root, last_root):
                    handed_m3[step, root] = state.discharge_m3[schedule.root[root]]
                    handed_kg[step, root] = state.sediment_out_kg[schedule.root[root]]
            for gauge in range(gauges.size):
                if first <= gauges[gauge] < last:
                    discharge_m3_s = state.discharge_m3[gauges[gauge]] / step_s
                    gauge_m3_s[hour, gauge] += discharge_m3_s / steps_per_hour


@njit(cache=True, nogil=True)
def gather_inflows(
    start: int,
    stop: int,
    schedule: Schedule,
    outflow: FloatArray,
    inflow: FloatArray,
) -> None:
    """Write for cells start to stop what all cells directly upstream handed down, shape (n,)."""
    for cell in range(start, stop):
        total = 0.0
        for link in range(schedule.upstream_start[cell], schedule.upstream_start[cell + 1]):
            total += outflow[schedule.upstream[link]]
        inflow[cell] = total
