"""Sediment along a hillslope from the divide to the foot."""

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


class StormStep(NamedTuple):
    """Rain of a step: mean intensity and runoff (m s-1), and E[I^2] / E[I]^2 within it."""

    rain_m_s: float
    runoff_m_s: float
    intensity_square_ratio: float


# Copied into their callers: passing all parameters on to each node would cost a third of the time.
@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True)
def answers_node(
    load_in_kg_s_m: float,
    discharge_m2_s: float,
    slope: float,
    length_m: float,
    storm: StormStep,
    cover_erodibility_us: float,
) -> tuple[float, float, float]:
    """Return load out, soil detached, soil deposited of one node, kg s-1 per slope width."""
    by_rain = rain_detachment(cover_erodibility_us, storm.rain_m_s) * storm.intensity_square_ratio
    by_flow = flow_detachment(cover_erodibility_us, slope, discharge_m2_s)
    return answers_segment(
        load_in_kg_s_m,
        by_rain * length_m,
        by_flow * length_m,
        answers_capacity(slope, discharge_m2_s),
    )


@njit(cache=True, nogil=True)
def hillslope_sediment(
    discharge_m2_s: FloatArray,
    slope: FloatArray,
    spacing_m: float,
    storm: StormStep,
    surface: SlopeSurface,
    parameters: ErosionParameters,
    erosion_law: int,
    capacity_law: int,
) -> tuple[float, float, float]:
    """Return sediment at the foot, soil detached and soil deposited, kg s-1 per slope width.

    Sediment is steady within the step: what enters and is detached settles or leaves.

    Parameters
    ----------
    discharge_m2_s : (nodes,) array
        Water leaving each node per slope width, from the divide down; each node is eroded by the
        mean of what enters and leaves it.
    slope : (nodes,) array
        Tangent. Where it is zero nothing is detached and all load settles.
    spacing_m : float
        Length of a node along the slope.
    """
    interrill = interrill_detachment(
        surface.interrill_kg_s_m4,
        storm.rain_m_s,
        storm.runoff_m_s,
        parameters.interrill_delivery_ratio,
        storm.intensity_square_ratio,
    )
    turbulence = parameters.turbulence_without_rain
    if storm.rain_m_s > 0.0:
        turbulence = parameters.turbulence_with_rain
    load = detached = deposited = above = 0.0
    for node in range(len(discharge_m2_s)):
        discharge = 0.5 * (above + discharge_m2_s[node])
        above = discharge_m2_s[node]
        if discharge <= SMALLEST_DISCHARGE_M2_S or slope[node] <= 0.0:
            gained, lost = 0.0, load
            load = 0.0
        elif erosion_law == EROSION_ANSWERS:
            load, gained, lost = answers_node(
                load, discharge, slope[node], spacing_m, storm, surface.cover_erodibility_us
            )
        else:
            load, gained, lost = wepp_node(
                load, discharge, slope[node], spacing_m, interrill, turbulence,
                surface, parameters, capacity_law,
            )  # fmt: skip
        detached += gained
        deposited += lost
    return load, detached, deposited
