"""Compiled kinematic wave of one node: mass exact, positive, second order.

Manning's law q = alpha h^(5/3) is written h = r q^(3/5) with the resistance r = alpha^(-3/5), since
the flow, not the depth, is continuous where slope or roughness change. Unknown is y = q^(1/5): both
q = y^5 and h = r y^3 are then powers without roots.

In space a node stores the mean of the depths at its two edges (box scheme); in time the flow over
an edge is the mean of its values at the start and the end of the step, the end's weight growing
from 1/2 to 1 with the Courant number. Plain backward Euler with upwind depths needs ten times the
nodes and steps for the same hydrograph.
"""

from __future__ import annotations

import math

from numba import njit

from ..kernel_depth_root import root_depth_guess
from ..kernel_elementary import power

WAVE_EXPONENT = 5.0 / 3.0
"""m of q = alpha h^m for Manning's law on a wide plane."""
FIRST_NODE_WEIGHT = 5.0 / 8.0
"""Mean depth of the node below the divide over the depth at its lower edge, at steady rain."""
NODE_WEIGHT = 0.5
"""Of every other node: depth linear between the edges."""
HALLEY_STEPS = 2
_LEAST_WATER_M = 1e-30
"""Less stays where it is: fourth powers of its root would underflow."""


@njit(cache=True, nogil=True)
def flow_resistance(slope: float, manning_s_m13: float) -> float:
    """Return r of h = r q^(3/5), s^(3/5) m^(-1/5), from the slope (m m-1) and Manning's n."""
    return float((manning_s_m13 / math.sqrt(slope)) ** 0.6)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def wave_celerity(depth_m: float, resistance: float) -> float:
    """Return the speed dq/dh of the kinematic wave, m s-1."""
    y = power(depth_m / resistance, 1.0 / 3.0)
    return WAVE_EXPONENT * y * y / resistance


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def end_weight(depth_m: float, resistance: float, length_m: float, duration_s: float) -> float:
    """Return the weight of a step's end in its mean flow, 1/2 to 1.

    (c + 1)/(c + 2) for the Courant number c of the whole slope: a linear store then keeps
    1/(1 + c + c^2/2) of its water, positive for any c and second order.
    """
    courant = wave_celerity(depth_m, resistance) * duration_s / length_m
    return (courant + 1.0) / (courant + 2.0)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def kinematic_root(water_m: float, courant: float) -> float:
    """Return y of y^3 + c y^5 = w, for w above 0, by Halley's steps.

    They are cubic: from a guess right to 6 %, two leave at most 3e-10 of w. No water hangs on it:
    what flows out is what the node loses.
    """
    y = root_depth_guess(water_m, courant)
    for _ in range(HALLEY_STEPS):
        square = y * y
        ratio = courant * square
        residual = square * y * (1.0 + ratio) - water_m
        slope = square * (3.0 + 5.0 * ratio)
        curvature = y * (3.0 + 10.0 * ratio)  # half of the second derivative
        y -= residual * slope / (slope * slope - residual * curvature)
    return y


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def node_step(
    mobile_m: float,
    upper_edge_m: float,
    discharge_m2_s: float,
    resistance: float,
    weight: float,
    end_s_m: float,
    start_s_m: float,
) -> tuple[float, float]:
    """Let water leave one node in one step.

    Parameters
    ----------
    mobile_m : float
        Mean depth that can flow: that of the start with the step's excess and inflow.
    upper_edge_m : float
        Depth at the upper edge at the end of the step.
    discharge_m2_s : float
        Flow over the lower edge at the start of the step.
    resistance : float
        r of the node (`flow_resistance`).
    weight : float
        Weight of the lower edge in the mean depth.
    end_s_m, start_s_m : float
        Step over spacing times the weight of the step's end and start in the mean flow.

    Returns
    -------
    outflow_m : float
        Mean depth that leaves, at most what can flow.
    y : float
        Fifth root of the flow over the lower edge at the end.
    """
    mobile_m = max(mobile_m, 0.0)
    before_m = min(start_s_m * discharge_m2_s, mobile_m)
    rest_m = mobile_m - before_m - (1.0 - weight) * upper_edge_m
    share = 1.0 / (weight * resistance)
    root = kinematic_root(max(rest_m, _LEAST_WATER_M) * share, end_s_m * share)
    y = root if rest_m > _LEAST_WATER_M else 0.0
    square = y * y
    return min(before_m + end_s_m * square * square * y, mobile_m), y
