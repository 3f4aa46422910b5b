"""Gauges: cells of the network whose water, sediment and carbon are watched day by day."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import numpy.typing as npt

from .routing.kernel_network import accumulate
from .routing.network import FlowNetwork
from .vegetation import COVER_CODES

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
DOMINANT_COVERS = ("forest", "grassland", "cropland")
"""One gauge each, as Lu et al. 2024 chose a forested, a grassy and a ploughed basin."""
LEAST_CELLS = 20
"""Fewer cells make no channel network."""
REACH_CELLS = 2
M2_PER_KM2 = 1e6


def cover_shares(network: FlowNetwork, cover: npt.NDArray[np.integer]) -> FloatArray:
    """Return the share of each cover class in the area upstream of each cell, (classes, n).

    Parameters
    ----------
    network : FlowNetwork
        Of n cells.
    cover : array of int (n,)
        Codes of `vegetation.COVER_CODES`.
    """
    order = np.arange(network.n_cells)
    upstream = [
        accumulate(order, network.downstream, np.where(cover == code, network.area_m2, 0.0))
        for code in COVER_CODES.values()
    ]
    return np.array(upstream) / network.upstream_area_m2


def dominated_sub_basins(
    network: FlowNetwork,
    cover: npt.NDArray[np.integer],
    area_km2: tuple[float, float],
    classes: Sequence[str] = DOMINANT_COVERS,
) -> dict[str, int]:
    """Return the outlets of sub-basins that one cover class dominates, by its name.

    Of those whose area is within bounds and whose largest class it is, the one with the largest
    share of the class, and of equal ones the largest. Sub-basins do not overlap; the order in which
    classes choose is the one that leaves the poorest share richest.

    Parameters
    ----------
    network : FlowNetwork
        Of n cells.
    cover : array of int (n,)
        Codes of `vegetation.COVER_CODES`.
    area_km2 : (float, float)
        Least and largest area.
    classes : sequence of str
        Names of cover classes.

    Returns
    -------
    dict of str to int
        Cell in processing order; classes that dominate no such sub-basin are left out.
    """
    shares = cover_shares(network, cover)
    cells = accumulate(np.arange(network.n_cells), network.downstream, np.ones(network.n_cells))
    area = network.upstream_area_m2 / M2_PER_KM2
    fit = (area >= area_km2[0]) & (area <= area_km2[1]) & (cells >= LEAST_CELLS)
    dominant = shares.argmax(axis=0)
    best: dict[str, int] = {}
    best_score = (-1, 0.0, 0.0)
    for order in permutations(classes):
        chosen = _choose(network, shares, fit, dominant, order)
        gained = [float(shares[COVER_CODES[name], cell]) for name, cell in chosen.items()]
        score = (len(chosen), min(gained, default=0.0), sum(gained))
        if score > best_score:
            best, best_score = chosen, score
    return {name: best[name] for name in classes if name in best}


def _choose(
    network: FlowNetwork,
    shares: FloatArray,
    fit: BoolArray,
    dominant: npt.NDArray[np.integer],
    classes: Sequence[str],
) -> dict[str, int]:
    """Return the outlets that classes take one after the other."""
    free = fit.copy()
    chosen: dict[str, int] = {}
    for name in classes:
        candidates = np.flatnonzero(free & (dominant == COVER_CODES[name]))
        if not len(candidates):
            continue
        share = shares[COVER_CODES[name], candidates]
        ranked = np.lexsort((network.upstream_area_m2[candidates], share.round(9)))
        cell = int(candidates[ranked[-1]])
        chosen[name] = cell
        free &= ~network.upstream_of(cell)
        free[_path(network, cell)] = False
    return chosen


def _path(network: FlowNetwork, cell: int) -> list[int]:
    """Return a cell and all below it, whose sub-basins hold its own."""
    path = [cell]
    while network.downstream[path[-1]] != path[-1]:
        path.append(int(network.downstream[path[-1]]))
    return path


def gauge_cell(network: FlowNetwork, row: int, col: int, area_km2: float | None = None) -> int:
    """Return the cell of a gauge in processing order, -1 if there is none.

    Parameters
    ----------
    network : FlowNetwork
        Of the grid.
    row, col : int
        Cell of the grid that holds the gauge.
    area_km2 : float, optional
        Known area of its basin: a gauge beside the channel of a coarse grid is moved to the cell
        within two cells whose basin comes closest to it.
    """
    position = np.full(network.shape, -1)
    position.flat[network.cell_of] = np.arange(network.n_cells)
    if area_km2 is None:
        return int(position[row, col])
    rows = slice(max(0, row - REACH_CELLS), row + REACH_CELLS + 1)
    cols = slice(max(0, col - REACH_CELLS), col + REACH_CELLS + 1)
    near = position[rows, cols].ravel()
    near = near[near >= 0]
    if not len(near):
        return -1
    misfit = np.abs(np.log(network.upstream_area_m2[near] / M2_PER_KM2 / area_km2))
    return int(near[np.argmin(misfit)])
