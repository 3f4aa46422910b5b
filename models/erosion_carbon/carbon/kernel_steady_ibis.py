"""Compiled steady state of the IBIS pools with dissolved carbon, by cell and layer."""

from __future__ import annotations

import numpy as np
from numba import njit

from ..soil_columns import FloatArray
from .ibis import IbisRates
from .kernel_ibis import (
    MICROBES,
    N_POOLS,
    N_SURFACE,
    add_surface_litter,
    decompose_surface,
    ibis_layer_change,
    microbial_turnover,
    surface_loss_shares,
)
from .kernel_steady import (
    SteadyForcing,
    lost_share,
    moved_shares,
    produce_dissolved,
    set_dissolved_stock,
    solve_layer,
)

ROOT, TO_MICROBES, TO_SLOW = range(3)


@njit(cache=True, nogil=True)
def _surface_steady_state(
    cell: int,
    forcing: SteadyForcing,
    rates: IbisRates,
    pools: FloatArray,
    litter: FloatArray,
    inflow: FloatArray,
) -> None:
    """Set the surface pools (6,) and what they send into the soil.

    Each pool is x = kept·(x + fallen), an affine map of its own. `litter` (3,) gets the carbon to
    microbes and to slow pools, `inflow` (2,) gains the dissolved carbon.
    """
    factor = forcing.surface_factor[cell]
    shares = surface_loss_shares(factor, rates.values)
    pools[:] = 0.0
    add_surface_litter(pools, forcing.leaf_input[cell], forcing.wood_input[cell], rates)
    dissolving = np.zeros(2)
    unit = np.ones(N_SURFACE)
    change = np.zeros(N_SURFACE)
    production = forcing.production_factor[cell, 0]
    produce_dissolved(unit, change, forcing.surface_production_rates, production, dissolving)
    for pool in range(N_SURFACE):
        lost = shares[pool] - (1.0 - shares[pool]) * change[pool]
        pools[pool] /= lost
    litter[TO_MICROBES], litter[TO_SLOW], _ = decompose_surface(pools, factor, rates.values)
    change[:] = 0.0
    produce_dissolved(pools, change, forcing.surface_production_rates, production, inflow)
    for pool in range(N_SURFACE):
        pools[pool] += change[pool]


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _layer_day(
    cell: int,
    layer: int,
    pools: FloatArray,
    litter: FloatArray,
    turnover: tuple[float, float],
    forcing: SteadyForcing,
    rates: IbisRates,
    change: FloatArray,
    inflow: FloatArray,
) -> None:
    """Set the change (7,) of a layer's pools over a day; add its dissolved carbon to `inflow`."""
    factor = forcing.factor[cell, layer]
    ibis_layer_change(
        pools, litter[ROOT], litter[TO_MICROBES], litter[TO_SLOW], factor, turnover, rates, change
    )
    production = forcing.production_factor[cell, layer]
    produce_dissolved(pools, change, forcing.production_rates, production, inflow)
    change[MICROBES] += forcing.uptake_efficiency * (inflow[0] + inflow[1])


@njit(cache=True, nogil=True, error_model="numpy")
def _set_days(
    cell: int,
    layer: int,
    turnover: tuple[float, float],
    forcing: SteadyForcing,
    rates: IbisRates,
    scratch: FloatArray,
    matrix: FloatArray,
) -> None:
    """Set what a day does to each pool by itself: the columns of the matrix (7, 7)."""
    unit, change, nothing, dissolved = scratch[0], scratch[1], scratch[2], scratch[3]
    unit[:] = 0.0
    nothing[:] = 0.0
    for pool in range(N_POOLS):
        unit[pool] = 1.0
        dissolved[:] = 0.0
        _layer_day(cell, layer, unit, nothing, turnover, forcing, rates, change, dissolved)
        for row in range(N_POOLS):
            matrix[row, pool] = change[row]
        unit[pool] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _solve_with_turnover(
    cell: int,
    layer: int,
    litter: FloatArray,
    turnover: tuple[float, float],
    forcing: SteadyForcing,
    rates: IbisRates,
    arriving: FloatArray,
    inflow: FloatArray,
    scratch: FloatArray,
    matrix: FloatArray,
    pools: FloatArray,
) -> None:
    """Solve the pools (7,) of a layer whose microbes turn over on one side of their cap."""
    _set_days(cell, layer, turnover, forcing, rates, scratch, matrix)
    nothing, change, dissolved = scratch[2], scratch[1], scratch[3]
    dissolved[0], dissolved[1] = inflow[0], inflow[1]
    _layer_day(cell, layer, nothing, litter, turnover, forcing, rates, change, dissolved)
    change[MICROBES] += forcing.exudates_to_microbes[cell, layer]
    lost = lost_share(cell, layer, forcing)
    solve_layer(matrix, change, lost, arriving, pools)


@njit(cache=True, nogil=True, error_model="numpy")
def _layer_steady_state(
    cell: int,
    layer: int,
    litter: FloatArray,
    forcing: SteadyForcing,
    rates: IbisRates,
    arriving: FloatArray,
    inflow: FloatArray,
    scratch: FloatArray,
    matrix: FloatArray,
    pools: FloatArray,
    moving: FloatArray,
) -> None:
    """Set the pools (7,), the whole dissolved `inflow` (2,) and the pools `moving` soil carries.

    Microbes are above their cap nearly everywhere; where that solution is below it, the other
    branch holds.
    """
    p = rates.values
    fast, slow = microbial_turnover(1.0, 0.0, p), microbial_turnover(0.0, 1.0, p)
    _solve_with_turnover(
        cell, layer, litter, fast, forcing, rates, arriving, inflow, scratch, matrix, pools
    )
    if pools[MICROBES] < p.protected_microbes_cap * pools.sum():
        _solve_with_turnover(
            cell, layer, litter, slow, forcing, rates, arriving, inflow, scratch, matrix, pools
        )
    turnover = microbial_turnover(pools[MICROBES], pools.sum(), p)
    change = scratch[1]
    _layer_day(cell, layer, pools, litter, turnover, forcing, rates, change, inflow)
    change[MICROBES] += forcing.exudates_to_microbes[cell, layer]
    for pool in range(N_POOLS):
        moving[pool] = pools[pool] + change[pool]


@njit(cache=True, nogil=True, error_model="numpy")
def steady_state_ibis(
    start: int,
    stop: int,
    forcing: SteadyForcing,
    rates: IbisRates,
    soil: FloatArray,
    surface: FloatArray,
    dissolved: FloatArray,
) -> None:
    """Set the carbon at which a day of the mean forcing changes nothing.

    Parameters
    ----------
    soil : array (n, 10, 7), surface : array (n, 6), dissolved : array (n, 10, 2)
        At the end of a day, g C m-2, overwritten.
    """
    n_layers = soil.shape[1]
    litter = np.zeros(3)
    from_surface = np.zeros(2)
    moving, arriving, inflow = np.zeros(N_POOLS), np.zeros(N_POOLS), np.zeros(2)
    scratch, matrix = np.zeros((4, N_POOLS)), np.zeros((N_POOLS, N_POOLS))
    for cell in range(start, stop):
        from_surface[:] = 0.0
        _surface_steady_state(cell, forcing, rates, surface[cell], litter, from_surface)
        to_microbes, to_slow = litter[TO_MICROBES], litter[TO_SLOW]
        velocity = forcing.velocity_m_day[cell]
        moving[:] = 0.0
        for step in range(n_layers):
            layer = n_layers - 1 - step if velocity > 0.0 else step
            _, _, gained = moved_shares(velocity, layer, forcing.thickness_m)
            arriving[:] = gained * moving
            inflow[:] = forcing.exudates[cell, layer]
            litter[ROOT] = forcing.root_input[cell] * forcing.root_share[cell, layer]
            litter[TO_MICROBES] = to_microbes * rates.mixing[layer]
            litter[TO_SLOW] = to_slow * rates.mixing[layer]
            if layer == 0:
                inflow += from_surface
                arriving += forcing.deposited_carbon[cell]
            _layer_steady_state(
                cell,
                layer,
                litter,
                forcing,
                rates,
                arriving,
                inflow,
                scratch,
                matrix,
                soil[cell, layer],
                moving,
            )
            set_dissolved_stock(cell, layer, inflow, forcing, dissolved)
