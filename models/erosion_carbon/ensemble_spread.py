"""What an ensemble of columns says of places that are no columns: sites, and cells of a map.

A column is like its place, not the place itself: its slope and its neighbours differ. What it lends
is therefore relative: by which factor a member differs from the run with the default knobs, and how
wide the members lie about their mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .column_ensemble import ColumnMember
from .depth_stock import stock_between
from .soil_columns import FloatArray

IndexArray = npt.NDArray[np.int64]

SPREAD_QUANTITIES = (
    "runoff",
    "soil_moisture",
    "soil_moisture_driest",
    "soil_erosion",
    "poc_export",
    "doc_export",
    "soc_0_10",
    "soc_0_30",
    "soc_0_50",
    "turnover_time",
)
"""Quantities that columns know and that have a zero from which a factor counts. Not among them:
what settles in channels, differences of either sign, and what the knobs do not move (snow)."""


def member_stocks(member: ColumnMember, depths: Sequence[tuple[float, float]]) -> FloatArray:
    """Return the carbon of each column between depths in cm, kg C m-2, shape (c, d)."""
    stocks = [stock_between(member.soil_kg_m2, top, bottom) for top, bottom in depths]
    return np.stack(stocks, axis=1)


def ensemble_at_sites(
    simulated: FloatArray,
    default: ColumnMember,
    members: Sequence[ColumnMember],
    column_of_site: IndexArray,
    depths: Sequence[tuple[float, float]],
) -> FloatArray:
    """Return the stock of each member at each site, shape (m, n, d).

    Parameters
    ----------
    simulated : array (n, d)
        Of the landscape's own run, in any unit.
    default : ColumnMember
        Columns with the knobs of that run.
    members : sequence of ColumnMember, length m
        With other knobs.
    column_of_site : array of int (n,)
        The column of each site, or the one that stands for it.
    depths : sequence of (top, bottom), length d
        In cm.

    Returns
    -------
    array (m, n, d)
        `simulated` times the member's stock over the default's; where the default column holds no
        carbon, as in open water, `simulated`.
    """
    base = member_stocks(default, depths)[column_of_site]
    found = np.stack([member_stocks(member, depths)[column_of_site] for member in members])
    ratio = np.divide(found, base, out=np.ones_like(found), where=base > 0.0)
    return np.asarray(simulated * ratio)


def weighted_factor(
    default: ColumnMember,
    members: Sequence[ColumnMember],
    weights: FloatArray,
    depth: tuple[float, float],
) -> FloatArray:
    """Return the members' weighted mean stock over the default's in each column, shape (c,).

    Times the stock of the landscape's own run it is the weighted mean of `ensemble_at_sites`.
    """
    every = np.arange(len(default.soil_kg_m2))
    ones = np.ones((len(every), 1))
    factors = ensemble_at_sites(ones, default, members, every, [depth])
    return np.asarray(np.tensordot(weights, factors, axes=1)[:, 0])


def relative_spread(values: FloatArray) -> FloatArray:
    """Return the SD over members divided by their mean, shape (c,); 0 where the mean is 0.

    Members count alike: it is how far the knobs move the simulator. Weights by the fit to sites
    would leave few members of a biased simulator, and a spread that is too small for its error.

    Parameters
    ----------
    values : array (m, c)
        At least 0.
    """
    mean, sd = values.mean(axis=0), values.std(axis=0)
    return np.asarray(np.divide(sd, mean, out=np.zeros_like(sd), where=mean > 0.0))
