"""Compiled microbial-enzyme decomposition after MEND (Wang et al. 2013, 2015).

Pools of a layer: particulate carbon 0 oxidative, 1 hydrolytic; 2 mineral-associated, 3 sorbed,
4 dissolved; microbes 5 active, 6 dormant; enzymes 7 oxidative, 8 hydrolytic, 9 mineral. Carbon-only
Michaelis-Menten kinetics in kg m-3 and hours. One factor scales all biological rates; half
saturations and yield keep their values of 20 degC.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ..soil_columns import FloatArray
from .kernel_factors import PERCENT, moisture_factor
from .mend_cells import MEND_REFERENCE_C, MendCells
from .parameters_mend import MendParameters

N_POOLS = 10
OXIDATIVE, HYDROLYTIC, MINERAL, SORBED, DISSOLVED, ACTIVE, DORMANT = range(7)
ENZYME_OXIDATIVE, ENZYME_HYDROLYTIC, ENZYME_MINERAL = range(7, 10)
G_PER_KG = 1000.0
HOURS_PER_DAY = 24.0


@njit(cache=True, nogil=True)
def decay_factors_mend(
    start: int,
    stop: int,
    temperature_c: FloatArray,
    water: FloatArray,
    porosity: FloatArray,
    cells: MendCells,
    factor: FloatArray,
    surface_factor: FloatArray,
) -> None:
    """Set the factors of layers (n, 10): Q10 relative to 20 degC times W_s."""
    q10 = cells.values.q10
    for cell in range(start, stop):
        for layer in range(factor.shape[1]):
            warmth = q10 ** ((temperature_c[cell, layer] - MEND_REFERENCE_C) / 10.0)
            climate = warmth * moisture_factor(PERCENT * (water[cell, layer] / porosity[cell]))
            if layer == 0:
                surface_factor[cell] = climate
            factor[cell, layer] = climate


@njit(cache=True, nogil=True)
def maintenance_rate(p: MendParameters) -> float:
    """Return V_m from V_g and alpha = V_m / (V_m + V_g), h-1."""
    return p.growth_rate * p.maintenance_share / (1.0 - p.maintenance_share)


@njit(cache=True, nogil=True)
def saturated(capacity: float, enzyme: float, substrate: float, half: float) -> float:
    """Return a Michaelis-Menten rate, kg m-3 h-1."""
    return capacity * enzyme * substrate / (half + substrate)


@njit(cache=True, nogil=True)
def mortality_per_hour(active: float, p: MendParameters) -> float:
    """Return the death rate of active microbes, h-1: it rises with their density."""
    crowding: float = (active / p.crowding_reference) ** (p.crowding_exponent - 1.0)
    return p.mortality_ratio * maintenance_rate(p) * crowding


@njit(cache=True, nogil=True)
def mend_change(
    c: FloatArray, factor: float, p: MendParameters, gain: FloatArray, loss: FloatArray
) -> float:
    """Set gains and losses (10,) of the pools `c` (10,) and return respiration, kg m-3 h-1."""
    maintenance = factor * maintenance_rate(p)
    capacity = factor * p.enzyme_capacity
    uptake_capacity = (factor * p.growth_rate + maintenance) / p.growth_yield
    saturation = c[DISSOLVED] / (c[DISSOLVED] + p.half_uptake)
    oxidised = saturated(capacity, c[ENZYME_OXIDATIVE], c[OXIDATIVE], p.half_oxidative)
    hydrolysed = saturated(capacity, c[ENZYME_HYDROLYTIC], c[HYDROLYTIC], p.half_hydrolytic)
    mineral = saturated(capacity, c[ENZYME_MINERAL], c[MINERAL], p.half_mineral)
    uptake = uptake_capacity * c[ACTIVE] * saturation
    occupied = c[SORBED] / p.largest_sorption
    adsorbed = p.desorption_rate * p.sorption_affinity * c[DISSOLVED] * max(0.0, 1.0 - occupied)
    desorbed = p.desorption_rate * occupied
    dead = factor * mortality_per_hour(c[ACTIVE], p) * c[ACTIVE]
    dead_particulate = (1.0 - p.dead_dissolved_share) * dead
    asleep = (1.0 - saturation) * maintenance * c[ACTIVE]
    awake = saturation * maintenance * c[DORMANT]
    dormant_respired = p.dormant_maintenance * maintenance * c[DORMANT]
    enzymes = p.enzyme_production * maintenance * c[ACTIVE]
    particulate = c[OXIDATIVE] + c[HYDROLYTIC]
    oxidative_share = c[OXIDATIVE] / particulate if particulate > 0.0 else 0.0
    hydrolytic_share = c[HYDROLYTIC] / particulate if particulate > 0.0 else 0.0
    enzymes_mineral = p.mineral_enzyme_ratio * enzymes
    loss[OXIDATIVE], loss[HYDROLYTIC], loss[MINERAL] = oxidised, hydrolysed, mineral
    loss[SORBED], loss[DISSOLVED] = desorbed, uptake + adsorbed
    made = enzymes * (oxidative_share + hydrolytic_share) + enzymes_mineral
    loss[ACTIVE], loss[DORMANT] = dead + asleep + made, awake + dormant_respired
    loss[ENZYME_OXIDATIVE:] = factor * p.enzyme_turnover * c[ENZYME_OXIDATIVE:]
    gain[OXIDATIVE] = p.dead_oxidative_share * dead_particulate
    gain[HYDROLYTIC] = (1.0 - p.dead_oxidative_share) * dead_particulate
    gain[MINERAL] = (1.0 - p.dissolved_share) * (oxidised + hydrolysed)
    gain[SORBED] = adsorbed
    gain[DISSOLVED] = p.dissolved_share * (oxidised + hydrolysed) + mineral + desorbed
    gain[DISSOLVED] += p.dead_dissolved_share * dead + loss[ENZYME_OXIDATIVE:].sum()
    gain[ACTIVE], gain[DORMANT] = p.growth_yield * uptake + awake, asleep
    gain[ENZYME_OXIDATIVE] = oxidative_share * enzymes
    gain[ENZYME_HYDROLYTIC] = hydrolytic_share * enzymes
    gain[ENZYME_MINERAL] = enzymes_mineral
    respired: float = (1.0 - p.growth_yield) * uptake + dormant_respired
    return respired


@njit(cache=True, nogil=True)
def mend_day(c: FloatArray, entering: FloatArray, factor: float, p: MendParameters) -> float:
    """Run a layer's pools (10,) in kg m-3 for a day and return what is respired, kg m-3.

    Explicit steps, short enough that no pool loses and no free sorption site takes more than
    `largest_step_loss` of itself: none becomes negative or overfilled, and the steady state is that
    of the equations. `entering` (10,) is litter in kg m-3 h-1, spread over the day.
    """
    gain, loss = np.zeros(N_POOLS), np.zeros(N_POOLS)
    respired = 0.0
    left = HOURS_PER_DAY
    while left > 0.0:
        respiration = mend_change(c, factor, p, gain, loss)
        filling = p.desorption_rate * p.sorption_affinity * c[DISSOLVED] / p.largest_sorption
        fastest = filling
        for pool in range(N_POOLS):
            if loss[pool] > 0.0:
                fastest = max(fastest, loss[pool] / c[pool])
        hours = left if fastest * left <= p.largest_step_loss else p.largest_step_loss / fastest
        c += hours * (gain + entering - loss)
        respired += hours * respiration
        left -= hours
    return respired


@njit(cache=True, nogil=True)
def litter_entering(
    leaf: float, root: float, wood: float, cells: MendCells, entering: FloatArray
) -> None:
    """Set what litter gives to the pools (10,): lignin, cellulose and soluble parts."""
    entering[:] = 0.0
    entering[OXIDATIVE] = (
        leaf * cells.leaf.resistant + root * cells.root.resistant + wood * cells.wood.resistant
    )
    entering[HYDROLYTIC] = (
        leaf * cells.leaf.structural + root * cells.root.structural + wood * cells.wood.structural
    )
    entering[DISSOLVED] = (
        leaf * cells.leaf.metabolic + root * cells.root.metabolic + wood * cells.wood.metabolic
    )


@njit(cache=True, nogil=True)
def decompose_mend(
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
    cells: MendCells,
    respiration: FloatArray,
) -> None:
    """Run a day of all layers; arguments as of `decompose_rothc`, soil (n, 10, 10) in g C m-2.

    Above-ground litter is mixed into the plough layer, as there is no surface litter.
    """
    entering = np.empty(N_POOLS)
    for cell in range(start, stop):
        for layer in range(soil.shape[1]):
            plough = cells.plough_share[layer]
            root = root_input[cell] * root_share[cell, layer]
            litter_entering(
                leaf_input[cell] * plough, root, wood_input[cell] * plough, cells, entering
            )
            g_m2 = G_PER_KG * cells.thickness_m[layer]
            pools = soil[cell, layer]
            c = pools / g_m2
            factor = decay_factor[cell, layer]
            respired = mend_day(c, entering / (g_m2 * HOURS_PER_DAY), factor, cells.values)
            pools[:] = c * g_m2
            respiration[cell] += respired * g_m2
