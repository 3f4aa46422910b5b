"""Sediment along hillslopes from the divide to the foot, for many time steps side by side.

Sediment is steady within a step, so that steps do not depend on each other, be they of one
hillslope or of many: the loops over them become vector code.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .kernel_answers import answers_capacity, answers_segment, flow_detachment, rain_detachment
from .kernel_interrill import interrill_detachment
from .kernel_rill import deposition_coefficient, rill_detachment_capacity, rill_flow
from .kernel_segment import segment
from .kernel_transport_capacity import (
    CAPACITY_GOVERS,
    CAPACITY_SHEAR,
    govers_capacity,
    shear_capacity,
    yalin_capacity,
)
from .parameters import ErosionParameters

FloatArray = npt.NDArray[np.float64]

EROSION_WEPP = 0
EROSION_ANSWERS = 1
EROSION_NONE = 2
"""Water alone runs; another law erodes."""
EROSION_LAWS = {"wepp": EROSION_WEPP, "answers": EROSION_ANSWERS}
VECTOR = 8
"""Steps that a processor computes at once."""
SMALLEST_DISCHARGE_M2_S = 1e-12
"""Less is dry: nothing moves and what comes in stays."""


class SlopeSurface(NamedTuple):
    """What resists erosion on one hillslope on one day.

    Parameters
    ----------
    interrill_kg_s_m4, rill_s_m, critical_shear_pa : float
        Adjusted erodibility (`erodibility.adjusted_erodibility`).
    friction_factor : float
        Darcy-Weisbach friction in rills (`rill_friction.rill_friction`).
    fall_velocity_m_s, transport_adjustment : float
        Of the sediment (`sediment_size`).
    cover_erodibility_us : float
        C times K of the USLE, K in US customary units; read by ANSWERS only.
    """

    interrill_kg_s_m4: float
    rill_s_m: float
    critical_shear_pa: float
    friction_factor: float
    fall_velocity_m_s: float
    transport_adjustment: float
    cover_erodibility_us: float


(
    RAIN_M_S,
    RUNOFF_M_S,
    SQUARE_RATIO,  # E[I^2] / E[I]^2 of the rain
    DURATION_S,
    PLACE,  # which hillslope; not read here
    HOUR,  # of the day; not read here
    SPACING_M,  # length of a node along the slope
    INTERRILL,  # this and the next six as in `SlopeSurface`
    RILL,
    CRITICAL_SHEAR,
    FRICTION,
    FALL_VELOCITY,
    ADJUSTMENT,
    COVER_ERODIBILITY,
    LOAD,  # sediment at the foot, kg s-1 per slope width
    DETACHED,
    DEPOSITED,
    FIRST_NODE,
) = range(18)
"""Rows of an array of steps (`rows_of_steps`, steps). From `FIRST_NODE` on: what leaves each node
per slope width (m2 s-1), then the slope of each (tangent)."""


@njit(cache=True, nogil=True)
def rows_of_steps(n_nodes: int) -> int:
    """Return how many rows an array of steps has."""
    return FIRST_NODE + 2 * n_nodes


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def rill_capacity(
    shear_pa: float,
    rill_discharge_m2_s: float,
    depth_m: float,
    slope: float,
    parameters: ErosionParameters,
    capacity_law: int,
) -> float:
    """Return transport capacity of a rill, kg s-1 per metre of rill width."""
    if capacity_law == CAPACITY_SHEAR:
        capacity = shear_capacity(shear_pa, parameters.transport_coefficient)
    elif capacity_law == CAPACITY_GOVERS:
        capacity = govers_capacity(
            rill_discharge_m2_s, depth_m, slope, parameters.particle_diameter_m
        )
    else:
        capacity = yalin_capacity(
            shear_pa,
            parameters.particle_diameter_m,
            parameters.aggregate_density_kg_m3,
            parameters.critical_shields,
        )
    return capacity


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def wepp_node(
    load_in_kg_s_m: float,
    discharge_m2_s: float,
    slope: float,
    length_m: float,
    interrill_kg_s_m2: float,
    turbulence: float,
    surface: SlopeSurface,
    parameters: ErosionParameters,
    capacity_law: int,
) -> tuple[float, float, float]:
    """Return load out, soil detached, soil deposited of one node, kg s-1 per slope width."""
    spacing = parameters.rill_spacing_m
    depth, width, _, shear = rill_flow(discharge_m2_s, slope, spacing, surface.friction_factor)
    rill_share = width / spacing
    rill_discharge = discharge_m2_s / rill_share
    capacity = rill_capacity(shear, rill_discharge, depth, slope, parameters, capacity_law)
    detachment = rill_detachment_capacity(surface.rill_s_m, shear, surface.critical_shear_pa)
    return segment(
        load_in_kg_s_m,
        length_m,
        rill_share * detachment,
        rill_share * capacity * surface.transport_adjustment,
        interrill_kg_s_m2,
        deposition_coefficient(turbulence, surface.fall_velocity_m_s, rill_discharge),
    )


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def answers_node(
    load_in_kg_s_m: float,
    discharge_m2_s: float,
    slope: float,
    length_m: float,
    rain_m_s: float,
    square_ratio: float,
    cover_erodibility_us: float,
) -> tuple[float, float, float]:
    """Return load out, soil detached, soil deposited of one node, kg s-1 per slope width."""
    by_rain = rain_detachment(cover_erodibility_us, rain_m_s) * square_ratio
    by_flow = flow_detachment(cover_erodibility_us, slope, discharge_m2_s)
    return answers_segment(
        load_in_kg_s_m,
        by_rain * length_m,
        by_flow * length_m,
        answers_capacity(slope, discharge_m2_s),
    )


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _pass_step(
    steps: FloatArray, step: int, discharge: float, slope: float, load: float, gained: float,
    lost: float,
) -> None:  # fmt: skip
    """Enter what a node does in a step; where it is dry or level all load settles."""
    flows = discharge > SMALLEST_DISCHARGE_M2_S and slope > 0.0
    settled = lost if flows else steps[LOAD, step]
    steps[LOAD, step] = load if flows else 0.0
    steps[DETACHED, step] += gained if flows else 0.0
    steps[DEPOSITED, step] += settled


@njit(cache=True, nogil=True, error_model="numpy")
def _wepp_steps(
    steps: FloatArray,
    n_steps: int,
    node: int,
    n_nodes: int,
    parameters: ErosionParameters,
    capacity_law: int,
) -> None:
    """Take the sediment of all steps through one node by WEPP."""
    here, above = FIRST_NODE + node, FIRST_NODE + max(node - 1, 0)
    share_above = 0.5 if node > 0 else 0.0
    for step in range(n_steps):
        slope = steps[here + n_nodes, step]
        surface = SlopeSurface(
            steps[INTERRILL, step],
            steps[RILL, step],
            steps[CRITICAL_SHEAR, step],
            steps[FRICTION, step],
            steps[FALL_VELOCITY, step],
            steps[ADJUSTMENT, step],
            steps[COVER_ERODIBILITY, step],
        )
        discharge = 0.5 * steps[here, step] + share_above * steps[above, step]
        rain_m_s = steps[RAIN_M_S, step]
        interrill = interrill_detachment(
            surface.interrill_kg_s_m4,
            rain_m_s,
            steps[RUNOFF_M_S, step],
            parameters.interrill_delivery_ratio,
            steps[SQUARE_RATIO, step],
        )
        turbulence = parameters.turbulence_with_rain
        if rain_m_s <= 0.0:
            turbulence = parameters.turbulence_without_rain
        load, gained, lost = wepp_node(
            steps[LOAD, step], max(discharge, SMALLEST_DISCHARGE_M2_S), slope,
            steps[SPACING_M, step], interrill, turbulence, surface, parameters, capacity_law,
        )  # fmt: skip
        _pass_step(steps, step, discharge, slope, load, gained, lost)


@njit(cache=True, nogil=True, error_model="numpy")
def _answers_steps(
    steps: FloatArray,
    n_steps: int,
    node: int,
    n_nodes: int,
) -> None:
    """Take the sediment of all steps through one node by ANSWERS."""
    here, above = FIRST_NODE + node, FIRST_NODE + max(node - 1, 0)
    share_above = 0.5 if node > 0 else 0.0
    for step in range(n_steps):
        slope = steps[here + n_nodes, step]
        discharge = 0.5 * steps[here, step] + share_above * steps[above, step]
        load, gained, lost = answers_node(
            steps[LOAD, step], discharge, slope, steps[SPACING_M, step], steps[RAIN_M_S, step],
            steps[SQUARE_RATIO, step], steps[COVER_ERODIBILITY, step],
        )  # fmt: skip
        _pass_step(steps, step, discharge, slope, load, gained, lost)


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_up(steps: FloatArray, n_steps: int) -> int:
    """Repeat the last step up to whole vectors, as single steps take longer; return how many."""
    filled: int = min((n_steps + VECTOR - 1) // VECTOR * VECTOR, steps.shape[1])
    for row in range(steps.shape[0]):
        for step in range(n_steps, filled):
            steps[row, step] = steps[row, n_steps - 1]
    return filled


@njit(cache=True, nogil=True, error_model="numpy")
def hillslope_sediment(
    steps: FloatArray,
    n_steps: int,
    n_nodes: int,
    parameters: ErosionParameters,
    erosion_law: int,
    capacity_law: int,
) -> None:
    """Set sediment at the foot, soil detached and soil deposited of each step.

    Sediment is steady within a step: what enters and is detached settles or leaves. Each node is
    eroded by the mean of the flow that enters and leaves it.

    Parameters
    ----------
    steps : array (rows, steps)
        See `FIRST_NODE`; nodes from the divide down. `LOAD`, `DETACHED` and `DEPOSITED` are
        overwritten. Where the slope is zero nothing is detached and all load settles.
    n_steps : int
        How many of the steps are in use.
    """
    n_steps = _fill_up(steps, n_steps)
    for row in (LOAD, DETACHED, DEPOSITED):
        for step in range(n_steps):
            steps[row, step] = 0.0
    for node in range(n_nodes):
        if erosion_law == EROSION_ANSWERS:
            _answers_steps(steps, n_steps, node, n_nodes)
        else:
            _wepp_steps(steps, n_steps, node, n_nodes, parameters, capacity_law)
