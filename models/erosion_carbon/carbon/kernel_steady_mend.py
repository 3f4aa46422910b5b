"""Compiled steady state of the microbial-enzyme pools: one root, the rest in closed form."""

from __future__ import annotations

import numpy as np
from numba import njit

from ..soil_columns import FloatArray
from .kernel_mend import (
    ACTIVE,
    DISSOLVED,
    DORMANT,
    ENZYME_HYDROLYTIC,
    ENZYME_MINERAL,
    ENZYME_OXIDATIVE,
    G_PER_KG,
    HOURS_PER_DAY,
    HYDROLYTIC,
    MINERAL,
    N_POOLS,
    OXIDATIVE,
    SORBED,
    litter_entering,
    maintenance_rate,
    mortality_per_hour,
)
from .kernel_steady import SteadyForcing, set_dissolved_stock
from .mend_cells import MendCells
from .parameters_mend import MendParameters

BISECTIONS = 100
LARGEST_SATURATION = 0.95
"""Of enzymes by mineral-associated carbon: more input than they decompose has no steady state."""


@njit(cache=True, nogil=True)
def _microbes(
    saturation: float,
    litter: float,
    to_microbes: float,
    exported_per_hour: float,
    efficiency: float,
    factor: float,
    p: MendParameters,
) -> tuple[float, float, float]:
    """Return active and dormant microbes where all input is respired, and the growth left over.

    Growth left over is zero at the steady state. `litter` and `to_microbes` in kg m-3 h-1.
    """
    maintenance = maintenance_rate(p)
    capacity = p.growth_rate + maintenance
    dormant = (1.0 - saturation) / (saturation + p.dormant_maintenance)
    respired = capacity * (1.0 / p.growth_yield - 1.0) * saturation
    respired += p.dormant_maintenance * maintenance * dormant
    exported = exported_per_hour * p.half_uptake * saturation / (1.0 - saturation)
    active = (litter + to_microbes - (1.0 - efficiency) * exported) / (factor * respired)
    if active <= 0.0:
        return 0.0, 0.0, 1.0
    made = (1.0 + p.mineral_enzyme_ratio) * p.enzyme_production * maintenance
    lost = mortality_per_hour(active, p) + made + p.dormant_maintenance * maintenance * dormant
    growth = factor * (capacity * saturation - lost) * active
    return active, dormant * active, growth + to_microbes + efficiency * exported


@njit(cache=True, nogil=True)
def _particulate(pool: FloatArray, inflow: FloatArray, half: FloatArray, capacity: float) -> None:
    """Set the two particulate pools (2,) that their shared enzymes decompose as fast as they gain.

    Enzymes split by the pools' shares, so that capacity·P_i²/(ΣP·(K_i + P_i)) = inflow_i: a
    quadratic in P_i for a given ΣP, which is found by bisection.
    """
    low, high = 0.0, 1.0
    for step in range(2 * BISECTIONS):
        total = high if step < BISECTIONS else 0.5 * (low + high)
        for i in range(2):
            a = inflow[i] * total / capacity
            pool[i] = 0.5 * (a + np.sqrt(a * a + 4.0 * a * half[i]))
        if step < BISECTIONS:
            if pool.sum() <= total or high > 1e6:
                continue
            high *= 2.0
        elif pool.sum() > total:
            low = total
        else:
            high = total


@njit(cache=True, nogil=True)
def _layer_steady_state(
    entering: FloatArray,
    to_microbes: float,
    exported_per_hour: float,
    efficiency: float,
    factor: float,
    p: MendParameters,
    c: FloatArray,
) -> None:
    """Set the pools `c` (10,) in kg m-3; inputs in kg m-3 h-1."""
    low, high = 0.0, 1.0
    litter = entering.sum()
    for _ in range(BISECTIONS):
        saturation = 0.5 * (low + high)
        c[ACTIVE], c[DORMANT], surplus = _microbes(
            saturation, litter, to_microbes, exported_per_hour, efficiency, factor, p
        )
        if surplus > 0.0:
            high = saturation
        else:
            low = saturation
    c[DISSOLVED] = p.half_uptake * saturation / (1.0 - saturation)
    bound = p.sorption_affinity * c[DISSOLVED]
    c[SORBED] = p.largest_sorption * bound / (1.0 + bound)
    enzymes = p.enzyme_production * maintenance_rate(p) * c[ACTIVE] / p.enzyme_turnover
    c[ENZYME_MINERAL] = p.mineral_enzyme_ratio * enzymes
    dead = factor * mortality_per_hour(c[ACTIVE], p) * c[ACTIVE] * (1.0 - p.dead_dissolved_share)
    shares = np.array([p.dead_oxidative_share, 1.0 - p.dead_oxidative_share])
    inflow = entering[:2] + dead * shares
    capacity = factor * p.enzyme_capacity
    half = np.array([p.half_oxidative, p.half_hydrolytic])
    _particulate(c[:2], inflow, half, capacity * enzymes)
    share = c[OXIDATIVE] / (c[OXIDATIVE] + c[HYDROLYTIC])
    c[ENZYME_OXIDATIVE], c[ENZYME_HYDROLYTIC] = share * enzymes, (1.0 - share) * enzymes
    filled = (1.0 - p.dissolved_share) * inflow.sum() / (capacity * c[ENZYME_MINERAL])
    filled = min(filled, LARGEST_SATURATION)
    c[MINERAL] = p.half_mineral * filled / (1.0 - filled)


@njit(cache=True, nogil=True)
def steady_state_mend(
    start: int,
    stop: int,
    forcing: SteadyForcing,
    cells: MendCells,
    soil: FloatArray,
    _surface: FloatArray,
    dissolved: FloatArray,
) -> None:
    """Set the carbon at which the mean forcing changes nothing in soil that is not eroded.

    The kinetics are not linear: layers that exchange soil have no solution layer by layer, so that
    erosion and deposition are left to the days that follow.

    Parameters
    ----------
    soil : array (n, 10, 10), dissolved : array (n, 10, 2)
        At the end of a day, g C m-2, overwritten.
    """
    entering, c = np.empty(N_POOLS), np.empty(N_POOLS)
    efficiency = forcing.uptake_efficiency
    for cell in range(start, stop):
        for layer in range(soil.shape[1]):
            plough = cells.plough_share[layer]
            root = forcing.root_input[cell] * forcing.root_share[cell, layer]
            leaf, wood = forcing.leaf_input[cell] * plough, forcing.wood_input[cell] * plough
            litter_entering(leaf, root, wood, cells, entering)
            g_m2 = G_PER_KG * cells.thickness_m[layer]
            per_hour = 1.0 / (g_m2 * HOURS_PER_DAY)
            inflow = forcing.exudates[cell, layer].copy()
            to_microbes = efficiency * inflow.sum() + forcing.exudates_to_microbes[cell, layer]
            production = (
                forcing.production_rates[DISSOLVED] * forcing.production_factor[cell, layer]
            )
            c[:] = 0.0
            if entering.sum() > 0.0:
                _layer_steady_state(
                    entering * per_hour,
                    to_microbes * per_hour,
                    production.sum() / HOURS_PER_DAY,
                    efficiency,
                    forcing.factor[cell, layer],
                    cells.values,
                    c,
                )
            soil[cell, layer] = c * g_m2
            inflow += production * c[DISSOLVED] * g_m2
            set_dissolved_stock(cell, layer, inflow, forcing, dissolved)
