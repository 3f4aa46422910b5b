"""Numba kernels: a day of dissolved organic carbon in many cells (Lu et al. 2024, Eqs. 1-17).

Every gram comes from somewhere. Pools lose what they dissolve. Of throughfall and stemflow the
rain's own concentration is input from the atmosphere, what exceeds it is plant carbon. Exudates are
net primary production of fine roots.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from ..kernel_elementary import share_lost_after
from ..soil_layers import LAYER_THICKNESS_M, N_LAYERS
from .kernel_climate import BLOCK, GROUND, N_COLUMNS, dissolving_climate
from .kernel_laws import (
    dissolve,
    exuded_carbon,
    stemflow_carbon,
    stemflow_enrichment,
    throughfall_carbon,
    throughfall_enrichment,
    washed_share,
)
from .parameters import DissolvedParameters

Floats: TypeAlias = npt.NDArray[np.float64]

LABILE, RECALCITRANT = 0, 1


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def dissolve_pools(pools: Floats, rates: Floats, factor: float, solution: Floats) -> None:
    """Move a day's production of all pools of one layer into its solution (Eqs. 5-7)."""
    labile = recalcitrant = 0.0
    for pool in range(pools.shape[0]):
        made, made_labile = dissolve(
            pools[pool], rates[pool, LABILE], rates[pool, RECALCITRANT], factor
        )
        pools[pool] -= made
        labile += made_labile
        recalcitrant += made - made_labile
    solution[LABILE] += labile
    solution[RECALCITRANT] += recalcitrant


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def split(carbon_g: float, labile_share: float, solution: Floats) -> None:
    """Add carbon to the labile and the recalcitrant pool (Eqs. 11, 12)."""
    labile = labile_share * carbon_g
    solution[LABILE] += labile
    solution[RECALCITRANT] += carbon_g - labile


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def decay_solution(
    solution: Floats, labile_share: float, recalcitrant_share: float, efficiency: float
) -> tuple[float, float]:
    """Decay the shares of one layer's solution; return what microbes keep and what is respired.

    Eqs. 13-15; the shares are those of `kernel_laws.decayed`, the efficiency is CUE.
    """
    labile = labile_share * solution[LABILE]
    recalcitrant = recalcitrant_share * solution[RECALCITRANT]
    solution[LABILE] -= labile
    solution[RECALCITRANT] -= recalcitrant
    kept = efficiency * (labile + recalcitrant)
    return kept, labile + recalcitrant - kept


@njit(cache=True, nogil=True, error_model="numpy")
def _decaying_shares(warmth: Floats, p: DissolvedParameters, labile: Floats, rest: Floats) -> None:
    """Write which shares of the solution decay at the warmth of a block's layers (Eq. 13)."""
    warm, fast, slow = warmth.reshape(-1), labile.reshape(-1), rest.reshape(-1)
    for j in range(warm.size):
        fast[j] = share_lost_after(p.labile_decay_per_day * warm[j])
        slow[j] = share_lost_after(p.recalcitrant_decay_per_day * warm[j])


@njit(cache=True, nogil=True)
def dissolved_from_rain(
    start: int,
    stop: int,
    dissolved: Floats,
    throughfall_m: Floats,
    rain_m: Floats,
    lai: Floats,
    lai_min: Floats,
    lai_max: Floats,
    basal_area: Floats,
    dbh_cm: Floats,
    p: DissolvedParameters,
    rain_carbon_g: Floats,
    plant_carbon_g: Floats,
) -> None:
    """Add the carbon of throughfall and stemflow to the first layer (Eqs. 1-4, 11, 12).

    Parameters
    ----------
    dissolved : array (n, 10, 2)
        Labile and recalcitrant dissolved carbon, g m-2; its first layer gains.
    throughfall_m, rain_m : array (n,)
        Of the day; rain above the canopy, no snow.
    lai, lai_min, lai_max : array (n,)
        Leaf area index of the day and its bounds in the growing season.
    basal_area : array (n,)
        Of stems, m2 per m2 of ground.
    dbh_cm : array (n,)
        Diameter at breast height.
    rain_carbon_g : array (n,)
        Overwritten with what came from the atmosphere, g m-2.
    plant_carbon_g : array (n,)
        Overwritten with what came off leaves and stems, g m-2: to be taken from their production.
    """
    for i in range(start, stop):
        enrichment = throughfall_enrichment(lai[i], lai_min[i], lai_max[i], p)
        throughfall = throughfall_carbon(enrichment, throughfall_m[i], p)
        stemflow = stemflow_carbon(stemflow_enrichment(dbh_cm[i], p), rain_m[i], basal_area[i], p)
        rain = throughfall_carbon(1.0, throughfall_m[i], p)
        rain += min(stemflow, stemflow_carbon(1.0, rain_m[i], basal_area[i], p))
        split(throughfall, p.throughfall_labile, dissolved[i, 0])
        split(stemflow, p.stemflow_labile, dissolved[i, 0])
        rain_carbon_g[i] = rain
        plant_carbon_g[i] = throughfall + stemflow - rain


@njit(cache=True, nogil=True)
def dissolved_from_soil(
    start: int,
    stop: int,
    soil: Floats,
    surface: Floats,
    dissolved: Floats,
    microbial_pool: int,
    production_rates: Floats,
    surface_rates: Floats,
    temperature_c: Floats,
    water: Floats,
    porosity: Floats,
    root_npp_g: Floats,
    root_share: Floats,
    p: DissolvedParameters,
    respiration: Floats,
) -> None:
    """Dissolve litter and soil carbon, add exudates, decay the solution (Eqs. 5-15).

    Parameters
    ----------
    soil : array (n, 10, P)
        Pools, g m-2; lose what they dissolve, `microbial_pool` gains.
    surface : array (n, S)
        Litter on the ground, g m-2; dissolves into the first layer.
    dissolved : array (n, 10, 2)
        Labile and recalcitrant dissolved and sorbed carbon, g m-2.
    production_rates, surface_rates : array (P, 2), (S, 2)
        Of `parameters.production_rates`, per day.
    temperature_c, water : array (n, 10)
        Liquid water content, m3 m-3.
    porosity : array (n,)
    root_npp_g : array (n,)
        Net primary production of fine roots, g m-2 d-1. Of it `exuded_share` is spent here, so
        only the rest may become root litter.
    root_share : array (n, 10)
        Of fine roots; sums to 1.
    respiration : array (n,)
        Gains what is respired, g m-2.
    """
    shape = (BLOCK, N_COLUMNS)
    warmth, dissolving = np.zeros(shape), np.zeros(shape)
    labile, rest = np.zeros(shape), np.zeros(shape)
    for first in range(start, stop, BLOCK):
        last = min(first + BLOCK, stop)
        dissolving_climate(first, last, temperature_c, water, porosity, p.q10, warmth, dissolving)
        _decaying_shares(warmth, p, labile, rest)
        for i in range(first, last):
            row = i - first
            dissolve_pools(surface[i], surface_rates, dissolving[row, GROUND], dissolved[i, 0])
            respired = 0.0
            for k in range(N_LAYERS):
                solution = dissolved[i, k]
                dissolve_pools(soil[i, k], production_rates, dissolving[row, k], solution)
                exuded = exuded_carbon(root_npp_g[i], root_share[i, k], p)
                into_solution = p.exudate_dissolved * exuded
                split(into_solution, p.exudate_labile, solution)
                lost_exudates = p.exudate_rest_respired * (exuded - into_solution)
                kept, lost = decay_solution(
                    solution, labile[row, k], rest[row, k], p.carbon_use_efficiency
                )
                soil[i, k, microbial_pool] += kept + exuded - into_solution - lost_exudates
                respired += lost + lost_exudates
            respiration[i] += respired


@njit(cache=True, nogil=True)
def dissolved_export(
    start: int,
    stop: int,
    dissolved: Floats,
    water: Floats,
    overland_runoff_m: Floats,
    percolation_m: Floats,
    bulk_density_kg_m3: Floats,
    p: DissolvedParameters,
    exported_g: Floats,
) -> None:
    """Wash dissolved carbon out of the first layer by the day's overland runoff (Eqs. 16, 17).

    Lu et al. 2024 leave the rest where it is; here percolating water takes it down by the same law,
    as rain would else pass through 5 cm of soil and leave all carbon there (Nakhavali et al. 2020).
    None leaves below 4 m, where the paper too takes none to rivers.

    Parameters
    ----------
    dissolved : array (n, 10, 2)
        Labile and recalcitrant dissolved and sorbed carbon, g m-2; changed.
    water : array (n, 10)
        Liquid water content, m3 m-3.
    overland_runoff_m : array (n,)
        Of the day.
    percolation_m : array (n, 10)
        Water that passed the bottom of each layer.
    exported_g : array (n, 2)
        Overwritten with the carbon in the runoff, g m-2; never more than the stock.
    """
    for i in range(start, stop):
        density = bulk_density_kg_m3[i]
        share = washed_share(overland_runoff_m[i], water[i, 0], LAYER_THICKNESS_M[0], density, p)
        for pool in range(dissolved.shape[2]):
            exported_g[i, pool] = share * dissolved[i, 0, pool]
            dissolved[i, 0, pool] -= exported_g[i, pool]
        for k in range(N_LAYERS - 2, -1, -1):
            if percolation_m[i, k] <= 0.0:
                continue
            share = washed_share(percolation_m[i, k], water[i, k], LAYER_THICKNESS_M[k], density, p)
            for pool in range(dissolved.shape[2]):
                moved_g = share * dissolved[i, k, pool]
                dissolved[i, k, pool] -= moved_g
                dissolved[i, k + 1, pool] += moved_g
