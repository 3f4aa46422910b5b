"""Compiled steady state of the RothC pools with dissolved carbon, by cell and layer."""

from __future__ import annotations

import numpy as np
from numba import njit

from ..soil_columns import FloatArray
from .kernel_rothc import BIO, IOM, N_POOLS, add_plant_input, layer_input, rothc_change
from .kernel_steady import (
    SteadyForcing,
    lost_share,
    moved_shares,
    produce_dissolved,
    set_dissolved_stock,
    solve_layer,
)
from .parameters import RothcParameters
from .rothc_cells import DAYS_PER_YEAR, RothcCells

G_M2_PER_T_HA = 100.0
NEWTON_STEPS = 20
SMALLEST_FACTOR = 0.001
"""Carbon colder than -5 degC all year would grow without end: it decays as slowly as in IBIS."""


@njit(cache=True, nogil=True)
def inert_share(active_t_ha: float, p: RothcParameters) -> float:
    """Return inert over active carbon where inert is Falloon's power of their sum (by Newton).

    Falloon et al. (1998, SBB 30:1207): IOM = 0.049·TOC^1.139 of the topsoil, t C ha-1.
    """
    if active_t_ha <= 0.0:
        return 0.0
    total = active_t_ha
    for _ in range(NEWTON_STEPS):
        inert = p.inert_coefficient * total**p.inert_exponent
        slope = 1.0 - p.inert_exponent * inert / total
        total -= (total - inert - active_t_ha) / slope
    return total / active_t_ha - 1.0


@njit(cache=True, nogil=True)
def _layer_day(
    cell: int,
    layer: int,
    pools: FloatArray,
    plant_input: float,
    forcing: SteadyForcing,
    cells: RothcCells,
    change: FloatArray,
    inflow: FloatArray,
) -> None:
    """Set the change (5,) of a layer's pools over a day; add its dissolved carbon to `inflow`."""
    years = max(forcing.factor[cell, layer], SMALLEST_FACTOR) / DAYS_PER_YEAR
    rothc_change(pools, years, cells.bio_share[cell], cells.hum_share[cell], cells.values, change)
    add_plant_input(change, plant_input, cells.dpm_rpm_ratio[cell], 0.0)
    production = forcing.production_factor[cell, layer]
    produce_dissolved(pools, change, forcing.production_rates, production, inflow)
    change[BIO] += forcing.uptake_efficiency * inflow.sum()


@njit(cache=True, nogil=True)
def _layer_steady_state(
    cell: int,
    layer: int,
    plant_input: float,
    forcing: SteadyForcing,
    cells: RothcCells,
    arriving: FloatArray,
    inflow: FloatArray,
    pools: FloatArray,
    moving: FloatArray,
) -> None:
    """Set the pools (5,), the whole dissolved `inflow` (2,) and the pools `moving` soil carries."""
    matrix = np.empty((N_POOLS, N_POOLS))
    change = np.empty(N_POOLS)
    unit = np.zeros(N_POOLS)
    for pool in range(N_POOLS):
        unit[pool] = 1.0
        _layer_day(cell, layer, unit, 0.0, forcing, cells, change, np.zeros(2))
        matrix[:, pool] = change
        unit[pool] = 0.0
    _layer_day(cell, layer, unit, plant_input, forcing, cells, change, inflow.copy())
    change[BIO] += forcing.exudates_to_microbes[cell, layer]
    lost = lost_share(cell, layer, forcing)
    pools[IOM] = 0.0
    solve_layer(matrix, change, lost, arriving, pools)
    _layer_day(cell, layer, pools, plant_input, forcing, cells, change, inflow)
    change[BIO] += forcing.exudates_to_microbes[cell, layer]
    moving[:] = pools + change


@njit(cache=True, nogil=True)
def _add_inert(pools: FloatArray, cells: RothcCells) -> None:
    """Give every layer (10, 5) inert carbon in the proportion that the plough layer has."""
    topsoil = 0.0
    for layer in range(len(pools)):
        if cells.plough_share[layer] > 0.0:
            topsoil += pools[layer].sum()
    share = inert_share(topsoil / G_M2_PER_T_HA, cells.values)
    for layer in range(len(pools)):
        pools[layer, IOM] = share * pools[layer].sum()


@njit(cache=True, nogil=True)
def steady_state_rothc(
    start: int,
    stop: int,
    forcing: SteadyForcing,
    cells: RothcCells,
    soil: FloatArray,
    _surface: FloatArray,
    dissolved: FloatArray,
) -> None:
    """Set the carbon at which a day of the mean forcing changes nothing, and its inert companion.

    Inert carbon has no steady state; erosion would take it all in time, it is set as if it had not.

    Parameters
    ----------
    soil : array (n, 10, 5), dissolved : array (n, 10, 2)
        At the end of a day, g C m-2, overwritten.
    """
    n_layers = soil.shape[1]
    moving = np.zeros(N_POOLS)
    for cell in range(start, stop):
        velocity = forcing.velocity_m_day[cell]
        above_ground = forcing.leaf_input[cell] + forcing.wood_input[cell]
        moving[:] = 0.0
        for step in range(n_layers):
            layer = n_layers - 1 - step if velocity > 0.0 else step
            _, _, gained = moved_shares(velocity, layer, forcing.thickness_m)
            arriving = gained * moving
            if layer == 0:
                arriving += forcing.deposited_carbon[cell]
            inflow = forcing.exudates[cell, layer].copy()
            root_share = forcing.root_share[cell, layer]
            carbon = layer_input(layer, above_ground, forcing.root_input[cell], root_share, cells)
            _layer_steady_state(
                cell, layer, carbon, forcing, cells, arriving, inflow, soil[cell, layer], moving
            )
            set_dissolved_stock(cell, layer, inflow, forcing, dissolved)
        _add_inert(soil[cell], cells)
