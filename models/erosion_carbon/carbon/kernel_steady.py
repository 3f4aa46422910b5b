"""Compiled steady state of one layer: what every linear scheme shares.

A day in a layer is an affine map of its pools x: decomposition, production and uptake of dissolved
carbon give y = x + M·x + c; erosion or burial then keeps the share `keep` of y and brings in
carbon from the neighbour. The steady state x = keep·y + arriving is one linear solve per layer, in
the order in which soil moves: from below under erosion, from above under deposition. Passive carbon
needs millennia of iteration otherwise (the 12-month map of RothC's analytic spin-up, by layer).
"""

from __future__ import annotations

from typing import NamedTuple

from numba import njit

from ..dissolved.kernel_laws import decayed, dissolve
from ..soil_columns import FloatArray


class SteadyForcing(NamedTuple):
    """Means over the years that the steady state belongs to; n cells, P and S pools.

    Parameters
    ----------
    factor : array (n, 10), surface_factor : array (n,)
        Mean decomposition factors.
    dissolved_factor : array (n, 10)
        Mean T_s (Lu et al. 2024, Eq. 8).
    production_factor : array (n, 10)
        Mean T_s·W_s (Eqs. 5-7); the first layer's also for surface litter.
    leaf_input, root_input, wood_input : array (n,)
        Mean litter, g C m-2 d-1.
    root_share : array (n, 10)
        Share of root litter in each layer.
    exudates : array (n, 10, 2)
        Labile and recalcitrant dissolved carbon from roots, throughfall and stemflow, g C m-2 d-1.
    exudates_to_microbes : array (n, 10)
        Exuded carbon that microbes take up undissolved, g C m-2 d-1.
    production_rates : array (P, 2), surface_production_rates : array (S, 2)
        Dissolved carbon from each pool, d-1.
    dissolved_rates : array (2,)
        Decay of labile and recalcitrant dissolved carbon (Eq. 13), d-1.
    uptake_efficiency : float
        Share of decayed dissolved carbon that microbes keep (Eq. 14).
    velocity_m_day : array (n,)
        Lowering of the surface by erosion, m d-1; negative: raising by deposition.
    exchanged_share : array (n,)
        Where soil both erodes and settles: share of the top layer's carbon that a day's deposits
        replace without moving the surface, less what returns of it.
    deposited_carbon : array (n, P)
        g C m-2 d-1 that arrives on the surface.
    thickness_m : array (10,)
        Of the layers.
    """

    factor: FloatArray
    surface_factor: FloatArray
    dissolved_factor: FloatArray
    production_factor: FloatArray
    leaf_input: FloatArray
    root_input: FloatArray
    wood_input: FloatArray
    root_share: FloatArray
    exudates: FloatArray
    exudates_to_microbes: FloatArray
    production_rates: FloatArray
    surface_production_rates: FloatArray
    dissolved_rates: FloatArray
    uptake_efficiency: float
    velocity_m_day: FloatArray
    exchanged_share: FloatArray
    deposited_carbon: FloatArray
    thickness_m: FloatArray


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def moved_shares(
    velocity_m_day: float, layer: int, thickness_m: FloatArray
) -> tuple[float, int, float]:
    """Return what erosion or burial does to a layer in a day.

    Returns
    -------
    lost : float
        Share of the layer's carbon that leaves it; the last layer keeps what is buried.
    neighbour : int
        Layer whose soil moves in, -1 for none (parent material and the surface bring no carbon).
    gained : float
        Share of the neighbour's carbon that moves in.
    """
    last = len(thickness_m) - 1
    speed = abs(velocity_m_day)
    lost = min(1.0, speed / thickness_m[layer])
    neighbour = layer + 1 if velocity_m_day > 0.0 else layer - 1
    if velocity_m_day <= 0.0 and layer == last:
        lost = 0.0
    if neighbour < 0 or neighbour > last or speed == 0.0:
        return lost, -1, 0.0
    return lost, neighbour, min(1.0, speed / thickness_m[neighbour])


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def lost_share(cell: int, layer: int, forcing: SteadyForcing) -> float:
    """Return the share of a layer's carbon that moving soil takes out of it in a day."""
    lost, _, _ = moved_shares(forcing.velocity_m_day[cell], layer, forcing.thickness_m)
    if layer == 0:
        lost = min(1.0, lost + forcing.exchanged_share[cell])
    return lost


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def produce_dissolved(
    pools: FloatArray, change: FloatArray, rates: FloatArray, factor: float, produced: FloatArray
) -> None:
    """Take the day's dissolved carbon (Eqs. 5-7) off what decomposition left; add to `produced`."""
    for pool in range(len(pools)):
        made, labile = dissolve(pools[pool] + change[pool], rates[pool, 0], rates[pool, 1], factor)
        change[pool] -= made
        produced[0] += labile
        produced[1] += made - labile


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def set_dissolved_stock(
    cell: int, layer: int, inflow: FloatArray, forcing: SteadyForcing, dissolved: FloatArray
) -> None:
    """Set the dissolved carbon (n, 10, 2) at the end of a day whose decay equals its inflow."""
    for kind in range(2):
        lost = decayed(1.0, forcing.dissolved_rates[kind], forcing.dissolved_factor[cell, layer])
        dissolved[cell, layer, kind] = inflow[kind] * (1.0 - lost) / lost


@njit(cache=True, nogil=True, error_model="numpy")
def solve_layer(
    matrix: FloatArray,
    constant: FloatArray,
    lost: float,
    arriving: FloatArray,
    pools: FloatArray,
) -> None:
    """Solve x = (1 - lost)·(x + matrix·x + constant) + arriving for the pools x.

    Gauss elimination without pivoting: losses of a pool are never less than what it passes on, so
    that columns are diagonally dominant. Inert pools (RothC's IOM) keep their value: they have no
    steady state.
    """
    n = len(pools)
    system = -(1.0 - lost) * matrix
    right = (1.0 - lost) * constant + arriving
    for i in range(n):
        system[i, i] += lost
    for i in range(n):
        if matrix[i, i] == 0.0:
            continue
        for j in range(i + 1, n):
            ratio = system[j, i] / system[i, i]
            if ratio != 0.0:
                for k in range(i, n):
                    system[j, k] -= ratio * system[i, k]
                right[j] -= ratio * right[i]
    for i in range(n - 1, -1, -1):
        if matrix[i, i] == 0.0:
            continue
        for k in range(i + 1, n):
            if matrix[k, k] != 0.0:
                right[i] -= system[i, k] * pools[k]
        pools[i] = right[i] / system[i, i]
