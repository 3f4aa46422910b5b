"""Compiled loop of one storm over the cells of a fine grid, linked by a D8 network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .kernel_detention import mobile_depth
from .kernel_infiltration import green_ampt_step
from .kernel_kinematic_wave import end_weight, node_step

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


class GridLinks(NamedTuple):
    """How cells hand on their water, arrays (n,) with every cell after those upstream of it.

    Parameters
    ----------
    downstream : array of int64
        The next cell; own index at outlets.
    distance_m : array
        To the next cell.
    area_m2 : array
        Of the cell; its flow is area over distance wide.
    resistance : array
        `flow_resistance` of the cell.
    """

    downstream: IndexArray
    distance_m: FloatArray
    area_m2: FloatArray
    resistance: FloatArray


class GridGround(NamedTuple):
    """What the ground holds and takes, arrays (n,).

    Parameters
    ----------
    retention_m : array
        Depth that does not flow.
    conductivity_m_s, suction_deficit_m : array
        Of Green-Ampt.
    """

    retention_m: FloatArray
    conductivity_m_s: FloatArray
    suction_deficit_m: FloatArray


class GridWater(NamedTuple):
    """State of an event, arrays (n,): depth, flow per width at the end of the step, infiltrated."""

    depth_m: FloatArray
    discharge_m2_s: FloatArray
    infiltrated_m: FloatArray


@njit(cache=True, nogil=True)
def step_on_grid(
    links: GridLinks,
    ground: GridGround,
    water: GridWater,
    rain_m: FloatArray,
    duration_s: float,
    inflow_m3: FloatArray,
    outflow_m3: FloatArray,
) -> None:
    """Let rain and run-on infiltrate, and the rest flow one step.

    Parameters
    ----------
    rain_m : array (n,)
        Rain of the step.
    duration_s : float
        Length of the step.
    inflow_m3 : array (n,)
        Overwritten: run-on.
    outflow_m3 : array (n,)
        Overwritten: what leaves each cell in the step.
    """
    inflow_m3[:] = 0.0
    for i in range(links.downstream.size):
        supply_m = rain_m[i] + water.depth_m[i] + inflow_m3[i] / links.area_m2[i]
        taken_m = green_ampt_step(
            water.infiltrated_m[i],
            supply_m,
            ground.conductivity_m_s[i],
            ground.suction_deficit_m[i],
            duration_s,
        )
        water.infiltrated_m[i] += taken_m
        rest_m = supply_m - taken_m
        mobile_m = mobile_depth(rest_m, ground.retention_m[i])
        end = end_weight(mobile_m, links.resistance[i], links.distance_m[i], duration_s)
        end_s_m = end * duration_s / links.distance_m[i]
        start_s_m = duration_s / links.distance_m[i] - end_s_m
        # Depth is taken as even in a cell: flow from several sides has no one upper edge.
        outflow_m, y = node_step(
            mobile_m, 0.0, water.discharge_m2_s[i], links.resistance[i], 1.0, end_s_m, start_s_m
        )
        water.depth_m[i] = rest_m - outflow_m
        water.discharge_m2_s[i] = y * y * y * y * y
        outflow_m3[i] = outflow_m * links.area_m2[i]
        if links.downstream[i] != i:
            inflow_m3[links.downstream[i]] += outflow_m3[i]


@njit(cache=True, nogil=True)
def storm_on_grid(
    links: GridLinks,
    ground: GridGround,
    water: GridWater,
    rain_m: FloatArray,
    step_s: float,
    gauges: IndexArray,
    gauged_m3: FloatArray,
    left_m3: FloatArray,
    peak_m3_s: FloatArray,
) -> None:
    """Run a storm.

    Parameters
    ----------
    water : GridWater
        Updated.
    rain_m : array (steps, n)
        Rain of each step on each cell.
    gauges : array of int64, shape (gauges,)
        Cells whose outflow is recorded.
    gauged_m3 : array (steps, gauges)
        Written: outflow of the gauges' cells in each step.
    left_m3 : array (steps,)
        Written: what all outlets let out in each step.
    peak_m3_s : array (n,)
        Written: largest mean outflow of a step.
    """
    n = links.downstream.size
    inflow_m3, outflow_m3 = np.empty(n), np.empty(n)
    peak_m3_s[:] = 0.0
    for step in range(rain_m.shape[0]):
        step_on_grid(links, ground, water, rain_m[step], step_s, inflow_m3, outflow_m3)
        left_m3[step] = 0.0
        for i in range(n):
            peak_m3_s[i] = max(peak_m3_s[i], outflow_m3[i] / step_s)
            if links.downstream[i] == i:
                left_m3[step] += outflow_m3[i]
        for k in range(gauges.size):
            gauged_m3[step, k] = outflow_m3[gauges[k]]
