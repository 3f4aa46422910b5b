"""A year of RUSLE erosion and WaTEM/SEDEM deposition on a grid fine enough to show hillslopes."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ..routing.network import flow_network
from .kernel_flow_decomposition import decomposed_flow, descent, upslope_area
from .kernel_tillage import grid_tillage
from .kernel_watem import AnnualFactors, redistribute, transport_capacity_kg_m
from .topographic_factor import grid_length_factor, rill_exponent, steepness_factor

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IndexArray = npt.NDArray[np.int64]
Routing = Literal["decomposed", "d8"]


class FlowPaths(NamedTuple):
    """Who drains to whom on a grid, flattened.

    Parameters
    ----------
    order : array of int64 (cells,)
        The cells of the region, upstream first.
    receiver, share : array (rows * cols, 2)
        As `kernel_watem.redistribute` takes them.
    """

    order: IndexArray
    receiver: IndexArray
    share: FloatArray


class GridErosion(NamedTuple):
    """What a year moves, each (rows, cols); NaN outside the region.

    Parameters
    ----------
    eroded_kg_m2, deposited_kg_m2 : array
        By water and tillage; where water both erodes and deposits in a cell, the difference.
    outflow_kg : array
        By water, to the next cells or out.
    exported_kg : array
        The part of it that leaves the region.
    passing_fraction : array
        Of what flowed in and was eroded by water, the part that flowed on.
    """

    eroded_kg_m2: FloatArray
    deposited_kg_m2: FloatArray
    outflow_kg: FloatArray
    exported_kg: FloatArray
    passing_fraction: FloatArray

    @property
    def net_kg_m2(self) -> FloatArray:
        """Deposited less eroded."""
        return self.deposited_kg_m2 - self.eroded_kg_m2


def flow_paths(
    elevation_m: FloatArray, inside: BoolArray, cell_m: float, routing: Routing
) -> FlowPaths:
    """Return how a region drains: split in two directions, or all to one neighbour of eight."""
    n = elevation_m.size
    if routing == "decomposed":
        east, south = descent(elevation_m, inside, cell_m)
        downhill = np.argsort(-elevation_m, axis=None, kind="stable")
        order = downhill[inside.ravel()[downhill]]
        return FlowPaths(order, *decomposed_flow(elevation_m, inside, east, south))
    network = flow_network(elevation_m, inside, cell_m**2, cell_m, cell_m)
    receiver, share = np.full((n, 2), -1), np.zeros((n, 2))
    share[network.cell_of, 0] = 1.0
    receiver[network.cell_of, 0] = np.where(
        network.is_outlet, -1, network.cell_of[network.downstream]
    )
    return FlowPaths(network.cell_of, receiver, share)


def grid_redistribution(
    elevation_m: FloatArray,
    inside: BoolArray,
    cell_m: float,
    factors: AnnualFactors,
    routing: Routing = "decomposed",
) -> GridErosion:
    """Return a year's erosion and deposition of every cell (Van Rompaey et al. 2001).

    Parameters
    ----------
    elevation_m : array (rows, cols)
        NaN where unknown.
    inside : array of bool (rows, cols)
        Cells to compute, with elevation; what flows over their border is exported.
    cell_m : float
        Side of the square cells, at most 100 m.
    factors : AnnualFactors
        Arrays (rows, cols).
    routing : str
        ``decomposed`` (Desmet and Govers 1996, as WaTEM/SEDEM) or ``d8``.

    Raises
    ------
    InputError
        For cells too coarse for slope lengths.
    """
    paths = flow_paths(elevation_m, inside, cell_m, routing)
    east, south = descent(elevation_m, inside, cell_m)
    slope = np.hypot(east, south).ravel()[paths.order]
    crossing = (np.abs(east) + np.abs(south)).ravel()[paths.order]
    aspect_term = np.divide(crossing, slope, out=np.ones_like(slope), where=slope > 0)
    area_m2 = upslope_area(*paths, cell_m**2)[paths.order]
    length = grid_length_factor(area_m2, cell_m, aspect_term, rill_exponent(slope))
    ls = length * steepness_factor(slope, "nearing")
    of_cell = AnnualFactors(*(np.asarray(each).ravel()[paths.order] for each in factors))
    bare = 0.1 * of_cell.erosivity * of_cell.erodibility_si
    cover_practice = of_cell.cover_factor * of_cell.practice
    capacity_kg_m = np.vectorize(transport_capacity_kg_m, otypes=[float])(
        of_cell.transport_coefficient_m, bare, ls, slope, cover_practice
    )
    potential_kg, capacity_kg = np.zeros((2, elevation_m.size))
    potential_kg[paths.order] = bare * ls * cover_practice * cell_m**2
    capacity_kg[paths.order] = capacity_kg_m * cell_m * aspect_term
    moved_kg = np.zeros((4, elevation_m.size))
    redistribute(*paths, potential_kg, capacity_kg, *moved_kg)
    tilled = inside & (np.asarray(factors.tillage_kg_m) > 0)
    gain = grid_tillage(elevation_m, tilled, cell_m, float(np.max(factors.tillage_kg_m)))
    return _as_grids(moved_kg.reshape(4, *elevation_m.shape), gain, inside, cell_m)


def _as_grids(
    moved_kg: FloatArray, tillage_kg_m2: FloatArray, inside: BoolArray, cell_m: float
) -> GridErosion:
    eroded, deposited, outflow, exported = np.where(inside, moved_kg, np.nan)
    at_hand = outflow + deposited
    passing = np.divide(outflow, at_hand, out=np.zeros_like(outflow), where=at_hand > 0)
    return GridErosion(
        eroded / cell_m**2 + np.maximum(-tillage_kg_m2, 0.0),
        deposited / cell_m**2 + np.maximum(tillage_kg_m2, 0.0),
        outflow,
        exported,
        np.where(inside, passing, np.nan),
    )
