"""Compiled RothC-26.3 (Coleman & Jenkinson 2014): one step of its pools, monthly or by layer.

Pools: 0 DPM, 1 RPM, 2 BIO, 3 HUM, 4 IOM (inert), in t C ha-1 by month and g C m-2 by layer.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ..soil_columns import FloatArray
from .kernel_factors import PERCENT
from .parameters import RothcParameters
from .rothc_cells import DAYS_PER_YEAR, RothcCells

N_POOLS = 5
DPM, RPM, BIO, HUM, IOM = range(N_POOLS)
MONTHS_PER_YEAR = 12

# Rate modifier a (Coleman & Jenkinson 2014): 1 at 9.29 degC.
A_SCALE, A_EXPONENT, A_SHIFT, COLDEST_C = 47.91, 106.06, 18.27, -5.0
# Soil moisture deficits: share of the largest at which decay slows (1 bar), that of bare soil.
SLOWING_SHARE = 0.444
BARE_SHARE = 0.556
CLAY_DEPTH_CM = 23.0
PAN_COEFFICIENT = 0.75
# Manure splits .49 / .49 / .02 between DPM, RPM and HUM.
MANURE_PLANT, MANURE_HUM = 0.49, 0.02


@njit(cache=True, nogil=True)
def temperature_modifier(temperature_c: float) -> float:
    """Return RothC's rate modifier a; 0 below -5 degC."""
    if temperature_c < COLDEST_C:
        return 0.0
    return A_SCALE / (1.0 + math.exp(A_EXPONENT / (temperature_c + A_SHIFT)))


@njit(cache=True, nogil=True)
def largest_deficit_mm(clay_percent: float, depth_cm: float) -> float:
    """Return the largest soil moisture deficit under plants, mm, negative."""
    topsoil = 20.0 + 1.3 * clay_percent - 0.01 * clay_percent**2
    return -topsoil * depth_cm / CLAY_DEPTH_CM


@njit(cache=True, nogil=True)
def next_deficit_mm(
    deficit_mm: float, gain_mm: float, largest_mm: float, bare_mm: float, covered: bool
) -> float:
    """Return the soil moisture deficit (not positive) after a month's rain less evaporation.

    Bare soil dries no further than `bare_mm`, but keeps a deficit that plants made before.
    """
    wetted = min(0.0, deficit_mm + gain_mm)
    if covered:
        return max(largest_mm, wetted)
    return max(min(bare_mm, deficit_mm), wetted)


@njit(cache=True, nogil=True)
def moisture_modifier(deficit_share: float, smallest: float) -> float:
    """Return RothC's rate modifier b from the deficit's share (0-1) of the largest."""
    if deficit_share < SLOWING_SHARE:
        return 1.0
    return smallest + (1.0 - smallest) * (1.0 - deficit_share) / (1.0 - SLOWING_SHARE)


@njit(cache=True, nogil=True)
def rothc_change(
    pools: FloatArray,
    modified_years: float,
    bio_share: float,
    hum_share: float,
    p: RothcParameters,
    change: FloatArray,
) -> float:
    """Set the change (5,) of pools by decay alone and return what is respired.

    Parameters
    ----------
    modified_years : float
        Length of the step in years times all rate modifiers.
    bio_share, hum_share : float
        Shares of decomposed carbon that become BIO and HUM.
    """
    dpm = -math.expm1(-p.dpm_rate * modified_years) * pools[DPM]
    rpm = -math.expm1(-p.rpm_rate * modified_years) * pools[RPM]
    bio = -math.expm1(-p.bio_rate * modified_years) * pools[BIO]
    hum = -math.expm1(-p.hum_rate * modified_years) * pools[HUM]
    decomposed = dpm + rpm + bio + hum
    change[DPM] = -dpm
    change[RPM] = -rpm
    change[BIO] = bio_share * decomposed - bio
    change[HUM] = hum_share * decomposed - hum
    change[IOM] = 0.0
    respired: float = (1.0 - bio_share - hum_share) * decomposed
    return respired


@njit(cache=True, nogil=True)
def add_plant_input(
    change: FloatArray, plant_input: float, dpm_rpm_ratio: float, manure_input: float
) -> None:
    """Add plant and manure carbon to the change of a step; RothC adds it after decay."""
    change[DPM] += plant_input * dpm_rpm_ratio / (1.0 + dpm_rpm_ratio) + MANURE_PLANT * manure_input
    change[RPM] += plant_input / (1.0 + dpm_rpm_ratio) + MANURE_PLANT * manure_input
    change[HUM] += MANURE_HUM * manure_input


@njit(cache=True, nogil=True)
def layer_input(
    layer: int, above_ground: float, root_input: float, root_share: float, cells: RothcCells
) -> float:
    """Return the plant carbon a layer receives: litter is mixed into the plough layer."""
    carbon: float = above_ground * cells.plough_share[layer] + root_input * root_share
    return carbon


@njit(cache=True, nogil=True)
def decay_factors_rothc(
    start: int,
    stop: int,
    temperature_c: FloatArray,
    water: FloatArray,
    porosity: FloatArray,
    cells: RothcCells,
    factor: FloatArray,
    surface_factor: FloatArray,
) -> None:
    """Set RothC's rate modifiers a·b of layers (n, 10).

    The deficit of a layer is that of its water below field capacity, the largest one that at the
    wilting point (RothC's is water held up to 15 bar). The modifier c of plant cover is left to the
    caller. RothC has no surface litter; its factor (n,) is that of the first layer.
    """
    for cell in range(start, stop):
        field_capacity = cells.field_capacity_percent[cell]
        available = field_capacity - cells.wilting_point_percent[cell]
        for layer in range(factor.shape[1]):
            pore_water = PERCENT * (water[cell, layer] / porosity[cell])
            deficit = (field_capacity - pore_water) / available
            climate = temperature_modifier(temperature_c[cell, layer]) * moisture_modifier(
                min(max(deficit, 0.0), 1.0), cells.values.smallest_moisture_modifier
            )
            if layer == 0:
                surface_factor[cell] = climate
            factor[cell, layer] = climate


@njit(cache=True, nogil=True)
def decompose_rothc(
    start: int,
    stop: int,
    soil: FloatArray,
    _surface: FloatArray,
    decay_factor: FloatArray,
    _surface_factor: FloatArray,
    leaf_input: FloatArray,
    root_input: FloatArray,
    wood_input: FloatArray,
    root_share: FloatArray,
    cells: RothcCells,
    respiration: FloatArray,
) -> None:
    """Decompose the carbon of layers for a day, then add the day's litter.

    Parameters
    ----------
    soil : array (n, 10, 5)
        Pools in g C m-2, changed in place.
    decay_factor : array (n, 10)
        Rate modifiers a·b·c, see `decay_factors_rothc`.
    leaf_input, root_input, wood_input : array (n,)
        Litter, g C m-2 d-1.
    root_share : array (n, 10)
        Share of root litter in each layer, summing to one.
    cells : RothcCells
        From `prepare_rothc`.
    respiration : array (n,)
        g C m-2 d-1, added to.
    """
    change = np.empty(N_POOLS)
    for cell in range(start, stop):
        above_ground = leaf_input[cell] + wood_input[cell]
        for layer in range(soil.shape[1]):
            pools = soil[cell, layer]
            respiration[cell] += rothc_change(
                pools,
                decay_factor[cell, layer] / DAYS_PER_YEAR,
                cells.bio_share[cell],
                cells.hum_share[cell],
                cells.values,
                change,
            )
            carbon = layer_input(
                layer, above_ground, root_input[cell], root_share[cell, layer], cells
            )
            add_plant_input(change, carbon, cells.dpm_rpm_ratio[cell], 0.0)
            for pool in range(N_POOLS):
                pools[pool] += change[pool]
