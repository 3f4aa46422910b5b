"""Water on hillslopes side by side: infiltrates and runs down in steps that all of them share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .hillslope_block import (
    ALL_PORES_M,
    CONDUCTIVITY_M_S,
    DEPTH,
    DISCHARGE,
    DRY_RATE_M_S,
    END_S_M,
    EXCESS,
    FALLING_M,
    GRAVITY_PORES_M,
    INFILTRATED_M,
    INFLOW_M,
    INUNDATED,
    LARGEST_M2_S,
    LENGTH_M,
    MELT_M,
    MEMORY_M,
    PASSED,
    RAN_OFF_M,
    RESISTANCE,
    RETENTION_M,
    ROOM_M,
    ROOT,
    RUNNING_M,
    SPACING_M,
    STANDING_M,
    START_S_M,
    SUPPLY_M,
    TAKEN_M,
    node_row,
)
from .hydrology.kernel_detention import inundated_fraction, mobile_depth
from .hydrology.kernel_kinematic_wave import (
    FIRST_NODE_WEIGHT,
    NODE_WEIGHT,
    end_weight,
    node_step,
)
from .hydrology.parameters_overland import OverlandParameters
from .kernel_hillslope_front import infiltrate_lanes
from .kernel_hillslope_step import INFILTRATION_HOLTAN, holtan_area

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def _begin_step(
    lanes: FloatArray, n: int, n_nodes: int, n_steps: int, relief_roughness: float
) -> None:
    """Set what comes to the ground in the step, what stands on it, and where."""
    for lane in range(n):
        lanes[SUPPLY_M, lane] = lanes[FALLING_M, lane] + lanes[MELT_M, lane] / n_steps
        lanes[STANDING_M, lane] = 0.0
    for node in range(n_nodes):
        depth = node_row(DEPTH, node, n_nodes)
        for lane in range(n):
            lanes[STANDING_M, lane] += lanes[depth, lane]
    for lane in range(n):
        standing_m = max(lanes[STANDING_M, lane] / n_nodes, 0.0)
        lanes[STANDING_M, lane] = standing_m
        inundated = inundated_fraction(standing_m, lanes[RETENTION_M, lane], relief_roughness)
        lanes[INUNDATED, lane] = inundated


@njit(cache=True, nogil=True, error_model="numpy")
def _infiltrate_by_holtan(lanes: FloatArray, n: int, duration_s: float, exponent: float) -> None:
    """Let water into Holtan's control zone, lane by lane."""
    for lane in range(n):
        free_m = lanes[MEMORY_M, lane]
        taken_m, drained_m = holtan_area(
            free_m,
            lanes[SUPPLY_M, lane],
            lanes[STANDING_M, lane],
            lanes[INUNDATED, lane],
            lanes[ALL_PORES_M, lane],
            lanes[GRAVITY_PORES_M, lane],
            lanes[CONDUCTIVITY_M_S, lane],
            lanes[DRY_RATE_M_S, lane],
            exponent,
            duration_s,
        )
        taken_m = max(min(taken_m, lanes[ROOM_M, lane]), 0.0)
        free_m = free_m - taken_m + drained_m
        lanes[TAKEN_M, lane] = taken_m
        lanes[MEMORY_M, lane] = min(max(free_m, 0.0), lanes[ALL_PORES_M, lane])


@njit(cache=True, nogil=True, error_model="numpy")
def _infiltrate_by_green_ampt(lanes: FloatArray, n: int, duration_s: float) -> None:
    """Let water into the soil behind Green-Ampt's front."""
    infiltrate_lanes(lanes, n, duration_s)
    for lane in range(n):
        taken_m = max(min(lanes[TAKEN_M, lane], lanes[ROOM_M, lane]), 0.0)
        lanes[TAKEN_M, lane] = taken_m
        lanes[MEMORY_M, lane] += taken_m


@njit(cache=True, nogil=True, error_model="numpy")
def _spread_excess(lanes: FloatArray, n: int, n_nodes: int) -> None:
    """Set what each node gains: rain in excess evenly; what sinks in beyond rain by depth."""
    for lane in range(n):
        lanes[RUNNING_M, lane] = lanes[SUPPLY_M, lane] - lanes[TAKEN_M, lane]
        lanes[TAKEN_M, lane] = 0.0
    for node in range(n_nodes):
        depth, excess = node_row(DEPTH, node, n_nodes), node_row(EXCESS, node, n_nodes)
        for lane in range(n):
            running_m, depth_m = lanes[RUNNING_M, lane], lanes[depth, lane]
            # Never more than the node holds, whatever the rounding of the mean.
            sinks_m = min(depth_m, -running_m * depth_m / lanes[STANDING_M, lane])
            gained_m = -sinks_m if running_m < 0.0 else running_m
            lanes[excess, lane] = gained_m
            lanes[TAKEN_M, lane] += gained_m
    for lane in range(n):
        # What infiltrated is what the nodes did not gain.
        taken_m = lanes[SUPPLY_M, lane] - lanes[TAKEN_M, lane] / n_nodes
        even_m = lanes[SUPPLY_M, lane] - lanes[RUNNING_M, lane]
        taken_m = taken_m if lanes[RUNNING_M, lane] < 0.0 else even_m
        lanes[INFILTRATED_M, lane] += taken_m
        lanes[ROOM_M, lane] -= taken_m


@njit(cache=True, nogil=True, error_model="numpy")
def _set_weights(lanes: FloatArray, n: int, n_nodes: int, duration_s: float) -> None:
    """Set the weights of a step's start and end in its mean flow."""
    for lane in range(n):
        lanes[INFLOW_M, lane] = lanes[ROOT, lane] = lanes[LARGEST_M2_S, lane] = 0.0
        lanes[END_S_M, lane] = 0.0
    for node in range(n_nodes):
        depth, excess = node_row(DEPTH, node, n_nodes), node_row(EXCESS, node, n_nodes)
        for lane in range(n):
            lanes[END_S_M, lane] += lanes[depth, lane] + lanes[excess, lane]
    foot = node_row(RESISTANCE, n_nodes - 1, n_nodes)
    for lane in range(n):
        mean_m = mobile_depth(lanes[END_S_M, lane] / n_nodes, lanes[RETENTION_M, lane])
        spacing_m = lanes[SPACING_M, lane]
        end = end_weight(mean_m, lanes[foot, lane], lanes[LENGTH_M, lane], duration_s)
        end_s_m = end * duration_s / spacing_m
        lanes[END_S_M, lane] = end_s_m
        lanes[START_S_M, lane] = duration_s / spacing_m - end_s_m


@njit(cache=True, nogil=True, error_model="numpy")
def _run_node(lanes: FloatArray, n: int, node: int, n_nodes: int, duration_s: float) -> None:
    """Let water leave one node by the kinematic wave."""
    depth, discharge = node_row(DEPTH, node, n_nodes), node_row(DISCHARGE, node, n_nodes)
    resistance, excess = node_row(RESISTANCE, node, n_nodes), node_row(EXCESS, node, n_nodes)
    passed = node_row(PASSED, node, n_nodes)
    weight = FIRST_NODE_WEIGHT if node == 0 else NODE_WEIGHT
    for lane in range(n):
        water_m = lanes[depth, lane] + lanes[excess, lane] + lanes[INFLOW_M, lane]
        r, y = lanes[resistance, lane], lanes[ROOT, lane]
        outflow_m, y = node_step(
            mobile_depth(water_m, lanes[RETENTION_M, lane]),
            r * y * y * y,
            lanes[discharge, lane],
            r,
            weight,
            lanes[END_S_M, lane],
            lanes[START_S_M, lane],
        )
        lanes[depth, lane] = water_m - outflow_m
        lanes[discharge, lane] = y * y * y * y * y
        lanes[INFLOW_M, lane], lanes[ROOT, lane] = outflow_m, y
        flow_m2_s = outflow_m * (lanes[SPACING_M, lane] / duration_s)
        lanes[passed, lane] = flow_m2_s
        lanes[LARGEST_M2_S, lane] = max(lanes[LARGEST_M2_S, lane], flow_m2_s)


@njit(cache=True, nogil=True, error_model="numpy")
def run_down_lanes(lanes: FloatArray, n: int, n_nodes: int, duration_s: float) -> None:
    """Route what the nodes hold and gain down the hillslopes in one step.

    `PASSED` gets the step's mean flow over the lower edge of each node (m2 s-1), `INFLOW_M` what
    left the lowest node as a depth over it.
    """
    _set_weights(lanes, n, n_nodes, duration_s)
    for node in range(n_nodes):
        _run_node(lanes, n, node, n_nodes, duration_s)


@njit(cache=True, nogil=True, error_model="numpy")
def step_lanes(
    lanes: FloatArray,
    n: int,
    n_nodes: int,
    n_steps: int,
    duration_s: float,
    p: OverlandParameters,
    law: int,
) -> None:
    """Infiltrate and route one step of an hour that is cut into `n_steps`.

    Parameters
    ----------
    lanes : array (n_rows, BLOCK)
        See `hillslope_block`. Water, flow, room and memory change; `INFILTRATED_M` and `RAN_OFF_M`
        are added to; `PASSED` gets the step's mean flow over the lower edge of each node (m2 s-1),
        `RUNNING_M` what was in excess of infiltration (m, negative where more sank in than fell).
    n : int
        Lanes, whole vectors.
    duration_s : float
        Of the step.
    law : int
        Of infiltration.
    """
    _begin_step(lanes, n, n_nodes, n_steps, p.micro_relief_roughness)
    if law == INFILTRATION_HOLTAN:
        _infiltrate_by_holtan(lanes, n, duration_s, p.holtan_exponent)
    else:
        _infiltrate_by_green_ampt(lanes, n, duration_s)
    _spread_excess(lanes, n, n_nodes)
    run_down_lanes(lanes, n, n_nodes, duration_s)
    for lane in range(n):
        lanes[RAN_OFF_M, lane] += lanes[INFLOW_M, lane] / n_nodes
