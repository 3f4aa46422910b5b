"""Equation 3 of the study, and stocks by depth and group from streamed map tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.depths import DepthInterval, depth_key

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Number = TypeVar("Number", float, FloatArray)

PG_PER_KM2_KG_M2 = 1e-6
"""1 kg m-2 over 1 km² is 1e6 kg; 1 Pg is 1e12 kg."""
WHOLE_REGION = "all"
UNGROUPED = "unclassified"
ROWS_AT_ONCE = 16
"""Member maps turned to float64 together: bounds the copy, long enough for BLAS."""
NORMAL_POINTS = 199
"""Points of the normal distribution each member total is spread over."""


def stock_pg(area_km2: Number, socd_kg_m2: Number) -> Number:
    """Return area times density in Pg, cell by cell; sum for Yang et al. 2025, Eq. 3."""
    return area_km2 * socd_kg_m2 * PG_PER_KM2_KG_M2


@dataclass(frozen=True)
class RegionSums:
    """What a stock needs to know of a set of cells; sets without common cells are added with +.

    Parameters
    ----------
    area_km2 : array of float64, shape (g + 1,)
        Area of each group; the last entry holds cells of no group.
    member_sums : array of float64, shape (d, K, g + 1)
        Σ A·y of each member's own map, km² kg m-2.
    mean : array of float64, shape (d, g + 1)
        Area-weighted mean of the mean map, kg m-2; 0 where a group has no cells.
    squares : array of float64, shape (d, g + 1)
        Σ A·(m - mean)² of the mean map. Kept about the mean, not about 0: it is merged without
        cancellation (Chan, Golub & LeVeque 1983).
    """

    area_km2: FloatArray
    member_sums: FloatArray
    mean: FloatArray
    squares: FloatArray

    def __add__(self, other: RegionSums) -> RegionSums:
        area = self.area_km2 + other.area_km2
        share = _divide(other.area_km2, area)
        gap = other.mean - self.mean
        return RegionSums(
            area_km2=area,
            member_sums=self.member_sums + other.member_sums,
            mean=self.mean + gap * share,
            squares=self.squares + other.squares + gap**2 * self.area_km2 * share,
        )

    def whole(self) -> RegionSums:
        """Return the sums of all groups taken together, as one group."""
        parts = [self.only(g) for g in range(len(self.area_km2))]
        return sum(parts[1:], start=parts[0])

    def only(self, group: int) -> RegionSums:
        """Return the sums of one group."""
        one = slice(group, group + 1)
        return RegionSums(
            self.area_km2[one],
            self.member_sums[..., one],
            self.mean[:, one],
            self.squares[:, one],
        )


def tile_sums(
    members: npt.NDArray[np.floating[Any]],
    mean: npt.NDArray[np.floating[Any]],
    area_km2: FloatArray,
    group: IntArray,
    n_groups: int,
) -> RegionSums:
    """Sum the mapped cells of one tile.

    Parameters
    ----------
    members : array, shape (d, K, cells)
        Density by depth and member in kg m-2, at mapped cells only.
    mean : array, shape (d, cells)
        The mean map.
    area_km2 : array of float64, shape (cells,)
        True area of each cell.
    group : array of int64, shape (cells,)
        Group of each cell, 0 to n_groups - 1; anything else is no group.
    n_groups : int
        Number of groups.

    Raises
    ------
    ValueError
        If a cell has no value: unmapped cells are accounted for by their cause, not here.
    """
    if not np.isfinite(mean).all():
        raise ValueError("tile_sums takes mapped cells only; the mean map holds missing values")
    bins = np.where((group >= 0) & (group < n_groups), group, n_groups)
    weights = np.zeros((len(area_km2), n_groups + 1))
    weights[np.arange(len(bins)), bins] = area_km2
    area = weights.sum(axis=0)
    average = _divide(_float64_product(mean, weights), area)
    squares = np.stack(
        [
            np.asarray(area_km2 * (m - a[bins]) ** 2, dtype=np.float64) @ (weights > 0)
            for m, a in zip(mean, average, strict=True)
        ]
    )
    d, k, cells = members.shape
    sums = _float64_product(members.reshape(d * k, cells), weights).reshape(d, k, n_groups + 1)
    return RegionSums(area, sums, average, squares)


def stock_table(
    sums: RegionSums,
    depths: Sequence[DepthInterval],
    groups: Sequence[str],
    error_sd_kg_m2: FloatArray,
    level: float,
) -> pd.DataFrame:
    """Return the rows of ``stocks.csv``: the whole region, then each group, for each depth.

    Parameters
    ----------
    sums : RegionSums
        Of all mapped cells.
    depths : sequence of (top, bottom) in cm, length d
    groups : sequence of str, length g
        Names of the groups.
    error_sd_kg_m2 : array of float64, shape (d, g + 2)
        SD of the mean of the spatially correlated residual over the whole region, each group and
        the cells of no group, from `spatial_error.regional_error_sds`.
    level : float
        Coverage of stock_lo..stock_hi.

    Notes
    -----
    The interval joins the spread of the members' own totals with the residual's correlated part;
    `sd_mean_kg_m2` is the spread of the members alone. `stock_pm_study` is the study's ±, area
    times the SD between cells: a spread of the map, not an uncertainty of its total.
    """
    named = list(groups)
    if named and sums.area_km2[-1] > 0:  # shown so that the groups add up to the whole
        named.append(UNGROUPED)
    parts = [(WHOLE_REGION, sums.whole())]
    parts += [(name, sums.only(g)) for g, name in enumerate(named)]
    rows = [
        {
            "depth": depth_key(depth),
            "group": name,
            **_stock_row(part, k, float(error_sd_kg_m2[k, column]), level),
        }
        for k, depth in enumerate(depths)
        for column, (name, part) in enumerate(parts)
    ]
    return pd.DataFrame(rows)


def _stock_row(part: RegionSums, k: int, error_sd: float, level: float) -> dict[str, float]:
    """Return the numbers of one depth of one group."""
    area = float(part.area_km2[0])
    if area == 0:
        empty = dict.fromkeys(("mean_kg_m2", "sd_spatial_kg_m2", "sd_mean_kg_m2"), np.nan)
        stocks = dict.fromkeys(("stock_pg", "stock_lo", "stock_hi"), 0.0)
        return {"area_km2": 0.0, **empty, **stocks, "level": level, "stock_pm_study": 0.0}
    means = part.member_sums[k, :, 0] / area
    lower, upper = _interval(means, error_sd, level)
    sd_spatial = float(np.sqrt(part.squares[k, 0] / area))
    return {
        "area_km2": area,
        "mean_kg_m2": float(part.mean[k, 0]),
        "sd_spatial_kg_m2": sd_spatial,
        "sd_mean_kg_m2": float(means.std(ddof=1)) if len(means) > 1 else np.nan,
        "stock_pg": stock_pg(area, float(part.mean[k, 0])),
        "stock_lo": stock_pg(area, max(lower, 0.0)),
        "stock_hi": stock_pg(area, upper),
        "level": level,
        "stock_pm_study": stock_pg(area, sd_spatial),
    }


def _interval(means: FloatArray, error_sd: float, level: float) -> tuple[float, float]:
    """Return the central interval of the members' means, each blurred by a normal error.

    The normal is laid out on fixed points instead of drawn, so that the interval has no noise of
    its own and never depends on a seed.
    """
    from scipy.special import ndtri

    points = ndtri((np.arange(NORMAL_POINTS) + 0.5) / NORMAL_POINTS)
    blurred = means[:, None] + error_sd * points
    lower, upper = np.quantile(blurred, [(1 - level) / 2, (1 + level) / 2])
    return float(lower), float(upper)


def _float64_product(values: npt.NDArray[np.floating[Any]], weights: FloatArray) -> FloatArray:
    """Return values @ weights in float64, copying a few rows of `values` at a time."""
    out = np.empty((len(values), weights.shape[1]))
    for start in range(0, len(values), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        np.matmul(values[rows].astype(np.float64), weights, out=out[rows])
    return out


def _divide(amount: FloatArray, area: FloatArray) -> FloatArray:
    """Return amount / area, 0 where there is no area."""
    return np.divide(amount, area, out=np.zeros(np.shape(amount)), where=area > 0)
