"""A year of RUSLE erosion and WaTEM/SEDEM deposition on the hillslopes inside coarse cells."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..cell_threads import CellThreads
from ..hillslopes import Hillslopes
from ..routing.kernel_network import accumulate
from ..routing.network import FlowNetwork
from .kernel_watem import AnnualFactors, hillslope_year
from .parameters_usle import UsleParameters

FloatArray = npt.NDArray[np.float64]

ERODIBLE_COVER_FACTOR = 0.1
"""C from which land has the high transport coefficient (WaTEM/SEDEM's "ktc limit")."""


class AnnualErosion(NamedTuple):
    """What a year moves, each (n,).

    Parameters
    ----------
    eroded_kg_m2, deposited_kg_m2 : array
        Gross, per area of the cell; by water and tillage.
    delivered_kg : array
        From the cell's hillslopes to its channel: eroded less deposited, times its area.
    exported_kg : array
        At outlets what all cells upstream delivered, elsewhere 0: RUSLE knows no channels, and what
        reaches them goes on.
    passing_fraction : array
        Of what was eroded in the cell, the part delivered; carbon that rides on it goes the same
        way, the rest stays in the cell.
    """

    eroded_kg_m2: FloatArray
    deposited_kg_m2: FloatArray
    delivered_kg: FloatArray
    exported_kg: FloatArray
    passing_fraction: FloatArray


def transport_coefficient_m(cover_factor: FloatArray, parameters: UsleParameters) -> FloatArray:
    """Return ktc, (n,): high on erodible land, low on land that plants protect."""
    return np.where(
        cover_factor > ERODIBLE_COVER_FACTOR,
        parameters.transport_coefficient_high_m,
        parameters.transport_coefficient_low_m,
    )


def annual_redistribution(
    network: FlowNetwork,
    slopes: Hillslopes,
    factors: AnnualFactors,
    parameters: UsleParameters,
    threads: CellThreads,
) -> AnnualErosion:
    """Return a year's erosion and deposition of cells larger than hillslopes.

    LS and the transport capacity hold for hillslopes, so sediment goes from node to node of each
    cell's representative hillslope, and only what leaves its foot goes on to other cells. For grids
    fine enough to show hillslopes there is `grid_redistribution`.

    Parameters
    ----------
    network : FlowNetwork
        Of the same n cells.
    slopes : Hillslopes
        Length, slope of nodes and area are read.
    factors : AnnualFactors
        R, K, C, P, ktc and tillage.
    parameters : UsleParameters
        The longest slope length is read.
    """
    n = network.n_cells
    eroded, deposited, delivered_kg = np.zeros((3, n))
    threads.over_cells(
        hillslope_year,
        n,
        slopes,
        factors,
        parameters.slope_length_limit_m,
        eroded,
        deposited,
        delivered_kg,
    )
    passed_kg = accumulate(np.arange(n), network.downstream, delivered_kg)
    eroded_kg = eroded * slopes.area_m2
    return AnnualErosion(
        eroded,
        deposited,
        delivered_kg,
        np.where(network.is_outlet, passed_kg, 0.0),
        np.divide(delivered_kg, eroded_kg, out=np.zeros(n), where=eroded_kg > 0),
    )
