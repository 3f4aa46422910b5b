"""Annual erosion, transport by capacity and deposition (WaTEM/SEDEM), on hillslopes and grids."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from ..hillslopes import Hillslopes
from .kernel_tillage import tillage_flux_kg_m
from .kernel_topography import segment_ls

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]

INTERRILL_COEFFICIENT, INTERRILL_EXPONENT = 4.12, 0.8
"""0.6 * 6.86 tan(slope)^0.8: interrill erosion does not add to the capacity (Govers and Poesen
1988, in Van Rompaey et al. 2001)."""


class AnnualFactors(NamedTuple):
    """What a year's erosion depends on, each (n,).

    Parameters
    ----------
    erosivity : array
        R of the year, MJ mm ha-1 h-1.
    erodibility_si : array
        K, t ha h ha-1 MJ-1 mm-1.
    cover_factor, practice : array
        C and P.
    transport_coefficient_m : array
        ktc.
    tillage_kg_m : array
        Tillage transport, kg m-1 per slope of 1; 0 where the land is not tilled.
    """

    erosivity: FloatArray
    erodibility_si: FloatArray
    cover_factor: FloatArray
    practice: FloatArray
    transport_coefficient_m: FloatArray
    tillage_kg_m: FloatArray


@njit(cache=True, nogil=True)
def transport_capacity_kg_m(
    ktc_m: float, potential_kg_m2: float, ls: float, slope: float, cover_practice: float
) -> float:
    """Return what a year's flow can carry per m of width (Van Rompaey et al. 2001).

    ktc R K (LS - 4.12 S^0.8), or of the RUSLE's whole where that is negative (WaTEM/SEDEM).

    Parameters
    ----------
    potential_kg_m2 : float
        R K of bare soil on the unit plot.
    slope : float
        Tangent.
    cover_practice : float
        C P.
    """
    rill = ls - INTERRILL_COEFFICIENT * math.pow(slope, INTERRILL_EXPONENT)
    return ktc_m * potential_kg_m2 * (rill if rill > 0.0 else ls * cover_practice)


@njit(cache=True, nogil=True)
def capacity_limited(
    inflow: float, potential: float, capacity: float
) -> tuple[float, float, float]:
    """Return what a place erodes, deposits and passes on.

    Where inflow and potential erosion exceed the capacity, outflow is the capacity: either less is
    eroded or some of the inflow stays.
    """
    outflow = min(inflow + potential, capacity)
    change = outflow - inflow
    return max(change, 0.0), max(-change, 0.0), outflow


@njit(cache=True, nogil=True)
def hillslope_year(
    start: int,
    stop: int,
    slopes: Hillslopes,
    factors: AnnualFactors,
    length_limit_m: float,
    eroded_kg_m2: FloatArray,
    deposited_kg_m2: FloatArray,
    delivered_kg: FloatArray,
) -> None:
    """Run one year on the hillslopes of the cells start to stop.

    Parameters
    ----------
    slopes : Hillslopes
        Length, slope of the nodes and area are read.
    factors : AnnualFactors
    length_limit_m : float
        Longest slope length of LS.
    eroded_kg_m2, deposited_kg_m2 : array (n,)
        Overwritten; by water and tillage, gross between the nodes.
    delivered_kg : array (n,)
        Overwritten; into the channel.
    """
    for i in range(start, stop):
        slope = slopes.slope[i]
        spacing_m = slopes.length_m[i] / slope.size
        # 1 t ha-1 is 0.1 kg m-2.
        potential = 0.1 * factors.erosivity[i] * factors.erodibility_si[i]
        cover_practice = factors.cover_factor[i] * factors.practice[i]
        eroded, deposited, flow, tilled = 0.0, 0.0, 0.0, 0.0
        for k in range(slope.size):
            ls = segment_ls(k * spacing_m, spacing_m, slope[k], length_limit_m)
            capacity = transport_capacity_kg_m(
                factors.transport_coefficient_m[i], potential, ls, slope[k], cover_practice
            )
            off, on, flow = capacity_limited(
                flow, potential * ls * cover_practice * spacing_m, capacity
            )
            moved = tillage_flux_kg_m(k, slope, factors.tillage_kg_m[i])
            eroded += off + max(moved - tilled, 0.0)
            deposited += on + max(tilled - moved, 0.0)
            tilled = moved
        eroded_kg_m2[i] = eroded / slopes.length_m[i]
        deposited_kg_m2[i] = deposited / slopes.length_m[i]
        delivered_kg[i] = flow * slopes.area_m2[i] / slopes.length_m[i]


@njit(cache=True, nogil=True)
def redistribute(
    order: IndexArray,
    receiver: IndexArray,
    share: FloatArray,
    potential_kg: FloatArray,
    capacity_kg: FloatArray,
    eroded_kg: FloatArray,
    deposited_kg: FloatArray,
    outflow_kg: FloatArray,
    exported_kg: FloatArray,
) -> None:
    """Pass sediment down a grid, upstream first.

    Parameters
    ----------
    order : array of int64 (cells,)
        Upstream first.
    receiver, share : array (n, 2)
        Who takes which share of a cell's outflow; -1 is beyond the grid. Shares that add up to 0
        mark a pit, where all is deposited.
    potential_kg, capacity_kg : array (n,)
    eroded_kg, deposited_kg, outflow_kg, exported_kg : array (n,)
        Overwritten; exported is what leaves the grid.
    """
    inflow = np.zeros(potential_kg.size)
    for cell in order:
        is_pit = share[cell, 0] + share[cell, 1] <= 0.0
        potential = 0.0 if is_pit else potential_kg[cell]
        capacity = 0.0 if is_pit else capacity_kg[cell]
        eroded_kg[cell], deposited_kg[cell], outflow_kg[cell] = capacity_limited(
            inflow[cell], potential, capacity
        )
        exported_kg[cell] = 0.0
        for k in range(2):
            part = share[cell, k] * outflow_kg[cell]
            if receiver[cell, k] >= 0:
                inflow[receiver[cell, k]] += part
            else:
                exported_kg[cell] += part
