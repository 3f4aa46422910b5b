"""Compiled flow of a hillslope's nodes, with and without infiltration, and its sub-steps."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from .kernel_detention import inundated_fraction, mobile_depth
from .kernel_infiltration import area_infiltration
from .kernel_kinematic_wave import (
    FIRST_NODE_WEIGHT,
    NODE_WEIGHT,
    end_weight,
    node_step,
    wave_celerity,
)

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def infiltrating_plane_step(
    depth_m: FloatArray,
    discharge_m2_s: FloatArray,
    cumulative_m: FloatArray,
    resistance: FloatArray,
    retention_m: float,
    relief_roughness: float,
    spacing_m: float,
    rain_m: float,
    conductivity_m_s: float,
    suction_deficit_m: float,
    duration_s: float,
    passed_m: FloatArray,
) -> tuple[float, float]:
    """Infiltrate and route in one step; run-on infiltrates where the soil still takes it.

    Parameters
    ----------
    depth_m : array (nodes,)
        Mean water on the surface of each node, from the divide down; updated.
    discharge_m2_s : array (nodes,)
        Flow per width over the lower edge of each node at the end of the step; updated.
    resistance : array (nodes,)
        `flow_resistance` of each node.
    retention_m : float
        Depth that does not flow.
    spacing_m : float
        Length of a node.
    duration_s : float
        Length of the step.
    passed_m : array (nodes,)
        Written: what left each node over its lower edge in the step, as a depth over the node; the
        mean flow of the step is ``passed_m * spacing_m / duration_s``.
    cumulative_m : array (nodes,)
        Infiltrated since the event began; updated.
    relief_roughness : float
        Shape of the micro-relief (`inundated_fraction`).
    rain_m : float
        Rain and melt that reach the ground in the step.
    conductivity_m_s, suction_deficit_m : float
        Of Green-Ampt.

    Returns
    -------
    outflow_m, infiltrated_m : float
        Means over the whole hillslope.
    """
    nodes = depth_m.size
    total_m = nodes * rain_m
    for node in range(nodes):
        total_m += depth_m[node]
    mean_m = mobile_depth(total_m / nodes, retention_m)
    end = end_weight(mean_m, resistance[nodes - 1], nodes * spacing_m, duration_s)
    end_s_m = end * duration_s / spacing_m
    start_s_m = duration_s / spacing_m - end_s_m
    inflow_m = 0.0
    infiltrated_m = 0.0
    y = 0.0
    for node in range(nodes):
        standing_m = depth_m[node] + inflow_m
        taken_m = area_infiltration(
            cumulative_m[node],
            rain_m,
            standing_m,
            inundated_fraction(standing_m, retention_m, relief_roughness),
            conductivity_m_s,
            suction_deficit_m,
            duration_s,
        )
        cumulative_m[node] += taken_m
        infiltrated_m += taken_m
        water_m = max(standing_m + rain_m - taken_m, 0.0)
        inflow_m, y = node_step(
            mobile_depth(water_m, retention_m),
            resistance[node] * y * y * y,
            discharge_m2_s[node],
            resistance[node],
            FIRST_NODE_WEIGHT if node == 0 else NODE_WEIGHT,
            end_s_m,
            start_s_m,
        )
        depth_m[node] = water_m - inflow_m
        discharge_m2_s[node] = y * y * y * y * y
        passed_m[node] = inflow_m
    return inflow_m / nodes, infiltrated_m / nodes


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def substeps(
    mobile_m: float,
    resistance: float,
    length_m: float,
    duration_s: float,
    shortest_s: float,
    longest_s: float,
    courant_number: float,
) -> int:
    """Return into how many steps a duration must be cut for the flow on a slope.

    One where no water flows. Otherwise the Courant number of the whole slope decides, between the
    shortest and the longest step.

    Parameters
    ----------
    mobile_m : float
        Deepest water above retention.
    resistance : float
        `flow_resistance` of the hillslope.
    length_m : float
        Length of the hillslope.
    duration_s : float
        What is to be cut, commonly an hour.
    shortest_s, longest_s, courant_number : float
        As in `OVERLAND`.
    """
    step_s = courant_number * length_m / wave_celerity(mobile_m, resistance)
    n_steps = max(math.ceil(duration_s / min(max(step_s, shortest_s), longest_s)), 1)
    return n_steps if mobile_m > 0.0 else 1
