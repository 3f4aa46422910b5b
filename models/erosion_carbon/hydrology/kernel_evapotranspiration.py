"""Evaporation from leaves and soil, and transpiration from the layers where roots are."""

from __future__ import annotations

from numba import njit

from ..kernel_elementary import exponential
from ..soil_columns import FloatArray
from ..soil_layers import LAYER_THICKNESS_M, N_LAYERS

EVAPORATING_LAYERS = 2
"""Soil evaporation draws on 0-10 cm (Allen et al. 1998, Eq. 73: 0.10-0.15 m)."""


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def share_reaching_soil(lai: float, light_extinction: float) -> float:
    """Return the share of the energy that the canopy leaves to the soil (Beer's law)."""
    return exponential(-light_extinction * max(lai, 0.0))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def evaporation_factor(liquid: float, air_dry: float, field_capacity: float) -> float:
    """Return the share of the potential that drying soil evaporates, 0 to 1."""
    return min(1.0, max(0.0, (liquid - air_dry) / (field_capacity - air_dry)))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def stress_factor(
    liquid: float, wilting_point: float, field_capacity: float, stress_share: float
) -> float:
    """Return the share of the potential that roots take up, 0 at the wilting point."""
    critical = stress_share * (field_capacity - wilting_point)
    return min(1.0, max(0.0, (liquid - wilting_point) / critical))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def cold_root_factor(temperature_c: float, above_c: float, freely_c: float) -> float:
    """Return the share of its water that roots take up from a cold layer, 0 to 1.

    Cold water is viscous and cold membranes let less of it pass, so that trees on cold ground
    transpire less than the air demands (Mellander 2003). Linear between the two limits.
    """
    return min(1.0, max(0.0, (temperature_c - above_c) / (freely_c - above_c)))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def evaporate_soil(
    content: FloatArray,
    frozen: FloatArray,
    demand_m: float,
    air_dry: float,
    field_capacity: float,
) -> float:
    """Evaporate from the top layers, each its share of the depth; change `content`.

    `frozen` is the part of each layer's content that is ice.

    Returns
    -------
    float
        Water in m.
    """
    depth_m = 0.0
    for k in range(EVAPORATING_LAYERS):
        depth_m += LAYER_THICKNESS_M[k]
    taken_m = 0.0
    for k in range(EVAPORATING_LAYERS):
        liquid = content[k] - frozen[k]
        factor = evaporation_factor(liquid, air_dry, field_capacity)
        drop = min(demand_m * factor / depth_m, max(0.0, liquid - air_dry))
        content[k] -= drop
        taken_m += drop * LAYER_THICKNESS_M[k]
    return taken_m


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def transpire(
    content: FloatArray,
    frozen: FloatArray,
    temperature_c: FloatArray,
    root_share: FloatArray,
    demand_m: float,
    wilting_point: float,
    field_capacity: float,
    stress_share: float,
    above_c: float,
    freely_c: float,
) -> float:
    """Take water up by roots from layers that are warm and wet enough; change `content`.

    `frozen` is the part of each layer's content that is ice.

    Returns
    -------
    float
        Water in m.
    """
    taken_m = 0.0
    for k in range(N_LAYERS):
        if temperature_c[k] <= above_c:
            continue
        liquid = content[k] - frozen[k]
        factor = stress_factor(liquid, wilting_point, field_capacity, stress_share)
        factor *= cold_root_factor(temperature_c[k], above_c, freely_c)
        wanted = demand_m * root_share[k] * factor / LAYER_THICKNESS_M[k]
        drop = min(wanted, max(0.0, liquid - wilting_point))
        content[k] -= drop
        taken_m += drop * LAYER_THICKNESS_M[k]
    return taken_m
