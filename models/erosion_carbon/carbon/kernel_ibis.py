"""Compiled daily step of the IBIS litter and soil carbon pools (Kucharik et al. 2000).

Pools of a layer: 0 metabolic, 1 structural, 2 resistant litter of roots, 3 microbes, 4 unprotected
slow, 5 protected slow, 6 passive carbon. Surface pools: 0-2 metabolic, structural, resistant litter
of leaves, 3-5 of wood. All in g C m-2, fluxes in g C m-2 d-1.

Dissolved carbon is produced and leached elsewhere, so that the constant leaching of the original
IBIS (3.6e-7 d-1 of the slow pools) is left out: it would be counted twice.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ..soil_columns import FloatArray
from .ibis import IbisRates
from .kernel_factors import PERCENT, moisture_factor, temperature_factor
from .parameters import IbisParameters

N_POOLS = 7
N_SURFACE = 6
MOST_LOST = 0.999
"""Of a pool in a day: what is left must not be negative by rounding."""
METABOLIC, STRUCTURAL, RESISTANT, MICROBES, UNPROTECTED, PROTECTED, PASSIVE = range(N_POOLS)


@njit(cache=True, nogil=True, error_model="numpy")
def decay_factors_ibis(
    start: int,
    stop: int,
    temperature_c: FloatArray,
    water: FloatArray,
    porosity: FloatArray,
    rates: IbisRates,
    factor: FloatArray,
    surface_factor: FloatArray,
) -> None:
    """Set the decomposition factors of layers (n, 10) and of surface litter (n,).

    f_T times W_s within IBIS's bounds, of the water (n, 10) in the pores (n,); surface litter takes
    temperature and water of the first layer (Lu et al. 2024, section 2.1.2).
    """
    p = rates.values
    for cell in range(start, stop):
        for layer in range(factor.shape[1]):
            factor[cell, layer] = PERCENT * (water[cell, layer] / porosity[cell])
    temperature = temperature_c[start:stop].reshape(-1)
    climate = factor[start:stop].reshape(-1)
    for k in range(climate.size):
        both = temperature_factor(temperature[k]) * moisture_factor(climate[k])
        climate[k] = max(p.smallest_factor, min(p.largest_factor, both))
    for cell in range(start, stop):
        surface_factor[cell] = factor[cell, 0]


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def microbial_turnover(
    microbes: float, layer_carbon: float, p: IbisParameters
) -> tuple[float, float]:
    """Return a and b of the microbes' loss a·microbes + b·layer carbon, d-1.

    Protected microbes, at most `cap` of the layer's carbon, turn over slowly, the others fast
    (Verberne et al. 1990): linear on either side of the cap, which lets the steady state be solved.
    """
    slow = p.microbial_turnover_share * p.protected_microbes_rate
    fast = p.microbial_turnover_share * p.unprotected_microbes_rate
    if microbes < p.protected_microbes_cap * layer_carbon:
        return slow, 0.0
    return fast, (slow - fast) * p.protected_microbes_cap


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def share_lost(per_day: float) -> float:
    """Return the share of a pool that leaves in a day; explicit, as IBIS has it."""
    return min(MOST_LOST, per_day)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def ibis_layer_change(
    pools: FloatArray,
    root_input: float,
    litter_to_microbes: float,
    litter_to_slow: float,
    factor: float,
    turnover: tuple[float, float],
    rates: IbisRates,
    change: FloatArray,
) -> float:
    """Set the change (7,) of a layer's pools over a day and return what is respired, g C m-2.

    Litter enters before it decomposes, as in IBIS. A pool never loses all it has (slow pools less
    than half by either way out), so that none becomes negative.
    """
    p = rates.values
    root_metabolic = root_input * rates.root.metabolic
    root_structural = root_input * rates.root.structural
    root_resistant = root_input * rates.root.resistant
    metabolic = share_lost(p.root_metabolic_rate * factor) * (pools[METABOLIC] + root_metabolic)
    structural = share_lost(p.root_structural_rate * factor) * (pools[STRUCTURAL] + root_structural)
    resistant = share_lost(p.root_resistant_rate * factor) * (pools[RESISTANT] + root_resistant)
    dead = turnover[0] * pools[MICROBES] + turnover[1] * pools.sum()
    unprotected = 0.5 * share_lost(2.0 * p.unprotected_rate * factor) * pools[UNPROTECTED]
    unprotected_passive = (
        0.5 * share_lost(2.0 * p.unprotected_to_passive_rate * factor) * pools[UNPROTECTED]
    )
    protected = 0.5 * share_lost(2.0 * p.protected_rate * factor) * pools[PROTECTED]
    protected_passive = (
        0.5 * share_lost(2.0 * p.protected_to_passive_rate * factor) * pools[PROTECTED]
    )
    passive = share_lost(p.passive_rate * factor) * pools[PASSIVE]
    to_slow = resistant + litter_to_slow
    growth = (
        p.metabolic_yield * metabolic
        + p.structural_yield * structural
        + p.unprotected_yield * unprotected
        + p.protected_yield * protected
        + p.passive_yield * passive
    )
    change[METABOLIC] = root_metabolic - metabolic
    change[STRUCTURAL] = root_structural - structural
    change[RESISTANT] = root_resistant - resistant
    change[MICROBES] = litter_to_microbes + growth - dead
    change[UNPROTECTED] = (
        (1.0 - p.resistant_to_protected) * to_slow
        + (1.0 - p.dead_microbes_to_protected) * dead
        - unprotected
        - unprotected_passive
    )
    change[PROTECTED] = (
        p.resistant_to_protected * to_slow
        + p.dead_microbes_to_protected * dead
        - protected
        - protected_passive
    )
    change[PASSIVE] = unprotected_passive + protected_passive - passive
    respired: float = metabolic + structural + unprotected + protected + passive - growth
    return respired


@njit(cache=True, nogil=True)
def surface_loss_shares(factor: float, p: IbisParameters) -> tuple[float, ...]:
    """Return the share of each surface pool that decomposes in a day."""
    return (
        share_lost(p.leaf_metabolic_rate * factor),
        share_lost(p.leaf_structural_rate * factor),
        share_lost(p.leaf_resistant_rate * factor),
        share_lost(p.wood_metabolic_rate * factor),
        share_lost(p.wood_structural_rate * factor),
        share_lost(p.wood_resistant_rate * factor),
    )


@njit(cache=True, nogil=True)
def add_surface_litter(
    pools: FloatArray, leaf_input: float, wood_input: float, rates: IbisRates
) -> None:
    """Add a day's fall of leaves and wood to the surface pools (6,), g C m-2."""
    pools[0] += leaf_input * rates.leaf.metabolic
    pools[1] += leaf_input * rates.leaf.structural
    pools[2] += leaf_input * rates.leaf.resistant
    pools[3] += wood_input * rates.wood.metabolic
    pools[4] += wood_input * rates.wood.structural
    pools[5] += wood_input * rates.wood.resistant


@njit(cache=True, nogil=True)
def decompose_surface(
    pools: FloatArray, factor: float, p: IbisParameters
) -> tuple[float, float, float]:
    """Take a day's losses off the surface pools (6,) and return where they go, g C m-2.

    Returns
    -------
    to_microbes, to_slow, respired : float
        The first two enter the soil.
    """
    shares = surface_loss_shares(factor, p)
    metabolic = shares[0] * pools[0] + shares[3] * pools[3]
    structural = shares[1] * pools[1] + shares[4] * pools[4]
    resistant = shares[2] * pools[2] + shares[5] * pools[5]
    for pool in range(N_SURFACE):
        pools[pool] -= shares[pool] * pools[pool]
    to_microbes = p.metabolic_yield * metabolic + p.structural_yield * structural
    return to_microbes, resistant, metabolic + structural - to_microbes


@njit(cache=True, nogil=True)
def decompose_ibis(
    start: int,
    stop: int,
    soil: FloatArray,
    surface: FloatArray,
    decay_factor: FloatArray,
    surface_factor: FloatArray,
    leaf_input: FloatArray,
    root_input: FloatArray,
    wood_input: FloatArray,
    root_share: FloatArray,
    rates: IbisRates,
    respiration: FloatArray,
) -> None:
    """Add a day's litter and decompose it and the soil's carbon.

    What decomposed surface litter leaves is mixed into the layers by Lu et al. 2024, Eqs. 19, 20.

    Parameters
    ----------
    soil : array (n, 10, 7), surface : array (n, 6)
        Pools in g C m-2, changed in place.
    decay_factor : array (n, 10), surface_factor : array (n,)
        See `decay_factors_ibis`.
    leaf_input, root_input, wood_input : array (n,)
        Litter, g C m-2 d-1.
    root_share : array (n, 10)
        Share of root litter in each layer, summing to one.
    rates : IbisRates
        From `prepare_ibis`.
    respiration : array (n,)
        g C m-2 d-1, added to.
    """
    change = np.empty(N_POOLS)
    for cell in range(start, stop):
        add_surface_litter(surface[cell], leaf_input[cell], wood_input[cell], rates)
        to_microbes, to_slow, respired = decompose_surface(
            surface[cell], surface_factor[cell], rates.values
        )
        for layer in range(soil.shape[1]):
            pools = soil[cell, layer]
            turnover = microbial_turnover(pools[MICROBES], pools.sum(), rates.values)
            respired += ibis_layer_change(
                pools,
                root_input[cell] * root_share[cell, layer],
                to_microbes * rates.mixing[layer],
                to_slow * rates.mixing[layer],
                decay_factor[cell, layer],
                turnover,
                rates,
                change,
            )
            for pool in range(N_POOLS):
                pools[pool] += change[pool]
        respiration[cell] += respired
