"""Water that fills, drains through and leaves the ten soil layers.

Contents are volumetric and count ice as water. `frozen` is the part of each layer's content that is
ice: it stays the same all day, so that no process moves it, however often a layer is drawn upon.
"""

from __future__ import annotations

import math

from numba import njit

from ..kernel_elementary import exponential
from ..soil_columns import FloatArray
from ..soil_layers import LAYER_THICKNESS_M, N_LAYERS

LN_10 = math.log(10.0)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def conductivity_exponent(clapp_hornberger_b: float) -> float:
    """Return the exponent of conductivity over saturation (Clapp and Hornberger 1978)."""
    return 2.0 * clapp_hornberger_b + 3.0


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def frozen_conductivity(
    conductivity: float, porosity: float, frozen: float, ice_impedance: float
) -> float:
    """Return a conductivity, any unit, reduced by the share of pores that ice fills.

    Swenson et al. 2012: F_ice is ice over porosity, not over all water: dry ground stays open.
    """
    if frozen <= 0.0:
        return conductivity
    return conductivity * exponential(-LN_10 * ice_impedance * frozen / porosity)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def drained_content(
    content: float, porosity: float, conductivity_m_day: float, exponent: float, thickness_m: float
) -> float:
    """Return the content of a layer that drained freely for a day.

    The exact solution of d(content)/dt = -K (content / porosity)^exponent / thickness, so that a
    step of a day neither overshoots nor needs to be cut.
    """
    saturation = content / porosity
    steepness = exponent - 1.0
    slowing = steepness * conductivity_m_day / (porosity * thickness_m)
    slowing *= saturation**steepness
    return content * math.exp(-math.log1p(slowing) / steepness)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def mobile_water(content: float, frozen: float, field_capacity: float) -> float:
    """Return the liquid content that gravity moves: the part above field capacity."""
    return max(0.0, content - max(field_capacity, frozen))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def room_of_layers_m(
    content: FloatArray,
    frozen: FloatArray,
    porosity: float,
    conductivity_m_day: float,
    ice_impedance: float,
) -> float:
    """Return the most water in m that `fill_layers` takes in a day without overflow.

    Above ice that closes the pores there is only the room of the thawed layers.
    """
    room_m = 0.0
    for k in range(N_LAYERS - 1, -1, -1):
        passing_m = frozen_conductivity(conductivity_m_day, porosity, frozen[k], ice_impedance)
        space_m = max(0.0, (porosity - content[k]) * LAYER_THICKNESS_M[k])
        room_m = space_m + min(passing_m, room_m)
    return room_m


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def fill_layers(
    content: FloatArray,
    frozen: FloatArray,
    porosity: float,
    conductivity_m_day: float,
    ice_impedance: float,
    water_m: float,
) -> float:
    """Put water into the layers from the top, each up to its porosity; change `content`.

    Through a full layer no more flows in a day than its conductivity lets pass.

    Returns
    -------
    float
        Water in m that found no room.
    """
    overflow_m = 0.0
    for k in range(N_LAYERS):
        if water_m <= 0.0:
            break
        space_m = max(0.0, (porosity - content[k]) * LAYER_THICKNESS_M[k])
        if water_m <= space_m:
            content[k] += water_m / LAYER_THICKNESS_M[k]
            water_m = 0.0
            break
        content[k] = max(content[k], porosity)
        water_m -= space_m
        passing_m = frozen_conductivity(conductivity_m_day, porosity, frozen[k], ice_impedance)
        if water_m > passing_m:
            overflow_m += water_m - passing_m
            water_m = passing_m
    return overflow_m + water_m


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def percolate_day(
    content: FloatArray,
    frozen: FloatArray,
    porosity: float,
    field_capacity: float,
    conductivity_m_day: float,
    exponent: float,
    ice_impedance: float,
    bottom_share: float,
) -> float:
    """Drain every layer into the next for a day, from the bottom up; change `content`.

    Each layer gives at most its water above field capacity and the room below it.

    Returns
    -------
    float
        Water in m that left the lowest layer; `bottom_share` slows it.
    """
    deep_m = 0.0
    room_below_m = 0.0
    for k in range(N_LAYERS - 1, -1, -1):
        thickness_m = LAYER_THICKNESS_M[k]
        mobile = mobile_water(content[k], frozen[k], field_capacity)
        if mobile > 0.0:
            conductivity = frozen_conductivity(
                conductivity_m_day, porosity, frozen[k], ice_impedance
            )
            after = drained_content(content[k], porosity, conductivity, exponent, thickness_m)
            flow_m = min(mobile, content[k] - after) * thickness_m
            if k == N_LAYERS - 1:
                flow_m *= bottom_share
                deep_m = flow_m
            else:
                flow_m = min(flow_m, room_below_m)
                content[k + 1] += flow_m / LAYER_THICKNESS_M[k + 1]
            content[k] -= flow_m / thickness_m
        room_below_m = max(0.0, (porosity - content[k]) * thickness_m)
    return deep_m


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def passed_below(
    before: FloatArray, after: FloatArray, deep_m: float, passed_m: FloatArray
) -> None:
    """Write the water that passed the bottom of each layer, m, from what the layers below gained.

    Parameters
    ----------
    before, after : array (10,)
        Contents before and after filling and percolation, without any other loss.
    deep_m : float
        Water that left the lowest layer.
    """
    passed_m[N_LAYERS - 1] = deep_m
    for k in range(N_LAYERS - 2, -1, -1):
        gained_m = (after[k + 1] - before[k + 1]) * LAYER_THICKNESS_M[k + 1]
        passed_m[k] = max(0.0, passed_m[k + 1] + gained_m)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def interflow_day(
    content: FloatArray, frozen: FloatArray, field_capacity: float, share: float
) -> float:
    """Let a share of the water above field capacity leave sideways; change `content`.

    Returns
    -------
    float
        Water in m.
    """
    flow_m = 0.0
    for k in range(N_LAYERS):
        mobile = share * mobile_water(content[k], frozen[k], field_capacity)
        content[k] -= mobile
        flow_m += mobile * LAYER_THICKNESS_M[k]
    return flow_m


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def stored_m(content: FloatArray) -> float:
    """Return the water of all layers in m."""
    total_m = 0.0
    for k in range(N_LAYERS):
        total_m += content[k] * LAYER_THICKNESS_M[k]
    return total_m
